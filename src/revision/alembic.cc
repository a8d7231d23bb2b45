#include "src/revision/alembic.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "src/base/file.h"
#include "src/base/status.h"
#include "src/impact/impact.h"
#include "src/revision/python.h"
#include "src/sql/scan.h"
#include "src/sql/statement.h"

namespace autogen::revision {
namespace {

// The docstring's first lines; Alembic's template continues with "Revision ID:".
void ReadDocstring(absl::string_view docstring, Revision& revision) {
  std::vector<std::string> lines;
  bool in_message = true;
  for (absl::string_view line : absl::StrSplit(docstring, '\n')) {
    line = absl::StripAsciiWhitespace(line);
    for (absl::string_view key : {"Revision ID:", "Revises:", "Create Date:"}) {
      if (absl::StartsWith(line, key)) in_message = false;
    }
    if (absl::ConsumePrefix(&line, "Create Date:")) {
      revision.created = std::string(absl::StripAsciiWhitespace(line));
    }
    if (in_message) lines.emplace_back(line);
  }
  revision.message = std::string(absl::StripAsciiWhitespace(absl::StrJoin(lines, "\n")));
}

// "a, b -> c" of "-- Running upgrade a, b -> c": the revision that runs; "" where the line is none.
std::string RunningRevision(absl::string_view line) {
  line = absl::StripAsciiWhitespace(line);
  bool up = absl::ConsumePrefix(&line, "-- Running upgrade ");
  if (!up && !absl::ConsumePrefix(&line, "-- Running downgrade ")) return "";
  std::pair<absl::string_view, absl::string_view> ends =
      absl::StrSplit(line, absl::MaxSplits("->", 1));
  absl::string_view revision = absl::StripAsciiWhitespace(up ? ends.second : ends.first);
  return std::string(revision.substr(0, revision.find(' ')));
}

// INSERT INTO, UPDATE or DELETE FROM the version table, or its creation.
bool TouchesVersionTable(const std::string& statement, absl::string_view table,
                         const impact::Dialect& dialect) {
  absl::StatusOr<std::vector<sql::Token>> tokens = dialect.scan(statement);
  if (!tokens.ok() || tokens->size() < 3) return false;
  const std::string& verb = (*tokens)[0].word;
  if (verb != "insert" && verb != "update" && verb != "delete" && verb != "create" &&
      verb != "drop") {
    return false;
  }
  // The name stands among the first words, perhaps after a schema.
  for (size_t i = 1; i < tokens->size() && i < 8; ++i) {
    const sql::Token& token = (*tokens)[i];
    if (token.IsChar('(') || token.Is("set") || token.Is("where")) return false;
    if (absl::StripSuffix(absl::StripPrefix(token.text, "\""), "\"") == table) return true;
  }
  return false;
}

absl::StatusOr<std::string> Statements(absl::string_view chunk, absl::string_view version_table,
                                       const impact::Dialect& dialect) {
  ASSIGN_OR_RETURN(std::vector<sql::Statement> statements, dialect.split(chunk));
  const std::vector<impact::Impact> impacts = dialect.impacts(statements);
  std::string out;
  for (size_t i = 0; i < statements.size(); ++i) {
    const sql::Statement& statement = statements[i];
    if (impacts[i].run == impact::RunMode::kTransactionControl) continue;
    if (TouchesVersionTable(statement.text, version_table, dialect)) continue;
    absl::StrAppend(&out, out.empty() ? "" : "\n", statement.comment,
                    statement.comment.empty() ? "" : "\n", statement.text, ";\n");
  }
  return out;
}

}  // namespace

absl::StatusOr<Revision> ReadAlembicScript(absl::string_view text, const std::string& path) {
  absl::StatusOr<PythonModule> module =
      ReadPython(text, {"revision", "down_revision", "branch_labels", "depends_on"});
  if (!module.ok()) {
    absl::string_view message = module.status().message();
    absl::ConsumePrefix(&message, "line ");
    return absl::InvalidArgumentError(absl::StrCat(path, ":", message));
  }
  std::vector<std::string> ids = module->values["revision"];
  if (ids.size() != 1) return absl::NotFoundError(absl::StrCat(path, ": no revision in it"));
  Revision revision;
  revision.id = ids.front();
  revision.revises = module->values["down_revision"];
  revision.labels = module->values["branch_labels"];
  revision.depends_on = module->values["depends_on"];
  revision.path = path;
  ReadDocstring(module->docstring, revision);
  return revision;
}

absl::StatusOr<Graph> LoadAlembic(const std::vector<std::string>& folders,
                                  std::vector<std::string>* passed_over) {
  std::vector<Revision> revisions;
  for (const std::string& folder : folders) {
    ASSIGN_OR_RETURN(std::vector<std::string> files, ListFiles(folder, ".py", true));
    for (const std::string& file : files) {
      ASSIGN_OR_RETURN(std::string text, ReadTextFile(file));
      absl::StatusOr<Revision> revision = ReadAlembicScript(text, file);
      if (absl::IsNotFound(revision.status())) {
        passed_over->push_back(file);
        continue;
      }
      RETURN_IF_ERROR(revision.status());
      revisions.push_back(*std::move(revision));
    }
  }
  if (revisions.empty()) {
    return absl::NotFoundError(
        absl::StrCat("no script of Alembic's below ", absl::StrJoin(folders, ", ")));
  }
  return Graph::Build(std::move(revisions));
}

absl::StatusOr<std::map<std::string, std::string>> SplitAlembicSql(absl::string_view output,
                                                                   absl::string_view version_table,
                                                                   const impact::Dialect& dialect) {
  std::map<std::string, std::string> chunks;
  std::string current;
  for (absl::string_view line : absl::StrSplit(output, '\n')) {
    std::string revision = RunningRevision(line);
    if (!revision.empty()) {
      current = revision;
      chunks[current];
    } else if (!current.empty()) {
      absl::StrAppend(&chunks[current], line, "\n");
    }
  }
  if (chunks.empty()) {
    return absl::InvalidArgumentError(
        "no line \"-- Running upgrade …\": give the output of `alembic upgrade head --sql`, or of "
        "`alembic downgrade head:base --sql`");
  }
  for (auto& [revision, chunk] : chunks) {
    absl::StatusOr<std::string> statements = Statements(chunk, version_table, dialect);
    if (!statements.ok()) {
      return Annotate(statements.status(), absl::StrCat("the SQL of revision ", revision));
    }
    chunk = *std::move(statements);
  }
  return chunks;
}

}  // namespace autogen::revision
