// Connection strings: what people paste, and what may be shown.
#ifndef AUTOGEN_POSTGRES_URL_H_
#define AUTOGEN_POSTGRES_URL_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace autogen::postgres {

// True for postgres://, postgresql://, postgresql+driver:// and "key=value …" strings, and
// "embedded".
bool LooksLikeUrl(absl::string_view text);

// What libpq takes: the "+driver" of SQLAlchemy's URLs removed, its driver-only query parameters
// (async_fallback, prepared_statement_cache_size, ssl=require -> sslmode=require …) translated or
// dropped; schema, currentSchema and search_path are the session's search_path. More keywords may
// be added to a keyword string. InvalidArgument where it does not parse, or where libpq would take
// what is a piece of a password for certain (it holds an "@" or "/") as host, port or database. The
// message shows nothing of `url` but its scheme.
absl::StatusOr<std::string> NormalizeUrl(absl::string_view url);

// The same server and user, another database.
absl::StatusOr<std::string> WithDatabase(absl::string_view url, absl::string_view database);

// What a message may show of a text that somebody gave as a connection string. Of one that
// NormalizeUrl() takes: user, host, port and database ("u@h:5432/d"; what it does not say is left
// out). Of any other: its scheme ("mysql://…"), or "…". Each value that an environment variable
// gave to a part of it stands as ${NAME} (see variables.h).
std::string Shown(absl::string_view url);

// The same for the database that is connected to: what `url` does not say is taken from libpq's
// variables and defaults. "app@db.example.com:5432/taskman"
std::string ShownTarget(absl::string_view url);

// What a message may show of a text that is a path or a connection string: the text itself where it
// holds none of "@", ":" and "=", else Shown().
std::string ShownSource(absl::string_view text);

}  // namespace autogen::postgres

#endif  // AUTOGEN_POSTGRES_URL_H_
