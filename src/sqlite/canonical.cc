#include "src/sqlite/canonical.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace autogen::sqlite {
namespace {

using Kind = Token::Kind;

// Without the parentheses around the whole, however many.
absl::Span<const Token> Unwrapped(absl::Span<const Token> tokens) {
  while (tokens.size() > 2 && tokens.front().Is("(") && tokens.back().Is(")")) {
    int depth = 0;
    for (size_t i = 0; i + 1 < tokens.size(); ++i) {
      if (tokens[i].Is("(")) ++depth;
      if (tokens[i].Is(")") && --depth == 0) return tokens;  // the first one ends before the end
    }
    tokens = tokens.subspan(1, tokens.size() - 2);
  }
  return tokens;
}

const std::string* FindColumn(const Scope& scope, absl::string_view name) {
  for (const std::string& column : scope.columns) {
    if (absl::EqualsIgnoreCase(column, name)) return &column;
  }
  return nullptr;
}

std::string CanonicalToken(const Token& token, const Scope* scope) {
  switch (token.kind) {
    case Kind::kOperator:
      if (token.text == "!=") return "<>";
      if (token.text == "==") return "=";
      return std::string(token.text);
    case Kind::kString:
    case Kind::kVariable:
      return std::string(token.text);
    case Kind::kNumber:
      return absl::AsciiStrToLower(token.text);
    case Kind::kBlob:
      return absl::StrCat("x", absl::AsciiStrToLower(token.text.substr(1)));
    case Kind::kQuoted: {
      const std::string name = NameOf(token);
      if (scope == nullptr) return QuoteName(name);
      if (const std::string* column = FindColumn(*scope, name)) return QuoteName(*column);
      if (token.text.front() == '"' && scope->closed) return QuoteString(name);
      return QuoteName(name);
    }
    case Kind::kWord:
      break;
  }
  if (!IsReserved(token.text) && scope != nullptr) {
    if (const std::string* column = FindColumn(*scope, token.text)) return QuoteName(*column);
  }
  if (IsKeyword(token.text)) return absl::AsciiStrToUpper(token.text);
  return scope == nullptr ? std::string(token.text) : absl::AsciiStrToLower(token.text);
}

bool IsText(const Token& token) { return token.kind != Kind::kOperator; }

// Whether SQL is written with a blank between the two.
bool HasBlank(const Token* before_left, const Token& left, const Token& right) {
  if (right.Is(",") || right.Is(")") || right.Is(";") || right.Is(".")) return false;
  if (left.Is("(") || left.Is(".") || left.Is("~")) return false;
  if (right.Is("(")) {
    // A function's arguments; not "IN (", "AND (", "a = (".
    return !(left.kind == Kind::kQuoted || (left.kind == Kind::kWord && !IsReserved(left.text)));
  }
  if ((left.Is("-") || left.Is("+")) && IsText(right)) {
    // A sign, where no operand stands before it.
    const bool is_sign = before_left == nullptr || before_left->Is("(") || before_left->Is(",") ||
                         (before_left->kind == Kind::kOperator && !before_left->Is(")")) ||
                         (before_left->kind == Kind::kWord && IsReserved(before_left->text) &&
                          !before_left->Is("NULL"));
    return !is_sign;
  }
  return true;
}

std::string Joined(absl::Span<const Token> tokens, const Scope* scope) {
  std::string text;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (i > 0 && HasBlank(i > 1 ? &tokens[i - 2] : nullptr, tokens[i - 1], tokens[i])) {
      text.push_back(' ');
    }
    text.append(CanonicalToken(tokens[i], scope));
  }
  return text;
}

}  // namespace

std::string CanonicalExpression(absl::Span<const Token> tokens, const Scope& scope) {
  return Joined(Unwrapped(tokens), &scope);
}

std::string CanonicalStatement(absl::Span<const Token> tokens) { return Joined(tokens, nullptr); }

std::string CanonicalType(absl::Span<const Token> tokens) {
  std::string text;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    const bool tight =
        token.Is("(") || token.Is(")") || token.Is(",") ||
        (i > 0 && (tokens[i - 1].Is("(") || tokens[i - 1].Is("+") || tokens[i - 1].Is("-")));
    if (i > 0 && !tight) text.push_back(' ');
    const bool is_word =
        token.kind == Kind::kWord || token.kind == Kind::kQuoted || token.kind == Kind::kString;
    text.append(is_word ? absl::AsciiStrToUpper(NameOf(token)) : std::string(token.text));
  }
  return text;
}

absl::string_view AffinityOf(absl::string_view type) {
  const std::string words = absl::AsciiStrToUpper(type);
  auto has = [&](absl::string_view part) { return absl::StrContains(words, part); };
  if (has("INT")) return "INTEGER";
  if (has("CHAR") || has("CLOB") || has("TEXT")) return "TEXT";
  if (has("BLOB") || words.empty()) return "BLOB";
  if (has("REAL") || has("FLOA") || has("DOUB")) return "REAL";
  return "NUMERIC";
}

bool IsPlainDefault(absl::string_view canonical) {
  absl::StatusOr<std::vector<Token>> tokens = Tokenize(canonical);
  if (!tokens.ok() || tokens->empty()) return false;
  size_t i = 0;
  if ((*tokens)[0].Is("-") || (*tokens)[0].Is("+")) ++i;
  if (i + 1 != tokens->size()) return false;
  const Token& token = (*tokens)[i];
  if (token.kind == Kind::kNumber) return true;
  if (i == 1) return false;
  if (token.kind == Kind::kString || token.kind == Kind::kBlob) return true;
  for (absl::string_view word :
       {"NULL", "TRUE", "FALSE", "CURRENT_TIME", "CURRENT_DATE", "CURRENT_TIMESTAMP"}) {
    if (token.Is(word)) return true;
  }
  return false;
}

}  // namespace autogen::sqlite
