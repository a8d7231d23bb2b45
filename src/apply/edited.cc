#include "src/apply/edited.h"

#include "src/base/file.h"
#include "src/base/status.h"
#include "src/revision/script.h"

namespace autogen::apply {

absl::StatusOr<std::vector<std::string>> EditedScripts(
    const revision::Graph& graph, const revision::NodeSet& applied,
    const std::map<std::string, std::string>& checksums) {
  std::vector<std::string> edited;
  for (size_t i = 0; i < graph.size(); ++i) {
    if (!applied[i]) continue;
    const revision::Revision& script = graph.at(static_cast<revision::Node>(i));
    auto recorded = checksums.find(script.id);
    if (recorded == checksums.end()) continue;
    ASSIGN_OR_RETURN(std::string text, ReadFile(script.path));
    if (revision::Checksum(text) != recorded->second) edited.push_back(script.path);
  }
  return edited;
}

}  // namespace autogen::apply
