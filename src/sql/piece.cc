#include "src/sql/piece.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace autogen::sql {
namespace {

// The byte behind `close`, from `from` on.
size_t Behind(absl::string_view text, absl::string_view close, size_t from) {
  const size_t found = text.find(close, from);
  return found == absl::string_view::npos ? text.size() : found + close.size();
}

size_t EndOfComment(absl::string_view text, size_t at) {
  int depth = 0;
  do {
    const absl::string_view rest = text.substr(at, 2);
    if (rest == "/*") ++depth;
    if (rest == "*/") --depth;
    at += rest == "/*" || rest == "*/" ? 2 : 1;
  } while (depth > 0 && at < text.size());
  return std::min(at, text.size());
}

// '' ends one literal and begins another, which comes to the same; \' in E'…' does not.
size_t EndOfLiteral(absl::string_view text, size_t at) {
  const char before = at > 0 ? text[at - 1] : ' ';
  const bool escapes = (before == 'E' || before == 'e') && (at < 2 || !IsNameByte(text[at - 2]));
  auto doubled = [&] { return at + 1 < text.size() && text[at + 1] == '\''; };
  ++at;
  while (at < text.size() && (text[at] != '\'' || (escapes && doubled()))) {
    at += text[at] == '\'' || (escapes && text[at] == '\\') ? 2 : 1;
  }
  return std::min(at + 1, text.size());
}

size_t EndOfDollar(absl::string_view text, size_t at) {
  size_t end = at + 1;
  while (end < text.size() && IsNameByte(text[end]) && text[end] != '$') ++end;
  const bool tag = end < text.size() && text[end] == '$' &&
                   !absl::ascii_isdigit(static_cast<unsigned char>(text[at + 1]));
  return tag ? Behind(text, text.substr(at, end + 1 - at), end + 1) : at + 1;
}

}  // namespace

bool IsNameByte(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' ||
         (static_cast<unsigned char>(c) & 0x80) != 0;
}

size_t EndOfPiece(absl::string_view text, size_t at) {
  const absl::string_view rest = text.substr(at);
  if (absl::StartsWith(rest, "--")) return std::min(text.find('\n', at), text.size());
  if (absl::StartsWith(rest, "/*")) return EndOfComment(text, at);
  if (rest[0] == '\'') return EndOfLiteral(text, at);
  if (rest[0] == '"') return Behind(text, "\"", at + 1);
  const bool in_name = at > 0 && IsNameByte(text[at - 1]);
  return rest[0] == '$' && !in_name ? EndOfDollar(text, at) : at + 1;
}

}  // namespace autogen::sql
