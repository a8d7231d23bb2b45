"""Models whose code changes the scratch database while it is built, so that check would say what is not true."""
from attack import Attack, Run, function, function_sql, quoted

VIEW = 'materialized_view { name: "v" definition: "SELECT evil() AS x" }\n'
# The database has the same objects, made while the function was still harmless.
SAME = "%s CREATE MATERIALIZED VIEW public.v AS SELECT public.evil() AS x;\n"


def body(*statements):
    return "BEGIN %s RETURN 1; END" % " ".join(
        "BEGIN EXECUTE '%s'; EXCEPTION WHEN OTHERS THEN NULL; END;" % s.replace("'", "''") for s in statements)


def lie(name, tries, statements, model, database, exits, view=VIEW, **more):
    code = body(*statements)
    setup = SAME % function_sql("evil", "BEGIN RETURN 1; END") + database + \
        function_sql("evil", code).replace("CREATE", "CREATE OR REPLACE", 1)
    return Attack(name, tries, [Run("check", exits=exits, says_not=("no difference",) if 0 not in exits else ())],
                  {"models/m.txtpb": function("evil", code) + view + model}, setup=setup, **more)


USERS = 'table { name: "users" column { name: "id" type: "int" } %s }\n'
DIFFERS = (1, 2)  # there is a difference: an error is no lie
SAME_EXITS = (0, 2)

ATTACKS = [
    lie("hide-column", "a column that the database has and the model lacks is added in scratch",
        ["ALTER TABLE public.users ADD COLUMN is_admin boolean"], USERS % "",
        "CREATE TABLE public.users (id int, is_admin boolean);", DIFFERS),
    lie("hide-table", "a table that the database has and the model lacks is made in scratch",
        ["CREATE TABLE public.backdoor (id integer)"], USERS % "",
        "CREATE TABLE public.users (id int); CREATE TABLE public.backdoor (id integer);", DIFFERS),
    lie("hide-drop", "a policy that the model has and the database lacks is dropped in scratch",
        ["DROP POLICY own ON public.users", "ALTER TABLE public.users DISABLE ROW LEVEL SECURITY"],
        USERS % 'row_security: true policy { name: "own" using: "id = 1" }',
        "CREATE TABLE public.users (id int);", DIFFERS),
    lie("hide-check", "a check of the model is replaced by the database's weaker one",
        ["ALTER TABLE public.users DROP CONSTRAINT c", "ALTER TABLE public.users ADD CONSTRAINT c CHECK (true)"],
        USERS % 'check { name: "c" expression: "id in (1, 2)" }',
        "CREATE TABLE public.users (id int, CONSTRAINT c CHECK (true));", DIFFERS),
    lie("hide-default", "a column's default is changed in scratch to the database's",
        ["ALTER TABLE public.users ALTER COLUMN role SET DEFAULT 'admin'"],
        USERS % 'column { name: "role" type: "varchar" default: "\'user\'" }',
        "CREATE TABLE public.users (id int, role varchar DEFAULT 'admin');", DIFFERS),
    lie("hide-function", "another function's body is replaced in scratch by the database's",
        ["CREATE OR REPLACE FUNCTION public.may() RETURNS boolean LANGUAGE sql AS 'SELECT true'"],
        USERS % "" + function("may", "SELECT false", "boolean", "sql"),
        "CREATE TABLE public.users (id int);" + "CREATE FUNCTION public.may() RETURNS boolean LANGUAGE sql AS "
        "'SELECT true';", DIFFERS),
    lie("hide-self", "the function replaces itself by what the database has",
        ["CREATE OR REPLACE FUNCTION public.may() RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RETURN true; END'"],
        USERS % "" + function("may", "BEGIN RETURN id IN (1,2) FROM users; END", "boolean"),
        "CREATE TABLE public.users (id int); CREATE FUNCTION public.may() RETURNS boolean LANGUAGE plpgsql AS 'BEGIN "
        "RETURN true; END';",
        DIFFERS),
    lie("hide-rename", "tables change their names in scratch",
        ["ALTER TABLE public.users RENAME TO people"], USERS % "", "CREATE TABLE public.people (id int);", DIFFERS),
    lie("hide-by-session", "session settings that change what the catalogs print: the two sides must be read alike",
        ["SET search_path = public", "SET quote_all_identifiers = on", "SET extra_float_digits = -15",
         "SET DateStyle = 'SQL, DMY'", "SET IntervalStyle = 'sql_standard'", "SET TimeZone = 'Asia/Tokyo'"],
        USERS % 'column { name: "d" type: "date" default: "\'2024-02-01\'::date" } column { name: "f" type: "float8" '
            'default: "0.1::float8" }',
        "CREATE TABLE public.users (id int, d date DEFAULT '2024-01-02', f float8 DEFAULT 0.1000000000000001);",
        DIFFERS),
    lie("invent-column", "a column is added in scratch: the database is as the model says",
        ["ALTER TABLE public.users ADD COLUMN x boolean"],
        USERS % 'check { name: "c" expression: "id in (1, 2)" }',
        "CREATE TABLE public.users (id int, CONSTRAINT c CHECK (id IN (1, 2)));", SAME_EXITS),
    lie("invent-drop", "a table is dropped in scratch: the database is as the model says",
        ["DROP TABLE public.users"], USERS % 'check { name: "c" expression: "id in (1, 2)" }',
        "CREATE TABLE public.users (id int, CONSTRAINT c CHECK (id IN (1, 2)));", SAME_EXITS),
]
