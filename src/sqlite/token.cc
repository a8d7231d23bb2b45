#include "src/sqlite/token.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "src/base/status.h"
#include "src/base/text.h"

namespace autogen::sqlite {
namespace {

// "IdChar" of tokenize.c, for each byte.
constexpr std::array<bool, 256> NameBytes() {
  std::array<bool, 256> is{};
  for (size_t c = 0; c < 256; ++c) {
    is[c] = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
            c == '_' || c == '$' || c >= 0x80;
  }
  return is;
}
constexpr std::array<bool, 256> kNameBytes = NameBytes();
bool IsNameByte(char c) { return kNameBytes[static_cast<unsigned char>(c)]; }

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r'; }

class Scanner {
 public:
  explicit Scanner(absl::string_view text) : text_(text) {}

  absl::StatusOr<std::vector<Token>> Run() {
    std::vector<Token> tokens;
    tokens.reserve(text_.size() / 4);
    while (true) {
      SkipBlanks();
      if (at_ >= text_.size()) return tokens;
      Token token;
      token.offset = at_;
      RETURN_IF_ERROR(Next(&token.kind));
      token.text = text_.substr(token.offset, at_ - token.offset);
      tokens.push_back(token);
    }
  }

 private:
  char Peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  void SkipBlanks() {
    while (at_ < text_.size()) {
      if (IsBlank(text_[at_])) {
        ++at_;
      } else if (Peek() == '-' && Peek(1) == '-') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (Peek() == '/' && Peek(1) == '*') {
        // One that does not end runs to the end of the text.
        const size_t end = text_.find("*/", at_ + 2);
        at_ = end == absl::string_view::npos ? text_.size() : end + 2;
      } else {
        return;
      }
    }
  }

  absl::Status Error(absl::string_view what) const {
    return absl::InvalidArgumentError(absl::StrCat("line ", PlaceOf(text_, at_), ": ", what));
  }

  absl::Status Quoted(char quote) {
    for (size_t i = at_ + 1; i < text_.size(); ++i) {
      if (text_[i] != quote) continue;
      if (quote != ']' && i + 1 < text_.size() && text_[i + 1] == quote) {
        ++i;
        continue;
      }
      at_ = i + 1;
      return absl::OkStatus();
    }
    return Error(absl::StrCat("no ", absl::string_view(&quote, 1), " ends what begins here"));
  }

  void Digits() {
    while (absl::ascii_isdigit(static_cast<unsigned char>(Peek())) ||
           (Peek() == '_' && absl::ascii_isdigit(static_cast<unsigned char>(Peek(1))))) {
      ++at_;
    }
  }

  absl::Status Number() {
    if (Peek() == '0' && (Peek(1) == 'x' || Peek(1) == 'X') &&
        absl::ascii_isxdigit(static_cast<unsigned char>(Peek(2)))) {
      at_ += 2;
      while (absl::ascii_isxdigit(static_cast<unsigned char>(Peek())) || Peek() == '_') ++at_;
    } else {
      Digits();
      if (Peek() == '.') {
        ++at_;
        Digits();
      }
      const char sign = Peek(1);
      const bool is_signed = sign == '+' || sign == '-';
      if ((Peek() == 'e' || Peek() == 'E') &&
          absl::ascii_isdigit(static_cast<unsigned char>(is_signed ? Peek(2) : sign))) {
        at_ += is_signed ? 2 : 1;
        Digits();
      }
    }
    if (IsNameByte(Peek())) return Error("a name cannot follow a number directly");
    return absl::OkStatus();
  }

