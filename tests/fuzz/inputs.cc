#include "tests/fuzz/inputs.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "src/base/file.h"
#include "src/base/status.h"
#include "tests/support/odd_text.h"

namespace autogen::fuzz {

absl::StatusOr<std::vector<std::string>> ReadSeeds(const std::string& path) {
  std::vector<std::string> files = {path};
  if (std::filesystem::is_directory(path)) {
    files.clear();
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
      files.push_back(entry.path().string());
    }
    std::sort(files.begin(), files.end());
  }
  std::vector<std::string> seeds;
  for (const std::string& file : files) {
    ASSIGN_OR_RETURN(std::string seed, ReadFile(file));
    seeds.push_back(std::move(seed));
  }
  return seeds;
}

absl::StatusOr<std::vector<std::string>> ParseDictionary(absl::string_view text) {
  std::vector<std::string> words;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (line.empty() || line[0] == '#') continue;
    std::string word;
    if (!absl::ConsumePrefix(&line, "\"") || !absl::ConsumeSuffix(&line, "\"") ||
        !absl::CUnescape(line, &word)) {
      return absl::InvalidArgumentError(absl::StrCat("not a word of a dictionary: ", line));
    }
    words.push_back(std::move(word));
  }
  return words;
}

std::string Shape::Of(size_t bytes) const {
  const size_t times = bytes / (open.size() + close.size()) + 1;
  return absl::StrCat(before, test::Repeated(open, times), middle, test::Repeated(close, times));
}

std::vector<Shape> Shapes(const std::vector<std::string>& seeds,
                          const std::vector<std::string>& words) {
  std::vector<Shape> shapes = {
      {"nested brackets", "", "(", "1", ")"},
      {"nested braces", "", "{", "", "}"},
      {"nested square brackets", "", "[", "", "]"},
      {"nested messages", "", "a { ", "", "}"},
      {"nested comments", "", "/*", "", "*/"},
      {"nested comments with blanks", "", "/* ", "a", " */"},
      {"nested CASE", "", "case when ", "1", " end"},
      {"nested SELECT", "", "(select ", "1", ")"},
      {"open comments", "", "/* "},
      {"dollar quotes", "", "$a$ "},
      {"different dollar quotes", "", "$a$b$"},
      {"operators", "", "1+"},
      {"comparisons", "", "a=b and "},
      {"casts", "1", "::int"},
      {"subscripts", "a", "[1]"},
      {"names", "a", ".a"},
      {"a number", "", "1"},
      {"a number behind a number's letter", "1\xC3\xA9 ", "1_0 "},
      {"junk behind numbers", "", "1\xC3\xA9 "},
      {"a literal that does not end", "'", "a"},
      {"literals", "", "'a' "},
      {"literals on lines", "", "'a'\n"},
      {"backslashes in a literal", "E'", "\\"},
      {"a name that does not end", "\"", "a"},
      {"half characters", "", "\xC3"},
      {"whole characters", "", "\xE2\x82\xAC"},
      {"bytes that are no UTF-8", "", "\xFF"},
      {"blanks and a letter", "", " ", "a"},
      {"line ends", "", "\n", "a"},
      {"line ends of Windows", "", "\r\n", "a"},
      {"line comments", "", "-- a\n"},
      {"statements", "", "select 1;\n"},
  };
  for (const char* piece : {"'", "\"", "$", ";", "(",  ")", ",",  "\\", "%",  "@",  "/",  ":", "=",
                            "&", "#",  "-", "_", "\t", "a", "A ", "1 ", ". ", "{}", "[]", "a:"}) {
    shapes.push_back({absl::StrCat("many ", absl::CEscape(piece)), "", piece});
  }
  for (const std::string& word : words) {
    if (!word.empty()) shapes.push_back({absl::StrCat("many ", absl::CHexEscape(word)), "", word});
  }
  int number = 0;
  for (const std::string& seed : seeds) {
    ++number;
    if (seed.empty()) continue;
    shapes.push_back({absl::StrCat("seed ", number, " repeated"), "", seed});
    // What a value of the seed makes of much text.
    if (const size_t quote = seed.find_last_of("'\""); quote != std::string::npos) {
      shapes.push_back({absl::StrCat("seed ", number, " with a long literal"),
                        seed.substr(0, quote), "x", seed.substr(quote)});
    }
  }
  return shapes;
}

}  // namespace autogen::fuzz
