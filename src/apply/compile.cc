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

void AddAssertions(const std::vector<revision::Assertion>& assertions, size_t before, Unit& unit) {
  for (const revision::Assertion& assertion : assertions) {
    unit.assertions.push_back({assertion.query, assertion.message, assertion.line, before});
  }
}

void AddSection(revision::Section section, const impact::Dialect& dialect, Unit& unit) {
  unit.no_transaction = section.no_transaction;
  std::vector<sql::Statement> statements;
  for (revision::Step& step : section.steps) {
    AddAssertions(step.before, statements.size(), unit);
    if (step.begins_step) unit.step_starts.push_back(statements.size());
    statements.push_back(std::move(step.statement));
  }
  AddAssertions(section.after, statements.size(), unit);
  unit.SetStatements(std::move(statements), dialect);
}

// A row that others include goes with the first change, unless that would add it.
void RemoveRow(const std::string& id, Unit& unit) {
  const auto added = std::find(unit.add.begin(), unit.add.end(), id);
  if (added != unit.add.end()) {
    unit.add.erase(added);
  } else {
    unit.remove.push_back(id);
  }
}

}  // namespace

absl::Status CheckRunnable(const revision::Script& script, const impact::Dialect& dialect) {
  for (const revision::Section* section : {&script.upgrade, &script.downgrade}) {
    Unit unit;
    unit.revision = script.header.id;
    unit.path = script.header.path;
    AddSection(*section, dialect, unit);
    RETURN_IF_ERROR(SplitIntoParts(unit).status());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Unit>> CompileUnits(const revision::Graph& graph,
                                               absl::Span<const revision::Node> rows,
                                               absl::Span<const revision::Node> nodes,
                                               Direction direction) {
  const bool up = direction == Direction::kUpgrade;
  revision::State state(&graph, rows);
  const revision::Nodes maximal = state.row_nodes();
  std::vector<Unit> units;
  units.reserve(nodes.size());
  for (revision::Node node : nodes) {
    ASSIGN_OR_RETURN(revision::Script script,
                     revision::ReadScript(graph.at(node).path, graph.dialect()));
    if (!up) RETURN_IF_ERROR(CheckDowngrade(script));
    revision::State::Change change = up ? state.Apply(node) : state.Revert(node);
    Unit unit;
    unit.revision = graph.id(node);
    unit.title = script.header.message.substr(0, script.header.message.find('\n'));
    unit.path = script.header.path;
    unit.direction = direction;
    unit.checksum = std::move(script.checksum);
    unit.remove = std::move(change.remove);
    unit.add = std::move(change.add);
    AddSection(std::move(up ? script.upgrade : script.downgrade), graph.dialect(), unit);
    units.push_back(std::move(unit));
  }
  if (units.empty()) return units;
  for (revision::Node row : rows) {
    if (!absl::c_linear_search(maximal, row)) RemoveRow(graph.id(row), units.front());
  }
  return units;
}

}  // namespace autogen::apply
