// Where a schema comes from: what follows --from and --to, and what check and -m compare.
#ifndef AUTOGEN_GENERATE_SOURCE_H_
#define AUTOGEN_GENERATE_SOURCE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "src/introspect/introspect.h"
#include "src/model/catalog.h"

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
};

// "empty", a database URL, or a path: a folder of scripts (one has a "-- autogen: upgrade" line),
// of SQL files or of model files; a .sql file; any other file is a model. NotFound where there is
// no such path.
absl::StatusOr<Source> ParseSource(const std::string& text);

// The schema of an empty database: "public" and nothing in it.
introspect::Snapshot EmptySnapshot(int server_version);

absl::StatusOr<std::shared_ptr<const model::Catalog>> ToCatalog(
    const introspect::Snapshot& snapshot);

}  // namespace autogen::generate

#endif  // AUTOGEN_GENERATE_SOURCE_H_
