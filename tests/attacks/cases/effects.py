"""A materialized view of the model calls a function of the model: what can the function do?"""
from attack import Attack, Run, function, function_sql, quoted

MODEL_RUNS = [Run("check"), Run("-m attack --no-input"), Run("fmt --canonical models")]


def by_view(name, tries, body, before="", before_sql="", runs=None, **more):
    """`body` runs in plpgsql when the view is filled."""
    model = before + function("evil",
        body) + "materialized_view { name: \"v\" definition: \"SELECT public.evil() AS x\" }\n"
    sql = before_sql + function_sql("evil",
        body) + "CREATE MATERIALIZED VIEW public.v AS SELECT public.evil() AS x;\n"
    return Attack(name, tries, runs or MODEL_RUNS[:2], {"models/m.txtpb": model}, armed=sql,
                  may_change=("models/*",), **more)


def execute(*statements):
    """A body that tries each statement, whatever happens to the others, with any right it can take."""
    texts = ", ".join("'" + s.replace("'", "''") + "'" for s in
                      ("RESET ROLE", "RESET SESSION AUTHORIZATION", "SET ROLE postgres") + statements)
    return ("DECLARE step text; BEGIN FOREACH step IN ARRAY ARRAY[%s] LOOP BEGIN EXECUTE step; "
            "EXCEPTION WHEN OTHERS THEN NULL; END; END LOOP; RETURN 1; END" % texts)


def direct(name, tries, query):
    """The query is the view's own: no function of the model is needed."""
    return Attack(name, tries, MODEL_RUNS[:2], {"models/m.txtpb": "materialized_view { name: \"v\" definition: %s }\n"
                                                % quoted(query)},
                  armed="CREATE MATERIALIZED VIEW public.v AS %s;" % query, seconds=60, may_change=("models/*",))


ALL = execute(
    "COPY (SELECT 1) TO PROGRAM 'touch @OUTSIDE@/program'",
    "COPY (SELECT 1) TO '@OUTSIDE@/copied'",
    "CREATE ROLE autogen_attack SUPERUSER",
    "ALTER ROLE canary_login NOLOGIN",
    "ALTER DATABASE production SET work_mem = '1MB'",
    "COMMENT ON DATABASE production IS 'attacked'",
    "SELECT pg_catalog.lo_from_bytea(4711, 'x')", "SELECT pg_catalog.lo_export(4711, '@OUTSIDE@/exported')",
    "SELECT pg_catalog.pg_reload_conf()",
    "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE application_name = 'canary'",
    "CREATE EXTENSION dblink SCHEMA public",
    "SELECT public.dblink_exec('host=@SOCKET@ user=postgres dbname=production', 'DELETE FROM canary.rows')")

