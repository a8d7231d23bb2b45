#include "src/apply/secrets.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "src/sql/quote.h"
#include "src/sql/secret_variable.h"

namespace autogen::apply {
namespace {

constexpr char kMask[] = "***";
// Shorter words are parts of others.
constexpr size_t kShortest = 4;

// What a connection string says beside secrets: libpq's usual keywords and their usual values.
constexpr absl::string_view kOrdinary[] = {"application_name",
                                           "connect_timeout",
                                           "dbname",
                                           "disable",
                                           "false",
                                           "hostaddr",
                                           "host",
                                           "localhost",
                                           "options",
                                           "passfile",
                                           "password",
                                           "port",
                                           "postgres",
                                           "postgresql",
                                           "prefer",
                                           "require",
                                           "service",
                                           "sslcert",
                                           "sslkey",
                                           "sslmode",
                                           "sslrootcert",
                                           "target_session_attrs",
                                           "true",
                                           "user",
                                           "verify-ca",
                                           "verify-full"};

std::string ValueOf(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? "" : value;
}

// The longest first: one may be a part of another.
struct LongestFirst {
  bool operator()(const std::string& a, const std::string& b) const {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  }
};

void AddWords(const std::string& value, std::set<std::string, LongestFirst>& words) {
  if (!value.empty()) words.insert(value);
  for (absl::string_view word : absl::StrSplit(value, absl::ByAnyChar(" \t\n='\"\\:/?&@,"))) {
    if (word.size() < kShortest || absl::c_linear_search(kOrdinary, word)) continue;
    words.insert(std::string(word));
  }
}

}  // namespace

std::set<std::string> SecretsOf(absl::Span<const ScriptRun> scripts) {
  std::set<std::string> names;
  for (const ScriptRun& script : scripts) {
    for (const sql::Statement& statement : script.statements) {
      const auto variables = sql::FindSecretVariables(statement.text);
      if (!variables.ok()) continue;  // SplitIntoSteps() refuses it
      for (const sql::SecretVariable& variable : *variables) names.insert(variable.name);
    }
  }
  return names;
}

absl::Status CheckSecrets(absl::Span<const ScriptRun> scripts) {
  std::vector<std::string> missing;
  std::set<std::string> seen;
  for (const ScriptRun& script : scripts) {
    for (size_t i = 0; i < script.statements.size(); ++i) {
      const auto variables = sql::FindSecretVariables(script.statements[i].text);
      if (!variables.ok()) continue;  // SplitIntoSteps() has refused it
      for (const sql::SecretVariable& variable : *variables) {
        if (!ValueOf(variable.name).empty() || !seen.insert(variable.name).second) continue;
        missing.push_back(absl::StrCat(Place(script, i), ": ", variable.name, " is not set"));
      }
    }
  }
  if (missing.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("nothing was run: secrets of the scripts are missing in the environment\n  ",
                   absl::StrJoin(missing, "\n  "),
                   "\nSet each to its value (the connection string, the option's value), exported, "
                   "and run the command again"));
}

std::string WithSecretValues(absl::string_view statement) {
  return sql::WithSecretVariables(
      statement, [](const std::string& name) { return sql::Literal(ValueOf(name)); });
}

std::string WithoutSecretValues(absl::string_view message) {
  std::set<std::string, LongestFirst> words;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const absl::string_view text(*variable);
    if (!absl::StartsWith(text, sql::kSecretPrefix)) continue;
    const size_t equals = text.find('=');
    if (equals != absl::string_view::npos) AddWords(std::string(text.substr(equals + 1)), words);
  }
  std::string out(message);
  for (const std::string& word : words) out = absl::StrReplaceAll(out, {{word, kMask}});
  return out;
}

}  // namespace autogen::apply
