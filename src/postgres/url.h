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
// dropped. InvalidArgument without the password in it.
absl::StatusOr<std::string> NormalizeUrl(absl::string_view url);

// The same server and user, another database.
absl::StatusOr<std::string> WithDatabase(absl::string_view url, absl::string_view database);

// `url` with its password (and other secret parameters) replaced by "***".
std::string Redacted(absl::string_view url);

// ${NAME} replaced by the environment's value. FailedPrecondition names an unset variable.
absl::StatusOr<std::string> ExpandVariables(absl::string_view text);

}  // namespace autogen::postgres

#endif  // AUTOGEN_POSTGRES_URL_H_
