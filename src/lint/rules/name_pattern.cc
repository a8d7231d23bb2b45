#include <re2/re2.h>

#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/text.h"
#include "src/lint/rules/rules.h"
#include "src/lint/rules/tree.h"

namespace autogen::lint::rules {
namespace {

constexpr absl::string_view kKinds[] = {
    "schema", "table", "view",      "column",   "index", "primary-key", "foreign-key",
    "unique", "check", "exclusion", "sequence", "type",  "function",    "trigger"};

struct Named {
  std::string kind, name;
};

absl::string_view KindOfConstraint(absl::string_view type) {
  if (type == "CONSTR_PRIMARY") return "primary-key";
  if (type == "CONSTR_FOREIGN") return "foreign-key";
  if (type == "CONSTR_UNIQUE") return "unique";
  if (type == "CONSTR_CHECK") return "check";
  return type == "CONSTR_EXCLUSION" ? "exclusion" : "";
}

absl::string_view KindOfRenamed(absl::string_view type) {
  static constexpr std::pair<absl::string_view, absl::string_view> kTypes[] = {
      {"OBJECT_TABLE", "table"},       {"OBJECT_COLUMN", "column"},
      {"OBJECT_INDEX", "index"},       {"OBJECT_VIEW", "view"},
      {"OBJECT_SEQUENCE", "sequence"}, {"OBJECT_SCHEMA", "schema"},
      {"OBJECT_TYPE", "type"},         {"OBJECT_DOMAIN", "type"},
      {"OBJECT_FUNCTION", "function"}, {"OBJECT_TRIGGER", "trigger"},
      {"OBJECT_MATVIEW", "view"}};
  for (const auto& [object, kind] : kTypes) {
    if (object == type) return kind;
  }
  return "";
}

// What the statement gives a name.
std::vector<Named> NamesOf(const Statement& statement) {
  std::vector<Named> names;
  auto add = [&](absl::string_view kind, const std::string& name) {
    if (!kind.empty() && !name.empty()) names.push_back({std::string(kind), name});
  };
  const std::string node = sql::NodeName(statement.tree);
  const json& body = sql::NodeBody(statement.tree);
  if (node == "CreateStmt") add("table", RangeName(Get(body, "relation")).name);
  if (node == "CreateForeignTableStmt")
    add("table", RangeName(Get(Get(body, "base"), "relation")).name);
  if (node == "ViewStmt") add("view", RangeName(Get(body, "view")).name);
  if (node == "CreateTableAsStmt") {
    add(GetString(body, "objtype") == "OBJECT_MATVIEW" ? "view" : "table",
        RangeName(Get(Get(body, "into"), "rel")).name);
  }
  if (node == "IndexStmt") add("index", GetString(body, "idxname"));
  if (node == "CreateSchemaStmt") add("schema", GetString(body, "schemaname"));
  if (node == "CreateSeqStmt") add("sequence", RangeName(Get(body, "sequence")).name);
  if (node == "CreateEnumStmt" || node == "CreateRangeStmt")
    add("type", ListName(Get(body, "typeName")).name);
  if (node == "CreateDomainStmt") add("type", ListName(Get(body, "domainname")).name);
  if (node == "CompositeTypeStmt") add("type", RangeName(Get(body, "typevar")).name);
  if (node == "CreateFunctionStmt") add("function", ListName(Get(body, "funcname")).name);
  if (node == "CreateTrigStmt") add("trigger", GetString(body, "trigname"));
  if (node == "RenameStmt") {
    add(KindOfRenamed(GetString(body, "renameType")), GetString(body, "newname"));
  }
  for (const NewColumn& column : NewColumns(statement)) add("column", column.name);
  for (const NewConstraint& constraint : NewConstraints(statement)) {
    add(KindOfConstraint(constraint.type), GetString(*constraint.definition, "conname"));
  }
  return names;
}

void Check(const Script& script, const RuleOptions& options, Report report) {
  for (const Config::Lint::Naming& naming : options.lint->naming()) {
    const RE2 pattern(naming.pattern(), RE2::Quiet);
    for (size_t i = 0; i < script.statements.size(); ++i) {
      for (const Named& named : NamesOf(script.statements[i])) {
        if (named.kind != naming.kind() || RE2::FullMatch(named.name, pattern)) continue;
        report({i,
                absl::StrCat("the ", named.kind, " ", sql::Ident(named.name), " does not match ",
                             naming.pattern()),
                ""});
      }
    }
  }
}

}  // namespace

bool IsNamedKind(absl::string_view kind) {
  return std::find(std::begin(kKinds), std::end(kKinds), kind) != std::end(kKinds);
}

std::string NoNamedKind(absl::string_view kind) {
  return absl::StrCat("lint { naming { kind: \"", kind, "\" } }: the kinds are ",
                      absl::StrJoin(kKinds, ", "));
}

Rule NamePattern() {
  return {.name = "name-pattern",
          .meaning = "a new name that the configuration's pattern does not match",
          .why =
              "Names that follow one pattern are found without looking them up. The patterns are "
              "yours: "
              "lint { naming { … } }.",
          .fix = "Choose a name that matches.",
          .documentation = "configuration.md#lint",
          .engine = POSTGRESQL,
          .bad = {"CREATE TABLE Task (id int);\nCREATE INDEX byTitle ON tasks (title);",
                  "ALTER TABLE tasks ADD COLUMN \"Title\" text;",
                  "ALTER TABLE tasks RENAME COLUMN title TO \"theTitle\";"},
          .good = {"CREATE INDEX tasks_title_idx ON tasks (title);",
                   "ALTER TABLE tasks ADD COLUMN title text;", "DROP INDEX \"Odd\";"},
          .configuration =
              "lint {\n  naming { kind: \"index\" pattern: \"[a-z0-9_]+_idx\" }\n"
              "  naming { kind: \"column\" pattern: \"[a-z][a-z0-9_]*\" }\n}",
          .check = Check};
}

}  // namespace autogen::lint::rules
