// Connection strings of every engine, told apart by their scheme.
#ifndef AUTOGEN_PROJECT_URLS_H_
#define AUTOGEN_PROJECT_URLS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace autogen::project {

// What the engine's library takes. InvalidArgument where it does not parse; the message shows
// nothing of `url` but its scheme.
absl::StatusOr<std::string> NormalizeUrl(absl::string_view url);

// What may be shown of the database that is connected to: no password.
std::string ShownTarget(absl::string_view url);

}  // namespace autogen::project

#endif  // AUTOGEN_PROJECT_URLS_H_
