#include "src/sql/scan.h"

#include <google/protobuf/io/coded_stream.h>
#include <pg_query.h>

#include <algorithm>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "src/base/text.h"

namespace autogen::sql {
namespace {

constexpr char kPositionPayload[] = "autogen/sql/position";

// Token numbers of libpg_query's pg_query.proto; everything under 256 is that character, and
// everything above kFirstKeyword a keyword.
enum ScanToken {
  kIdent = 258,
  kUnicodeIdent = 259,
  kFloat = 260,
  kStringConstant = 261,
  kUnicodeString = 262,
  kBitString = 263,
  kHexString = 264,
  kInteger = 266,
  kParam = 267,
  kSqlComment = 275,
  kCComment = 276,
};

Token::Kind KindOf(int token) {
  switch (token) {
    case kIdent:
    case kUnicodeIdent:
      return Token::Kind::kIdentifier;
    case kFloat:
    case kInteger:
      return Token::Kind::kNumber;
    case kStringConstant:
    case kUnicodeString:
    case kBitString:
    case kHexString:
      return Token::Kind::kString;
    case kParam:
      return Token::Kind::kParameter;
    case kSqlComment:
    case kCComment:
      return Token::Kind::kComment;
    default:
      return token > kCComment ? Token::Kind::kWord : Token::Kind::kOperator;
  }
}

struct ScanResultDeleter {
  void operator()(PgQueryScanResult* result) const {
    pg_query_free_scan_result(*result);
    delete result;
  }
};

// Reads a pg_query.ScanToken { start = 1, end = 2, token = 4, keyword_kind = 5 }.
bool ReadToken(google::protobuf::io::CodedInputStream& in, uint32_t length, uint32_t& start,
               uint32_t& end, uint32_t& token) {
  auto limit = in.PushLimit(static_cast<int>(length));
  start = end = token = 0;
  while (uint32_t tag = in.ReadTag()) {
    uint32_t value;
    if (!in.ReadVarint32(&value)) return false;
    if (tag == (1 << 3)) start = value;
    if (tag == (2 << 3)) end = value;
    if (tag == (4 << 3)) token = value;
  }
  in.PopLimit(limit);
  return true;
}

bool IsNameByte(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' ||
         (static_cast<unsigned char>(c) & 0x80) != 0;
}

// The end of the run of digits, single underscores before them allowed, from `at` on.
template <typename IsDigit>
size_t DigitsEnd(absl::string_view text, size_t at, const IsDigit& is_digit) {
  auto digit = [&](size_t i) {
    return i < text.size() && is_digit(static_cast<unsigned char>(text[i]));
  };
  while (digit(at) || (at < text.size() && text[at] == '_' && digit(at + 1))) ++at;
  return at;
}

// The end of the number in PostgreSQL 16's forms that starts at `at`, a digit; `at` where it is
// junk for 16 too.
size_t NewNumberEnd(absl::string_view text, size_t at) {
  auto decimal = [&](size_t from) {
    return DigitsEnd(text, from, [](unsigned char c) { return absl::ascii_isdigit(c); });
  };
  const char base = at + 1 < text.size() ? absl::ascii_tolower(text[at + 1]) : ' ';
  size_t end;
  if (text[at] == '0' && (base == 'x' || base == 'o' || base == 'b')) {
    end = DigitsEnd(text, at + 2, [base](unsigned char c) {
      if (base == 'x') return absl::ascii_isxdigit(c);
      return c >= '0' && c <= (base == 'o' ? '7' : '1');
    });
    if (end == at + 2) return at;
  } else {
    end = decimal(at);
    if (end < text.size() && text[end] == '.') end = decimal(end + 1);
    if (end < text.size() && absl::ascii_tolower(text[end]) == 'e') {
      const size_t sign = end + 1 < text.size() && (text[end + 1] == '+' || text[end + 1] == '-');
      const size_t exponent = decimal(end + 1 + sign);
      if (exponent > end + 1 + sign) end = exponent;
    }
  }
  return end < text.size() && IsNameByte(text[end]) ? at : end;
}

// PostgreSQL 16 reads 0x1F, 0o17, 0b11 and 1_000, where 15's scanner reports trailing junk. Puts
// digits in the place of such numbers, so that nothing moves. One pass, which knows nothing of
// strings: there a digit for a digit, a letter or an underscore changes no token's end. Behind a
// backslash it might make another character, or none: no number stands there.
void MaskNewNumbers(std::string& text) {
  for (size_t i = 0; i < text.size();) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(text[i]))) {
      ++i;
      continue;
    }
    if (i == 0 || !(IsNameByte(text[i - 1]) || text[i - 1] == '\\')) {
      const size_t end = NewNumberEnd(text, i);
      const bool prefixed =
          end > i + 1 && absl::ascii_isalpha(static_cast<unsigned char>(text[i + 1]));
      for (size_t at = i; at < end; ++at) {
        if (text[at] == '_' || (prefixed && text[i + 1] != 'e' && text[i + 1] != 'E'))
          text[at] = '1';
      }
    }
    while (i < text.size() && IsNameByte(text[i])) ++i;
  }
}

