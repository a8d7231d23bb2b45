#include "src/apply/edited.h"

namespace autogen::apply {

std::vector<std::string> EditedScripts(
    const revision::Graph& graph, const revision::NodeSet& applied,
    const absl::flat_hash_map<std::string, std::string>& checksums) {
  std::vector<std::string> edited;
  for (size_t i = 0; i < graph.size(); ++i) {
    if (!applied[i]) continue;
    const revision::Revision& script = graph.at(static_cast<revision::Node>(i));
    auto recorded = checksums.find(script.id);
    if (recorded != checksums.end() && script.checksum != recorded->second) {
      edited.push_back(script.path);
    }
  }
  return edited;
}

}  // namespace autogen::apply
