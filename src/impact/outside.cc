// What reaches outside the database that a statement runs in.

#include <algorithm>
#include <array>

#include "src/impact/finder.h"

namespace autogen::impact {
namespace {

template <size_t N>
bool IsOneOf(absl::string_view word, const std::array<absl::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

std::string OutsideOfDatabase(const std::string& name, const json& body) {
  static constexpr std::array<absl::string_view, 6> kDatabases = {"CreatedbStmt",
                                                                  "DropdbStmt",
                                                                  "AlterDatabaseStmt",
                                                                  "AlterDatabaseSetStmt",
                                                                  "AlterDatabaseRefreshCollStmt",
                                                                  "AlterTableMoveAllStmt"};
  static constexpr std::array<absl::string_view, 3> kTablespaces = {
      "CreateTableSpaceStmt", "DropTableSpaceStmt", "AlterTableSpaceOptionsStmt"};
  static constexpr std::array<absl::string_view, 3> kSubscriptions = {
      "CreateSubscriptionStmt", "AlterSubscriptionStmt", "DropSubscriptionStmt"};
  if (name == "AlterSystemStmt") return "changes the configuration of the server";
  if (IsOneOf(name, kDatabases)) return "creates, changes or drops a database";
  if (IsOneOf(name, kTablespaces)) return "creates, changes or drops a tablespace";
  if (IsOneOf(name, kSubscriptions)) return "connects to another server";
  if (name == "LoadStmt") return "loads a library into the server";
  if (name == "CheckPointStmt") return "makes the server write a checkpoint";
  if (name == "CopyStmt" && IsTrue(body, "is_program")) return "runs a program on the server";
  if (name == "CopyStmt" && !GetString(body, "filename").empty()) {
    return "reads or writes a file of the server";
  }
  std::string object = GetString(body, "objtype");
  if (object.empty()) object = GetString(body, "objectType");
  if (object.empty()) object = GetString(body, "renameType");
  static constexpr std::array<absl::string_view, 3> kShared = {
      "OBJECT_DATABASE", "OBJECT_TABLESPACE", "OBJECT_PARAMETER_ACL"};
  if (IsOneOf(object, kShared)) return "changes what belongs to the whole server";
  const bool noted = name == "CommentStmt" || name == "SecLabelStmt";
  if (noted && object == "OBJECT_ROLE") return "changes what belongs to the whole server";
  return "";
}

}  // namespace autogen::impact
