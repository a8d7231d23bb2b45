#include "src/postgres/activity.h"

#include <chrono>
#include <utility>

namespace autogen::postgres {

int64_t Activity::NowMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

void Activity::Expire(std::string why) {
  std::lock_guard<std::mutex> guard(mutex_);
  why_ = std::move(why);
}

std::string Activity::expired() const {
  std::lock_guard<std::mutex> guard(mutex_);
  return why_;
}

}  // namespace autogen::postgres
