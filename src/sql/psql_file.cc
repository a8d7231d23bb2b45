// What a file for psql holds beside SQL.

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "src/sql/piece.h"
#include "src/sql/psql.h"
#include "src/sql/scan.h"

namespace autogen::sql {
namespace {

class File {
 public:
  explicit File(absl::string_view text) : text_(text), out_(text) {}

  std::string Read() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\\') {
        Command();
      } else if (c == ';') {
        EndOfStatement();
      } else if (c == ':') {
        Variable();
      } else {
        Nest(c);
        at_ = EndOfPiece(text_, at_);
      }
    }
    return std::move(out_);
  }

 private:
  size_t EndOfLine(size_t from) const { return std::min(text_.find('\n', from), text_.size()); }

  void Nest(char c) {
    if (c == '[') ++brackets_;
    if (c == ']' && brackets_ > 0) --brackets_;
  }

  void Blank(size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      if (out_[i] != '\n' && out_[i] != '\r') out_[i] = ' ';
    }
  }

  // Those that send what was typed end a statement, as a semicolon does.
  void Command() {
    const absl::string_view rest = text_.substr(at_);
    if (absl::StartsWith(rest, "\\;")) {
      out_[at_] = ' ';
      at_ += 2;
      statement_ = at_;
      return;
    }
    const size_t begin = at_;
    at_ = EndOfLine(begin);
    Blank(begin, at_);
    const bool sends = absl::StartsWith(rest, "\\g") || absl::StartsWith(rest, "\\crosstabview") ||
                       absl::StartsWith(rest, "\\watch");
    if (!sends) return;
    out_[begin] = ';';
    statement_ = at_;
  }

  // :name, :'value', :"name" and :{?name}; not a cast, an assignment, or the bound of a slice.
  void Variable() {
    const size_t begin = at_++;
    if (at_ >= text_.size()) return;
    const char next = text_[at_];
    if (next == ':' || next == '=') {
      ++at_;
    } else if (next == '\'' || next == '"') {
      out_[begin] = ' ';
      at_ = EndOfPiece(text_, at_);
    } else if (absl::StartsWith(text_.substr(at_), "{?")) {
      at_ = std::min(text_.find('}', at_), text_.size() - 1) + 1;
      Blank(begin, at_);
      if (at_ - begin >= 4) out_.replace(begin, 4, "true");
    } else if (IsNameByte(next) && (brackets_ == 0 || BeginsValue(begin))) {
      out_[begin] = '_';
      while (at_ < text_.size() && IsNameByte(text_[at_])) ++at_;
    }
  }

  // Inside of brackets: nothing stands before it that a slice could begin with.
  bool BeginsValue(size_t at) const {
    const absl::string_view before = absl::StripTrailingAsciiWhitespace(text_.substr(0, at));
    return before.empty() || absl::string_view("[,(+-*/").find(before.back()) != before.npos;
  }

  void EndOfStatement() {
    const absl::string_view statement = text_.substr(statement_, at_ - statement_);
    ++at_;
    const Copy copy = CopyOf(statement);
    if (copy == Copy::kFromClient) SkipRows();
    if (copy == Copy::kToClient) Blank(statement_, at_);
    statement_ = at_;
  }

  enum class Copy { kNone, kFromClient, kToClient };

  static Copy CopyOf(absl::string_view statement) {
    constexpr size_t kLongest = 64 << 10;
    if (statement.size() > kLongest ||
        !absl::StrContains(absl::AsciiStrToLower(statement), "std")) {
      return Copy::kNone;
    }
    const absl::StatusOr<std::vector<Token>> tokens = Scan(statement);
    if (!tokens.ok()) return Copy::kNone;
    const Token* before = nullptr;
    for (const Token& token : *tokens) {
      if (token.kind == Token::Kind::kComment) continue;
      if (before == nullptr && !token.Is("copy")) return Copy::kNone;
      if (before != nullptr && before->Is("from") && token.Is("stdin")) return Copy::kFromClient;
      if (before != nullptr && before->Is("to") && token.Is("stdout")) return Copy::kToClient;
      before = &token;
    }
    return Copy::kNone;
  }

  // The statement itself, and from the line behind it to the line "\.".
  void SkipRows() {
    size_t line = EndOfLine(at_);
    while (line < text_.size()) {
      const size_t begin = line + 1;
      line = EndOfLine(begin);
      if (absl::StripTrailingAsciiWhitespace(text_.substr(begin, line - begin)) == "\\.") break;
    }
    Blank(statement_, line);
    at_ = line;
  }

  absl::string_view text_;
  std::string out_;
  size_t at_ = 0;
  size_t statement_ = 0;  // where the current one starts
  int brackets_ = 0;      // of those that are square
};

}  // namespace

std::string WithoutPsql(absl::string_view text) { return File(text).Read(); }

}  // namespace autogen::sql
