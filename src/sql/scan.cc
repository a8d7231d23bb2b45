#include "src/sql/scan.h"

#include <google/protobuf/io/coded_stream.h>
#include <pg_query.h>

#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

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

// The byte of the `position`th (1-based) character.
size_t ByteOfCharacter(absl::string_view text, int position) {
  size_t byte = 0;
  for (int left = position - 1; left > 0 && byte < text.size(); --left) {
    ++byte;
    while (byte < text.size() && (static_cast<unsigned char>(text[byte]) & 0xC0) == 0x80) ++byte;
  }
  return byte;
}

// PostgreSQL 16 reads 0x1F, 0o17, 0b11 and 1_000, where 15's scanner reports trailing junk. Puts
// digits in the place of such a number, so that nothing moves. False where it is junk for 16 too.
bool MaskNewNumber(std::string& text, size_t at) {
  auto is = [&](size_t i, auto test) { return i < text.size() && test(text[i]); };
  auto digit = [](char c) { return absl::ascii_isdigit(c); };
  size_t end = at;
  auto digits = [&](auto test) {
    size_t from = end;
    while (is(end, test) || (is(end, [](char c) { return c == '_'; }) && is(end + 1, test))) ++end;
    return end > from;
  };
  if (!is(at, digit)) return false;
  const char base = at + 1 < text.size() ? absl::ascii_tolower(text[at + 1]) : ' ';
  bool known = false;
  if (text[at] == '0' && (base == 'x' || base == 'o' || base == 'b')) {
    end = at + 2;
    known = digits([base](char c) {
      if (base == 'x') return absl::ascii_isxdigit(c);
      return c >= '0' && c <= (base == 'o' ? '7' : '1');
    });
  } else {
    known = digits(digit);
    if (known && is(end, [](char c) { return c == '.'; })) {
      ++end;
      digits(digit);
    }
  }
  if (!known || is(end, [](char c) { return absl::ascii_isalnum(c) || c == '_'; })) return false;
  for (size_t i = at; i < end; ++i) text[i] = '1';
  return true;
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

absl::StatusOr<std::vector<Token>> Scan(absl::string_view text) {
  if (size_t nul = text.find('\0'); nul != absl::string_view::npos) {
    return SyntaxError("a NUL byte", static_cast<int>(nul) + 1);
  }
  std::string input(text);
  std::unique_ptr<PgQueryScanResult, ScanResultDeleter> result;
  for (;;) {
    result.reset(new PgQueryScanResult(pg_query_scan(input.c_str())));
    if (result->error == nullptr) break;
    const absl::string_view message = result->error->message;
    const int position = result->error->cursorpos;
    if (absl::StartsWith(message, "trailing junk after numeric literal") &&
        MaskNewNumber(input, ByteOfCharacter(input, position))) {
      continue;
    }
    return SyntaxError(message, position);
  }

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
