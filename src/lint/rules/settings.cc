#include "src/lint/rules/settings.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "src/lint/rules/tree.h"

namespace autogen::lint::rules {
namespace {

// "5s", "500ms", "1 min", "2000": milliseconds, as guc.c reads them.
std::optional<int64_t> Milliseconds(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  size_t end = 0;
  while (end < text.size() && (absl::ascii_isdigit(text[end]) || text[end] == '.')) ++end;
  double number = 0;
  if (!absl::SimpleAtod(text.substr(0, end), &number)) return std::nullopt;
  const absl::string_view unit = absl::StripAsciiWhitespace(text.substr(end));
  const double factor = unit.empty() || unit == "ms" ? 1
                        : unit == "s"                ? 1000
                        : unit == "min"              ? 60000
                        : unit == "h"                ? 3600000
                        : unit == "d"                ? 86400000
                        : unit == "us"               ? 0.001
                                                     : -1;
  if (factor < 0 || number > 1e12) return std::nullopt;
  return static_cast<int64_t>(number * factor);
}

std::optional<int64_t> ValueOf(const json& constant) {
  const json& integer = Get(constant, "ival");
  if (integer.is_object()) {
    const json& value = Get(integer, "ival");
    return value.is_number() ? value.get<int64_t>() : 0;
  }
  return Milliseconds(GetString(Get(constant, "sval"), "sval"));
}

}  // namespace

std::optional<TimeLimit> FindTimeLimit(const Statement& statement, absl::string_view setting) {
  if (statement.impact.session.setting != setting) return std::nullopt;
  const json& set = Body(statement, "VariableSetStmt");
  TimeLimit limit;
  if (GetString(set, "kind") == "VAR_SET_VALUE") {
    limit.is_set = true;
    const json& values = Get(set, "args");
    if (values.size() == 1) limit.milliseconds = ValueOf(Get(values[0], "A_Const"));
    return limit;
  }
  // SELECT set_config('lock_timeout', …).
  limit.is_set = set.is_null();
  return limit;
}

}  // namespace autogen::lint::rules
