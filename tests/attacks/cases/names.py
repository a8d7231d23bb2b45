"""Names, comments, messages and labels that would end a comment, a string or a line."""
import os

from attack import Attack, Run, quoted, script

USERS = "CREATE TABLE public.users (id integer); INSERT INTO public.users VALUES (1), (2);"
USERS_MODEL = 'table { name: "users" column { name: "id" type: "integer" } }\n'
# What ends a line somewhere; all of them as PostgreSQL's Unicode escapes.
ENDS = ("000D", "000A", "000B", "000C", "0085", "2028", "2029")


def survivors(trial):
    rows = trial.psql("reviewer", "SELECT count(*) FROM public.users;").strip()
    return "" if rows == "2" else "the reviewer's table has %s rows, not 2" % rows


def hostile(tail):
    return "".join('CREATE TABLE public.U&"old%s\\%s%s" (id integer);\n' % (end, end, tail) for end in ENDS)


def scripts_into_reviewer(trial):
    """The written scripts' upgrades are run by psql, as a person might."""
    folder = trial.project + "/versions"
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as file:
            trial.to_psql(file.read().split(b"-- autogen: downgrade")[0])
    return survivors(trial)


def by_name(name, tries, tail, runs, check, **more):
    sql = USERS + hostile(tail)
    return Attack(name, tries, runs, {"models/m.txtpb": USERS_MODEL}, setup=sql, reviewer=sql, check=check, **more)


def by_label(name, tries, text, **more):
    """A script whose header holds the text, printed for psql."""
    return Attack(name, tries, [Run("upgrade --sql base:head", to_psql=True), Run("history --verbose",
        says_not=("\x1b",)),
                                Run("show head", says_not=("\x1b",)), Run("lint", says_not=("\x1b",))],
                  {"versions/1_x.sql": text}, reviewer=USERS, check=survivors, **more)


