#include "src/sql/quote.h"

#include <algorithm>
#include <cstdint>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "src/base/text.h"
#include "src/sql/keywords.h"

namespace autogen::sql {
namespace {

constexpr size_t kNameBytes = 63;  // NAMEDATALEN - 1

bool IsPlainName(absl::string_view name) {
  if (name.empty() || absl::ascii_isdigit(name[0])) return false;
  for (char c : name) {
    if (!absl::ascii_islower(c) && !absl::ascii_isdigit(c) && c != '_') return false;
  }
  return KeywordOf(name) == Keyword::kNone;
}

bool IsNameStart(char c) {
  return absl::ascii_isalpha(c) || c == '_' || (static_cast<unsigned char>(c) & 0x80) != 0;
}

// Takes one name off the front of `text`; false on a syntax error.
bool TakeName(absl::string_view& text, std::string& name) {
  name.clear();
  if (text.empty()) return false;
  size_t at = 0;
  if (text[0] == '"') {
    for (at = 1;; ++at) {
      if (at == text.size()) return false;
      if (text[at] == '"') {
        if (at + 1 == text.size() || text[at + 1] != '"') break;
        ++at;
      }
      name += text[at];
    }
    ++at;
    if (name.empty()) return false;
  } else {
    if (!IsNameStart(text[0])) return false;
    while (at < text.size() &&
           (IsNameStart(text[at]) || absl::ascii_isdigit(text[at]) || text[at] == '$')) {
      name += absl::ascii_tolower(text[at++]);
    }
  }
  text.remove_prefix(at);
  name = ClipUtf8(name, kNameBytes);
  return true;
}

}  // namespace

std::string Ident(absl::string_view name) {
  if (IsPlainName(name)) return std::string(name);
  std::string out = "\"";
  for (char c : name) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
  return out;
}

std::string Qualified(absl::string_view schema, absl::string_view name) {
  return schema.empty() ? Ident(name) : absl::StrCat(Ident(schema), ".", Ident(name));
}

std::string Literal(absl::string_view text) {
  std::string out = absl::StrContains(text, '\\') ? "E'" : "'";
  out.reserve(text.size() + 4);
  for (char c : text) {
    if (c == '\'' || c == '\\') out += c;
    out += c;
  }
  out += '\'';
  return out;
}

std::string DollarQuoted(absl::string_view text, absl::string_view tag) {
  if (tag.empty()) tag = "function";
  // The first mark after the opening one must be the closing one: a text that ends in "$", or in
  // all of the mark but that, would otherwise close early.
  if (!absl::StrContains(text, "$$") && !absl::EndsWith(text, "$")) {
    return absl::StrCat("$$", text, "$$");
  }
  // "$tag1$", "$tag2$", …: the numbers that are taken; 0 is "$tag$". One look at the text, however
  // many there are.
  std::set<uint64_t> taken;
  const std::string start = absl::StrCat("$", tag);
  for (size_t at = text.find(start); at != absl::string_view::npos; at = text.find(start, at + 1)) {
    absl::string_view rest = text.substr(at + start.size());
    const absl::string_view digits =
        rest.substr(0, std::min(rest.substr(0, 20).find_first_not_of("0123456789"), rest.size()));
    rest.remove_prefix(digits.size());
    uint64_t number = 0;
    if (!rest.empty() && rest[0] != '$') continue;
    if (digits.empty() || absl::SimpleAtoi(digits, &number)) taken.insert(number);
  }
  uint64_t number = 0;
  while (taken.contains(number)) ++number;
  const std::string mark = absl::StrCat(start, number == 0 ? "" : absl::StrCat(number), "$");
  return absl::StrCat(mark, text, mark);
}

SplitName SplitQualified(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  SplitName result;
  if (!TakeName(text, result.name)) return {};
  text = absl::StripLeadingAsciiWhitespace(text);
  if (text.empty()) return result;
  if (text[0] != '.') return {};
  text = absl::StripLeadingAsciiWhitespace(text.substr(1));
  result.schema = std::move(result.name);
  if (!TakeName(text, result.name) || !text.empty()) return {};
  return result;
}

}  // namespace autogen::sql
