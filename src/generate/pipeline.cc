#include "src/generate/pipeline.h"

#include <re2/re2.h>

#include "src/base/status.h"
#include "src/generate/privileges.h"
#include "src/generate/scope.h"
#include "src/generate/way_back.h"
#include "src/model/load.h"
#include "src/revision/load.h"
#include "src/scratch/build.h"
#include "src/scratch/canonical.h"
#include "src/scratch/load.h"
#include "src/scratch/replay.h"
#include "src/scratch/spelling.h"

namespace autogen::generate {

introspect::Options Pipeline::IntrospectOptions(bool dependencies) const {
  introspect::Options options = generate::IntrospectOptions(settings_);
  if (options.include.empty()) {
    for (const std::string& name : scope_) options.include.push_back(RE2::QuoteMeta(name));
  }
  // What has to be put back gets back its own, managed or not.
  options.privileges = options.privileges || dependencies;
  options.owners = options.owners || dependencies;
  options.dependencies = dependencies;
  return options;
}

namespace {

absl::StatusOr<postgres::Connection> Connect(const std::string& url) {
  postgres::ConnectOptions connect;
  connect.url = url;
  return postgres::Connection::Open(connect);
}

// A model with the schemas that it names only in passing, ready to be compared with a database.
std::shared_ptr<Schema> SpeltOut(const Schema& model, int server_version) {
  std::shared_ptr<Schema> spelt = WithSchemas(model, SchemasOf(model));
  SpellOutAll(spelt.get(), server_version);
  return spelt;
}

// The schemas of `model` alone, and of schema public what a model need not say.
void AddSchemas(const Schema& model, const Schema& other, introspect::Snapshot* side) {
  side->schema = WithPublicOf(other, *WithSchemas(*side->schema, SchemasOf(model)));
}

}  // namespace

absl::StatusOr<introspect::Snapshot> Pipeline::ReadSide(const Source& source, bool dependencies) {
  switch (source.kind) {
    case SourceKind::kEmpty:
      return EmptySnapshot(0);
    case SourceKind::kModel: {
      introspect::Snapshot snapshot;
      ASSIGN_OR_RETURN(snapshot.schema, model::LoadModel(source.paths));
      return snapshot;
    }
    case SourceKind::kDatabase: {
      ASSIGN_OR_RETURN(postgres::Connection connection, Connect(source.url));
      return introspect::Introspect(connection, IntrospectOptions(dependencies));
    }
    case SourceKind::kSql:
      return scratch::LoadSqlFiles(scratch_, source.paths, IntrospectOptions(dependencies));
    case SourceKind::kVersions: {
      ASSIGN_OR_RETURN(revision::Graph graph, revision::LoadGraph(source.paths));
      return scratch::Replay(scratch_, graph, {}, IntrospectOptions(dependencies));
    }
  }
  return absl::InternalError("unknown kind of source");
}

absl::StatusOr<introspect::Snapshot> Pipeline::ReadBeside(const Schema& model, Remembered* spelt,
                                                          bool dependencies) {
  ASSIGN_OR_RETURN(postgres::Connection connection, session_.get());
  scratch::CanonicalOptions options;
  options.server_version = connection.server_version();
  *spelt = std::async(std::launch::async, [this, &model, options] {
    return scratch::FindCanonical(scratch_, *SpeltOut(model, options.server_version), options);
  });
  return introspect::Introspect(connection, IntrospectOptions(dependencies));
}

absl::StatusOr<Pair> Pipeline::Read(const Source& before, const Source& after, bool dependencies) {
  // Models first: they say which schemas of a database to read.
  Pair pair;
  bool before_model = before.kind == SourceKind::kModel;
  bool after_model = after.kind == SourceKind::kModel;
  // The server starts a session while the model is read.
  if (before.kind == SourceKind::kDatabase && after_model) {
    session_ = std::async(std::launch::async, Connect, before.url);
  }
  if (before_model) {
    ASSIGN_OR_RETURN(pair.before, ReadSide(before, dependencies));
    for (const std::string& name : SchemasOf(*pair.before.schema)) scope_.insert(name);
  }
  if (after_model) {
    ASSIGN_OR_RETURN(pair.after, ReadSide(after, dependencies));
    pair.wanted = pair.after.schema;
    for (const std::string& name : SchemasOf(*pair.after.schema)) scope_.insert(name);
  }
  Remembered remembered;
  if (session_.valid()) {
    ASSIGN_OR_RETURN(pair.before, ReadBeside(*pair.wanted, &remembered, dependencies));
  } else if (!before_model) {
    ASSIGN_OR_RETURN(pair.before, ReadSide(before, dependencies));
  }
  if (!after_model) {
    ASSIGN_OR_RETURN(pair.after, ReadSide(after, dependencies));
  }
  scratch::CanonicalOptions options;
  options.server_version = std::max(pair.before.server_version, pair.after.server_version);
  if (!before_model && !after_model) {
    if (scratch::MayBeSpelledAlike(*pair.before.schema, *pair.after.schema)) {
      scratch::AlignSpelling(scratch_, pair.before, options, &pair.after);
    }
    return pair;
  }

  std::shared_ptr<const Schema> models[2];  // without what the other side says of schema public
  introspect::Snapshot* sides[2] = {&pair.before, &pair.after};
  for (int i : {0, 1}) {
    if (i == 0 ? before_model : after_model) {
      models[i] = sides[i]->schema = SpeltOut(*sides[i]->schema, options.server_version);
    }
  }
  // As it was spelt by PostgreSQL last time, then as it is written.
  if (remembered.valid()) {
    if (std::optional<introspect::Snapshot> spelt = remembered.get(); spelt.has_value()) {
      AddSchemas(*models[1], *pair.before.schema, &*spelt);
      ASSIGN_OR_RETURN(diff::Plan plan, PlanFor(pair.before, *spelt, settings_));
      pair.equal = plan.empty();
      if (pair.equal) return pair;
    }
  }
  for (int i : {0, 1}) {
    if (models[i] != nullptr) AddSchemas(*models[i], *sides[1 - i]->schema, sides[i]);
  }
  ASSIGN_OR_RETURN(diff::Plan as_written, PlanFor(pair.before, pair.after, settings_));
  pair.equal = as_written.empty();
  if (pair.equal) return pair;
  for (int i : {0, 1}) {
    if (models[i] == nullptr) continue;
    options.current = models[1 - i] == nullptr ? sides[1 - i] : nullptr;
    ASSIGN_OR_RETURN(*sides[i], scratch::Canonicalise(scratch_, models[i], options));
    AddSchemas(*models[i], *sides[1 - i]->schema, sides[i]);
  }
  return pair;
}

absl::StatusOr<introspect::Snapshot> Pipeline::AfterRenames(
    const introspect::Snapshot& before, const std::vector<diff::Rename>& renames) {
  ASSIGN_OR_RETURN(std::unique_ptr<scratch::Database> database, scratch_.Create());
  ASSIGN_OR_RETURN(std::vector<scratch::Step> steps,
                   scratch::StepsFor(before.schema, before.dependencies, before.server_version,
                                     settings_.privileges, settings_.owners));
  scratch::BuildOptions build;
  build.create_roles = database->local();
  RETURN_IF_ERROR(scratch::Build(database->connection(), steps, build));
  ASSIGN_OR_RETURN(std::shared_ptr<const model::Catalog> catalog, ToCatalog(before));
  diff::Plan plan;
  plan.before = plan.after = catalog;
  diff::AddRenames(renames, *catalog, &plan);
  render::Options render_options;
  render_options.server_version = before.server_version;
  ASSIGN_OR_RETURN(std::vector<render::Statement> statements, render::Render(plan, render_options));
  for (const render::Statement& statement : statements) {
    absl::StatusOr<postgres::Result> done = database->connection().Exec(statement.sql);
    if (!done.ok()) return Annotate(done.status(), statement.sql);
  }
  ASSIGN_OR_RETURN(introspect::Snapshot renamed,
                   introspect::Introspect(database->connection(), IntrospectOptions(true)));
  renamed.server_version = before.server_version;
  renamed.current_user = before.current_user;
  renamed.database = before.database;
  renamed.unmanaged = before.unmanaged;
  return renamed;
}

absl::StatusOr<Comparison> Pipeline::Compare(Pair pair) {
  if (pair.wanted == nullptr) return generate::Compare(pair.before, pair.after, settings_);
  ASSIGN_OR_RETURN(std::shared_ptr<const model::Catalog> current, ToCatalog(pair.before));
  introspect::Snapshot written;
  written.schema = std::make_shared<Schema>(*pair.wanted);
  ASSIGN_OR_RETURN(std::shared_ptr<const model::Catalog> wanted, ToCatalog(written));
  std::vector<diff::Rename> renames = diff::DeclaredRenames(*current, *wanted);
  if (renames.empty()) return generate::Compare(pair.before, pair.after, settings_);

  ASSIGN_OR_RETURN(introspect::Snapshot renamed, AfterRenames(pair.before, renames));
  // `renamed` is spelt as a copy is: so is a copy of the other side.
  if (scratch::SpellingsDiffer(*renamed.schema, *pair.after.schema)) {
    absl::StatusOr<introspect::Snapshot> copy = scratch::Respell(scratch_, pair.after, {});
    if (copy.ok()) {
      auto schema = std::make_shared<Schema>(*pair.after.schema);
      scratch::AdoptSpelling(*copy->schema, *renamed.schema, *renamed.schema, schema.get());
      pair.after.schema = std::move(schema);
    }
  }
  ASSIGN_OR_RETURN(Comparison comparison, generate::Compare(renamed, pair.after, settings_));
  render::Options options;
  options.server_version = comparison.server_version;
  diff::Plan there;
  there.before = there.after = current;
  diff::AddRenames(renames, *current, &there);
  ASSIGN_OR_RETURN(std::vector<render::Statement> up, render::Render(there, options));
  for (render::Statement& s : comparison.upgrade) {
    if (s.operation >= 0) s.operation += static_cast<int>(there.operations.size());
  }
  comparison.upgrade.insert(comparison.upgrade.begin(), up.begin(), up.end());

  ASSIGN_OR_RETURN(std::shared_ptr<const model::Catalog> after_renames, ToCatalog(renamed));
  diff::Plan back;
  back.before = back.after = after_renames;
  diff::AddRenames(diff::Invert(renames), *after_renames, &back);
  ASSIGN_OR_RETURN(std::vector<render::Statement> down, render::Render(back, options));
  for (render::Statement& s : down) {
    if (s.operation >= 0) s.operation += static_cast<int>(comparison.back.operations.size());
  }
  comparison.downgrade.insert(comparison.downgrade.end(), down.begin(), down.end());
  comparison.back.operations.insert(comparison.back.operations.end(), back.operations.begin(),
                                    back.operations.end());
  for (auto& message : back.owned) comparison.back.owned.push_back(std::move(message));

  comparison.plan.operations.insert(comparison.plan.operations.begin(), there.operations.begin(),
                                    there.operations.end());
  for (auto& message : there.owned) comparison.plan.owned.push_back(std::move(message));
  comparison.plan.renamed = current;
  DescribeRows(&comparison);  // now with the names of before the renames
  return comparison;
}

absl::StatusOr<scratch::Proof> Pipeline::Prove(const Pair& pair, const Comparison& comparison) {
  scratch::ProofRequest request;
  request.before = pair.before;
  for (const render::Statement& s : comparison.upgrade) request.upgrade.push_back(s.sql);
  for (const render::Statement& s : comparison.downgrade) request.downgrade.push_back(s.sql);
  request.wanted = pair.after;
  request.rows = PlanRows(comparison);
  request.introspect = IntrospectOptions(true);
  request.diff = DiffOptions(settings_, comparison.server_version);
  return scratch::Prove(scratch_, request);
}

}  // namespace autogen::generate
