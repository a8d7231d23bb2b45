#include "src/generate/pipeline.h"

#include <re2/re2.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/status.h"
#include "src/generate/encoding.h"
#include "src/generate/first_steps.h"
#include "src/generate/model_place.h"
#include "src/generate/other_version.h"
#include "src/generate/privileges.h"
#include "src/generate/scope.h"
#include "src/model/equivalent_text.h"
#include "src/model/load.h"
#include "src/model/new_schema.h"
#include "src/postgres/supported_versions.h"
#include "src/revision/load.h"
#include "src/rows/reversal.h"
#include "src/scratch/canonical.h"
#include "src/scratch/load.h"
#include "src/scratch/replay.h"

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

absl::StatusOr<postgres::Connection> Pipeline::Connect(const std::string& url) const {
  postgres::ConnectOptions connect;
  connect.url = url;
  ASSIGN_OR_RETURN(postgres::Connection connection, postgres::Connection::Open(connect));
  RETURN_IF_ERROR(postgres::CheckTested(connection.server_version(), settings_.untested_version));
  return connection;
}

namespace {

// A model with the schemas that it names only in passing, ready to be compared with a database.
std::shared_ptr<Schema> WithExpandedGrants(const Schema& model,
                                           const std::set<std::string>& schemas,
                                           int server_version) {
  std::shared_ptr<Schema> expanded = WithSchemas(model, schemas);
  ExpandAllGrants(expanded.get(), server_version);
  return expanded;
}

// The schemas of a model alone, and of schema public what a model need not say.
void AddSchemas(const std::set<std::string>& schemas, const Schema& other, model::Snapshot* side) {
  std::shared_ptr<Schema> schema = WithSchemas(*side->schema, schemas);
  AddPublicOf(other, schema.get());
  side->schema = std::move(schema);
}

}  // namespace

void Pipeline::AddScope(const Schema& model) {
  for (const std::string& name : SchemasOf(model)) scope_.insert(name);
}

absl::StatusOr<model::Snapshot> Pipeline::ReadSide(const Source& source,
                                                   const introspect::Options& options) {
  switch (source.kind) {
    case SourceKind::kEmpty:
      return model::EmptySnapshot(0);
    case SourceKind::kModel: {
      model::Snapshot snapshot;
      ASSIGN_OR_RETURN(snapshot.schema, model::LoadModel(source.paths, POSTGRESQL));
      return snapshot;
    }
    case SourceKind::kDatabase: {
      ASSIGN_OR_RETURN(postgres::Connection connection, Connect(source.url));
      introspect::Options named = options;
      named.name_others = NamesOthers();
      return introspect::Introspect(connection, named);
    }
    case SourceKind::kSql:
      return scratch::LoadSqlFiles(scratch_, source.paths, options,
                                   &roles_of_files_);
    case SourceKind::kVersions: {
      ASSIGN_OR_RETURN(revision::Graph graph, revision::LoadGraph(source.paths));
      return scratch::Replay(scratch_, graph, {}, options);
    }
  }
  return absl::InternalError("unknown kind of source");
}

absl::StatusOr<Pipeline::Ready> Pipeline::MakeReady(std::shared_ptr<const Schema> model,
                                                    int server_version) const {
  Ready ready;
  ASSIGN_OR_RETURN(const std::set<std::string> schemas, ManagedSchemasOf(*model));
  ready.model = WithExpandedGrants(*model, schemas, server_version);
  scratch::CanonicalOptions options;
  options.server_version = server_version;
  model::Snapshot compared;
  std::optional<model::Snapshot> expanded = scratch::FindCanonical(scratch_, *ready.model, options);
  ready.remembered = expanded.has_value();
  ready.schema = WithSchemas(ready.remembered ? *expanded->schema : *ready.model, schemas);
  compared.schema = ready.schema;
  ASSIGN_OR_RETURN(ready.catalog, model::ToCatalog(compared));
  return ready;
}

