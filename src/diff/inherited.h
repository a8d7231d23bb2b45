// What partitions and inheriting tables get from their parents, and what PostgreSQL does to them
// implicitly. Internal to src/diff.
#ifndef AUTOGEN_DIFF_INHERITED_H_
#define AUTOGEN_DIFF_INHERITED_H_

#include <optional>
#include <string>
#include <vector>

#include "src/diff/draft.h"

namespace autogen::diff {

// Of one catalog.

// A constraint that comes from a parent table is created, changed and dropped with the parent's.
bool FollowsParent(Kind kind, const google::protobuf::Message& object);
// The columns from which a table's column of that name comes: of each parent its own, or the
// nearest ones above that, since a table need not list what it has from its parents alone.
std::vector<int> ColumnsAbove(const model::Catalog& catalog, int table, const std::string& name);
// The tables that a table is a partition of or inherits from, and theirs.
std::vector<int> TablesAbove(const model::Catalog& catalog, int table);
// The tables that inherit from a table, and its partitions.
std::vector<int> TablesBelow(const model::Catalog& catalog, int table);
// Whether a table has a column of that type from a parent: it is retyped with the parent's.
bool InheritsColumnOf(const model::Catalog& catalog, int table, int type);
// The copies of a foreign key that a table's partitions and theirs have, under its name.
std::vector<model::ObjectId> CopiesOnPartitions(const model::Catalog& catalog, int foreign_key);
// When a column of a partitioned table changes its type, PostgreSQL rebuilds the indexes of the
// partitions from the parent's: their own names, comments and options are lost
// (ATPostAlterTypeCleanup in tablecmds.c rebuilds the parent's index alone).
bool HasNamedAttached(const model::Catalog& catalog, int index);
// Whether it is an index of a partitioned table that a partition lacks.
bool IsOnOnly(const model::Catalog& catalog, int index);

// Between two.

// Of an index that a partitioned table has ON ONLY itself: that table, where a partition joins it,
// since ATTACH PARTITION would make the index there; or -1.
int TableOfJoining(const Draft& d, int index);

// Whether the type of a column changes so that its default is dropped before and set after, down
// to the tables that inherit from its own (AlterColumnType in src/render).
bool RenewsDefault(const Draft& d, int before);

// Whether a table that is on both sides has the same parents on both. One that leaves or joins a
// parent keeps what it has.
bool ParentsStay(const Draft& d, int before);
// Whether it leaves one that it inherits from.
bool LeavesParent(const Draft& d, int before);
// A table that begins to inherit keeps its columns as its own (attislocal): where one is wanted
// from the parent alone, the table must be created as a child.
bool JoinsWithoutColumns(const Draft& d, const Table& before, const Table& after);
// Rules::becomes_own, Rules::on_both_sides and Rules::overlook.
bool BecomesOwn(const Draft& d, int before, int after);
std::optional<Partial> OnBothSides(const Draft& d, int before, int after);
void OverlookParentsNotNull(const Draft& d, int before, int after, Rules::Fields* changed);
// Of a matched column, where it did not come from a parent already: one of its own cannot become an
// inherited one (attislocal stays), so it makes room for the one that the parent gets now.
bool MakesRoom(const Draft& d, int column);
// Whether a partition's own foreign key becomes the copy of one that a parent gets.
bool BecomesCopy(const Draft& d, int foreign_key);
// The table of the one of which it would become a copy, although it is to stay as it is; or -1.
int TableOfNewTwin(const Draft& d, int foreign_key);
// The partition that gets a foreign key of its own by the name that its copy of this one has; or
// -1.
int TableOfNamesake(const Draft& d, int foreign_key);
// The parents' checks around which a child's own one is dropped, to be theirs alone.
std::vector<int> ChecksToDropAbove(const Draft& d, int check);
// Whether an index or a key that is attached to another one, or to none, must be recreated.
bool AttachmentNeedsRebuild(const Draft& d, int index);

}  // namespace autogen::diff

#endif  // AUTOGEN_DIFF_INHERITED_H_
