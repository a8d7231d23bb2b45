// Rows that go, wherever in a statement: in WITH, in MERGE, in EXPLAIN ANALYZE; and the functions
// that it calls.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/impact/finder.h"
#include "src/impact/selects.h"

namespace autogen::impact {
namespace {

bool IsNull(const json& value) {
  if (value.contains("SetToDefault")) return true;
  if (const json& cast = Get(value, "TypeCast"); cast.is_object()) return IsNull(Get(cast, "arg"));
  return IsTrue(Get(value, "A_Const"), "isnull");
}

bool ChangesSchema(absl::string_view node) {
  return node == "AlterTableStmt" || node == "IndexStmt" || node == "AlterDomainStmt";
}

// The value of column `i` in SET (a, b) = (x, y): the row is repeated for each of them.
const json& Assigned(const json& target) {
  const json& value = Get(target, "val");
  const json& multi = Get(value, "MultiAssignRef");
  if (multi.is_null()) return value;
  const json& args = Get(Get(Get(multi, "source"), "RowExpr"), "args");
  const json& column = Get(multi, "colno");
  const size_t i = column.is_number() ? column.get<size_t>() : 1;
  return args.is_array() && i >= 1 && i <= args.size() ? args[i - 1] : value;
}

}  // namespace

void Finder::Rows(const std::string& node, const json& body) {
  const bool defines = OnlyDefines(node);
  const bool changes_schema = ChangesSchema(node);
  std::vector<std::pair<const std::string, const json*>> open = {{node, &body}};
  while (!open.empty()) {
    const auto [name, part] = open.back();
    open.pop_back();
    if (name == "FuncCall") {
      const SplitName function = ListName(Get(*part, "funcname"));
      out_.calls.push_back(function);
      if (!defines && !changes_schema && out_.opaque.empty() && !IsHarmlessFunction(function)) {
        out_.opaque = absl::StrCat("calls ", Shown(function), "(), which is not inspected");
      }
    } else if (!defines && name == "InsertStmt") {
      Insert(*part);
    } else if (!defines && name == "UpdateStmt") {
      const json& where = Get(*part, "whereClause");
      Assign(RangeName(Get(*part, "relation")), Get(*part, "targetList"), !Selects(where));
    } else if (!defines && name == "DeleteStmt") {
      Delete(*part);
    } else if (!defines && name == "MergeStmt") {
      Merge(*part);
    } else if (!defines && name == "TruncateStmt") {
      out_.trace.changes_rows = true;
      const bool cascade = GetString(*part, "behavior") == "DROP_CASCADE";
      for (const json& relation : Get(*part, "relations")) {
        const SplitName table = RangeName(Get(relation, "RangeVar"));
        AddLock(table, LockMode::kAccessExclusive);
        Add(Kind::kLoses, table, absl::StrCat("empties ", Shown(table)), "the table's rows");
      }
      if (cascade) Add(Kind::kLoses, {}, "empties what refers to it", "rows of what refers to it");
    } else if (!defines && name == "IntoClause" && node == "SelectStmt") {
      const SplitName table = RangeName(Get(*part, "rel"));
      Add(Kind::kCreates, table, absl::StrCat("creates ", Shown(table)));
    }
    if (!part->is_structured()) continue;
    for (const auto& item : part->items()) {
      if (!item.value().is_structured()) continue;
      const bool into = part->is_object() && item.key() == "intoClause";
      open.emplace_back(part->is_object() ? (into ? "IntoClause" : item.key()) : "", &item.value());
    }
  }
}

void Finder::Insert(const json& body) {
  const SplitName table = RangeName(Get(body, "relation"));
  AddLock(table, LockMode::kRowExclusive);
  out_.trace.changes_rows = true;
  const json& conflict = Get(body, "onConflictClause");
  if (conflict.is_object()) {
    Assign(table, Get(conflict, "targetList"), !Selects(Get(conflict, "whereClause")));
  }
  const json& columns = Get(body, "cols");
  if (catalog_ == nullptr || columns.is_null()) return;
  for (const std::string& column : catalog_->RequiredColumns(table)) {
    const bool given = std::any_of(columns.begin(), columns.end(), [&](const json& target) {
      return GetString(Get(target, "ResTarget"), "name") == column;
    });
    if (given) continue;
    // The rows come from elsewhere: they may be there also where the table is new.
    Add(Kind::kMayFail, {}, "",
        absl::StrCat("where rows exist: ", column, " is NOT NULL without a default"));
  }
}

void Finder::Assign(const SplitName& table, const json& targets, bool every_row) {
  AddLock(table, LockMode::kRowExclusive);
  out_.trace.changes_rows = true;
  for (const json& item : targets) {
    const json& target = Get(item, "ResTarget");
    const std::string column = GetString(target, "name");
    const json& value = Assigned(target);
    const std::string name = absl::StrCat(Shown(table), ".", sql::Ident(column));
    if (IsNull(value)) {
      Add(Kind::kLoses, table, absl::StrCat("empties column ", name), "the column's values");
    } else if (every_row && !HasColumn(value) && !HasQuery(value)) {
      Add(Kind::kLoses, table, absl::StrCat("gives every row the same value of ", name),
          "the column's values");
    } else {
      continue;
    }
    out_.consequences.back().column = column;
  }
}

void Finder::Delete(const json& body) {
  const SplitName table = RangeName(Get(body, "relation"));
  AddLock(table, LockMode::kRowExclusive);
  out_.trace.changes_rows = true;
  const bool some = Selects(Get(body, "whereClause"));
  Add(Kind::kLoses, table,
      absl::StrCat(some ? "deletes rows of " : "deletes every row of ", Shown(table)),
      some ? "the rows that it deletes" : "the table's rows");
}

void Finder::Merge(const json& body) {
  const SplitName table = RangeName(Get(body, "relation"));
  AddLock(table, LockMode::kRowExclusive);
  out_.trace.changes_rows = true;
  for (const json& item : Get(body, "mergeWhenClauses")) {
    const json& clause = Get(item, "MergeWhenClause");
    const std::string command = GetString(clause, "commandType");
    if (command == "CMD_DELETE") {
      Add(Kind::kLoses, table, absl::StrCat("deletes rows of ", Shown(table)),
          "the rows that it deletes");
    } else if (command == "CMD_UPDATE") {
      Assign(table, Get(clause, "targetList"), /*every_row=*/false);
    }
  }
}

}  // namespace autogen::impact
