#include "src/impact/places.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "src/sql/parse.h"

namespace autogen::impact {
namespace {

using nlohmann::json;
using sql::Get;
using sql::GetString;

// Where a statement says in which schema its object comes to be: in a RangeVar, or in a list of
// names.
struct Member {
  const char* node;
  const char* name;
};
constexpr Member kRelations[] = {
    {"CreateStmt", "relation"},    {"CreateForeignTableStmt", "base"},
    {"CreateTableAsStmt", "into"}, {"ViewStmt", "view"},
    {"CreateSeqStmt", "sequence"}, {"CompositeTypeStmt", "typevar"},
    {"IndexStmt", "relation"},
};
constexpr Member kLists[] = {
    {"CreateFunctionStmt", "funcname"}, {"DefineStmt", "defnames"},
    {"CreateEnumStmt", "typeName"},     {"CreateRangeStmt", "typeName"},
    {"CreateDomainStmt", "domainname"}, {"CreateStatsStmt", "defnames"},
};
constexpr absl::string_view kGiving[] = {"GrantStmt",      "GrantRoleStmt", "AlterOwnerStmt",
                                         "CreateRoleStmt", "AlterRoleStmt", "DoStmt",
                                         "CallStmt"};
// Of a RenameStmt; a new name for a part of one needs no such right.
constexpr absl::string_view kRenamed[] = {"OBJECT_TABLE",   "OBJECT_INDEX",
                                          "OBJECT_VIEW",    "OBJECT_SEQUENCE",
                                          "OBJECT_MATVIEW", "OBJECT_FOREIGN_TABLE"};

template <typename Names>
bool Holds(const Names& names, absl::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

// `relation` is a RangeVar, or holds one.
void AddSchemaOf(const json& relation, Impact::Places* places) {
  for (const char* inner : {"relation", "rel"}) {
    if (relation.contains(inner)) return AddSchemaOf(relation[inner], places);
  }
  if (GetString(relation, "relpersistence") == "t") return;
  places->schemas.insert(GetString(relation, "schemaname"));
}

}  // namespace

Impact::Places FindPlaces(absl::string_view node, const json& body) {
  Impact::Places places;
  places.gives_rights = Holds(kGiving, node);
  places.makes_schema = node == "CreateSchemaStmt";
  for (const Member& member : kRelations) {
    if (node == member.node) AddSchemaOf(Get(body, member.name), &places);
  }
  for (const Member& member : kLists) {
    if (node != member.node) continue;
    const json& names = Get(body, member.name);
    if (!names.is_array() || names.empty()) continue;
    places.schemas.insert(names.size() < 2 ? "" : GetString(Get(names[0], "String"), "sval"));
  }
  if (node == "AlterObjectSchemaStmt") places.schemas.insert(GetString(body, "newschema"));
  if (node == "RenameStmt" && Holds(kRenamed, GetString(body, "renameType"))) {
    AddSchemaOf(Get(body, "relation"), &places);
  }
  return places;
}

}  // namespace autogen::impact
