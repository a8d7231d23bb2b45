#include "src/deploy/history_warnings.h"

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/apply/edited.h"
#include "src/base/status.h"
#include "src/revision/range.h"

namespace autogen::deploy {
namespace {

using apply::LedgerEntry;
using revision::Graph;
using revision::Node;
using revision::Nodes;
using revision::NodeSet;

std::string Ids(const Graph& graph, absl::Span<const Node> nodes) {
  constexpr size_t kShown = 10;
  const std::string shown =
      absl::StrJoin(nodes.subspan(0, kShown), ", ",
                    [&](std::string* out, Node node) { out->append(graph.id(node)); });
  return nodes.size() <= kShown ? shown
                                : absl::StrCat(shown, " and ", nodes.size() - kShown, " more");
}

std::string OneOrMany(size_t n, absl::string_view one, absl::string_view many) {
  return std::string(n == 1 ? one : many);
}

// An empty version table whose last change, by the ledger, left a row.
absl::Status CheckEmpty(const std::vector<std::string>& rows, absl::Span<const LedgerEntry> entries,
                        const apply::Database& database) {
  if (!rows.empty() || entries.empty()) return absl::OkStatus();
  const LedgerEntry& last = entries.back();
  if (last.kind == LedgerEntry::Kind::kDowngrade || last.revisions.empty()) return absl::OkStatus();
  const std::string revisions = absl::StrJoin(last.revisions, " ");
  return absl::FailedPreconditionError(absl::StrCat(
      "the version table ", database.table_name(), " is empty, but the last entry of its ledger ",
      database.ledger_name(), " is the ",
      last.kind == LedgerEntry::Kind::kStamp ? "stamp of " : "upgrade of ", revisions,
      ": its rows were deleted, or are kept from this session. Where the database is at ",
      revisions, ": autogen stamp ", revisions, "; where nothing is applied: autogen stamp base"));
}

void AddRedundant(const Graph& graph, const Nodes& rows, std::vector<std::string>& warnings) {
  const Nodes maximal = revision::Maximal(graph, rows);
  Nodes others;
  for (Node row : rows) {
    if (!absl::c_linear_search(maximal, row)) others.push_back(row);
  }
  if (others.empty()) return;
  warnings.push_back(absl::StrCat(
      "the version table has ", OneOrMany(others.size(), "a row", "rows"), " for ",
      Ids(graph, others), ", which ", Ids(graph, maximal), " ",
      OneOrMany(maximal.size(), "includes", "include"), " (revises or depends on): ",
      OneOrMany(others.size(), "it is", "they are"), " removed together with the next change"));
}

// By the ledger: what ran and was not taken back, and what a stamp counted as applied.
NodeSet Recorded(const Graph& graph, absl::Span<const LedgerEntry> entries) {
  NodeSet recorded(graph.size());
  for (const LedgerEntry& entry : entries) {
    Nodes nodes;
    for (const std::string& id : entry.revisions) {
      if (const std::optional<Node> node = graph.Find(id)) nodes.push_back(*node);
    }
    if (entry.kind == LedgerEntry::Kind::kStamp) {
      const NodeSet stamped = graph.Ancestors(nodes, revision::Edges::kRevisesAndDependencies);
      for (size_t i = 0; i < stamped.size(); ++i) recorded[i] = recorded[i] || stamped[i];
      continue;
    }
    for (Node node : nodes) {
      recorded[static_cast<size_t>(node)] = entry.kind == LedgerEntry::Kind::kUpgrade;
    }
  }
  return recorded;
}

void AddNeverRan(const Graph& graph, const Nodes& rows, absl::Span<const LedgerEntry> entries,
                 std::vector<std::string>& warnings) {
  const NodeSet recorded = Recorded(graph, entries);
  NodeSet missing = graph.Ancestors(rows, revision::Edges::kRevisesAndDependencies);
  for (size_t i = 0; i < missing.size(); ++i) missing[i] = missing[i] && !recorded[i];
  const Nodes never = graph.InOrder(missing);
  if (never.empty()) return;
  const Nodes maximal = revision::Maximal(graph, rows);
  const std::string stamp = absl::StrJoin(
      maximal, " ", [&](std::string* out, Node node) { out->append(graph.id(node)); });
  warnings.push_back(absl::StrCat(
      Ids(graph, never), OneOrMany(never.size(), " counts", " count"), " as applied, since ",
      Ids(graph, maximal), OneOrMany(maximal.size(), " is", " are"), ", but by the ledger ",
      OneOrMany(never.size(), "it", "they"), " never ran here. Where the database has ",
      OneOrMany(never.size(), "its", "their"), " changes: autogen stamp ", stamp,
      "; where it does not: put the script above ", Ids(graph, maximal),
      " (its line \"-- revises:\"), or run its statements by hand and then stamp"));
}

absl::StatusOr<std::vector<std::string>> OfRows(const Graph& graph, const Nodes& rows,
                                                const apply::Database& database,
                                                absl::Span<const LedgerEntry> entries) {
  std::vector<std::string> warnings;
  RETURN_IF_ERROR(CheckEmpty(database.rows(), entries, database));
  AddRedundant(graph, rows, warnings);
  // Without a ledger nothing is known of what ran.
  if (!entries.empty()) AddNeverRan(graph, rows, entries, warnings);
  return warnings;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> RowWarnings(const Graph& graph, const Nodes& rows,
                                                     const apply::Database& database) {
  ASSIGN_OR_RETURN(std::vector<LedgerEntry> entries, database.entries());
  return OfRows(graph, rows, database, entries);
}

absl::StatusOr<std::vector<std::string>> HistoryWarnings(
    const Graph& graph, const Nodes& rows, const apply::Database& database,
    absl::Span<const revision::Acceptance> accepted) {
  ASSIGN_OR_RETURN(std::vector<LedgerEntry> entries, database.entries());
  ASSIGN_OR_RETURN(std::vector<std::string> warnings, OfRows(graph, rows, database, entries));
  if (database.unfinished().has_value()) {
    const apply::Unfinished& open = *database.unfinished();
    warnings.push_back(absl::StrCat("the ", DirectionName(open.direction), " of ", open.revision,
                                    " was interrupted: ", open.steps_done(), " of its ",
                                    open.step_count(), " steps are done"));
  }
  const Nodes edited =
      apply::EditedScripts(graph, graph.Ancestors(rows, revision::Edges::kRevisesAndDependencies),
                           apply::AppliedChecksums(entries), accepted);
  for (const Node node : edited) {
    warnings.push_back(
        absl::StrCat(graph.at(node).path,
                     " was edited after it was applied: undo the edit, or, where it changes ",
                     "nothing, autogen sum --accept ", graph.id(node), " \"why\""));
  }
  return warnings;
}

absl::Status StrictError() {
  return absl::FailedPreconditionError("the history is not what was applied (--strict)");
}

}  // namespace autogen::deploy
