// Where a schema comes from: what follows --from and --to, and what check and -m compare.
#ifndef AUTOGEN_GENERATE_SOURCE_H_
#define AUTOGEN_GENERATE_SOURCE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "src/revision/graph.h"

namespace autogen::generate {

enum class SourceKind {
  kEmpty,     // a database as CREATE DATABASE leaves it
  kModel,     // model files or folders
  kDatabase,  // a server
  kSql,       // SQL files, loaded into a scratch database
  kVersions,  // a folder of migration scripts, replayed in a scratch database
};

struct Source {
  SourceKind kind = SourceKind::kEmpty;
  std::vector<std::string> paths;  // files and folders
  std::string url;                 // kDatabase
  // kVersions: the result of the replay is kept, and found again while the scripts are the same.
  bool kept = false;
  // The version of the server that they are compared with; 0: the newest whose programs are here.
  int target_version = 0;
  // kVersions: the ids of scripts that are left out, with those that need them.
  std::vector<std::string> without;
};

// "empty", a database URL, or a path: a folder of scripts (one has a "-- autogen: upgrade" line),
// of SQL files or of model files; a .sql file; any other file is a model. NotFound where there is
// no such path.
absl::StatusOr<Source> ParseSource(const std::string& text);

// kVersions: the scripts that lead to it; none: every script. Nothing where all of them are left
// out. NotFound: one that is left out is not in the graph.
absl::StatusOr<std::optional<revision::Nodes>> ScriptsOf(const revision::Graph& graph,
                                                         const Source& source);

}  // namespace autogen::generate

#endif  // AUTOGEN_GENERATE_SOURCE_H_
