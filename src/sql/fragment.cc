#include "src/sql/fragment.h"

#include <pg_query.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/sql/depth.h"
#include "src/sql/parse.h"
#include "src/sql/plain.h"
#include "src/sql/scan.h"

namespace autogen::sql {
namespace {

absl::string_view FragmentName(Fragment fragment) {
  switch (fragment) {
    case TYPE:
      return "a type";
    case EXPRESSION:
      return "an expression";
    case QUERY:
      return "a query";
    case PARTITION_BOUND:
      return "a partition bound";
    case RULE_DEFINITION:
      return "a CREATE RULE statement";
    case ROUTINE_BODY:
      return "a routine body";
    case SIGNATURE:
      return "a signature";
    default:
      return "a piece of SQL";
  }
}

// Names have no place for a comment: one there is a mistake, or worse.
bool MayHoldComments(Fragment fragment) { return fragment != TYPE && fragment != SIGNATURE; }

// One text as tokens, comments left out.
struct Tokens {
  absl::string_view text;
  std::vector<Token> list;
  // Brackets (and BEGIN ATOMIC … END) around each token; 0 for a bracket that is not in one.
  std::vector<int> depth;

  absl::Status Error(size_t i, absl::string_view message) const {
    return SyntaxError(message, CharacterAt(text, list[i].start));
  }
  bool Is(size_t i, absl::string_view word) const { return i < list.size() && list[i].Is(word); }
};

// What holds for every fragment, whatever the grammar knows: nothing in it reaches beyond its own
// end.
absl::StatusOr<Tokens> CheckTokens(Fragment fragment, absl::string_view text) {
  ASSIGN_OR_RETURN(std::vector<Token> all, Scan(text));
  RETURN_IF_ERROR(CheckDepth(text, all));
  Tokens tokens{text, {}, {}};
  for (size_t i = 0; i < all.size(); ++i) {
    if (all[i].kind != Token::Kind::kComment) {
      tokens.list.push_back(std::move(all[i]));
    } else if (!MayHoldComments(fragment)) {
      return SyntaxError("a comment is not allowed here", CharacterAt(text, all[i].start));
    } else if (all[i].IsLineComment() && i + 1 == all.size()) {
      return SyntaxError("a comment at the end would swallow what follows",
                         CharacterAt(text, all[i].start));
    }
  }
  if (tokens.list.empty()) return SyntaxError("it is empty", 1);

  const bool has_blocks = fragment == ROUTINE_BODY && tokens.Is(0, "begin");
  std::vector<size_t> open;
  for (size_t i = 0; i < tokens.list.size(); ++i) {
    const Token& token = tokens.list[i];
    const bool after_name =
        i > 0 && (tokens.list[i - 1].IsChar('.') || tokens.list[i - 1].Is("as"));
    if (token.IsChar(')') || token.IsChar(']')) {
      const char opening = token.IsChar(')') ? '(' : '[';
      if (open.empty() || !tokens.list[open.back()].IsChar(opening)) {
        return tokens.Error(i, absl::StrCat("unbalanced \"", token.text, "\""));
      }
      open.pop_back();
    } else if (has_blocks && token.Is("end") && !after_name) {
      if (open.empty() || tokens.list[open.back()].word.empty()) {
        return tokens.Error(i, "unbalanced END");
      }
      open.pop_back();
      if (open.empty() && i + 1 != tokens.list.size()) {
        return tokens.Error(i + 1, "nothing may follow the END of the body");
      }
    }
    tokens.depth.push_back(static_cast<int>(open.size()));
    if (token.IsChar('(') || token.IsChar('[') ||
        (has_blocks && !after_name && (i == 0 || token.Is("case")))) {
      open.push_back(i);
    } else if (token.IsChar(';') && open.empty()) {
      return tokens.Error(i, "a semicolon is not allowed here");
    } else if (token.IsChar('\\')) {
      return tokens.Error(i, "a backslash is not allowed here");
    } else if (token.kind == Token::Kind::kParameter && fragment != ROUTINE_BODY) {
      return tokens.Error(i, "a parameter is not allowed here");
    }
  }
  if (!open.empty()) {
    return tokens.Error(open.back(),
                        absl::StrCat("unclosed \"", tokens.list[open.back()].text, "\""));
  }
  return tokens;
}

// The statement `before` text `after` must be one statement of PostgreSQL 15's grammar.
absl::Status CheckGrammar(absl::string_view before, absl::string_view text,
                          absl::string_view after) {
  const std::string statement = absl::StrCat(before, "\n", text, "\n", after);
  // The cheapest of libpg_query's functions that run the parser: no tree is written out.
  PgQuerySplitResult result = pg_query_split_with_parser(statement.c_str());
  absl::Status status;
  if (result.error != nullptr) {
    const int position = result.error->cursorpos - static_cast<int>(before.size()) - 1;
    status = SyntaxError(result.error->message, std::max(position, 1));
  } else if (result.n_stmts != 1) {
    status = SyntaxError("it is more than one statement", 1);
  }
  pg_query_free_split_result(result);
  return status;
}

// Past the bracket that closes the one at `open`.
size_t AfterGroup(const Tokens& tokens, size_t open) {
  size_t i = open + 1;
  while (tokens.depth[i] != tokens.depth[open] || tokens.list[i].kind != Token::Kind::kOperator)
    ++i;
  return i + 1;
}

// The text as PostgreSQL 15 could have it, what is newer replaced by something of the same place in
// the grammar: numbers, JSON constructors and queries, IS JSON, AT LOCAL, and whole subqueries. The
// server judges what stands in them; here it matters that nothing follows them that is not an
// expression.
std::string InOlderSyntax(const Tokens& tokens) {
  std::string out;
  for (size_t i = 0; i < tokens.list.size(); ++i) {
    const Token& token = tokens.list[i];
    const bool group = i + 1 < tokens.list.size() && tokens.list[i + 1].IsChar('(');
    if (token.kind == Token::Kind::kNumber) {
      out += "1 ";
    } else if (absl::StartsWith(token.word, "json") && group) {
      out += "f(1) ";
      i = AfterGroup(tokens, i + 1) - 1;
    } else if (token.IsChar('(') && (tokens.Is(i + 1, "select") || tokens.Is(i + 1, "with"))) {
      out += "(SELECT 1) ";
      i = AfterGroup(tokens, i) - 1;
    } else if (token.Is("at") && tokens.Is(i + 1, "local")) {
      out += "AT TIME ZONE 'x' ";
      ++i;
    } else if (token.Is("json") && i > 0 &&
               (tokens.Is(i - 1, "is") || (tokens.Is(i - 1, "not") && tokens.Is(i - 2, "is")))) {
      out += "NULL ";
      if (tokens.Is(i + 1, "value") || tokens.Is(i + 1, "object") || tokens.Is(i + 1, "array") ||
          tokens.Is(i + 1, "scalar")) {
        ++i;
      }
      if ((tokens.Is(i + 1, "with") || tokens.Is(i + 1, "without")) && tokens.Is(i + 2, "unique")) {
        i += tokens.Is(i + 3, "keys") ? 3 : 2;
      }
    } else {
      absl::StrAppend(&out, token.text, " ");
    }
  }
  return out;
}

// CheckGrammar(), and again in older syntax where the grammar fails.
absl::Status CheckExpression(absl::string_view before, const Tokens& tokens,
                             absl::string_view after) {
  absl::Status grammar = CheckGrammar(before, tokens.text, after);
  if (grammar.ok()) return grammar;
  return CheckGrammar(before, InOlderSyntax(tokens), after).ok() ? absl::OkStatus() : grammar;
}

bool IsDataChange(absl::string_view word) {
  return word == "insert" || word == "update" || word == "delete" || word == "merge";
}

absl::Status CheckNewerQuery(const Tokens& tokens, const absl::Status& grammar) {
  if (!tokens.Is(0, "select") && !tokens.Is(0, "with") && !tokens.Is(0, "values") &&
      !tokens.Is(0, "table") && !tokens.list[0].IsChar('(')) {
    return grammar;
  }
  for (size_t i = 1; i < tokens.list.size(); ++i) {
    const Token& token = tokens.list[i];
    if (token.Is("into")) return grammar;
    if (IsDataChange(token.word) && tokens.list[i - 1].IsChar('(')) return grammar;
    // WITH CHECK OPTION and WITH NO DATA belong to the statement around a query.
    if (token.Is("with") && tokens.depth[i] == 0 &&
        !(tokens.Is(i + 1, "ordinality") || tokens.Is(i + 1, "ties"))) {
      return grammar;
    }
    if (tokens.depth[i] == 0 && IsDataChange(token.word) &&
        !(token.Is("update") && (tokens.Is(i - 1, "for") || tokens.Is(i - 1, "key")))) {
      return grammar;
    }
  }
  return absl::OkStatus();
}

// What a view's query cannot have anywhere in its tree.
absl::Status CheckQueryTree(const nlohmann::json& node) {
  if (node.is_object()) {
    for (auto it = node.begin(); it != node.end(); ++it) {
      if (it.key() == "intoClause") return SyntaxError("INTO is not allowed in a query", 0);
      if (it.key() == "InsertStmt" || it.key() == "UpdateStmt" || it.key() == "DeleteStmt" ||
          it.key() == "MergeStmt") {
        return SyntaxError("a query may not change data", 0);
      }
      RETURN_IF_ERROR(CheckQueryTree(it.value()));
    }
  } else if (node.is_array()) {
    for (const nlohmann::json& item : node) RETURN_IF_ERROR(CheckQueryTree(item));
  }
  return absl::OkStatus();
}

absl::Status CheckQuery(const Tokens& tokens) {
  absl::StatusOr<nlohmann::json> statements = Parse(tokens.text);
  if (!statements.ok()) return CheckNewerQuery(tokens, statements.status());
  if (statements->size() != 1) return SyntaxError("it is more than one statement", 1);
  const nlohmann::json& statement = Get((*statements)[0], "stmt");
  if (NodeName(statement) != "SelectStmt") {
    return SyntaxError("it is not a SELECT, VALUES or WITH", 1);
  }
  return CheckQueryTree(statement);
}

absl::Status CheckSignature(const Tokens& tokens) {
  const std::vector<Token>& list = tokens.list;
  // One pair of parentheses, at the end: leaves no room for CASCADE or a second signature.
  for (size_t i = 0; i < list.size(); ++i) {
    if (tokens.depth[i] == 0 && list[i].IsChar(',')) return tokens.Error(i, "unexpected \",\"");
  }
  if (!list.back().IsChar(')')) {
    return tokens.Error(list.size() - 1, "the argument types in parentheses are missing");
  }
  size_t open = 0;
  while (!list[open].IsChar('(')) ++open;
  if (open == 0) return tokens.Error(0, "the name is missing");
  if (list[open - 1].kind == Token::Kind::kOperator) {
    return CheckGrammar("ALTER OPERATOR", tokens.text, "OWNER TO x");
  }
  return CheckGrammar("ALTER FUNCTION", tokens.text, "RESET ALL");
}

absl::Status CheckRoutineBody(const Tokens& tokens) {
  const bool block = tokens.Is(0, "begin") && tokens.Is(1, "atomic");
  if (!block && !tokens.Is(0, "return")) {
    return tokens.Error(0, "a routine body starts with RETURN or BEGIN ATOMIC");
  }
  // CheckTokens() has seen that a block ends where the text does; the server judges its statements.
  if (block) return absl::OkStatus();
  return CheckExpression("CREATE FUNCTION f() RETURNS x", tokens, "");
}

absl::Status CheckRule(const Tokens& tokens) {
  absl::StatusOr<nlohmann::json> statements = Parse(tokens.text);
  if (statements.ok()) {
    const bool rule =
        statements->size() == 1 && NodeName(Get((*statements)[0], "stmt")) == "RuleStmt";
    return rule ? absl::OkStatus() : SyntaxError("it is not one CREATE RULE statement", 1);
  }
  // Newer syntax in an action. CheckTokens() has seen that it is one statement.
  const size_t at = tokens.Is(1, "or") && tokens.Is(2, "replace") ? 3 : 1;
  return tokens.Is(0, "create") && tokens.Is(at, "rule") ? absl::OkStatus() : statements.status();
}

absl::Status Check(Fragment fragment, absl::string_view text) {
  ASSIGN_OR_RETURN(Tokens tokens, CheckTokens(fragment, text));
  switch (fragment) {
    case TYPE:
      // The grammar of types is the same in 13 to 18.
      if (tokens.Is(0, "setof")) return tokens.Error(0, "SETOF is not part of a type");
      return CheckGrammar("SELECT CAST(NULL AS", text, ")");
    case EXPRESSION:
      // A CHECK takes one expression, where SELECT would take a list, an alias and clauses.
      return CheckExpression("ALTER TABLE x ADD CHECK (", tokens, ")");
    case QUERY:
      return CheckQuery(tokens);
    case PARTITION_BOUND:
      return CheckGrammar("ALTER TABLE x ATTACH PARTITION y", text, "");
    case RULE_DEFINITION:
      return CheckRule(tokens);
    case ROUTINE_BODY:
      return CheckRoutineBody(tokens);
    case SIGNATURE:
      return CheckSignature(tokens);
    default:
      return absl::OkStatus();
  }
}

}  // namespace

absl::Status CheckFragment(Fragment fragment, absl::string_view text) {
  if (fragment == NOT_SQL) return absl::OkStatus();
  if (fragment == TYPE && IsPlainType(text, nullptr)) return absl::OkStatus();
  if (fragment == EXPRESSION && IsPlainExpression(text, nullptr)) return absl::OkStatus();
  absl::Status status = Check(fragment, text);
  if (status.ok()) return status;
  const int position = SyntaxPosition(status);
  return absl::InvalidArgumentError(
      absl::StrCat("not ", FragmentName(fragment), ": ", status.message(),
                   position > 0 ? absl::StrCat(" (character ", position, ")") : ""));
}

}  // namespace autogen::sql
