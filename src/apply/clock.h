// Seconds of a monotonic clock.
#ifndef AUTOGEN_APPLY_CLOCK_H_
#define AUTOGEN_APPLY_CLOCK_H_

#include <chrono>

namespace autogen::apply {

inline double Now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_CLOCK_H_
