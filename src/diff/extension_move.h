// Extensions that go to another schema. Like renames these steps run first: all that uses a member
// follows it, and the diff proper compares the schema after them.
#ifndef AUTOGEN_DIFF_EXTENSION_MOVE_H_
#define AUTOGEN_DIFF_EXTENSION_MOVE_H_

#include <string>
#include <vector>

#include "src/diff/diff.h"

namespace autogen::diff {

struct ExtensionMove {
  std::string extension;
  std::string from;  // schemas
  std::string to;
  bool makes_schema = false;  // `to` is made for it, where no move before has made it
};

// The extensions of both sides that lie in another schema once `renames` have run.
std::vector<ExtensionMove> ExtensionMoves(const model::Catalog& current,
                                          const model::Catalog& wanted,
                                          const std::vector<Rename>& renames);

// Appends the operations: schemas that only `wanted` has are made, the extensions of `current` are
// altered. Messages are kept in plan->owned.
void AddMoves(const std::vector<ExtensionMove>& moves, const model::Catalog& current,
              const model::Catalog& wanted, Plan* plan);

// The downgrade, where the extensions are those of `moved`: a created schema is dropped at the end.
void AddMovesBack(const std::vector<ExtensionMove>& moves, const model::Catalog& moved, Plan* plan);

}  // namespace autogen::diff

#endif  // AUTOGEN_DIFF_EXTENSION_MOVE_H_
