#include "absl/strings/str_cat.h"
#include "src/lint/rules/rules.h"
#include "src/lint/rules/tree.h"

namespace autogen::lint::rules {
namespace {

void Check(const Script& script, const RuleOptions&, Report report) {
  for (size_t i = 0; i < script.statements.size(); ++i) {
    const Statement& statement = script.statements[i];
    for (const Part& part : Parts(statement)) {
      if (part.type != "AT_ReplicaIdentity" || IsNew(statement, part.table)) continue;
      const std::string kind =
          GetString(Get(*part.definition, "ReplicaIdentityStmt"), "identity_type");
      if (kind == "n") {
        report({i, absl::StrCat("takes the replica identity from ", Shown(part.table)),
                "UPDATE and DELETE of a published table fail then."});
      } else if (kind == "f") {
        report({i, absl::StrCat("makes the whole row the replica identity of ", Shown(part.table)),
                "A subscriber without an index reads its whole table for each row."});
      }
    }
  }
}

}  // namespace

Rule ReplicaIdentity() {
  return {.name = "replica-identity",
          .meaning = "REPLICA IDENTITY FULL or NOTHING",
          .why =
              "With NOTHING, UPDATE and DELETE of a table in a publication fail. With FULL every "
              "old row is "
              "written to the log as a whole, and subscribers look for it by all its columns.",
          .fix = "REPLICA IDENTITY DEFAULT with a primary key, or USING INDEX with a unique one.",
          .documentation =
              "https://www.postgresql.org/docs/current/logical-replication-publication.html",
          .engine = POSTGRESQL,
          .bad = {"ALTER TABLE tasks REPLICA IDENTITY NOTHING;",
                  "ALTER TABLE tasks REPLICA IDENTITY FULL;"},
          .good = {"ALTER TABLE tasks REPLICA IDENTITY DEFAULT;",
                   "ALTER TABLE tasks REPLICA IDENTITY USING INDEX tasks_code;",
                   "CREATE TABLE draft (a int);\nALTER TABLE draft REPLICA IDENTITY FULL;"},
          .check = Check};
}

}  // namespace autogen::lint::rules
