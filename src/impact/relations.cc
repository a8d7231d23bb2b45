#include "src/impact/relations.h"

#include <algorithm>
#include <array>

#include "src/impact/finder.h"

namespace autogen::impact {
namespace {

constexpr int kToast = 2;  // the table and its index
// Of a relation whose parts the statement does not say: itself, its TOAST table, a key.
constexpr int kTypical = 4;

// Types without values that could be moved out of a row.
bool IsPlain(const std::string& type) {
  static constexpr std::array<absl::string_view, 19> kPlain = {
      "bool", "char",  "int2",    "int4",     "int8",      "float4",      "float8",
      "oid",  "date",  "time",    "timetz",   "timestamp", "timestamptz", "interval",
      "uuid", "money", "macaddr", "macaddr8", "pg_lsn"};
  return std::find(kPlain.begin(), kPlain.end(), type) != kPlain.end();
}

bool IsSerial(const std::string& type) {
  return type == "serial" || type == "bigserial" || type == "smallserial" || type == "serial4" ||
         type == "serial8" || type == "serial2";
}

int OfConstraint(const json& constraint) {
  const std::string type = GetString(constraint, "contype");
  const bool index =
      type == "CONSTR_PRIMARY" || type == "CONSTR_UNIQUE" || type == "CONSTR_EXCLUSION";
  return index || type == "CONSTR_IDENTITY" ? 1 : 0;
}

int OfTable(const json& table) {
  const json& elements = Get(table, "tableElts");
  if (Get(table, "partbound").is_object() || !elements.is_array()) return kTypical;
  int made = 1;
  bool toast = false;
  for (const json& item : elements) {
    made += OfConstraint(Get(item, "Constraint"));
    const json& column = Get(item, "ColumnDef");
    if (column.is_null()) continue;
    const SplitName type = ListName(Get(Get(column, "typeName"), "names"));
    if (IsSerial(type.name)) ++made;
    const bool array = Get(Get(column, "typeName"), "arrayBounds").is_array();
    if (array || (!IsPlain(type.name) && !IsSerial(type.name))) toast = true;
    for (const json& constraint : Get(column, "constraints")) {
      made += OfConstraint(Get(constraint, "Constraint"));
    }
  }
  return made + (toast && !Get(table, "partspec").is_object() ? kToast : 0);
}

int OfDrop(const json& body) {
  const std::string type = GetString(body, "removeType");
  const int each = type == "OBJECT_TABLE" || type == "OBJECT_MATVIEW" ? kTypical
                   : type == "OBJECT_VIEW" || type == "OBJECT_SEQUENCE" || type == "OBJECT_INDEX"
                       ? 1
                       : 0;
  return each * static_cast<int>(Get(body, "objects").size());
}

int RelationsMadeOrDropped(const std::string& node, const json& body) {
  if (node == "CreateStmt") return OfTable(body);
  if (node == "CreateTableAsStmt") return kTypical;
  if (node == "DropStmt") return OfDrop(body);
  return 1;
}

}  // namespace

size_t LocksKept(absl::string_view statement, const Impact& of) {
  static constexpr std::array<absl::string_view, 6> kNodes = {
      "CreateStmt", "CreateTableAsStmt", "DropStmt", "IndexStmt", "CreateSeqStmt", "ViewStmt"};
  if (std::find(kNodes.begin(), kNodes.end(), of.node) == kNodes.end()) return of.locks.size();
  auto parsed = sql::Parse(statement);
  if (!parsed.ok() || parsed->size() != 1) return of.locks.size() + kTypical;
  const json& node = Get((*parsed)[0], "stmt");
  return of.locks.size() +
         static_cast<size_t>(RelationsMadeOrDropped(of.node, sql::NodeBody(node)));
}

}  // namespace autogen::impact
