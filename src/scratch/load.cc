#include "src/scratch/load.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "src/base/file.h"
#include "src/base/project_root.h"
#include "src/base/status.h"
#include "src/scratch/library_stubs.h"
#include "src/sql/statement.h"

namespace autogen::scratch {
namespace {

constexpr char kDefaultPath[] = "\"$user\", public";

// pg_dump's "\restrict <random letters>" lines (since the releases of August 2025) as blank lines,
// so that line numbers stay.
std::string WithoutRestrict(absl::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    absl::string_view rest = line;
    bool restrict =
        absl::ConsumePrefix(&rest, "\\restrict ") || absl::ConsumePrefix(&rest, "\\unrestrict ");
    rest = absl::StripAsciiWhitespace(rest);
    for (char c : rest) restrict = restrict && absl::ascii_isalnum(c);
    if (!restrict) result.append(line.data(), line.size());
    result += '\n';
  }
  if (!result.empty()) result.pop_back();
  return result;
}

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

absl::StatusOr<model::Snapshot> Load(Server& server, const std::vector<File>& files,
                                     const introspect::Options& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<Database> database, server.Create());
  std::vector<Step> all;
  for (const File& file : files) {
    ASSIGN_OR_RETURN(std::vector<Step> steps, SqlFileSteps(file.name, file.text, server.version()));
    all.insert(all.end(), std::make_move_iterator(steps.begin()),
               std::make_move_iterator(steps.end()));
  }
  RETURN_IF_ERROR(Build(*database, all));
  return ReadBack(*database, options);
}

}  // namespace

absl::StatusOr<std::vector<Step>> SqlFileSteps(const std::string& name, absl::string_view text,
                                               int server_version) {
  absl::StatusOr<std::vector<sql::Statement>> statements =
      sql::SplitStatements(WithoutRestrict(text));
  if (!statements.ok()) return Annotate(statements.status(), name);
  std::vector<Step> steps;
  for (sql::Statement& statement : *statements) {
    if (UnknownSetting(statement.text, server_version)) continue;
    Step step;
    step.object = absl::StrCat(name, ":", statement.line);
    step.sql = std::move(statement.text);
    if (steps.empty()) step.search_path = kDefaultPath;
    steps.push_back(std::move(step));
  }
  return steps;
}

absl::StatusOr<model::Snapshot> LoadSqlFiles(Server& server, const std::vector<std::string>& paths,
                                             const introspect::Options& options) {
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
  return Load(server, files, options);
}

}  // namespace autogen::scratch
