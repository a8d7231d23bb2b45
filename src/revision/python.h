// The subset of Python that a script of Alembic's needs: the docstring and the literals assigned at
// the top level. Reads text; never runs anything.
#ifndef AUTOGEN_REVISION_PYTHON_H_
#define AUTOGEN_REVISION_PYTHON_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace autogen::revision {

struct PythonModule {
  std::string docstring;
  // A string, or the strings of a tuple, list or set; empty for None. The last assignment wins.
  std::map<std::string, std::vector<std::string>> values;
};

// Assignments to `names` only, annotated or not, alone, in a chain or as a tuple: `revision: str =
// "3f2a"`, `a = b = None`, `a, b = "x", None`. InvalidArgument with the line where one of them is not a
// literal (an f-string is none), is assigned under a condition and not again after it, or where a
// string does not end.
absl::StatusOr<PythonModule> ReadPython(absl::string_view text,
                                        const std::vector<std::string>& names);

// A keyword argument of a call, anywhere in the code: `f(name=value)`, `f(**value)` (its name is
// "**").
struct PythonArgument {
  std::string function;  // without what stands before its last "."
  std::string name;
  std::string value;  // as it is written
  int line = 0;
};
// Those that have one of `names`, in order.
std::vector<PythonArgument> FindArguments(absl::string_view text,
                                          const std::vector<std::string>& names);

}  // namespace autogen::revision

#endif  // AUTOGEN_REVISION_PYTHON_H_
