// Folders of scripts into a graph.
#ifndef AUTOGEN_REVISION_LOAD_H_
#define AUTOGEN_REVISION_LOAD_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "src/revision/graph.h"

namespace autogen::revision {

// Whether to read whole files, for Revision::checksum.
enum class Checksums { kNone, kCompute };

// Every *.sql below `folders`, subfolders included, in the order of the paths of each folder. Only
// headers are read, unless checksums are wanted: use ReadScript(graph.at(node).path,
// graph.dialect()) for the rest. NotFound where a folder is absent; errors of ParseHeader and
// Graph::Build, all headers' faults at once.
absl::StatusOr<Graph> LoadGraph(absl::Span<const std::string> folders,
                                Checksums checksums = Checksums::kNone,
                                const impact::Dialect& dialect = impact::DefaultDialect());

}  // namespace autogen::revision

#endif  // AUTOGEN_REVISION_LOAD_H_
