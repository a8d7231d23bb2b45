// SIGINT, SIGTERM and SIGHUP as a flag to poll between two steps of the work.
#ifndef AUTOGEN_APPLY_INTERRUPT_H_
#define AUTOGEN_APPLY_INTERRUPT_H_

#include <signal.h>

namespace autogen::apply {

// While one lives, the first of these signals is remembered instead of ending the process; the
// second ends it. One at a time in a process.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

 private:
  struct sigaction old_int_;
  struct sigaction old_term_;
  struct sigaction old_hup_;
};

// The signal that came, 0 for none. Exit code by custom: 128 + signal.
int InterruptSignal();

// Sleeps; back at once when a signal comes.
void SleepInterruptibly(int milliseconds);

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_INTERRUPT_H_
