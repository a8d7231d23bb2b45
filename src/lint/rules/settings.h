// SET of a time limit, as a rule reads it.
#ifndef AUTOGEN_LINT_RULES_SETTINGS_H_
#define AUTOGEN_LINT_RULES_SETTINGS_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "src/lint/script.h"

namespace autogen::lint::rules {

struct TimeLimit {
  bool is_set = false;                  // false: RESET, TO DEFAULT
  std::optional<int64_t> milliseconds;  // nothing where the value could not be read
};
// Where the statement sets this setting, or resets it.
std::optional<TimeLimit> FindTimeLimit(const Statement& statement, absl::string_view setting);

}  // namespace autogen::lint::rules

#endif  // AUTOGEN_LINT_RULES_SETTINGS_H_
