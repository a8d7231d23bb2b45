#include "src/deploy/losses.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "src/lint/hazard.h"

namespace autogen::deploy {
namespace {

// Of one script; a cut list ends with the count of the others.
constexpr size_t kShown = 5;

}  // namespace

std::vector<std::string> LossWarnings(absl::Span<const apply::ScriptRun> scripts) {
  std::vector<std::string> warnings;
  for (const apply::ScriptRun& script : scripts) {
    std::vector<lint::Hazard> losses = lint::FindHazards(script.statements, script.impacts);
    losses.erase(std::remove_if(losses.begin(), losses.end(),
                                [](const lint::Hazard& hazard) {
                                  return hazard.kind != lint::HazardKind::kDataLoss;
                                }),
                 losses.end());
    const size_t shown =
        losses.size() == kShown + 1 ? losses.size() : std::min(losses.size(), kShown);
    for (size_t i = 0; i < shown; ++i) {
      warnings.push_back(
          absl::StrCat(script.path, ":", losses[i].line,
                       losses[i].unsure ? ": may lose data: " : ": loses data: ", losses[i].what));
    }
    if (shown < losses.size()) {
      warnings.push_back(absl::StrCat(script.path, ": loses data in ", losses.size() - shown,
                                      " more places: autogen show ", script.revision));
    }
  }
  return warnings;
}

}  // namespace autogen::deploy
