// Inputs made from inputs: a small mutation engine for compilers without libFuzzer.
#ifndef AUTOGEN_TESTS_FUZZ_MUTATOR_H_
#define AUTOGEN_TESTS_FUZZ_MUTATOR_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace autogen::fuzz {

// The same seed gives the same inputs, on every machine.
class Mutator {
 public:
  // `seeds` and `words` may be empty.
  Mutator(std::vector<std::string> seeds, std::vector<std::string> words, uint64_t seed);

  // A seed, or an earlier input, with a few changes. At most kMostBytes.
  std::string Next();

  static constexpr size_t kMostBytes = 8192;

 private:
  size_t Below(size_t n) { return static_cast<size_t>(random_() % n); }
  void Change(std::string& text);
  void ChangeBytes(std::string& text);
  void ChangePieces(std::string& text);
  // A range of `text` as (position, length): a line, a word, or any bytes.
  std::pair<size_t, size_t> Piece(const std::string& text);

  std::vector<std::string> pool_;  // the seeds, then inputs that were made from them
  size_t seeds_;
  std::vector<std::string> words_;
  std::mt19937_64 random_;
};

}  // namespace autogen::fuzz

#endif  // AUTOGEN_TESTS_FUZZ_MUTATOR_H_
