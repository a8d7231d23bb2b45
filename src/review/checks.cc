#include "src/review/checks.h"

#include "absl/strings/str_cat.h"
#include "src/apply/database.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/deploy/preflight_findings.h"
#include "src/deploy/table_sizes.h"
#include "src/revision/plan.h"
#include "src/sql/mask.h"

namespace autogen::review {
namespace {

std::string FirstLine(const absl::Status& status) {
  return std::string(status.message().substr(0, status.message().find('\n')));
}

absl::StatusOr<std::vector<deploy::DataCheckResult>> Results(const Request& request,
                                                             const apply::Database& database) {
  const revision::Graph& graph = *request.graph;
  ASSIGN_OR_RETURN(const revision::Nodes rows, revision::LocateRows(graph, database.rows()));
  const revision::NodeSet applied = graph.Ancestors(rows, revision::Edges::kRevisesAndDependencies);
  revision::NodeSet wanted(graph.size());
  for (const revision::Node node : request.nodes) {
    wanted[static_cast<size_t>(node)] = !applied[static_cast<size_t>(node)];
  }
  const std::vector<std::string>& path = request.apply.search_path;
  ASSIGN_OR_RETURN(
      const std::vector<deploy::DataCheck> checks,
      deploy::DataChecksOf(graph, graph.InOrder(wanted), path.empty() ? "public" : path.front()));
  return deploy::ChecksOf(database, request.url, request.checks)(checks);
}

Check ToCheck(const deploy::DataCheckResult& result) {
  Check check{.what = result.check.what, .passed = result.passed() || result.early};
  if (result.early) {
    check.result = "for later";
  } else if (!result.problem.empty()) {
    check.result =
        absl::StrCat("not checked: ", sql::MaskedMessage(result.problem, result.check.query));
  } else if (result.rows > 0) {
    check.result = Count(static_cast<size_t>(result.rows), "violating row");
  } else {
    check.result = "passed";
  }
  return check;
}

void AddSizes(const Request& request, const apply::Database& database,
              const std::set<std::pair<std::string, std::string>>& relations, Review* review) {
  // Asked over connections of their own, as data checks are, or not at all.
  if (database.count) {
    review->sizes.why_not = "a database in a file has no figures of its tables";
    return;
  }
  const absl::StatusOr<std::vector<deploy::TableSize>> sizes =
      deploy::TableSizes(request.url, relations);
  if (!sizes.ok()) {
    review->sizes.why_not = FirstLine(sizes.status());
    return;
  }
  review->sizes.known = true;
  for (const deploy::TableSize& one : *sizes) {
    review->sizes.value.push_back({one.table, one.rows, deploy::FormatSize(one.bytes)});
  }
}

}  // namespace

absl::Status RunChecks(const Request& request,
                       const std::set<std::pair<std::string, std::string>>& relations,
                       Review* review) {
  if (request.url.empty()) {
    review->checks.why_not = review->sizes.why_not = "no --url was given";
    return absl::OkStatus();
  }
  apply::Observer silent;
  const absl::StatusOr<apply::Database> database =
      apply::OpenDatabase(request.url, request.apply, &silent);
  if (!database.ok()) {
    review->checks.why_not = review->sizes.why_not = FirstLine(database.status());
    return absl::OkStatus();
  }
  AddSizes(request, *database, relations, review);
  const absl::StatusOr<std::vector<deploy::DataCheckResult>> results = Results(request, *database);
  if (absl::IsCancelled(results.status())) return results.status();
  if (!results.ok()) {
    review->checks.why_not = FirstLine(results.status());
    return absl::OkStatus();
  }
  review->checks.known = true;
  for (const deploy::DataCheckResult& result : *results) {
    review->checks.value.push_back(ToCheck(result));
  }
  for (report::Finding& finding : deploy::FindingsOf(*results)) {
    review->findings.push_back(std::move(finding));
  }
  return absl::OkStatus();
}

}  // namespace autogen::review
