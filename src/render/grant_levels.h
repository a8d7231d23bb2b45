// Privileges as deltas against an object's default privileges, and the statements that
// lead from one delta to another.
#ifndef AUTOGEN_RENDER_GRANT_LEVELS_H_
#define AUTOGEN_RENDER_GRANT_LEVELS_H_

#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "autogen/external.pb.h"
#include "src/model/catalog.h"

namespace autogen::render {

// What a role has of one privilege, where that is not what the default gives it.
enum class GrantLevel { kRevoked, kPlain, kGrantable };

// (role, privilege) -> level; what is not listed is as the default (acldefault() in acl.c).
using GrantLevels = std::map<std::pair<std::string, std::string>, GrantLevel>;

// From the fields `grant` and `revoke` of an object; empty for kinds without them.
GrantLevels LevelsOf(const google::protobuf::Message& object);
GrantLevels LevelsOf(const std::vector<Grant>& granted, const std::vector<Grant>& revoked);

// True where the default gives this privilege to this role.
using InDefault = std::function<bool(const std::string& role, const std::string& privilege)>;

// One GRANT or REVOKE, still without its object.
struct GrantStatement {
  bool revoke = false;
  bool grant_option = false;            // WITH GRANT OPTION; REVOKE GRANT OPTION FOR
  std::vector<std::string> privileges;  // in SQL's usual order
  std::vector<std::string> roles;
};

// Revokes first. One statement for all roles that get the same privileges.
std::vector<GrantStatement> GrantsBetween(const GrantLevels& before, const GrantLevels& after,
                                          const InDefault& in_default);

// "GRANT SELECT, INSERT ON TABLE public.t TO a, b WITH GRANT OPTION". `columns` stands after
// every privilege: " (a, b)".
std::string GrantSql(const GrantStatement& statement, const std::string& on,
                     const std::string& columns = "");

// ALTER DEFAULT PRIVILEGES as it stands at one point of a script.
class DefaultPrivilegesInForce {
 public:
  void Set(const DefaultPrivileges& d);
  void Erase(const DefaultPrivileges& d);
  // What an object that `role` makes in `schema` has from the start.
  GrantLevels For(const std::string& role, const std::string& schema,
                  DefaultPrivileges::ObjectType type, const InDefault& in_default) const;

 private:
  using Key = std::tuple<std::string, std::string, int>;  // role, schema, type
  static Key KeyOf(const DefaultPrivileges& d) { return {d.role(), d.schema(), d.on()}; }
  std::map<Key, GrantLevels> levels_;
};

// What the privileges of a script need to know of the statements before them.
struct PrivilegeState {
  DefaultPrivilegesInForce defaults;
  // Columns whose grants stand in a statement of their table's.
  absl::flat_hash_set<const google::protobuf::Message*> done;
};

}  // namespace autogen::render

#endif  // AUTOGEN_RENDER_GRANT_LEVELS_H_
