// A deadline for what runs in scratch databases, enforced from outside.
#ifndef AUTOGEN_SCRATCH_WATCHDOG_H_
#define AUTOGEN_SCRATCH_WATCHDOG_H_

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "src/postgres/connection.h"

namespace autogen::scratch {

// A body can catch a cancel, and set statement_timeout to what it likes. So a thread looks at each
// session: what waits for too long is cancelled, then its backend is terminated, then the server is
// ended. A signal that an apply::InterruptGuard caught ends everything at once, and the process.
class Watchdog {
 public:
  struct Actions {
    std::function<void(int pid)> terminate;  // pg_terminate_backend() over another session
    std::function<void()> end;               // no session is left after it
    std::function<void()> clear_up;          // drops what would stay behind after a signal
    // What the server's files take, asked once a second (see DiskMeter); null where that is not
    // looked at.
    std::function<int64_t()> disk_bytes;
    int64_t disk_limit = 0;  // the server is ended above it
  };
  // `statement_s`: for one answer of the server; ten times as long for everything together.
  Watchdog(int statement_s, Actions actions);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  // Until Forget(), which must come before the connection closes.
  void Watch(const postgres::Connection& connection);
  void Forget(const postgres::Connection& connection);

 private:
  struct Session {
    std::shared_ptr<postgres::Activity> activity;
    std::shared_ptr<PGcancel> cancel;
    int pid = 0;
    int64_t ending = 0;  // waits_since() of the wait that is being ended
    int64_t next_ms = 0;
    int step = 0;
  };

  void Run();
  void Look(int64_t now);
  void LookAtDisk(int64_t now);
  void End(Session& session, int64_t now);

  const int statement_s_;
  const Actions actions_;
  const int64_t start_ms_;
  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;
  int64_t next_disk_ms_ = 0;
  std::vector<Session> sessions_;
  std::thread thread_;
};

}  // namespace autogen::scratch

#endif  // AUTOGEN_SCRATCH_WATCHDOG_H_
