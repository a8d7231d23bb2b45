// What the text of a script says about it.
#ifndef AUTOGEN_REVIEW_SCRIPT_H_
#define AUTOGEN_REVIEW_SCRIPT_H_

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "src/impact/impact.h"
#include "src/review/review.h"
#include "src/revision/graph.h"
#include "src/revision/script.h"

namespace autogen::review {

// A script as read, with the impacts of its upgrade.
struct ReadScript {
  revision::Script script;
  std::vector<sql::Statement> statements;
  std::vector<impact::Impact> impacts;
  std::string text;  // the file
};
absl::StatusOr<ReadScript> Read(const revision::Graph& graph, revision::Node node);

Script ReviewOf(const revision::Graph& graph, const ReadScript& read);

// The relations that its upgrade creates, changes, reads in full or drops, as (schema, name); the
// schema may be empty.
std::set<std::pair<std::string, std::string>> TouchedRelations(const ReadScript& read);

}  // namespace autogen::review

#endif  // AUTOGEN_REVIEW_SCRIPT_H_
