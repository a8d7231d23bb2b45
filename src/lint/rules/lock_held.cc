#include <map>

#include "absl/strings/str_cat.h"
#include "src/lint/rules/rules.h"
#include "src/lint/rules/tree.h"

namespace autogen::lint::rules {
namespace {

using Kind = impact::Consequence::Kind;

// What takes as long as a table is large; "" where it takes a moment.
std::string LongWork(const Statement& statement) {
  const impact::Impact& impact = statement.impact;
  for (const impact::Consequence& c : impact.consequences) {
    const bool works =
        c.kind == Kind::kScans || c.kind == Kind::kBuilds || c.kind == Kind::kRewrites;
    if (works && !c.is_new && !c.unsure) return c.what;
  }
  if (!impact.trace.changes_rows || impact.trace.defines) return "";
  // INSERT … VALUES is short; TRUNCATE, too.
  const bool values =
      !Get(Body(statement, "InsertStmt"), "selectStmt").is_null() &&
      !Get(Get(Get(Body(statement, "InsertStmt"), "selectStmt"), "SelectStmt"), "valuesLists")
           .is_null();
  if (values || impact.node == "TruncateStmt") return "";
  for (const impact::Lock& lock : impact.locks) {
    if (!lock.is_new && lock.mode == impact::LockMode::kRowExclusive) {
      return absl::StrCat("changes rows of ", Shown(lock.relation));
    }
  }
  return "";
}

void Check(const Script& script, const RuleOptions&, Report report) {
  std::map<std::string, impact::LockMode> held;
  int step = -1;
  for (size_t i = 0; i < script.statements.size(); ++i) {
    const Statement& statement = script.statements[i];
    if (statement.step != step) held.clear();
    step = statement.step;
    const std::string work = LongWork(statement);
    for (const auto& [relation, mode] : held) {
      if (work.empty()) break;
      bool own = false;  // it blocks them itself: another rule says so
      for (const impact::Lock& lock : statement.impact.locks) {
        own |= Shown(lock.relation) == relation && impact::BlocksWriters(lock.mode);
      }
      if (own) continue;
      report({i,
              absl::StrCat(work, " while ", impact::LockModeName(mode), " on ", relation,
                           " is held by a statement before it"),
              script.managed ? "\"-- autogen: step\" before it commits what holds the lock."
                             : "Commit before it."});
      break;
    }
    for (const impact::Lock& lock : statement.impact.locks) {
      if (lock.is_new || lock.relation.name.empty() || !impact::BlocksWriters(lock.mode)) continue;
      impact::LockMode& mode = held[Shown(lock.relation)];
      mode = std::max(mode, lock.mode);
    }
  }
}

}  // namespace

Rule LockHeld() {
  return {
      .name = "lock-held",
      .meaning = "long work while an earlier statement of the same transaction holds a lock",
      .why =
          "Locks are held until the transaction commits. A constraint that is added NOT VALID and "
          "validated in the same transaction blocks as long as if it had been added at once, and "
          "so "
          "does an UPDATE behind an ALTER TABLE.",
      .fix = "Put the long statement in a step, or transaction, of its own.",
      .documentation = "https://www.postgresql.org/docs/current/explicit-locking.html",
      .engine = POSTGRESQL,
      .bad =
          {"BEGIN;\nALTER TABLE tasks ADD CONSTRAINT positive CHECK (score > 0) NOT VALID;\n"
           "ALTER TABLE tasks VALIDATE CONSTRAINT positive;\nCOMMIT;",
           "BEGIN;\nALTER TABLE tasks ADD COLUMN low text;\nUPDATE tasks SET low = lower(title);\n"
           "COMMIT;",
           "-- low\n--\n-- revision:   aaaaaaaaaaaa\n-- revises:    base\n\n-- autogen: upgrade\n\n"
           "ALTER TABLE tasks ADD COLUMN low text;\n"
           "INSERT INTO log SELECT id FROM tasks;\n"},
      .good =
          {"BEGIN;\nALTER TABLE tasks ADD CONSTRAINT positive CHECK (score > 0) NOT "
           "VALID;\nCOMMIT;\n"
           "BEGIN;\nALTER TABLE tasks VALIDATE CONSTRAINT positive;\nCOMMIT;",
           "-- low\n--\n-- revision:   aaaaaaaaaaaa\n-- revises:    base\n\n-- autogen: upgrade\n\n"
           "ALTER TABLE tasks ADD COLUMN low text;\n\n-- autogen: step\n"
           "UPDATE tasks SET low = lower(title) WHERE low IS NULL;\n",
           "BEGIN;\nALTER TABLE tasks ADD COLUMN low text;\n"
           "INSERT INTO settings (name) VALUES ('low');\nCOMMIT;"},
      .check = Check};
}

}  // namespace autogen::lint::rules
