#include "src/generate/sqlite_engine.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "src/base/status.h"
#include "src/generate/first_steps.h"
#include "src/generate/model_place.h"
#include "src/generate/pipeline.h"
#include "src/generate/sqlite_data_checks.h"
#include "src/generate/sqlite_history.h"
#include "src/generate/sqlite_render.h"
#include "src/model/new_schema.h"
#include "src/model/no_schema.h"
#include "src/revision/load.h"
#include "src/rows/reversal.h"
#include "src/sqlite/align.h"
#include "src/sqlite/database.h"
#include "src/sqlite/dependencies.h"
#include "src/sqlite/impacts.h"
#include "src/sqlite/read.h"
#include "src/sqlite/rules.h"
#include "src/sqlite/scratch.h"
#include "src/sqlite/url.h"

namespace autogen::generate {
namespace {

// What was noted; the rest keeps nothing from one call to the next.
struct Bench {
  std::vector<std::string> notes;
};

// A file that is not there yet is an empty database: the first upgrade creates it.
absl::StatusOr<model::Snapshot> ReadFile(const std::string& url, const introspect::Options& options,
                                         Bench& bench) {
  ASSIGN_OR_RETURN(const sqlite::Location location, sqlite::ParseUrl(url));
  ASSIGN_OR_RETURN(std::optional<sqlite::Database> database, sqlite::OpenToRead(location));
  if (!database.has_value()) {
    bench.notes.push_back(absl::StrCat(location.path, " does not exist yet: an empty database"));
    ASSIGN_OR_RETURN(database, sqlite::Database::InMemory());
  }
  std::vector<std::string> hidden;
  for (const auto& [schema, name] : options.own_tables) hidden.push_back(name);
  return sqlite::Read(*database, hidden, options.dependencies);
}

absl::StatusOr<model::Snapshot> ReadSource(const Source& source, const introspect::Options& options,
                                           Bench& bench) {
  switch (source.kind) {
    case SourceKind::kDatabase:
      return ReadFile(source.url, options, bench);
    case SourceKind::kSql:
      return sqlite::LoadSqlFiles(source.paths);
    case SourceKind::kVersions: {
      ASSIGN_OR_RETURN(
          const revision::Graph graph,
          revision::LoadGraph(source.paths, revision::Checksums::kNone, sqlite::SqliteDialect()));
      ASSIGN_OR_RETURN(const std::optional<revision::Nodes> nodes, ScriptsOf(graph, source));
      if (!nodes.has_value()) {
        ASSIGN_OR_RETURN(sqlite::Database empty, sqlite::Database::InMemory());
        return sqlite::Read(empty);
      }
      return ReplaySqlite(graph, *nodes);
    }
    case SourceKind::kEmpty:
    case SourceKind::kModel:
      break;
  }
  return absl::InternalError("the source needs no engine to be read");
}

// As SQLite has it, in the other side's case of letters.
absl::StatusOr<model::Snapshot> CanonicalForm(const Schema& model, const Schema& other,
                                              const std::vector<std::string>& paths) {
  std::shared_ptr<Schema> copy = model::CopySchema(model);
  sqlite::AlignCase(other, copy.get());
  std::vector<sqlite::Refusal> refused;
  absl::StatusOr<model::Snapshot> canonical = sqlite::Canonicalise(*copy, &refused);
  if (canonical.ok() || refused.empty()) return canonical;
  std::vector<Misfit> misfits;
  for (sqlite::Refusal& one : refused) {
    misfits.push_back({one.object, absl::StrCat("SQLite refuses ", model::Describe(one.object),
                                                ": ", one.reason)});
  }
  return AtObjects(canonical.status(), misfits, paths, SQLITE);
}

absl::Status CanonicaliseModels(const Workbench::Canonicalisation& request, Pair* pair) {
  model::Snapshot* sides[2] = {&pair->before, &pair->after};
  for (size_t i : {0, 1}) {
    // A file that may have been equal to its model was read without.
    if (request.models[i] == nullptr) {
      sides[i]->dependencies = sqlite::FindDependencies(*sides[i]->schema);
      continue;
    }
    ASSIGN_OR_RETURN(model::Snapshot canonical,
                     CanonicalForm(*request.models[i], *sides[1 - i]->schema, *request.paths[i]));
    *sides[i] = std::move(canonical);
  }
  return absl::OkStatus();
}

void Align(Pair* pair) {
  std::shared_ptr<Schema> copy = model::CopySchema(*pair->after.schema);
  sqlite::AlignCase(*pair->before.schema, copy.get());
  pair->after.schema = std::move(copy);
}

// Tables and columns alone: SQLite renames nothing else, so the rest is dropped and created.
std::vector<sqlite::Rename> RenamesOf(const std::vector<diff::Rename>& renames,
                                      std::vector<diff::Rename>* kept) {
  std::vector<sqlite::Rename> all;
  for (const diff::Rename& r : renames) {
    if (r.from.kind == TABLE) {
      all.push_back({r.from.name, "", r.to.name});
    } else if (r.from.kind == COLUMN) {
      all.push_back({r.from.parent, r.from.name, r.to.name});
    } else {
      continue;
    }
    kept->push_back(r);
  }
  return all;
}

absl::StatusOr<Comparison> CompareAfterRenames(const FirstSteps& steps,
                                               const model::Snapshot& before,
                                               const model::Snapshot& after,
                                               const Settings& settings) {
  std::vector<diff::Rename> renames;
  const std::vector<sqlite::Rename> there = RenamesOf(steps.renames, &renames);
  if (there.empty()) return Compare(before, after, settings);
  ASSIGN_OR_RETURN(sqlite::Renamed renamed, sqlite::RunRenames(*before.schema, there));
  std::vector<diff::Rename> same;
  ASSIGN_OR_RETURN(
      const sqlite::Renamed back,
      sqlite::RunRenames(*renamed.schema.schema, RenamesOf(diff::Invert(renames), &same)));
  // What a rename had to drop comes back with the comparison, and in the downgrade before the
  // names.
  ASSIGN_OR_RETURN(Comparison c, Compare(renamed.schema, after, settings));
  ASSIGN_OR_RETURN(const std::shared_ptr<const model::Catalog> current, model::ToCatalog(before));
  ASSIGN_OR_RETURN(const std::shared_ptr<const model::Catalog> moved,
                   model::ToCatalog(renamed.schema));
  diff::Plan up, down;
  up.before = up.after = current;
  down.before = down.after = moved;
  diff::AddRenames(renames, *current, &up);
  diff::AddRenames(same, *moved, &down);

  std::vector<render::Statement> first = SqliteStatements(renamed.steps, up);
  for (render::Statement& s : c.upgrade) {
    if (s.operation >= 0) s.operation += static_cast<int>(up.operations.size());
  }
  c.upgrade.insert(c.upgrade.begin(), first.begin(), first.end());
  std::vector<render::Statement> last = SqliteStatements(back.steps, down);
  for (render::Statement& s : last) {
    if (s.operation >= 0) s.operation += static_cast<int>(c.back.operations.size());
  }
  c.downgrade.insert(c.downgrade.end(), last.begin(), last.end());
  auto join = [](std::vector<diff::Operation>* to, size_t at, const diff::Plan& from) {
    to->insert(to->begin() + static_cast<long>(at), from.operations.begin(), from.operations.end());
  };
  join(&c.plan.operations, 0, up);
  join(&c.back.operations, c.back.operations.size(), down);
  c.plan.owned.insert(c.plan.owned.end(), up.owned.begin(), up.owned.end());
  c.back.owned.insert(c.back.owned.end(), down.owned.begin(), down.owned.end());
  c.plan.renamed = current;
  AnnotateSqlite(c.plan, &c.upgrade);
  AnnotateSqlite(c.back, &c.downgrade);
  settings.engine->describe_rows(&c);
  return c;
}

absl::StatusOr<scratch::Proof> Prove(const scratch::ProofRequest& request) {
  const model::Snapshot& wanted = *request.wanted;
  ASSIGN_OR_RETURN(const sqlite::Proof tried, sqlite::Prove(*request.before.schema, *wanted.schema,
                                                            request.upgrade, request.downgrade));
  scratch::Proof proof;
  proof.proved = tried.difference.empty();
  proof.difference = tried.difference;
  proof.server_version = sqlite3_libversion_number();
  proof.place = "memory";
  if (!proof.proved) return proof;
  rows::RowTrial trial;
  trial.rows = tried.rows;
  trial.tables = tried.tried.size();
  trial.untried = tried.untried;
  auto id = [](const std::string& table) {
    return model::ObjectId{TABLE, std::string(model::kNoSchema), "", table};
  };
  for (const std::string& table : tried.tried) trial.tried.insert(id(table));
  for (const sqlite::Proof::Loss& loss : tried.losses) {
    trial.losses.push_back({id(loss.table), loss.column, loss.how});
  }
  if (!trial.untried.empty()) trial.tried.clear();
  proof.trial = std::move(trial);
  return proof;
}

// Above the first statement that changes the table.
void PlaceChecks(rows::Migration* migration) {
  migration->violating = SqliteViolatingRows(migration->plan);
  for (render::Statement& s : migration->upgrade) s.preflight.clear();
  for (const rows::ViolatingRows& o : migration->violating) {
    const auto relation = [&](size_t operation) {
      const model::ObjectId& id = migration->plan.operations[operation].id;
      return id.parent.empty() ? id.name : id.parent;
    };
    for (render::Statement& s : migration->upgrade) {
      if (s.operation < 0 || relation(static_cast<size_t>(s.operation)) != relation(o.operation)) {
        continue;
      }
      s.preflight.emplace_back(o.count, o.what);
      break;
    }
  }
}

// A change of type converts what is stored; what that loses is for the proof to show.
void DescribeRows(rows::Migration* migration) {
  PlaceChecks(migration);
  migration->reversals = rows::FindReversals(migration->plan);
  for (size_t i = 0; i < migration->reversals.size(); ++i) {
    const diff::Operation& op = migration->plan.operations[i];
    if (op.id.kind == COLUMN && op.action == diff::Action::kAlter) migration->reversals[i] = {};
  }
}

Workbench Open(scratch::Options, bool) {
  auto bench = std::make_shared<Bench>();
  Workbench made;
  made.begin = [bench](const std::string& url,
                       const introspect::Options& options) -> absl::StatusOr<Workbench::Reading> {
    // No server works meanwhile, and there are no schemas to wait for: the file is read now, while
    // the caller loads the model.
    auto read = std::make_shared<absl::StatusOr<model::Snapshot>>(ReadFile(url, options, *bench));
    return Workbench::Reading{
        sqlite3_libversion_number(),
        [read](const introspect::Options&) { return std::move(*read); },
        [](const Schema&, const std::vector<std::string>&) { return absl::OkStatus(); }};
  };
  made.schemas = [](const std::string&) -> absl::StatusOr<std::vector<std::string>> {
    return std::vector<std::string>{std::string(model::kNoSchema)};
  };
  made.read = [bench](const Source& source, const introspect::Options& options) {
    return ReadSource(source, options, *bench);
  };
  made.cached = [](const Schema&, int) { return std::optional<model::Snapshot>(); };
  made.canonicalise = CanonicaliseModels;
  made.align = [](Pair* pair, const scratch::CanonicalOptions&) { Align(pair); };
  made.compare_after = [](const FirstSteps& steps, const model::Snapshot& before,
                          const model::Snapshot& after, const Settings& settings,
                          const introspect::Options&) {
    return CompareAfterRenames(steps, before, after, settings);
  };
  made.note_missing = [](const Source&) { return absl::OkStatus(); };
  made.prove = Prove;
  made.verify = VerifySqlite;
  made.place = [] { return std::string("memory"); };
  made.notes = [bench] { return bench->notes; };
  made.add_note = [bench](const std::string& note) { bench->notes.push_back(note); };
  return made;
}

// "3.53" or "3.53.1".
int ParseVersion(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '.');
  int number = 0;
  for (size_t i = 0; i < 3; ++i) {
    int part = 0;
    if (i < parts.size() && (!absl::SimpleAtoi(parts[i], &part) || part < 0 || part > 999))
      return 0;
    number = number * 1000 + part;
  }
  return parts.size() < 2 || parts.size() > 3 ? 0 : number;
}

std::string Version(int version) {
  return absl::StrCat("SQLite ", version / 1000000, ".", version / 1000 % 1000, ".",
                      version % 1000);
}

}  // namespace

const Engine& SqliteEngine() {
  static constexpr Engine kEngine = {
      .name = SQLITE,
      .takes = sqlite::LooksLikeUrl,
      .scheme = "sqlite:///",
      .dialect = sqlite::SqliteDialect,
      .rules = sqlite::SqliteRules,
      .expand = [](Schema*, int) {},
      .check_versions = [](const diff::Plan&, int, int) { return absl::OkStatus(); },
      .render = RenderSqlite,
      .annotate = AnnotateSqlite,
      .section = SqliteSection,
      .print = PrintSqlite,
      .describe_rows = DescribeRows,
      .parse_version = ParseVersion,
      .version = Version,
      .open = Open,
  };
  return kEngine;
}

}  // namespace autogen::generate
