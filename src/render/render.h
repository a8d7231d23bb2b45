// Plan -> SQL statements.
#ifndef AUTOGEN_RENDER_RENDER_H_
#define AUTOGEN_RENDER_RENDER_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/diff/plan.h"
#include "src/impact/impact.h"

namespace autogen::render {

struct Options {
  int server_version = 150000;
  bool privileges = false;
  bool owners = false;
  // Whether a table or materialized view that is there before is changed without blocking who uses
  // it, where there is a way, in steps of their own (see online.h). null: none.
  std::function<bool(absl::string_view schema, absl::string_view relation)> online;
};

// Where a statement stands in its script: before or behind the rest; what is dropped first, behind
// what is built first.
enum class Place { kFirst, kDroppedFirst, kMain, kLast };

// One statement, without a semicolon.
struct Statement {
  std::string sql;
  // What it is for: the object ("tasks.score"), what happens to it ("add column"), why ("recreated
  // after column tasks.id"), and what is kept although it looks lost ("its rows are kept").
  struct Purpose {
    std::string object;
    std::string what;
    std::string because;
    std::string kept;
  };
  Purpose purpose;
  int operation = -1;  // in Plan::operations; -1: belongs to none
  Place place = Place::kMain;
  // What comes before it is committed first: why. "": it runs in the step of the one before.
  std::string step;
  // What it does, found by Annotate().
  impact::Impact impact;
  // Remarks of other rooms: a likely rename, what the downgrade restores, where a backfill belongs.
  std::vector<std::string> remarks;
  // Data checks that count such rows: (query, what it counts). Directives of a script.
  std::vector<std::pair<std::string, std::string>> preflight;
};

// The statements of a plan, in order. Every name is qualified and quoted. Unimplemented names an
// operation that cannot be written for that server version.
absl::StatusOr<std::vector<Statement>> Render(const diff::Plan& plan, const Options& options);

// Finds the impact of each statement; without it, no comment above a statement mentions it.
void Annotate(const diff::Plan& plan, std::vector<Statement>* statements);

// Of a script that changes tables online (see Options): remarks that others have to wait, where it
// has no way around. After Annotate().
void SayWhatBlocks(
    const std::function<bool(absl::string_view schema, absl::string_view relation)>& online,
    std::vector<Statement>* statements);

// The lines of the comment above a statement: what it is for with what it locks, does to rows, may
// lose or fail on; then the remarks. Each is one line, whatever bytes a name in it holds (see
// sql::Comment).
std::vector<std::string> Notes(const Statement& statement);

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
