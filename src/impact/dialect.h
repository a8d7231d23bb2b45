// The seam between scripts and an engine's SQL: what a script's text is taken apart with, and what
// its statements do. A folder of scripts is loaded with one (revision::Graph), and whoever reads a
// script of it asks no further which it is. (Quoting is no part of it: names and values become SQL
// in render and apply, which are an engine's own.)
#ifndef AUTOGEN_IMPACT_DIALECT_H_
#define AUTOGEN_IMPACT_DIALECT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "nlohmann/json_fwd.hpp"
#include "src/impact/impact.h"
#include "src/sql/scan.h"
#include "src/sql/statement.h"

namespace autogen::impact {

struct Dialect {
  absl::StatusOr<std::vector<sql::Token>> (*scan)(absl::string_view text);
  // Nothing but blanks, comments and semicolons.
  bool (*is_blank)(absl::string_view text);
  // InvalidArgument begins with the place where that is known: "line 3:14: …", or "line 3: …".
  absl::StatusOr<std::vector<sql::Statement>> (*split)(absl::string_view script);
  // Of the statements of one script, in their order: what each does and how it can run.
  std::vector<Impact> (*impacts)(absl::Span<const sql::Statement> statements);
  // What a statement that a script leaves without data checks may fail on can be derived.
  bool derives_data_checks = false;
  // With what may be a secret left out.
  std::string (*masked)(absl::string_view statement);
  // The text of a file for the engine's shell with blanks for what only the shell reads and names
  // in the place of its variables: every byte of SQL keeps its place.
  std::string (*without_shell)(absl::string_view text);
  // The tree of one statement, {"IndexStmt": {…}}, of the syntax that the grammar knows or that is
  // the same to it; null where the engine has no trees. InvalidArgument with sql::SyntaxPosition().
  absl::StatusOr<nlohmann::json> (*parse)(absl::string_view statement);
};

// Of a script of which nobody says for which engine it is.
const Dialect& DefaultDialect();
const Dialect& PostgresDialect();

}  // namespace autogen::impact

#endif  // AUTOGEN_IMPACT_DIALECT_H_
