// Connection strings in pieces, as libpq cuts them. For the .cc files of this layer.
#ifndef AUTOGEN_POSTGRES_URL_PARTS_H_
#define AUTOGEN_POSTGRES_URL_PARTS_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace autogen::postgres {

// libpq's own keywords: host, port, sslmode, …
const std::vector<std::string>& Keywords();
bool IsKeyword(absl::string_view word);
// Parameters of drivers and pools that mean nothing to libpq and cannot matter here: why stands in
// docs/production.md.
absl::Span<const absl::string_view> IgnoredParameters();

// The length of "postgresql+driver://", 0 where `text` starts otherwise.
size_t SchemeLength(absl::string_view text);

// A URL cut as conninfo_uri_parse_options() in fe-connect.c cuts it; nothing is decoded.
struct Url {
  std::string user_info;  // with its "@"
  std::string host;       // with the port
  std::string path;       // with its "/"
  std::vector<std::pair<std::string, std::string>> query;

  std::string Text() const;
};
Url Cut(absl::string_view text);

// All that may be shown of a text that does not parse: "mysql://…", or "…".
std::string SchemeOnly(absl::string_view text);

// All bytes but letters, digits and those of `kept` as %XX.
std::string PercentEncoded(absl::string_view text, absl::string_view kept);

// %XX as bytes; a "%" that begins none stays.
std::string PercentDecoded(absl::string_view text);

// One pair of a keyword string, by the rules of conninfo_parse().
struct KeywordValue {
  std::string keyword;
  size_t begin = 0;  // of the value, quotes included
  size_t end = 0;
};
// False on a syntax error.
bool ScanKeywords(absl::string_view text, std::vector<KeywordValue>* found);

// What libpq reads in a normal connection string; nothing where it reads none.
struct Fields {
  std::string host, hostaddr, port, user, password, database, service, servicefile, options;
};
std::optional<Fields> ReadFields(const std::string& normal);
// The same of libpq's variables and defaults.
Fields DefaultFields();

// A URL with scheme as libpq takes it; an error message holds nothing of it but its scheme.
absl::StatusOr<std::string> NormalizeScheme(absl::string_view text);

}  // namespace autogen::postgres

#endif  // AUTOGEN_POSTGRES_URL_PARTS_H_
