#include "src/sql/plpgsql.h"

#include <pg_query.h>

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "nlohmann/json.hpp"
#include "src/sql/depth.h"
#include "src/sql/parse.h"

namespace autogen::sql {
namespace {

using nlohmann::json;

// The parser's tree is as deep as the blocks are nested: nobody writes so many.
constexpr size_t kMostBlocks = 2000;
constexpr size_t kLongest = 1 << 20;

bool IsOrdinary(absl::string_view statement) {
  if (statement.size() > kLongest || statement.find('\0') != absl::string_view::npos) return false;
  size_t blocks = 0;
  for (size_t i = 0; i + 1 < statement.size(); ++i) {
    const absl::string_view rest = statement.substr(i, 5);
    blocks += absl::StartsWithIgnoreCase(rest, "begin") ||
              absl::StartsWithIgnoreCase(rest, "loop") || absl::StartsWithIgnoreCase(rest, "if") ||
              absl::StartsWithIgnoreCase(rest, "case");
  }
  return blocks <= kMostBlocks && CheckDepth(statement).ok();
}

void Find(const json& tree, std::vector<std::string>* queries) {
  if (!tree.is_structured()) return;
  for (const auto& item : tree.items()) {
    const std::string key = tree.is_object() ? item.key() : "";
    const bool executes = key == "PLpgSQL_stmt_dynexecute" || key == "PLpgSQL_stmt_dynfors";
    if (executes) {
      queries->push_back(GetString(Get(Get(item.value(), "query"), "PLpgSQL_expr"), "query"));
    } else if (key == "dynquery") {
      queries->push_back(GetString(Get(item.value(), "PLpgSQL_expr"), "query"));
    }
    Find(item.value(), queries);
  }
}

}  // namespace

std::vector<std::string> DynamicQueries(absl::string_view statement) {
  std::vector<std::string> queries;
  if (!absl::StrContains(absl::AsciiStrToLower(statement), "execute") || !IsOrdinary(statement))
    return queries;
  PgQueryPlpgsqlParseResult result = pg_query_parse_plpgsql(std::string(statement).c_str());
  if (result.error == nullptr && result.plpgsql_funcs != nullptr) {
    Find(json::parse(result.plpgsql_funcs, nullptr, false), &queries);
  }
  pg_query_free_plpgsql_parse_result(result);
  return queries;
}

}  // namespace autogen::sql
