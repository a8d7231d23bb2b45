#include "src/project/urls.h"

#include "src/postgres/url.h"

namespace autogen::project {
namespace {

// The first one also says what is wrong with a text that none takes.
struct Engine {
  bool (*takes)(absl::string_view url);
  absl::StatusOr<std::string> (*normalize)(absl::string_view url);
  std::string (*shown)(absl::string_view url);
};
constexpr Engine kEngines[] = {
    {postgres::LooksLikeUrl, postgres::NormalizeUrl, postgres::ShownTarget}};

const Engine& EngineOf(absl::string_view url) {
  for (const Engine& engine : kEngines) {
    if (engine.takes(url)) return engine;
  }
  return kEngines[0];
}

}  // namespace

absl::StatusOr<std::string> NormalizeUrl(absl::string_view url) {
  return EngineOf(url).normalize(url);
}

std::string ShownTarget(absl::string_view url) { return EngineOf(url).shown(url); }

}  // namespace autogen::project