// The scanner reads a run of operator characters to its end for every comment that starts in it:
// the square of the text's length where it is nothing else. The byte from which on that work is too
// much, npos where there is none.
size_t TooManyCommentMarks(absl::string_view text) {
  constexpr absl::string_view kOperatorBytes = "~!@#^&|`?+-*/%<>=";
  const size_t most = 64 * text.size() + 10'000'000;
  size_t work = 0;
  for (size_t at = text.find("/*"); at != absl::string_view::npos; at = text.find("/*", at)) {
    size_t end = std::min(text.find_first_not_of(kOperatorBytes, at), text.size());
    size_t marks = 0;
    for (size_t mark = at; mark < end; mark = text.find("/*", mark + 1)) ++marks;
    if (marks > 1 && (end - at) > (most - work) / marks) return at;
    work += marks > 1 ? marks * (end - at) : 0;
    at = end;
  }
  return absl::string_view::npos;
}

// libpg_query quotes the rest of the text, or half a character of it.
absl::Status ScanError(const PgQueryError& error) {
  constexpr size_t kMostBytes = 200;
  std::string message = error.message;
  if (message.size() > kMostBytes) message = absl::StrCat(ClipUtf8(message, kMostBytes), "…\"");
  const size_t last = message.size() - 2;
  if (message.size() > 2 && message[last + 1] == '"' &&
      static_cast<unsigned char>(message[last]) >= 0xC0) {
    message.replace(last, 1, "…");
  }
  return SyntaxError(message, error.cursorpos);
}

// libpg_query 15 gives a wrong end for U&'…' and U&"…": they reach up to the next token, less the
// blanks.
void FinishUnicodeToken(absl::string_view text, size_t next, Token& token) {
  token.text = absl::StripTrailingAsciiWhitespace(text.substr(token.start, next - token.start));
  token.end = token.start + token.text.size();
  token.word.clear();
}

}  // namespace

absl::Status SyntaxError(absl::string_view message, int position) {
  absl::Status status = absl::InvalidArgumentError(message);
  status.SetPayload(kPositionPayload, absl::Cord(absl::StrCat(position)));
  return status;
}

int SyntaxPosition(const absl::Status& status) {
  int position = 0;
  if (auto payload = status.GetPayload(kPositionPayload)) {
    if (!absl::SimpleAtoi(std::string(*payload), &position)) return 0;
  }
  return position;
}

int CharacterAt(absl::string_view text, size_t byte) {
  int position = 1;
  for (char c : text.substr(0, byte)) position += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return position;
}

absl::StatusOr<std::vector<Token>> Scan(absl::string_view text) {
  if (size_t nul = text.find('\0'); nul != absl::string_view::npos) {
    return SyntaxError("a NUL byte", CharacterAt(text, nul));
  }
  if (size_t bad = TooManyCommentMarks(text); bad != absl::string_view::npos) {
    return SyntaxError("too many nested or adjacent comments without a blank between them",
                       CharacterAt(text, bad));
  }
  std::string input(text);
  std::unique_ptr<PgQueryScanResult, ScanResultDeleter> result(
      new PgQueryScanResult(pg_query_scan(input.c_str())));
  if (result->error != nullptr &&
      absl::StartsWith(result->error->message, "trailing junk after numeric literal")) {
    MaskNewNumbers(input);
    result.reset(new PgQueryScanResult(pg_query_scan(input.c_str())));
  }
  if (result->error != nullptr) return ScanError(*result->error);

  std::vector<Token> tokens;
  bool open_ended = false;
  google::protobuf::io::CodedInputStream in(reinterpret_cast<const uint8_t*>(result->pbuf.data),
                                            static_cast<int>(result->pbuf.len));
  while (uint32_t tag = in.ReadTag()) {
    uint32_t value;
    if (!in.ReadVarint32(&value)) return absl::InternalError("libpg_query's scanner: bad answer");
    if (tag != ((2 << 3) | 2)) continue;
    uint32_t start, end, number;
    if (!ReadToken(in, value, start, end, number) || end > text.size() || start > end) {
      return absl::InternalError("libpg_query's scanner: bad token");
    }
    if (open_ended) FinishUnicodeToken(text, start, tokens.back());
    open_ended = number == kUnicodeIdent || number == kUnicodeString;
    Token token{KindOf(static_cast<int>(number)), start, end, text.substr(start, end - start), {}};
    const bool bare =
        token.kind == Token::Kind::kWord ||
        (token.kind == Token::Kind::kIdentifier && token.text.find('"') == absl::string_view::npos);
    if (bare) token.word = absl::AsciiStrToLower(token.text);
    tokens.push_back(std::move(token));
  }
  if (open_ended) FinishUnicodeToken(text, text.size(), tokens.back());
  return tokens;
}

}  // namespace autogen::sql
