// Environment variables in connection strings: ${NAME}.
#ifndef AUTOGEN_POSTGRES_VARIABLES_H_
#define AUTOGEN_POSTGRES_VARIABLES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace autogen::postgres {

// A connection string in which ${NAME} was replaced by the environment's value.
struct Expansion {
  std::string url;
  std::vector<std::string> variables;  // those that it names, each once
  // The hosts that the text itself names: not those that are a variable's value as a whole, nor
  // those that libpq's variables, a service or a default give.
  std::vector<std::string> hosts;
  bool has_password = false;  // the text names one, or a variable in its place
};

// In a URL a value is percent-encoded, in a keyword string it is quoted by libpq's rules; a
// variable that begins the text is taken as it is: it may hold a URL. The values that are only a
// part of the URL are hidden from then on (see WithoutValues).
//
// FailedPrecondition names every variable that is not set or is empty; InvalidArgument for a text
// that is not a valid connection string (it is not shown).
absl::StatusOr<Expansion> ExpandVariables(absl::string_view text);

// `text` with each value as it is: no connection string of ours. FailedPrecondition as above.
absl::StatusOr<std::string> ExpandAsText(absl::string_view text);

// `message` with ${NAME} in the place of each value that ExpandVariables() put into a part of a
// connection string.
std::string WithoutValues(absl::string_view message);

// The hosts and addresses that a connection string names; none where it does not parse.
std::vector<std::string> HostsOf(absl::string_view url);

// True for "localhost", 127.0.0.0/8, ::1 and the folder of a Unix socket.
bool IsLocalHost(absl::string_view host);

// `url` so that libpq sends neither $PGPASSWORD nor a password file's entry to its host.
std::string WithoutFoundPassword(absl::string_view url);
// Whether the connection string was made so.
bool WithholdsPassword(absl::string_view password);

}  // namespace autogen::postgres

#endif  // AUTOGEN_POSTGRES_VARIABLES_H_
