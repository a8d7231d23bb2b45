// For syntax that the grammar does not know: how it can run, by its leading words.

#include <algorithm>
#include <array>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/impact/finder.h"
#include "src/sql/scan.h"

namespace autogen::impact {
namespace {

using sql::Token;

// The name that starts at token `i`, which is moved behind it.
SplitName NameAt(const std::vector<Token>& tokens, size_t& i) {
  if (i >= tokens.size()) return {};
  std::string name(tokens[i++].text);
  if (i + 1 < tokens.size() && tokens[i].IsChar('.')) {
    absl::StrAppend(&name, ".", tokens[i + 1].text);
    i += 2;
  }
  return sql::SplitQualified(name);
}

// … CONCURRENTLY [IF [NOT] EXISTS] [index] [ON [ONLY] relation]
void NameConcurrentIndex(const std::vector<Token>& tokens, bool drop, Impact& out) {
  auto is = [&](size_t i, absl::string_view word) {
    return i < tokens.size() && tokens[i].Is(word);
  };
  size_t i = 0;
  while (!is(i, "concurrently")) ++i;
  ++i;
  while (is(i, "if") || is(i, "not") || is(i, "exists")) ++i;
  SplitName index;
  if (!is(i, "on")) index = NameAt(tokens, i);
  out.index = {index.schema, index.name};
  if (drop || !is(i, "on")) return;
  ++i;
  if (is(i, "only")) ++i;
  SplitName relation = NameAt(tokens, i);
  out.relation = {relation.schema, relation.name};
  if (!out.index.name.empty()) out.index.schema = out.relation.schema;
}

bool IsLongByWords(const std::vector<Token>& tokens) {
  if (tokens.empty()) return false;
  auto has = [&](absl::string_view a, absl::string_view b) {
    for (size_t i = 0; i < tokens.size(); ++i) {
      if (tokens[i].Is(a) && (b.empty() || (i + 1 < tokens.size() && tokens[i + 1].Is(b)))) {
        return true;
      }
    }
    return false;
  };
  const Token& first = tokens[0];
  if (first.Is("create")) return has("create", "index") || has("unique", "index");
  if (first.Is("alter")) {
    return has("primary", "key") || has("unique", "") || has("exclude", "") ||
           has("validate", "constraint") || has("attach", "partition");
  }
  return first.Is("reindex") || first.Is("refresh") || first.Is("cluster") || first.Is("vacuum");
}

void ByLeadingWords(const std::vector<Token>& tokens, Impact& out) {
  std::vector<absl::string_view> words;
  bool concurrently = false;
  for (const Token& token : tokens) {
    if (words.size() < 2) words.push_back(token.word);
    concurrently = concurrently || token.Is("concurrently");
  }
  words.resize(2);
  const absl::string_view first = words[0];
  const absl::string_view second = words[1];
  // REFRESH MATERIALIZED VIEW CONCURRENTLY may run in a transaction.
  if (first == "create" || first == "drop" || first == "reindex" || first == "alter") {
    out.concurrently = concurrently;
    if (concurrently) out.run = RunMode::kAlone;
    const bool index = second == "index" || second == "unique";
    if (concurrently && index && first != "alter") {
      NameConcurrentIndex(tokens, first == "drop", out);
    }
  }
  static constexpr std::array<absl::string_view, 9> kControl = {
      "abort", "begin", "commit", "end", "release", "rollback", "savepoint", "start", "prepare"};
  if (std::find(kControl.begin(), kControl.end(), first) != kControl.end()) {
    if (first != "prepare" || second == "transaction") out.run = RunMode::kTransactionControl;
  }
  if (first == "vacuum" || (first == "alter" && second == "system")) out.run = RunMode::kAlone;
  out.repeatable = first == "vacuum" || first == "reindex" || first == "cluster" ||
                   first == "analyze" || first == "create" || first == "alter" || first == "drop";
  out.long_by_nature = IsLongByWords(tokens);
  if ((first == "create" || first == "drop") &&
      (second == "database" || second == "tablespace" || second == "subscription")) {
    out.run = RunMode::kAlone;
  }
  if (first == "alter" && second == "type") {
    for (size_t i = 0; i + 1 < tokens.size(); ++i) {
      if (tokens[i].Is("add") && tokens[i + 1].Is("value")) out.run = RunMode::kCommitBeforeUse;
    }
  }
}

}  // namespace

void FindByWords(absl::string_view statement, Impact* out) {
  absl::StatusOr<std::vector<Token>> tokens = sql::Scan(statement);
  if (!tokens.ok()) return;
  tokens->erase(
      std::remove_if(tokens->begin(), tokens->end(),
                     [](const Token& token) { return token.kind == Token::Kind::kComment; }),
      tokens->end());
  ByLeadingWords(*tokens, *out);
}

}  // namespace autogen::impact
