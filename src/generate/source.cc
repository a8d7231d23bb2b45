#include "src/generate/source.h"

#include <sys/stat.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/base/file.h"
#include "src/base/status.h"
#include "src/generate/engine.h"
#include "src/postgres/url.h"

namespace autogen::generate {

absl::StatusOr<Source> ParseSource(const std::string& text) {
  Source source;
  if (text == "empty") return source;
  if (FindEngine(text) != nullptr) {
    source.kind = SourceKind::kDatabase;
    source.url = text;
    return source;
  }
  struct stat found;
  if (stat(text.c_str(), &found) != 0) {
    return absl::NotFoundError(
        absl::StrCat("\"", postgres::ShownSource(text),
                     "\" is not a source: there is no such file or folder, and it is "
                     "neither a database URL (",
                     DefaultEngine().scheme, "…) nor \"empty\""));
  }
  source.paths.push_back(text);
  if (!S_ISDIR(found.st_mode)) {
    source.kind = absl::EndsWith(text, ".sql") ? SourceKind::kSql : SourceKind::kModel;
    return source;
  }
  ASSIGN_OR_RETURN(std::vector<std::string> models, ListFiles(text, ".txtpb", true));
  if (!models.empty()) {
    source.kind = SourceKind::kModel;
    return source;
  }
  ASSIGN_OR_RETURN(std::vector<std::string> scripts, ListFiles(text, ".sql", true));
  source.kind = SourceKind::kSql;
  for (const std::string& path : scripts) {
    ASSIGN_OR_RETURN(std::string content, ReadTextFile(path));
    if (absl::StrContains(content, "-- autogen: upgrade")) {
      source.kind = SourceKind::kVersions;
      break;
    }
  }
  if (scripts.empty()) {
    return absl::NotFoundError(absl::StrCat(
        "the folder ", text, " holds no model (*.txtpb), no SQL file and no migration script"));
  }
  return source;
}

}  // namespace autogen::generate
