// A model in canonical form: as PostgreSQL prints it.
#ifndef AUTOGEN_SCRATCH_CANONICAL_H_
#define AUTOGEN_SCRATCH_CANONICAL_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "autogen/schema.pb.h"
#include "src/introspect/introspect.h"
#include "src/scratch/server.h"

namespace autogen::scratch {

struct CanonicalOptions {
  // Of the target (150018 and the like), part of the cache's key; 0: the scratch server's own, and
  // no cache.
  int server_version = 0;
  bool use_cache = true;
  // What the model will be compared with. A text that has several canonical forms is then
  // returned as `current` has it, where both mean the same (see equivalent_text.h). May be null.
  const model::Snapshot* current = nullptr;
  // What lies outside of the model and is built beside it; may be null.
  std::shared_ptr<const model::Outside> outside;
  // Which schemas and extensions of the scratch database to read.
  introspect::Options read;
};

// Builds `model` (as model::LoadModel gives it) in a scratch database and reads it back: the same
// objects in canonical form, with the dependencies that PostgreSQL reports. Unqualified names
// are looked up in the object's own schema, public and the schemas of extensions. Hints, comments,
// owners and privileges come from the model as they are. A model that was built before, for the
// same server version, comes from the cache without any server. InvalidArgument, NotFound or
// another code of the server's where it refuses the model: the message names the object.
absl::StatusOr<model::Snapshot> Canonicalise(Server& server, std::shared_ptr<const Schema> model,
                                             const CanonicalOptions& options);

// What Canonicalise takes from the cache, before it is brought near `options.current`; nothing
// where it would have to build. Asks no server.
std::optional<model::Snapshot> FindCanonical(const Server& server, const Schema& model,
                                             const CanonicalOptions& options);

// Canonicalise for what was read from a database: the form that a copy of it has.
absl::StatusOr<model::Snapshot> TextsOfCopy(Server& server, const model::Snapshot& snapshot,
                                            const CanonicalOptions& options);

// Gives `target` the texts of `current` where copies of the two, each of what was read from a
// database, get the same form. A database that cannot be copied (its extensions are not here) is
// left as it is.
void AlignTexts(Server& server, const model::Snapshot& current, const CanonicalOptions& options,
                model::Snapshot* target);

}  // namespace autogen::scratch

#endif  // AUTOGEN_SCRATCH_CANONICAL_H_
