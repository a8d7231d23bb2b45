#include "src/generate/pipeline.h"

#include <re2/re2.h>

#include <algorithm>

#include "src/base/status.h"
#include "src/generate/first_steps.h"
#include "src/generate/scope.h"
#include "src/model/load.h"
#include "src/model/no_schema.h"
#include "src/model/same.h"
#include "src/rows/reversal.h"

namespace autogen::generate {

introspect::Options Pipeline::IntrospectOptions(bool dependencies) const {
  introspect::Options options = generate::IntrospectOptions(settings_);
  if (options.include.empty()) {
    for (const std::string& name : scope_) options.include.push_back(RE2::QuoteMeta(name));
  }
  // What has to be recreated gets back its own, managed or not.
  options.privileges = options.privileges || dependencies;
  options.owners = options.owners || dependencies;
  options.dependencies = dependencies;
  options.exclude_extensions = outside_extensions_;
  return options;
}

absl::Status Pipeline::Expand(Schema* model, int server_version) const {
  if (model::IsInNoSchema(*model)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::set<std::string> schemas, ManagedSchemasOf(*model));
  DeclareSchemas(schemas, model);
  engine().expand(model, server_version);
  return absl::OkStatus();
}

void Pipeline::AddScope(const Schema& model) {
  for (const std::string& name : SchemasOf(model)) scope_.insert(name);
}

absl::StatusOr<model::Snapshot> Pipeline::ReadSide(const Source& source,
                                                   const introspect::Options& options) {
  if (source.kind == SourceKind::kEmpty) return model::EmptySnapshot(0);
  if (source.kind == SourceKind::kModel) {
    model::Snapshot snapshot;
    ASSIGN_OR_RETURN(snapshot.schema, model::LoadModel(source.paths, engine().name));
    return snapshot;
  }
  introspect::Options named = options;
  named.name_others = source.kind == SourceKind::kDatabase && NamesOthers();
  return bench_.read(source, named);
}

Pipeline::Ready Pipeline::Recall(std::shared_ptr<Schema> model,
                                 const std::set<std::string>& schemas, int server_version) const {
  std::optional<model::Snapshot> canonical = bench_.cached(*model, server_version);
  if (!canonical.has_value()) return {false, std::move(model)};
  DeclareSchemas(schemas, canonical->schema.get());
  return {true, std::move(canonical->schema)};
}

absl::StatusOr<std::future<Pipeline::Ready>> Pipeline::ReadTogether(const Source& database,
                                                                    const Source& model,
                                                                    bool dependencies, Pair* pair) {
  introspect::Options options = IntrospectOptions(dependencies);
  options.name_others = NamesOthers();
  auto loading = std::async(std::launch::async, [&] { return ReadSide(model, options); });
  absl::StatusOr<Workbench::Reading> reading = bench_.begin(database.url, options);
  ASSIGN_OR_RETURN(pair->after, loading.get());
  RETURN_IF_ERROR(reading.status());
  AddScope(*pair->after.schema);
  RETURN_IF_ERROR(TakeOutside(&pair->after));
  RETURN_IF_ERROR(Expand(pair->after.schema.get(), reading->server_version));
  ASSIGN_OR_RETURN(std::set<std::string> schemas, ManagedSchemasOf(*pair->after.schema));
  auto recalling = std::async(std::launch::async, &Pipeline::Recall, this, pair->after.schema,
                              std::move(schemas), reading->server_version);
  options = IntrospectOptions(dependencies);
  options.name_others = NamesOthers();
  ASSIGN_OR_RETURN(pair->before, reading->finish(options));
  RETURN_IF_ERROR(reading->check_model(*pair->after.schema, model.paths));
  return recalling;
}

absl::Status Pipeline::ReadApart(const Source& before, const Source& after, bool dependencies,
                                 Pair* pair) {
  // Models first: they say which schemas of a database to read.
  for (bool models : {true, false}) {
    for (auto [source, side] :
         {std::pair(&before, &pair->before), std::pair(&after, &pair->after)}) {
      if ((source->kind == SourceKind::kModel) != models) continue;
      ASSIGN_OR_RETURN(*side, ReadSide(*source, IntrospectOptions(dependencies)));
      if (models) AddScope(*side->schema);
    }
  }
  for (auto [source, side] : {std::pair(&before, &pair->before), std::pair(&after, &pair->after)}) {
    if (source->kind == SourceKind::kModel) RETURN_IF_ERROR(TakeOutside(side));
  }
  return absl::OkStatus();
}

absl::StatusOr<Pair> Pipeline::Read(const Source& before, const Source& after, bool dependencies) {
  Pair pair;
  const bool before_model = before.kind == SourceKind::kModel;
  const bool after_model = after.kind == SourceKind::kModel;
  std::future<Ready> recalling;
  if (before.kind == SourceKind::kDatabase && after_model) {
    ASSIGN_OR_RETURN(recalling, ReadTogether(before, after, dependencies, &pair));
  } else {
    RETURN_IF_ERROR(ReadApart(before, after, dependencies, &pair));
  }
  const std::shared_ptr<const Schema> recalled = pair.after.schema;
  RETURN_IF_ERROR(LeaveExtensions(&pair));
  if (after_model) pair.wanted = pair.after.schema;
  RETURN_IF_ERROR(bench_.note_missing(before));
  RETURN_IF_ERROR(bench_.note_missing(after));
  if (!before_model && !after_model) {
    RETURN_IF_ERROR(ReadOutside(before, after, &pair));
    AlignTexts(&pair);
    return pair;
  }

  const int version = std::max(pair.before.server_version, pair.after.server_version);
  Workbench::Models models;
  bool compared_as_written = false;
  ASSIGN_OR_RETURN(const std::set<std::string> before_schemas,
                   ManagedSchemasOf(*pair.before.schema));
  ASSIGN_OR_RETURN(const std::set<std::string> after_schemas, ManagedSchemasOf(*pair.after.schema));
  const std::set<std::string>* schemas[2] = {&before_schemas, &after_schemas};
  if (recalling.valid() && recalled == pair.after.schema) {
    const Ready ready = recalling.get();
    const WithPublicOf with(*pair.before.schema, ready.schema.get());
    pair.equal = model::SayTheSame(*pair.before.schema, *ready.schema);
    if (!pair.equal) {
      model::Snapshot after;
      after.schema = ready.schema;
      ASSIGN_OR_RETURN(diff::Plan plan, PlanFor(pair.before, after, settings_));
      pair.equal = plan.empty();
    }
    models[1] = pair.after.schema;
    compared_as_written = !ready.remembered;
  } else {
    if (before_model) {
      RETURN_IF_ERROR(Expand(pair.before.schema.get(), version));
      models[0] = pair.before.schema;
    }
    if (after_model) {
      RETURN_IF_ERROR(Expand(pair.after.schema.get(), version));
      models[1] = pair.after.schema;
    }
  }
  if (!pair.equal && !compared_as_written) {
    model::Snapshot* sides[2] = {&pair.before, &pair.after};
    for (size_t i : {0, 1}) {
      if (models[i] != nullptr) AddSchemas(*schemas[i], *sides[1 - i]->schema, sides[i]);
    }
    ASSIGN_OR_RETURN(diff::Plan plan, PlanFor(pair.before, pair.after, settings_));
    pair.equal = plan.empty();
  }
  if (!pair.equal) {
    RETURN_IF_ERROR(ReadOutside(before, after, &pair));
    RETURN_IF_ERROR(CanonicaliseModels(models, {&before.paths, &after.paths}, version, &pair));
  }
  return pair;
}

absl::Status Pipeline::CanonicaliseModels(const Workbench::Models& models,
                                          const Workbench::Paths& paths, int version, Pair* pair) {
  Workbench::Canonicalisation request;
  request.models = models;
  request.paths = paths;
  request.options = CanonicalOptionsFor(version);
  for (size_t i : {0, 1}) {
    if (models[i] == nullptr) continue;
    ASSIGN_OR_RETURN(request.schemas[i], ManagedSchemasOf(*models[i]));
  }
  return bench_.canonicalise(request, pair);
}

void Pipeline::AlignTexts(Pair* pair) {
  bench_.align(
      pair, CanonicalOptionsFor(std::max(pair->before.server_version, pair->after.server_version)));
}

absl::StatusOr<Comparison> Pipeline::Compare(Pair pair) {
  const int target = pair.target, built_as = pair.built_as;
  absl::StatusOr<Comparison> comparison = CompareSides(pair);
  if (absl::IsInternal(comparison.status())) return WithReport(comparison.status(), pair);
  RETURN_IF_ERROR(comparison.status());
  if (built_as != 0) RETURN_IF_ERROR(engine().check_versions(comparison->plan, target, built_as));
  return comparison;
}

absl::StatusOr<Comparison> Pipeline::CompareSides(Pair pair) {
  ASSIGN_OR_RETURN(FirstSteps steps, FindFirstSteps(pair.before, pair.after, pair.wanted.get()));
  absl::StatusOr<Comparison> comparison =
      steps.empty() ? generate::Compare(pair.before, pair.after, settings_)
                    : bench_.compare_after(std::move(steps), pair.before, std::move(pair.after),
                                           settings_, IntrospectOptions(true));
  if (!comparison.ok()) return comparison;
  const diff::Options options = DiffOptions(settings_, comparison->server_version);
  for (const diff::Plan* plan : {&comparison->plan, &comparison->back}) {
    for (std::string& one : Disturbed(*plan, all_outside_, options)) {
      comparison->disturbed.push_back(std::move(one));
    }
  }
  std::sort(comparison->disturbed.begin(), comparison->disturbed.end());
  comparison->disturbed.erase(
      std::unique(comparison->disturbed.begin(), comparison->disturbed.end()),
      comparison->disturbed.end());
  return comparison;
}

absl::StatusOr<scratch::Proof> Pipeline::Prove(const Pair& pair, const Comparison& comparison) {
  scratch::ProofRequest request;
  request.before = pair.before;
  for (const render::Statement& s : comparison.upgrade) request.upgrade.push_back(s.sql);
  for (const render::Statement& s : comparison.downgrade) request.downgrade.push_back(s.sql);
  request.wanted = pair.after;
  request.rows = rows::PlanRows(comparison);
  request.introspect = IntrospectOptions(true);
  request.diff = DiffOptions(settings_, comparison.server_version);
  return bench_.prove(request);
}

}  // namespace autogen::generate
