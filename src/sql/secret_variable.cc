#include "src/sql/secret_variable.h"

#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "src/base/status.h"
#include "src/sql/scan.h"

namespace autogen::sql {
namespace {

constexpr char kWhere[] =
    "a variable is the whole connection string of a subscription, or the whole value of an option "
    "of a foreign-data wrapper, a server or a user mapping";

// Tokens without comments.
std::vector<Token> WithoutComments(std::vector<Token> tokens) {
  std::vector<Token> kept;
  for (Token& token : tokens) {
    if (token.kind != Token::Kind::kComment) kept.push_back(std::move(token));
  }
  return kept;
}

bool IsPlainLiteral(const Token& token) {
  return token.kind == Token::Kind::kString && token.text.size() >= 2 && token.text[0] == '\'';
}

enum class Kind { kOther, kSubscription, kForeign };

Kind KindOf(const std::vector<Token>& tokens) {
  if (tokens.size() < 3 || !(tokens[0].Is("create") || tokens[0].Is("alter"))) return Kind::kOther;
  if (tokens[1].Is("subscription")) return Kind::kSubscription;
  const bool foreign = tokens[1].Is("server") ||
                       (tokens[1].Is("user") && tokens[2].Is("mapping")) ||
                       (tokens[1].Is("foreign") && tokens[2].Is("data"));
  return foreign ? Kind::kForeign : Kind::kOther;
}

// Whether a variable may stand at each token.
std::vector<bool> Places(const std::vector<Token>& tokens) {
  std::vector<bool> may(tokens.size(), false);
  const Kind kind = KindOf(tokens);
  // CREATE SUBSCRIPTION name CONNECTION '…', ALTER SUBSCRIPTION name CONNECTION '…'
  if (kind == Kind::kSubscription && tokens.size() > 4) may[4] = tokens[3].Is("connection");
  for (size_t i = 3; i + 1 < tokens.size() && kind == Kind::kForeign; ++i) {
    if (tokens[i].Is("options") && tokens[i + 1].IsChar('(')) {
      for (size_t at = i + 2; at < tokens.size() && !tokens[at].IsChar(')'); ++at) may[at] = true;
    }
  }
  return may;
}

bool IsVariableName(absl::string_view name) {
  if (!absl::ConsumePrefix(&name, kSecretPrefix) || name.empty()) return false;
  for (const char c : name) {
    if (!absl::ascii_isupper(static_cast<unsigned char>(c)) &&
        !absl::ascii_isdigit(static_cast<unsigned char>(c)) && c != '_') {
      return false;
    }
  }
  return true;
}

// "NAME" of '${NAME}' for a NAME that a variable could have; "" for any other literal.
absl::string_view NameIn(absl::string_view literal) {
  if (!absl::ConsumePrefix(&literal, "'${") || !absl::ConsumeSuffix(&literal, "}'")) return "";
  for (const char c : literal) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '_') return "";
  }
  return literal;
}

absl::Status Misplaced(absl::string_view statement, const Token& token, absl::string_view what) {
  return SyntaxError(what, CharacterAt(statement, token.start));
}

absl::Status CheckElsewhere(absl::string_view statement, const Token& token, const Token* before) {
  if (absl::StrContains(token.text, absl::StrCat("${", kSecretPrefix))) {
    return Misplaced(statement, token,
                     absl::StrCat("a variable for a secret cannot stand here: ", kWhere));
  }
  if (before != nullptr && before->IsChar(':') && before->end == token.start &&
      absl::StrContains(token.text, kSecretPrefix)) {
    return Misplaced(statement, token,
                     absl::StrCat("scripts know no variables of psql; write '${", kSecretPrefix,
                                  "…}' in its place (upgrade --sql prints it for psql)"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<SecretVariable>> FindSecretVariables(absl::string_view statement) {
  std::vector<SecretVariable> found;
  if (!absl::StrContains(statement, "${") && !absl::StrContains(statement, kSecretPrefix)) {
    return found;
  }
  ASSIGN_OR_RETURN(std::vector<Token> scanned, Scan(statement));
  const std::vector<Token> tokens = WithoutComments(std::move(scanned));
  const std::vector<bool> may = Places(tokens);
  for (size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    const absl::string_view name = may[i] && IsPlainLiteral(token) ? NameIn(token.text) : "";
    if (name.empty()) {
      RETURN_IF_ERROR(CheckElsewhere(statement, token, i > 0 ? &tokens[i - 1] : nullptr));
    } else if (!IsVariableName(name)) {
      return Misplaced(statement, token,
                       absl::StrCat("variable ", name, " cannot be used: the name of a secret is ",
                                    kSecretPrefix, " and capital letters, digits and _"));
    } else {
      found.push_back({std::string(name), token.start, token.end});
    }
  }
  return found;
}

std::string WithSecretVariables(
    absl::string_view statement,
    const std::function<std::string(const std::string& name)>& literal) {
  const absl::StatusOr<std::vector<SecretVariable>> variables = FindSecretVariables(statement);
  if (!variables.ok()) return std::string(statement);
  std::string out;
  size_t done = 0;
  for (const SecretVariable& variable : *variables) {
    absl::StrAppend(&out, statement.substr(done, variable.start - done), literal(variable.name));
    done = variable.end;
  }
  absl::StrAppend(&out, statement.substr(done));
  return out;
}

std::string WithPsqlSecrets(absl::string_view statement) {
  return WithSecretVariables(statement,
                             [](const std::string& name) { return absl::StrCat(":'", name, "'"); });
}

std::string SecretLiteral(const std::vector<std::string>& words) {
  std::string name(kSecretPrefix.substr(0, kSecretPrefix.size() - 1));
  bool same = true;
  uint32_t sum = 2166136261u;  // FNV-1a
  for (const std::string& word : words) {
    name.push_back('_');
    for (const char c : word) {
      const auto byte = static_cast<unsigned char>(c);
      const bool plain = absl::ascii_islower(byte) || absl::ascii_isdigit(byte) || c == '_';
      same = same && plain;
      name.push_back(absl::ascii_isalnum(byte) ? absl::ascii_toupper(byte) : '_');
      sum = (sum ^ byte) * 16777619u;
    }
    sum = (sum ^ 0xff) * 16777619u;
  }
  if (!same) {
    absl::StrAppend(&name, "_",
                    absl::AsciiStrToUpper(absl::StrCat(absl::Hex(sum & 0xffff, absl::kZeroPad4))));
  }
  return absl::StrCat("'${", name, "}'");
}

}  // namespace autogen::sql
