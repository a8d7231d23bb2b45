#include "src/generate/drift.h"

#include <map>

#include "absl/strings/str_split.h"
#include "src/model/load_tracked.h"
#include "src/model/object_index.h"

namespace autogen::generate {

std::vector<report::Finding> DriftFindings(const diff::Plan& plan,
                                           const std::vector<std::string>& paths,
                                           EngineName engine) {
  std::vector<report::Finding> findings;
  if (plan.empty()) return findings;
  // The model was read, without places, to be compared.
  absl::StatusOr<model::TrackedModel> model = model::LoadModelTracked(paths, engine);
  std::map<model::ObjectId, model::Source> places;
  if (model.ok()) {
    model::ForEachObject(*model->schema,
                         [&](const model::ObjectId& id, const google::protobuf::Message& m) {
                           places.emplace(id, model->sources->Find(m));
                         });
  }
  const std::vector<std::string> lines =
      absl::StrSplit(diff::PrintPlan(plan), '\n', absl::SkipEmpty());
  for (size_t i = 0; i < lines.size(); ++i) {
    report::Finding finding{.rule = "drift", .message = lines[i]};
    const auto found = places.find(plan.operations[i].id);
    if (found != places.end() && found->second.node != nullptr) {
      const model::Source& source = found->second;
      finding.path = source.file->path;
      report::SetPlace(source.file->text, source.node->begin,
                       source.node->begin + source.node->name.size(), &finding);
    }
    finding.facts = {{"object", model::DisplayName(plan.operations[i].id)}};
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace autogen::generate
