#include "src/apply/batch.h"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/numbers.h"
#include "src/postgres/error.h"

namespace autogen::apply {
namespace {

constexpr int kTickMs = 100;

void Cancel(PGconn* c) {
  char ignored[256];
  PGcancel* handle = PQgetCancel(c);
  if (handle == nullptr) return;
  PQcancel(handle, ignored, sizeof ignored);
  PQfreeCancel(handle);
}

// Until a result can be read without waiting; false where the connection is gone.
bool Wait(PGconn* c, const BatchHooks& hooks) {
  for (;;) {
    const int unsent = PQflush(c);
    if (unsent < 0) return false;
    if (PQisBusy(c) == 0) return true;
    pollfd fd = {PQsocket(c), static_cast<short>(POLLIN | (unsent > 0 ? POLLOUT : 0)), 0};
    const int ready = poll(&fd, 1, kTickMs);
    if (ready > 0) {
      if (fd.revents != POLLOUT && PQconsumeInput(c) != 1) return false;
    } else if (hooks.tick && !hooks.tick()) {
      // A cancel that arrives between two statements is lost: every refusal sends another.
      Cancel(c);
    }
  }
}

int LineOfError(const PGresult* result, const std::string& statement) {
  const char* text = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
  int position = 0;
  if (text == nullptr || !absl::SimpleAtoi(text, &position)) return 0;
  int line = 1;
  for (char c : statement) {
    // Positions count characters.
    if ((static_cast<unsigned char>(c) & 0xC0) != 0x80 && --position <= 0) break;
    if (c == '\n') ++line;
  }
  return line;
}

bool Failed(const PGresult* result) {
  switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_EMPTY_QUERY:
      return false;
    default:
      return true;
  }
}

// Reads the results of statement `index` up to the null that ends them.
void ReadStatement(postgres::Connection& connection, size_t index, const std::string& statement,
                   const BatchHooks& hooks, BatchError& error) {
  PGconn* c = connection.raw();
  postgres::Result last;
  for (;;) {
    PGresult* raw = Wait(c, hooks) ? PQgetResult(c) : nullptr;
    if (raw == nullptr) break;
    postgres::Result result(raw);
    const ExecStatusType status = PQresultStatus(raw);
    if (status == PGRES_COPY_OUT || status == PGRES_COPY_IN) {
      error = {absl::UnimplementedError("COPY from or to the client is not supported in a script"),
               index, 0};
      PQreset(c);  // nothing less ends a COPY in a pipeline
      return;
    }
    if (!Failed(raw)) {
      last = std::move(result);
    } else if (error.status.ok()) {
      error = {postgres::ResultError(c, raw, ""), index, LineOfError(raw, statement)};
    }
  }
  if (!error.status.ok()) return;
  if (!connection.alive() || last.raw() == nullptr) {
    error = {postgres::ResultError(c, nullptr, ""), index, 0};
  } else if (hooks.done) {
    hooks.done(index, last);
  }
}

}  // namespace

BatchError RunBatch(postgres::Connection& connection, absl::Span<const std::string> statements,
                    const BatchHooks& hooks) {
  PGconn* c = connection.raw();
  BatchError error;
  if (PQsetnonblocking(c, 1) != 0 || PQenterPipelineMode(c) != 1) {
    return {postgres::ResultError(c, nullptr, ""), 0, 0};
  }
  for (size_t i = 0; i < statements.size(); ++i) {
    // The flush makes the server tell of a statement as it ends, not of all at the sync.
    const bool flush = !hooks.prompt || hooks.prompt(i);
    if (PQsendQueryParams(c, statements[i].c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0) !=
            1 ||
        (flush && PQsendFlushRequest(c) != 1)) {
      return {postgres::ResultError(c, nullptr, ""), 0, 0};
    }
  }
  if (PQpipelineSync(c) != 1) return {postgres::ResultError(c, nullptr, ""), 0, 0};
  for (size_t i = 0; i < statements.size() && error.status.ok(); ++i) {
    if (hooks.started) hooks.started(i);
    ReadStatement(connection, i, statements[i], hooks, error);
  }
  // Up to the sync; after an error every later statement answers "aborted" with a null behind it.
  while (connection.alive() && Wait(c, hooks)) {
    PGresult* raw = PQgetResult(c);
    const bool synced = PQresultStatus(raw) == PGRES_PIPELINE_SYNC;
    PQclear(raw);
    if (synced) break;
  }
  PQexitPipelineMode(c);
  PQsetnonblocking(c, 0);
  return error;
}

BatchError RunAlone(postgres::Connection& connection, const std::string& statement,
                    const BatchHooks& hooks) {
  if (PQsendQuery(connection.raw(), statement.c_str()) != 1) {
    return {postgres::ResultError(connection.raw(), nullptr, ""), 0, 0};
  }
  if (hooks.started) hooks.started(0);
  BatchError error;
  ReadStatement(connection, 0, statement, hooks, error);
  return error;
}

}  // namespace autogen::apply
