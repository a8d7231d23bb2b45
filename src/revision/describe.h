// Revisions as text and JSON.
#ifndef AUTOGEN_REVISION_DESCRIBE_H_
#define AUTOGEN_REVISION_DESCRIBE_H_

#include <string>

#include "absl/types/span.h"
#include "src/revision/graph.h"
#include "src/revision/sum.h"

namespace autogen::revision {

// "934f38a4fc73 -> 3f2a9c1d7b60 (billing) (head) (current), add score": what it revises, labels,
// place in the graph, the first line of the message; behind it " [edited: …]", the start of why its
// last edit was accepted.
std::string OneLine(const Graph& graph, Node node, bool current,
                    absl::Span<const Acceptance> accepted = {});

// Several lines: all that the header says, the path, and why its edits were accepted. Ends with a
// newline.
std::string Paragraph(const Graph& graph, Node node, bool current,
                      absl::Span<const Acceptance> accepted = {});

// A JSON array, one object for each node, in the order given.
std::string ToJson(const Graph& graph, absl::Span<const Node> nodes, absl::Span<const Node> current,
                   absl::Span<const Acceptance> accepted = {});

// Pictures of the nodes and the edges among them, for Mermaid and for Graphviz's dot. Dependencies
// are dashed, current revisions filled.
std::string ToMermaid(const Graph& graph, absl::Span<const Node> nodes,
                      absl::Span<const Node> current);
std::string ToDot(const Graph& graph, absl::Span<const Node> nodes, absl::Span<const Node> current);

// OK where at most one revision is a head; else FailedPrecondition: which, and how to join them.
absl::Status CheckSingleHead(const Graph& graph);

}  // namespace autogen::revision

#endif  // AUTOGEN_REVISION_DESCRIBE_H_
