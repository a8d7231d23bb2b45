// CREATE FUNCTION and CREATE PROCEDURE in LANGUAGE c as texts: which library they name.
#ifndef AUTOGEN_SQL_LIBRARY_ROUTINE_H_
#define AUTOGEN_SQL_LIBRARY_ROUTINE_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace autogen::sql {

struct LibraryRoutine {
  std::string name;     // as written: public.f
  std::string returns;  // the type's last name, folded: "void"; "" for a procedure
  std::string library;
  std::string symbol;  // from AS, else the routine's own name
  // Bytes of the statement: the name of the language, and the literals of AS.
  size_t language_begin = 0, language_end = 0;
  size_t as_begin = 0, as_end = 0;
};

// Nothing for every other statement.
std::optional<LibraryRoutine> FindLibraryRoutine(absl::string_view statement);

}  // namespace autogen::sql

#endif  // AUTOGEN_SQL_LIBRARY_ROUTINE_H_
