"""Scripts whose effects can be counted: each step leaves one row that says which step it was."""
import os
import re

SETUP = """
CREATE TABLE effects (revision text, direction text, step int, part text DEFAULT '');
CREATE PROCEDURE twice(revision text, direction text, step int) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_sleep(0.01);
  INSERT INTO effects VALUES (revision, direction, step, 'first');
  COMMIT;
  PERFORM pg_sleep(0.02);
  INSERT INTO effects VALUES (revision, direction, step, 'second');
  COMMIT;
  PERFORM pg_sleep(0.01);
END $$;
"""

# Steps of a script: ("together", SQL), which also leaves its row; ("alone", SQL) for what cannot be in a transaction;
# ("call", ""), which leaves two rows and commits in between; ("silent", SQL). {t} is a table of the script's own.


def plain():
    return ([("together", "CREATE TABLE {t} (a int, b text); INSERT INTO {t} SELECT g, g FROM generate_series(1, 200) "
              "g; SELECT pg_sleep(0.02);")],
            [("together", "DROP TABLE {t}; SELECT pg_sleep(0.02);")])


def indexes():
    return ([("together", "CREATE TABLE {t} (a int, b text); INSERT INTO {t} SELECT g, g FROM generate_series(1, 3000) "
              "g;"),
             ("alone", "CREATE UNIQUE INDEX CONCURRENTLY {t}_a ON {t} (a);"),
             ("together", "ALTER TABLE {t} ADD COLUMN c int DEFAULT 7; UPDATE {t} SET b = 'x' WHERE a < 9;"),
             ("alone", "CREATE INDEX CONCURRENTLY IF NOT EXISTS {t}_b ON {t} (b);"),
             ("alone", "VACUUM {t};"),
             ("together", "ALTER TABLE {t} ADD CONSTRAINT {t}_c CHECK (c > 0);")],
            [("together", "ALTER TABLE {t} DROP CONSTRAINT {t}_c;"),
             ("alone", "DROP INDEX CONCURRENTLY {t}_b;"),
             ("together", "ALTER TABLE {t} DROP COLUMN c;"),
             ("alone", "DROP INDEX CONCURRENTLY {t}_a;"),
             ("together", "DROP TABLE {t};")])


def enums():
    # A new label can be used only after a commit: two steps without a statement outside a transaction.
    return ([("together", "CREATE TYPE {t}_kind AS ENUM ('one'); CREATE TABLE {t} (k {t}_kind); "
              "SET statement_timeout = '70s';"),
             ("alone", "VACUUM {t};"),
             ("together", "ALTER TYPE {t}_kind ADD VALUE 'two';"),
             ("together", "INSERT INTO {t} VALUES ('two'); CREATE INDEX {t}_k ON {t} (k);"),
             ("alone", "REINDEX INDEX CONCURRENTLY {t}_k;")],
            [("together", "DROP TABLE {t}; DROP TYPE {t}_kind;")])


def calls():
    # Without a transaction, each statement is a step.
    return ([("silent", "CREATE TABLE {t} (a int);"), ("call", ""), ("together", ""),
             ("silent", "ALTER TABLE {t} ADD COLUMN b int;"), ("call", "")],
            [("silent", "ALTER TABLE {t} DROP COLUMN b;"), ("call", ""), ("together", ""),
             ("silent", "DROP TABLE {t};")])


def failing():
    return ([("together", "CREATE TABLE {t} (a int); INSERT INTO {t} VALUES (1), (1);"),
             ("alone", "CREATE INDEX CONCURRENTLY {t}_a ON {t} (a);"),
             ("together", "SELECT pg_sleep(0.02);"),
             ("alone", "CREATE UNIQUE INDEX CONCURRENTLY {t}_fails ON {t} (a);")],
            [("alone", "DROP INDEX CONCURRENTLY {t}_fails;"),
             ("together", "SELECT pg_sleep(0.02);"),
             ("alone", "DROP INDEX CONCURRENTLY {t}_a;"),
             ("together", "DROP TABLE {t};")])


class History:
    """The scripts in `folder`/versions, one after another."""

    def __init__(self, folder, kinds):
        self.revisions = ["aaaa%08d" % i for i in range(len(kinds))]
        self.kinds = {}  # (revision, direction) -> kinds of its steps, the first at index 0
        self.indexes = {}  # (revision, step of the upgrade) -> the index that is valid when the step is done
        os.makedirs(folder + "/versions")
        with open(folder + "/autogen.txtpb", "w") as file:
            file.write('versions: "versions"\n')
        before = "base"
        for revision, kind in zip(self.revisions, kinds):
            up, down = kind()
            with open("%s/versions/%s.sql" % (folder, revision), "w") as file:
                file.write("-- script %s\n--\n-- revision:   %s\n-- revises:    %s\n\n-- autogen: upgrade\n\n%s\n"
                           "-- autogen: downgrade\n\n%s" % (revision, revision, before, self.text(
                               revision, "upgrade", up), self.text(revision, "downgrade", down)))
            before = revision

    def before(self, revision):
        """The revision that it revises; None: base."""
        at = self.revisions.index(revision)
        return self.revisions[at - 1] if at else None

    def text(self, revision, direction, steps):
        self.kinds[revision, direction] = [kind for kind, _ in steps]
        calls = any(kind == "call" for kind, _ in steps)
        lines = ["-- autogen: no-transaction\n\n"] if calls else []
        for number, (kind, sql) in enumerate(steps, 1):
            if kind == "call":
                sql = "CALL twice('%s', '%s', %d);" % (revision, direction, number)
            if kind == "together":
                sql = "INSERT INTO effects VALUES ('%s', '%s', %d); %s" % (revision, direction, number, sql)
            sql = sql.replace("{t}", "t" + revision[-3:])
            index = re.search(r"^CREATE.* INDEX CONCURRENTLY (?:IF NOT EXISTS )?(\w+)", sql)
            if index and direction == "upgrade":
                self.indexes[revision, number] = index.group(1)
            lines.append(sql + "\n")
        return "".join(lines)
