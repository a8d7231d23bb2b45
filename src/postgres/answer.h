// Waiting for a server's answer without being deaf meanwhile.
#ifndef AUTOGEN_POSTGRES_ANSWER_H_
#define AUTOGEN_POSTGRES_ANSWER_H_

#include <libpq-fe.h>

#include <functional>

namespace autogen::postgres {

// Called about every 100 ms and after a signal; false cancels the running statement.
using Tick = std::function<bool()>;

// The next answer, nullptr at the end of a statement's answers and where the connection is lost.
// Also sends what is unsent. An empty `tick`: just waits.
PGresult* NextAnswer(PGconn* connection, const Tick& tick);

}  // namespace autogen::postgres

#endif  // AUTOGEN_POSTGRES_ANSWER_H_
