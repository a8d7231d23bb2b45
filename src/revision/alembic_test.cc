#include "src/revision/alembic.h"

#include <doctest/doctest.h>

#include "absl/strings/str_join.h"
#include "src/revision/python.h"

namespace autogen::revision {
namespace {

TEST_CASE("the literals of a Python module are read, however they are written") {
  struct {
    const char* text;
    const char* expected;  // joined by "|"; "!": an error
  } rows[] = {
      {"x = 'a'", "a"},
      {"x: str = \"a\"", "a"},
      {"x: Union[str, Sequence[str], None] = None", ""},
      {"x: \"Optional[str]\" = r'a\\d'  # a comment", "a\\d"},
      {"x = ('a',)", "a"},
      {"x = 'a', 'b'", "a|b"},
      {"x = (\n  'a',  # first\n  \"b\"\n)\n", "a|b"},
      {"x = ['a', u'b']", "a|b"},
      {"x = {'a'}", "a"},
      {"x = ('a' 'b')", "ab"},
      {"x = 'it\\'s'", "it's"},
      {"x = \\\n  'a'", "a"},
      {"x = 'a'; y = 'b'", "a"},
      {"x = 'a'\nx = 'b'", "b"},
      {"def f():\n    x = 'inner'\nx = 'a'\n", "a"},
      {"s = '''\nx = 'inside a string'\n'''\nx = 'a'\n", "a"},
      {"if True:\n    x = 'no'\nx='a'\r\n", "a"},
      {"import x\nx == 'b'\nx = 'a'", "a"},
      {"x, y = 'a', None", "a"},
      {"y, x = None, ('a', 'b')", "a|b"},
      {"y, x = ('b', 'a')", "a"},
      {"y, x = (\n 'b',\n 'a',\n)\n", "a"},
      {"x = y = 'a'", "a"},
      {"y = x = 'a'", "a"},
      {"y = 'b'; x = 'a'", "a"},
      {"z.x = f()\nx = 'a'", "a"},
      {"g(x='b')\nx = 'a'", "a"},
      {"y, x = 'b', f()", "!"},
      {"y, x = values", "!"},
      {"x, y = 'a'", "!"},
      {"x = f'a'", "!"},
      {"x = 'a' f'{b}'", "!"},
      {"x = rF'a'", "!"},
      {"x = 'a'\nx += 'b'", "!"},
      {"if y:\n    x = 'a'\nelse:\n    x = 'b'\n", "!"},
      {"x = 'a'\nif y:\n    x = 'b'\n", "!"},
      {"import os; x = 'a'", "a"},
      {"def f(): y = 1; x = 2\nx = 'a'", "a"},
      {"x = f()", "!"},
      {"x = 'a' + 'b'", "!"},
      {"x = OTHER", "!"},
      {"x = 'a", "!"},
      {"x = ('a'", "!"},
  };
  for (const auto& row : rows) {
    CAPTURE(std::string(row.text));
    absl::StatusOr<PythonModule> module = ReadPython(row.text, {"x"});
    if (std::string(row.expected) == "!") {
      CHECK(!module.ok());
      continue;
    }
    REQUIRE_MESSAGE(module.ok(), module.status().ToString());
    REQUIRE(module->values.count("x") == 1);
    CHECK(absl::StrJoin(module->values["x"], "|") == row.expected);
  }
}

TEST_CASE("a script of Alembic's gives its place in the history") {
  absl::StatusOr<Revision> revision = ReadAlembicScript(
      R"("""Add phases
and status

Revision ID: 934f38a4fc73
Revises: a1b2c3d4e5f6
Create Date: 2025-12-25 19:11:02.123456

"""
from typing import Sequence, Union

from alembic import op

# revision identifiers, used by Alembic.
revision: str = '934f38a4fc73'
down_revision: Union[str, None] = ('a1b2c3d4e5f6', 'c7bb9a9f0570')
branch_labels: Union[str, Sequence[str], None] = ("core",)
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.execute("UPDATE t SET revision = 'x'")
)",
      "x.py");
  REQUIRE_MESSAGE(revision.ok(), revision.status().ToString());
  CHECK(revision->id == "934f38a4fc73");
  CHECK(revision->revises == std::vector<std::string>{"a1b2c3d4e5f6", "c7bb9a9f0570"});
  CHECK(revision->labels == std::vector<std::string>{"core"});
  CHECK(revision->depends_on.empty());
  CHECK(revision->message == "Add phases\nand status");
  CHECK(revision->created == "2025-12-25 19:11:02.123456");

  CHECK(absl::IsNotFound(ReadAlembicScript("x = 1", "env.py").status()));
  absl::Status status = ReadAlembicScript("\nrevision = make()\n", "x.py").status();
  CHECK(status.message().find("x.py:2: revision is computed") == 0);
}

TEST_CASE("offline SQL comes apart by revision, without what keeps Alembic's own books") {
  constexpr char kUp[] = R"(BEGIN;

CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

-- Running upgrade  -> a1

CREATE TABLE t (n integer);

-- about alembic_version
INSERT INTO notes VALUES ('alembic_version; kept');

INSERT INTO alembic_version (version_num) VALUES ('a1') RETURNING alembic_version.version_num;

-- Running upgrade a1 -> b2

UPDATE public.alembic_version SET version_num='b2' WHERE alembic_version.version_num = 'a1';

-- Running upgrade b2, c3 -> d4

DELETE FROM alembic_version WHERE alembic_version.version_num = 'b2';

CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN; COMMIT; END $$;

COMMIT;
)";
  absl::StatusOr<std::map<std::string, std::string>> up = SplitAlembicSql(kUp, "alembic_version");
  REQUIRE_MESSAGE(up.ok(), up.status().ToString());
  CHECK(up->size() == 3);
  CHECK((*up)["a1"] ==
        "CREATE TABLE t (n integer);\n\n"
        "-- about alembic_version\nINSERT INTO notes VALUES ('alembic_version; kept');\n");
  CHECK((*up)["b2"] == "");
  CHECK((*up)["d4"] ==
        "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN; COMMIT; END $$;\n");
  absl::StatusOr<std::map<std::string, std::string>> down =
      SplitAlembicSql("-- Running downgrade b2 -> a1\nDROP TABLE t;\n", "alembic_version");
  REQUIRE(down.ok());
  CHECK((*down)["b2"] == "DROP TABLE t;\n");
  CHECK(!SplitAlembicSql("SELECT 1;", "alembic_version").ok());
}

}  // namespace
}  // namespace autogen::revision
