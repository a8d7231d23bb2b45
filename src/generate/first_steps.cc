#include "src/generate/first_steps.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/status.h"
#include "src/model/equivalent_text.h"
#include "src/model/new_schema.h"
#include "src/scratch/build.h"
#include "src/scratch/canonical.h"
#include "src/scratch/library_stubs.h"
#include "src/scratch/stubs.h"
#include "src/sql/quote.h"

namespace autogen::generate {
namespace {

constexpr char kNotSupported[] = "0A000";

// What lies in a renamed schema or table, or is a renamed column.
void Follow(const diff::Rename& rename, model::UncomparedPrivileges* uncompared) {
  const model::ObjectId &from = rename.from, &to = rename.to;
  for (model::IdentityPrivileges& identity : uncompared->identities) {
    model::ObjectId& column = identity.column;
    if (column == from) {
      column = to;
    } else if (from.kind == TABLE && column.schema == from.schema && column.parent == from.name) {
      column.schema = to.schema;
      column.parent = to.name;
    } else if (from.kind == SCHEMA && column.schema == from.name) {
      column.schema = to.name;
    }
  }
  if (from.kind != SCHEMA) return;
  const std::string was = absl::StrCat(sql::Ident(from.name), ".");
  for (model::ExtensionMember& member : uncompared->members) {
    if (member.home == from.name) member.home = to.name;
    if (member.schema == from.name) member.schema = to.name;
    for (std::string& type : member.arguments) {
      if (absl::StartsWith(type, was)) type.replace(0, was.size(), sql::Ident(to.name) + ".");
    }
  }
}

class Starter {
 public:
  Starter(FirstSteps steps, const model::Snapshot& before, const Settings& settings,
          const introspect::Options& introspect, scratch::Server& scratch)
      : steps_(std::move(steps)),
        before_(before),
        settings_(settings),
        introspect_(introspect),
        scratch_(scratch) {}

  // The schema after the steps; those that cannot run are no longer among them.
  absl::StatusOr<model::Snapshot> Run(std::shared_ptr<const model::Catalog> wanted) {
    ASSIGN_OR_RETURN(current_, model::ToCatalog(before_));
    wanted_ = std::move(wanted);
    ASSIGN_OR_RETURN(std::unique_ptr<scratch::Database> database, scratch_.Create());
    scratch::Stubs stubs;
    ASSIGN_OR_RETURN(std::vector<scratch::Step> steps,
                     scratch::StepsFor(stubs.Apply(*before_.schema), before_.dependencies,
                                       before_.server_version, settings_.privileges,
                                       settings_.owners, before_.outside));
    ASSIGN_OR_RETURN(std::vector<render::Statement> renames, Statements(Renames()));
    for (const render::Statement& s : renames) steps.push_back({s.sql, "", ""});
    RETURN_IF_ERROR(scratch::Build(*database, steps));
    RETURN_IF_ERROR(TryMoves(*database));
    ASSIGN_OR_RETURN(model::Snapshot after, scratch::ReadBack(*database, introspect_));
    stubs.Restore(after.schema.get());
    after.server_version = before_.server_version;
    after.current_user = before_.current_user;
    after.database = before_.database;
    after.unmanaged = before_.unmanaged;
    after.outside = before_.outside;
    after.uncompared = before_.uncompared;
    for (const diff::Rename& rename : steps_.renames) Follow(rename, &after.uncompared);
    KeepMadeSchemas(after.schema.get());
    return after;
  }

  // Adds the renames that follow from those that ran; false where there are none.
  absl::StatusOr<bool> AddFollowing(const model::Snapshot& started, const model::Snapshot& after) {
    ASSIGN_OR_RETURN(std::shared_ptr<const model::Catalog> renamed, model::ToCatalog(started));
    ASSIGN_OR_RETURN(std::shared_ptr<const model::Catalog> target, model::ToCatalog(after));
    std::vector<diff::Rename> following =
        diff::FollowingRenames({*current_, *renamed, *target}, steps_.renames, settings_.unmanaged);
    steps_.renames.insert(steps_.renames.end(), following.begin(), following.end());
    return !following.empty();
  }

