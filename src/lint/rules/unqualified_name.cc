#include "absl/strings/str_cat.h"
#include "src/lint/rules/rules.h"
#include "src/lint/rules/tree.h"

namespace autogen::lint::rules {
namespace {

// The relation that the statement makes, alters or drops.
std::vector<SplitName> Named(const Statement& statement) {
  const std::string node = sql::NodeName(statement.tree);
  const json& body = sql::NodeBody(statement.tree);
  std::vector<SplitName> names;
  const bool temporary = GetString(Get(body, "relation"), "relpersistence") == "t";
  if ((node == "CreateStmt" && !temporary) || node == "AlterTableStmt" || node == "IndexStmt") {
    names.push_back(RangeName(Get(body, "relation")));
  } else if (node == "ViewStmt") {
    names.push_back(RangeName(Get(body, "view")));
  } else if (node == "DropStmt" && GetString(body, "removeType") == "OBJECT_TABLE") {
    for (const json& object : Get(body, "objects")) {
      names.push_back(ListName(Get(Get(object, "List"), "items")));
    }
  }
  return names;
}

void Check(const Script& script, const RuleOptions&, Report report) {
  for (size_t i = 0; i < script.statements.size(); ++i) {
    for (const SplitName& name : Named(script.statements[i])) {
      if (name.name.empty() || !name.schema.empty()) continue;
      report({i, absl::StrCat("names ", Shown(name), " without its schema"), ""});
    }
  }
}

}  // namespace

Rule UnqualifiedName() {
  return {
      .name = "unqualified-name",
      .meaning = "a relation is named without its schema",
      .why =
          "Which one is meant, or where it comes to be, depends on the search_path of whoever runs "
          "it.",
      .fix = "schema.name.",
      .documentation = "https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATH",
      .set = Set::kStrict,
      .engine = POSTGRESQL,
      .bad = {"CREATE TABLE a (x int);", "DROP TABLE public.a, b;", "CREATE INDEX i ON a (x);"},
      .good = {"CREATE TABLE public.a (x int);", "CREATE TEMPORARY TABLE a (x int);",
               "SELECT * FROM a;"},
      .check = Check};
}

}  // namespace autogen::lint::rules
