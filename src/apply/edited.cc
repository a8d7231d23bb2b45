#include "src/apply/edited.h"

namespace autogen::apply {

revision::Nodes EditedScripts(const revision::Graph& graph, const revision::NodeSet& applied,
                              const absl::flat_hash_map<std::string, std::string>& checksums,
                              absl::Span<const revision::Acceptance> accepted) {
  revision::Nodes edited;
  for (size_t i = 0; i < graph.size(); ++i) {
    if (!applied[i]) continue;
    const revision::Revision& script = graph.at(static_cast<revision::Node>(i));
    auto recorded = checksums.find(script.id);
    if (recorded == checksums.end()) continue;
    if (!revision::IsAccepted(accepted, script.id, recorded->second, script.checksum)) {
      edited.push_back(static_cast<revision::Node>(i));
    }
  }
  return edited;
}

}  // namespace autogen::apply
