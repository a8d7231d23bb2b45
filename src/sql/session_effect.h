// What a statement leaves in its session.
#ifndef AUTOGEN_SQL_SESSION_EFFECT_H_
#define AUTOGEN_SQL_SESSION_EFFECT_H_

#include <string>

namespace autogen::sql {

// Once its transaction is over.
struct SessionEffect {
  enum class Kind {
    kNothing,
    kSettings,  // SET, RESET, SELECT set_config(…, false) of what can be evaluated again
    kObjects,   // what saying it again does not bring back: see `what`
    kCode,      // it runs functions or a block: it may leave anything
    kTriggers,  // the same where there are triggers, or other code that it does not name
  };
  Kind kind = Kind::kNothing;
  std::string what;  // kObjects: "a temporary table", for messages
  // The setting that SET or RESET names, in lower case; "" for the others and for RESET ALL.
  std::string setting;
  // Holds until the end of the transaction: SET LOCAL, set_config(…, true), ON COMMIT DROP.
  bool local = false;
  // Of the transaction itself: SET TRANSACTION, SET CONSTRAINTS.
  bool transaction_mode = false;
  // It makes the transaction read-only: SET TRANSACTION READ ONLY, SET transaction_read_only = on.
  bool read_only = false;
  // DISCARD ALL: of what came before, nothing is left.
  bool discards_all = false;
};

}  // namespace autogen::sql

#endif  // AUTOGEN_SQL_SESSION_EFFECT_H_
