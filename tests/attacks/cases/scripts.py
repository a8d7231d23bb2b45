"""Scripts of a repository: verify, lint and upgrade --sql must not let them out of scratch."""
from attack import Attack, Run, script

RUNS = [Run("verify"), Run("lint"), Run("upgrade --sql base:head"), Run("history --verbose")]


def by_script(name, tries, upgrade, downgrade="SELECT 1;\n", runs=None, armed=None, **more):
    return Attack(name, tries, runs or RUNS[:3], {"versions/1_x.sql": script(upgrade, downgrade)},
                  armed=upgrade if armed is None else armed, **more)


ATTACKS = [
    by_script("verify-drop-database", "DROP DATABASE of another database", "DROP DATABASE production WITH (FORCE);"),
    by_script("verify-alter-role", "ALTER ROLE of a role that is in use",
              "ALTER ROLE canary_login NOLOGIN; ALTER ROLE canary_login SET statement_timeout = '5s';",
              "DROP ROLE canary_login;\n"),
    by_script("verify-alter-system", "ALTER SYSTEM and a reload",
              "ALTER SYSTEM SET log_min_duration_statement = 12345;\nSELECT pg_reload_conf();"),
    by_script("verify-program", "COPY TO PROGRAM", "COPY (SELECT 1) TO PROGRAM 'touch @OUTSIDE@/program';"),
    by_script("verify-copy-file", "COPY TO a file outside", "COPY (SELECT 1) TO '@OUTSIDE@/kept.txt';"),
    by_script("verify-read-file", "a file's content in an error's text",
              "CREATE TABLE public.s (l text);\nCOPY public.s FROM '@SECRET@';\nSELECT l::integer FROM public.s;"),
    by_script("verify-lo-export", "lo_export over a file outside",
              "SELECT lo_from_bytea(4711, 'x');\nSELECT lo_export(4711, '@OUTSIDE@/kept.txt');"),
    by_script("verify-dblink", "dblink_exec into another database",
              "CREATE EXTENSION IF NOT EXISTS dblink SCHEMA public;\nDO $$ BEGIN PERFORM "
              "public.dblink_exec('host=@SOCKET@ user=postgres dbname=production', 'DELETE FROM canary.rows'); END "
              "$$;"),
    by_script("verify-tablespace", "CREATE TABLESPACE in a folder outside",
        "CREATE TABLESPACE attack LOCATION '@OUTSIDE@/folder';",
              armed="CREATE TABLESPACE attack LOCATION '@OUTSIDE@';"),
    by_script("verify-do", "DO with EXECUTE of concatenated text",
              "DO $$ BEGIN EXECUTE 'CREATE ' || 'ROLE autogen_attack SUPERUSER'; EXECUTE 'ALTER ' || 'ROLE "
              "canary_login NOLOGIN'; END $$;"),
    by_script("verify-comment", "COMMENT ON DATABASE and ON ROLE",
              "COMMENT ON DATABASE production IS 'attacked';\nCOMMENT ON ROLE canary_login IS 'attacked';"),
    by_script("verify-grant", "GRANT of pg_execute_server_program to PUBLIC's like",
              "GRANT pg_execute_server_program TO canary_login;"),
    by_script("verify-session-authorization", "SET SESSION AUTHORIZATION, then a program",
              "RESET ROLE; SET SESSION AUTHORIZATION DEFAULT; SET ROLE NONE; CREATE ROLE autogen_attack;\n"
              "COPY (SELECT 1) TO PROGRAM 'touch @OUTSIDE@/program';"),
    by_script("verify-commit", "COMMIT, so that what follows is not rolled back",
              "BEGIN;\nALTER ROLE canary_login NOLOGIN;\nCOMMIT;\nROLLBACK;\nALTER DATABASE production SET work_mem "
              "= '1MB';"),
    by_script("verify-terminate", "pg_terminate_backend of every other session",
              "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'canary';"),
    by_script("verify-subscription", "CREATE SUBSCRIPTION connects to another server",
              "CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1 port=@PORT@ user=u' PUBLICATION p;"),
    by_script("verify-owned", "REASSIGN OWNED and DROP OWNED of a role that is in use",
              "GRANT ALL ON DATABASE production TO canary_login;\nREASSIGN OWNED BY canary_login TO postgres;\nDROP "
              "OWNED BY canary_login;"),
    by_script("verify-alter-database", "ALTER DATABASE of another database",
              "ALTER DATABASE production SET work_mem = '1MB';\nALTER DATABASE production CONNECTION LIMIT 0;"),
    by_script("verify-load", "LOAD of a library", "LOAD '@LIBRARY@';"),
    by_script("verify-slot", "a replication slot that stays", "SELECT pg_create_physical_replication_slot('attack', "
        "true);"),
    by_script("verify-prepared", "PREPARE TRANSACTION leaves a transaction behind",
              "CREATE TABLE public.p (a int);\nPREPARE TRANSACTION 'attack';",
              armed="BEGIN; CREATE TABLE public.p (a int); PREPARE TRANSACTION 'attack';"),
    by_script("verify-endless", "a statement that never ends", "SELECT pg_sleep(1000000000);", runs=[Run("verify")]),
    by_script("verify-endless-do", "a DO that catches query_canceled and never ends",
              "DO $$ BEGIN LOOP BEGIN PERFORM pg_sleep(1000000); EXCEPTION WHEN query_canceled OR OTHERS THEN NULL; "
              "END; END LOOP; END $$;",
              runs=[Run("verify")], seconds=60),
    by_script("verify-timeout-off", "the script takes its own deadline away",
              "SET statement_timeout = 0;\nSELECT pg_sleep(1000000000);", runs=[Run("verify")], seconds=60),
    by_script("verify-endless-interrupt", "a statement that never ends, and Ctrl-C", "SELECT pg_sleep(1000000000);",
              runs=[Run("verify", interrupt_after=3)]),
    by_script("verify-meta-command", "psql's meta-commands in a script",
              "\\! touch @OUTSIDE@/shell\nSELECT 1;\n\\copy (SELECT 1) TO '@OUTSIDE@/kept.txt'\n\\i @SECRET@"),
    by_script("verify-meta-inside", "meta-commands behind a statement, in the printed script, run by psql",
              "SELECT 1 \\! touch @OUTSIDE@/shell\n;\nSELECT 2 \\g @OUTSIDE@/kept.txt\n;",
              runs=[Run("upgrade --sql base:head", to_psql=True), Run("verify")]),
    by_script("verify-prefix", "a scratch database is known by its name: another of that prefix is in use",
              "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'autogen%';\n"
              "DO $$ BEGIN EXECUTE 'DROP DATABASE production'; EXCEPTION WHEN OTHERS THEN NULL; END $$;",
              armed=""),
]
