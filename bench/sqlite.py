#!/usr/bin/env python3
"""autogen on SQLite files beside sqlite3's own shell, and Alembic's compare where it is installed, in one run.

  bench/sqlite.py [--tables 138] [--rows 1000000] [--rounds 9] [--autogen PROGRAM]

check: whole processes, `autogen check` of a model with so many tables beside `sqlite3 FILE .schema` and Alembic's compare_metadata.
rebuild: `autogen upgrade` of one script that rebuilds a table with two indexes, without a backup, beside sqlite3 running what
`upgrade --sql` prints; each on a fresh copy of the file.
"""
import argparse, os, shutil, sqlite3, statistics, subprocess, tempfile, time

from common import in_turns, median, run

ALEMBIC_CHECK = """
import pickle, sys, sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.autogenerate import compare_metadata
m = pickle.load(open(sys.argv[2], 'rb'))
with sa.create_engine('sqlite:///' + sys.argv[1]).connect() as c:
    compare_metadata(MigrationContext.configure(c, opts={'compare_type': True}), m)
"""
ALEMBIC_MODEL = """
import pickle, sys, sqlalchemy as sa
m = sa.MetaData()
m.reflect(sa.create_engine('sqlite:///' + sys.argv[1]))
pickle.dump(m, open(sys.argv[2], 'wb'))
"""


def schema(tables):
    for i in range(tables):
        parent = "INTEGER REFERENCES t%d (id) ON DELETE CASCADE" % (i // 8) if i else "INTEGER"
        yield ("CREATE TABLE t%d (id INTEGER PRIMARY KEY, parent %s, name VARCHAR(80) NOT NULL, state TEXT NOT NULL DEFAULT 'new', "
               "score NUMERIC(8,2) DEFAULT 0 CHECK (score >= 0), made TEXT DEFAULT CURRENT_TIMESTAMP, note TEXT, flag BOOLEAN "
               "DEFAULT 0, UNIQUE (name, state));" % (i, parent))
        yield "CREATE INDEX t%d_parent ON t%d (parent);" % (i, i)
        yield "CREATE INDEX t%d_open ON t%d (state, made) WHERE flag = 0;" % (i, i)


def check(a, work):
    path, model = work + "/check.db", work + "/model.txtpb"
    connection = sqlite3.connect(path)
    connection.executescript("\n".join(schema(a.tables)))
    connection.close()
    url = "sqlite:////" + path.lstrip("/")
    run([a.autogen, "import", "--url", url, "--output", model])
    # In turns: both see the same machine.
    ours, shell = in_turns(a.rounds, [a.autogen, "check", "--url", url, "--model", model], ["sqlite3", path, ".schema"])
    alembic = float("nan")
    if subprocess.run([a.python, "-c", "import alembic"], capture_output=True).returncode == 0:
        kept = work + "/metadata"
        run([a.python, "-c", ALEMBIC_MODEL, path, kept])
        alembic = median(min(a.rounds, 3), [a.python, "-c", ALEMBIC_CHECK, path, kept])
    print("check, %d tables: %.1f ms; sqlite3 .schema %.1f ms; Alembic %.0f ms   check / .schema %.2f (at most 3), Alembic / check %.1f"
          % (a.tables, 1e3 * ours, 1e3 * shell, 1e3 * alembic, ours / shell, alembic / ours))


MODEL = """table {
  name: "big"
  column { name: "id" type: "INTEGER" primary_key: true }
  column { name: "name" type: "%s" }
  column { name: "state" type: "TEXT" }
  column { name: "amount" type: "REAL" }
  index { column: "name" }
  index { column: "state" column: "amount" }
}
"""


def rebuild(a, work):
    project, path = work + "/project", work + "/project/big.db"
    os.mkdir(project)
    call = lambda *arguments: run([a.autogen, *arguments], cwd=project)
    call("init", "--url", "sqlite:///big.db")
    for number, kind in enumerate(("VARCHAR(40)", "TEXT")):
        with open(project + "/models/schema.txtpb", "w") as model:
            model.write(MODEL % kind)
        call("-m", "script %d" % number)
        if number == 0:
            call("upgrade")
    connection = sqlite3.connect(path)
    connection.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) INSERT INTO big SELECT i, "
                       "'name ' || (i * 7919 %% 1000003), 's' || (i %% 7), i / 3.0 FROM n" % a.rows)
    connection.commit()
    connection.close()
    sql = call("upgrade", "--sql", "current:head").stdout
    full = path + ".full"
    shutil.copy(path, full)
    times = {"ours": [], "shell": []}
    for _ in range(a.rebuilds):
        for who in times:
            shutil.copy(full, path)
            start = time.perf_counter()
            if who == "ours":
                call("upgrade", "--no-backup")
            else:
                run(["sqlite3", path], input=sql)
            times[who].append(time.perf_counter() - start)
    ours, shell = (statistics.median(times[who]) for who in ("ours", "shell"))
    print("rebuild, %d rows, two indexes: %.2f s; the same statements by sqlite3 %.2f s   ratio %.2f (at most 1.2)"
          % (a.rows, ours, shell, ours / shell))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--tables", type=int, default=138)
    p.add_argument("--rows", type=int, default=1000000)
    p.add_argument("--rounds", type=int, default=9)
    p.add_argument("--rebuilds", type=int, default=3)
    p.add_argument("--autogen", default="build/release/autogen")
    p.add_argument("--python", default="/usr/bin/python3", help="one that has Alembic")
    a = p.parse_args()
    a.autogen = os.path.abspath(a.autogen)
    os.environ.pop("DATABASE_URL", None)
    work = tempfile.mkdtemp(prefix="autogen_bench_")
    try:
        check(a, work)
        rebuild(a, work)
    finally:
        shutil.rmtree(work)


main()
