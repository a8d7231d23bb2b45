// What a statement does to tables that are in use, as far as its text alone tells.
#ifndef AUTOGEN_SQL_EFFECT_H_
#define AUTOGEN_SQL_EFFECT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace autogen::sql {

struct Effect {
  enum class Kind {
    kCreates,      // the relation is new
    kAlters,       // needs its owner
    kLosesData,    // rows or values that were there are not any more
    kRewrites,     // (maybe) the whole table anew, under ACCESS EXCLUSIVE
    kScans,        // every row looked at, under a lock that stops writers
    kBuildsIndex,  // the same for an index: writers wait
    kRenames,      // what runs now knows the old name
    kOpaque,       // DO, CALL, and what the parser does not know: it may do anything
  };
  Kind kind;
  std::string schema;    // of the relation; as written, may be empty
  std::string relation;  // empty where it is none (a schema)
  std::string what;      // "drops column t.c": for messages
};

// In the order of the statement; several for an ALTER TABLE with several parts. What needs a look
// into the catalog (is this ALTER TYPE a rewrite?) is told as if it did. Nothing for what is cheap.
// Rules: PostgreSQL's manual, ALTER TABLE, "Notes".
std::vector<Effect> FindEffects(absl::string_view statement);

}  // namespace autogen::sql

#endif  // AUTOGEN_SQL_EFFECT_H_
