#include "src/sql/column_name.h"

#include "absl/strings/str_cat.h"
#include "src/sql/parse.h"

namespace autogen::sql {
namespace {

using nlohmann::json;

// The last String of a list of nodes, or "".
std::string LastString(const json& list) {
  if (!list.is_array()) return "";
  std::string last;
  for (const json& node : list) {
    if (NodeName(node) == "String") last = GetString(NodeBody(node), "sval");
  }
  return last;
}

// FigureColnameInternal: how sure the name is (0 none, 1 weak, 2 certain).
int Figure(const json& node, std::string* name) {
  const std::string kind = NodeName(node);
  const json& body = NodeBody(node);
  auto certain = [&](std::string found) {
    if (found.empty()) return 0;
    *name = std::move(found);
    return 2;
  };
  if (kind == "ColumnRef") return certain(LastString(Get(body, "fields")));
  if (kind == "A_Indirection") {
    std::string field = LastString(Get(body, "indirection"));
    return field.empty() ? Figure(Get(body, "arg"), name) : certain(field);
  }
  if (kind == "FuncCall") return certain(LastString(Get(body, "funcname")));
  if (kind == "A_Expr") {
    return GetString(body, "kind") == "AEXPR_NULLIF" ? certain("nullif") : 0;
  }
  if (kind == "TypeCast") {
    int strength = Figure(Get(body, "arg"), name);
    if (strength > 1) return strength;
    std::string type = LastString(Get(Get(body, "typeName"), "names"));
    if (type.empty()) return strength;
    *name = type;
    return 1;
  }
  if (kind == "CollateClause") return Figure(Get(body, "arg"), name);
  if (kind == "CaseExpr") {
    int strength = Figure(Get(body, "defresult"), name);
    if (strength > 1) return strength;
    *name = "case";
    return 1;
  }
  if (kind == "A_ArrayExpr") return certain("array");
  if (kind == "RowExpr") return certain("row");
  if (kind == "CoalesceExpr") return certain("coalesce");
  if (kind == "MinMaxExpr") {
    return certain(GetString(body, "op") == "IS_LEAST" ? "least" : "greatest");
  }
  if (kind == "XmlSerialize") return certain("xmlserialize");
  if (kind == "XmlExpr") {
    const std::string op = GetString(body, "op");
    if (op == "IS_XMLCONCAT") return certain("xmlconcat");
    if (op == "IS_XMLELEMENT") return certain("xmlelement");
    if (op == "IS_XMLFOREST") return certain("xmlforest");
    if (op == "IS_XMLPARSE") return certain("xmlparse");
    if (op == "IS_XMLPI") return certain("xmlpi");
    if (op == "IS_XMLROOT") return certain("xmlroot");
  }
  // Subqueries and session values (CURRENT_USER …) cannot stand in an index.
  return 0;
}

}  // namespace

std::string ExpressionColumnName(absl::string_view expression) {
  absl::StatusOr<json> statements = Parse(absl::StrCat("SELECT ", expression));
  if (!statements.ok() || statements->size() != 1) return "";
  const json& select = NodeBody(Get((*statements)[0], "stmt"));
  const json& targets = Get(select, "targetList");
  if (!targets.is_array() || targets.size() != 1) return "";
  std::string name;
  Figure(Get(NodeBody(targets[0]), "val"), &name);
  return name;
}

}  // namespace autogen::sql
