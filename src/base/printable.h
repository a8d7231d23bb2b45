// Text that others wrote (names, messages, scripts, a server's words), made fit to be read on a
// terminal, in a log and in a comment.
#ifndef AUTOGEN_BASE_PRINTABLE_H_
#define AUTOGEN_BASE_PRINTABLE_H_

#include <cstdint>
#include <mutex>
#include <streambuf>
#include <string>

#include "absl/strings/string_view.h"

namespace autogen {

// The first character of a text that is not empty. What is no UTF-8 is one byte that is not valid.
struct Utf8Char {
  uint32_t code = 0;
  size_t bytes = 1;
  bool valid = false;
  bool cut = false;  // the text ends inside it
};
Utf8Char FirstChar(absl::string_view text);

// False for what moves the cursor, ends a line for any reader, or changes the order in which the
// text is shown: control characters (C0, DEL, C1), line and paragraph separators, marks of
// direction, the byte order mark.
bool IsPrintable(uint32_t code);

enum class Lines {
  kOne,   // line ends and tabs are escaped, too
  kMany,  // they stay
};

// `text` with what is not printable as \n, \r, \t, \u001b, \u2028, and bytes that are no UTF-8 as
// \xff. The commands that CI systems read from logs ("::" at the start of a line, "##[", "##vso[",
// "##teamcity[") lose their first character to an escape. JSON stays the same JSON. A second time
// changes nothing.
std::string Printable(absl::string_view text, Lines lines = Lines::kMany);

// The same, with what CI systems would read as a command left as it is: for files and formats that
// escape it in a way of their own.
std::string Visible(absl::string_view text, Lines lines);

// The same for a text that comes in parts, many lines.
class PrintableFilter {
 public:
  // What can be shown by now: the start of a character or command is kept until more comes.
  std::string Add(absl::string_view text);
  // What was kept.
  std::string Finish();

 private:
  friend std::string Printable(absl::string_view text, Lines lines);
  std::string Convert(absl::string_view text, bool last);

  Lines lines_ = Lines::kMany;
  bool at_line_start_ = true;  // nothing but blanks so far
  std::string kept_;
};

// Passes what is written to it on to `to`, made printable. Several threads may write.
class PrintableBuffer : public std::streambuf {
 public:
  explicit PrintableBuffer(std::streambuf* to) : to_(to) {}
  ~PrintableBuffer() override { Finish(); }
  // Writes what was kept.
  void Finish();

 protected:
  int_type overflow(int_type c) override;
  std::streamsize xsputn(const char* text, std::streamsize size) override;
  int sync() override;

 private:
  bool Write(const std::string& text);

  std::streambuf* to_;
  std::mutex mutex_;
  PrintableFilter filter_;
};

}  // namespace autogen

#endif  // AUTOGEN_BASE_PRINTABLE_H_
