#include <sys/stat.h>
#include <unistd.h>

#include <iostream>
#include <map>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "src/base/file.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/cli/commands.h"
#include "src/cli/scripts.h"
#include "src/cli/settings.h"
#include "src/postgres/cluster.h"
#include "src/revision/alembic.h"
#include "src/revision/alembic_settings.h"
#include "src/sql/statement.h"

namespace autogen::cli {
namespace {

using revision::Graph;
using revision::Node;

constexpr char kNoSqlUp[] =
    "-- autogen: assert \"SELECT false\" \"adopted from Alembic without its SQL: run `alembic "
    "upgrade head --sql` and adopt again with --sql and --replace\"";
constexpr char kNoSqlDown[] =
    "-- autogen: irreversible \"adopted from Alembic without the SQL of its downgrade\"";

using SqlByRevision = std::map<std::string, std::string>;

absl::StatusOr<SqlByRevision> ReadSql(const std::string& path, const std::string& version_table,
                                      const impact::Dialect& dialect) {
  if (path.empty()) return SqlByRevision();
  ASSIGN_OR_RETURN(std::string text, ReadTextInput(path));
  absl::StatusOr<SqlByRevision> sql = revision::SplitAlembicSql(text, version_table, dialect);
  if (!sql.ok()) return Annotate(sql.status(), path);
  return sql;
}

// Alembic writes local time without a zone; the file's time where it writes none.
absl::Time CreatedAt(const revision::Revision& revision) {
  absl::Time time;
  std::string error;
  for (const char* format : {"%Y-%m-%d %H:%M:%E*S%Ez", "%Y-%m-%d %H:%M:%E*S"}) {
    if (absl::ParseTime(format, revision.created, absl::UTCTimeZone(), &time, &error)) return time;
  }
  struct stat found;
  if (stat(revision.path.c_str(), &found) == 0) return absl::FromTimeT(found.st_mtime);
  return absl::Now();
}

// Alembic's SQL, which autogen does not interpret, or the directive in its place.
absl::StatusOr<revision::SectionSpec> SectionOf(const SqlByRevision& texts, const std::string& id,
                                                const char* directive,
                                                const impact::Dialect& dialect) {
  revision::SectionSpec section;
  const auto found = texts.find(id);
  if (found == texts.end()) {
    section.sql = absl::StrCat(directive, "\n");
    section.directives = {directive};
    return section;
  }
  section.sql = found->second;
  absl::StatusOr<std::vector<sql::Statement>> statements = dialect.split(section.sql);
  if (!statements.ok()) return Annotate(statements.status(), absl::StrCat("revision ", id));
  for (sql::Statement& s : *statements) section.statements.push_back(std::move(s.text));
  return section;
}

absl::StatusOr<revision::ScriptSpec> Adopted(const Graph& alembic, Node node,
                                             const SqlByRevision& up, const SqlByRevision& down,
                                             const impact::Dialect& dialect) {
  const revision::Revision& revision = alembic.at(node);
  revision::ScriptSpec spec;
  spec.id = revision.id;
  spec.revises = revision.revises;
  spec.depends_on = revision.depends_on;
  spec.labels = revision.labels;
  spec.message = revision.message;
  spec.created = CreatedAt(revision);
  spec.notes = {absl::StrCat("adopted from ", revision.path)};
  ASSIGN_OR_RETURN(spec.upgrade, SectionOf(up, spec.id, kNoSqlUp, dialect));
  ASSIGN_OR_RETURN(spec.downgrade, SectionOf(down, spec.id, kNoSqlDown, dialect));
  return spec;
}

// What nobody can read is not guessed: a wrong version table would count a live database as base.
absl::Status CheckRead(const Project& project, const revision::AlembicSettings& settings) {
  if (settings.version_table_unread && project.config().version_table().empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "nothing was adopted, since the version table is not written as a literal:\n  ",
        absl::StrJoin(settings.unread, "\n  "),
        "\nSay which it is with version_table: \"…\" (and version_table_schema) in ",
        project.config_path().empty() ? "autogen.txtpb" : project.config_path(),
        ", and adopt again"));
  }
  for (const std::string& unread : settings.unread) std::cerr << "not read: " << unread << "\n";
  return absl::OkStatus();
}

// So that the database's own row still counts, and new scripts are named as before.
absl::Status KeepSettings(const Project& project, const revision::AlembicSettings& settings) {
  const Config& config = project.config();
  std::string added;
  auto keep = [&](const char* field, const std::string& ours, const std::string& theirs) {
    if (theirs.empty() || ours == theirs) return;
    if (!ours.empty()) {
      std::cout << field << " stays \"" << ours << "\", as the configuration says; Alembic has \""
                << theirs << "\"\n";
      return;
    }
    absl::StrAppend(&added, field, ": \"", absl::CEscape(theirs), "\"\n");
  };
  keep("version_table", config.version_table(), settings.version_table);
  keep("version_table_schema", config.version_table_schema(), settings.version_table_schema);
  keep("file_template", config.file_template(), settings.file_template);
  if (settings.slug_length > 0 && config.slug_length() == 0) {
    absl::StrAppend(&added, "slug_length: ", settings.slug_length, "\n");
  }
  if (added.empty()) return absl::OkStatus();
  std::string path =
      project.config_path().empty() ? std::string("autogen.txtpb") : project.config_path();
  std::string text;
  if (!project.config_path().empty()) {
    ASSIGN_OR_RETURN(text, ReadFile(path));
    if (!text.empty() && text.back() != '\n') text.push_back('\n');
  }
  RETURN_IF_ERROR(
      WriteFile(path, absl::StrCat(text, "# As Alembic kept it.\n", added), Overwrite::kReplace));
  std::cout << "added to " << path << ":\n" << Indent(absl::StripSuffix(added, "\n"), "  ") << "\n";
  return absl::OkStatus();
}

