#include "src/postgres/watched.h"

#include <utility>

#include "src/postgres/batch.h"
#include "src/postgres/error.h"

namespace autogen::postgres {

BatchError RunBatch(Connection& connection, absl::Span<const std::string> statements,
                    const BatchHooks& hooks) {
  Batch batch(
      connection, hooks.tick ? hooks.tick : [] { return true; });
  for (size_t i = 0; i < statements.size(); ++i) {
    batch.Add(statements[i]);
    if (!hooks.prompt || hooks.prompt(i)) batch.Request();
  }
  batch.End();
  for (size_t i = 0; i < statements.size(); ++i) {
    // What could not be sent fails before anything has started.
    if (hooks.started && batch.ok()) hooks.started(i);
    absl::StatusOr<Result> result = batch.Next();
    if (!result.ok()) return {result.status(), batch.failed(), batch.failed_line()};
    if (hooks.done) hooks.done(i, *result);
  }
  return {};
}

BatchError RunAlone(Connection& connection, const std::string& statement, const BatchHooks& hooks) {
  PGconn* c = connection.raw();
  connection.kept_plans().Note(statement);
  if (PQsendQuery(c, statement.c_str()) != 1) return {connection.Failure(nullptr, ""), 0, 0};
  if (hooks.started) hooks.started(0);
  Result last;
  BatchError error;
  while (PGresult* raw = NextAnswer(c, hooks.tick)) {
    Result result(raw);
    if (IsCopy(raw)) {
      PQreset(c);  // the rest of the statement would wait for data
      return {CopyError(), 0, 0};
    }
    if (Succeeded(raw)) {
      last = std::move(result);
    } else if (error.status.ok()) {
      error = {connection.Failure(raw, ""), 0, ErrorLine(raw, statement)};
    }
  }
  if (!error.status.ok()) return error;
  if (!connection.alive() || last.raw() == nullptr) return {connection.Failure(nullptr, ""), 0, 0};
  if (hooks.done) hooks.done(0, last);
  return {};
}

}  // namespace autogen::postgres
