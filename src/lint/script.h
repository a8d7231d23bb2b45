// What lint judges: the statements of one file, in the order in which they run.
#ifndef AUTOGEN_LINT_SCRIPT_H_
#define AUTOGEN_LINT_SCRIPT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "nlohmann/json.hpp"
#include "src/impact/impact.h"
#include "src/lint/hazard.h"
#include "src/report/finding.h"
#include "src/revision/script.h"
#include "src/sql/statement.h"

namespace autogen::lint {

// In the place of a statement: the file as a whole.
inline constexpr size_t kWholeFile = static_cast<size_t>(-1);

struct Statement {
  sql::Statement sql;  // its line and offset count from the start of the file
  impact::Impact impact;
  nlohmann::json tree;  // see impact::Dialect::parse; null where it could not be parsed
  // Statements of one step commit together.
  int step = 0;
  // In a transaction block of the file's own.
  bool in_block = false;
};

struct Script {
  std::string path;
  // It has a header: `autogen upgrade` runs it, in steps, with a limit on waiting for locks, and
  // continues it where it was interrupted. Else nobody knows how it is run.
  bool managed = false;
  std::string revision;
  // Proved as it is: its statements are valid. `generated`: and written by autogen, so that the
  // comment above each statement says what it does.
  bool proved = false;
  bool generated = false;
  // Edited since its proof.
  bool edited = false;
  std::vector<Statement> statements;
  std::vector<Hazard> hazards;
  struct Allowed : revision::Allowance {
    size_t statement = kWholeFile;
  };
  std::vector<Allowed> allowed;
};

}  // namespace autogen::lint

#endif  // AUTOGEN_LINT_SCRIPT_H_
