// An error of a server or libpq, as a status.
#ifndef AUTOGEN_POSTGRES_ERROR_H_
#define AUTOGEN_POSTGRES_ERROR_H_

#include <libpq-fe.h>

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace autogen::postgres {

bool Succeeded(const PGresult* result);

// "ERROR: relation "t" does not exist (42P01)", then lines for DETAIL, HINT, CONTEXT and the line
// of `sql` where the error is. Secrets of `sql`, and of what the server quotes, are masked. The
// code follows from the SQLSTATE (see SqlStateCode). A result without one is a lost connection:
// Unavailable.
absl::Status ResultError(PGconn* connection, const PGresult* result, absl::string_view sql);

// Where in its statement an error of a server is: the byte, from 0. Nothing where the server does
// not say.
std::optional<size_t> ErrorOffset(const absl::Status& status);

// The line of `sql`, from 1, where the error of `result` is; 0: it does not say.
int ErrorLine(const PGresult* result, absl::string_view sql);

bool IsCopy(const PGresult* result);
// Of a statement that wants to send data to us, or data of us.
absl::Status CopyError();

// A refused or failed login. Never holds a password.
absl::Status ConnectError(PGconn* connection, absl::string_view where);

// The class of an SQLSTATE as a status code: NotFound for missing objects, AlreadyExists for
// duplicates, PermissionDenied, Aborted for deadlocks and lock timeouts, Cancelled, Unavailable for
// a server that shuts down, InvalidArgument for syntax, else FailedPrecondition.
absl::StatusCode SqlStateCode(absl::string_view sqlstate);

}  // namespace autogen::postgres

#endif  // AUTOGEN_POSTGRES_ERROR_H_
