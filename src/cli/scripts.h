// The project's scripts, loaded by every command over the history.
#ifndef AUTOGEN_CLI_SCRIPTS_H_
#define AUTOGEN_CLI_SCRIPTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "src/cli/command.h"
#include "src/revision/graph.h"
#include "src/revision/load.h"
#include "src/revision/write.h"

namespace autogen::cli {

absl::StatusOr<revision::Graph> LoadScripts(
    const Project& project, revision::Checksums checksums = revision::Checksums::kNone);
// Including those that cannot be run (revision::Graph::cycle): to show, and to repair.
absl::StatusOr<revision::Graph> LoadScriptsToShow(
    const Project& project, revision::Checksums checksums = revision::Checksums::kNone);

// Writes a new script through the project's template, with the time of now and, where the spec has
// none, a random id; runs `hooks` over it (see HooksFor); adds it to autogen.sum. The graph with
// the new script must be valid, else nothing is written; Aborted where another process wrote a
// script on the same revision since `graph` was read. Written to `folder`, or where that is empty
// to the folder of what it revises, else the first one. Returns the path.
absl::StatusOr<std::string> AddScript(const Project& project, const revision::Graph& graph,
                                      revision::ScriptSpec spec,
                                      const std::vector<Config::Hook>& hooks,
                                      const std::string& folder = "");

// Writes a script whose id, parents and time are given, without asking the graph and without hooks:
// for histories that come from elsewhere. RecordSums() is up to the caller. Returns the path.
absl::StatusOr<std::string> AdoptScript(const Project& project, const revision::ScriptSpec& spec);
// The same over the file `path`.
absl::Status ReplaceScript(const Project& project, const std::string& path,
                           const revision::ScriptSpec& spec);
// The version folder that `path` is in; "" where it is in none.
std::string FolderOf(const Project& project, absl::string_view path);

// Adds the scripts to the autogen.sum of their version folders.
absl::Status RecordSums(const Project& project, absl::Span<const std::string> paths);

// The rows of the database's version table. Connects.
absl::StatusOr<revision::Nodes> CurrentRows(Project& project, const revision::Graph& graph);

// The ids of the scripts that a database at `rows` lacks, in the graph's order.
std::vector<std::string> MissingScripts(const revision::Graph& graph, const revision::Nodes& rows);

// The flags that chose project, model and database, for a command to be run next: " --url …". A
// connection string with a password stands as a variable.
std::string DatabaseFlags(const Invocation& invocation);

// "warning: …" on stderr for each; true where there is any.
bool PrintWarnings(const std::vector<std::string>& warnings);

}  // namespace autogen::cli

#endif  // AUTOGEN_CLI_SCRIPTS_H_
