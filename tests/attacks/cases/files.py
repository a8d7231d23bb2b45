"""Paths and links that lead out of the project, and files that are no files."""
from attack import Attack, Run, script

TABLE = 'table { name: "t" column { name: "id" type: "integer" } }\n'
SCRIPT = script("CREATE TABLE public.x (a int);")
READ = [Run("check"), Run("diff --from empty --to models"), Run("-m x --no-input"), Run("fmt --check models")]
URL = "--url 'host=@SOCKET@ port=5432 user=postgres dbname=app'"


def model(name, tries, text, runs=None, **more):
    return Attack(name, tries, runs or READ, {"models/m.txtpb": text}, **more)


ATTACKS = [
    model("definition-environ", "definition_file: /proc/self/environ", 'view { name: "v" definition_file: '
        '"/proc/self/environ" }\n'
          'function { name: "g" returns: "text" language: "plpgsql" definition_file: "/proc/self/environ" }\n'),
    model("definition-outside", "definition_file outside the project, with ..",
          'function { name: "g" returns: "text" language: "plpgsql" definition_file: "../../../outside/secret.txt" '
          '}\n'),
    model("definition-link", "definition_file is a link to a file outside",
          'function { name: "g" returns: "text" language: "plpgsql" definition_file: "g.sql" }\n',
          links={"models/g.sql": "@SECRET@"}),
    model("definition-folder-link", "definition_file through a folder that is a link",
          'function { name: "g" returns: "text" language: "plpgsql" definition_file: "d/secret.txt" }\n',
          links={"models/d": "@OUTSIDE@"}),
    model("include-outside", "include of a file outside: the error must not print it",
        'include: "../../../outside/secret.txtpb"\n'),
    model("include-absolute", "include of an absolute path and of a folder",
        'include: "@SECRET_MODEL@"\ninclude: "@OUTSIDE@"\n'),
    model("include-device", "include of devices that never end", 'include: "/dev/zero"\n', runs=[Run("check",
        exits=(2,)), Run("fmt models")]),
    model("include-itself", "files that include one another", 'include: "m.txtpb"\ninclude: "../models"\n'),
    Attack("model-link", "a model file is a link to a file outside: fmt must not write through it, check must not "
        "print it",
           [Run("fmt models"), Run("check"), Run("fmt models/y.txtpb"), Run("fmt --canonical models")], {},
           links={"models/x.txtpb": "@OUTSIDE@/unformatted.txtpb", "models/y.txtpb": "@SECRET_MODEL@"},
               may_change=("models/*",)),
    Attack("model-folder-link", "the folder of models is a link to a folder outside", [Run("fmt"), Run("check"),
        Run("-m x --no-input")],
           {}, links={"models": "@OUTSIDE@"}),
    Attack("model-bytes", "half a megabyte of brackets, bytes that are no UTF-8, a NUL",
           [Run("check", exits=(2,)), Run("fmt --check models"), Run("diff --from empty --to models", exits=(2,))],
           {"models/a.txtpb": "table { name: " + "[" * 500000,
               "models/b.txtpb": b"table { name: \"\xff\xfe\0\" }\n"}),
    Attack("import-over-link", "import into a file that is a link to one outside",
           [Run("import --output models/x.txtpb " + URL), Run("import --output dangling.txtpb " + URL)], {},
           links={"models/x.txtpb": "@OUTSIDE@/kept.txt", "dangling.txtpb": "@OUTSIDE@/new.txtpb"},
               may_change=("models/*",)),
    Attack("import-split-links", "import --split into a folder whose folders and files are links",
           [Run("import --split --output out " + URL)], {"out/.keep": ""},
           links={"out/tables": "@OUTSIDE@/folder", "out/public": "@OUTSIDE@/folder",
               "out/canary": "@OUTSIDE@/folder", "out/canary.rows.txtpb": "@OUTSIDE@/kept.txt",
                  "out/functions": "@OUTSIDE@/folder", "out/rows.txtpb": "@OUTSIDE@/new"}, may_change=("out*",)),
    Attack("import-split-names", "import --split of tables, schemas and functions whose names are paths",
           [Run("import --split --output out " + URL), Run("fmt --check out")], {}, may_change=("out*",),
           setup='CREATE SCHEMA "../../outside"; CREATE TABLE "../../outside"."../../../outside/x" (a int); '
           'CREATE FUNCTION public."../../../outside/f"() RETURNS int LANGUAGE sql AS \'SELECT 1\'; '
           'CREATE VIEW public."..\\..//outside/v" AS SELECT 1 AS a; CREATE TABLE public."/etc/x" (a int); CREATE '
           'TABLE public.".." (a int); '
           'CREATE TABLE public."CON" (a int); CREATE TABLE public."con" (a int);'),
    Attack("script-link", "a script is a link to a file outside: its content must not be printed",
           [Run("history"), Run("lint"), Run("verify"), Run("upgrade --sql base:head"), Run("sum")], {},
           links={"versions/1_x.sql": "@OUTSIDE@/secret.sql"}, may_change=("versions/*",)),
    Attack("versions-link", "the folder of scripts is a link to a folder outside", [Run("revision -m x"),
        Run("-m x --no-input"), Run("sum")],
           {"models/m.txtpb": TABLE}, links={"versions": "@OUTSIDE@/folder"}),
    Attack("sum-paths", "autogen.sum with paths outside, and as a link", [Run("sum --check"), Run("sum"),
        Run("verify"), Run("upgrade --sql base:head")],
           {"versions/1_x.sql": SCRIPT, "versions/autogen.sum": "../../../outside/secret.txt "
               "sha256:00\n/proc/self/environ h1:00\n" + "0" * 64 + "  ../../../outside/secret.txt\n"},
           may_change=("versions/*",)),
    Attack("sum-link", "autogen.sum is a link to a file outside", [Run("sum"), Run("sum --check"),
        Run("revision -m x")],
           {"versions/1_x.sql": SCRIPT}, links={"versions/autogen.sum": "@OUTSIDE@/kept.txt"},
               may_change=("versions/*",)),
    Attack("approvals-link", "approvals.txtpb is a link to a file outside",
        [Run("approve head --hazard data-loss --by me --reason x"), Run("lint")],
           {"versions/1_x.sql": script("DROP TABLE canary.rows;"), "autogen.txtpb": 'apply { require_approval: '
               '"data-loss" }\n'},
           links={"versions/approvals.txtpb": "@SECRET_MODEL@"}, may_change=("versions/*",)),
    Attack("autogen-folder-link", ".autogen is a link to a folder outside", [Run("check --url embedded"),
        Run("fmt --canonical models")],
           {"models/m.txtpb": TABLE}, links={".autogen": "@OUTSIDE@/folder"}, seconds=60, may_change=("models/*",)),
    Attack("autogen-location", ".autogen/location names a folder of the repository's choice, .gitignore is a link",
           [Run("check --url embedded")], {"models/m.txtpb": TABLE, ".autogen/location": "@OUTSIDE@/folder\n"},
           links={".autogen/.gitignore": "@OUTSIDE@/new", ".autogen/lock": "@OUTSIDE@/kept.txt",
               ".autogen/holders": "@OUTSIDE@/kept.txt"},
           seconds=60, may_change=(".autogen*",)),
    Attack("autogen-data", ".autogen holds a cluster's configuration that runs a program when it starts",
           [Run("check --url embedded")],
           {"models/m.txtpb": TABLE, ".autogen/data/PG_VERSION": "15\n",
            ".autogen/data/postgresql.conf": "archive_mode = on\narchive_command = 'touch "
            "@OUTSIDE@/archived'\nsession_preload_libraries = '@LIBRARY@'\nshared_preload_libraries = '@LIBRARY@'\n"},
           seconds=60, may_change=(".autogen*",)),
    Attack("autogen-cluster", "the repository brings a whole cluster, which loads a library when it starts",
           [Run("check --url embedded"), Run("check", environment={"DATABASE_URL": None})], {"models/m.txtpb": TABLE,
            ".autogen/data/postgresql.auto.conf": "shared_preload_libraries = '@LIBRARY@'\n"},
           copies={".autogen/data": "@CLEAN@"}, seconds=60, may_change=(".autogen*",)),
    Attack("autogen-cluster-new", "the repository brings what an interrupted initdb leaves, as a folder and as a link",
           [Run("check --url embedded")], {"models/m.txtpb": TABLE,
            ".autogen/data.new/postgresql.auto.conf": "shared_preload_libraries = '@LIBRARY@'\n"},
           links={".autogen/data.new-0": "@OUTSIDE@/folder", ".autogen/data.new/base": "@OUTSIDE@/folder"},
           seconds=60, may_change=(".autogen*",)),
    Attack("autogen-cluster-stamp", "the repository's cluster has a stamp of its own",
           [Run("check --url embedded")], {"models/m.txtpb": TABLE,
            ".autogen/data/postgresql.auto.conf": "shared_preload_libraries = '@LIBRARY@'\n",
            ".autogen/data/autogen_stamp": "0" * 64 + "\n"},
           copies={".autogen/data": "@CLEAN@"}, seconds=60, may_change=(".autogen*",)),
    Attack("config-link", "the configuration is a link to a file outside, or a device",
           [Run("check"), Run("check --config /dev/zero", exits=(2,)), Run("check --config /proc/self/environ",
               exits=(2,))],
           {"models/m.txtpb": TABLE}, links={"autogen.txtpb": "@SECRET@"}),
    Attack("output-link", "diff --output and --downgrade-output over links", [
        Run("diff --from empty --to models --output out.sql --downgrade-output down.sql")], {"models/m.txtpb": TABLE},
        links={"out.sql": "@OUTSIDE@/kept.txt", "down.sql": "@OUTSIDE@/new.sql"}, may_change=("*.sql",)),
]
