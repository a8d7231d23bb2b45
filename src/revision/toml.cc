#include "src/revision/toml.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"

namespace autogen::revision {
namespace {

class Reader {
 public:
  Reader(absl::string_view text, absl::string_view table) : rest_(text), table_(table) {}

  std::optional<std::map<std::string, IniValue>> Read() {
    while (SkipBlank(), !rest_.empty()) {
      if (rest_[0] == '[') {
        ReadHeader();
      } else if (!ReadPair()) {
        break;
      }
    }
    if (!seen_) return std::nullopt;
    return std::move(values_);
  }

 private:
  void Advance(size_t count) {
    line_ +=
        static_cast<int>(std::count(rest_.begin(), rest_.begin() + static_cast<long>(count), '\n'));
    rest_.remove_prefix(count);
  }
  // White space, line ends and comments.
  void SkipBlank() {
    while (!rest_.empty()) {
      if (rest_[0] == '#') {
        SkipLine();
      } else if (absl::ascii_isspace(static_cast<unsigned char>(rest_[0]))) {
        Advance(1);
      } else {
        return;
      }
    }
  }
  void SkipLine() { Advance(std::min(rest_.find('\n'), rest_.size())); }

  void ReadHeader() {
    absl::string_view name = rest_.substr(0, std::min(rest_.find_first_of("\n#"), rest_.size()));
    name = absl::StripAsciiWhitespace(name);
    inside_ = !absl::StartsWith(name, "[[") && absl::ConsumePrefix(&name, "[") &&
              absl::ConsumeSuffix(&name, "]") && absl::StripAsciiWhitespace(name) == table_;
    seen_ |= inside_;
    SkipLine();
  }

  bool ReadPair() {
    const size_t equals = rest_.find_first_of("=\n");
    if (equals == absl::string_view::npos || rest_[equals] == '\n') return false;
    absl::string_view key = absl::StripAsciiWhitespace(rest_.substr(0, equals));
    if (key.size() > 1 && (key[0] == '"' || key[0] == '\'') && key.back() == key[0]) {
      key = key.substr(1, key.size() - 2);
    }
    IniValue value;
    value.line = line_;
    Advance(equals + 1);
    if (!ReadValue(&value)) return false;
    if (inside_) values_[std::string(key)] = std::move(value);
    return true;
  }

  void SkipSpaces() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\t')) Advance(1);
  }

  bool ReadValue(IniValue* value) {
    SkipSpaces();
    if (absl::StartsWith(rest_, "\"") || absl::StartsWith(rest_, "'")) {
      return ReadString(&value->text);
    }
    if (absl::StartsWith(rest_, "[")) return ReadArray(value);
    if (absl::StartsWith(rest_, "{")) {
      value->unread = true;
      return SkipBraces();
    }
    const size_t end = std::min(rest_.find_first_of(",]}#\n"), rest_.size());
    value->text = std::string(absl::StripAsciiWhitespace(rest_.substr(0, end)));
    Advance(end);
    return true;
  }

  bool ReadArray(IniValue* value) {
    value->list = true;
    Advance(1);
    std::vector<std::string> items;
    while (SkipBlank(), !rest_.empty() && rest_[0] != ']') {
      IniValue item;
      const bool is_text = rest_[0] == '"' || rest_[0] == '\'';
      if (!ReadValue(&item)) return false;
      value->unread |= !is_text;
      items.push_back(std::move(item.text));
      SkipBlank();
      if (!rest_.empty() && rest_[0] == ',') Advance(1);
    }
    if (rest_.empty()) return false;
    Advance(1);
    value->text = absl::StrJoin(items, "\n");
    return true;
  }

  // An inline table.
  bool SkipBraces() {
    Advance(1);
    while (SkipBlank(), !rest_.empty() && rest_[0] != '}') {
      IniValue ignored;
      if (rest_[0] == ',') {
        Advance(1);
      } else if (!ReadPairOfBraces(&ignored)) {
        return false;
      }
    }
    if (rest_.empty()) return false;
    Advance(1);
    return true;
  }
  bool ReadPairOfBraces(IniValue* value) {
    const size_t equals = rest_.find_first_of("=\n}");
    if (equals == absl::string_view::npos || rest_[equals] != '=') return false;
    Advance(equals + 1);
    return ReadValue(value);
  }

  // "basic", 'literal', and both in three quotes.
  bool ReadString(std::string* out) {
    const char quote = rest_[0];
    const std::string three(3, quote);
    const bool is_long = absl::StartsWith(rest_, three);
    Advance(is_long ? 3 : 1);
    if (is_long && absl::StartsWith(rest_, "\n")) Advance(1);
    while (!rest_.empty()) {
      if (is_long ? absl::StartsWith(rest_, three) : rest_[0] == quote) {
        Advance(is_long ? 3 : 1);
        return true;
      }
      if (!is_long && rest_[0] == '\n') return false;
      if (quote == '"' && rest_[0] == '\\') {
        if (!ReadEscape(out)) return false;
        continue;
      }
      out->push_back(rest_[0]);
      Advance(1);
    }
    return false;
  }

  bool ReadEscape(std::string* out) {
    static constexpr absl::string_view kLetters = "btnfr\"\\";
    static constexpr absl::string_view kBytes = "\b\t\n\f\r\"\\";
    if (rest_.size() < 2) return false;
    const size_t at = kLetters.find(rest_[1]);
    if (at != absl::string_view::npos) {
      out->push_back(kBytes[at]);
      Advance(2);
      return true;
    }
    if (!absl::ascii_isspace(static_cast<unsigned char>(rest_[1])))
      return false;  // \u: no setting's
    Advance(1);
    while (!rest_.empty() && absl::ascii_isspace(static_cast<unsigned char>(rest_[0]))) Advance(1);
    return true;
  }

  absl::string_view rest_;
  const absl::string_view table_;
  int line_ = 1;
  bool inside_ = false, seen_ = false;
  std::map<std::string, IniValue> values_;
};

}  // namespace

std::optional<std::map<std::string, IniValue>> ReadTomlTable(absl::string_view text,
                                                             absl::string_view table) {
  return Reader(text, table).Read();
}

}  // namespace autogen::revision
