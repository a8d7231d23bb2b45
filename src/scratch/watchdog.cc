#include "src/scratch/watchdog.h"

#include <signal.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/apply/interrupt.h"

namespace autogen::scratch {
namespace {

constexpr int kTotal = 10;             // times what one statement may take
constexpr int64_t kNextStepMs = 2000;  // between a cancel, the backend's end and the server's
constexpr int64_t kDiskEveryMs = 1000;
constexpr auto kLookEvery = std::chrono::milliseconds(50);

}  // namespace

Watchdog::Watchdog(int statement_s, Actions actions)
    : statement_s_(statement_s),
      actions_(std::move(actions)),
      start_ms_(postgres::Activity::NowMs()),
      thread_([this] { Run(); }) {}

Watchdog::~Watchdog() {
  {
    std::lock_guard<std::mutex> guard(mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
  thread_.join();
}

void Watchdog::Watch(const postgres::Connection& connection) {
  Session session;
  session.activity = connection.activity();
  session.cancel = std::shared_ptr<PGcancel>(PQgetCancel(connection.raw()), &PQfreeCancel);
  session.pid = connection.backend_pid();
  std::lock_guard<std::mutex> guard(mutex_);
  sessions_.push_back(std::move(session));
}

void Watchdog::Forget(const postgres::Connection& connection) {
  std::lock_guard<std::mutex> guard(mutex_);
  sessions_.erase(
      std::remove_if(sessions_.begin(), sessions_.end(),
                     [&](const Session& s) { return s.activity == connection.activity(); }),
      sessions_.end());
}

void Watchdog::Run() {
  // Signals are for the threads that work.
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  std::unique_lock<std::mutex> lock(mutex_);
  while (!stop_.wait_for(lock, kLookEvery, [this] { return stopping_; })) {
    if (const int signal = apply::InterruptSignal(); signal != 0 && actions_.clear_up) {
      actions_.clear_up();
      // As the signal would have, had nobody caught it.
      ::signal(signal, SIG_DFL);
      sigset_t one;
      sigemptyset(&one);
      sigaddset(&one, signal);
      pthread_sigmask(SIG_UNBLOCK, &one, nullptr);
      raise(signal);
    }
    const int64_t now = postgres::Activity::NowMs();
    Look(now);
    LookAtDisk(now);
  }
}

void Watchdog::Look(int64_t now) {
  const bool over = now - start_ms_ > int64_t{1000} * kTotal * statement_s_;
  for (Session& session : sessions_) {
    const int64_t since = session.activity->waits_since();
    if (since == 0) continue;
    if (!over && now - since <= int64_t{1000} * statement_s_) continue;
    if (session.ending != since) {
      session.ending = since;
      session.step = 0;
      session.next_ms = now;
      session.activity->Expire(absl::StrCat(
          over ? "the work in scratch databases took longer than "
               : "a statement in a scratch "
                 "database ran for longer than ",
          over ? kTotal * statement_s_ : statement_s_,
          " s and was ended. Where that is right for this schema: --scratch-timeout SECONDS (for ",
          "one statement; ten times as long for all)"));
    }
    if (now >= session.next_ms) End(session, now);
  }
}

void Watchdog::LookAtDisk(int64_t now) {
  if (!actions_.disk_bytes || now < next_disk_ms_) return;
  next_disk_ms_ = now + kDiskEveryMs;
  if (actions_.disk_bytes() <= actions_.disk_limit) return;
  for (Session& session : sessions_) {
    session.activity->Expire(absl::StrCat(
        "the scratch databases took more than ", actions_.disk_limit >> 20,
        " MB of disk and were ended: something in the model or its scripts writes too much"));
  }
  actions_.end();
}

void Watchdog::End(Session& session, int64_t now) {
  session.next_ms = now + kNextStepMs;
  char ignored[256];
  switch (session.step++) {
    case 0:
      PQcancel(session.cancel.get(), ignored, sizeof ignored);
      return;
    case 1:
      actions_.terminate(session.pid);
      return;
    default:
      actions_.end();
  }
}

}  // namespace autogen::scratch
