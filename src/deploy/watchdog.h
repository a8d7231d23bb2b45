// A bound on how long a session's call may block, kept from outside of the call.
#ifndef AUTOGEN_DEPLOY_WATCHDOG_H_
#define AUTOGEN_DEPLOY_WATCHDOG_H_

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>

#include "src/postgres/connection.h"

namespace autogen::deploy {

struct WatchOptions {
  std::chrono::milliseconds deadline{0};
  // The pause between its measures: cancel the statement, end its backend from a second session,
  // close the socket.
  std::chrono::milliseconds grace{2000};
  // The same as the deadline, once it is true; called by another thread. May be empty.
  std::function<bool()> stop;
};

// While it lives, calls on `connection` return soon after the deadline: what hangs then fails. A
// connection whose socket was closed is not alive any more.
class Watchdog {
 public:
  // `connect` is how `connection` was opened; its application_name must be this session's alone.
  Watchdog(postgres::Connection& connection, postgres::ConnectOptions connect,
           WatchOptions options);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  // Whether it had to do anything.
  bool fired() const { return fired_; }

 private:
  void Run();
  // False where it is over before.
  bool WaitUntil(std::chrono::steady_clock::time_point time, bool stoppable);
  void Cancel() const;
  void EndBackend() const;

  postgres::Connection& connection_;
  const postgres::ConnectOptions connect_;
  const WatchOptions options_;
  const int socket_;
  const int backend_;
  std::atomic<bool> over_{false};
  std::atomic<bool> fired_{false};
  std::thread thread_;
};

}  // namespace autogen::deploy

#endif  // AUTOGEN_DEPLOY_WATCHDOG_H_
