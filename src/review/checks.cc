#include "src/review/checks.h"

#include "absl/strings/str_cat.h"
#include "src/apply/database.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/deploy/preflight_findings.h"
#include "src/revision/plan.h"
#include "src/sql/mask.h"

namespace autogen::review {
namespace {

absl::StatusOr<std::vector<deploy::DataCheckResult>> Results(const Request& request) {
  const revision::Graph& graph = *request.graph;
  apply::Observer silent;
  ASSIGN_OR_RETURN(const apply::Database database,
                   apply::OpenDatabase(request.url, request.apply, &silent));
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

}  // namespace

absl::Status RunChecks(const Request& request, Review* review) {
  if (request.url.empty()) {
    review->checks.why_not = "no --url was given";
    return absl::OkStatus();
  }
  const absl::StatusOr<std::vector<deploy::DataCheckResult>> results = Results(request);
  if (absl::IsCancelled(results.status())) return results.status();
  if (!results.ok()) {
    const absl::string_view words = results.status().message();
    review->checks.why_not = std::string(words.substr(0, words.find('\n')));
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
