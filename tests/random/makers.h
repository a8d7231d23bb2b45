// One function for each part: a statement with random content. `like` gives the name and the place
// where one is recreated; nullptr chooses both. An empty `sql` where nothing fits.
#ifndef AUTOGEN_TESTS_RANDOM_MAKERS_H_
#define AUTOGEN_TESTS_RANDOM_MAKERS_H_

#include "tests/random/world.h"

namespace autogen::testing {

Statement MakeExtension(World& w, const Statement* like);
Statement MakeEnum(World& w, const Statement* like);
Statement MakeDomain(World& w, const Statement* like);
Statement MakeComposite(World& w, const Statement* like);
Statement MakeRange(World& w, const Statement* like);
Statement MakeSequence(World& w, const Statement* like);
Statement MakeTable(World& w, const Statement* like);
Statement MakeColumn(World& w, const Statement* like);
Statement MakeKey(World& w, const Statement* like);
Statement MakeCheck(World& w, const Statement* like);
Statement MakeExclusion(World& w, const Statement* like);
Statement MakeForeignKey(World& w, const Statement* like);
Statement MakeIndex(World& w, const Statement* like);
Statement MakeStatistics(World& w, const Statement* like);
Statement MakeTableOption(World& w, const Statement* like);
Statement MakeColumnOption(World& w, const Statement* like);
Statement MakeView(World& w, const Statement* like);
Statement MakeMaterializedView(World& w, const Statement* like);
Statement MakeFunction(World& w, const Statement* like);
Statement MakeAggregate(World& w, const Statement* like);
Statement MakeTrigger(World& w, const Statement* like);
Statement MakePolicy(World& w, const Statement* like);
Statement MakeRule(World& w, const Statement* like);
Statement MakeOwnedBy(World& w, const Statement* like);
Statement MakeComment(World& w, const Statement* like);
Statement MakeGrant(World& w, const Statement* like);
Statement MakePublication(World& w, const Statement* like);

// A statement of that part, named as `like` or by chance.
Statement Named(World& w, Part part, const Statement* like, const std::string& prefix);
// One that belongs to `relation` unless `like` names another.
Statement HungOn(World& w, Part part, const Statement* like, const Statement* relation,
                 const std::string& prefix);

}  // namespace autogen::testing

#endif  // AUTOGEN_TESTS_RANDOM_MAKERS_H_
