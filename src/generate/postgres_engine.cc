#include "src/generate/postgres_engine.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/status.h"
#include "src/generate/encoding.h"
#include "src/generate/first_steps.h"
#include "src/generate/model_place.h"
#include "src/generate/other_version.h"
#include "src/generate/pipeline.h"
#include "src/generate/privileges.h"
#include "src/generate/scope.h"
#include "src/generate/section.h"
#include "src/model/equivalent_text.h"
#include "src/postgres/connection.h"
#include "src/postgres/supported_versions.h"
#include "src/postgres/url.h"
#include "src/revision/load.h"
#include "src/rows/backfill_place.h"
#include "src/rows/migration.h"
#include "src/scratch/canonical.h"
#include "src/scratch/load.h"

namespace autogen::generate {
namespace {

absl::StatusOr<postgres::Connection> Connect(const std::string& url, bool untested_version) {
  postgres::ConnectOptions connect;
  connect.url = url;
  ASSIGN_OR_RETURN(postgres::Connection connection, postgres::Connection::Open(connect));
  RETURN_IF_ERROR(postgres::CheckTested(connection.server_version(), untested_version));
  return connection;
}

absl::StatusOr<Workbench::Reading> Begin(postgres::Connection connection,
                                         const introspect::Options& options) {
  struct State {
    postgres::Connection connection;
    std::optional<introspect::Introspection> introspection;
  };
  auto state = std::make_shared<State>(State{std::move(connection), std::nullopt});
  ASSIGN_OR_RETURN(introspect::Introspection introspection,
                   introspect::Introspection::Begin(state->connection, options));
  state->introspection.emplace(std::move(introspection));
  return Workbench::Reading{
      state->connection.server_version(),
      [state](const introspect::Options& all) { return state->introspection->Finish(all); },
      [state](const Schema& model, const std::vector<std::string>& paths) {
        return CheckEncoding(state->connection, model, paths);
      }};
}

// A scratch server, and what is done on it.
class Bench {
 public:
  Bench(scratch::Options options, bool untested_version)
      : server_(std::move(options)), untested_version_(untested_version) {}

  scratch::Server& server() { return server_; }

  absl::StatusOr<postgres::Connection> Connect(const std::string& url) const {
    return generate::Connect(url, untested_version_);
  }

  absl::StatusOr<std::vector<std::string>> Schemas(const std::string& url) const {
    ASSIGN_OR_RETURN(postgres::Connection connection, Connect(url));
    ASSIGN_OR_RETURN(postgres::Result rows,
                     connection.Exec("SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname !~ "
                                     "'^(pg_|information_schema$)'"));
    std::vector<std::string> names;
    for (int i = 0; i < rows.rows(); ++i) names.emplace_back(rows.Text(i, 0));
    return names;
  }

  absl::StatusOr<model::Snapshot> Read(const Source& source, const introspect::Options& options) {
    switch (source.kind) {
      case SourceKind::kDatabase: {
        ASSIGN_OR_RETURN(postgres::Connection connection, Connect(source.url));
        return introspect::Introspect(connection, options);
      }
      case SourceKind::kSql:
        return scratch::LoadSqlFiles(server_, source.paths, options, &roles_of_files_);
      case SourceKind::kVersions: {
        ASSIGN_OR_RETURN(revision::Graph graph, revision::LoadGraph(source.paths));
        ASSIGN_OR_RETURN(const std::optional<revision::Nodes> nodes, ScriptsOf(graph, source));
        if (!nodes.has_value()) return model::EmptySnapshot(0);
        if (!source.kept) return scratch::Replay(server_, graph, *nodes, options);
        return scratch::ReplayKept(server_, graph, *nodes, source.target_version, options);
      }
      case SourceKind::kEmpty:
      case SourceKind::kModel:
        break;
    }
    return absl::InternalError("the source needs no engine to be read");
  }

  std::optional<model::Snapshot> Remembered(const Schema& model, int server_version) const {
    scratch::CanonicalOptions options;
    options.server_version = server_version;
    return scratch::FindCanonical(server_, model, options);
  }

  absl::Status CanonicaliseModels(const Workbench::Canonicalisation& request, Pair* pair) {
    scratch::CanonicalOptions options = request.options;
    model::Snapshot* sides[2] = {&pair->before, &pair->after};
    server_.SetTarget(options.server_version);
    // Only canonical forms of the target's own version are cached: with those no server is needed.
    const bool remembered =
        std::all_of(request.models.begin(), request.models.end(), [&](const auto& model) {
          return model == nullptr || scratch::FindCanonical(server_, *model, options).has_value();
        });
    bool other_version = false;
    if (!remembered) {
      ASSIGN_OR_RETURN(other_version, server_.HasOtherVersion());
    }
    if (other_version) {
      options.use_cache = false;
      pair->target = options.server_version / 10000;
      pair->built_as = server_.version() / 10000;
      for (size_t i : {0, 1}) {
        if (request.models[i] == nullptr) RETURN_IF_ERROR(ReadAsCopy(request.options, sides[i]));
      }
    }
    for (size_t i : {0, 1}) {
      if (request.models[i] == nullptr) continue;
      options.current = request.models[1 - i] == nullptr ? sides[1 - i] : nullptr;
      absl::StatusOr<model::Snapshot> canonical =
          scratch::Canonicalise(server_, request.models[i], options);
      if (!canonical.ok()) return AtModel(canonical.status(), *request.paths[i]);
      *sides[i] = *std::move(canonical);
      sides[i]->outside = options.outside;
      AddSchemas(request.schemas[i], *sides[1 - i]->schema, sides[i]);
    }
    return absl::OkStatus();
  }

