#!/usr/bin/env python3
"""How long `autogen check` takes beside pg_dump -s and Alembic's compare, on the same databases in one run.

  bench/check.py --server URL --schema FILE.sql [--copies 1,10] [--rounds 5] [--autogen PROGRAM]

Loads FILE.sql into new databases of the server (once, and N times into N schemas' worth of copies where the file
stays in one schema), imports each as a model, and times whole processes: the median of the rounds, and the
ratios beside the budgets of docs/design.md. "by hand" is the same model with every SQL text spelt in another way:
cold, with an empty cache, and again. Alembic is timed where python3 can import it (Debian: alembic,
python3-psycopg2). Drops what it made.
"""
import argparse, os, re, shutil, statistics, subprocess, tempfile, time

from common import median, new_database, run

ALEMBIC = """
import sys, sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.autogenerate import compare_metadata
engine = sa.create_engine(sys.argv[1])
with engine.connect() as c:
    schemas = [s for s in sa.inspect(c).get_schema_names() if s != 'information_schema']
    m = sa.MetaData()
    for s in schemas:
        m.reflect(c, schema=None if s == 'public' else s)
    start = __import__('time').time()
    compare_metadata(MigrationContext.configure(c, opts={'include_schemas': True, 'compare_type': True,
                                                         'compare_server_default': True}), m)
    print(__import__('time').time() - start)
"""


def by_hand(a, url, model, work):
    """Seconds for a check of the model with every SQL text respelt: with an empty cache, and with a warm one."""
    respelt = os.path.join(work, "hand.txtpb")
    text = open(model).read()
    open(respelt, "w").write(re.sub(r'\b((?:default|expression|where|using|check|when|definition):\s*")', r'\1/**/ ', text))
    times = []
    args = [a.autogen, "check", "--url", url, "--model", respelt]
    for i in range(a.rounds):
        cache = os.path.join(work, "cache%d" % i)
        for _ in range(2):
            start = time.perf_counter()
            subprocess.run(args, check=True, stdout=subprocess.DEVNULL, env=dict(os.environ, AUTOGEN_CACHE_DIR=cache))
            times.append(time.perf_counter() - start)
        shutil.rmtree(cache)
    return statistics.median(times[::2]), statistics.median(times[1::2])


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--server", required=True, help="postgresql://user@host:port, without a database")
    p.add_argument("--schema", required=True)
    p.add_argument("--copies", default="1,10")
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--autogen", default="build/release/autogen")
    p.add_argument("--pg-dump", default="pg_dump")
    a = p.parse_args()
    text = open(a.schema).read()
    work = tempfile.mkdtemp(prefix="autogen_bench_")
    print("%-7s %9s %9s %9s %9s %9s   %s" % ("copies", "check", "by hand", "again", "pg_dump", "alembic",
                                             "check / pg_dump (budget 0.5)"))
    for copies in [int(c) for c in a.copies.split(",")]:
        with new_database(a.server, str(copies)) as url:
            for i in range(copies):
                # Further copies go to schemas of their own.
                sql = text if i == 0 else re.sub(r"\bpublic\.", "copy%d." % i, re.sub(
                    r"(?m)^CREATE EXTENSION.*?;$|^COMMENT ON EXTENSION.*?;$", "", text))
                if i:
                    sql = "CREATE SCHEMA copy%d;\n" % i + sql
                path = os.path.join(work, "load.sql")
                open(path, "w").write(sql)
                run(["psql", "-qXd", url, "-f", path])
            model = os.path.join(work, "%d.txtpb" % copies)
            run([a.autogen, "import", "--url", url, "--output", model])
            check = median(a.rounds, [a.autogen, "check", "--url", url, "--model", model])
            cold, warm = by_hand(a, url, model, work)
            dump = median(a.rounds, [a.pg_dump, "-s", "-d", url])
            alembic = float("nan")
            try:
                alembic = float(run(["python3", "-c", ALEMBIC, url]).stdout)
            except (SystemExit, FileNotFoundError, ValueError):
                pass
            print("%-7d %7.0fms %7.0fms %7.0fms %7.0fms %7.0fms   %.2f; alembic / check %.1f (at least 10)" % (
                copies, 1e3 * check, 1e3 * cold, 1e3 * warm, 1e3 * dump, 1e3 * alembic, check / dump, alembic / check))
    shutil.rmtree(work)


if __name__ == "__main__":
    main()
