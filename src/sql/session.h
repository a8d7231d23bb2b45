// What a statement leaves in its session. For those that hold the tree; others read
// impact::Impact.
#ifndef AUTOGEN_SQL_SESSION_H_
#define AUTOGEN_SQL_SESSION_H_

#include <string>

#include "nlohmann/json.hpp"
#include "src/sql/session_effect.h"

namespace autogen::sql {

// Of a parsed statement: the name and the content of its node. A DO block is inspected as far as
// its words tell; functions are not.
SessionEffect FindSessionEffect(const std::string& node, const nlohmann::json& body);

}  // namespace autogen::sql

#endif  // AUTOGEN_SQL_SESSION_H_
