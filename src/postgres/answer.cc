#include "src/postgres/answer.h"

#include <poll.h>

#include <chrono>

namespace autogen::postgres {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kTick(100);

void Cancel(PGconn* connection) {
  char ignored[256];
  PGcancel* handle = PQgetCancel(connection);
  if (handle == nullptr) return;
  PQcancel(handle, ignored, sizeof ignored);
  PQfreeCancel(handle);
}

// Until an answer can be read without waiting; false where the connection is lost.
bool Await(PGconn* c, const Tick& tick) {
  Clock::time_point next = Clock::now() + kTick;
  for (;;) {
    const int unsent = PQflush(c);
    if (unsent < 0) return false;
    if (PQisBusy(c) == 0) return true;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - Clock::now()).count();
    pollfd fd = {PQsocket(c), static_cast<short>(POLLIN | (unsent > 0 ? POLLOUT : 0)), 0};
    const int ready = left <= 0 ? 0 : poll(&fd, 1, static_cast<int>(left));
    if (ready > 0) {
      if (fd.revents != POLLOUT && PQconsumeInput(c) != 1) return false;
      continue;
    }
    // Time is up, or a signal came. A cancel that arrives between two statements is lost: every
    // refusal sends another.
    if (!tick()) Cancel(c);
    next = Clock::now() + kTick;
  }
}

}  // namespace

PGresult* NextAnswer(PGconn* connection, const Tick& tick) {
  if (tick && !Await(connection, tick)) return nullptr;
  return PQgetResult(connection);
}

}  // namespace autogen::postgres
