// The review of scripts: what their text, scratch databases and a database say about them.
#ifndef AUTOGEN_REVIEW_COLLECT_H_
#define AUTOGEN_REVIEW_COLLECT_H_

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "src/apply/options.h"
#include "src/deploy/preflight.h"
#include "src/generate/compare.h"
#include "src/review/review.h"
#include "src/revision/graph.h"
#include "src/scratch/server.h"

namespace autogen::review {

struct Request {
  const revision::Graph* graph = nullptr;
  revision::Nodes nodes;             // to review
  std::set<revision::Node> edited;   // of them: those that are not new
  std::vector<std::string> deleted;  // paths of scripts that are gone
  std::string chosen;                // as Review::chosen

  // What all scripts lead to, before and after these, and what the model wants: from scratch
  // databases, or from what is kept of earlier ones. Nothing: it is not looked at.
  std::optional<scratch::Options> scratch;
  generate::Settings settings;
  std::vector<std::string> version_folders;
  std::vector<std::string> model_paths;

  // The database on which data checks run. "": none do.
  std::string url;
  apply::Options apply;
  deploy::PreflightOptions checks;
};

// A script that cannot be read is a finding, and the others are reviewed; so is whatever keeps
// scratch databases and the database from being looked at said in the review. An error status only
// where `checks.stop` ended it.
absl::StatusOr<Review> Collect(const Request& request);

}  // namespace autogen::review

#endif  // AUTOGEN_REVIEW_COLLECT_H_
