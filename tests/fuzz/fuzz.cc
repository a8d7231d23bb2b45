#include "tests/fuzz/fuzz.h"

#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/escaping.h"
#include "absl/strings/str_split.h"

namespace autogen::fuzz {
namespace {

void OnTimeout(int) {
  constexpr char kMessage[] = "fuzz: FAILED: more than a second for each KB of the input\n";
  (void)!write(STDERR_FILENO, kMessage, sizeof kMessage - 1);
  abort();
}

void SetTimer(time_t seconds) {
  const itimerval timer = {{0, 0}, {seconds, 0}};
  setitimer(ITIMER_PROF, &timer, nullptr);
}

}  // namespace

void Fail(absl::string_view what, const std::vector<absl::string_view>& texts) {
  constexpr size_t kMostBytes = 2000;
  fprintf(stderr, "fuzz: FAILED: %s\n", std::string(what).c_str());
  for (absl::string_view text : texts) {
    fprintf(stderr, "fuzz:   \"%s\"\n", absl::CHexEscape(text.substr(0, kMostBytes)).c_str());
  }
  abort();
}

void FuzzOneInTime(absl::string_view input) {
  static const bool handles = [] { return signal(SIGPROF, OnTimeout) != SIG_ERR; }();
  Expect(handles, "no handler for SIGPROF");
  SetTimer(std::max<time_t>(1, static_cast<time_t>(input.size() / 1024)));
  FuzzOne(input);
  SetTimer(0);
}

std::vector<absl::string_view> Parts(absl::string_view input) {
  return absl::StrSplit(input, "\n%%\n");
}

}  // namespace autogen::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  autogen::fuzz::FuzzOneInTime({reinterpret_cast<const char*>(data), size});
  return 0;
}
