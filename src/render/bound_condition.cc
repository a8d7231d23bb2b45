#include "src/render/bound_condition.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/sql/scan.h"

namespace autogen::render {
namespace {

// The lists in parentheses: one behind IN, two of FROM and TO.
std::vector<std::vector<std::string>> Lists(absl::string_view bound) {
  std::vector<std::vector<std::string>> lists;
  absl::StatusOr<std::vector<sql::Token>> tokens = sql::Scan(bound);
  if (!tokens.ok()) return lists;
  int depth = 0;
  size_t start = 0;
  for (const sql::Token& token : *tokens) {
    bool open = token.IsChar('('), close = token.IsChar(')');
    if (open && ++depth == 1) {
      lists.emplace_back();
      start = token.end;
    }
    if (depth == 1 && (close || token.IsChar(','))) {
      lists.back().emplace_back(
          absl::StripAsciiWhitespace(bound.substr(start, token.start - start)));
      start = token.end;
    }
    if (close) --depth;
  }
  return lists;
}

bool IsUnbounded(const std::string& value) { return value == "MINVALUE" || value == "MAXVALUE"; }

// keys >= values (the lower end) or keys < values (the upper end). What follows MINVALUE or
// MAXVALUE counts for nothing (manual: CREATE TABLE, PARTITION OF).
std::string Compare(const std::vector<std::string>& keys, const std::vector<std::string>& values,
                    bool lower) {
  size_t n = 0;
  while (n < values.size() && n < keys.size() && !IsUnbounded(values[n])) ++n;
  if (n == 0) {
    bool nothing = !values.empty() && (values[0] == "MAXVALUE") == lower;
    return nothing ? "false" : "true";
  }
  bool cut = n < values.size();
  const char* op = lower ? (cut && values[n] == "MAXVALUE" ? ">" : ">=")
                         : (cut && values[n] == "MAXVALUE" ? "<=" : "<");
  auto row = [n](const std::vector<std::string>& items) {
    std::string list = absl::StrJoin(items.begin(), items.begin() + static_cast<long>(n), ", ");
    return n == 1 ? list : absl::StrCat("(", list, ")");
  };
  return absl::StrCat(row(keys), " ", op, " ", row(values));
}

}  // namespace

std::string BoundCondition(absl::string_view bound, const std::vector<std::string>& keys) {
  std::vector<std::vector<std::string>> lists = Lists(bound);
  if (keys.empty()) return "";
  if (absl::StartsWith(bound, "FOR VALUES IN") && lists.size() == 1) {
    std::vector<std::string> values;
    std::string null;
    for (const std::string& value : lists[0]) {
      if (value == "NULL") {
        null = absl::StrCat(keys[0], " IS NULL");
      } else {
        values.push_back(value);
      }
    }
    if (values.empty()) return null;
    std::string in = absl::StrCat(keys[0], " IN (", absl::StrJoin(values, ", "), ")");
    // Without a list that has NULL, NULL is in no partition: never unknown.
    return null.empty() ? absl::StrCat(keys[0], " IS NOT NULL AND ", in)
                        : absl::StrCat("(", null, " OR ", in, ")");
  }
  if (absl::StartsWith(bound, "FOR VALUES FROM") && lists.size() == 2) {
    std::vector<std::string> conditions;
    for (const std::string& key : keys) conditions.push_back(absl::StrCat(key, " IS NOT NULL"));
    for (const std::string& condition :
         {Compare(keys, lists[0], true), Compare(keys, lists[1], false)}) {
      if (condition != "true") conditions.push_back(condition);
    }
    return absl::StrJoin(conditions, " AND ");
  }
  return "";
}

}  // namespace autogen::render