absl::StatusOr<int> AdoptCluster(const std::string& folder) {
  if (folder.empty() || access(folder.c_str(), F_OK) != 0) {
    return absl::NotFoundError(
        absl::StrCat("there is no folder \"", folder, "\" with a cluster to adopt"));
  }
  postgres::ClusterOptions options;
  options.folder = folder;
  ASSIGN_OR_RETURN(std::string data, postgres::Cluster::TakeOver(options));
  std::cout << "took over the cluster in " << data << "\n";
  return 0;
}

absl::StatusOr<int> Run(const Invocation& invocation) {
  if (invocation.Get("system") == "cluster") return AdoptCluster(invocation.Get("path"));
  if (invocation.Get("system") != "alembic") {
    return absl::InvalidArgumentError(
        absl::StrCat("what can be adopted is \"alembic\" or \"cluster\", not \"",
                     invocation.Get("system"), "\""));
  }
  ASSIGN_OR_RETURN(std::unique_ptr<Project> project, OpenProject(invocation));
  ASSIGN_OR_RETURN(const revision::AlembicSettings settings,
                   revision::ReadAlembicSettings(invocation.Get("path")));
  RETURN_IF_ERROR(CheckRead(*project, settings));
  std::vector<std::string> passed_over;
  ASSIGN_OR_RETURN(Graph alembic, revision::LoadAlembic(settings.version_folders, &passed_over));
  for (const std::string& file : passed_over) {
    std::cerr << "not adopted: " << file << ": no revision in it\n";
  }
  std::string table = project->config().version_table();
  if (table.empty()) table = settings.version_table;
  const impact::Dialect& dialect = EngineFor(*project).dialect();
  ASSIGN_OR_RETURN(SqlByRevision up, ReadSql(invocation.Get("--sql"), table, dialect));
  ASSIGN_OR_RETURN(SqlByRevision down, ReadSql(invocation.Get("--downgrade-sql"), table, dialect));
  if (mkdir(project->version_folders().front().c_str(), 0777) != 0 && errno != EEXIST) {
    return absl::ErrnoToStatus(errno,
                               absl::StrCat("creating ", project->version_folders().front()));
  }
  ASSIGN_OR_RETURN(Graph graph, LoadScripts(*project));
  std::vector<std::string> paths;
  size_t kept = 0, without_sql = 0;
  for (Node node : alembic.order()) {
    std::optional<Node> present = graph.Find(alembic.id(node));
    if (present.has_value() && !invocation.Has("--replace")) {
      ++kept;
      continue;
    }
    ASSIGN_OR_RETURN(revision::ScriptSpec spec, Adopted(alembic, node, up, down, dialect));
    without_sql += up.count(spec.id) == 0;
    if (present.has_value()) {
      paths.push_back(graph.at(*present).path);
      RETURN_IF_ERROR(ReplaceScript(*project, paths.back(), spec));
    } else {
      ASSIGN_OR_RETURN(std::string path, AdoptScript(*project, spec));
      paths.push_back(std::move(path));
    }
  }
  RETURN_IF_ERROR(LoadScripts(*project).status());
  RETURN_IF_ERROR(RecordSums(*project, paths));
  RETURN_IF_ERROR(KeepSettings(*project, settings));
  std::cout << "adopted " << Count(paths.size(), "script") << " of Alembic's";
  if (kept > 0)
    std::cout << ", left " << kept << " that were here already (--replace overwrites them)";
  std::cout << "\n";
  if (without_sql > 0) {
    std::cout << Count(without_sql, "script")
              << " without SQL: history and current work; an upgrade through them is refused\n";
  }
  return 0;
}

}  // namespace

Command AdoptCommand() {
  return {
      .name = "adopt",
      .summary = "take over a history of Alembic scripts, or an embedded cluster",
      .details =
          "Reads the versions folder (no Python runs): ids, down revisions, labels, dependencies, "
          "messages. The scripts keep their ids, and Alembic's version table stays in use, so "
          "that a live database changes tools without a stamp: its name and schema, the folders of "
          "the scripts and the names of new ones come from alembic.ini, pyproject.toml and env.py "
          "as far as they are literals there. What is computed is listed with file and line.\n"
          "\n"
          "SQL comes from Alembic itself:\n"
          "    alembic upgrade head --sql > up.sql\n"
          "    alembic downgrade head:base --sql > down.sql\n"
          "    autogen adopt alembic alembic/ --sql up.sql --downgrade-sql down.sql\n"
          "A script without SQL refuses to run.\n"
          "\n"
          "`autogen adopt cluster .autogen` takes over the embedded cluster of a project that was "
          "moved or copied, or that an earlier version created: a cluster that this user did not "
          "create "
          "here is not started, since it may have come with the repository and would run "
          "the code in it. Adopt only clusters that you trust.",
      .example = "autogen adopt alembic alembic/versions --sql up.sql",
      .flags =
          {
              {.name = "--sql", .value = "FILE", .help = "output of `alembic upgrade head --sql`"},
              {.name = "--downgrade-sql",
               .value = "FILE",
               .help = "output of `alembic downgrade head:base --sql`"},
              {.name = "--replace", .help = "overwrite scripts that were adopted before"},
          },
      .positionals =
          {{.name = "system", .help = "alembic, or cluster", .required = true},
           {.name = "path",
            .help = "the folder of alembic.ini, Alembic's own, its versions folder, or .autogen",
            .required = true}},
      .run = Run,
  };
}

}  // namespace autogen::cli
