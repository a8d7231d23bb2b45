"""The checks that stand in scripts: preflight asks them of the real database."""
from attack import Attack, Run, script

LINK = "host=@SOCKET@ user=postgres dbname=production"
LINKED = "CREATE EXTENSION dblink SCHEMA canary;\n"
SECRET_FUNCTION = ("CREATE FUNCTION public.liar() RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN "
                   "PERFORM canary.dblink_exec('%s', 'DELETE FROM canary.rows'); RETURN 0; END $$;\n" % LINK)
DELETE = "canary.dblink_exec('%s', 'DELETE FROM canary.rows')" % LINK


def ask(name, tries, query, setup="", armed=None, **more):
    text = script('-- autogen: preflight "%s" "an innocent check"\nCREATE TABLE public.x (id int);' % query)
    return Attack(name, tries, [Run("preflight"), Run("upgrade --dry-run")], {"versions/1_x.sql": text},
        setup=LINKED + setup,
                  armed=query if armed is None else armed, **more)


ATTACKS = [
    ask("preflight-terminate", "pg_terminate_backend in a check",
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'canary'"),
    ask("preflight-dblink", "dblink_exec in a check", "SELECT length(%s)" % DELETE),
    ask("preflight-sleep", "a check that never ends", "SELECT count(*) FROM pg_sleep(1000000000)", seconds=90),
    ask("preflight-series", "a check of allowed functions only that never ends",
        "SELECT count(*) FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b WHERE a <> b", seconds=90),
    ask("preflight-statements", "two statements, the second not a SELECT",
        "SELECT 0; COMMIT; BEGIN; DELETE FROM canary.rows; COMMIT"),
    ask("preflight-writable", "set_config makes the transaction writable",
        "SELECT count(set_config('transaction_read_only', 'off', true)) + nextval('canary.numbers')"),
    ask("preflight-nextval", "nextval and setval of a sequence", "SELECT nextval('canary.numbers') + "
        "setval('canary.numbers', 99)"),
    ask("preflight-cte", "a DELETE in a WITH", "WITH d AS (DELETE FROM canary.rows RETURNING 1) SELECT count(*) FROM "
        "d"),
    ask("preflight-liar", "a function of the database that says IMMUTABLE and is not", "SELECT public.liar()",
        SECRET_FUNCTION,
        armed=SECRET_FUNCTION + "SELECT public.liar()"),
    ask("preflight-view", "the function behind a view", "SELECT count(*) FROM public.behind WHERE n > 0",
        SECRET_FUNCTION + "CREATE VIEW public.behind AS SELECT public.liar() AS n",
        armed=SECRET_FUNCTION + "SELECT public.liar()"),
    ask("preflight-operator", "the function behind an operator", "SELECT count(*) FROM canary.rows WHERE id "
        "OPERATOR(public.|+|) 1 > 0",
        "CREATE FUNCTION public.step(int, int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM %s; RETURN "
        "0; END $$;\n"
        "CREATE OPERATOR public.|+| (LEFTARG = int, RIGHTARG = int, FUNCTION = public.step);" % DELETE,
        armed="SELECT %s" % DELETE),
    ask("preflight-cast", "the function behind a cast", "SELECT count(*) FROM canary.rows WHERE "
        "(id::public.mood)::text = ''",
        "CREATE TYPE public.mood AS ENUM ('sad'); CREATE FUNCTION public.to_mood(int) RETURNS public.mood LANGUAGE "
        "plpgsql IMMUTABLE AS "
        "$$ BEGIN PERFORM %s; RETURN 'sad'; END $$;\nCREATE CAST (int AS public.mood) WITH FUNCTION "
        "public.to_mood(int);" % DELETE,
        armed="SELECT %s" % DELETE),
    ask("preflight-domain", "the function behind a domain's check", "SELECT count(*) FROM canary.rows WHERE "
        "id::public.d > 0",
        SECRET_FUNCTION + "CREATE DOMAIN public.d AS int CHECK (public.liar() = 0)", armed="SELECT %s" % DELETE),
    ask("preflight-policy", "the function behind a table's row security policy, for its forced owner",
        "SELECT count(*) FROM public.secured",
        SECRET_FUNCTION + "CREATE TABLE public.secured (a int); INSERT INTO public.secured VALUES (1); ALTER TABLE "
            "public.secured ENABLE ROW LEVEL SECURITY; "
        "CREATE POLICY p ON public.secured USING (public.liar() = 0)", armed="SELECT %s" % DELETE),
    ask("preflight-query-to-xml", "query_to_xml runs any statement",
        "SELECT count(query_to_xml('SELECT %s', true, true, ''))" % DELETE.replace("'", "''"), armed="SELECT %s" %
        DELETE),
    ask("preflight-table-to-xml", "schema_to_xml, a STABLE function of pg_catalog, reads a view that runs the "
        "function",
        "SELECT count(*) FROM (SELECT schema_to_xml('public', true, true, '') OFFSET 0) s WHERE s IS NULL",
        SECRET_FUNCTION + "CREATE VIEW public.behind AS SELECT public.liar() AS n", armed="SELECT %s" % DELETE),
    ask("preflight-ts-rewrite", "ts_rewrite and ts_stat run a query that is a text",
        "SELECT count(*) FROM ts_stat('SELECT to_tsvector(%s)')" % DELETE.replace("'", "''"), armed="SELECT %s" %
        DELETE),
    ask("preflight-cursor", "cursor_to_xml, pg_notify, pg_advisory_lock, pg_export_snapshot: other sessions notice",
        "SELECT count(pg_notify('canary', 'attack')) + count(pg_export_snapshot()) + count(pg_try_advisory_lock(1))"),
    ask("preflight-read-file", "the content of a file in an error's text",
        "SELECT pg_read_file('@SECRET@')::integer"),
    ask("preflight-list", "the names of files in an error's text", "SELECT string_agg(f, ' ')::integer FROM "
        "pg_ls_dir('@OUTSIDE@') f"),
    ask("preflight-lo-export", "lo_export and lo_import in a check",
        "SELECT lo_export(4711, '@OUTSIDE@/exported') + lo_import('@SECRET@')::bigint",
        "SELECT lo_from_bytea(4711, 'x');",
        # An export sees what was there when its statement began.
        armed="SELECT lo_from_bytea(4711, 'x'); SELECT lo_export(4711, '@OUTSIDE@/exported')"),
    ask("preflight-reload", "pg_reload_conf, pg_stat_reset, pg_switch_wal in a check",
        "SELECT count(pg_reload_conf()) + count(pg_stat_reset())"),
    ask("preflight-slot", "a replication slot in a check",
        "SELECT count(pg_create_physical_replication_slot('attack', true))"),
    ask("preflight-shadow", "a function of public that has the name of an allowed one",
        "SELECT length('a'::public.text_like)",
        "CREATE DOMAIN public.text_like AS text; CREATE FUNCTION public.length(public.text_like) RETURNS int "
        "LANGUAGE plpgsql IMMUTABLE AS "
        "$$ BEGIN PERFORM %s; RETURN 0; END $$;" % DELETE, armed="SELECT %s" % DELETE),
    ask("preflight-aggregate", "an aggregate of the database whose state function has an effect",
        "SELECT public.total(id) FROM canary.rows",
        "CREATE FUNCTION public.step(bigint, int) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM %s; "
        "RETURN 0; END $$;\n"
        "CREATE AGGREGATE public.total(int) (SFUNC = public.step, STYPE = bigint, INITCOND = '0');" % DELETE,
        armed="SELECT %s" % DELETE),
    ask("preflight-memory", "a check that takes gigabytes",
        "SELECT sum(length(s)) FROM (SELECT string_agg(repeat('x', 100000000), '') s FROM generate_series(1, 9)) a, "
        "generate_series(1, 100)", seconds=90,
        armed=""),
]
