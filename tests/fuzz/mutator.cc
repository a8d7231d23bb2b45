#include "tests/fuzz/mutator.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "tests/support/odd_text.h"

namespace autogen::fuzz {
namespace {

// Inputs that are kept beside the seeds, so that changes add up.
constexpr size_t kKept = 256;

constexpr const char* kNumbers[] = {"0",
                                    "1",
                                    "-1",
                                    "63",
                                    "64",
                                    "127",
                                    "128",
                                    "255",
                                    "256",
                                    "32767",
                                    "65536",
                                    "2147483647",
                                    "2147483648",
                                    "-2147483648",
                                    "4294967296",
                                    "9223372036854775807",
                                    "9223372036854775808",
                                    "-9223372036854775809",
                                    "1e400",
                                    "0.1"};

bool IsWordByte(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_'; }

}  // namespace

Mutator::Mutator(std::vector<std::string> seeds, std::vector<std::string> words, uint64_t seed)
    : pool_(std::move(seeds)), words_(std::move(words)), random_(seed) {
  if (pool_.empty()) pool_.emplace_back();
  seeds_ = pool_.size();
  for (const char* number : kNumbers) words_.emplace_back(number);
}

std::string Mutator::Next() {
  std::string text = pool_[Below(2) == 0 ? Below(seeds_) : Below(pool_.size())];
  for (size_t changes = 1 + Below(Below(4) == 0 ? 16 : 4); changes > 0; --changes) Change(text);
  if (text.size() > kMostBytes) text.resize(kMostBytes);
  if (Below(8) == 0) {
    if (pool_.size() < seeds_ + kKept) {
      pool_.push_back(text);
    } else {
      pool_[seeds_ + Below(kKept)] = text;
    }
  }
  return text;
}

void Mutator::Change(std::string& text) {
  if (text.empty() || Below(3) == 0) {
    ChangeBytes(text);
  } else {
    ChangePieces(text);
  }
}

void Mutator::ChangeBytes(std::string& text) {
  const size_t at = Below(text.size() + 1);
  const char odd = test::kOddBytes[Below(sizeof test::kOddBytes - 1)];
  if (at == text.size()) {
    text.push_back(odd);
    return;
  }
  switch (Below(5)) {
    case 0:
      text[at] = static_cast<char>(text[at] ^ (1 << Below(8)));
      break;
    case 1:
      text[at] = odd;
      break;
    case 2:
      text.insert(at, 1 + Below(Below(8) == 0 ? 200 : 3), odd);
      break;
    case 3:
      text.erase(at, 1);
      break;
    default:
      text[at] = static_cast<char>(Below(256));
  }
}

std::pair<size_t, size_t> Mutator::Piece(const std::string& text) {
  const size_t at = Below(text.size());
  switch (Below(3)) {
    case 0: {  // the line
      const size_t before = at == 0 ? std::string::npos : text.rfind('\n', at - 1);
      const size_t begin = before == std::string::npos ? 0 : before + 1;
      const size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
      return {begin, end - begin};
    }
    case 1: {  // the word
      size_t begin = at, end = at + 1;
      while (begin > 0 && IsWordByte(text[at]) && IsWordByte(text[begin - 1])) --begin;
      while (end < text.size() && IsWordByte(text[at]) && IsWordByte(text[end])) ++end;
      return {begin, end - begin};
    }
    default:
      return {at, 1 + Below(std::min<size_t>(text.size() - at, 64))};
  }
}

void Mutator::ChangePieces(std::string& text) {
  const auto [at, length] = Piece(text);
  const std::string piece = text.substr(at, length);
  switch (Below(8)) {
    case 0:
      text.erase(at, length);
      break;
    case 1: {  // twice, or many times
      const size_t times = Below(4) == 0 ? Below(64) : 1;
      text.insert(at, test::Repeated(piece, std::min(times, kMostBytes / (length + 1))));
      break;
    }
    case 2:
      text.insert(Below(text.size() + 1), piece);
      break;
    case 3:
      text.erase(at, length);
      text.insert(Below(text.size() + 1), piece);
      break;
    case 4:
    case 5:
      text.insert(at, words_[Below(words_.size())]);
      break;
    case 6:
      text.replace(at, length, words_[Below(words_.size())]);
      break;
    default: {  // a piece of another input
      const std::string& other = pool_[Below(pool_.size())];
      if (other.empty()) break;
      const size_t from = Below(other.size());
      text.replace(at, Below(2) == 0 ? length : 0, other, from,
                   1 + Below(std::min<size_t>(other.size() - from, 256)));
    }
  }
}

}  // namespace autogen::fuzz
