#include "src/review/collect.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/review/changes.h"
#include "src/review/checks.h"
#include "src/review/diagram.h"
#include "src/review/findings.h"
#include "src/review/schemas.h"
#include "src/review/script.h"

namespace autogen::review {
namespace {

// By what the statements name, where nobody knows the schemas.
Touched TouchedBy(const std::vector<ReadScript>& scripts) {
  Touched touched;
  for (const ReadScript& read : scripts) {
    for (const auto& name : TouchedRelations(read)) touched.changed.insert(name);
  }
  return touched;
}

bool IsRelation(Kind kind) { return kind == TABLE || kind == VIEW || kind == MATERIALIZED_VIEW; }

Touched TouchedBy(const diff::Plan& plan) {
  Touched touched;
  for (const diff::Operation& op : plan.operations) {
    const bool relation = IsRelation(op.id.kind);
    if (!relation && op.id.parent.empty()) continue;
    const std::pair<std::string, std::string> name(op.id.schema,
                                                   relation ? op.id.name : op.id.parent);
    if (relation && op.action == diff::Action::kCreate) {
      touched.created.insert(name);
    } else if (relation && op.action == diff::Action::kDrop) {
      touched.dropped.insert(name);
    } else {
      touched.changed.insert(name);
    }
  }
  for (const auto& name : touched.created) touched.changed.erase(name);
  for (const auto& name : touched.dropped) touched.changed.erase(name);
  return touched;
}

void AddDiagram(const Schemas& schemas, const std::vector<ReadScript>& scripts, Review* review) {
  if (schemas.plan.has_value()) {
    if (schemas.plan->empty()) return;
    review->diagram = Draw(*schemas.plan->after, TouchedBy(*schemas.plan));
  } else if (schemas.model != nullptr) {
    review->diagram = Draw(*schemas.model, TouchedBy(scripts));
  }
}

void AddHeads(const revision::Graph& graph, Review* review) {
  if (graph.effective_heads().size() < 2) return;
  for (const revision::Node head : graph.effective_heads()) {
    review->heads.push_back(graph.id(head));
  }
}

}  // namespace

absl::StatusOr<Review> Collect(const Request& request) {
  const revision::Graph& graph = *request.graph;
  Review review;
  review.chosen = request.chosen;
  AddHeads(graph, &review);
  std::vector<ReadScript> scripts;
  for (const revision::Node node : request.nodes) {
    absl::StatusOr<ReadScript> read = Read(graph, node);
    if (!read.ok()) {
      review.findings.push_back(Unreadable(graph.at(node).path, read.status()));
      continue;
    }
    Script script = ReviewOf(graph, *read);
    script.edited = request.edited.count(node) > 0;
    review.scripts.push_back(std::move(script));
    AddFindings(graph, *read, review.scripts.back(), &review.findings);
    scripts.push_back(*std::move(read));
  }
  AddHistoryFindings(graph, request.deleted, &review.findings);

  const Schemas schemas = LookAtSchemas(request);
  review.changes.known = schemas.plan.has_value();
  review.changes.why_not = schemas.why_no_plan;
  if (schemas.plan.has_value()) review.changes.value = ChangesOf(*schemas.plan);
  review.differences.known = schemas.drift.has_value();
  review.differences.why_not = schemas.why_no_drift;
  if (schemas.drift.has_value()) {
    for (const report::Finding& finding : *schemas.drift) {
      review.differences.value.push_back(finding.message);
      review.findings.push_back(finding);
      review.findings.back().message =
          absl::StrCat("the scripts do not lead to the model: ", finding.message);
    }
  }
  for (const report::Finding& one : schemas.model_findings) review.findings.push_back(one);
  AddDiagram(schemas, scripts, &review);
  std::set<std::pair<std::string, std::string>> relations;
  for (const ReadScript& read : scripts) relations.merge(TouchedRelations(read));
  RETURN_IF_ERROR(RunChecks(request, relations, &review));
  return review;
}

}  // namespace autogen::review
