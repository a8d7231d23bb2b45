#include "src/apply/compile.h"

#include <algorithm>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/revision/script.h"
#include "src/revision/state.h"

namespace autogen::apply {
namespace {

absl::Status CheckDowngrade(const revision::Script& script) {
  const std::string& path = script.header.path;
  if (script.irreversible) {
    return absl::FailedPreconditionError(absl::StrCat(
        path, ": revision ", script.header.id, " is irreversible: ", script.irreversible_reason));
  }
  if (!script.downgrade.present) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, ": revision ", script.header.id,
                     " has no downgrade: add a section \"-- autogen: downgrade\""));
  }
  return absl::OkStatus();
}

void AddAssertions(const std::vector<revision::Assertion>& assertions, size_t before,
                   ScriptRun& run) {
  for (const revision::Assertion& assertion : assertions) {
    run.assertions.push_back({assertion.query, assertion.message, assertion.line, before});
  }
}

void AddSection(revision::Section section, const impact::Dialect& dialect, ScriptRun& run) {
  run.no_transaction = section.no_transaction;
  std::vector<sql::Statement> statements;
  for (revision::Step& step : section.steps) {
    AddAssertions(step.before, statements.size(), run);
    if (step.begins_step) run.step_starts.push_back(statements.size());
    statements.push_back(std::move(step.statement));
  }
  AddAssertions(section.after, statements.size(), run);
  run.SetStatements(std::move(statements), dialect);
}

// A row that others include goes with the first change, unless that would add it.
void RemoveRow(const std::string& id, ScriptRun& run) {
  const auto added = std::find(run.add.begin(), run.add.end(), id);
  if (added != run.add.end()) {
    run.add.erase(added);
  } else {
    run.remove.push_back(id);
  }
}

}  // namespace

absl::Status CheckRunnable(const revision::Script& script, const impact::Dialect& dialect) {
  for (const revision::Section* section : {&script.upgrade, &script.downgrade}) {
    ScriptRun run;
    run.revision = script.header.id;
    run.path = script.header.path;
    AddSection(*section, dialect, run);
    RETURN_IF_ERROR(SplitIntoSteps(run).status());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<ScriptRun>> CompileScripts(const revision::Graph& graph,
                                                      absl::Span<const revision::Node> rows,
                                                      absl::Span<const revision::Node> nodes,
                                                      Direction direction) {
  const bool up = direction == Direction::kUpgrade;
  revision::State state(&graph, rows);
  const revision::Nodes maximal = state.row_nodes();
  std::vector<ScriptRun> scripts;
  scripts.reserve(nodes.size());
  for (revision::Node node : nodes) {
    ASSIGN_OR_RETURN(revision::Script script,
                     revision::ReadScript(graph.at(node).path, graph.dialect()));
    if (!up) RETURN_IF_ERROR(CheckDowngrade(script));
    revision::State::Change change = up ? state.Apply(node) : state.Revert(node);
    ScriptRun run;
    run.revision = graph.id(node);
    run.title = script.header.message.substr(0, script.header.message.find('\n'));
    run.path = script.header.path;
    run.direction = direction;
    run.checksum = std::move(script.checksum);
    run.remove = std::move(change.remove);
    run.add = std::move(change.add);
    AddSection(std::move(up ? script.upgrade : script.downgrade), graph.dialect(), run);
    scripts.push_back(std::move(run));
  }
  if (scripts.empty()) return scripts;
  for (revision::Node row : rows) {
    if (!absl::c_linear_search(maximal, row)) RemoveRow(graph.id(row), scripts.front());
  }
  return scripts;
}

}  // namespace autogen::apply
