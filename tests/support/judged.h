// What lint says of scripts that autogen itself writes.
#ifndef AUTOGEN_TESTS_SUPPORT_JUDGED_H_
#define AUTOGEN_TESTS_SUPPORT_JUDGED_H_

#include <string>

#include "absl/strings/string_view.h"

namespace autogen::testing {

// The errors and warnings, a line each, about locks, scans, rewrites, builds of indexes and how it
// runs, of a script with this section, that the comment above the statement does not explain.
// `online`: only "no online way" explains one; else that the comment says the same of its work.
std::string Unexplained(absl::string_view section, bool online);

}  // namespace autogen::testing

#endif  // AUTOGEN_TESTS_SUPPORT_JUDGED_H_