  // Puts the steps around a comparison of what Run() gave.
  absl::Status Surround(const model::Snapshot& after_steps, Comparison* c) const {
    diff::Plan there = Renames();
    diff::AddMoves(steps_.moves, *current_, *wanted_, &there);
    ASSIGN_OR_RETURN(std::vector<render::Statement> up, Statements(there));
    for (render::Statement& s : c->upgrade) {
      if (s.operation >= 0) s.operation += static_cast<int>(there.operations.size());
    }
    c->upgrade.insert(c->upgrade.begin(), up.begin(), up.end());

    diff::Plan back;
    ASSIGN_OR_RETURN(std::shared_ptr<const model::Catalog> moved, model::ToCatalog(after_steps));
    back.before = back.after = moved;
    diff::AddRenames(diff::Invert(steps_.renames), *moved, &back);
    diff::Plan moves;
    diff::AddMovesBack(steps_.moves, *moved, &moves);
    back.operations.insert(back.operations.begin(), moves.operations.begin(),
                           moves.operations.end());
    back.owned.insert(back.owned.end(), moves.owned.begin(), moves.owned.end());
    ASSIGN_OR_RETURN(std::vector<render::Statement> down, Statements(back));
    for (render::Statement& s : down) {
      if (s.operation >= 0) s.operation += static_cast<int>(c->back.operations.size());
    }
    c->downgrade.insert(c->downgrade.end(), down.begin(), down.end());
    c->back.operations.insert(c->back.operations.end(), back.operations.begin(),
                              back.operations.end());
    c->back.owned.insert(c->back.owned.end(), back.owned.begin(), back.owned.end());
    c->plan.operations.insert(c->plan.operations.begin(), there.operations.begin(),
                              there.operations.end());
    c->plan.owned.insert(c->plan.owned.end(), there.owned.begin(), there.owned.end());
    c->plan.renamed = current_;
    return absl::OkStatus();
  }

 private:
  diff::Plan Renames() const {
    diff::Plan plan;
    plan.before = plan.after = current_;
    diff::AddRenames(steps_.renames, *current_, &plan);
    return plan;
  }

  absl::StatusOr<std::vector<render::Statement>> Statements(const diff::Plan& plan) const {
    render::Options options;
    options.server_version = before_.server_version;
    options.privileges = settings_.privileges;
    options.owners = settings_.owners;
    return render::Render(plan, options);
  }

  // Moves the extensions that can be moved, and forgets the others.
  absl::Status TryMoves(scratch::Database& database) {
    std::vector<diff::ExtensionMove> able;
    for (const diff::ExtensionMove& move : steps_.moves) {
      diff::Plan plan;
      plan.before = plan.after = current_;
      diff::AddMoves({move}, *current_, *wanted_, &plan);
      ASSIGN_OR_RETURN(std::vector<render::Statement> statements, Statements(plan));
      const bool made = std::any_of(able.begin(), able.end(), [&](const auto& other) {
        return other.makes_schema && other.to == move.to;
      });
      std::vector<scratch::Step> steps;
      for (const render::Statement& s : statements) {
        if (made && plan.operations[static_cast<size_t>(s.operation)].id.kind == SCHEMA) continue;
        steps.push_back({s.sql, "", ""});
      }
      absl::Status moved = scratch::Build(database, steps);
      if (moved.ok()) {
        able.push_back(move);
      } else if (postgres::SqlState(moved) != kNotSupported) {
        return moved;
      } else {
        RETURN_IF_ERROR(CheckUnused(database, move, moved));
        // What ran before the refusal may stay: the schema is the comparison's to make.
        if (move.makes_schema && !made) {
          const scratch::Step drop = {absl::StrCat("DROP SCHEMA IF EXISTS ", sql::Ident(move.to)),
                                      "", ""};
          RETURN_IF_ERROR(scratch::Build(database, {drop}));
        }
      }
    }
    steps_.moves = std::move(able);
    return absl::OkStatus();
  }

  // An extension that nothing depends on can be dropped and created.
  absl::Status CheckUnused(scratch::Database& database, const diff::ExtensionMove& move,
                           const absl::Status& refusal) const {
    ASSIGN_OR_RETURN(
        postgres::Result users,
        database.reader().ExecParams(
            "SELECT DISTINCT pg_catalog.pg_describe_object(u.classid, u.objid, u.objsubid) FROM "
            "pg_catalog.pg_extension e JOIN pg_catalog.pg_depend m ON m.refobjid = e.oid AND "
            "m.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND m.deptype = 'e' "
            "JOIN pg_catalog.pg_depend u ON u.refclassid = m.classid AND u.refobjid = m.objid AND "
            "u.deptype IN ('n', 'a') WHERE e.extname = $1 AND NOT EXISTS (SELECT FROM "
            "pg_catalog.pg_depend o WHERE o.classid = u.classid AND o.objid = u.objid AND "
            "o.deptype = 'e') ORDER BY 1 LIMIT 10",
            {move.extension}));
    if (users.rows() == 0) return absl::OkStatus();
    std::vector<std::string> names;
    for (int i = 0; i < users.rows(); ++i) names.emplace_back(users.Text(i, 0));
    const absl::string_view said = refusal.message();
    return absl::FailedPreconditionError(
        absl::StrCat("extension ", move.extension, " cannot move from schema ", move.from, " to ",
                     move.to, ": ", said.substr(0, said.find('\n')),
                     "; and it cannot be dropped and created, since ", absl::StrJoin(names, ", "),
                     " depend on it. Keep schema: \"", move.from, "\" in the model"));
  }

