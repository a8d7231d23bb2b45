"""Other objects of a model that run code when they are made, filled, compared or tried with rows."""
from attack import Attack, Run, function, function_sql, quoted
from cases.effects import ALL, MODEL_RUNS, by_view, execute

IMMUTABLE = "volatility: IMMUTABLE"
EVIL = function("evil", ALL, more=IMMUTABLE)
EVIL_SQL = function_sql("evil", ALL, more="IMMUTABLE")
TRUTH = function("truth", ALL.replace("RETURN 1", "RETURN true"), "boolean", more=IMMUTABLE)
TRUTH_SQL = function_sql("truth", ALL.replace("RETURN 1", "RETURN true"), "boolean", more="IMMUTABLE")
TABLE = 'table { name: "t" column { name: "id" type: "integer" primary_key: true } %s }\n'
# What the database has: the model is a change of it, so that rows are tried.
OLD = "CREATE TABLE public.t (id integer PRIMARY KEY);"

EVENT_TRIGGERS = ("CREATE EVENT TRIGGER a ON ddl_command_end EXECUTE FUNCTION public.on_ddl(); "
                  "CREATE EVENT TRIGGER b ON ddl_command_start EXECUTE FUNCTION public.on_ddl(); "
                  "CREATE EVENT TRIGGER c ON sql_drop EXECUTE FUNCTION public.on_ddl(); ")
# The database has the event triggers already; they bite in scratch databases only.
ON_DDL = ALL.replace("RETURN 1", "RETURN").replace("BEGIN ", "BEGIN IF current_database() = 'app' THEN RETURN; END "
    "IF; ", 1)


def carrier(name, tries, model, sql, **more):
    more.setdefault("runs", MODEL_RUNS[:2])
    return Attack(name, tries, more.pop("runs"), {"models/m.txtpb": model}, armed=sql, may_change=("models/*",),
        **more)


def of_table(name, tries, part, sql, model=EVIL, model_sql=EVIL_SQL, **more):
    more.setdefault("setup", OLD)
    return carrier(name, tries, model + TABLE % part, model_sql + OLD + sql, **more)


def call(name, tries, model, sql, query):
    """`query` is run by a materialized view."""
    return carrier(name, tries, model + "materialized_view { name: \"v\" definition: %s }\n" % quoted(query),
                   sql + "CREATE MATERIALIZED VIEW public.v AS " + query + ";\n")


def internal(name, tries, symbol, returns, arguments, query, more=""):
    model = "function { name: \"f\" language: \"internal\" body: \"%s\" returns: \"%s\" %s %s }\n" % (
        symbol, returns, " ".join('argument { type: "%s" }' % a for a in arguments), more)
    sql = "CREATE FUNCTION public.f(%s) RETURNS %s LANGUAGE internal AS '%s';\n" % (
        ", ".join(arguments), returns, symbol)
    return call(name, tries, model, sql, query)


