// Statements as messages, ledgers and reports may show them: without the secrets in them.
#ifndef AUTOGEN_SQL_MASK_H_
#define AUTOGEN_SQL_MASK_H_

#include <string>

#include "absl/strings/string_view.h"

namespace autogen::sql {

// `statement` with '***' in the place of
// - the password of CREATE and ALTER ROLE, the connection string of a subscription;
// - the options of a user mapping but "user", and any option (server, foreign table, …), setting
//   (SET, ALTER SYSTEM, ALTER ROLE … SET, set_config) whose name says that it is a secret;
// - the literals among the arguments of pgcrypto's functions;
// - every literal that is a connection string with a password in it;
// - the literals of a function's or DO block's body that mentions any of these.
// Where it does not parse but mentions such things, every literal is masked.
std::string Masked(absl::string_view statement);

// A server's message about `statement`: what Masked() hides there is hidden here, and where the
// message quotes other SQL that mentions such things, its literals are.
std::string MaskedMessage(absl::string_view message, absl::string_view statement);

}  // namespace autogen::sql

#endif  // AUTOGEN_SQL_MASK_H_
