// A text of SQL from quote to quote, where it need not be SQL as a whole: rows of a COPY and
// commands of psql stand in it, so that it cannot be scanned.
#ifndef AUTOGEN_SQL_PIECE_H_
#define AUTOGEN_SQL_PIECE_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace autogen::sql {

// The byte behind the comment, literal or quoted name that starts at byte `at`, which may be the
// end of the text; else the byte behind `at`. Literals as with standard_conforming_strings.
size_t EndOfPiece(absl::string_view text, size_t at);

// A byte that may stand in a bare name.
bool IsNameByte(char c);

}  // namespace autogen::sql

#endif  // AUTOGEN_SQL_PIECE_H_
