#include "src/model/text_tree.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace autogen::model {
namespace {

bool IsWordStart(char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)) || c == '_'; }
bool IsWord(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_'; }

// Deeper than any model; a guard against a stack overflow on hostile input.
constexpr int kMaxDepth = 64;

class TreeParser {
 public:
  TreeParser(absl::string_view text, TextError* error) : text_(text), error_(error) { Next(); }

  bool ParseRoot(TextNode* root) {
    root->shape = TextNode::Shape::kMessage;
    root->end = text_.size();
    while (!AtEnd()) {
      if (!ParseField(root)) return false;
    }
    root->closing = std::move(comments_);
    return true;
  }

 private:
  enum class Kind { kEnd, kWord, kNumber, kString, kSymbol };

  bool AtEnd() const { return kind_ == Kind::kEnd; }
  bool At(char symbol) const {
    return kind_ == Kind::kSymbol && token_.size() == 1 && token_[0] == symbol;
  }
  bool AtOpening() const { return At('{') || At('<'); }

  bool Fail(size_t offset, std::string what) {
    if (error_->what.empty()) *error_ = {offset, std::move(what)};
    kind_ = Kind::kEnd;
    failed_ = true;
    return false;
  }

  bool Unexpected(absl::string_view expected) {
    if (failed_) return false;
    if (AtEnd()) return Fail(text_.size(), absl::StrCat("the file ends here; expected ", expected));
    return Fail(offset_, absl::StrCat("unexpected ", token_, "; expected ", expected));
  }

  // Reads blanks and comments, then one token. A comment on the line of the token before it is
  // `trailing_`; the others are `comments_`.
  void Next() {
    last_end_ = position_;
    trailing_ = {};
    comments_.clear();
    blank_ = false;
    int newlines = position_ == 0 ? 1 : 0;
    while (position_ < text_.size()) {
      char c = text_[position_];
      if (c == '\n') {
        ++newlines;
        // Two line ends in a row are an empty line; only one before the comments is kept track of.
        if (newlines >= 2 && comments_.empty() && position_ > 0) blank_ = true;
        ++position_;
      } else if (c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v') {
        ++position_;
      } else if (c == '#') {
        size_t end = text_.find('\n', position_);
        if (end == absl::string_view::npos) end = text_.size();
        absl::string_view comment =
            absl::StripTrailingAsciiWhitespace(text_.substr(position_, end - position_));
        if (newlines == 0) {
          trailing_ = comment;
        } else {
          // An empty line between two comments is kept as an empty comment.
          if (newlines >= 2 && !comments_.empty()) comments_.push_back({});
          comments_.push_back(comment);
        }
        newlines = 0;
        position_ = end;
      } else {
        break;
      }
    }
    if (newlines >= 2 && !comments_.empty()) comments_.push_back({});
    Token();
  }

  void Token() {
    offset_ = position_;
    if (position_ >= text_.size()) {
      kind_ = Kind::kEnd;
      token_ = {};
      return;
    }
    size_t end = position_ + 1;
    char c = text_[position_];
    if (IsWordStart(c)) {
      kind_ = Kind::kWord;
      while (end < text_.size() && IsWord(text_[end])) ++end;
    } else if (absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '.') {
      kind_ = Kind::kNumber;
      while (end < text_.size() && (IsWord(text_[end]) || text_[end] == '.' ||
                                    ((text_[end] == '-' || text_[end] == '+') &&
                                     (text_[end - 1] == 'e' || text_[end - 1] == 'E')))) {
        ++end;
      }
    } else if (c == '"' || c == '\'') {
      kind_ = Kind::kString;
      while (end < text_.size() && text_[end] != c && text_[end] != '\n') {
        end += text_[end] == '\\' && end + 1 < text_.size() ? 2 : 1;
      }
      if (end >= text_.size() || text_[end] != c) {
        Fail(offset_,
             "this string is not closed on its line; end it with a quote, or write \\n "
             "and continue in another string below it");
        return;
      }
      ++end;
    } else {
      kind_ = Kind::kSymbol;
      // The whole of a character, for messages.
      const bool several = static_cast<unsigned char>(c) >= 0xC0;
      while (several && end < text_.size() &&
             (static_cast<unsigned char>(text_[end]) & 0xC0) == 0x80) {
        ++end;
      }
    }
    token_ = text_.substr(position_, end - position_);
    position_ = end;
  }

  bool ParseField(TextNode* parent) {
    if (kind_ != Kind::kWord) {
      return Unexpected(depth_ == 0 ? "the name of a field" : "the name of a field or \"}\"");
    }
    TextNode& node = parent->children.emplace_back();
    node.name = token_;
    if (!ParseValueOf(&node)) return false;
    if (At(',') || At(';')) Skip(&node);
    return true;
  }

  // Passes a separator that the layout leaves out, keeping the comments around it.
  void Skip(TextNode* before) {
    std::vector<absl::string_view> kept = std::move(comments_);
    Next();
    if (before->trailing.empty()) {
      before->trailing = trailing_;
    } else if (!trailing_.empty()) {
      kept.push_back(trailing_);
    }
    comments_.insert(comments_.begin(), kept.begin(), kept.end());
  }

  // Comments in the middle of a field go before it.
  void NextInside(TextNode* node) {
    Next();
    if (!trailing_.empty()) node->comments.push_back(trailing_);
    node->comments.insert(node->comments.end(), comments_.begin(), comments_.end());
    trailing_ = {};
    comments_.clear();
  }

  bool ParseValueOf(TextNode* node) {
    node->begin = offset_;
    node->comments = std::move(comments_);
    node->blank_before = blank_;
    NextInside(node);
    bool colon = At(':');
    if (colon) NextInside(node);
    return ParseValue(node, colon);
  }

  bool ParseValue(TextNode* node, bool colon) {
    node->value_begin = offset_;
    bool good;
    if (AtOpening()) {
      good = ParseMessage(node);
    } else if (At('[')) {
      good = ParseList(node);
      // A list of messages needs none.
      const bool scalars = std::any_of(
          node->children.begin(), node->children.end(),
          [](const TextNode& child) { return child.shape != TextNode::Shape::kMessage; });
      if (good && !colon && scalars) return Fail(node->value_begin, "unexpected [; expected \":\"");
    } else if (!colon) {
      return Unexpected("\":\" or \"{\"");
    } else {
      good = ParseScalar(node);
    }
    node->end = last_end_;
    if (node->trailing.empty()) node->trailing = trailing_;
    return good && !failed_;
  }

  bool ParseMessage(TextNode* node) {
    if (++depth_ > kMaxDepth) return Fail(offset_, "messages nested too deeply");
    node->shape = TextNode::Shape::kMessage;
    size_t opened = offset_;
    char close = At('{') ? '}' : '>';
    Next();
    node->opening = trailing_;
    while (!At(close)) {
      if (failed_) return false;
      if (AtEnd()) {
        return Fail(opened, absl::StrCat("this bracket is never closed; add \"",
                                         absl::string_view(&close, 1), "\""));
      }
      if (!ParseField(node)) return false;
    }
    node->closing = std::move(comments_);
    --depth_;
    Next();
    return !failed_;
  }

  bool ParseList(TextNode* node) {
    if (++depth_ > kMaxDepth) return Fail(offset_, "lists nested too deeply");
    node->shape = TextNode::Shape::kList;
    Next();
    node->opening = trailing_;
    while (!At(']')) {
      TextNode& element = node->children.emplace_back();
      element.begin = offset_;
      element.comments = std::move(comments_);
      if (!ParseValue(&element, !AtOpening())) return false;
      if (At(',')) {
        Skip(&element);
      } else if (!At(']')) {
        return Unexpected("\",\" or \"]\"");
      }
    }
    node->closing = std::move(comments_);
    --depth_;
    Next();
    return !failed_;
  }

  bool ParseScalar(TextNode* node) {
    if (kind_ == Kind::kString) {
      while (kind_ == Kind::kString) {
        TextToken& piece = node->value.emplace_back();
        if (node->value.size() > 1) piece.comments = std::move(comments_);
        piece.text = token_;
        Next();
        piece.trailing = trailing_;
      }
      node->trailing = std::exchange(node->value.back().trailing, {});
      return !failed_;
    }
    size_t begin = offset_;
    if (At('-')) {
      Next();
      if (offset_ != begin + 1) return Fail(begin, "write the sign directly before its number");
    }
    if (kind_ != Kind::kWord && kind_ != Kind::kNumber) return Unexpected("a value");
    Next();
    node->value.push_back({{}, text_.substr(begin, last_end_ - begin), {}});
    return !failed_;
  }

  const absl::string_view text_;
  TextError* error_;
  bool failed_ = false;
  int depth_ = 0;
  size_t position_ = 0;  // behind the token
  size_t offset_ = 0;    // of the token
  size_t last_end_ = 0;  // of the token before it
  Kind kind_ = Kind::kEnd;
  absl::string_view token_;
  std::vector<absl::string_view> comments_;
  absl::string_view trailing_;
  bool blank_ = false;
};

}  // namespace

TextPosition PositionAt(absl::string_view text, size_t offset) {
  TextPosition position;
  size_t line_start = 0;
  const absl::string_view before = text.substr(0, offset);
  for (size_t i = before.find('\n'); i != absl::string_view::npos; i = before.find('\n', i + 1)) {
    ++position.line;
    line_start = i + 1;
  }
  position.column = offset - line_start + 1;
  return position;
}

bool ParseTextTree(absl::string_view text, TextNode* root, TextError* error) {
  *error = {};
  return TreeParser(text, error).ParseRoot(root) && error->what.empty();
}

}  // namespace autogen::model
