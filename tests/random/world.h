// What the statements so far have made, and the choices that the makers share.
#ifndef AUTOGEN_TESTS_RANDOM_WORLD_H_
#define AUTOGEN_TESTS_RANDOM_WORLD_H_

#include <string>
#include <vector>

#include "tests/random/random.h"
#include "tests/random/statement.h"

namespace autogen::testing {

class World {
 public:
  World(Random& random, const Statements& statements, int server_version)
      : r(random), version(server_version), statements_(statements) {}

  Random& r;
  const int version;

  const Statements& all() const { return statements_; }
  // nullptr where there is none.
  const Statement* Any(const std::vector<Part>& parts);
  const Statement* AnyTable() { return Any({Part::kTable}); }
  // Tables and views.
  const Statement* AnyRelation();
  const Statement* Find(const std::string& qualified) const;
  // With those of its parents.
  std::vector<ColumnInfo> Columns(const Statement& relation) const;
  // Not a column: an empty name.
  ColumnInfo AnyColumn(const Statement& relation);
  ColumnInfo AnyColumn(const Statement& relation, const std::string& type);

  // Of the few that there are.
  std::string Schema();
  // "prefix1" to "prefix4"; now and then a name that is hard to quote, or one that others use.
  std::string Name(const std::string& prefix);
  std::string Type();
  // A constant of that type; "" where none comes to mind.
  std::string Value(const std::string& type);
  // A condition over one column, over `prefix` and its quoted name.
  std::string Condition(const ColumnInfo& column, const std::string& prefix = "");
  // Any expression over one column.
  std::string Expression(const ColumnInfo& column, const std::string& prefix = "");
  // A function of one argument of that type that is not a trigger's; nullptr where there is none.
  const Statement* FunctionOf(const std::string& type, const std::string& returns);

 private:
  const Statements& statements_;
};

std::string QualifiedName(const Statement& object);  // of an object of its own
std::string RelationName(const Statement& hung);     // of what it belongs to
bool IsNumber(const std::string& type);
bool IsText(const std::string& type);
bool Sortable(const std::string& type);

}  // namespace autogen::testing

#endif  // AUTOGEN_TESTS_RANDOM_WORLD_H_
