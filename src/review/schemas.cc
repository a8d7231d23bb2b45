#include "src/review/schemas.h"

#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/generate/drift.h"
#include "src/generate/pipeline.h"
#include "src/model/load.h"
#include "src/model/snapshot.h"

namespace autogen::review {
namespace {

generate::Source History(const Request& request) {
  generate::Source history;
  history.kind = generate::SourceKind::kVersions;
  history.paths = request.version_folders;
  history.kept = true;
  return history;
}

absl::StatusOr<diff::Plan> PlanOfScripts(const Request& request) {
  generate::Source before = History(request);
  for (const revision::Node node : request.nodes) before.without.push_back(request.graph->id(node));
  generate::Pipeline pipeline(request.settings, *request.scratch);
  ASSIGN_OR_RETURN(generate::Pair pair,
                   pipeline.Read(before, History(request), /*dependencies=*/false));
  return generate::PlanFor(pair.before, pair.after, request.settings);
}

absl::StatusOr<std::vector<report::Finding>> Drift(const Request& request) {
  generate::Source model;
  model.kind = generate::SourceKind::kModel;
  model.paths = request.model_paths;
  generate::Pipeline pipeline(request.settings, *request.scratch);
  ASSIGN_OR_RETURN(generate::Pair pair,
                   pipeline.Read(History(request), model, /*dependencies=*/false));
  if (pair.equal) return std::vector<report::Finding>();
  ASSIGN_OR_RETURN(generate::Comparison comparison, pipeline.Compare(std::move(pair)));
  return generate::DriftFindings(comparison.plan, request.model_paths,
                                 request.settings.engine->name);
}

// The first line: the rest is what to do about it, for another command.
std::string Why(const absl::Status& status) {
  return std::string(status.message().substr(0, status.message().find('\n')));
}

}  // namespace

Schemas LookAtSchemas(const Request& request) {
  Schemas schemas;
  absl::StatusOr<std::shared_ptr<Schema>> model =
      model::LoadModel(request.model_paths, request.settings.engine->name);
  if (model.ok()) {
    model::Snapshot snapshot;
    snapshot.schema = *std::move(model);
    absl::StatusOr<std::shared_ptr<const model::Catalog>> catalog = model::ToCatalog(snapshot);
    if (catalog.ok()) schemas.model = *std::move(catalog);
  }
  if (!request.scratch.has_value()) {
    schemas.why_no_plan = schemas.why_no_drift = "only the text of the scripts was looked at";
    return schemas;
  }
  if (request.nodes.empty()) {
    schemas.plan.emplace();
  } else {
    absl::StatusOr<diff::Plan> plan = PlanOfScripts(request);
    if (plan.ok()) {
      schemas.plan = *std::move(plan);
    } else {
      schemas.why_no_plan = Why(plan.status());
    }
  }
  absl::StatusOr<std::vector<report::Finding>> drift = Drift(request);
  if (drift.ok()) {
    schemas.drift = *std::move(drift);
  } else {
    schemas.why_no_drift = Why(drift.status());
    schemas.model_findings = report::FindingsOf(drift.status());
  }
  return schemas;
}

}  // namespace autogen::review