ATTACKS = [
    by_name("name-script", "table names that end the comment of the script: CR, LF, VT, FF, NEL, U+2028, U+2029",
            "DELETE FROM public.users; --", [Run("-m 'drop old tables' --no-input")], scripts_into_reviewer),
    by_name("name-diff", "the same in the output of diff, run by psql", "DELETE FROM public.users; --",
            [Run("diff --from '@URL@' --to models", to_psql=True)], survivors),
    by_name("name-meta-command", "a name that becomes a shell command when psql runs the output of diff",
            "\\005C! touch @OUTSIDE@/shell #", [Run("diff --from '@URL@' --to models", to_psql=True),
                                                  Run("-m drop --no-input")], scripts_into_reviewer),
    by_name("name-terminal", "escape sequences on the terminal", "\\001B]0;owned\\0007\\001B[2J",
            [Run("check", says_not=("\x1b", "\x07", "\r")), Run("diff --from '@URL@' --to models --format text",
                says_not=("\x1b", "\x07"))],
            survivors),
    Attack("name-check", "the name of a check that ends the comment", [Run("-m checks --no-input"),
        Run("diff --from empty --to models")],
           {"models/m.txtpb": 'table { name: "users" column { name: "id" type: "integer" } '
            'check { name: "c\\rDELETE FROM users; --" expression: "id > 0" } check { name: "d\\nDELETE FROM users; '
            '--" expression: "id > 0" } }\n'},
           setup=USERS, reviewer=USERS, check=scripts_into_reviewer),
    Attack("name-nul", "NUL and invalid UTF-8 in a model's names", [Run("check", exits=(1, 2)),
        Run("-m nul --no-input")],
           {"models/m.txtpb": USERS_MODEL + 'table { name: "a\\000b; DROP TABLE users" }\ntable { name: "c\\377\\r;" '
               '}\n'},
           setup=USERS, reviewer=USERS, check=scripts_into_reviewer),
    Attack("name-quote", "quotes and dollar quotes in names, comments, defaults and bodies",
           [Run("-m quotes --no-input"), Run("diff --from '@URL@' --to models", to_psql=True)],
           {"models/m.txtpb": USERS_MODEL + "table { name: %s comment: %s column { name: %s type: \"text\" default: "
               "%s } }\n"
            "function { name: \"f\" returns: \"text\" language: \"sql\" body: %s comment: %s }\n" % tuple(
                quoted(t) for t in ('a"; DELETE FROM users; --', "'; DELETE FROM users; --",
                    'c" int); DELETE FROM users; --',
                                    "'$$; DELETE FROM users; --'", "SELECT '$$; DELETE FROM users; $autogen$ $body$ "
                                    "$_$; --'",
                                    "\\'; DELETE FROM users; --"))},
           setup=USERS, reviewer=USERS, check=scripts_into_reviewer),
    Attack("fragment", "fragments of SQL that would end the statement",
           [Run("check", exits=(2,)), Run("-m fragments --no-input", exits=(2,)), Run("diff --from empty --to models",
               exits=(2,))],
           {"models/m.txtpb": 'table { name: "t" column { name: "a" type: "int); DROP TABLE users; --" } '
            'column { name: "b" type: "int" default: "1); DELETE FROM users; --" } check { name: "c" expression: '
            '"true); DELETE FROM users; --" } '
            'index { name: "i" column: "b" where: "true; DELETE FROM users" } }\nview { name: "v" definition: '
            '"SELECT 1; DELETE FROM users" }\n'},
           setup=USERS),
    Attack("message", "a message with line ends and statements", [
        Run("revision -m 'x\rDELETE FROM public.users; --'"),
        Run("revision -m 'x\nDELETE FROM public.users;\n-- autogen: upgrade\nDELETE FROM public.users; --'"),
        Run("revision -m 'x\u2028\\! touch @OUTSIDE@/shell' --branch-label 'a\r\\! touch @OUTSIDE@/shell'"),
        Run("upgrade --sql base:head", to_psql=True)],
        {"models/m.txtpb": USERS_MODEL}, reviewer=USERS, check=scripts_into_reviewer),
    by_label("label-carriage-return", "a script's message and labels with carriage returns and escapes, printed for "
        "psql",
             script("CREATE TABLE public.x (a int);").replace(
                 "-- attack", "-- attack\rDELETE FROM public.users; \\! touch @OUTSIDE@/shell\r--\x1b[2J", 1).replace(
                 "-- created:", "-- labels:     l\rDELETE FROM public.users;\n-- created:", 1)),
    by_label("revision-quote", "a revision id that ends the string in the version table's statement",
             script("CREATE TABLE public.x (a int);", revision="a'); DELETE FROM public.users; --")),
    by_label("name-of-file", "a script's path is printed: a version folder with a line end in its name",
             script("CREATE TABLE public.x (a int);")),
    Attack("version-table", "a version table's name that ends the statement, printed for psql",
           [Run("upgrade --sql base:head", to_psql=True), Run("stamp head --sql", to_psql=True), Run("current")],
           {"autogen.txtpb": 'version_table: "v\\"; DELETE FROM public.users; --"\nversion_table_schema: "public\\"; '
               'DELETE FROM public.users; \\\\! touch @OUTSIDE@/shell\\n--"\n',
            "versions/1_x.sql": script("CREATE TABLE public.x (a int);")}, reviewer=USERS, check=survivors),
    Attack("server-error", "the server's own error text with line ends and escapes",
           [Run("check", says_not=("\x1b", "\rDELETE")), Run("verify", says_not=("\x1b", "\rDELETE"))],
           {"models/m.txtpb": 'function { name: "f" returns: "integer" language: "plpgsql" body: "BEGIN RAISE '
               'EXCEPTION E\'a\\\\rDELETE \\\\x1b[2J\'; END" }\n'
            'materialized_view { name: "v" definition: "SELECT public.f() AS x" }\n',
            "versions/1_x.sql": script("DO $$ BEGIN RAISE EXCEPTION E'a\\rDELETE \\x1b[2J'; END $$;")}),
]
for one in ATTACKS:
    for run in one.runs:
        run.arguments = run.arguments.replace("@URL@", "host=@SOCKET@ port=5432 user=postgres dbname=app")
# The script lies in a folder whose name would end a comment.
for one in ATTACKS:
    if one.name == "name-of-file":
        one.files = {"autogen.txtpb": 'versions: "v\\rDELETE FROM public.users; --"\n',
                     "v\rDELETE FROM public.users; --/1_x.sql": one.files["versions/1_x.sql"]}
