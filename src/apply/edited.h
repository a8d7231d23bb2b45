// Scripts that changed after they were applied.
#ifndef AUTOGEN_APPLY_EDITED_H_
#define AUTOGEN_APPLY_EDITED_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "src/revision/graph.h"

namespace autogen::apply {

// Paths of the scripts among `applied` whose checksum is not the recorded one (see
// ReadAppliedChecksums), in load order. Those without a record (stamped, or applied by Alembic)
// count as unchanged.
absl::StatusOr<std::vector<std::string>> EditedScripts(
    const revision::Graph& graph, const revision::NodeSet& applied,
    const std::map<std::string, std::string>& checksums);

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_EDITED_H_
