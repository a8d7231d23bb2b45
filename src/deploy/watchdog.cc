#include "src/deploy/watchdog.h"

#include <sys/socket.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace autogen::deploy {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kLook{20};

}  // namespace

Watchdog::Watchdog(postgres::Connection& connection, postgres::ConnectOptions connect,
                   WatchOptions options)
    : connection_(connection),
      connect_(std::move(connect)),
      options_(std::move(options)),
      socket_(PQsocket(connection.raw())),
      backend_(connection.backend_pid()) {
  thread_ = std::thread([this] { Run(); });
}

Watchdog::~Watchdog() {
  over_ = true;
  thread_.join();
}

bool Watchdog::WaitUntil(Clock::time_point time, bool stoppable) {
  while (!over_) {
    if (stoppable && options_.stop && options_.stop()) return true;
    const auto left = time - Clock::now();
    if (left <= Clock::duration::zero()) return true;
    std::this_thread::sleep_for(std::min<Clock::duration>(left, kLook));
  }
  return false;
}

void Watchdog::Run() {
  if (!WaitUntil(Clock::now() + options_.deadline, /*stoppable=*/true)) return;
  fired_ = true;
  Cancel();
  if (!WaitUntil(Clock::now() + options_.grace, false)) return;
  EndBackend();
  if (!WaitUntil(Clock::now() + options_.grace, false)) return;
  // Not close(): the descriptor is libpq's. A call that waits for it sees the end of the stream.
  shutdown(socket_, SHUT_RDWR);
}

void Watchdog::Cancel() const {
  PGcancel* handle = PQgetCancel(connection_.raw());
  if (handle == nullptr) return;
  // It connects, and waits for an answer as long as the network likes: not our time.
  std::thread([handle] {
    char ignored[256];
    PQcancel(handle, ignored, sizeof ignored);
    PQfreeCancel(handle);
  }).detach();
}

void Watchdog::EndBackend() const {
  postgres::ConnectOptions second = connect_;
  second.application_name += " (end)";
  second.connect_timeout_s = 2;
  absl::StatusOr<postgres::Connection> connection = postgres::Connection::Open(second);
  if (!connection.ok()) return;
  // Behind a pooler the number may be another session's: only one that looks like ours.
  (void)connection->Exec(
      absl::StrCat("SET statement_timeout = '2s'; SELECT pg_catalog.pg_terminate_backend(pid) FROM "
                   "pg_catalog.pg_stat_activity WHERE pid = ",
                   backend_, " AND usename = current_user AND application_name = '",
                   connect_.application_name, "'"));
}

}  // namespace autogen::deploy