ATTACKS = [
    of_table("default", "a column's default runs for each row that is tried",
             'column { name: "a" type: "integer" default: "public.evil()" }',
             "ALTER TABLE public.t ADD COLUMN a integer DEFAULT public.evil(); INSERT INTO public.t VALUES (1);"),
    of_table("generated", "a generated column's expression",
             'column { name: "a" type: "integer" generated { expression: "public.evil() + id" } }',
             "INSERT INTO public.t VALUES (1); ALTER TABLE public.t ADD COLUMN a integer GENERATED ALWAYS AS "
             "(public.evil() + id) STORED;"),
    of_table("index-expression", "an index expression",
             'index { name: "i" key { expression: "public.evil() + id" } }',
             "INSERT INTO public.t VALUES (1); CREATE INDEX i ON public.t ((public.evil() + id));"),
    of_table("index-predicate", "an index predicate, constant-folded when the index is made",
             'index { name: "i" column: "id" where: "public.evil() = 1" }',
             "INSERT INTO public.t VALUES (1); CREATE INDEX i ON public.t (id) WHERE public.evil() = 1;"),
    of_table("check", "a CHECK constraint over the rows that are tried",
             'check { name: "c" expression: "public.truth()" }',
             "INSERT INTO public.t VALUES (1); ALTER TABLE public.t ADD CONSTRAINT c CHECK (public.truth());", TRUTH,
             TRUTH_SQL),
    of_table("domain", "a domain's check, and its default",
             'column { name: "d" type: "public.d" default: "1" }',
             "CREATE DOMAIN public.d AS integer CHECK (public.truth()); ALTER TABLE public.t ADD COLUMN d public.d "
             "DEFAULT 1;",
             TRUTH + 'domain { name: "d" type: "integer" check { name: "c" expression: "public.truth()" } }\n',
                 TRUTH_SQL),
    carrier("partition-bound", "a partition's bound calls a function",
            EVIL + 'table { name: "p" column { name: "a" type: "integer" } partition_by { column: "a" } }\n'
            'table { name: "p1" partition_of { table: "p" bound: "FOR VALUES FROM (public.evil()) TO (9)" } }\n',
            EVIL_SQL + "CREATE TABLE public.p (a int) PARTITION BY RANGE (a); "
            "CREATE TABLE public.p1 PARTITION OF public.p FOR VALUES FROM (public.evil()) TO (9);"),
    carrier("partition-key", "a partition key calls a function for each row",
            EVIL + 'table { name: "p" column { name: "a" type: "integer" } partition_by { key { expression: '
                '"public.evil() + a" } } }\n'
            'table { name: "p1" partition_of { table: "p" bound: "DEFAULT" } column { name: "b" type: "integer" } }\n',
            EVIL_SQL + "CREATE TABLE public.p (a int) PARTITION BY RANGE ((public.evil() + a)); "
            "CREATE TABLE public.p1 PARTITION OF public.p DEFAULT; INSERT INTO public.p VALUES (1);"),
    of_table("policy", "a row security policy over the rows that are tried",
             'row_security: true force_row_security: true policy { name: "p" using: "public.truth()" with_check: '
             '"public.truth()" } '
             'column { name: "a" type: "integer" default: "1" }',
             "ALTER TABLE public.t ENABLE ROW LEVEL SECURITY; ALTER TABLE public.t FORCE ROW LEVEL SECURITY; "
             "CREATE POLICY p ON public.t USING (public.truth()); CREATE ROLE r; ALTER TABLE public.t OWNER TO r; "
             "INSERT INTO public.t VALUES (1); SELECT public.truth();", TRUTH, TRUTH_SQL),
    of_table("statistics", "a statistics expression", "",
             "INSERT INTO public.t SELECT generate_series(1, 9); CREATE STATISTICS public.s ON (public.evil() + id) "
             "FROM public.t; ANALYZE public.t;",
             EVIL + 'statistics { name: "s" table { name: "t" } expression: "public.evil() + id" }\n'),
    call("aggregate", "an aggregate's state function",
         "function { name: \"step\" argument { type: \"integer\" } argument { type: \"integer\" } returns: "
         "\"integer\" language: \"plpgsql\" body: %s }\n"
         'aggregate { name: "agg" argument { type: "integer" } sfunc { name: "step" } stype: "integer" initcond: "0" '
         '}\n' % quoted(ALL),
         "CREATE FUNCTION public.step(int, int) RETURNS int LANGUAGE plpgsql AS $code$%s$code$; "
         "CREATE AGGREGATE public.agg(int) (SFUNC = public.step, STYPE = int, INITCOND = '0');\n" % ALL,
         "SELECT public.agg(1) AS x"),
    carrier("aggregate-initcond", "an aggregate's initial value of a domain whose check calls a function",
            TRUTH + 'domain { name: "d" type: "integer" check { name: "c" expression: "public.truth()" } }\n'
            'function { name: "step" argument { type: "public.d" } argument { type: "integer" } returns: "public.d" '
            'language: "sql" body: "SELECT $1" }\n'
            'aggregate { name: "agg" argument { type: "integer" } sfunc { name: "step" } stype: "public.d" initcond: '
            '"0" }\n',
            TRUTH_SQL + "CREATE DOMAIN public.d AS int CHECK (public.truth()); "
            "CREATE FUNCTION public.step(public.d, int) RETURNS public.d LANGUAGE sql AS 'SELECT $1'; "
            "CREATE AGGREGATE public.agg(int) (SFUNC = public.step, STYPE = public.d, INITCOND = '0');"),
    call("operator", "an operator in a view",
         "function { name: \"step\" argument { type: \"integer\" } argument { type: \"integer\" } returns: "
         "\"integer\" language: \"plpgsql\" body: %s }\n"
         'operator { name: "|+|" left: "integer" right: "integer" function { name: "step" } }\n' % quoted(ALL),
         "CREATE FUNCTION public.step(int, int) RETURNS int LANGUAGE plpgsql AS $code$%s$code$; "
         "CREATE OPERATOR public.|+| (LEFTARG = int, RIGHTARG = int, FUNCTION = public.step);\n" % ALL,
         "SELECT 1 OPERATOR(public.|+|) 2 AS x"),
    of_table("operator-class", "the comparison function of an operator class, when rows are indexed",
             'index { name: "i" key { column: "id" opclass { schema: "public" name: "odd_ops" } } }',
             "CREATE FUNCTION public.cmp(int, int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $code$%s$code$; "
             "CREATE OPERATOR CLASS public.odd_ops FOR TYPE int USING btree AS OPERATOR 1 <, OPERATOR 3 =, FUNCTION "
             "1 public.cmp(int, int); "
             "INSERT INTO public.t VALUES (1), (2), (3); CREATE INDEX i ON public.t (id public.odd_ops);" % ALL,
             "function { name: \"cmp\" argument { type: \"integer\" } argument { type: \"integer\" } returns: "
             "\"integer\" language: \"plpgsql\" volatility: IMMUTABLE body: %s }\n"
             'operator_class { name: "odd_ops" method: "btree" type: "integer" operator { strategy: 1 operator: '
             '"pg_catalog.<(integer,integer)" } '
             'operator { strategy: 3 operator: "pg_catalog.=(integer,integer)" } function { support: 1 function: '
             '"public.cmp(integer,integer)" } }\n' % quoted(ALL), ""),
    call("cast", "a cast's function in a view",
         'enum { name: "mood" label: "sad" }\n'
         "function { name: \"to_mood\" argument { type: \"integer\" } returns: \"public.mood\" language: \"plpgsql\" "
         "body: %s }\n"
         'cast { source: "integer" target: "public.mood" function: "public.to_mood(integer)" context: ASSIGNMENT }\n'
         % quoted(ALL.replace("RETURN 1", "RETURN 'sad'")),
         "CREATE TYPE public.mood AS ENUM ('sad'); CREATE FUNCTION public.to_mood(int) RETURNS public.mood LANGUAGE "
         "plpgsql AS $code$%s$code$; "
         "CREATE CAST (int AS public.mood) WITH FUNCTION public.to_mood(int);\n" % ALL.replace("RETURN 1",
         "RETURN 'sad'"),
         "SELECT 1::public.mood AS x"),
    of_table("range-difference", "a range's subtype_diff, when its values are indexed by GiST",
             'column { name: "r" type: "public.odd_range" default: "\'[1,2)\'::public.odd_range" } index { name: "i" '
             'method: "gist" column: "r" }',
             "CREATE FUNCTION public.diff(float8, float8) RETURNS float8 LANGUAGE plpgsql IMMUTABLE AS "
             "$code$%s$code$; "
             "CREATE TYPE public.odd_range AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = public.diff); "
             "CREATE TABLE public.r (r public.odd_range); CREATE INDEX ON public.r USING gist (r); "
             "INSERT INTO public.r SELECT public.odd_range(g, g + 2) FROM generate_series(1, 3000) g;" % ALL,
             "function { name: \"diff\" argument { type: \"float8\" } argument { type: \"float8\" } returns: "
             "\"float8\" language: \"plpgsql\" volatility: IMMUTABLE body: %s }\n"
             'range_type { name: "odd_range" subtype: "float8" subtype_diff { schema: "public" name: "diff" } }\n' %
             quoted(ALL), ""),
    of_table("trigger", "a trigger that is ENABLED ALWAYS, when rows are tried",
             'trigger { name: "g" timing: BEFORE event: INSERT event: UPDATE for_each_row: true enabled: ALWAYS '
             'function { name: "touch" } } '
             'column { name: "a" type: "integer" default: "1" }',
             "CREATE TRIGGER g BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.touch(); "
             "ALTER TABLE public.t ENABLE ALWAYS TRIGGER g; INSERT INTO public.t VALUES (1);",
             function("touch", ALL.replace("RETURN 1", "RETURN NEW"), "trigger"),
             function_sql("touch", ALL.replace("RETURN 1", "RETURN NEW"), "trigger"),
             setup=OLD + function_sql("touch", ALL.replace("RETURN 1", "RETURN NEW"), "trigger") +
             "CREATE TRIGGER g BEFORE INSERT OR UPDATE ON public.t FOR EACH ROW EXECUTE FUNCTION public.touch(); "
             "ALTER TABLE public.t ENABLE ALWAYS TRIGGER g;"),
    of_table("rule", "a rule ON INSERT that calls a function",
             'rewrite_rule { name: "z" definition: "CREATE RULE z AS ON INSERT TO public.t DO ALSO SELECT '
             'public.evil()" } '
             'column { name: "a" type: "integer" default: "1" }',
             "CREATE RULE z AS ON INSERT TO public.t DO ALSO SELECT public.evil(); INSERT INTO public.t VALUES (1);",
             setup=OLD + EVIL_SQL + "CREATE RULE z AS ON INSERT TO public.t DO ALSO SELECT public.evil();"),
    carrier("event-trigger", "an event trigger on every DDL command: a superuser's connection would run it",
            function("on_ddl", ON_DDL, "event_trigger") +
            'event_trigger { name: "a" event: "ddl_command_end" function { name: "on_ddl" } }\n'
            'event_trigger { name: "b" event: "ddl_command_start" function { name: "on_ddl" } }\n'
            'event_trigger { name: "c" event: "sql_drop" function { name: "on_ddl" } }\n' + TABLE % "",
            function_sql("on_ddl", ALL.replace("RETURN 1", "RETURN"), "event_trigger").replace(
                "CREATE", "CREATE OR REPLACE", 1) + OLD,
            setup=function_sql("on_ddl", ON_DDL, "event_trigger") + EVENT_TRIGGERS),
    call("security-definer", "a SECURITY DEFINER function that belongs to a superuser",
         function("evil", ALL, more='security_definer: true owner: "postgres"'),
         function_sql("evil", ALL, more="SECURITY DEFINER"), "SELECT public.evil() AS x"),
    carrier("function-set-role", "a function with SET role and SET session_preload_libraries",
            function("evil", ALL, more='set { name: "role" value: "postgres" }') +
            'materialized_view { name: "v" definition: "SELECT public.evil() AS x" }\n',
            # By hand without the view: PostgreSQL refuses to set a role while one is filled.
            function_sql("evil", ALL, more="SET role = postgres") + "SELECT public.evil();"),
    internal("internal-read-file", "LANGUAGE internal: another name for pg_read_file", "pg_read_file_all", "text",
        ["text"],
             "SELECT public.f('@SECRET@')::integer AS x"),
    internal("internal-reload", "LANGUAGE internal: another name for pg_reload_conf", "pg_reload_conf", "boolean", [],
             "SELECT public.f() AS x"),
    carrier("internal-lo-export", "LANGUAGE internal: another name for lo_export",
            'function { name: "f" language: "internal" body: "be_lo_export" returns: "integer" '
            'argument { type: "oid" } argument { type: "text" } }\n'
            "materialized_view { name: \"u\" definition: \"SELECT lo_from_bytea(4711, 'x') AS x\" }\n"
            "materialized_view { name: \"v\" definition: \"SELECT public.f(x, '@OUTSIDE@/kept.txt') AS x "
            'FROM public.u" }\n',
            "CREATE FUNCTION public.f(oid, text) RETURNS integer LANGUAGE internal AS 'be_lo_export';\n"
            "CREATE MATERIALIZED VIEW public.u AS SELECT lo_from_bytea(4711, 'x') AS x;\n"
            "CREATE MATERIALIZED VIEW public.v AS SELECT public.f(x, '@OUTSIDE@/kept.txt') AS x FROM public.u;\n"),
    carrier("language-c", "LANGUAGE C: a library is loaded when the function is made",
            'function { name: "f" language: "c" library: "@LIBRARY@" body: "f" returns: "integer" }\n',
            "CREATE FUNCTION public.f() RETURNS int LANGUAGE c AS '@LIBRARY@', 'f';"),
    carrier("language-handler", "a language whose handler is in a library",
            'function { name: "h" language: "c" library: "@LIBRARY@" body: "h" returns: "language_handler" }\n'
            'language { name: "odd" trusted: true handler { schema: "public" name: "h" } }\n',
            "CREATE FUNCTION public.h() RETURNS language_handler LANGUAGE c AS '@LIBRARY@', 'h';"),
    by_view("load", "LOAD of a library, and local_preload_libraries", execute(
        "LOAD '@LIBRARY@'", "ALTER ROLE ALL SET session_preload_libraries = '@LIBRARY@'")),
    carrier("extension-python", "an untrusted language as an extension",
            'extension { name: "plpython3u" }\n'
            'function { name: "f" returns: "integer" language: "plpython3u" body: "open(\'@OUTSIDE@/python\', '
            '\'w\')" }\n'
            'materialized_view { name: "v" definition: "SELECT public.f() AS x" }\n', ""),
    carrier("file-fdw-program", "a foreign table of file_fdw whose program runs when it is read",
            'extension { name: "file_fdw" }\nserver { name: "s" foreign_data_wrapper: "file_fdw" }\n'
            'table { name: "f" foreign { server: "s" option { name: "program" value: "touch @OUTSIDE@/program" } } '
            'column { name: "l" type: "text" } }\n'
            'materialized_view { name: "v" definition: "SELECT l FROM public.f" }\n',
            "CREATE EXTENSION file_fdw; CREATE SERVER s FOREIGN DATA WRAPPER file_fdw; "
            "CREATE FOREIGN TABLE public.f (l text) SERVER s OPTIONS (program 'touch @OUTSIDE@/program'); SELECT * "
            "FROM public.f;"),
    carrier("file-fdw-file", "a foreign table of file_fdw that reads a file into an error's text",
            'extension { name: "file_fdw" }\nserver { name: "s" foreign_data_wrapper: "file_fdw" }\n'
            'table { name: "f" foreign { server: "s" option { name: "filename" value: "@SECRET@" } } column { name: '
            '"l" type: "text" } }\n'
            'materialized_view { name: "v" definition: "SELECT l::integer AS x FROM public.f" }\n',
            "CREATE EXTENSION file_fdw; CREATE SERVER s FOREIGN DATA WRAPPER file_fdw; "
            "CREATE FOREIGN TABLE public.f (l text) SERVER s OPTIONS (filename '@SECRET@'); SELECT l::integer FROM "
            "public.f;"),
    carrier("postgres-fdw", "a foreign table of postgres_fdw that connects to 127.0.0.1",
            'extension { name: "postgres_fdw" }\nserver { name: "s" foreign_data_wrapper: "postgres_fdw" option { '
            'name: "host" value: "127.0.0.1" } option { name: "port" value: "@PORT@" } }\n'
            'user_mapping { server: "s" user: "PUBLIC" option { name: "user" value: "u" } }\n'
            'table { name: "f" foreign { server: "s" } column { name: "l" type: "text" } }\n'
            'materialized_view { name: "v" definition: "SELECT l FROM public.f" }\n',
            "CREATE EXTENSION postgres_fdw; CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host "
            "'127.0.0.1', port '@PORT@'); "
            "CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (user 'u'); CREATE FOREIGN TABLE public.f (l text) "
            "SERVER s; SELECT * FROM public.f;"),
    carrier("dictionary-file", "a text search dictionary that reads a file",
            'text_search_dictionary { name: "d" template { name: "simple" } option { name: "stopwords" value: '
            '"../../../../../..@OUTSIDE@/secret" } }\n'
            'text_search_dictionary { name: "e" template { name: "synonym" } option { name: "synonyms" value: '
            '"../@SECRET@" } }\n', ""),
    carrier("publication-all", "a publication FOR ALL TABLES", 'publication { name: "p" all_tables: true }\n' +
        TABLE % "", ""),
    carrier("tablespace", "a table in a tablespace, an owner, grants and default privileges of roles that are in use",
            'table { name: "t" tablespace: "attack" owner: "canary_login" column { name: "id" type: "integer" } '
            'grant { role: "canary_login" privilege: "ALL" } }\n'
            'default_privileges { role: "canary_login" on: TABLES grant { role: "PUBLIC" privilege: "SELECT" } }\n',
            "", runs=[Run("check --privileges --owners"), Run("-m attack --privileges --owners --no-input")]),
    carrier("extension-path", "an extension's name that is a path",
            'extension { name: "../../../../../..@OUTSIDE@/folder/kept" }\n', ""),
    carrier("extension-schema", "an extension whose schema ends the statement and begins another",
            'schema { name: "x; CREATE ROLE autogen_attack; --" }\nextension { name: "citext" schema: "x; CREATE '
            'ROLE autogen_attack; --" version: "1.6\\"; CREATE ROLE autogen_attack; --" }\n',
            "CREATE ROLE autogen_attack;"),
    carrier("extension-hijack", "objects that an extension's script, run by a superuser, would call",
            TRUTH + 'schema { name: "trap" }\n'
            "function { schema: \"trap\" name: \"texteq\" argument { type: \"cstring\" } returns: \"integer\" "
            "language: \"plpgsql\" body: %s }\n"
            'extension { name: "citext" schema: "trap" }\nextension { name: "hstore" schema: "trap" }\n' %
            quoted(ALL), ""),
    carrier("operator-shadow", "operators and functions in public and pg_catalog that the reading of catalogs could "
        "meet",
            "function { name: \"eq\" argument { type: \"name\" } argument { type: \"text\" } returns: \"boolean\" "
            "language: \"plpgsql\" body: %s }\n"
            'operator { name: "=" left: "name" right: "text" function { name: "eq" } }\n'
            "function { name: \"format_type\" argument { type: \"oid\" } argument { type: \"integer\" } returns: "
            "\"text\" language: \"plpgsql\" body: %s }\n"
            "function { name: \"count\" argument { type: \"oid\" } returns: \"bigint\" language: \"plpgsql\" body: "
            "%s }\n"
            'view { name: "pg_class" definition: "SELECT public.count(1) AS oid" }\n' % (
                quoted(ALL.replace("RETURN 1", "RETURN true")), quoted(ALL.replace("RETURN 1", "RETURN ''")),
                    quoted(ALL)) +
            TABLE % 'column { name: "a" type: "text" default: "\'x\'" }', "", setup=OLD),
    carrier("catalog-function", "a function of the model in pg_catalog",
            "function { schema: \"pg_catalog\" name: \"attack\" returns: \"integer\" language: \"plpgsql\" body: %s "
            "}\n"
            'materialized_view { name: "v" definition: "SELECT pg_catalog.attack() AS x" }\n' % quoted(ALL),
            EVIL_SQL + "SELECT public.evil();"),
    carrier("maker-role", "scratch databases beside the target, of a role that may create databases only",
            function("evil", execute("ALTER ROLE maker SET work_mem = '1MB'",
                "ALTER ROLE CURRENT_USER SET work_mem = '1MB'",
                                     "ALTER ROLE maker PASSWORD 'x'", "CREATE ROLE autogen_attack",
                                     "COMMENT ON DATABASE production IS 'attacked'",
                                     "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity "
                                     "WHERE usename = 'postgres'")) +
            'materialized_view { name: "v" definition: "SELECT public.evil() AS x" }\n', "",
            runs=[Run("check --scratch-url 'host=@SOCKET@ port=5432 user=maker dbname=postgres'")]),
    carrier("maker-superuser", "a superuser's --scratch-url without --scratch-is-disposable",
            function("evil", ALL) + 'materialized_view { name: "v" definition: "SELECT public.evil() AS x" }\n', "",
            runs=[Run("check --scratch-url 'host=@SOCKET@ port=5432 user=postgres dbname=postgres'", exits=(2,))]),
]
