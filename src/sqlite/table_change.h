// How one table becomes another: what ALTER TABLE can do, or a rebuild.
#ifndef AUTOGEN_SQLITE_TABLE_CHANGE_H_
#define AUTOGEN_SQLITE_TABLE_CHANGE_H_

#include <string>
#include <vector>

#include "autogen/table.pb.h"

namespace autogen::sqlite {

// A statement with what it is for: "add column", and of which column or object.
struct Step {
  std::string sql;
  std::string what;
  std::string name;
};

struct TableChange {
  bool rebuild = false;
  std::string why;          // of a rebuild: "column score changes its type"
  std::vector<Step> steps;  // instead of one: ALTER TABLE
};

// Indexes and triggers are not looked at: they are dropped before it, where they differ, and
// created after it. `before` has the name of `after`.
//
// ALTER TABLE is used where it is exact: columns added at the end that it can add, columns dropped
// of which nothing else of the table speaks; from 3.53.1 on (`version` is 3053001 then, as of
// sqlite3_libversion_number()) CHECKs that go, and NOT NULL of a column without a default, whose
// NULLs a rebuild would fill. Source: lang_altertable.html.
TableChange ChangeTable(const Table& before, const Table& after, int version);

// Whether the two differ in what CREATE TABLE says.
bool SameTable(const Table& before, const Table& after);

}  // namespace autogen::sqlite

#endif  // AUTOGEN_SQLITE_TABLE_CHANGE_H_
