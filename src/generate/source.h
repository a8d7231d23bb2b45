// Where a schema comes from: what follows --from and --to, and what check and -m compare.
#ifndef AUTOGEN_GENERATE_SOURCE_H_
#define AUTOGEN_GENERATE_SOURCE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

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
  // kVersions: the version of the server that they are compared with. The result of the replay is
  // kept then, and found again while the scripts are the same. 0: it is not.
  int target_version = 0;
};

// "empty", a database URL, or a path: a folder of scripts (one has a "-- autogen: upgrade" line),
// of SQL files or of model files; a .sql file; any other file is a model. NotFound where there is
// no such path.
absl::StatusOr<Source> ParseSource(const std::string& text);

}  // namespace autogen::generate

#endif  // AUTOGEN_GENERATE_SOURCE_H_
