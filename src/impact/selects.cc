#include "src/impact/selects.h"

#include <algorithm>
#include <string>

#include "nlohmann/json.hpp"
#include "src/sql/parse.h"

namespace autogen::impact {

using nlohmann::json;
using sql::Get;
using sql::GetString;

bool HasColumn(const json& tree) {
  if (!tree.is_structured()) return false;
  if (tree.is_object() && tree.contains("ColumnRef")) return true;
  return std::any_of(tree.begin(), tree.end(), HasColumn);
}

bool HasQuery(const json& tree) {
  if (!tree.is_structured()) return false;
  if (tree.is_object() && tree.contains("SubLink")) return true;
  return std::any_of(tree.begin(), tree.end(), HasQuery);
}

bool Selects(const json& condition) {
  const std::string node = sql::NodeName(condition);
  const json& body = sql::NodeBody(condition);
  if (node == "BoolExpr") {
    const json& args = Get(body, "args");
    const std::string op = GetString(body, "boolop");
    if (op == "AND_EXPR") return std::any_of(args.begin(), args.end(), Selects);
    if (op == "OR_EXPR") return std::all_of(args.begin(), args.end(), Selects);
    return HasColumn(args);
  }
  if (node == "NullTest") return GetString(body, "nulltesttype") == "IS_NULL";
  if (node == "A_Expr") {
    json left = Get(body, "lexpr"), right = Get(body, "rexpr");
    if (HasQuery(left) || HasQuery(right)) return true;
    const bool same = sql::NodeName(left) == "ColumnRef" &&
                      Get(sql::NodeBody(left), "fields") == Get(sql::NodeBody(right), "fields");
    return !same && (HasColumn(left) || HasColumn(right));
  }
  return node == "SubLink" || HasColumn(condition);
}

}  // namespace autogen::impact
