// Whether a session waits for the server, for a thread that ends what lasts too long.
#ifndef AUTOGEN_POSTGRES_ACTIVITY_H_
#define AUTOGEN_POSTGRES_ACTIVITY_H_

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

namespace autogen::postgres {

// Use by several threads at once is allowed.
class Activity {
 public:
  // Milliseconds of the steady clock since when the session has been waiting for the answer that it
  // waits for now; 0: it does not wait.
  int64_t waits_since() const { return waits_since_; }
  // To be called before the statement is ended: the session's errors then say why.
  void Expire(std::string why);
  // "" where it was not ended.
  std::string expired() const;

  static int64_t NowMs();

 private:
  friend class Wait;
  std::atomic<int64_t> waits_since_{0};
  mutable std::mutex mutex_;
  std::string why_;
};

// For as long as it lives the session waits.
class Wait {
 public:
  explicit Wait(Activity& activity) : activity_(activity) {
    activity_.waits_since_ = Activity::NowMs();
  }
  ~Wait() { activity_.waits_since_ = 0; }
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;

 private:
  Activity& activity_;
};

}  // namespace autogen::postgres

#endif  // AUTOGEN_POSTGRES_ACTIVITY_H_
