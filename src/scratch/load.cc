#include "src/scratch/load.h"

#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/base/file.h"
#include "src/base/project_root.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/scratch/build.h"
#include "src/scratch/library_stubs.h"
#include "src/sql/dump.h"
#include "src/sql/quote.h"
#include "src/sql/statement.h"

namespace autogen::scratch {
namespace {

constexpr char kDefaultPath[] = "\"$user\", public";

// Settings in the head of a dump, with the first version that knows them.
bool UnknownSetting(absl::string_view statement, int server_version) {
  return server_version < 170000 && absl::StartsWith(statement, "SET transaction_timeout");
}

absl::StatusOr<std::vector<std::string>> Files(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
      files.push_back(path);
      continue;
    }
    ASSIGN_OR_RETURN(std::vector<std::string> below, ListFiles(path, ".sql", /*recursive=*/true));
    if (below.empty()) return absl::NotFoundError(absl::StrCat("no *.sql file in ", path));
    files.insert(files.end(), below.begin(), below.end());
  }
  return files;
}

struct File {
  std::string name;
  std::string text;
};

struct SqlFile {
  std::vector<Step> steps;
  bool from_pg_dump = false;
  std::set<std::string> without_rows;  // relations whose rows it holds
};

// pg_dump makes materialized views without their rows, whatever they have. Those that a dump with
// rows fills are filled, and all of a dump that has none.
void FillViews(const SqlFile& dump, Schema* schema) {
  for (MaterializedView& view : *schema->mutable_materialized_view()) {
    const std::string name = sql::Qualified(view.schema(), view.name());
    if (dump.without_rows.empty() || dump.without_rows.count(name) > 0) view.clear_no_data();
  }
}

// A name without the quotes that it does not need: --quote-all-identifiers.
std::string Plain(const std::string& name) {
  const sql::SplitName split = sql::SplitQualified(name);
  return split.schema.empty() ? sql::Ident(split.name) : sql::Qualified(split.schema, split.name);
}

// --clean writes DROP of everything before it writes CREATE: in a new database there is nothing.
bool IsDrop(absl::string_view statement) {
  return absl::StartsWith(statement, "DROP ") ||
         (absl::StartsWith(statement, "ALTER ") && absl::StrContains(statement, " DROP "));
}

absl::StatusOr<SqlFile> ReadSqlFile(const File& file, int server_version) {
  absl::StatusOr<sql::Dump> dump = sql::ReadDump(file.text);
  if (!dump.ok()) return Annotate(dump.status(), file.name);
  absl::StatusOr<std::vector<sql::Statement>> statements = sql::SplitStatements(dump->script);
  if (!statements.ok()) return Annotate(statements.status(), file.name);
  SqlFile read;
  read.from_pg_dump = dump->from_pg_dump;
  for (const std::string& table : dump->copied) read.without_rows.insert(Plain(table));
  bool created = false;
  for (sql::Statement& statement : *statements) {
    if (UnknownSetting(statement.text, server_version)) continue;
    const sql::DumpPart part =
        dump->from_pg_dump ? sql::PartOf(statement.text) : sql::DumpPart::kSchema;
    if (part == sql::DumpPart::kRows) {
      if (std::string table = sql::TableOf(statement.text); !table.empty())
        read.without_rows.insert(Plain(table));
      continue;
    }
    if (part == sql::DumpPart::kDatabase) continue;
    created = created || absl::StartsWith(statement.text, "CREATE ");
    Step step;
    step.may_miss = dump->from_pg_dump && !created && IsDrop(statement.text);
    step.object = absl::StrCat(file.name, ":", statement.line);
    step.sql = std::move(statement.text);
    if (read.steps.empty()) step.search_path = kDefaultPath;
    read.steps.push_back(std::move(step));
  }
  return read;
}

absl::StatusOr<model::Snapshot> Load(Server& server, const std::vector<File>& files,
                                     const introspect::Options& options,
                                     std::set<std::string>* roles) {
  ASSIGN_OR_RETURN(std::unique_ptr<Database> database, server.Create());
  std::vector<Step> all;
  SqlFile together;
  for (const File& file : files) {
    ASSIGN_OR_RETURN(SqlFile read, ReadSqlFile(file, server.version()));
    all.insert(all.end(), std::make_move_iterator(read.steps.begin()),
               std::make_move_iterator(read.steps.end()));
    together.from_pg_dump = together.from_pg_dump || read.from_pg_dump;
    together.without_rows.merge(read.without_rows);
  }
  BuildOptions build;
  build.made_roles = roles;
  RETURN_IF_ERROR(Build(*database, all, build));
  if (!together.without_rows.empty()) {
    server.AddNote(absl::StrCat("the rows of ", Count(together.without_rows.size(), "relation"),
                                " in the dump are left out: only schemas are compared"));
  }
  ASSIGN_OR_RETURN(model::Snapshot snapshot, ReadBack(*database, options));
  if (together.from_pg_dump) FillViews(together, snapshot.schema.get());
  return snapshot;
}

}  // namespace

absl::StatusOr<model::Snapshot> LoadSqlFiles(Server& server, const std::vector<std::string>& paths,
                                             const introspect::Options& options,
                                             std::set<std::string>* roles) {
  ASSIGN_OR_RETURN(std::vector<std::string> names, Files(paths));
  std::vector<File> files;
  for (std::string& name : names) {
    // A link in a repository must not make a server's error print another file. Standard input is
    // one, too.
    if (!absl::StartsWith(name, "/dev/")) {
      RETURN_IF_ERROR(CheckBelow(ProjectRoot(DirName(name)), name));
    }
    ASSIGN_OR_RETURN(std::string text, ReadTextInput(name));
    files.push_back({std::move(name), std::move(text)});
  }
  return Load(server, files, options, roles);
}

}  // namespace autogen::scratch
