// The rights that the statements of scripts need, and that the roles that run them have not.
#ifndef AUTOGEN_APPLY_NEEDED_RIGHTS_H_
#define AUTOGEN_APPLY_NEEDED_RIGHTS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "src/apply/script_run.h"
#include "src/postgres/connection.h"

namespace autogen::apply {

struct MissingRights {
  // "public.tasks belongs to owner, whose rights role app has not: GRANT owner TO app": tables that
  // the scripts change as a role that does not have the rights of their owner.
  std::vector<std::string> foreign_tables;
  // "owner": roles of SET ROLE in the scripts that the session's may not take.
  std::vector<std::string> forbidden_roles;
  // "role app lacks CREATE on schema shop: GRANT CREATE ON SCHEMA shop TO app": of schemas that are
  // there, and of the database where schemas are created.
  std::vector<std::string> places;
};

// Each statement counts for the role that SET ROLE has set there, and with the rights that are
// there now: behind one that gives rights, what the rest lacks is not known and not named. USAGE of
// a role is to have its rights at once, as ALTER needs them; a member with NOINHERIT has them by
// SET ROLE only. Roles and schemas that are not there are the scripts' own. Changes nothing.
absl::Status ReadMissingRights(postgres::Connection& connection,
                               absl::Span<const ScriptRun> scripts, MissingRights* missing);

// What the role that runs this statement of the script lacks, a line each, as in MissingRights:
// rights of owners, of schemas, and "role app lacks UPDATE on public.tasks: GRANT UPDATE ON
// public.tasks TO app" of the tables that it names. For a statement that the server has refused
// with 42501; where nothing is found, a line says whom to ask for what. Changes nothing.
std::vector<std::string> RightsToAskFor(postgres::Connection& connection, const ScriptRun& script,
                                        size_t statement);

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_NEEDED_RIGHTS_H_
