#include "src/render/grant_levels.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// The order in which PostgreSQL's manual lists them.
int Rank(const std::string& privilege) {
  static constexpr const char* kOrder[] = {
      "SELECT",   "INSERT", "UPDATE", "DELETE",  "TRUNCATE",  "REFERENCES", "TRIGGER",
      "MAINTAIN", "USAGE",  "CREATE", "CONNECT", "TEMPORARY", "EXECUTE"};
  int rank = 0;
  for (const char* name : kOrder) {
    if (privilege == name) return rank;
    ++rank;
  }
  return rank;
}

std::vector<Grant> GrantsIn(const Message& object, const char* field) {
  std::vector<Grant> grants;
  const FieldDescriptor* f = object.GetDescriptor()->FindFieldByName(field);
  if (f == nullptr) return grants;
  for (int i = 0; i < object.GetReflection()->FieldSize(object, f); ++i) {
    grants.push_back(
        static_cast<const Grant&>(object.GetReflection()->GetRepeatedMessage(object, f, i)));
  }
  return grants;
}

std::string Roles(const std::vector<std::string>& roles) {
  return absl::StrJoin(roles, ", ", [](std::string* out, const std::string& role) {
    out->append(role == "PUBLIC" ? role : sql::Ident(role));
  });
}

// (revoke, grant option) -> role -> privileges
class Statements {
 public:
  void Add(bool revoke, bool grant_option, const std::pair<std::string, std::string>& key) {
    privileges_[Place(revoke, grant_option)][key.first].push_back(key.second);
  }

  std::vector<GrantStatement> Take() {
    std::vector<GrantStatement> statements;
    for (auto& [place, by_role] : privileges_) {
      std::map<std::vector<std::string>, size_t> found;
      for (auto& [role, privileges] : by_role) {
        std::sort(privileges.begin(), privileges.end(),
                  [](const std::string& a, const std::string& b) {
                    return std::make_pair(Rank(a), a) < std::make_pair(Rank(b), b);
                  });
        auto [it, added] = found.emplace(privileges, statements.size());
        if (added) statements.push_back({place < 2, place == 1 || place == 3, privileges, {}});
        statements[it->second].roles.push_back(role);
      }
    }
    return statements;
  }

 private:
  static int Place(bool revoke, bool grant_option) {
    return (revoke ? 0 : 2) + (grant_option ? 1 : 0);
  }
  std::map<int, std::map<std::string, std::vector<std::string>>> privileges_;
};

}  // namespace

GrantLevels LevelsOf(const Message& object) {
  return LevelsOf(GrantsIn(object, "grant"), GrantsIn(object, "revoke"));
}

GrantLevels LevelsOf(const std::vector<Grant>& granted, const std::vector<Grant>& revoked) {
  GrantLevels levels;
  for (const Grant& g : revoked) {
    for (const std::string& privilege : g.privilege()) {
      levels[{g.role(), privilege}] = GrantLevel::kRevoked;
    }
  }
  std::set<std::pair<std::string, std::string>> seen;
  for (const Grant& g : granted) {
    for (const std::string& privilege : g.privilege()) {
      const std::pair<std::string, std::string> key(g.role(), privilege);
      // Two grantors may have given it, one of them without the option.
      const bool first = seen.insert(key).second;
      if (g.grant_option()) {
        levels[key] = GrantLevel::kGrantable;
      } else if (first) {
        levels[key] = GrantLevel::kPlain;
      }
    }
  }
  return levels;
}

std::vector<GrantStatement> GrantsBetween(const GrantLevels& before, const GrantLevels& after,
                                          const InDefault& in_default) {
  // Only what the default gives can have been revoked from it: this tells what an owner that is not
  // known has.
  auto revoked = [](const GrantLevels& levels, const std::pair<std::string, std::string>& key) {
    auto it = levels.find(key);
    return it != levels.end() && it->second == GrantLevel::kRevoked;
  };
  // 0: has it not, 1: has it, 2: may pass it on.
  auto height = [&](const GrantLevels& levels, const std::pair<std::string, std::string>& key) {
    auto it = levels.find(key);
    if (it == levels.end()) {
      return in_default(key.first, key.second) || revoked(before, key) || revoked(after, key) ? 1
                                                                                              : 0;
    }
    return it->second == GrantLevel::kRevoked ? 0 : it->second == GrantLevel::kPlain ? 1 : 2;
  };
  std::set<std::pair<std::string, std::string>> keys;
  for (const auto& [key, level] : before) keys.insert(key);
  for (const auto& [key, level] : after) keys.insert(key);
  Statements statements;
  for (const auto& key : keys) {
    int b = height(before, key);
    int a = height(after, key);
    if (a == b) continue;
    if (a > b) {
      statements.Add(false, a == 2, key);
    } else {
      statements.Add(true, a == 1, key);
    }
  }
  return statements.Take();
}

std::string GrantSql(const GrantStatement& statement, const std::string& on,
                     const std::string& columns) {
  const std::string privileges = absl::StrJoin(
      statement.privileges, ", ",
      [&](std::string* out, const std::string& p) { absl::StrAppend(out, p, columns); });
  if (statement.revoke) {
    return absl::StrCat("REVOKE ", statement.grant_option ? "GRANT OPTION FOR " : "", privileges,
                        " ON ", on, " FROM ", Roles(statement.roles));
  }
  return absl::StrCat("GRANT ", privileges, " ON ", on, " TO ", Roles(statement.roles),
                      statement.grant_option ? " WITH GRANT OPTION" : "");
}

void DefaultPrivilegesInForce::Set(const DefaultPrivileges& d) { levels_[KeyOf(d)] = LevelsOf(d); }

void DefaultPrivilegesInForce::Erase(const DefaultPrivileges& d) { levels_.erase(KeyOf(d)); }

GrantLevels DefaultPrivilegesInForce::For(const std::string& role, const std::string& schema,
                                          DefaultPrivileges::ObjectType type,
                                          const InDefault& in_default) const {
  GrantLevels levels;
  auto global = levels_.find(Key(role, "", type));
  if (global != levels_.end()) levels = global->second;
  auto local = levels_.find(Key(role, schema, type));
  if (schema.empty() || local == levels_.end()) return levels;
  // A schema's entry adds to the global one (get_user_default_acl in aclchk.c).
  for (const auto& [key, level] : local->second) {
    auto it = levels.find(key);
    if (level == GrantLevel::kGrantable) {
      levels[key] = level;
    } else if (it != levels.end() && it->second == GrantLevel::kRevoked) {
      levels.erase(it);  // the default again
    } else if (it == levels.end() && !in_default(key.first, key.second)) {
      levels[key] = level;
    }
  }
  return levels;
}

}  // namespace autogen::render