  absl::Status Next(Token::Kind* kind) {
    const char c = Peek();
    switch (c) {
      case '\'':
        *kind = Token::Kind::kString;
        return Quoted(c);
      case '"':
      case '`':
        *kind = Token::Kind::kQuoted;
        return Quoted(c);
      case '[':
        *kind = Token::Kind::kQuoted;
        return Quoted(']');
      case '?':
        *kind = Token::Kind::kVariable;
        ++at_;
        Digits();
        return absl::OkStatus();
      case '$':
      case '@':
      case '#':
      case ':':
        *kind = Token::Kind::kVariable;
        ++at_;
        if (!IsNameByte(Peek())) return Error("a variable needs a name");
        while (IsNameByte(Peek())) ++at_;
        return absl::OkStatus();
      default:
        break;
    }
    if ((c == 'x' || c == 'X') && Peek(1) == '\'') {
      *kind = Token::Kind::kBlob;
      ++at_;
      return Quoted('\'');
    }
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isdigit(byte) ||
        (c == '.' && absl::ascii_isdigit(static_cast<unsigned char>(Peek(1))))) {
      *kind = Token::Kind::kNumber;
      return Number();
    }
    if (IsNameByte(c)) {
      *kind = Token::Kind::kWord;
      while (IsNameByte(Peek())) ++at_;
      return absl::OkStatus();
    }
    // Of one byte, whatever follows.
    if (absl::string_view("(),;+*/%&~.").find(c) != absl::string_view::npos) {
      ++at_;
      return absl::OkStatus();
    }
    for (absl::string_view op : {"->>", "->", "==", "<=", "<>", "<<", ">=", ">>", "!=", "||"}) {
      if (absl::StartsWith(text_.substr(at_), op)) {
        at_ += op.size();
        return absl::OkStatus();
      }
    }
    if (absl::string_view("-=<>|").find(c) == absl::string_view::npos) {
      return Error("SQL has no such character outside of quotes");
    }
    ++at_;
    return absl::OkStatus();
  }

  absl::string_view text_;
  size_t at_ = 0;
};

const absl::flat_hash_set<absl::string_view>& ReservedWords() {
  static const auto* const words = new absl::flat_hash_set<absl::string_view>{
      "ADD",         "ALL",     "ALTER",      "AND",     "AS",       "AUTOINCREMENT",
      "BETWEEN",     "CASE",    "CHECK",      "COLLATE", "COMMIT",   "CONSTRAINT",
      "CREATE",      "DEFAULT", "DEFERRABLE", "DELETE",  "DISTINCT", "DROP",
      "ELSE",        "ESCAPE",  "EXISTS",     "FOREIGN", "FROM",     "GROUP",
      "HAVING",      "IN",      "INDEX",      "INSERT",  "INTO",     "IS",
      "ISNULL",      "JOIN",    "LIMIT",      "NOT",     "NOTHING",  "NOTNULL",
      "NULL",        "ON",      "OR",         "ORDER",   "PRIMARY",  "REFERENCES",
      "RETURNING",   "SELECT",  "SET",        "TABLE",   "THEN",     "TO",
      "TRANSACTION", "UNION",   "UNIQUE",     "UPDATE",  "USING",    "VALUES",
      "WHEN",        "WHERE"};
  return *words;
}

}  // namespace

absl::StatusOr<std::vector<Token>> Tokenize(absl::string_view sql) { return Scanner(sql).Run(); }

std::string PlaceOf(absl::string_view text, size_t offset) {
  const absl::string_view before = text.substr(0, offset);
  const size_t line = before.rfind('\n');
  const absl::string_view last = line == absl::string_view::npos ? before : before.substr(line + 1);
  return absl::StrCat(std::count(before.begin(), before.end(), '\n') + 1, ":",
                      CountCharacters(last) + 1);
}

std::string NameOf(const Token& token) {
  if (token.kind != Token::Kind::kQuoted && token.kind != Token::Kind::kString) {
    return std::string(token.text);
  }
  const absl::string_view inside = token.text.substr(1, token.text.size() - 2);
  const char quote = token.text.front();
  if (quote == '[') return std::string(inside);
  return absl::StrReplaceAll(inside, {{std::string(2, quote), std::string(1, quote)}});
}

bool IsReserved(absl::string_view word) {
  constexpr size_t kLongest = 13;
  return word.size() <= kLongest && ReservedWords().contains(absl::AsciiStrToUpper(word));
}

bool IsKeyword(absl::string_view word) {
  return sqlite3_keyword_check(word.data(), static_cast<int>(word.size())) != 0;
}

std::string QuoteName(absl::string_view name) {
  const bool plain =
      !name.empty() &&
      std::all_of(
          name.begin(), name.end(),
          [](char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_'; }) &&
      !absl::ascii_isdigit(static_cast<unsigned char>(name.front())) && !IsKeyword(name);
  if (plain) return std::string(name);
  return absl::StrCat("\"", absl::StrReplaceAll(name, {{"\"", "\"\""}}), "\"");
}

std::string QuoteString(absl::string_view text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "''"}}), "'");
}

}  // namespace autogen::sqlite
