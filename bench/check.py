#!/usr/bin/env python3
"""How long `autogen check` takes beside pg_dump -s and Alembic's compare, on the same databases in one run.

  bench/check.py --server URL [--schema FILE.sql] [--copies 1,10] [--rounds 5] [--autogen PROGRAM]

Loads FILE.sql into new databases of the server (once, and N times into N schemas' worth of copies where the file
stays in one schema), imports each as a model, and times whole processes: the median of the rounds, and the
ratios beside the budgets of docs/design.md. "by hand" is the same model with every SQL text and type written in another way:
cold, with an empty cache, and again. "inspect" is introspection alone (`autogen inspect`), "psql" the same catalog
queries run by psql. Alembic's compare is timed where --python can import it (Debian: alembic, python3-psycopg2). Drops what it made.
"""
import argparse, os, re, shutil, statistics, subprocess, sys, tempfile, time

from common import SERVER_HELP, median, native, new_database, peak_mb, run

HERE = os.path.dirname(os.path.abspath(__file__))

# The metadata that a project's Python modules would hold, kept for the timed process.
ALEMBIC_MODEL = """
import pickle, psycopg2, sys, sqlalchemy as sa
with sa.create_engine("postgresql://", creator=lambda: psycopg2.connect(sys.argv[1])).connect() as c:
    m = sa.MetaData()
    for s in sa.inspect(c).get_schema_names():
        if s != 'information_schema':
            m.reflect(c, schema=None if s == 'public' else s)
pickle.dump(m, open(sys.argv[2], 'wb'))
"""
# Without compare_server_default: it fails on defaults such as concat('a-', …).
ALEMBIC_CHECK = """
import pickle, psycopg2, sys, sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.autogenerate import compare_metadata
m = pickle.load(open(sys.argv[2], 'rb'))
with sa.create_engine("postgresql://", creator=lambda: psycopg2.connect(sys.argv[1])).connect() as c:
    compare_metadata(MigrationContext.configure(c, opts={'include_schemas': True, 'compare_type': True}), m)
"""


def alembic_seconds(a, url, work):
    """A whole process that compares, as `autogen check` is; nan where there is no Alembic."""
    kept = os.path.join(work, "metadata")
    if subprocess.run([a.python, "-c", "import alembic, psycopg2"], capture_output=True).returncode:
        return float("nan")
    run([a.python, "-c", ALEMBIC_MODEL, url, kept])
    return median(min(a.rounds, 3), [a.python, "-c", ALEMBIC_CHECK, url, kept])

TYPES = {"integer": "int4", "bigint": "INT8", "boolean": "bool", "character varying": "varchar",
         "timestamp with time zone": "timestamptz", "timestamp without time zone": "timestamp"}


def by_hand(a, url, model, work):
    """Seconds for a check of the model with every SQL text and type written in another way: with an empty cache, and with a warm one."""
    by_hand = os.path.join(work, "hand.txtpb")
    text = re.sub(r'\b((?:default|expression|where|using|check|when|definition):\s*")', r'\1/**/ ', open(model).read())
    for ours, theirs in TYPES.items():
        text = re.sub(r'\b(type:\s*")%s\b' % ours, r'\1' + theirs, text)
    open(by_hand, "w").write(text)
    times = []
    args = [a.autogen, "check", "--url", url, "--model", by_hand]
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
    p.add_argument("--server", required=True, help=SERVER_HELP)
    p.add_argument("--schema", help="default: what bench/large_schema.py prints")
    p.add_argument("--copies", default="1,10")
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--autogen", default="build/release/autogen")
    p.add_argument("--pg-dump", default=native("pg_dump"))
    p.add_argument("--python", default="/usr/bin/python3", help="one that has Alembic")
    a = p.parse_args()
    text = open(a.schema).read() if a.schema else run([sys.executable, os.path.join(HERE, "large_schema.py")]).stdout
    work = tempfile.mkdtemp(prefix="autogen_bench_")
    columns = ["check", "by hand", "again", "pg_dump", "inspect", "psql", "alembic"]
    print("copies " + " ".join("%8s" % c for c in columns) + "   check / pg_dump (at most 0.5), inspect / psql (1.5), "
          "alembic / check (at least 10); to the first row, by copies: check's time, its memory (1 is linear)")
    first = None
    for copies in [int(c) for c in a.copies.split(",")]:
        with new_database(a.server, str(copies)) as url:
            for i in range(copies):
                # Further copies go to schemas of their own.
                sql = text if i == 0 else re.sub(r"\bpublic\b(?=[.;])", "copy%d" % i, re.sub(
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
            alembic = alembic_seconds(a, url, work)
            queries = os.path.join(work, "queries.sql")
            open(queries, "w").write(run([os.path.join(os.path.dirname(a.autogen), "bench_queries"), url]).stdout)
            inspect = median(a.rounds, [a.autogen, "inspect", "--url", url])
            raw = median(a.rounds, [native("psql"), "-qXAt", "-d", url, "-v", "ON_ERROR_STOP=1", "-f", queries])
            peak = peak_mb([a.autogen, "check", "--url", url, "--model", model])
            first = first or (check / copies, peak / copies)
            print("%-6d " % copies + " ".join("%6.0fms" % (1e3 * t) for t in (check, cold, warm, dump, inspect, raw, alembic)) +
                  "   %.2f, %.2f, %.1f; %.2f, %.2f" % (check / dump, inspect / raw, alembic / check, check / copies / first[0],
                                                       peak / copies / first[1]))
    shutil.rmtree(work)


if __name__ == "__main__":
    main()
