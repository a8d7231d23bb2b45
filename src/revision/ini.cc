#include "src/revision/ini.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace autogen::revision {

std::map<std::string, IniValue> ReadIniSection(absl::string_view text, absl::string_view section) {
  std::map<std::string, IniValue> values;
  bool inside = false;
  IniValue* open = nullptr;  // an indented line goes on with it
  int number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    const absl::string_view stripped = absl::StripAsciiWhitespace(line);
    if (stripped.empty() || stripped[0] == '#' || stripped[0] == ';') continue;
    if (open != nullptr && absl::ascii_isspace(static_cast<unsigned char>(line[0]))) {
      absl::StrAppend(&open->text, open->text.empty() ? "" : "\n", stripped);
      continue;
    }
    open = nullptr;
    if (stripped[0] == '[') {
      inside = stripped == absl::StrCat("[", section, "]");
      continue;
    }
    const size_t at = stripped.find_first_of("=:");
    if (!inside || at == absl::string_view::npos) continue;
    const std::string key =
        absl::AsciiStrToLower(absl::StripAsciiWhitespace(stripped.substr(0, at)));
    open = &values[key];
    *open = {std::string(absl::StripAsciiWhitespace(stripped.substr(at + 1))), number};
  }
  return values;
}

}  // namespace autogen::revision
