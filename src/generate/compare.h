// Two sources -> the plan between them and the statements both ways.
#ifndef AUTOGEN_GENERATE_COMPARE_H_
#define AUTOGEN_GENERATE_COMPARE_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "src/diff/diff.h"
#include "src/diff/likely_rename.h"
#include "src/generate/engine.h"
#include "src/generate/source.h"
#include "src/introspect/introspect.h"
#include "src/model/snapshot.h"
#include "src/rows/migration.h"

namespace autogen::generate {

struct Settings {
  const Engine* engine = &DefaultEngine();
  // Schemas to compare, as in introspect::Options. Empty: those that the models name, and every
  // schema where no side is a model.
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  bool privileges = false;
  bool owners = false;
  // As in render::Options.
  std::function<bool(absl::string_view schema, absl::string_view relation)> online;
  // Statements are written for this version where that is older than the database; 0: for that one.
  int oldest_version = 0;
  // Reads a server that is newer than those that were tested.
  bool untested_version = false;
  absl::flat_hash_set<Kind> unmanaged;
  // autogen's own tables, by schema (may be empty) and name.
  std::vector<std::pair<std::string, std::string>> own_tables;
};

diff::Options DiffOptions(const Settings& settings, int server_version);
// What to read of a database; without dependencies.
introspect::Options IntrospectOptions(const Settings& settings);

struct Comparison : rows::Migration {
  // Dropped and added objects that may be one; said above the statement that drops.
  std::vector<diff::LikelyRename> likely_renames;
  // What was not compared.
  std::vector<model::Unmanaged> unmanaged;
  // What lies outside of the managed schemas and blocks the upgrade or downgrade: see
  // Disturbed() in outside.h.
  std::vector<std::string> disturbed;
};

// The plan from `before` to `after`.
absl::StatusOr<diff::Plan> PlanFor(const model::Snapshot& before, const model::Snapshot& after,
                                   const Settings& settings);

// The plan (both in canonical form) and its statements.
absl::StatusOr<Comparison> Compare(const model::Snapshot& before, const model::Snapshot& after,
                                   const Settings& settings);

}  // namespace autogen::generate

#endif  // AUTOGEN_GENERATE_COMPARE_H_
