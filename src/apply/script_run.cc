#include "src/apply/script_run.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/apply/session.h"
#include "src/base/sha256.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/sql/mask.h"
#include "src/sql/secret_variable.h"

namespace autogen::apply {
namespace {

absl::Status At(const ScriptRun& script, size_t i, absl::string_view message) {
  return absl::InvalidArgumentError(
      absl::StrCat(Place(script, i), ": ", message, "\n  ", Excerpt(script.statements[i].text)));
}

}  // namespace

absl::string_view DirectionName(Direction direction) {
  return direction == Direction::kUpgrade ? "upgrade" : "downgrade";
}

void ScriptRun::SetStatements(std::vector<sql::Statement> of_script,
                              const impact::Dialect& dialect) {
  statements = std::move(of_script);
  impacts = dialect.impacts(statements);
}

std::string Place(const ScriptRun& script, size_t statement) {
  return absl::StrCat(script.path, ":", script.statements[statement].line);
}

std::string Excerpt(absl::string_view statement, size_t length) {
  std::string line;
  for (char c : sql::Masked(statement)) {
    const bool space = absl::ascii_isspace(c);
    if (space && !line.empty() && line.back() == ' ') continue;
    line += space ? ' ' : c;
    if (line.size() > length + 4) break;
  }
  return line.size() <= length ? line : absl::StrCat(ClipUtf8(line, length), "…");
}

namespace {

// What no script may hold.
absl::Status CheckAllowed(const ScriptRun& script, size_t i) {
  const impact::Impact& impact = script.impacts[i];
  if (impact.copies_client) {
    return At(
        script, i,
        "COPY … FROM stdin and COPY … TO stdout need psql; use INSERT, or COPY with a file or "
        "program of the server");
  }
  if (impact.run == impact::RunMode::kTransactionControl) {
    return At(script, i,
              "transaction control is not allowed in a script: autogen runs each script in a "
              "transaction of its own");
  }
  if (impact.node == "IndexStmt" && impact.concurrently && impact.index.name.empty()) {
    return At(script, i,
              "CREATE INDEX CONCURRENTLY needs an index name, so that an interrupted run can tell "
              "whether it was built");
  }
  if (const auto variables = sql::FindSecretVariables(script.statements[i].text); !variables.ok()) {
    return At(script, i, variables.status().message());
  }
  const std::string takes = TakesFromRun(script.statements[i], impact);
  return takes.empty() ? absl::OkStatus() : At(script, i, takes);
}

// A procedure may commit, and what the parser does not know is up to the script.
bool RunsAlone(const ScriptRun& script, const impact::Impact& impact) {
  return impact.run == impact::RunMode::kAlone ||
         (script.no_transaction &&
          (impact.node == "CallStmt" || impact.node == "DoStmt" || impact.node.empty()));
}

}  // namespace

absl::StatusOr<std::vector<Step>> SplitIntoSteps(const ScriptRun& script) {
  std::vector<Step> steps;
  bool cut = true;  // the next statement starts a step
  for (size_t i = 0; i < script.statements.size(); ++i) {
    RETURN_IF_ERROR(CheckAllowed(script, i));
    const impact::Impact& impact = script.impacts[i];
    const bool alone = RunsAlone(script, impact);
    const bool commits = impact.run == impact::RunMode::kCommitBeforeUse;
    const bool begins = std::binary_search(script.step_starts.begin(), script.step_starts.end(), i);
    // Several labels in a row are one step.
    const bool after_enum = cut && !begins && !steps.empty() && !steps.back().alone && commits &&
                            !script.no_transaction;
    if ((cut || begins || alone || steps.back().alone) && !after_enum)
      steps.push_back({i, i, alone, "", {}});
    steps.back().end = i + 1;
    cut = alone || commits || script.no_transaction;
  }
  if (steps.empty()) steps.emplace_back();
  for (Step& step : steps) {
    step.impacts = absl::MakeConstSpan(script.impacts).subspan(step.begin, step.end - step.begin);
    std::string texts;
    for (size_t i = step.begin; i < step.end; ++i) {
      absl::StrAppend(&texts, script.statements[i].text, ";\n");
    }
    // Recorded, and so needed, only where there are several.
    if (steps.size() > 1 || step.alone) step.checksum = Sha256Hex(texts);
  }
  RETURN_IF_ERROR(CheckCarried(script, steps));
  return steps;
}

absl::Status SingleTransactionError(const ScriptRun& script, const std::vector<Step>& steps) {
  const auto alone =
      std::find_if(steps.begin(), steps.end(), [](const Step& p) { return p.alone; });
  const Step& step = alone != steps.end() ? *alone : steps[1];
  return absl::FailedPreconditionError(absl::StrCat(
      Place(script, step.begin), ": cannot run with --single-transaction: the statement ",
      step.alone ? "cannot run in a transaction" : "needs a commit before it", "\n  ",
      Excerpt(script.statements[step.begin].text)));
}

}  // namespace autogen::apply
