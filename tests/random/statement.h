// A random schema: DDL statements that can be left out one by one. One that misses what another one
// makes fails on the server and is then no part of the schema; so nothing here must be valid, and a
// failing pair shrinks by leaving statements out.
#ifndef AUTOGEN_TESTS_RANDOM_STATEMENT_H_
#define AUTOGEN_TESTS_RANDOM_STATEMENT_H_

#include <string>
#include <tuple>
#include <vector>

namespace autogen::testing {

// What a statement makes.
enum class Part {
  kSchema,
  kExtension,
  kEnum,
  kDomain,
  kComposite,
  kRange,
  kSequence,
  kTable,
  kColumn,
  kKey,
  kCheck,
  kExclusion,
  kForeignKey,
  kIndex,
  kStatistics,
  kTableOption,
  kColumnOption,
  kView,
  kMaterializedView,
  kFunction,
  kAggregate,
  kTrigger,
  kPolicy,
  kRule,
  kOwnedBy,
  kComment,
  kGrant,
  kPublication,
};
inline constexpr int kParts = static_cast<int>(Part::kPublication) + 1;

struct ColumnInfo {
  std::string name;
  std::string type;
};

struct Statement {
  Part part = Part::kSchema;
  std::string schema;  // of the object, or of the relation that it belongs to
  std::string relation;
  std::string name;
  std::string sql;
  // What others may use of it.
  std::string type;                 // of a column; what a function returns; "trigger"
  std::vector<ColumnInfo> columns;  // of a view; of a table made with them; a function's arguments
  std::string parent;               // qualified: of a partition or an inheriting table
  std::string strategy;             // of a partitioned table: range, list, hash
};

// Two statements with one key make the same thing, differently.
inline std::tuple<Part, std::string, std::string, std::string> KeyOf(const Statement& s) {
  return {s.part, s.schema, s.relation, s.name};
}

using Statements = std::vector<Statement>;

// A table, or where `relation` is set a column of it, that has another name in the second schema.
struct Rename {
  std::string schema, relation;
  std::string from, to;
};

}  // namespace autogen::testing

#endif  // AUTOGEN_TESTS_RANDOM_STATEMENT_H_
