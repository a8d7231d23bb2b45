#include "src/sql/plain.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "src/sql/keywords.h"
#include "src/sql/quote.h"

namespace autogen::sql {
namespace {

constexpr int kMaxDepth = 40;
// What is longer is hardly plain; fragment.cc judges how deep it is.
constexpr size_t kMaxBytes = 1000;

// Type names that are keywords, so that they never name a type of the user's.
constexpr absl::string_view kBuiltinTypes[] = {"bigint",  "bit",   "boolean",  "char",    "dec",
                                               "decimal", "float", "int",      "integer", "json",
                                               "numeric", "real",  "smallint", "varchar"};

constexpr absl::string_view kArithmetic[] = {"+", "-", "*", "/", "%", "||", "->", "->>"};
constexpr absl::string_view kComparisons[] = {"=",  "<>", "!=",  "<",  ">",   "<=", ">=", "~",
                                              "~*", "!~", "!~*", "~~", "!~~", "@>", "&&"};
// Keywords that are values.
constexpr absl::string_view kValues[] = {
    "true",         "false",          "null",        "current_date", "current_timestamp",
    "current_user", "localtimestamp", "session_user"};
// Keywords that are called as functions are.
constexpr absl::string_view kCalls[] = {"coalesce", "nullif", "greatest", "least"};

template <size_t n>
bool OneOf(absl::string_view word, const absl::string_view (&words)[n]) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

bool IsNameByte(char c) {
  return absl::ascii_isalnum(c) || c == '_' || c == '$' ||
         (static_cast<unsigned char>(c) & 0x80) != 0;
}

struct Name {
  std::string text;
  bool quoted = false;
  Keyword keyword = Keyword::kNone;
};

// A recursive descent over the subset. Every Take… eats the blanks before what it takes and nothing
// where it answers false at its first token; after a false deeper in, the position means nothing.
class Reader {
 public:
  Reader(absl::string_view text, std::vector<Reference>* mentions)
      : text_(text), mentions_(mentions) {}

  bool AtEnd() {
    Blanks();
    return at_ == text_.size();
  }

  bool Type(std::string* unqualified = nullptr) {
    Name name;
    if (!TakeName(name)) return false;
    bool builtin = false;
    if (!name.quoted) {
      if (name.text == "character") {
        builtin = true;
        TakeWord("varying");
      } else if (name.text == "double" && TakeWord("precision")) {
        return Array();
      } else if (name.text == "timestamp" || name.text == "time") {
        return TypeModifier() && TimeZone() && Array();
      } else if (name.keyword != Keyword::kNone) {
        if (!OneOf(name.text, kBuiltinTypes)) return false;
        builtin = true;
      }
    }
    if (!builtin) {
      std::string schema;
      if (TakeChar('.')) {
        schema = std::move(name.text);
        if (!TakeName(name) || Peek() == '.') return false;
      }
      if (unqualified != nullptr && schema.empty()) *unqualified = name.text;
      if (schema != "pg_catalog") Mention(Reference::Class::kType, schema, "", name.text);
    }
    return TypeModifier() && Array();
  }

  bool Expression(int depth = 0) {
    if (depth > kMaxDepth) return false;
    do {
      TakeWord("not");
      if (!Comparison(depth)) return false;
    } while (TakeWord("and") || TakeWord("or"));
    return true;
  }

