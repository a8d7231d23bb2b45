#!/usr/bin/env python3
"""How long `autogen verify` takes over a long history: each script up, down and up again in scratch databases.

  bench/verify.py --server URL [--scripts 500] [--jobs 1,2] [--autogen PROGRAM]

Writes a history of tables, columns, indexes, checks, foreign keys, views, functions and enum labels, and times whole
processes. The budget is a minute for 500 scripts on two processors.
"""
import argparse, os, shutil, subprocess, tempfile, time


def step(i):
    """The two directions of script i. Every tenth starts a table that the next nine work on."""
    n, k = divmod(i, 10)
    t = "t%d" % n
    return [
        ("CREATE TABLE %s (id bigint PRIMARY KEY, name text NOT NULL, made timestamptz DEFAULT now());" % t, "DROP TABLE %s;" % t),
        ("ALTER TABLE %s ADD COLUMN amount numeric(10,2) DEFAULT 0;" % t, "ALTER TABLE %s DROP COLUMN amount;" % t),
        ("CREATE INDEX %s_name ON %s (lower(name));" % (t, t), "DROP INDEX %s_name;" % t),
        ("ALTER TABLE %s ADD CONSTRAINT %s_amount CHECK (amount >= 0);" % (t, t), "ALTER TABLE %s DROP CONSTRAINT %s_amount;" % (t, t)),
        ("CREATE TYPE %s_kind AS ENUM ('a', 'b');\nALTER TABLE %s ADD COLUMN kind %s_kind DEFAULT 'a';" % (t, t, t),
         "ALTER TABLE %s DROP COLUMN kind;\nDROP TYPE %s_kind;" % (t, t)),
        ("ALTER TABLE %s ADD COLUMN parent bigint REFERENCES %s;" % (t, "t%d" % max(n - 1, 0)), "ALTER TABLE %s DROP COLUMN parent;" % t),
        ("CREATE VIEW %s_view AS SELECT id, upper(name) AS name FROM %s WHERE amount > 0;" % (t, t), "DROP VIEW %s_view;" % t),
        ("CREATE FUNCTION %s_count() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM %s';" % (t, t), "DROP FUNCTION %s_count();" % t),
        ("ALTER TABLE %s ALTER COLUMN name SET DEFAULT 'none';" % t, "ALTER TABLE %s ALTER COLUMN name DROP DEFAULT;" % t),
        ("COMMENT ON TABLE %s IS 'number %d';" % (t, n), "COMMENT ON TABLE %s IS NULL;" % t),
    ][k]


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--server", required=True, help="where the scratch databases are made, as libpq takes it")
    p.add_argument("--scripts", type=int, default=500)
    p.add_argument("--jobs", default="1,2")
    p.add_argument("--autogen", default="build/release/autogen")
    a = p.parse_args()
    program = os.path.abspath(a.autogen)
    work = tempfile.mkdtemp(prefix="autogen_bench_")
    try:
        subprocess.run([program, "init"], cwd=work, check=True, capture_output=True)
        for i in range(a.scripts):
            up, down = step(i)
            with open(os.path.join(work, "versions", "%06d.sql" % i), "w") as script:
                script.write("-- step %d\n--\n-- revision:   %012x\n-- revises:    %s\n-- created:    2026-01-01 00:00:00 UTC\n\n"
                             "-- autogen: upgrade\n\n%s\n\n-- autogen: downgrade\n\n%s\n"
                             % (i, i + 1, "%012x" % i if i else "base", up, down))
        print("%-8s %-5s %s" % ("scripts", "jobs", "seconds (budget 60 for 500 on two processors)"))
        for jobs in a.jobs.split(","):
            start = time.perf_counter()
            subprocess.run([program, "verify", "all", "--jobs", jobs, "--url", a.server], cwd=work, check=True,
                           stdout=subprocess.DEVNULL)
            print("%-8d %-5s %.1f" % (a.scripts, jobs, time.perf_counter() - start))
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
