#include "src/apply/interrupt.h"

#include <poll.h>

#include <algorithm>
#include <atomic>

namespace autogen::apply {
namespace {

std::atomic<int> g_signal{0};
static_assert(std::atomic<int>::is_always_lock_free);

void Remember(int signal) { g_signal = signal; }

}  // namespace

InterruptGuard::InterruptGuard() {
  g_signal = 0;
  struct sigaction action = {};
  action.sa_handler = Remember;
  sigemptyset(&action.sa_mask);
  // Without SA_RESTART: poll() and sleeps come back at once. With SA_RESETHAND: the second one ends
  // us.
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, &old_int_);
  sigaction(SIGTERM, &action, &old_term_);
  sigaction(SIGHUP, nullptr, &old_hup_);
  // Under nohup it stays ignored.
  if (old_hup_.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, nullptr);
}

InterruptGuard::~InterruptGuard() {
  sigaction(SIGINT, &old_int_, nullptr);
  sigaction(SIGTERM, &old_term_, nullptr);
  sigaction(SIGHUP, &old_hup_, nullptr);
}

int InterruptSignal() { return g_signal; }

void SleepInterruptibly(int milliseconds) {
  // A signal wakes one thread only: the others poll.
  constexpr int kLookMs = 100;
  for (; milliseconds > 0 && InterruptSignal() == 0; milliseconds -= kLookMs) {
    poll(nullptr, 0, std::min(milliseconds, kLookMs));
  }
}

}  // namespace autogen::apply
