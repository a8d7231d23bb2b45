// A schema as one moment of a database showed it, or as a model wants it.
#ifndef AUTOGEN_MODEL_SNAPSHOT_H_
#define AUTOGEN_MODEL_SNAPSHOT_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "autogen/schema.pb.h"
#include "src/model/catalog.h"
#include "src/model/uncompared_privileges.h"

namespace autogen::model {

// What a database holds that the Schema does not say: named to the user, never passed over in
// silence.
struct Unmanaged {
  std::string what;  // "subscription", "attribute foo of table public.t", …
  std::string name;
};

// What lies outside of the managed schemas and is referred to from there.
struct Outside {
  std::shared_ptr<const Schema> schema;
  std::vector<Dependency> dependencies;  // in which one side or both lie outside
};

// Of a model, only `schema` is filled.
struct Snapshot {
  std::shared_ptr<Schema> schema;
  std::vector<Dependency> dependencies;
  std::vector<Unmanaged> unmanaged;
  UncomparedPrivileges uncompared;  // read with the dependencies
  int server_version = 0;
  std::string current_user;
  std::string database;
  // Built beside `schema` where that is built, and compared with nothing (see outside.h). May be
  // null.
  std::shared_ptr<const Outside> outside;
};

// The schema of an empty database: "public" and nothing in it.
Snapshot EmptySnapshot(int server_version);

absl::StatusOr<std::shared_ptr<const Catalog>> ToCatalog(const Snapshot& snapshot);

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_SNAPSHOT_H_
