// Random choices that are the same for the same seed on every machine.
#ifndef AUTOGEN_TESTS_RANDOM_RANDOM_H_
#define AUTOGEN_TESTS_RANDOM_RANDOM_H_

#include <cstdint>
#include <random>
#include <vector>

namespace autogen::testing {

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}

  // 0 … n - 1; n > 0. (The standard's distributions differ between libraries.)
  int Below(int n) { return static_cast<int>(engine_() % static_cast<uint64_t>(n)); }
  bool Chance(int percent) { return Below(100) < percent; }
  // `choices` is not empty.
  template <typename T>
  const T& Pick(const std::vector<T>& choices) {
    return choices[static_cast<size_t>(Below(static_cast<int>(choices.size())))];
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace autogen::testing

#endif  // AUTOGEN_TESTS_RANDOM_RANDOM_H_
