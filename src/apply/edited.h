// Scripts that changed after they were applied.
#ifndef AUTOGEN_APPLY_EDITED_H_
#define AUTOGEN_APPLY_EDITED_H_

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "src/revision/graph.h"
#include "src/revision/sum.h"

namespace autogen::apply {

// The scripts among `applied` whose checksum is not the recorded one (see
// AppliedChecksums) and does not follow from it by `accepted` edits, in load order. Those without a
// record (stamped, or applied by Alembic) count as unchanged. `graph` was loaded with checksums.
revision::Nodes EditedScripts(const revision::Graph& graph, const revision::NodeSet& applied,
                              const absl::flat_hash_map<std::string, std::string>& checksums,
                              absl::Span<const revision::Acceptance> accepted);

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_EDITED_H_
