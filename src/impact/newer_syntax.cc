#include "src/impact/newer_syntax.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/sql/scan.h"

namespace autogen::impact {
namespace {

using sql::Token;

// Rewrites a token stream from left to right; `cut` and `put` change what is copied.
class Rewriter {
 public:
  Rewriter(absl::string_view text, std::vector<Token> tokens)
      : text_(text), tokens_(std::move(tokens)) {}

  bool Run(NewerSyntax& out) {
    while (i_ < tokens_.size()) {
      if (!Enforcement(out) && !Overlaps() && !Period() && !Virtual(out) && !SetExpression(out) &&
          !AddNotNull(out) && !ConstraintInheritance()) {
        ++i_;
      }
    }
    if (!changed_) return false;
    absl::StrAppend(&text_out_, text_.substr(copied_));
    out.text = std::move(text_out_);
    return true;
  }

 private:
  bool Is(size_t i, absl::string_view word) const {
    return i < tokens_.size() && tokens_[i].Is(word);
  }
  bool IsChar(size_t i, char c) const { return i < tokens_.size() && tokens_[i].IsChar(c); }

  // Tokens [begin, end) become `text`.
  void Replace(size_t begin, size_t end, absl::string_view text) {
    absl::StrAppend(&text_out_, text_.substr(copied_, tokens_[begin].start - copied_), text);
    copied_ = tokens_[end - 1].end;
    i_ = end;
    changed_ = true;
  }
  size_t Closing(size_t open) const {
    int depth = 0;
    for (size_t i = open; i < tokens_.size(); ++i) {
      if (tokens_[i].IsChar('(')) ++depth;
      if (tokens_[i].IsChar(')') && --depth == 0) return i;
    }
    return tokens_.size();
  }

  bool Enforcement(NewerSyntax& out) {
    if (Is(i_, "not") && Is(i_ + 1, "enforced")) {
      out.not_enforced = true;
      Replace(i_, i_ + 2, "");
      return true;
    }
    if (!Is(i_, "enforced")) return false;
    out.enforced = true;
    Replace(i_, i_ + 1, "");
    return true;
  }
  bool Overlaps() {
    if (!Is(i_, "without") || !Is(i_ + 1, "overlaps")) return false;
    Replace(i_, i_ + 2, "");
    return true;
  }
  // FOREIGN KEY (a, PERIOD b).
  bool Period() {
    if (!Is(i_, "period") || i_ == 0 || !IsChar(i_ - 1, ',')) return false;
    if (i_ + 1 >= tokens_.size() || tokens_[i_ + 1].IsChar(')') || tokens_[i_ + 1].IsChar(',')) {
      return false;
    }
    Replace(i_, i_ + 1, "");
    return true;
  }
  // GENERATED ALWAYS AS (…) [VIRTUAL].
  bool Virtual(NewerSyntax& out) {
    if (!Is(i_, "generated") || !Is(i_ + 1, "always") || !Is(i_ + 2, "as") || !IsChar(i_ + 3, '('))
      return false;
    const size_t close = Closing(i_ + 3);
    if (close >= tokens_.size() || Is(close + 1, "stored")) return false;
    out.virtual_column = true;
    if (Is(close + 1, "virtual")) {
      Replace(close + 1, close + 2, "STORED");
    } else {
      Replace(close, close + 1, ") STORED");
    }
    return true;
  }
  bool SetExpression(NewerSyntax& out) {
    if (!Is(i_, "set") || !Is(i_ + 1, "expression") || !Is(i_ + 2, "as") || !IsChar(i_ + 3, '('))
      return false;
    out.set_expression = true;
    // The expression stays in the tree: functions that it calls are seen.
    Replace(i_, i_ + 3, "TYPE pg_catalog.unknown USING");
    return true;
  }
  // ADD [CONSTRAINT name] NOT NULL column [NO INHERIT] [NOT VALID].
  bool AddNotNull(NewerSyntax& out) {
    size_t at = i_;
    if (!Is(at, "add")) return false;
    ++at;
    if (Is(at, "constraint")) at += 2;
    if (!Is(at, "not") || !Is(at + 1, "null") || at + 2 >= tokens_.size()) return false;
    const std::string column(tokens_[at + 2].text);
    size_t end = at + 3;
    if (Is(end, "no") && Is(end + 1, "inherit")) end += 2;
    if (Is(end, "not") && Is(end + 1, "valid")) {
      out.not_valid = true;
      end += 2;
    }
    Replace(i_, end, absl::StrCat("ALTER COLUMN ", column, " SET NOT NULL"));
    return true;
  }
  // ALTER CONSTRAINT name [NO] INHERIT.
  bool ConstraintInheritance() {
    if (!Is(i_, "alter") || !Is(i_ + 1, "constraint")) return false;
    size_t end = i_ + 3;
    if (Is(end, "no")) ++end;
    if (!Is(end, "inherit")) return false;
    Replace(i_ + 3, end + 1, "NOT DEFERRABLE");
    return true;
  }

  absl::string_view text_;
  std::vector<Token> tokens_;
  size_t i_ = 0;
  size_t copied_ = 0;
  std::string text_out_;
  bool changed_ = false;
};

}  // namespace

std::optional<NewerSyntax> InOlderSyntax(absl::string_view statement) {
  absl::StatusOr<std::vector<Token>> tokens = sql::Scan(statement);
  if (!tokens.ok()) return std::nullopt;
  tokens->erase(std::remove_if(tokens->begin(), tokens->end(),
                               [](const Token& t) { return t.kind == Token::Kind::kComment; }),
                tokens->end());
  NewerSyntax out;
  if (!Rewriter(statement, *std::move(tokens)).Run(out)) return std::nullopt;
  return out;
}

}  // namespace autogen::impact
