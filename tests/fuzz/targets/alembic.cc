// Alembic's scripts in Python, and the SQL that it prints. The input: a script, a line of "%%", the
// output of `alembic upgrade --sql`.
#include "src/revision/alembic.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/revision/python.h"
#include "src/revision/write.h"
#include "src/sql/statement.h"
#include "tests/fuzz/fuzz.h"

namespace autogen::fuzz {
namespace {

// In an open bracket, where no statement can end, a semicolon is one more byte.
absl::string_view Trimmed(absl::string_view text) {
  return text.substr(0, text.find_last_not_of(";\n") + 1);
}

// A section made of it holds the same statements, and no more.
void CheckSql(absl::string_view output) {
  absl::StatusOr<std::map<std::string, std::string>> sections =
      revision::SplitAlembicSql(output, "alembic_version");
  if (!sections.ok()) return;
  for (const auto& [id, text] : *sections) {
    absl::StatusOr<std::vector<sql::Statement>> statements = sql::SplitStatements(text);
    Expect(statements.ok(), "the SQL of a revision does not split again",
           {output, text, statements.status().message()});
    std::string again = "-- Running upgrade  -> a\n" + text;
    auto second = revision::SplitAlembicSql(again, "alembic_version");
    Expect(second.ok(), "the SQL of a revision cannot be taken over again",
           {output, text, second.status().message()});
    if (absl::StrContains(text, "-- Running")) continue;  // inside of a statement
    Expect(second->size() == 1 && Trimmed(second->begin()->second) == Trimmed(text),
           "the SQL of a revision changes when it is taken over again",
           {output, text, second->begin()->second});
  }
}

}  // namespace

void FuzzOne(absl::string_view input) {
  const std::vector<absl::string_view> parts = Parts(input);
  revision::ReadPython(parts[0], {"revision", "x"}).IgnoreError();
  absl::StatusOr<revision::Revision> script = revision::ReadAlembicScript(parts[0], "a.py");
  if (script.ok()) {
    revision::ScriptSpec spec;
    spec.id = script->id;
    spec.revises = script->revises;
    spec.depends_on = script->depends_on;
    spec.labels = script->labels;
    spec.message = script->message;
    spec.notes = {absl::StrCat("adopted from ", parts[0].substr(0, 100))};
    revision::RenderScript(spec, {}).IgnoreError();
  } else {
    Expect(absl::StartsWith(script.status().message(), "a.py:"), "an error without the file's name",
           {parts[0], script.status().message()});
  }
  CheckSql(parts.back());
}

}  // namespace autogen::fuzz
