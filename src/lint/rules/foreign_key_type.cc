#include "absl/strings/str_cat.h"
#include "src/lint/rules/known.h"
#include "src/lint/rules/rules.h"
#include "src/lint/rules/tree.h"

namespace autogen::lint::rules {
namespace {

// The columns that the foreign key names, or the primary key.
std::vector<std::string> Referenced(const Known::Table& table, const json& constraint) {
  std::vector<std::string> columns = Strings(Get(constraint, "pk_attrs"));
  if (!columns.empty()) return columns;
  for (const Known::Constraint& key : table.constraints) {
    if (key.type == "CONSTR_PRIMARY") return key.columns;
  }
  return columns;
}

const std::string* TypeIn(const Known::Table& table, const std::string& column) {
  const auto found = table.columns.find(column);
  return found == table.columns.end() || found->second.type.empty() ? nullptr : &found->second.type;
}

void Check(const Script& script, const RuleOptions& options, Report report) {
  Known known = options.before == nullptr ? Known() : *options.before;
  for (size_t i = 0; i < script.statements.size(); ++i) {
    known.Follow(script.statements[i].tree);
    for (const NewConstraint& constraint : NewConstraints(script.statements[i])) {
      if (constraint.type != "CONSTR_FOREIGN") continue;
      const SplitName target = RangeName(Get(*constraint.definition, "pktable"));
      const Known::Table *from = known.Find(constraint.table), *to = known.Find(target);
      if (from == nullptr || to == nullptr) continue;
      const std::vector<std::string> columns =
          constraint.column.empty() ? Strings(Get(*constraint.definition, "fk_attrs"))
                                    : std::vector<std::string>{constraint.column};
      const std::vector<std::string> referenced = Referenced(*to, *constraint.definition);
      for (size_t k = 0; k < columns.size() && k < referenced.size(); ++k) {
        const std::string* type = TypeIn(*from, columns[k]);
        const std::string* wanted = TypeIn(*to, referenced[k]);
        if (type == nullptr || wanted == nullptr || *type == *wanted) continue;
        report({i,
                absl::StrCat(Shown(constraint.table, columns[k]), " (", *type, ") references ",
                             Shown(target, referenced[k]), " (", *wanted, ")"),
                ""});
      }
    }
  }
}

}  // namespace

Rule ForeignKeyType() {
  return {.name = "foreign-key-type",
          .meaning = "a foreign key between columns of different types",
          .why =
              "An integer that references a bigint runs out of numbers before what it references "
              "does, and "
              "each check converts.",
          .fix = "Give both columns one type.",
          .documentation =
              "https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK",
          .engine = POSTGRESQL,
          .bad = {"CREATE TABLE projects (id bigint PRIMARY KEY);\n"
                  "CREATE TABLE tasks (project int REFERENCES projects);",
                  "CREATE TABLE a (code varchar(9) UNIQUE);\nCREATE TABLE b (code text);\n"
                  "ALTER TABLE b ADD FOREIGN KEY (code) REFERENCES a (code);"},
          .good = {"CREATE TABLE projects (id bigserial PRIMARY KEY);\n"
                   "CREATE TABLE tasks (project bigint REFERENCES projects);",
                   "CREATE TABLE tasks (project int REFERENCES projects);"},
          .check = Check};
}

}  // namespace autogen::lint::rules
