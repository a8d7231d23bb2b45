// Privileges on what is no object of a Schema: nothing of them is compared, but they are restored
// where what they are granted on is recreated.
#ifndef AUTOGEN_MODEL_UNCOMPARED_PRIVILEGES_H_
#define AUTOGEN_MODEL_UNCOMPARED_PRIVILEGES_H_

#include <string>
#include <vector>

#include "autogen/common.pb.h"
#include "autogen/options.pb.h"
#include "src/model/object_id.h"

namespace autogen::model {

// What an extension has made and privileges can be granted on.
struct ExtensionMember {
  std::string extension;
  std::string version;  // of the extension that has this member
  std::string home;     // the extension's schema
  Kind kind = KIND_UNSPECIFIED;
  bool procedure = false;  // of a FUNCTION, which an aggregate is, too
  // Where it has one.
  std::string schema;
  std::string name;
  // Of a FUNCTION: the types of its arguments, as SQL writes them while the search path is empty.
  std::vector<std::string> arguments;
  std::string column;  // of a TABLE, where this is about one of its columns; else ""

  // What differs from acldefault(): now, and when CREATE EXTENSION had ended (pg_init_privs).
  std::vector<Grant> grant, revoke;
  std::vector<Grant> first_grant, first_revoke;
};

// The sequence behind an identity column: every one, also where nothing differs from acldefault().
struct IdentityPrivileges {
  ObjectId column;
  std::vector<Grant> grant, revoke;
};

struct UncomparedPrivileges {
  std::vector<ExtensionMember> members;
  std::vector<IdentityPrivileges> identities;
};

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_UNCOMPARED_PRIVILEGES_H_