 private:
  void Blanks() {
    while (at_ < text_.size() && absl::ascii_isspace(text_[at_])) ++at_;
  }
  char Peek() {
    Blanks();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool TakeChar(char c) {
    if (Peek() != c || at_ == text_.size()) return false;
    ++at_;
    return true;
  }
  bool TakeWord(absl::string_view word) {
    Blanks();
    if (text_.size() - at_ < word.size()) return false;
    for (size_t i = 0; i < word.size(); ++i) {
      if (absl::ascii_tolower(text_[at_ + i]) != word[i]) return false;
    }
    size_t end = at_ + word.size();
    if (end < text_.size() && (IsNameByte(text_[end]) || text_[end] == '\'')) return false;
    at_ = end;
    return true;
  }
  // A bare name in ASCII, folded, or a "quoted" one; never the prefix of a string or of U&"…".
  bool TakeName(Name& name) {
    name = Name();
    const char first = Peek();
    if (first == '"') {
      size_t end = text_.find('"', at_ + 1);
      if (end == absl::string_view::npos || end == at_ + 1) return false;
      if (end + 1 < text_.size() && (text_[end + 1] == '"' || IsNameByte(text_[end + 1]))) {
        return false;
      }
      name.text = std::string(text_.substr(at_ + 1, end - at_ - 1));
      name.quoted = true;
      at_ = end + 1;
      return name.text.find('\0') == std::string::npos;
    }
    if (!absl::ascii_isalpha(first) && first != '_') return false;
    size_t end = at_;
    while (end < text_.size() && (absl::ascii_isalnum(text_[end]) || text_[end] == '_')) ++end;
    if (end < text_.size() &&
        (IsNameByte(text_[end]) || text_[end] == '\'' || text_[end] == '"' || text_[end] == '&')) {
      return false;
    }
    name.text = absl::AsciiStrToLower(text_.substr(at_, end - at_));
    name.keyword = KeywordOf(name.text);
    at_ = end;
    return true;
  }
  bool TakeNumber() {
    Blanks();
    size_t end = at_;
    auto digits = [&] {
      size_t from = end;
      while (end < text_.size() && absl::ascii_isdigit(text_[end])) ++end;
      return end > from;
    };
    if (!digits()) return false;
    if (end < text_.size() && text_[end] == '.') {
      ++end;
      if (!digits()) return false;
    }
    if (end < text_.size() && (IsNameByte(text_[end]) || text_[end] == '.')) return false;
    at_ = end;
    return true;
  }
  bool TakeString(absl::string_view& value) {
    if (Peek() != '\'') return false;
    for (size_t end = at_ + 1; end < text_.size(); ++end) {
      if (text_[end] == '\\' || text_[end] == '\0') return false;
      if (text_[end] != '\'') continue;
      if (end + 1 < text_.size() && text_[end + 1] == '\'') {
        ++end;
        continue;
      }
      if (end + 1 < text_.size() && IsNameByte(text_[end + 1])) return false;
      value = text_.substr(at_ + 1, end - at_ - 1);
      at_ = end + 1;
      return true;
    }
    return false;
  }
  template <size_t n>
  bool TakeOperator(const absl::string_view (&operators)[n]) {
    Blanks();
    size_t end = at_;
    while (end < text_.size() &&
           absl::string_view("+-*/<>=~!@#%^&|`?").find(text_[end]) != absl::string_view::npos) {
      ++end;
    }
    absl::string_view found = text_.substr(at_, end - at_);
    if (!OneOf(found, operators)) return false;
    Mention(Reference::Class::kOperator, "", "", found == "!=" ? "<>" : found);
    at_ = end;
    return true;
  }
  void Mention(Reference::Class reference_class, absl::string_view schema,
               absl::string_view relation, absl::string_view name) {
    if (mentions_ == nullptr) return;
    mentions_->push_back(
        {reference_class, std::string(schema), std::string(relation), std::string(name)});
  }
  void MentionRelation(absl::string_view text) {
    SplitName split = SplitQualified(text);
    if (!split.name.empty()) Mention(Reference::Class::kRelation, split.schema, "", split.name);
  }

  bool TypeModifier() {
    if (!TakeChar('(')) return true;
    do {
      if (!TakeNumber()) return false;
    } while (TakeChar(','));
    return TakeChar(')');
  }
  bool TimeZone() {
    if (!TakeWord("with") && !TakeWord("without")) return true;
    return TakeWord("time") && TakeWord("zone");
  }
  bool Array() {
    while (TakeChar('[')) {
      if (!TakeChar(']')) return false;
    }
    return true;
  }

  bool Comparison(int depth) {
    if (!Sum(depth)) return false;
    if (TakeWord("is")) {
      TakeWord("not");
      return TakeWord("null") || TakeWord("true") || TakeWord("false");
    }
    if (!TakeOperator(kComparisons)) return true;
    if (!TakeWord("any") && !TakeWord("all")) return Sum(depth);
    return TakeChar('(') && Expression(depth + 1) && TakeChar(')');
  }
  bool Sum(int depth) {
    do {
      if (Peek() == '-' && !(at_ + 1 < text_.size() && absl::ascii_isdigit(text_[at_ + 1]))) {
        return false;
      }
      TakeChar('-');
      if (!Value(depth)) return false;
    } while (TakeOperator(kArithmetic));
    return true;
  }
  // A primary with its casts.
  bool Value(int depth) {
    absl::string_view string;
    const bool is_string = TakeString(string);
    if (!is_string && !Primary(depth)) return false;
    bool first = true;
    while (Peek() == ':') {
      if (text_.substr(at_, 2) != "::") return false;
      at_ += 2;
      std::string type;
      if (!Type(&type)) return false;
      if (is_string && first && mentions_ != nullptr && absl::StartsWith(type, "reg")) {
        if (type != "regclass") return false;
        MentionRelation(string);
      }
      first = false;
    }
    return true;
  }
  bool Primary(int depth) {
    if (depth > kMaxDepth) return false;
    if (TakeChar('(')) return Expression(depth + 1) && TakeChar(')');
    if (TakeNumber()) return true;
    if (TakeWord("array")) {
      return TakeChar('[') && (TakeChar(']') || (List(depth) && TakeChar(']')));
    }
    Name name;
    if (!TakeName(name)) return false;
    if (!name.quoted && name.keyword != Keyword::kNone) {
      if (OneOf(name.text, kValues)) return Peek() != '(' && Peek() != '.';
      return OneOf(name.text, kCalls) && TakeChar('(') && List(depth) && TakeChar(')');
    }
    std::vector<std::string> parts = {std::move(name.text)};
    while (TakeChar('.')) {
      if (parts.size() == 3 || !TakeName(name)) return false;
      parts.push_back(std::move(name.text));
    }
    if (Peek() == '(') return Call(parts, depth);
    const size_t n = parts.size();
    Mention(Reference::Class::kColumn, n == 3 ? parts[0] : "", n > 1 ? parts[n - 2] : "",
            parts[n - 1]);
    return true;
  }
  bool Call(const std::vector<std::string>& parts, int depth) {
    if (parts.size() > 2 || !TakeChar('(')) return false;
    const std::string schema = parts.size() == 2 ? parts[0] : "";
    const std::string& name = parts.back();
    if (schema != "pg_catalog") Mention(Reference::Class::kFunction, schema, "", name);
    if (TakeChar(')')) return true;
    if (name == "nextval" || name == "currval" || name == "setval") {
      const size_t before = at_;
      absl::string_view sequence;
      if (TakeString(sequence) && (Peek() == ')' || Peek() == ',')) MentionRelation(sequence);
      at_ = before;
    }
    return List(depth) && TakeChar(')');
  }
  bool List(int depth) {
    do {
      if (!Expression(depth + 1)) return false;
    } while (TakeChar(','));
    return true;
  }

  absl::string_view text_;
  size_t at_ = 0;
  std::vector<Reference>* mentions_;
};

}  // namespace

bool IsPlainType(absl::string_view text, std::vector<Reference>* mentions) {
  if (text.size() > kMaxBytes) return false;
  Reader reader(text, mentions);
  return reader.Type() && reader.AtEnd();
}

bool IsPlainExpression(absl::string_view text, std::vector<Reference>* mentions) {
  if (text.size() > kMaxBytes) return false;
  Reader reader(text, mentions);
  return reader.Expression() && reader.AtEnd();
}

}  // namespace autogen::sql
