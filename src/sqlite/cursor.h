// A place in a row of tokens.
#ifndef AUTOGEN_SQLITE_CURSOR_H_
#define AUTOGEN_SQLITE_CURSOR_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "src/sqlite/token.h"

namespace autogen::sqlite {

// Over tokens of `text`, both of which must outlive it.
class Cursor {
 public:
  Cursor(absl::string_view text, absl::Span<const Token> tokens) : text_(text), tokens_(tokens) {}

  bool AtEnd() const { return at_ >= tokens_.size(); }
  const Token& Peek() const { return AtEnd() ? kEnd : tokens_[at_]; }
  bool Sees(absl::string_view word) const { return !AtEnd() && tokens_[at_].Is(word); }
  Token Next() { return AtEnd() ? kEnd : tokens_[at_++]; }
  // Takes all of the words, or none.
  bool Take(std::initializer_list<absl::string_view> words) {
    size_t i = at_;
    for (absl::string_view word : words) {
      if (i >= tokens_.size() || !tokens_[i].Is(word)) return false;
      ++i;
    }
    at_ = i;
    return true;
  }
  bool Take(absl::string_view word) { return Take({word}); }

  absl::Status Expect(absl::string_view word) {
    return Take(word) ? absl::OkStatus() : Unexpected(word);
  }
  absl::StatusOr<std::string> Name() {
    const Token& token = Peek();
    const bool is_name = token.kind == Token::Kind::kQuoted || token.kind == Token::Kind::kString ||
                         (token.kind == Token::Kind::kWord && !IsReserved(token.text));
    if (AtEnd() || !is_name) return Unexpected("a name");
    return NameOf(Next());
  }
  // What stands in the parentheses that begin here; the cursor goes behind them.
  absl::StatusOr<absl::Span<const Token>> Parenthesised() {
    if (absl::Status open = Expect("("); !open.ok()) return open;
    const size_t begin = at_;
    for (int depth = 1; at_ < tokens_.size(); ++at_) {
      if (tokens_[at_].Is("(")) ++depth;
      if (tokens_[at_].Is(")") && --depth == 0) {
        ++at_;
        return tokens_.subspan(begin, at_ - 1 - begin);
      }
    }
    return Unexpected(")");
  }
  // All that is left.
  absl::Span<const Token> Rest() {
    absl::Span<const Token> rest = tokens_.subspan(std::min(at_, tokens_.size()));
    at_ = tokens_.size();
    return rest;
  }
  size_t position() const { return at_; }
  absl::Span<const Token> Between(size_t begin, size_t end) const {
    return tokens_.subspan(begin, end - begin);
  }
  absl::string_view text() const { return text_; }

  absl::Status Unexpected(absl::string_view wanted) const {
    if (AtEnd()) {
      return absl::InvalidArgumentError(absl::StrCat("the text ends where ", wanted, " should be"));
    }
    return absl::InvalidArgumentError(absl::StrCat("line ", PlaceOf(text_, Peek().offset), ": ",
                                                   Peek().text, " stands where ", wanted,
                                                   " should be"));
  }

 private:
  static const Token kEnd;

  absl::string_view text_;
  absl::Span<const Token> tokens_;
  size_t at_ = 0;
};

// The parts between the commas outside of parentheses.
std::vector<absl::Span<const Token>> SplitList(absl::Span<const Token> tokens);

}  // namespace autogen::sqlite

#endif  // AUTOGEN_SQLITE_CURSOR_H_
