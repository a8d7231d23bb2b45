#include "src/sql/depth.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"

namespace autogen::sql {
namespace {

// The whole text, one bracket, or one CASE … END.
struct Level {
  char open = '\0';     // '(', '[', 'c' for a CASE
  size_t outside = 0;   // the depth at which it was opened
  size_t lasting = 0;   // joins and set operations: chained across commas
  size_t item = 0;      // operators and keywords since the last separator
  size_t longest = 0;   // the greatest `item`
  size_t below = 0;     // the deepest level in it
  size_t finished = 0;  // the deepest statement before the last semicolon
  size_t between = 0;   // BETWEENs whose AND is to come

  size_t Own() const { return 1 + lasting + std::max(longest, item); }
  size_t Depth() const { return std::max(finished, Own() + below); }
  void EndItem() {
    longest = std::max(longest, item);
    item = 0;
  }
  void EndStatement() {
    finished = Depth();
    lasting = item = longest = below = between = 0;
  }
};

class Bound {
 public:
  void Add(const Token& token) {
    if (token.kind == Token::Kind::kComment) return;
    const bool is_name = after_dot_;  // also a keyword is one there
    after_dot_ = token.IsChar('.');
    if (token.kind == Token::Kind::kOperator) {
      AddOperator(token);
    } else if (token.kind == Token::Kind::kWord && !is_name) {
      AddWord(token);
    }
  }

  size_t depth() const { return levels_.back().outside + levels_.back().Depth(); }

 private:
  void AddOperator(const Token& token) {
    Level& top = levels_.back();
    if (token.IsChar('(') || token.IsChar('[')) {
      Open(token.text[0]);
    } else if (token.IsChar(')') || token.IsChar(']')) {
      while (levels_.back().open == 'c') Close();  // without its END it was none
      Close();
    } else if (token.IsChar(',')) {
      top.EndItem();
    } else if (token.IsChar(';')) {
      top.EndStatement();
    } else if (!token.IsChar('.')) {
      ++top.item;
    }
  }

  void AddWord(const Token& token) {
    Level& top = levels_.back();
    const bool in_case = top.open == 'c';
    if (token.Is("case")) {
      Open('c');
    } else if (token.Is("end") && in_case) {
      Close();
    } else if (token.Is("union") || token.Is("intersect") || token.Is("except") ||
               token.Is("join")) {
      ++top.lasting;
    } else if (token.Is("and") && top.between > 0) {
      --top.between;
    } else if (token.Is("and") || token.Is("or") ||
               (in_case && (token.Is("when") || token.Is("then") || token.Is("else")))) {
      top.EndItem();
    } else {
      ++top.item;
      top.between += token.Is("between");
    }
  }

  void Open(char open) {
    const Level& top = levels_.back();
    levels_.push_back({.open = open, .outside = top.outside + top.Own()});
  }

  void Close() {
    if (levels_.size() == 1) return;
    const size_t depth = levels_.back().Depth();
    levels_.pop_back();
    levels_.back().below = std::max(levels_.back().below, depth);
  }

  std::vector<Level> levels_{1};
  bool after_dot_ = false;
};

}  // namespace

absl::Status CheckDepth(absl::string_view text, absl::Span<const Token> tokens) {
  Bound bound;
  for (const Token& token : tokens) {
    bound.Add(token);
    if (bound.depth() > kMaxDepth) {
      return SyntaxError(absl::StrCat("nested too deeply: more than ", kMaxDepth,
                                      " operators or brackets in one another"),
                         CharacterAt(text, token.start));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckDepth(absl::string_view text) {
  if (text.size() < kMaxDepth) return absl::OkStatus();  // a level takes a byte at least
  const absl::StatusOr<std::vector<Token>> tokens = Scan(text);
  return tokens.ok() ? CheckDepth(text, *tokens) : absl::OkStatus();
}

}  // namespace autogen::sql
