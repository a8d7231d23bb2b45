// The diff in progress: which object of one side is which of the other, and what happens to
// it. Internal to src/diff; each step is a function over it, in the order of diff.cc.
#ifndef AUTOGEN_DIFF_DRAFT_H_
#define AUTOGEN_DIFF_DRAFT_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "src/diff/diff.h"

namespace autogen::diff {

// What happens to an object of the `before` side.
enum class Fate {
  kKeep,
  kAlter,
  kDrop,
  kRebuild,  // dropped and created again
  kReplace,  // renamed aside, recreated, columns moved over, dropped: a type that columns use
};

// What one side does not list although it is there: a view's column that carries nothing, a column
// that comes from a parent table alone. Altered from and to the messages given here.
struct Partial {
  int before;  // -1 where only the other side lists it
  int after;
  // null: as its side lists it; where that does not, as the other one does.
  std::shared_ptr<google::protobuf::Message> was;
  std::shared_ptr<google::protobuf::Message> will;
};

struct Draft {
  Draft(std::shared_ptr<const model::Catalog> b, std::shared_ptr<const model::Catalog> a,
        const Options& o)
      : before(*b), after(*a), options(o) {}

  const model::Catalog& before;
  const model::Catalog& after;
  const Options& options;

  std::vector<int> to_after;   // by index in before; -1: dropped
  std::vector<int> to_before;  // by index in after; -1: new
  std::vector<bool> ignored;   // by index in after: new, but nothing to do for it
  std::vector<Fate> fate;      // by index in before
  std::vector<std::vector<const google::protobuf::FieldDescriptor*>> changed;
  std::vector<std::string> because;
  // Detachable fields that must be unset and set again around the rebuild of what they name.
  std::set<std::pair<int, std::string>> detached;
  std::set<int> retyped;  // columns of a replaced type
  // What is recreated around the change of a column that it does not need itself: (it, the column).
  std::set<std::pair<int, int>> around;
  std::vector<Partial> partial;

  const Rules& rules() const { return *options.rules; }

  const google::protobuf::Message& Before(int i) const { return *before.at(i).message; }
  const google::protobuf::Message& After(int i) const { return *after.at(i).message; }
  bool Changes(int i, const char* field) const;
  // Nothing is to be done: both sides are the same. Known as soon as they are matched.
  bool IsEmpty() const;
};

// Finds each object's counterpart and the fields that differ.
void Match(Draft& draft);

// Spreads rebuilds to the dependents of what is rebuilt.
void SpreadRebuilds(Draft& draft);

}  // namespace autogen::diff

#endif  // AUTOGEN_DIFF_DRAFT_H_
