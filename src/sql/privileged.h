// Statements that only a superuser may run, and which of them run nothing but themselves.
#ifndef AUTOGEN_SQL_PRIVILEGED_H_
#define AUTOGEN_SQL_PRIVILEGED_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace autogen::sql {

// What a superuser's session may do with one statement that somebody else wrote, so that no
// function, expression or program of theirs runs with the superuser's rights.
struct PrivilegedStatement {
  enum class Kind {
    // Runs code, evaluates expressions, scans rows or builds indexes, or is not known: never.
    kNever,
    // As it stands: it only writes catalogs.
    kAsItStands,
    kExtension,   // CREATE or ALTER EXTENSION … UPDATE: `name` runs its own script
    kCreateRole,  // CREATE ROLE, USER, GROUP: `name`
    kAlterRole,   // its attributes and settings: `name`
    kDropRole,    // `roles`
    kGrantRole,   // GRANT `roles` TO `members`
    kRevokeRole,  // the same
    kRoutine,     // CREATE FUNCTION or PROCEDURE
  };
  Kind kind = Kind::kNever;
  std::string name;
  std::vector<std::string> roles;
  std::vector<std::string> members;
  bool if_exists = false;
  // Functions that the statement would call or wire in (a foreign-data wrapper's validator), as
  // written: only those of extensions may be.
  std::vector<std::string> functions;
  // kRoutine: "c", "internal", …; what AS says: the symbol, or library and symbol.
  std::string language;
  std::vector<std::string> as;
  std::string node;  // the parse node, for messages
};

PrivilegedStatement ClassifyPrivileged(absl::string_view statement);

// The roles that a statement names as grantees, owners, members of policies and the like.
std::vector<std::string> RolesIn(absl::string_view statement);
// The tablespaces that it puts something into.
std::vector<std::string> TablespacesIn(absl::string_view statement);

}  // namespace autogen::sql

#endif  // AUTOGEN_SQL_PRIVILEGED_H_
