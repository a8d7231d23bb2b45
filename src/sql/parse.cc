#include "src/sql/parse.h"

#include <pg_query.h>

#include "src/base/status.h"
#include "src/sql/depth.h"
#include "src/sql/scan.h"

namespace autogen::sql {

absl::StatusOr<nlohmann::json> Parse(absl::string_view text) {
  if (size_t nul = text.find('\0'); nul != absl::string_view::npos) {
    return SyntaxError("a NUL byte", static_cast<int>(nul) + 1);
  }
  RETURN_IF_ERROR(CheckDepth(text));
  PgQueryParseResult result = pg_query_parse(std::string(text).c_str());
  absl::StatusOr<nlohmann::json> out = absl::InternalError("libpg_query gave no tree");
  if (result.error != nullptr) {
    out = SyntaxError(result.error->message, result.error->cursorpos);
  } else if (result.parse_tree != nullptr) {
    nlohmann::json tree = nlohmann::json::parse(result.parse_tree, nullptr, false);
    if (tree.is_object()) {
      out = tree.contains("stmts") ? std::move(tree["stmts"]) : nlohmann::json::array();
    }
  }
  pg_query_free_parse_result(result);
  return out;
}

std::string NodeName(const nlohmann::json& node) {
  return node.is_object() && node.size() == 1 ? node.begin().key() : "";
}

const nlohmann::json& NodeBody(const nlohmann::json& node) {
  static const auto& null = *new nlohmann::json();
  return node.is_object() && node.size() == 1 ? node.begin().value() : null;
}

const nlohmann::json& Get(const nlohmann::json& node, const char* key) {
  static const auto& null = *new nlohmann::json();
  if (!node.is_object()) return null;
  auto found = node.find(key);
  return found == node.end() ? null : *found;
}

std::string GetString(const nlohmann::json& node, const char* key) {
  const nlohmann::json& value = Get(node, key);
  return value.is_string() ? value.get<std::string>() : "";
}

bool IsTrue(const nlohmann::json& node, const char* key) {
  const nlohmann::json& value = Get(node, key);
  return value.is_boolean() && value.get<bool>();
}

SplitName RangeName(const nlohmann::json& range) {
  return {GetString(range, "schemaname"), GetString(range, "relname")};
}

SplitName ListName(const nlohmann::json& names) {
  SplitName name;
  if (!names.is_array() || names.empty()) return name;
  name.name = GetString(Get(names.back(), "String"), "sval");
  if (names.size() > 1) name.schema = GetString(Get(names[names.size() - 2], "String"), "sval");
  return name;
}

}  // namespace autogen::sql
