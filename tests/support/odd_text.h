// Texts that a scanner must leave, whatever it makes of them.
#ifndef AUTOGEN_TESTS_SUPPORT_ODD_TEXT_H_
#define AUTOGEN_TESTS_SUPPORT_ODD_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace autogen::test {

// A byte of every class that one of our scanners tells apart; NUL, blanks, pieces of UTF-8 among
// them.
inline constexpr char kOddBytes[] =
    "\0\t\n\r !\"#$%&'()*+,-./019:;<=>?@AEUX[\\]^_`abefux{|}~\x7F\x80\xA9\xBF\xC3\xE2\xEF\xF0\xFF";

// visit(text) with every single byte, pair and triple of them.
template <typename Visit>
void ForEachOddText(const Visit& visit) {
  const absl::string_view bytes(kOddBytes, sizeof kOddBytes - 1);
  for (char a : bytes) {
    visit(std::string({a}));
    for (char b : bytes) {
      visit(std::string({a, b}));
      for (char c : bytes) visit(std::string({a, b, c}));
    }
  }
}

inline std::string Repeated(absl::string_view text, size_t times) {
  std::string out;
  out.reserve(text.size() * times);
  for (size_t i = 0; i < times; ++i) out.append(text.data(), text.size());
  return out;
}

}  // namespace autogen::test

#endif  // AUTOGEN_TESTS_SUPPORT_ODD_TEXT_H_
