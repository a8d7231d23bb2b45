"""SQL files as a source of diff and check."""
from attack import Attack, Run

RUNS = [Run("diff --from empty --to x.sql"), Run("check --from x.sql")]


def by_source(name, tries, sql, runs=None, **more):
    more.setdefault("armed", sql)
    return Attack(name, tries, runs or RUNS, {"x.sql": sql, "models/m.txtpb": 'table { name: "t" }'}, **more)


ATTACKS = [
    by_source("source-do", "DO that makes a superuser and runs a program",
              "DO $$ BEGIN EXECUTE 'CREATE ROLE autogen_attack SUPERUSER'; EXECUTE 'COPY (SELECT 1) TO PROGRAM "
              "''touch @OUTSIDE@/program'''; END $$;"),
    by_source("source-program", "COPY TO PROGRAM", "COPY (SELECT 1) TO PROGRAM 'touch @OUTSIDE@/program';"),
    by_source("source-role", "roles, tablespaces, databases",
              "CREATE ROLE autogen_attack SUPERUSER;\nALTER ROLE canary_login NOLOGIN;\nCREATE DATABASE "
              "autogen_attack;\nDROP DATABASE production;"),
    by_source("source-copy-from", "COPY FROM a file, then into an error's text",
              "CREATE TABLE public.s (l text);\nCOPY public.s FROM '@SECRET@';\nCREATE TABLE public.e AS SELECT "
              "l::integer FROM public.s;"),
    by_source("source-meta", "psql's meta-commands", "\\! touch @OUTSIDE@/shell\n\\i @SECRET@\n\\copy (SELECT 1) TO "
        "'@OUTSIDE@/kept.txt'\n"
              "\\connect production\nDELETE FROM canary.rows;\n"),
    by_source("source-restrict", "a meta-command between \\restrict lines, as in a dump",
              "\\restrict a\nCREATE TABLE public.t (a int);\n\\unrestrict a\\! touch @OUTSIDE@/shell\n\\restrict "
              "b\\! touch @OUTSIDE@/shell\n", armed=""),
    by_source("source-database", "\\connect and ALTER DATABASE as in pg_dump --create",
              "ALTER DATABASE production OWNER TO canary_login;\nCOMMENT ON DATABASE app IS 'attacked';\nALTER "
              "DATABASE app SET work_mem = '1MB';"),
    by_source("source-alter-system", "ALTER SYSTEM, by COMMIT outside the transaction",
              "COMMIT;\nALTER SYSTEM SET work_mem = '77kB';"),
    by_source("source-secret-error", "a file outside as a source: the error must not print it",
              "SELECT 1;", runs=[Run("diff --from empty --to link.sql")], armed="",
              links={"link.sql": "@OUTSIDE@/secret.sql"}),
    by_source("source-endless", "a statement that never ends", "SELECT pg_sleep(1000000000);", runs=RUNS[:1]),
]
