// Private folders and accounts for temporary servers.
#ifndef AUTOGEN_POSTGRES_INSTANCE_FOLDER_H_
#define AUTOGEN_POSTGRES_INSTANCE_FOLDER_H_

#include <sys/types.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace autogen::postgres {

// A new folder with a short path, in memory where there is room for it; as root every account may
// pass through it, but not list it. Removes older ones that nobody uses any more, since their
// supervisor was killed.
absl::StatusOr<std::string> MakeInstanceFolder();

// Makes `path`, a file or a folder, that of `uid` and `gid`.
absl::Status GiveTo(const std::string& path, uid_t uid, gid_t gid);

// An id that no account and no group of this machine has.
uid_t UnusedId(absl::string_view seed);

// The last lines of a program's output file, after a line end; "" where there are none.
std::string LastLines(const std::string& path);

}  // namespace autogen::postgres

#endif  // AUTOGEN_POSTGRES_INSTANCE_FOLDER_H_
