#include "src/sql/privileged.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/sql/parse.h"

namespace autogen::sql {
namespace {

using nlohmann::json;
using Kind = PrivilegedStatement::Kind;

template <size_t N>
bool IsOneOf(absl::string_view word, const std::array<absl::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool IsTrue(const json& node, const char* key) {
  const json& value = Get(node, key);
  return value.is_boolean() && value.get<bool>();
}

// Whether a member `key` with a string that starts with `prefix` stands anywhere in the tree.
bool Contains(const json& tree, absl::string_view key, absl::string_view prefix) {
  if (tree.is_object()) {
    for (auto it = tree.begin(); it != tree.end(); ++it) {
      if (it.value().is_string() && it.key() == key &&
          absl::StartsWith(it.value().get_ref<const std::string&>(), prefix)) {
        return true;
      }
      if (Contains(it.value(), key, prefix)) return true;
    }
  } else if (tree.is_array()) {
    for (const json& child : tree) {
      if (Contains(child, key, prefix)) return true;
    }
  }
  return false;
}

bool HasMember(const json& tree, absl::string_view key) {
  if (!tree.is_object() && !tree.is_array()) return false;
  for (auto it = tree.begin(); it != tree.end(); ++it) {
    if ((tree.is_object() && it.key() == key) || HasMember(it.value(), key)) return true;
  }
  return false;
}

// CURRENT_USER and the like would be the superuser.
bool NamesItself(const json& body) {
  for (const char* type :
       {"ROLESPEC_CURRENT_USER", "ROLESPEC_SESSION_USER", "ROLESPEC_CURRENT_ROLE"}) {
    if (Contains(body, "roletype", type)) return true;
  }
  return false;
}

std::string DottedName(const json& list) {
  std::string name;
  for (const json& part : list) {
    absl::StrAppend(&name, name.empty() ? "" : ".", GetString(Get(part, "String"), "sval"));
  }
  return name;
}

std::vector<std::string> RoleNames(const json& list) {
  std::vector<std::string> names;
  for (const json& role : list) {
    std::string name = GetString(Get(role, "RoleSpec"), "rolename");
    if (name.empty()) name = GetString(Get(role, "AccessPriv"), "priv_name");
    names.push_back(std::move(name));
  }
  return names;
}

// Only a base type, a text search parser or template, or an aggregate over `internal`. An initial
// condition goes through the input function and the domain of its type.
bool DefineIsInert(const json& body) {
  const std::string kind = GetString(body, "kind");
  if (kind == "OBJECT_TYPE" || kind == "OBJECT_TSPARSER" || kind == "OBJECT_TSTEMPLATE")
    return true;
  if (kind != "OBJECT_AGGREGATE") return false;
  return !Contains(Get(body, "definition"), "defname", "initcond") &&
         !Contains(Get(body, "definition"), "defname", "minitcond");
}

bool OnlyChangesOwner(const json& body) {
  const json& commands = Get(body, "cmds");
  return !commands.empty() && std::all_of(commands.begin(), commands.end(), [](const json& c) {
    return GetString(Get(c, "AlterTableCmd"), "subtype") == "AT_ChangeOwner";
  });
}

void ClassifyRoutine(const json& body, PrivilegedStatement& out) {
  if (!Get(body, "sql_body").is_null()) return;
  out.kind = Kind::kRoutine;
  for (const json& option : Get(body, "options")) {
    const json& element = Get(option, "DefElem");
    const json& arg = Get(element, "arg");
    const std::string name = GetString(element, "defname");
    if (name == "language") {
      out.language = absl::AsciiStrToLower(GetString(Get(arg, "String"), "sval"));
    } else if (name == "as") {
      for (const json& item : Get(Get(arg, "List"), "items")) {
        out.as.push_back(GetString(Get(item, "String"), "sval"));
      }
    }
  }
}

void ClassifyWrapper(const json& body, PrivilegedStatement& out) {
  out.kind = Kind::kAsItStands;
  for (const json& option : Get(body, "func_options")) {
    const json& function = Get(Get(Get(option, "DefElem"), "arg"), "List");
    if (function.is_object()) out.functions.push_back(DottedName(Get(function, "items")));
  }
}

void ClassifyRole(const std::string& node, const json& body, PrivilegedStatement& out) {
  if (node == "CreateRoleStmt") {
    out.kind = Kind::kCreateRole;
    out.name = GetString(body, "role");
  } else if (node == "AlterRoleStmt" || node == "AlterRoleSetStmt") {
    out.kind = Kind::kAlterRole;
    out.name = GetString(Get(body, "role"), "rolename");
  } else if (node == "DropRoleStmt") {
    out.kind = Kind::kDropRole;
    out.if_exists = IsTrue(body, "missing_ok");
    out.roles = RoleNames(Get(body, "roles"));
  } else {
    out.kind = IsTrue(body, "is_grant") ? Kind::kGrantRole : Kind::kRevokeRole;
    out.roles = RoleNames(Get(body, "granted_roles"));
    out.members = RoleNames(Get(body, "grantee_roles"));
  }
}

// Written into catalogs and nothing else: no expression, no function is called.
constexpr std::array<absl::string_view, 27> kInert = {"CreateForeignServerStmt",
                                                      "AlterForeignServerStmt",
                                                      "CreateUserMappingStmt",
                                                      "AlterUserMappingStmt",
                                                      "DropUserMappingStmt",
                                                      "DropStmt",
                                                      "CreateEventTrigStmt",
                                                      "AlterEventTrigStmt",
                                                      "CreateCastStmt",
                                                      "CreateOpClassStmt",
                                                      "CreateOpFamilyStmt",
                                                      "AlterOpFamilyStmt",
                                                      "CreatePLangStmt",
                                                      "CreateAmStmt",
                                                      "CreateTransformStmt",
                                                      "AlterOwnerStmt",
                                                      "AlterObjectSchemaStmt",
                                                      "RenameStmt",
                                                      "AlterFunctionStmt",
                                                      "AlterTypeStmt",
                                                      "AlterOperatorStmt",
                                                      "GrantStmt",
                                                      "CommentStmt",
                                                      "SecLabelStmt",
                                                      "AlterPublicationStmt",
                                                      "CreatePublicationStmt",
                                                      "AlterDefaultPrivilegesStmt"};

constexpr std::array<absl::string_view, 6> kRoles = {"CreateRoleStmt",   "AlterRoleStmt",
                                                     "AlterRoleSetStmt", "DropRoleStmt",
                                                     "GrantRoleStmt",    "RevokeRoleStmt"};

}  // namespace

PrivilegedStatement ClassifyPrivileged(absl::string_view statement) {
  PrivilegedStatement out;
  absl::StatusOr<json> parsed = Parse(statement);
  if (!parsed.ok() || parsed->size() != 1) return out;
  const json& node = Get((*parsed)[0], "stmt");
  const json& body = NodeBody(node);
  out.node = NodeName(node);
  if (NamesItself(body)) return out;
  if (IsOneOf(out.node, kRoles)) {
    ClassifyRole(out.node, body, out);
  } else if (out.node == "CreateExtensionStmt" || out.node == "AlterExtensionStmt") {
    out.kind = Kind::kExtension;
    out.name = GetString(body, "extname");
  } else if (out.node == "CreateFdwStmt" || out.node == "AlterFdwStmt") {
    ClassifyWrapper(body, out);
  } else if (out.node == "CreateFunctionStmt") {
    ClassifyRoutine(body, out);
  } else if (out.node == "DefineStmt") {
    if (DefineIsInert(body)) out.kind = Kind::kAsItStands;
  } else if (out.node == "AlterTableStmt") {
    if (OnlyChangesOwner(body)) out.kind = Kind::kAsItStands;
  } else if (IsOneOf(out.node, kInert)) {
    // The condition of a published table is an expression.
    if (!HasMember(body, "whereClause")) out.kind = Kind::kAsItStands;
  }
  return out;
}

namespace {

// The strings of all members with one of these keys.
template <size_t N>
void Collect(const json& tree, const std::array<absl::string_view, N>& keys,
             std::vector<std::string>* found) {
  if (!tree.is_object() && !tree.is_array()) return;
  for (auto it = tree.begin(); it != tree.end(); ++it) {
    if (tree.is_object() && it.value().is_string() && IsOneOf(it.key(), keys)) {
      found->push_back(it.value().get<std::string>());
    }
    Collect(it.value(), keys, found);
  }
}

}  // namespace

std::vector<std::string> RolesIn(absl::string_view statement) {
  std::vector<std::string> roles;
  static constexpr std::array<absl::string_view, 1> kKeys = {"rolename"};
  if (absl::StatusOr<json> parsed = Parse(statement); parsed.ok()) Collect(*parsed, kKeys, &roles);
  return roles;
}

std::vector<std::string> TablespacesIn(absl::string_view statement) {
  std::vector<std::string> names;
  static constexpr std::array<absl::string_view, 4> kKeys = {"tablespacename", "tableSpaceName",
                                                             "tableSpace", "indexspace"};
  absl::StatusOr<json> parsed = Parse(statement);
  if (!parsed.ok() || parsed->size() != 1) return names;
  Collect(*parsed, kKeys, &names);
  for (const json& item : Get(NodeBody(Get((*parsed)[0], "stmt")), "cmds")) {
    const json& command = Get(item, "AlterTableCmd");
    if (GetString(command, "subtype") == "AT_SetTableSpace") {
      names.push_back(GetString(command, "name"));
    }
  }
  return names;
}

}  // namespace autogen::sql
