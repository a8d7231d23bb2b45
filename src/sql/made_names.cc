#include "src/sql/made_names.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "src/sql/parse.h"

namespace autogen::sql {
namespace {

using nlohmann::json;

// Where each kind of statement has its new names.
struct Place {
  const char* node;
  const char* member;
};
constexpr Place kPlaces[] = {
    {"CreateStmt", "relation"},          {"CreateForeignTableStmt", "base"},
    {"CreateTableAsStmt", "into"},       {"ViewStmt", "view"},
    {"CreateSeqStmt", "sequence"},       {"IndexStmt", "idxname"},
    {"CreateFunctionStmt", "funcname"},  {"DefineStmt", "defnames"},
    {"CompositeTypeStmt", "typevar"},    {"CompositeTypeStmt", "coldeflist"},
    {"CreateEnumStmt", "typeName"},      {"CreateEnumStmt", "vals"},
    {"CreateRangeStmt", "typeName"},     {"CreateDomainStmt", "domainname"},
    {"CreateSchemaStmt", "schemaname"},  {"AlterEnumStmt", "newVal"},
    {"RenameStmt", "newname"},           {"AlterObjectSchemaStmt", "relation"},
    {"AlterObjectSchemaStmt", "object"}, {"AlterObjectSchemaStmt", "newschema"},
    {"CreateStmt", "tableElts"},
};

constexpr absl::string_view kAnything[] = {"DoStmt",
                                           "CallStmt",
                                           "SelectStmt",
                                           "CreateExtensionStmt",
                                           "AlterExtensionStmt",
                                           "CreateCastStmt",
                                           "ExecuteStmt",
                                           "LoadStmt",
                                           "ImportForeignSchemaStmt",
                                           "CreateOpClassStmt",
                                           "CreateTransformStmt"};

// Strings and names anywhere below, but not the texts of expressions.
void Collect(const json& node, std::set<std::string>* names) {
  static constexpr absl::string_view kNames[] = {"relname", "colname", "sval", "str", "name"};
  if (node.is_string()) {
    names->insert(node.get<std::string>());
  } else if (node.is_array()) {
    for (const json& item : node) Collect(item, names);
  } else if (node.is_object()) {
    for (const auto& [key, value] : node.items()) {
      if (value.is_structured() && key != "constraints" && key != "typeName") {
        Collect(value, names);
      } else if (value.is_string() &&
                 std::find(std::begin(kNames), std::end(kNames), key) != std::end(kNames)) {
        names->insert(value.get<std::string>());
      }
    }
  }
}

// Columns and constraints.
void AddParts(const json& body, std::set<std::string>* names) {
  for (const json& item : Get(body, "cmds")) {
    const json& command = Get(item, "AlterTableCmd");
    const std::string type = GetString(command, "subtype");
    const json& def = Get(command, "def");
    if (type == "AT_AddColumn") names->insert(GetString(Get(def, "ColumnDef"), "colname"));
    if (type == "AT_AddConstraint") names->insert(GetString(Get(def, "Constraint"), "conname"));
  }
}

bool IsWordByte(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool HasWord(absl::string_view text, absl::string_view word) {
  for (size_t at = text.find(word); at != absl::string_view::npos; at = text.find(word, at + 1)) {
    const size_t end = at + word.size();
    if ((at == 0 || !IsWordByte(text[at - 1])) && (end == text.size() || !IsWordByte(text[end]))) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool MadeNames::Explains(absl::string_view message) const {
  return anything || std::any_of(names.begin(), names.end(), [&](const std::string& name) {
           return !name.empty() && HasWord(message, name);
         });
}

void MadeNames::Add(const MadeNames& other) {
  names.insert(other.names.begin(), other.names.end());
  anything |= other.anything;
}

MadeNames NamesMadeBy(absl::string_view statement) {
  MadeNames made;
  absl::StatusOr<json> tree = Parse(statement);
  if (!tree.ok()) {
    made.anything = true;
    return made;
  }
  for (const json& one : *tree) {
    const json& stmt = Get(one, "stmt");
    const std::string node = NodeName(stmt);
    const json& body = NodeBody(stmt);
    made.anything |=
        std::find(std::begin(kAnything), std::end(kAnything), node) != std::end(kAnything);
    for (const Place& place : kPlaces) {
      if (node == place.node) Collect(Get(body, place.member), &made.names);
    }
    if (node == "AlterTableStmt") AddParts(body, &made.names);
  }
  return made;
}

}  // namespace autogen::sql