  // A schema that the steps made is as it is wanted: its owner in scratch is none of ours.
  void KeepMadeSchemas(Schema* schema) const {
    for (Namespace& n : *schema->mutable_schema()) {
      const bool made = std::any_of(
          steps_.moves.begin(), steps_.moves.end(),
          [&](const diff::ExtensionMove& m) { return m.makes_schema && m.to == n.name(); });
      if (!made) continue;
      const int wanted = wanted_->Find({SCHEMA, "", "", n.name()});
      n = static_cast<const Namespace&>(*wanted_->at(wanted).message);
    }
  }

  FirstSteps steps_;
  const model::Snapshot& before_;
  const Settings& settings_;
  const introspect::Options& introspect_;
  scratch::Server& scratch_;
  std::shared_ptr<const model::Catalog> current_;  // before the steps
  std::shared_ptr<const model::Catalog> wanted_;
};

// `started` has the texts of a copy: so has a copy of the other side.
void AdoptTextsOf(const model::Snapshot& started, const scratch::CanonicalOptions& options,
                  model::Snapshot* after, scratch::Server& scratch) {
  if (!model::TextsDiffer(*started.schema, *after->schema)) return;
  absl::StatusOr<model::Snapshot> copy = scratch::TextsOfCopy(scratch, *after, options);
  if (!copy.ok()) return;
  auto schema = model::CopySchema(*after->schema);
  model::AdoptTexts(*copy->schema, *started.schema, *started.schema, schema.get());
  after->schema = std::move(schema);
}

}  // namespace

absl::StatusOr<FirstSteps> FindFirstSteps(const model::Snapshot& before,
                                          const model::Snapshot& after, const Schema* wanted) {
  FirstSteps steps;
  ASSIGN_OR_RETURN(std::shared_ptr<const model::Catalog> current, model::ToCatalog(before));
  if (wanted != nullptr) {
    model::Snapshot written;
    written.schema = model::CopySchema(*wanted);
    ASSIGN_OR_RETURN(std::shared_ptr<const model::Catalog> declared, model::ToCatalog(written));
    steps.renames = diff::DeclaredRenames(*current, *declared);
  }
  ASSIGN_OR_RETURN(std::shared_ptr<const model::Catalog> target, model::ToCatalog(after));
  steps.moves = diff::ExtensionMoves(*current, *target, steps.renames);
  return steps;
}

absl::StatusOr<Comparison> CompareAfter(FirstSteps steps, const model::Snapshot& before,
                                        model::Snapshot after, const Settings& settings,
                                        const introspect::Options& introspect,
                                        scratch::Server& scratch) {
  Starter starter(std::move(steps), before, settings, introspect, scratch);
  ASSIGN_OR_RETURN(std::shared_ptr<const model::Catalog> wanted, model::ToCatalog(after));
  ASSIGN_OR_RETURN(model::Snapshot started, starter.Run(wanted));
  scratch::CanonicalOptions options;
  options.outside = before.outside;
  options.read = introspect::ScopeOf(introspect);
  AdoptTextsOf(started, options, &after, scratch);
  ASSIGN_OR_RETURN(const bool more, starter.AddFollowing(started, after));
  if (more) {
    ASSIGN_OR_RETURN(started, starter.Run(wanted));
    AdoptTextsOf(started, options, &after, scratch);
  }
  ASSIGN_OR_RETURN(Comparison comparison, Compare(started, after, settings));
  RETURN_IF_ERROR(starter.Surround(started, &comparison));
  render::Annotate(comparison.plan, &comparison.upgrade);
  render::Annotate(comparison.back, &comparison.downgrade);
  rows::DescribeRows(&comparison);  // now with the names of before the steps
  return comparison;
}

}  // namespace autogen::generate
