#include "src/lint/rules/tree.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace autogen::lint {

const json& Body(const Statement& statement, absl::string_view node) {
  static const auto& null = *new json();
  return sql::NodeName(statement.tree) == node ? sql::NodeBody(statement.tree) : null;
}

std::string Shown(const SplitName& name) { return sql::Qualified(name.schema, name.name); }

std::string Shown(const SplitName& table, absl::string_view column) {
  return absl::StrCat(Shown(table), ".", sql::Ident(column));
}

bool IsSame(const SplitName& a, const SplitName& b) {
  return a.name == b.name && a.schema == b.schema;
}

bool IsNew(const Statement& statement, const SplitName& relation) {
  const impact::Impact& impact = statement.impact;
  return std::any_of(impact.locks.begin(), impact.locks.end(),
                     [&](const impact::Lock& lock) {
                       return lock.is_new && IsSame(lock.relation, relation);
                     }) ||
         std::any_of(impact.consequences.begin(), impact.consequences.end(),
                     [&](const impact::Consequence& c) {
                       return c.is_new && c.column.empty() && IsSame(c.relation, relation);
                     });
}

namespace {

// CREATE FOREIGN TABLE has its parts one level deeper.
const json& CreateBody(const Statement& statement) {
  const json& foreign = Body(statement, "CreateForeignTableStmt");
  return foreign.is_object() ? Get(foreign, "base") : Body(statement, "CreateStmt");
}

}  // namespace

std::vector<Part> Parts(const Statement& statement) {
  std::vector<Part> parts;
  const json& body = Body(statement, "AlterTableStmt");
  const std::string type = GetString(body, "objtype");
  if (type != "OBJECT_TABLE" && type != "OBJECT_FOREIGN_TABLE" && type != "OBJECT_MATVIEW") {
    return parts;
  }
  const SplitName table = RangeName(Get(body, "relation"));
  for (const json& item : Get(body, "cmds")) {
    const json& command = Get(item, "AlterTableCmd");
    parts.push_back(
        {table, GetString(command, "subtype"), GetString(command, "name"), &Get(command, "def")});
  }
  return parts;
}

std::vector<NewColumn> NewColumns(const Statement& statement) {
  std::vector<NewColumn> columns;
  const json& create = CreateBody(statement);
  const SplitName table = RangeName(Get(create, "relation"));
  for (const json& item : Get(create, "tableElts")) {
    const json& definition = Get(item, "ColumnDef");
    if (definition.is_null()) continue;
    columns.push_back({table, GetString(definition, "colname"), &definition, true});
  }
  for (const Part& part : Parts(statement)) {
    if (part.type != "AT_AddColumn") continue;
    const json& definition = Get(*part.definition, "ColumnDef");
    columns.push_back({part.table, GetString(definition, "colname"), &definition, false});
  }
  return columns;
}

std::vector<NewConstraint> NewConstraints(const Statement& statement) {
  std::vector<NewConstraint> constraints;
  auto add = [&](const SplitName& table, const json& constraint, const std::string& column,
                 bool new_table) {
    constraints.push_back(
        {table, GetString(constraint, "contype"), column, &constraint, new_table});
  };
  for (const NewColumn& column : NewColumns(statement)) {
    for (const json& item : Get(*column.definition, "constraints")) {
      add(column.table, Get(item, "Constraint"), column.name, column.new_table);
    }
  }
  const json& create = CreateBody(statement);
  for (const json& item : Get(create, "tableElts")) {
    const json& constraint = Get(item, "Constraint");
    if (!constraint.is_null()) add(RangeName(Get(create, "relation")), constraint, "", true);
  }
  for (const Part& part : Parts(statement)) {
    if (part.type == "AT_AddConstraint") {
      add(part.table, Get(*part.definition, "Constraint"), "", false);
    }
  }
  return constraints;
}

std::vector<std::string> Strings(const json& list) {
  std::vector<std::string> strings;
  for (const json& item : list) strings.push_back(GetString(Get(item, "String"), "sval"));
  return strings;
}

std::string TypeOf(const json& type_name) { return ListName(Get(type_name, "names")).name; }

bool HasModifier(const json& type_name) { return !Get(type_name, "typmods").is_null(); }

std::string TransactionKind(const json& tree) {
  const std::string kind = GetString(Get(tree, "TransactionStmt"), "kind");
  if (kind == "TRANS_STMT_BEGIN" || kind == "TRANS_STMT_START") return "begin";
  if (kind == "TRANS_STMT_COMMIT" || kind == "TRANS_STMT_PREPARE") return "commit";
  return kind == "TRANS_STMT_ROLLBACK" ? "rollback" : "";
}

void ForEachNode(const json& tree, absl::FunctionRef<void(const std::string&, const json&)> visit) {
  if (!tree.is_structured()) return;
  for (const auto& item : tree.items()) {
    if (!item.value().is_structured()) continue;
    if (tree.is_object()) visit(item.key(), item.value());
    ForEachNode(item.value(), visit);
  }
}

}  // namespace autogen::lint
