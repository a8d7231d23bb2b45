// Folders of scripts into a graph.
#ifndef AUTOGEN_REVISION_LOAD_H_
#define AUTOGEN_REVISION_LOAD_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "src/revision/graph.h"

namespace autogen::revision {

// Every *.sql below `folders`, subfolders included, in the order of the paths of each folder. Only
// headers are read: use ReadScript(graph.at(node).path) for the rest. NotFound where a folder is
// absent; errors of ParseHeader and Graph::Build, all headers' faults at once.
absl::StatusOr<Graph> LoadGraph(absl::Span<const std::string> folders);

}  // namespace autogen::revision

#endif  // AUTOGEN_REVISION_LOAD_H_
