// What the tables of a project are like before a script, read from the scripts before it.
#ifndef AUTOGEN_LINT_HISTORY_H_
#define AUTOGEN_LINT_HISTORY_H_

#include "src/lint/rules/known.h"
#include "src/lint/script.h"
#include "src/revision/graph.h"

namespace autogen::lint {

// Some rule judges a statement of the script by what its tables are like.
bool NeedsHistory(const Script& script);

class History {
 public:
  explicit History(const revision::Graph& graph) : graph_(graph) {}

  // Of all that the script follows. One that cannot be read is left out. The work is that of
  // reading these scripts; for one script after the other of a line, of each once. Valid until the
  // next call.
  const Known& Before(revision::Node node);

 private:
  void Follow(revision::Node node);

  const revision::Graph& graph_;
  Known known_;
  revision::NodeSet in_;  // what `known_` has
};

}  // namespace autogen::lint

#endif  // AUTOGEN_LINT_HISTORY_H_
