// URLs of SQLite databases, as SQLAlchemy writes them.
#ifndef AUTOGEN_SQLITE_URL_H_
#define AUTOGEN_SQLITE_URL_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace autogen::sqlite {

struct Location {
  std::string path;  // of the file, as written: relative to the working directory, or absolute
  bool read_only = false;              // ?mode=ro
  std::optional<int> busy_timeout_ms;  // ?timeout=SECONDS
};

// sqlite:…, sqlite3:…, sqlite+driver:…
bool LooksLikeUrl(absl::string_view text);

// sqlite:///relative.db, sqlite:////absolute.db; a driver (sqlite+aiosqlite) and what is for a
// driver alone (check_same_thread, …) is left out. InvalidArgument: anything else, and a database
// in memory, which is empty and ends with the command.
absl::StatusOr<Location> ParseUrl(absl::string_view url);

// ParseUrl() back as a URL, the same however it was written.
absl::StatusOr<std::string> NormalizeUrl(absl::string_view url);

// The file alone, and the same URL with another one.
absl::StatusOr<std::string> PathOf(absl::string_view url);
std::string WithPath(absl::string_view url, const std::string& path);

// The path alone, for messages.
std::string ShownTarget(absl::string_view url);

}  // namespace autogen::sqlite

#endif  // AUTOGEN_SQLITE_URL_H_
