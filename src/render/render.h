// Plan -> SQL statements.
#ifndef AUTOGEN_RENDER_RENDER_H_
#define AUTOGEN_RENDER_RENDER_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "src/diff/plan.h"

namespace autogen::render {

struct Options {
  int server_version = 150000;
  bool privileges = false;
  bool owners = false;
};

// One statement, without a semicolon.
struct Statement {
  std::string sql;
  // The comment that goes above it: what it does to which object, the lock, what it may lose or
  // fail on. One line each, whatever bytes a name in it holds (see sql::Comment).
  std::vector<std::string> notes;
  bool loses_data = false;
  int operation = -1;     // in Plan::operations; -1: belongs to none
  bool may_fail = false;  // over rows that the schema before allows (Effect::fails)
  // Questions that count such rows: (query, what it counts). Directives of a script.
  std::vector<std::pair<std::string, std::string>> preflight;
};

// The statements of a plan, in order. Every name is qualified and quoted. Unimplemented names an
// operation that cannot be written for that server version.
absl::StatusOr<std::vector<Statement>> Render(const diff::Plan& plan, const Options& options);

// Comments, directives, statements and semicolons, as they stand in a script.
std::string ToSql(const std::vector<Statement>& statements);

// What ToSql() gives holds these, and nothing else (see sql::CheckHolds).
std::vector<std::string> StatementTexts(const std::vector<Statement>& statements);
std::vector<std::string> Directives(const std::vector<Statement>& statements);

// The same for psql: with the settings in front without which psql or the server would read it in
// another way. Internal: the text does not hold exactly these statements.
absl::StatusOr<std::string> ToPsql(const std::vector<Statement>& statements);

}  // namespace autogen::render

#endif  // AUTOGEN_RENDER_RENDER_H_
