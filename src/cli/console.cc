#include "src/cli/console.h"

#include <unistd.h>

#include <iostream>

namespace autogen::cli {
namespace {

Console* console = nullptr;

// A test puts another buffer in its place, which is no terminal.
std::streambuf* const process_out = std::cout.rdbuf();

}  // namespace

Console::Console()
    : out_(std::cout.rdbuf()),
      err_(std::cerr.rdbuf()),
      filtered_out_(out_),
      filtered_err_(err_),
      unfiltered_(out_) {
  std::cout.rdbuf(&filtered_out_);
  std::cerr.rdbuf(&filtered_err_);
  console = this;
}

Console::~Console() {
  console = nullptr;
  filtered_out_.Finish();
  filtered_err_.Finish();
  std::cout.flush();
  // rdbuf() clears the state of the stream: a failed write must stay one.
  const std::ios::iostate out_state = std::cout.rdstate();
  const std::ios::iostate err_state = std::cerr.rdstate();
  std::cout.rdbuf(out_);
  std::cerr.rdbuf(err_);
  std::cout.setstate(out_state | unfiltered_.rdstate());
  std::cerr.setstate(err_state);
}

std::ostream& Unfiltered() {
  if (console == nullptr) return std::cout;
  console->filtered_out_.Finish();
  return console->unfiltered_;
}

std::ostream& Exact() {
  const bool terminal =
      console != nullptr && console->out_ == process_out && isatty(STDOUT_FILENO) == 1;
  return terminal ? std::cout : Unfiltered();
}

}  // namespace autogen::cli
