// Catalog x Catalog -> Plan. Pure: no clock, connection or environment.
#ifndef AUTOGEN_DIFF_DIFF_H_
#define AUTOGEN_DIFF_DIFF_H_

#include <memory>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "src/diff/plan.h"
#include "src/diff/rules.h"
#include "src/model/catalog.h"
#include "src/model/compare.h"

namespace autogen::diff {

// One object known under two names, or one with renamed parts: an enum's labels, a composite type's
// attributes (from == to then).
struct Rename {
  model::ObjectId from;
  model::ObjectId to;
  std::vector<std::pair<std::string, std::string>> parts;
};

struct Options {
  explicit Options(const Rules& engine) : rules(&engine) {}

  const Rules* rules;
  model::CompareOptions compare;
  absl::flat_hash_set<Kind> unmanaged;  // kinds to leave alone
  std::string current_user;
  // Decides what can be altered in place.
  int server_version = 150000;
};

// The renames that `wanted` declares (renamed_from, renamed_label) and that `current` makes
// possible: the old name is there, and the new one is not or is itself renamed away. In an order
// that can run: objects around others first, chains from their end, a swap over a third name. A
// nested object's `from` already has its parent's new name.
std::vector<Rename> DeclaredRenames(const model::Catalog& current, const model::Catalog& wanted);

struct RenamedSides {
  const model::Catalog& current;  // before the renames
  const model::Catalog& renamed;  // after them
  const model::Catalog& wanted;   // in the server's canonical form
};

// The renames that follow from `renames`: what bears the name that PostgreSQL chose after a table,
// column or domain (a sequence, key, check, index, statistics) and is wanted with the name that it
// would choose now. To be run after those. What is wanted with another definition is left out, and
// what would take a name that is not free.
std::vector<Rename> FollowingRenames(const RenamedSides& sides, const std::vector<Rename>& renames,
                                     const absl::flat_hash_set<Kind>& unmanaged);

// The inverse renames, in an order that can run.
std::vector<Rename> Invert(const std::vector<Rename>& renames);

// One kRename operation for each, over the objects of `current`; messages are kept in plan->owned.
// Put before the operations of a diff whose `before` is the schema after these renames.
void AddRenames(const std::vector<Rename>& renames, const model::Catalog& current, Plan* plan);

// What the object `id` of `plan.before` is called before the plan's renames.
model::ObjectId BeforeRenames(const Plan& plan, model::ObjectId id);

// The operations that turn `before` into `after`, in an order that a server accepts. Deterministic.
// Both must be in canonical form. Internal on a dependency cycle that cannot be cut, with
// its members.
absl::StatusOr<Plan> Diff(std::shared_ptr<const model::Catalog> before,
                          std::shared_ptr<const model::Catalog> after, const Options& options);

// The downgrade: Diff with the sides exchanged. Renames are inverted separately.
absl::StatusOr<Plan> Invert(const Plan& plan, const Options& options);

}  // namespace autogen::diff

#endif  // AUTOGEN_DIFF_DIFF_H_
