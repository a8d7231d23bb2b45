// Checks that a piece of SQL from a model is what its field requires and nothing more:
// no second statement, no comment that swallows what follows, nothing unbalanced.
#ifndef AUTOGEN_SQL_FRAGMENT_H_
#define AUTOGEN_SQL_FRAGMENT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "autogen/options.pb.h"

namespace autogen::sql {

// OK where `text` alone is one `fragment`. First by libpg_query (PostgreSQL 15's grammar): it must
// parse inside a carrier statement into exactly one node that spans it. Where the grammar fails,
// by its scanner: every token is complete, brackets balance and never close below the start, no
// semicolon at depth 0 (a newer server's syntax passes this; the server is the judge then). Types
// and signatures hold no comments, and nothing ends in a "--" comment. InvalidArgument says what is
// wrong and at which character (1-based, of `text`).
absl::Status CheckFragment(Fragment fragment, absl::string_view text);

}  // namespace autogen::sql

#endif  // AUTOGEN_SQL_FRAGMENT_H_
