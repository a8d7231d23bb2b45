// Scripts that changed after they were applied.
#ifndef AUTOGEN_APPLY_EDITED_H_
#define AUTOGEN_APPLY_EDITED_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "src/revision/graph.h"

namespace autogen::apply {

// Paths of the scripts among `applied` whose checksum is not the recorded one (see
// ReadAppliedChecksums), in load order. Those without a record (stamped, or applied by Alembic)
// count as unchanged. `graph` was loaded with checksums.
std::vector<std::string> EditedScripts(
    const revision::Graph& graph, const revision::NodeSet& applied,
    const absl::flat_hash_map<std::string, std::string>& checksums);

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_EDITED_H_
