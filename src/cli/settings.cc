#include "src/cli/settings.h"

#include <re2/re2.h>

#include <algorithm>
#include <iostream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/printable.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/cli/scratch.h"
#include "src/project/text_proto.h"
#include "src/project/urls.h"

namespace autogen::cli {

const generate::Engine& EngineFor(const Project& project) {
  const generate::Engine* engine = generate::FindEngine(project.named());
  return engine != nullptr ? *engine : generate::DefaultEngine();
}

absl::StatusOr<const generate::Engine*> EngineOf(const generate::Source& from,
                                                 const generate::Source& to,
                                                 const Project& project) {
  const generate::Engine* of_from = generate::FindEngine(from.url);
  const generate::Engine* of_to = generate::FindEngine(to.url);
  if (of_from != nullptr && of_to != nullptr && of_from != of_to) {
    return absl::InvalidArgumentError(
        absl::StrCat("the two databases are of different engines (", of_from->scheme, "… and ",
                     of_to->scheme, "…): what one has cannot be made of the other's"));
  }
  if (of_from != nullptr) return of_from;
  return of_to != nullptr ? of_to : &EngineFor(project);
}

generate::Settings SettingsFor(const Project& project, const Invocation& invocation) {
  const Config& config = project.config();
  generate::Settings settings;
  settings.engine = &EngineFor(project);
  settings.privileges = config.manage_privileges() || invocation.Has("--privileges");
  settings.owners = config.manage_owners() || invocation.Has("--owners");
  settings.include = invocation.All("--schema");
  if (settings.include.empty()) {
    settings.include.assign(config.include_schema().begin(), config.include_schema().end());
  }
  settings.exclude.assign(config.exclude_schema().begin(), config.exclude_schema().end());
  for (const std::string& pattern : invocation.All("--exclude-schema")) {
    settings.exclude.push_back(pattern);
  }
  settings.untested_version = invocation.Has("--untested-version");
  for (int kind : config.unmanaged()) settings.unmanaged.insert(static_cast<Kind>(kind));
  std::string table = config.version_table().empty() ? "autogen_version" : config.version_table();
  for (const std::string& name :
       {table, table + "_ledger", table + "_lease", std::string("alembic_version"),
        std::string("autogen_backfill")}) {
    settings.own_tables.emplace_back(config.version_table_schema(), name);
  }
  return settings;
}

absl::StatusOr<std::function<bool(absl::string_view, absl::string_view)>> OnlineFor(
    const Project& project, const Invocation& invocation) {
  const Config& config = project.config();
  if (config.online() == Config::OFF || invocation.Has("--plain")) return nullptr;
  auto patterns = std::make_shared<std::vector<std::unique_ptr<RE2>>>();
  for (const std::string& text : config.online_table()) {
    const RE2& pattern = *patterns->emplace_back(std::make_unique<RE2>(text, RE2::Quiet));
    if (pattern.ok()) continue;
    return absl::InvalidArgumentError(absl::StrCat(project::PlaceOf(project.config_path(), text),
                                                   ": online_table: \"", text,
                                                   "\" is no RE2 pattern: ", pattern.error()));
  }
  return [patterns](absl::string_view schema, absl::string_view relation) {
    const std::string name = absl::StrCat(schema, ".", relation);
    return patterns->empty() ||
           std::any_of(patterns->begin(), patterns->end(),
                       [&](const auto& pattern) { return RE2::FullMatch(name, *pattern); });
  };
}

absl::StatusOr<int> OldestVersionFor(const Project& project) {
  const std::string& text = project.config().oldest_version();
  if (text.empty()) return 0;
  const int version = EngineFor(project).parse_version(text);
  if (version > 0) return version;
  return absl::InvalidArgumentError(
      absl::StrCat(project::PlaceOf(project.config_path(), text), ": oldest_version: \"", text,
                   "\" is no version of the project's database; such as \"15\" for PostgreSQL, "
                   "\"3.53.1\" for SQLite"));
}

Flag PlainFlag() {
  return {.name = "--plain",
          .help =
              "one transaction of plain statements, which block who uses a table "
              "for as long as they take (default: online; see `online` of the configuration)",
          .engine = POSTGRESQL};
}

Flag UntestedVersionFlag() {
  return {.name = "--untested-version",
          .help = "accept a server that is newer than those this autogen was tested with",
          .engine = POSTGRESQL};
}

std::vector<Flag> WithComparisonFlags(std::vector<Flag> more) {
  std::vector<Flag> flags = std::move(more);
  flags.push_back(UntestedVersionFlag());
  flags.push_back({.name = "--privileges", .help = "compare grants, too", .engine = POSTGRESQL});
  flags.push_back({.name = "--owners", .help = "compare owners, too", .engine = POSTGRESQL});
  flags.push_back({.name = "--schema",
                   .value = "PATTERN",
                   .help = "compare only these schemas (RE2, the whole name)",
                   .repeated = true,
                   .engine = POSTGRESQL});
  flags.push_back({.name = "--exclude-schema",
                   .value = "PATTERN",
                   .help = "exclude these schemas",
                   .repeated = true,
                   .engine = POSTGRESQL});
  return WithScratchFlags(std::move(flags));
}

apply::Options ApplyOptionsFor(const Project& project) {
  const Config& config = project.config();
  apply::Options options;
  options.version_schema = config.version_table_schema();
  if (!config.version_table().empty()) options.version_table = config.version_table();
  const Config::Apply& apply = config.apply();
  // What stands there counts, a zero too.
  auto take = [](bool given, uint32_t value, int* option) {
    if (given) *option = static_cast<int>(value);
  };
  take(apply.has_lock_timeout_ms(), apply.lock_timeout_ms(), &options.lock_timeout_ms);
  take(apply.has_statement_timeout_ms(), apply.statement_timeout_ms(),
       &options.statement_timeout_ms);
  take(apply.has_lock_wait_s(), apply.lock_wait_s(), &options.lock_wait_s);
  take(apply.has_retries(), apply.retries(), &options.retries);
  take(apply.has_max_transaction_age_s(), apply.max_transaction_age_s(),
       &options.max_transaction_age_s);
  constexpr uint32_t kShortestLease = 5;
  take(apply.has_lease_s(), std::max(apply.lease_s(), kShortestLease), &options.lease_s);
  take(apply.has_min_server_version(), apply.min_server_version(), &options.min_server_version);
  take(apply.has_backup_rows(), apply.backup_rows(), &options.backup_rows);
  take(apply.has_max_replication_lag_s(), apply.max_replication_lag_s(),
       &options.max_replication_lag_s);
  return options;
}

absl::StatusOr<apply::Options::Backup> BackupFor(const Project& project) {
  using Backup = apply::Options::Backup;
  const std::string& word = project.config().apply().backup();
  if (word.empty() || word == "large-tables") return Backup::kLargeTables;
  if (word == "always") return Backup::kAlways;
  if (word == "never") return Backup::kNever;
  return absl::InvalidArgumentError(absl::StrCat(project::PlaceOf(project.config_path(), word),
                                                 ": apply { backup: \"", word,
                                                 "\" } is not one of large-tables, always, never"));
}

absl::StatusOr<generate::Source> SourceFor(Project& project, const std::string& text) {
  if (text.empty()) {
    return absl::InvalidArgumentError(
        "--from and --to are both required: a model path, a database URL, an SQL file or folder, a "
        "folder of scripts, or \"empty\"");
  }
  ASSIGN_OR_RETURN(generate::Source source, generate::ParseSource(text));
  if (source.kind != generate::SourceKind::kDatabase) return source;
  if (source.url == "embedded") {
    project.Announce("embedded, a private cluster in .autogen/");
    ASSIGN_OR_RETURN(source.url, project.Embedded());
  } else {
    ASSIGN_OR_RETURN(source.url, project::NormalizeUrl(source.url));
    project.Announce(project::ShownTarget(source.url));
  }
  return source;
}

absl::StatusOr<generate::Source> DatabaseSource(Project& project) {
  generate::Source source;
  source.kind = generate::SourceKind::kDatabase;
  ASSIGN_OR_RETURN(source.url, project.Url());
  return source;
}

generate::Source ModelSource(const Project& project) {
  generate::Source source;
  source.kind = generate::SourceKind::kModel;
  source.paths = project.model_paths();
  return source;
}

void PrintUnmanaged(const std::vector<model::Unmanaged>& unmanaged) {
  constexpr size_t kShownSchemas = 8;
  std::vector<std::string> schemas;
  for (const model::Unmanaged& u : unmanaged) {
    if (u.what == introspect::kUnnamedSchema) {
      schemas.push_back(Printable(u.name, Lines::kOne));
      continue;
    }
    std::cerr << "not compared: " << u.what << (u.name.empty() ? "" : " ")
              << Printable(u.name, Lines::kOne) << "\n";
  }
  if (schemas.empty()) return;
  const size_t shown = std::min(schemas.size(), kShownSchemas);
  std::cerr << "not managed: " << (schemas.size() == 1 ? "schema " : "schemas ")
            << absl::StrJoin(schemas.begin(), schemas.begin() + static_cast<long>(shown), ", ");
  if (shown < schemas.size()) std::cerr << " and " << schemas.size() - shown << " more";
  std::cerr << ", which no model names (include_schema: managed; exclude_schema: not named here)\n";
}

void WarnAboutDisturbed(const std::vector<std::string>& disturbed) {
  for (const std::string& one : disturbed) {
    std::cerr << "warning: " << Printable(one, Lines::kOne)
              << ", is not managed and blocks this change\n";
  }
}

absl::Status DisturbedError(const std::vector<std::string>& disturbed) {
  return absl::FailedPreconditionError(absl::StrCat(
      "objects that are not managed block this change, so no script is written:\n",
      Indent(absl::StrJoin(disturbed, "\n"), "  "),
      "\nDrop or change it first, or manage its schema (include_schema). --no-proof writes the "
      "script anyway"));
}

}  // namespace autogen::cli
