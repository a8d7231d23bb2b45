#include "src/lint/rules/hazards.h"
#include "src/lint/rules/rules.h"

namespace autogen::lint::rules {
namespace {

void Check(const Script& script, const RuleOptions&, Report report) {
  SayHazards(script, HazardKind::kOpaque, report);
}

}  // namespace

Rule Opaque() {
  return {.name = "opaque",
          .meaning = "code that is not inspected, syntax that could not be parsed",
          .why =
              "A DO block, a CALL, and a function of your own that a statement runs may do "
              "anything, and "
              "no rule inspects them.",
          .fix = "Write what it does as statements, or have somebody read it.",
          .documentation = "https://www.postgresql.org/docs/current/sql-do.html",
          .bad = {"DO $$ BEGIN EXECUTE 'DROP TABLE tasks'; END $$;", "CALL archive_tasks();",
                  "SELECT archive(id) FROM tasks;"},
          .good = {"CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ DELETE FROM tasks $$;",
                   "SELECT count(*), lower(title) FROM tasks GROUP BY 2;",
                   "ALTER TABLE tasks ALTER COLUMN title SET DEFAULT next_title();"},
          .check = Check};
}

}  // namespace autogen::lint::rules
