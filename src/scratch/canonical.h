// A model in PostgreSQL's spelling.
#ifndef AUTOGEN_SCRATCH_CANONICAL_H_
#define AUTOGEN_SCRATCH_CANONICAL_H_

#include <memory>
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
};

// Builds `model` (as model::LoadModel gives it) in a scratch database and reads it back: the same
// objects in PostgreSQL's spelling, with the dependencies that PostgreSQL sees. Unqualified names
// are looked up in the object's own schema, public and the schemas of extensions. Hints, comments,
// owners and privileges come from the model as they are. A model that was built before, for the
// same server version, comes from the cache without any server. InvalidArgument or NotFound where
// the server refuses the model: the message names the object.
absl::StatusOr<introspect::Snapshot> Canonicalise(Server& server,
                                                  std::shared_ptr<const Schema> model,
                                                  const CanonicalOptions& options);

}  // namespace autogen::scratch

#endif  // AUTOGEN_SCRATCH_CANONICAL_H_
