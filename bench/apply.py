#!/usr/bin/env python3
"""The commands over the history, beside Alembic and psql in one run.

  bench/apply.py --server postgresql://user@host:port [--scripts 10000] [--alembic-scripts 1000] [--upgrade 1000]

`history` and `current` over many scripts beside Alembic over a tenth of them; `upgrade` of one-statement scripts
beside psql, which runs the same statements in as many transactions and keeps no books. Whole processes, the best
of the rounds (what else the machine does can only add to it), ratios beside the budgets. Alembic is timed where it
is installed (Debian: alembic, python3-psycopg2). Drops what it made.
"""
import argparse, os, shutil, tempfile, time

from common import SERVER_HELP, native, new_database, run, seconds

# The URL as libpq takes it, not as SQLAlchemy does.
ENV = """
import psycopg2
from alembic import context
from sqlalchemy import create_engine
with create_engine("postgresql://", creator=lambda: psycopg2.connect(%r)).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""

BODY = ("-- autogen: upgrade\n\nCREATE TABLE step_%d (id integer);\n\n"
        "-- autogen: downgrade\n\nDROP TABLE step_%d;\n")


def revision(i):
    return "%012x" % (0xa00000000000 + i)


def write_scripts(folder, count):
    """A line of scripts, each of which creates a table."""
    os.makedirs(folder)
    for i in range(count):
        with open("%s/%s_step.sql" % (folder, revision(i)), "w") as f:
            f.write("-- step %d\n--\n-- revision:   %s\n-- revises:    %s\n-- created:    2026-11-21 09:13:00 UTC\n\n"
                    % (i, revision(i), revision(i - 1) if i else "base") + BODY % (i, i))


def write_alembic(folder, count, url):
    os.makedirs(folder + "/versions")
    with open(folder + "/env.py", "w") as f:
        f.write(ENV % url)
    with open(folder + "/alembic.ini", "w") as f:
        f.write("[alembic]\nscript_location = %s\n" % folder)
    for i in range(count):
        with open("%s/versions/%s_step.py" % (folder, revision(i)), "w") as f:
            f.write('"""step %d"""\nfrom alembic import op\nrevision = "%s"\ndown_revision = %s\n\n\n'
                    'def upgrade():\n    op.execute("CREATE TABLE step_%d (id integer)")\n\n\n'
                    'def downgrade():\n    op.execute("DROP TABLE step_%d")\n'
                    % (i, revision(i), '"%s"' % revision(i - 1) if i else None, i, i))


def ratio_line(what, own, other, budget):
    print("%-34s %8.1f ms %8.1f ms   ratio %5.3f (budget %s)" % (what, 1e3 * own, 1e3 * other, own / other, budget))


def history(a, work, autogen):
    scripts = "%s/history" % work
    write_scripts(scripts, a.scripts)
    with new_database(a.server, "history") as url:
        base = [autogen, "--url", url, "--versions", scripts]
        # As if every script had been run: the ledger's checksums are compared with the files.
        run(base + ["stamp", "head"])
        run(["psql", "-qXd", url, "-v", "ON_ERROR_STOP=1", "-c",
             "INSERT INTO autogen_version_ledger (id, revision, direction, step, steps, state, checksum, part_checksum, "
             "tool, started_at) SELECT g + 2, 'a' || lpad(to_hex(g), 11, '0'), 'upgrade', 1, 1, 'done', "
             "encode(sha256(convert_to(format(E'%s', g, g), 'UTF8')), 'hex'), '', '', now() "
             "FROM generate_series(0, %d) g" % (BODY.strip().replace("\n", "\\n").replace("%d", "%s"), a.scripts - 1)])
        alembic_folder = "%s/alembic" % work
        write_alembic(alembic_folder, a.alembic_scripts, url)
        alembic = ["alembic", "-c", alembic_folder + "/alembic.ini"]
        have_alembic = shutil.which("alembic") is not None
        if have_alembic:
            run(alembic + ["stamp", "head"])
        # A folder of scripts as it mostly is: not written just now, and looked at before. (autogen keeps what
        # headers say as Python keeps compiled modules, but of nothing that changed in the last three seconds.)
        time.sleep(4)
        for command in ("history", "current"):
            # In turns: both see the same machine.
            own, other = [], [float("nan")]
            for _ in range(a.rounds):
                own.append(seconds(base + [command]))
                if have_alembic:
                    other.append(seconds(alembic + [command]))
            own, other = min(own), min(other[1:] or other)
            ratio_line("%s: %d scripts, Alembic %d" % (command, a.scripts, a.alembic_scripts), own, other, "0.1")


def upgrade(a, work, autogen):
    scripts = "%s/upgrade" % work
    write_scripts(scripts, a.upgrade)
    sql = "%s/upgrade.sql" % work
    with open(sql, "w") as f:
        for i in range(a.upgrade):
            f.write("BEGIN;\nCREATE TABLE step_%d (id integer);\nCOMMIT;\n" % i)
    own, other = [], []
    # In turns, each in a new database: the server is as warm for one as for the other.
    for r in range(a.rounds):
        with new_database(a.server, "own%d" % r) as url:
            own.append(seconds([autogen, "--url", url, "--versions", scripts, "upgrade", "head"]))
        with new_database(a.server, "psql%d" % r) as url:
            other.append(seconds([native("psql"), "-qXd", url, "-v", "ON_ERROR_STOP=1", "-f", sql]))
    ratio_line("upgrade: %d scripts, psql" % a.upgrade, min(own), min(other), "1.3")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--server", required=True, help=SERVER_HELP)
    p.add_argument("--scripts", type=int, default=10000)
    p.add_argument("--alembic-scripts", type=int, default=1000)
    p.add_argument("--upgrade", type=int, default=1000)
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--autogen", default="build/release/autogen")
    a = p.parse_args()
    work = tempfile.mkdtemp(prefix="autogen_bench_")
    try:
        print("%-34s %11s %11s" % ("", "autogen", "other"))
        history(a, work, os.path.abspath(a.autogen))
        upgrade(a, work, os.path.abspath(a.autogen))
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
