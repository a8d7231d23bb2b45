#!/usr/bin/env python3
"""How long `autogen check` and `autogen diff` take beside pg_dump -s and Alembic's compare, on the same databases in one run.

  bench/check.py --server URL [--schema FILE.sql] [--copies 1,10] [--rounds 5] [--autogen PROGRAM]

Loads FILE.sql into new databases of the server (once, and N times into N schemas' worth of copies where the file
stays in one schema), imports each as a model, and times whole processes: the median of the rounds, and the
ratios beside the budgets of docs/performance.md; what is past its budget is marked. "diff" compares with a second database
that is equal. "by hand" is the same model with every SQL text and type written in another way:
cold, with an empty cache, and again. "inspect" is introspection alone (`autogen inspect`), "psql" the same catalog
queries run by psql. Alembic's compare is timed where --python can import it (Debian: alembic, python3-psycopg2). Drops what it made.
"""
import argparse, os, re, shutil, statistics, subprocess, sys, tempfile, time

from common import SERVER_HELP, in_turns, median, native, new_database, peak_mb, run

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


def load(text, copies, work, urls):
    """The schema into each database, further copies of it into schemas of their own."""
    for i in range(copies):
        sql = text
        if i:
            without = re.sub(r"(?m)^CREATE EXTENSION.*?;$|^COMMENT ON EXTENSION.*?;$", "", text)
            sql = "CREATE SCHEMA copy%d;\n" % i + re.sub(r"\bpublic\b(?=[.;])", "copy%d" % i, without)
        path = os.path.join(work, "load.sql")
        open(path, "w").write(sql)
        for url in urls:
            run(["psql", "-qXd", url, "-f", path])


def budget(what, figure, most):
    over = "" if most is None or figure <= most else "   OVER BUDGET"
    print("%-52s %8.2f%s%s" % (what, figure, "" if most is None else "   (at most %g)" % most, over))


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
    columns = ["check", "by hand", "again", "diff", "pg_dump", "inspect", "psql", "alembic"]
    print("copies " + " ".join("%8s" % c for c in columns))
    first = None
    for copies in [int(c) for c in a.copies.split(",")]:
        with new_database(a.server, str(copies)) as url, new_database(a.server, "%d_equal" % copies) as equal:
            load(text, copies, work, (url, equal))
            model = os.path.join(work, "%d.txtpb" % copies)
            run([a.autogen, "import", "--url", url, "--output", model])
            own = [a.autogen, "check", "--url", url, "--model", model]
            # In turns: all see the same machine.
            check, dump, diff = in_turns(a.rounds, own, [a.pg_dump, "-s", "-d", url],
                                         [a.autogen, "diff", "--from", url, "--to", equal])
            cold, warm = by_hand(a, url, model, work)
            alembic = alembic_seconds(a, url, work)
            queries = os.path.join(work, "queries.sql")
            open(queries, "w").write(run([os.path.join(os.path.dirname(a.autogen), "bench_queries"), url]).stdout)
            inspect, raw = in_turns(a.rounds, [a.autogen, "inspect", "--url", url],
                                    [native("psql"), "-qXAt", "-d", url, "-v", "ON_ERROR_STOP=1", "-f", queries])
            peak, dump_peak = peak_mb(own), peak_mb([a.pg_dump, "-s", "-d", url])
            first = first or (check / copies, peak / copies)
            print("%-6d " % copies + " ".join("%6.0fms" % (1e3 * t) for t in (check, cold, warm, diff, dump, inspect, raw, alembic)))
            budget("  check / pg_dump", check / dump, 0.40)
            budget("  diff of two equal databases / check", diff / check, 1.4)
            budget("  inspect / the same queries by psql", inspect / raw, 1.5)
            budget("  check's memory in MB (pg_dump: %.0f)" % dump_peak, peak, {1: 24, 10: 70}.get(copies))
            if alembic == alembic:
                budget("  check / alembic", check / alembic, 0.1)
            if copies > 1:
                budget("  check's time for a copy / for the first row's", check / copies / first[0], 1)
                budget("  check's memory for a copy / for the first row's", peak / copies / first[1], 1)
    shutil.rmtree(work)


if __name__ == "__main__":
    main()
