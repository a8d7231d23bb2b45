// Runs a fuzz target without libFuzzer: the seeds, then a number of inputs made from them, always
// the same; then how time and memory grow.
//
//   fuzz_x [--runs N] [--seed N] [--scale BYTES] [--dictionary FILE]… [--failures FOLDER] SEEDS…
//
// SEEDS are files or folders of files. The input at which it fails is written to a file.
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "src/base/file.h"
#include "src/base/status.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/inputs.h"
#include "tests/fuzz/mutator.h"
#include "tests/fuzz/scale.h"

// Of AddressSanitizer and its like, where the program is built with one.
extern "C" __attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)());

namespace autogen::fuzz {
namespace {

// For the handler of a crash, which may not allocate.
std::string failure_path;
absl::string_view current_input;

void KeepInput() {
  auto say = [](absl::string_view text) { (void)!write(STDERR_FILENO, text.data(), text.size()); };
  const int fd = open(failure_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0 || write(fd, current_input.data(), current_input.size()) < 0) {
    say("fuzz: cannot write the input to ");
  } else {
    say("fuzz: the input is in ");
  }
  say(failure_path);
  say("\n");
}

void OnCrash(int number) {
  KeepInput();
  signal(number, SIG_DFL);
  raise(number);
}

// On a stack of its own: an endless recursion leaves none.
absl::Status CatchCrashes() {
  static char stack[64 << 10];
  const stack_t own = {stack, 0, sizeof stack};
  if (sigaltstack(&own, nullptr) != 0) return absl::InternalError("sigaltstack");
  struct sigaction action = {};
  action.sa_handler = OnCrash;
  action.sa_flags = SA_ONSTACK;
  // A sanitizer says more about a bad address than we can.
  const bool sanitized = __sanitizer_set_death_callback != nullptr;
  if (sanitized) __sanitizer_set_death_callback(KeepInput);
  for (int number : {SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGFPE}) {
    if (sanitized && number != SIGABRT) continue;
    if (sigaction(number, &action, nullptr) != 0) return absl::InternalError("sigaction");
  }
  if (sanitized) return absl::OkStatus();
  // What takes more memory fails to get it, and ends.
  const rlimit memory = {rlim_t{2} << 30, rlim_t{2} << 30};
  if (setrlimit(RLIMIT_AS, &memory) != 0) return absl::InternalError("setrlimit");
  return absl::OkStatus();
}

struct Options {
  uint64_t runs = 0;
  uint64_t seed = 1;
  uint64_t scale = 0;
  std::string failures = ".";
  std::string dictionary;
  std::vector<std::string> seeds;
};

absl::StatusOr<Options> ParseOptions(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name.empty() || name[0] != '-') {
      options.seeds.push_back(name);
      continue;
    }
    if (++i == argc) return absl::InvalidArgumentError(absl::StrCat(name, " needs a value"));
    bool good = true;
    if (name == "--runs") {
      good = absl::SimpleAtoi(argv[i], &options.runs);
    } else if (name == "--seed") {
      good = absl::SimpleAtoi(argv[i], &options.seed);
    } else if (name == "--scale") {
      good = absl::SimpleAtoi(argv[i], &options.scale);
    } else if (name == "--failures") {
      options.failures = argv[i];
    } else if (name == "--dictionary") {
      ASSIGN_OR_RETURN(std::string text, ReadFile(argv[i]));
      absl::StrAppend(&options.dictionary, text, "\n");
    } else {
      return absl::InvalidArgumentError(absl::StrCat("no flag ", name));
    }
    if (!good) return absl::InvalidArgumentError(absl::StrCat(name, ": not a number: ", argv[i]));
  }
  return options;
}

void Read(absl::string_view input) {
  current_input = input;
  FuzzOneInTime(input);
}

absl::Status Run(int argc, char** argv) {
  ASSIGN_OR_RETURN(Options options, ParseOptions(argc, argv));
  ASSIGN_OR_RETURN(std::vector<std::string> words, ParseDictionary(options.dictionary));
  std::vector<std::string> seeds;
  for (const std::string& path : options.seeds) {
    ASSIGN_OR_RETURN(std::vector<std::string> some, ReadSeeds(path));
    seeds.insert(seeds.end(), some.begin(), some.end());
  }
  const std::string program = argv[0];
  failure_path = absl::StrCat(options.failures, "/", program.substr(program.rfind('/') + 1), "-",
                              getpid(), ".input");
  RETURN_IF_ERROR(CatchCrashes());
  for (const std::string& seed : seeds) Read(seed);
  Mutator mutator(seeds, words, options.seed);
  const clock_t start = clock();
  for (uint64_t i = 0; i < options.runs; ++i) Read(mutator.Next());
  printf("%zu seeds and %llu inputs in %.1f s of processor time\n", seeds.size(),
         static_cast<unsigned long long>(options.runs),
         static_cast<double>(clock() - start) / CLOCKS_PER_SEC);
  fflush(stdout);
  if (options.scale == 0) return absl::OkStatus();
  const std::vector<Shape> shapes = Shapes(seeds, words);
  RETURN_IF_ERROR(CheckScale(shapes, options.scale, Read));
  printf("%zu shapes of %llu bytes and more: linear\n", shapes.size(),
         static_cast<unsigned long long>(options.scale));
  return absl::OkStatus();
}

}  // namespace
}  // namespace autogen::fuzz

int main(int argc, char** argv) {
  const absl::Status status = autogen::fuzz::Run(argc, argv);
  if (status.ok()) return 0;
  fprintf(stderr, "fuzz: FAILED: %s\n", std::string(status.message()).c_str());
  return 1;
}