  void Align(Pair* pair, const scratch::CanonicalOptions& options) {
    server_.SetTarget(options.server_version);
    if (!model::MayBeEquivalent(*pair->before.schema, *pair->after.schema)) return;
    scratch::AlignTexts(server_, pair->before, options, &pair->after);
  }

  // Says which roles of SQL files the server of the other side lacks.
  absl::Status NoteMissing(const Source& database) {
    if (database.kind != SourceKind::kDatabase || roles_of_files_.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(postgres::Connection connection, Connect(database.url));
    ASSIGN_OR_RETURN(postgres::Result roles,
                     connection.Exec("SELECT rolname FROM pg_catalog.pg_roles"));
    std::set<std::string> missing = roles_of_files_;
    for (int i = 0; i < roles.rows(); ++i) missing.erase(std::string(roles.Text(i, 0)));
    if (missing.empty()) return absl::OkStatus();
    server_.AddNote(absl::StrCat("the SQL files name roles that are not on the server of ",
                                 connection.Describe(), ": ", absl::StrJoin(missing, ", ")));
    return absl::OkStatus();
  }

 private:
  // Takes the schema as a copy of it in a scratch database has it: where that is of another
  // version, the two cannot be compared otherwise.
  absl::Status ReadAsCopy(scratch::CanonicalOptions options, model::Snapshot* side) {
    options.server_version = 0;
    ASSIGN_OR_RETURN(model::Snapshot copy, scratch::TextsOfCopy(server_, *side, options));
    side->schema = std::move(copy.schema);
    side->dependencies = std::move(copy.dependencies);
    return absl::OkStatus();
  }

  scratch::Server server_;
  bool untested_version_;
  std::set<std::string> roles_of_files_;
};

Workbench Open(scratch::Options options, bool untested_version) {
  auto bench = std::make_shared<Bench>(std::move(options), untested_version);
  Workbench made;
  made.begin = [bench](const std::string& url,
                       const auto& read) -> absl::StatusOr<Workbench::Reading> {
    ASSIGN_OR_RETURN(postgres::Connection connection, bench->Connect(url));
    return Begin(std::move(connection), read);
  };
  made.schemas = [bench](const std::string& url) { return bench->Schemas(url); };
  made.read = [bench](const auto& source, const auto& read) { return bench->Read(source, read); };
  made.cached = [bench](const Schema& model, int version) {
    return bench->Remembered(model, version);
  };
  made.canonicalise = [bench](const auto& request, Pair* pair) {
    return bench->CanonicaliseModels(request, pair);
  };
  made.align = [bench](Pair* pair, const auto& options) { bench->Align(pair, options); };
  made.compare_after = [bench](FirstSteps steps, const auto& before, model::Snapshot after,
                               const Settings& settings, const auto& read) {
    return CompareAfter(std::move(steps), before, std::move(after), settings, read,
                        bench->server());
  };
  made.note_missing = [bench](const Source& source) { return bench->NoteMissing(source); };
  made.prove = [bench](const auto& request) { return scratch::Prove(bench->server(), request); };
  made.verify = [bench](const auto& request) { return scratch::Verify(bench->server(), request); };
  made.place = [bench] { return bench->server().place(); };
  made.notes = [bench] { return bench->server().notes(); };
  made.add_note = [bench](const std::string& note) { bench->server().AddNote(note); };
  return made;
}

// The major version.
int ParseVersion(absl::string_view text) {
  int major = 0;
  return absl::SimpleAtoi(text, &major) && major >= 10 && major < 100 ? major * 10000 : 0;
}

std::string Version(int version) {
  return absl::StrCat("PostgreSQL ", version / 10000, ".", version % 10000);
}

bool Takes(absl::string_view url) { return url == "embedded" || postgres::LooksLikeUrl(url); }

}  // namespace

const Engine& PostgresEngine() {
  static constexpr Engine kEngine = {
      .name = POSTGRESQL,
      .takes = Takes,
      .scheme = "postgresql://",
      .dialect = impact::PostgresDialect,
      .rules = diff::PostgresRules,
      .expand = ExpandAllGrants,
      .check_versions = CheckOtherVersion,
      .render = render::Render,
      .annotate = render::Annotate,
      .section = SectionFor,
      .print = render::ToPsql,
      .describe_rows = rows::DescribeRows,
      .parse_version = ParseVersion,
      .version = Version,
      .place_backfills = rows::AddBackfillPlaces,
      .open = Open,
  };
  return kEngine;
}

}  // namespace autogen::generate
