#include "src/project/urls.h"

#include <glob.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "src/base/file.h"
#include "src/base/project_root.h"
#include "src/base/status.h"
#include "src/postgres/url.h"
#include "src/sqlite/url.h"

namespace autogen::project {
namespace {

// The first one also says what is wrong with a text that none takes.
struct Engine {
  bool (*takes)(absl::string_view url);
  absl::StatusOr<std::string> (*normalize)(absl::string_view url);
  std::string (*shown)(absl::string_view url);
  // The file that it names; null: it names none.
  absl::StatusOr<std::string> (*file)(absl::string_view url);
  std::string (*with_file)(absl::string_view url, const std::string& path);
};
constexpr Engine kEngines[] = {
    {postgres::LooksLikeUrl, postgres::NormalizeUrl, postgres::ShownTarget, nullptr, nullptr},
    {sqlite::LooksLikeUrl, sqlite::NormalizeUrl, sqlite::ShownTarget, sqlite::PathOf,
     sqlite::WithPath}};

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

bool NamesFile(absl::string_view url) {
  const Engine& engine = EngineOf(url);
  return engine.takes(url) && engine.file != nullptr;
}

absl::StatusOr<std::string> PlaceIn(const std::string& folder, const std::string& url,
                                    bool anywhere) {
  if (!NamesFile(url)) return url;
  const Engine& engine = EngineOf(url);
  ASSIGN_OR_RETURN(const std::string file, engine.file(url));
  const std::string path = JoinPath(folder, file);
  if (!anywhere) RETURN_IF_ERROR(CheckBelow(ProjectRoot(folder), path));
  return engine.with_file(url, path);
}

absl::StatusOr<std::vector<std::string>> MatchingFiles(const std::string& folder,
                                                       const std::string& url, bool anywhere) {
  if (!NamesFile(url)) return std::vector<std::string>{url};
  const Engine& engine = EngineOf(url);
  ASSIGN_OR_RETURN(const std::string pattern, engine.file(url));
  if (pattern.find_first_of("*?[") == std::string::npos) return std::vector<std::string>{url};
  glob_t found = {};
  const int failed = glob(pattern.c_str(), 0, nullptr, &found);
  std::vector<std::string> files;
  if (failed == 0) files.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  globfree(&found);
  if (files.empty()) return absl::NotFoundError(absl::StrCat("no file matches ", pattern));
  std::vector<std::string> urls;
  for (const std::string& file : files) {
    if (!anywhere) RETURN_IF_ERROR(CheckBelow(ProjectRoot(folder), file));
    urls.push_back(engine.with_file(url, std::filesystem::absolute(file).string()));
  }
  return urls;
}

std::string ShownTarget(absl::string_view url) { return EngineOf(url).shown(url); }

}  // namespace autogen::project
