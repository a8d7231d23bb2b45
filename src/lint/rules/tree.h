// Reading the trees of statements, for rules.
#ifndef AUTOGEN_LINT_RULES_TREE_H_
#define AUTOGEN_LINT_RULES_TREE_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"
#include "src/lint/script.h"
#include "src/sql/parse.h"
#include "src/sql/quote.h"

namespace autogen::lint {

using nlohmann::json;
using sql::Get;
using sql::GetString;
using sql::IsTrue;
using sql::ListName;
using sql::RangeName;
using sql::SplitName;

// The body of the statement's tree where it is a `node`, else null.
const json& Body(const Statement& statement, absl::string_view node);

// "schema.name", quoted where it must be.
std::string Shown(const SplitName& name);
std::string Shown(const SplitName& table, absl::string_view column);

bool IsSame(const SplitName& a, const SplitName& b);
// A relation that earlier statements certainly created.
bool IsNew(const Statement& statement, const SplitName& relation);

// A column that CREATE TABLE or ALTER TABLE … ADD COLUMN makes.
struct NewColumn {
  SplitName table;
  std::string name;
  const json* definition;  // ColumnDef
  bool new_table;          // made by the statement itself
};
std::vector<NewColumn> NewColumns(const Statement& statement);
// A type as the grammar names it: "int4", "varchar", "bpchar", "timestamp".
std::string TypeOf(const json& type_name);
bool HasModifier(const json& type_name);  // varchar(20)

// The parts of ALTER TABLE: of tables alone, not of views, sequences and indexes.
struct Part {
  SplitName table;
  std::string type;  // "AT_AddColumn"
  std::string name;  // of the column or constraint
  const json* definition;
};
std::vector<Part> Parts(const Statement& statement);

// A constraint that CREATE TABLE or ALTER TABLE makes, in a column's definition or on its own.
struct NewConstraint {
  SplitName table;
  std::string type;    // "CONSTR_FOREIGN"
  std::string column;  // where it stands in a column's definition
  const json* definition;
  bool new_table;
};
std::vector<NewConstraint> NewConstraints(const Statement& statement);
// The strings of a list of String nodes.
std::vector<std::string> Strings(const json& list);

// "begin", "commit", "rollback", "" for another statement.
std::string TransactionKind(const json& tree);

// Every node of the tree, `visit(name, body)`, from the outside in.
void ForEachNode(const json& tree, absl::FunctionRef<void(const std::string&, const json&)> visit);

}  // namespace autogen::lint

#endif  // AUTOGEN_LINT_RULES_TREE_H_