absl::StatusOr<std::future<absl::StatusOr<Pipeline::Ready>>> Pipeline::ReadTogether(
    const Source& database, const Source& model, bool dependencies, Pair* pair) {
  introspect::Options options = IntrospectOptions(dependencies);
  options.name_others = NamesOthers();
  auto loading = std::async(std::launch::async, [&] { return ReadSide(model, options); });
  absl::StatusOr<postgres::Connection> connection = Connect(database.url);
  absl::StatusOr<introspect::Introspection> introspection =
      connection.ok() ? introspect::Introspection::Begin(*connection, options)
                      : connection.status();
  ASSIGN_OR_RETURN(pair->after, loading.get());
  RETURN_IF_ERROR(introspection.status());
  AddScope(*pair->after.schema);
  RETURN_IF_ERROR(TakeOutside(&pair->after));
  auto making_ready = std::async(std::launch::async, &Pipeline::MakeReady, this, pair->after.schema,
                                 connection->server_version());
  options = IntrospectOptions(dependencies);
  options.name_others = NamesOthers();
  ASSIGN_OR_RETURN(pair->before, introspection->Finish(options));
  RETURN_IF_ERROR(CheckEncoding(*connection, *pair->after.schema, model.paths));
  return making_ready;
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
  std::future<absl::StatusOr<Ready>> making_ready;
  if (before.kind == SourceKind::kDatabase && after_model) {
    ASSIGN_OR_RETURN(making_ready, ReadTogether(before, after, dependencies, &pair));
  } else {
    RETURN_IF_ERROR(ReadApart(before, after, dependencies, &pair));
  }
  const std::shared_ptr<const Schema> made_ready = pair.after.schema;
  RETURN_IF_ERROR(LeaveExtensions(&pair));
  if (after_model) pair.wanted = pair.after.schema;
  RETURN_IF_ERROR(NoteMissingRoles(before));
  RETURN_IF_ERROR(NoteMissingRoles(after));
  if (!before_model && !after_model) {
    RETURN_IF_ERROR(ReadOutside(before, after, &pair));
    AlignTexts(&pair);
    return pair;
  }

  const int version = std::max(pair.before.server_version, pair.after.server_version);
  scratch_.SetTarget(version);
  Models models;
  bool compared_as_written = false;
  ASSIGN_OR_RETURN(const std::set<std::string> before_schemas,
                   ManagedSchemasOf(*pair.before.schema));
  ASSIGN_OR_RETURN(const std::set<std::string> after_schemas, ManagedSchemasOf(*pair.after.schema));
  const std::set<std::string>* schemas[2] = {&before_schemas, &after_schemas};
  if (making_ready.valid() && made_ready == pair.after.schema) {
    ASSIGN_OR_RETURN(Ready ready, making_ready.get());
    // No name changes: the catalog stays true.
    AddPublicOf(*pair.before.schema, ready.schema.get());
    ASSIGN_OR_RETURN(diff::Plan plan, PlanFor(pair.before, ready.catalog, settings_));
    pair.equal = plan.empty();
    models[1] = pair.after.schema = ready.model;
    compared_as_written = !ready.remembered;
  } else {
    if (before_model)
      models[0] = pair.before.schema =
          WithExpandedGrants(*pair.before.schema, before_schemas, version);
    if (after_model)
      models[1] = pair.after.schema =
          WithExpandedGrants(*pair.after.schema, after_schemas, version);
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

absl::Status Pipeline::NoteMissingRoles(const Source& database) {
  if (database.kind != SourceKind::kDatabase || roles_of_files_.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(postgres::Connection connection, Connect(database.url));
  ASSIGN_OR_RETURN(postgres::Result roles,
                   connection.Exec("SELECT rolname FROM pg_catalog.pg_roles"));
  std::set<std::string> missing = roles_of_files_;
  for (int i = 0; i < roles.rows(); ++i) missing.erase(std::string(roles.Text(i, 0)));
  if (missing.empty()) return absl::OkStatus();
  scratch_.AddNote(absl::StrCat("the SQL files name roles that are not on the server of ",
                                connection.Describe(), ": ", absl::StrJoin(missing, ", ")));
  return absl::OkStatus();
}

absl::Status Pipeline::CanonicaliseModels(const Models& models, const Paths& paths, int version,
                                          Pair* pair) {
  scratch::CanonicalOptions options = CanonicalOptionsFor(version);
  model::Snapshot* sides[2] = {&pair->before, &pair->after};
  // Only canonical forms of the target's own version are cached: with those no server is needed.
  bool remembered = true;
  for (const std::shared_ptr<const Schema>& model : models) {
    if (model == nullptr) continue;
    remembered = remembered && scratch::FindCanonical(scratch_, *model, options).has_value();
  }
  bool other_version = false;
  if (!remembered) {
    ASSIGN_OR_RETURN(other_version, scratch_.HasOtherVersion());
  }
  if (other_version) {
    options.use_cache = false;
    pair->target = options.server_version / 10000;
    pair->built_as = scratch_.version() / 10000;
    for (size_t i : {0, 1}) {
      if (models[i] == nullptr) RETURN_IF_ERROR(ReadAsCopy(sides[i]));
    }
  }
  for (size_t i : {0, 1}) {
    if (models[i] == nullptr) continue;
    options.current = models[1 - i] == nullptr ? sides[1 - i] : nullptr;
    absl::StatusOr<model::Snapshot> expanded = scratch::Canonicalise(scratch_, models[i], options);
    if (!expanded.ok()) return AtModel(expanded.status(), *paths[i]);
    *sides[i] = *std::move(expanded);
    sides[i]->outside = outside_;
    ASSIGN_OR_RETURN(const std::set<std::string> schemas, ManagedSchemasOf(*models[i]));
    AddSchemas(schemas, *sides[1 - i]->schema, sides[i]);
  }
  return absl::OkStatus();
}

absl::Status Pipeline::ReadAsCopy(model::Snapshot* side) {
  ASSIGN_OR_RETURN(model::Snapshot copy,
                   scratch::TextsOfCopy(scratch_, *side, CanonicalOptionsFor(0)));
  side->schema = std::move(copy.schema);
  side->dependencies = std::move(copy.dependencies);
  return absl::OkStatus();
}

void Pipeline::AlignTexts(Pair* pair) {
  scratch_.SetTarget(std::max(pair->before.server_version, pair->after.server_version));
  if (!model::MayBeEquivalent(*pair->before.schema, *pair->after.schema)) return;
  const scratch::CanonicalOptions options =
      CanonicalOptionsFor(std::max(pair->before.server_version, pair->after.server_version));
  scratch::AlignTexts(scratch_, pair->before, options, &pair->after);
}

absl::StatusOr<Comparison> Pipeline::Compare(Pair pair) {
  const int target = pair.target, built_as = pair.built_as;
  ASSIGN_OR_RETURN(Comparison comparison, CompareSides(std::move(pair)));
  if (built_as != 0) RETURN_IF_ERROR(CheckOtherVersion(comparison.plan, target, built_as));
  return comparison;
}

absl::StatusOr<Comparison> Pipeline::CompareSides(Pair pair) {
  ASSIGN_OR_RETURN(FirstSteps steps, FindFirstSteps(pair.before, pair.after, pair.wanted.get()));
  absl::StatusOr<Comparison> comparison =
      steps.empty() ? generate::Compare(pair.before, pair.after, settings_)
                    : CompareAfter(std::move(steps), pair.before, std::move(pair.after), settings_,
                                   IntrospectOptions(true), scratch_);
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
  return scratch::Prove(scratch_, request);
}

}  // namespace autogen::generate
