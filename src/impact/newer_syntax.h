// What PostgreSQL 16 to 18 added to statements that libpg_query's grammar (15) otherwise reads.
#ifndef AUTOGEN_IMPACT_NEWER_SYNTAX_H_
#define AUTOGEN_IMPACT_NEWER_SYNTAX_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace autogen::impact {

struct NewerSyntax {
  // A statement of PostgreSQL 15 with the same impact, but for the facts below.
  std::string text;
  bool not_enforced = false;    // … NOT ENFORCED (18)
  bool enforced = false;        // ALTER CONSTRAINT … ENFORCED
  bool virtual_column = false;  // GENERATED ALWAYS AS (…) VIRTUAL, or without a word (18)
  bool set_expression = false;  // ALTER COLUMN … SET EXPRESSION AS (17): became TYPE … USING
  bool not_valid = false;       // with NOT VALID
};

// Where `statement` holds any of these; nothing where it does not, or where what is left would
// still not parse.
std::optional<NewerSyntax> InOlderSyntax(absl::string_view statement);

}  // namespace autogen::impact

#endif  // AUTOGEN_IMPACT_NEWER_SYNTAX_H_
