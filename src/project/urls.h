// Connection strings of every engine, told apart by their scheme.
#ifndef AUTOGEN_PROJECT_URLS_H_
#define AUTOGEN_PROJECT_URLS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace autogen::project {

// What the engine's library takes. InvalidArgument where it does not parse; the message shows
// nothing of `url` but its scheme.
absl::StatusOr<std::string> NormalizeUrl(absl::string_view url);

// Whether a text is the URL of a database in a file, which no host is asked for.
bool NamesFile(absl::string_view url);

// Of a URL that one of a project's files has: a path in it starts at the project's `folder`, and
// must stay in the project unless it may lead `anywhere`. PermissionDenied where it does not. Other
// URLs as they are.
absl::StatusOr<std::string> PlaceIn(const std::string& folder, const std::string& url,
                                    bool anywhere);

// An absolute URL for each file that the pattern in one matches ("sqlite:///tenants/*.db"), sorted; the URL
// itself where it has none, or names no file. NotFound: there is no such file. PermissionDenied:
// one of them is a link out of the project of `folder`, and may not lead `anywhere`.
absl::StatusOr<std::vector<std::string>> MatchingFiles(const std::string& folder,
                                                       const std::string& url, bool anywhere);

// What may be shown of the database that is connected to: no password.
std::string ShownTarget(absl::string_view url);

}  // namespace autogen::project

#endif  // AUTOGEN_PROJECT_URLS_H_
