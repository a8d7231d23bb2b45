// Standard output and standard error while a command runs.
//
// Names, messages and a server's words come from outside, so what goes to std::cout and std::cerr
// is made printable (src/base/printable.h). JSON passes as the same JSON. SQL, models and shells'
// code are written to Exact() instead.
#ifndef AUTOGEN_CLI_CONSOLE_H_
#define AUTOGEN_CLI_CONSOLE_H_

#include <ostream>

#include "src/base/printable.h"

namespace autogen::cli {

// Filters both streams while it lives. One at a time.
class Console {
 public:
  Console();
  ~Console();
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

 private:
  friend std::ostream& Exact();
  friend std::ostream& Unfiltered();

  std::streambuf* const out_;
  std::streambuf* const err_;
  PrintableBuffer filtered_out_;
  PrintableBuffer filtered_err_;
  std::ostream unfiltered_;
};

// Standard output for text that another program reads: byte for byte, unless it is a terminal,
// where it is made printable as well.
std::ostream& Exact();

// Standard output for a writer that escapes its text itself and moves the cursor.
std::ostream& Unfiltered();

}  // namespace autogen::cli

#endif  // AUTOGEN_CLI_CONSOLE_H_
