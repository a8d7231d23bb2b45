// What every fuzz target is made of: a function that reads one input and checks what it can say of
// the outcome. libFuzzer or driver.h calls it; both end at the first failure and keep the input.
#ifndef AUTOGEN_TESTS_FUZZ_FUZZ_H_
#define AUTOGEN_TESTS_FUZZ_FUZZ_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace autogen::fuzz {

// Defined by each target: reads `input`, which may be anything.
void FuzzOne(absl::string_view input);

// Does so within the time that an input of its size may take: a second of processor time for each
// KB, and at least one. What takes longer fails.
void FuzzOneInTime(absl::string_view input);

// Ends the program with `what` and the texts that show it.
[[noreturn]] void Fail(absl::string_view what, const std::vector<absl::string_view>& texts);

inline void Expect(bool holds, absl::string_view what,
                   const std::vector<absl::string_view>& texts = {}) {
  if (!holds) Fail(what, texts);
}

// The parts of an input for targets that read several texts: between lines of "%%".
std::vector<absl::string_view> Parts(absl::string_view input);

// Stands for a password in seeds and dictionaries. Whatever shows it where no secret may be shown
// has failed.
inline constexpr absl::string_view kSecret = "S3CR3T";

}  // namespace autogen::fuzz

#endif  // AUTOGEN_TESTS_FUZZ_FUZZ_H_