ATTACKS = [
    by_view("view-program", "COPY TO PROGRAM while a materialized view is filled",
            execute("COPY (SELECT 1) TO PROGRAM 'touch @OUTSIDE@/program'")),
    by_view("view-superuser", "CREATE ROLE SUPERUSER while a materialized view is filled",
            execute("CREATE ROLE autogen_attack SUPERUSER LOGIN")),
    by_view("view-alter-role", "a role that is in use loses its LOGIN", execute("ALTER ROLE canary_login NOLOGIN")),
    by_view("view-dblink", "dblink_exec into the database beside the target, with the extension in the model",
            execute("SELECT public.dblink_exec('host=@SOCKET@ user=postgres dbname=production', 'DELETE FROM "
                "canary.rows')"),
            before='extension { name: "dblink" }\n', before_sql="CREATE EXTENSION dblink SCHEMA public;\n"),
    by_view("view-adminpack", "pg_file_write, with the extension adminpack in the model",
            execute("SELECT pg_catalog.pg_file_write('@OUTSIDE@/written', 'x', false)",
                    "SELECT pg_catalog.pg_file_write('postgresql.auto.conf', 'work_mem = 77', true)",
                    "SELECT pg_catalog.pg_file_unlink('@OUTSIDE@/kept.txt')"),
            before='extension { name: "adminpack" schema: "pg_catalog" }\n',
                before_sql="CREATE EXTENSION adminpack;\n"),
    by_view("view-reload", "pg_reload_conf and pg_rotate_logfile", execute("SELECT pg_catalog.pg_reload_conf()")),
    by_view("view-terminate", "pg_terminate_backend of every other session",
            execute("SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity "
                    "WHERE application_name = 'canary'")),
    by_view("view-lo-export", "lo_export over a file outside",
            execute("SELECT pg_catalog.lo_from_bytea(4711, 'x')", "SELECT pg_catalog.lo_export(4711, "
                "'@OUTSIDE@/kept.txt')")),
    by_view("view-copy-file", "COPY TO a file outside", execute("COPY (SELECT 1) TO '@OUTSIDE@/kept.txt'")),
    by_view("view-read-file", "the content of a file in an error's text",
            "BEGIN RAISE EXCEPTION '%', pg_catalog.pg_read_file('@SECRET@'); END"),
    by_view("view-copy-from", "COPY FROM a file into a table, then into an error's text",
            "DECLARE r text; BEGIN CREATE TABLE public.stolen (l text); COPY public.stolen FROM '@SECRET@'; "
            "SELECT l INTO r FROM public.stolen; RAISE EXCEPTION '%', r; END"),
    by_view("view-lo-import", "lo_import of a file, then into an error's text",
            "DECLARE o oid; BEGIN o := pg_catalog.lo_import('@SECRET@'); "
            "RAISE EXCEPTION '%', pg_catalog.convert_from(pg_catalog.lo_get(o), 'UTF8'); END"),
    by_view("view-list-folder", "the names of the files outside in an error's text",
            "BEGIN RAISE EXCEPTION '%', (SELECT pg_catalog.string_agg(f, ' ') FROM pg_catalog.pg_ls_dir('@OUTSIDE@') "
            "f); END"),
    by_view("view-environment", "the variables of the one who runs autogen, by COPY FROM PROGRAM 'env' and /proc",
            "DECLARE r text; BEGIN CREATE TABLE public.e (l text); "
            "BEGIN COPY public.e FROM PROGRAM 'env'; SELECT string_agg(l, ' ') INTO r FROM public.e; "
            "EXCEPTION WHEN OTHERS THEN r := pg_catalog.pg_read_file('/proc/self/environ'); END; "
            "RAISE EXCEPTION 'seen: % %', r, pg_catalog.pg_read_file('@SECRET@'); END"),
    by_view("view-sleep", "pg_sleep for thirty years", "BEGIN PERFORM pg_catalog.pg_sleep(1000000000); RETURN 1; END",
            runs=[Run("check")]),
    by_view("view-sleep-interrupt", "pg_sleep for thirty years, and Ctrl-C",
            "BEGIN PERFORM pg_catalog.pg_sleep(1000000000); RETURN 1; END", runs=[Run("check", interrupt_after=3)],
            ),
    by_view("view-catches-cancel", "a loop that catches query_canceled",
            "BEGIN LOOP BEGIN PERFORM pg_catalog.pg_sleep(1000000); EXCEPTION WHEN query_canceled OR OTHERS THEN "
            "NULL; END; END LOOP; END",
            runs=[Run("check")], seconds=60),
    by_view("view-timeout-off", "statement_timeout set to 0 by the body, which then loops",
            "BEGIN PERFORM pg_catalog.set_config('statement_timeout', '0', false); "
            "EXECUTE 'SET transaction_timeout = 0'; RETURN 1; EXCEPTION WHEN OTHERS THEN LOOP "
            "BEGIN PERFORM pg_catalog.pg_sleep(0.1); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END",
            runs=[Run("check")], seconds=60),
    by_view("view-role-timeout-off", "ALTER ROLE and ALTER DATABASE take the next session's deadline away",
            execute("ALTER ROLE CURRENT_USER SET statement_timeout = 0", "ALTER ROLE ALL SET statement_timeout = 0")),
    by_view("view-memory", "texts of 256 MB each, as many as fit",
            "DECLARE a text[]; BEGIN FOR i IN 1..1000 LOOP a := a || pg_catalog.repeat(i::text, 268435456); END "
            "LOOP; RETURN 1; END",
            runs=[Run("check")], seconds=60),
    by_view("view-disk", "a table of a billion rows",
            "BEGIN CREATE TABLE public.big AS SELECT g FROM pg_catalog.generate_series(1, 1000000000) g; RETURN 1; "
            "END",
            runs=[Run("check")], seconds=60),
    by_view("view-slot", "a replication slot that keeps the WAL",
            execute("SELECT pg_catalog.pg_create_physical_replication_slot('attack', true)")),
    by_view("view-statistics-reset", "the statistics of the target are reset",
            execute(
                    "SELECT pg_catalog.pg_stat_reset_shared('bgwriter')", "SELECT pg_catalog.pg_stat_reset()")),
    by_view("view-fdw-socket", "postgres_fdw to a socket that is not ours",
            execute("CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '@DECOY@', port '5432', dbname "
                "'x')",
                    "CREATE USER MAPPING FOR CURRENT_USER SERVER s OPTIONS (user 'x', password_required 'false')",
                    "CREATE FOREIGN TABLE public.far (a int) SERVER s", "SELECT * FROM public.far"),
            before='extension { name: "postgres_fdw" }\n', before_sql="CREATE EXTENSION postgres_fdw;\n"),
    direct("direct-sleep", "a view's own query never ends", "SELECT 1 AS x FROM pg_sleep(1000000000)"),
    direct("direct-read-file", "a view's own query reads a file into an error's text",
           "SELECT pg_read_file('@SECRET@')::integer AS x"),
    direct("direct-list", "a view's own query lists a folder into an error's text",
           "SELECT string_agg(f, ' ')::integer AS x FROM pg_ls_dir('@OUTSIDE@') f"),
    direct("direct-terminate", "a view's own query terminates sessions",
           "SELECT pg_terminate_backend(pid) AS x FROM pg_stat_activity WHERE application_name = 'canary'"),
    direct("direct-reload", "a view's own query reloads the configuration and makes a replication slot",
           "SELECT pg_reload_conf() AS x, slot_name AS y FROM pg_create_physical_replication_slot('attack')"),
    direct("direct-disk", "a view's own query fills the disk",
           "SELECT g AS x, repeat('x', 1000) AS y FROM generate_series(1, 1000000000) g"),
    direct("direct-xml", "a view's own query runs another that is a text",
           "SELECT query_to_xml('SELECT pg_read_file(''@SECRET@'')::integer', true, true, '') AS x"),
    Attack("direct-body", "a body of standard SQL, which PostgreSQL parses when the function is made", MODEL_RUNS[:2],
           {"models/m.txtpb": 'function { name: "f" returns: "integer" sql_body: '
            "\"RETURN pg_read_file('@SECRET@')::integer\" volatility: IMMUTABLE }\n"
            'table { name: "t" column { name: "a" type: "integer" default: "public.f()" } '
            'check { name: "c" expression: "public.f() = 1" } }\n'},
           armed="CREATE FUNCTION public.f() RETURNS integer IMMUTABLE RETURN pg_read_file('@SECRET@')::integer; "
           "SELECT public.f();", may_change=("models/*",)),
    Attack("direct-default", "defaults, checks and index expressions of PostgreSQL's own functions",
           [Run("check"), Run("-m attack --no-input")],
           {"models/m.txtpb": 'table { name: "t" column { name: "id" type: "integer" primary_key: true } '
            'column { name: "a" type: "text" default: "pg_reload_conf()::text" } '
            "column { name: \"b\" type: \"text\" default: \"pg_read_file('@SECRET@')::integer\" } "
            "check { name: \"c\" expression: \"lo_import('@SECRET@') IS NOT NULL\" } }\n"},
           setup="CREATE TABLE public.t (id integer PRIMARY KEY);",
           armed="ALTER TABLE public.t ADD COLUMN a text DEFAULT pg_reload_conf()::text; INSERT INTO public.t VALUES (1);",
           may_change=("models/*",)),
]
