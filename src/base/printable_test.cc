#include "src/base/printable.h"

#include <doctest/doctest.h>

#include <ostream>
#include <sstream>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace autogen {
namespace {

std::string Byte(int value) { return std::string(1, static_cast<char>(value)); }

TEST_CASE("every byte comes out as one visible line, and a second time as itself") {
  for (int byte = 0; byte < 256; ++byte) {
    CAPTURE(byte);
    const std::string text = absl::StrCat("a", Byte(byte), "b");
    const std::string line = Printable(text, Lines::kOne);
    for (unsigned char c : line) {
      CHECK(c >= 0x20);
      CHECK(c < 0x7F);
    }
    CHECK(line.front() == 'a');
    CHECK(line.back() == 'b');
    CHECK((line == text) == (byte >= 0x20 && byte < 0x7F));
    CHECK(Printable(line, Lines::kOne) == line);
    CHECK(Printable(text) == (byte == '\n' || byte == '\t' ? text : line));
  }
}

TEST_CASE("what is escaped, and how") {
  struct {
    const char* text;
    const char* one;
  } rows[] = {
      {"a\r\n\tb", "a\\r\\n\\tb"},
      {"\v\f\x1b[31m\x7f", "\\u000b\\u000c\\u001b[31m\\u007f"},
      {"\xC2\x85|\xC2\x9B", "\\u0085|\\u009b"},
      {"\xE2\x80\xA8\xE2\x80\xA9", "\\u2028\\u2029"},
      {"\xE2\x80\xAA\xE2\x80\xAB\xE2\x80\xAC\xE2\x80\xAD\xE2\x80\xAE",
       "\\u202a\\u202b\\u202c\\u202d\\u202e"},
      {"\xE2\x81\xA6\xE2\x81\xA7\xE2\x81\xA8\xE2\x81\xA9", "\\u2066\\u2067\\u2068\\u2069"},
      {"\xE2\x80\x8E\xE2\x80\x8F\xD8\x9C\xEF\xBB\xBF", "\\u200e\\u200f\\u061c\\ufeff"},
      // Names of people's.
      {"größe \xD0\xBA\xD0\xBB\xD1\x8E\xD1\x87 \xE8\xA1\xA8 \xF0\x9F\x90\x98",
       "größe \xD0\xBA\xD0\xBB\xD1\x8E\xD1\x87 \xE8\xA1\xA8 \xF0\x9F\x90\x98"},
      // Cut, too long, half of a pair, too far.
      {"\xC3", "\\xc3"},
      {"\xE2\x80", "\\xe2\\x80"},
      {"\xC0\x8D", "\\xc0\\x8d"},
      {"\xE0\x80\x8D", "\\xe0\\x80\\x8d"},
      {"\xED\xA0\x80", "\\xed\\xa0\\x80"},
      {"\xF4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
      {"\xE2\r\xA8", "\\xe2\\r\\xa8"},
  };
  for (const auto& row : rows) {
    CAPTURE(std::string(row.one));
    CHECK(Printable(row.text, Lines::kOne) == row.one);
  }
  CHECK(Printable(std::string("\0", 1), Lines::kOne) == "\\u0000");
}

TEST_CASE("no line begins with a command of a CI system") {
  struct {
    const char* text;
    const char* shown;
  } rows[] = {
      {"::error::x", "\\u003a:error::x"},
      {"a\n \t::set-output name=x::y", "a\n \t\\u003a:set-output name=x::y"},
      {"\xC2\xA0\xE3\x80\x80::x", "\xC2\xA0\xE3\x80\x80\\u003a:x"},
      {"at a::text", "at a::text"},
      {": x", ": x"},
      {"see ##vso[task.complete]", "see \\u0023#vso[task.complete]"},
      {"##[error]x", "\\u0023#[error]x"},
      {"###teamcity[x]", "#\\u0023#teamcity[x]"},
      {"[##########....] 40%", "[##########....] 40%"},
      {"## Heading", "## Heading"},
  };
  for (const auto& row : rows) {
    CAPTURE(std::string(row.text));
    CHECK(Printable(row.text) == row.shown);
    CHECK(Printable(row.shown) == row.shown);
  }
}

TEST_CASE("a text in parts is the same as the whole, wherever it is cut") {
  const std::string text =
      "::a\n##vso[x] \xE2\x80\xA8 gr\xC3\xB6\xC3\x9F"
      "e \xC3\n\t::b ## #\n#[ \xF0\x9F\x90\x98 ##";
  const std::string whole = Printable(text);
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    for (size_t second = cut; second <= text.size(); ++second) {
      PrintableFilter filter;
      std::string parts = filter.Add(text.substr(0, cut));
      parts += filter.Add(text.substr(cut, second - cut));
      parts += filter.Add(text.substr(second));
      CHECK(parts + filter.Finish() == whole);
    }
  }
  std::ostringstream out;
  {
    PrintableBuffer buffer(out.rdbuf());
    std::ostream stream(&buffer);
    for (char c : text) stream << c << std::flush;
  }
  CHECK(out.str() == whole);
}

}  // namespace
}  // namespace autogen
