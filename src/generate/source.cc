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

absl::StatusOr<std::optional<revision::Nodes>> ScriptsOf(const revision::Graph& graph,
                                                         const Source& source) {
  if (source.without.empty()) return std::optional<revision::Nodes>(revision::Nodes());
  revision::Nodes out;
  for (const std::string& id : source.without) {
    const std::optional<revision::Node> node = graph.Find(id);
    if (!node.has_value()) return absl::NotFoundError(absl::StrCat("there is no revision ", id));
    out.push_back(*node);
  }
  const revision::NodeSet left_out =
      graph.Descendants(out, revision::Edges::kRevisesAndDependencies);
  revision::Nodes nodes;
  for (const revision::Node node : graph.order()) {
    if (!left_out[static_cast<size_t>(node)]) nodes.push_back(node);
  }
  if (nodes.empty()) return std::optional<revision::Nodes>();
  return std::optional<revision::Nodes>(std::move(nodes));
}

}  // namespace autogen::generate
