#!/usr/bin/env python3
"""What clients feel while a table in use is changed: autogen's script, the plain statements, and pg-schema-diff's sequence.

  bench/online.py --server postgresql://user@host:port [--rows 2000000] [--rate 400] [--only KIND,…] [--markdown]

While pgbench reads and writes rows of two tables, one change is made to them in three ways: by `autogen upgrade` of the
script that `autogen -m` writes, by psql running the script of `-m --plain` in one transaction, and by psql running the
sequence that pg-schema-diff publishes for the change (--lock-timeout 3 s). The control does the same work on a copy that no
client uses: what clients feel then is the machine, not a lock. For each: the longest that a transaction of a client took
(pgbench's own log, counted from when it was due), failed transactions, and how long the change took. Drops what it made.
"""
import argparse, glob, os, re, shutil, subprocess, tempfile, time

from common import SERVER_HELP, native, new_database, run

MODEL = """
table {
  name: "customers"
  column { name: "id" type: "bigint" primary_key: true }
  column { name: "email" type: "text" not_null: true }
  column { name: "seen" type: "integer" not_null: true default: "0" }
}
table {
  name: "orders"
  column { name: "id" type: "bigint" primary_key: true }
  column { name: "customer" type: "bigint" }
  column { name: "code" type: "text" }
  column { name: "amount" type: "integer" not_null: true }
  column { name: "changes" type: "integer" not_null: true default: "0" }
  column { name: "placed" type: "timestamp" not_null: true }
  index { name: "orders_placed" column: "placed" }
}
"""

DATA = """
INSERT INTO customers (id, email) SELECT g, 'c' || g || '@example.com' FROM generate_series(1, %(rows)d / 10) g;
INSERT INTO orders (id, customer, code, amount, placed)
  SELECT g, 1 + g %% (%(rows)d / 10), 'code ' || g, g %% 1000, timestamp '2026-01-01' + g * interval '1 second'
  FROM generate_series(1, %(rows)d) g;
"""

READER = r"""
\set id random(1, :rows)
SELECT o.amount, c.email FROM orders o JOIN customers c ON c.id = o.customer WHERE o.id = :id;
"""

# Rows that come, change and go; those it inserts lie beyond the ones that readers ask for.
WRITER = r"""
\set id random(1, :rows)
\set customer random(1, :rows / 10)
\set fresh :rows + 1 + random(0, 1000000000000)
BEGIN;
UPDATE orders SET changes = changes + 1 WHERE id = :id;
UPDATE customers SET seen = seen + 1 WHERE id = :customer;
INSERT INTO orders (id, customer, code, amount, placed) VALUES (:fresh, :customer, 'new ' || :fresh, 1, now());
DELETE FROM orders WHERE id = :fresh;
COMMIT;
"""

ORDERS_END = '  index { name: "orders_placed" column: "placed" }\n}'


def added(line):
    """The edit that adds a line to the table orders."""
    return (ORDERS_END, ORDERS_END[:-1] + "  %s\n}" % line)


# The edit of the model, and what pg-schema-diff writes for it (its documentation: "Zero-downtime migrations").
KINDS = {
    "index": (
        added('index { name: "orders_amount" column: "amount" }'),
        ["CREATE INDEX CONCURRENTLY orders_amount ON orders (amount)"]),
    "changed index": (
        ('column: "placed" }\n}', 'column: "placed" column: "amount" }\n}'),
        ["ALTER INDEX orders_placed RENAME TO orders_placed_tmp",
         "CREATE INDEX CONCURRENTLY orders_placed ON orders (placed, amount)",
         "DROP INDEX CONCURRENTLY orders_placed_tmp"]),
    "check": (
        added('check { name: "orders_amount_check" expression: "amount >= 0" }'),
        ["ALTER TABLE orders ADD CONSTRAINT orders_amount_check CHECK (amount >= 0) NOT VALID",
         "ALTER TABLE orders VALIDATE CONSTRAINT orders_amount_check"]),
    "not null": (
        ('name: "customer" type: "bigint" }', 'name: "customer" type: "bigint" not_null: true }'),
        ["ALTER TABLE orders ADD CONSTRAINT orders_not_null CHECK (customer IS NOT NULL) NOT VALID",
         "ALTER TABLE orders VALIDATE CONSTRAINT orders_not_null",
         "ALTER TABLE orders ALTER COLUMN customer SET NOT NULL",
         "ALTER TABLE orders DROP CONSTRAINT orders_not_null"]),
    "foreign key": (
        ('name: "customer" type: "bigint" }',
         'name: "customer" type: "bigint" references { table: "customers" } }'),
        ["ALTER TABLE orders ADD CONSTRAINT orders_customer_fkey FOREIGN KEY (customer) REFERENCES customers (id) "
         "NOT VALID",
         "ALTER TABLE orders VALIDATE CONSTRAINT orders_customer_fkey"]),
    "unique key": (
        added('unique { name: "orders_code_key" column: "code" }'),
        ["CREATE UNIQUE INDEX CONCURRENTLY orders_code_key ON orders (code)",
         "ALTER TABLE orders ADD CONSTRAINT orders_code_key UNIQUE USING INDEX orders_code_key"]),
    "all of them": (None, None),
}


def edited(kind):
    model = MODEL
    if kind != "all of them":
        was, becomes = KINDS[kind][0]
        assert was in model, kind
        return model.replace(was, becomes)
    model = model.replace('name: "customer" type: "bigint" }',
                          'name: "customer" type: "bigint" not_null: true references { table: "customers" } }')
    return model.replace(ORDERS_END, '''  index { name: "orders_placed" column: "placed" column: "amount" }
  index { name: "orders_amount" column: "amount" }
  check { name: "orders_amount_check" expression: "amount >= 0" }
  unique { name: "orders_code_key" column: "code" }
}''')


def sequence(kind):
    if kind != "all of them":
        return KINDS[kind][1]
    return [s for one in KINDS if one != kind for s in KINDS[one][1]]


class Load:
    """pgbench's readers and writers, from start to stop."""

    def __init__(self, url, a, folder):
        self.folder = tempfile.mkdtemp(dir=folder)
        for name, text in (("reader", READER), ("writer", WRITER)):
            with open("%s/%s.sql" % (self.folder, name), "w") as f:
                f.write(text)
        self.process = subprocess.Popen(
            [native("pgbench"), "-n", "-M", "simple", "-c", "4", "-j", "1", "-T", "3600", "-R", str(a.rate), "-D",
             "rows=%d" % a.rows, "-f", "reader.sql", "-f", "writer.sql", "-l", "--max-tries=1", url],
            cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        time.sleep(2)

    def stop(self, since, until):
        """The longest transaction that was under way between two times, in ms, and how many failed."""
        time.sleep(0.5)
        self.process.terminate()
        output = self.process.communicate()[0]
        longest, failed = 0.0, len(re.findall(r"aborted|ERROR", output))
        for path in glob.glob(self.folder + "/pgbench_log*"):
            with open(path) as f:
                for line in f:
                    part = line.split()
                    # The last line is cut short where the process ended.
                    if len(part) < 7:
                        continue
                    if part[2] == "failed":
                        failed += 1
                        continue
                    ended, took = int(part[4]) + int(part[5]) / 1e6, int(part[2]) / 1e6
                    if ended >= since and ended - took <= until:
                        longest = max(longest, 1e3 * took)
        return longest, failed


def under_load(url, a, work, change):
    load = Load(url, a, work)
    since = time.time()
    try:
        change()
    finally:
        until = time.time()
        longest, failed = load.stop(since, until)
    return longest, failed, until - since


def psql(url, *options):
    run([native("psql"), "-qX", url, "-v", "ON_ERROR_STOP=1", *options])


def one_by_one(url, statements):
    with_timeout = ["-c", "SET lock_timeout = '3s'"]
    psql(url, *with_timeout, *(word for s in statements for word in ("-c", s)))


def on_copy(statements):
    """The plain statements on the tables that no client uses."""
    return statements.replace("public.", "copy.")


def body(path, direction):
    with open(path) as f:
        parts = re.split(r"^-- autogen: (upgrade|downgrade)$", f.read(), flags=re.M)
    return parts[parts.index(direction) + 1]


def measure(kind, a, work, autogen, url):
    """The rows of one kind: (way, longest stall in ms, failed transactions, seconds)."""
    project = tempfile.mkdtemp(dir=work)
    model = project + "/model.txtpb"
    base = [autogen, "--url", url, "--model", model]

    def script(name, *options):
        folder = "%s/%s" % (project, name)
        os.makedirs(folder)
        with open(model, "w") as f:
            f.write(edited(kind))
        run(base + ["--versions", folder, "-m", "change", *options])
        return glob.glob(folder + "/*.sql")[0]

    online, plain = script("online"), script("plain", "--plain")
    versions = base + ["--versions", project + "/online"]
    rows = []

    def add(way, change, back):
        rows.append((way,) + under_load(url, a, work, change))
        back()

    def undo_plain():
        psql(url, "-1", "-c", body(plain, "downgrade"))

    add("autogen", lambda: run(versions + ["upgrade"]), lambda: run(versions + ["downgrade", "base"]))
    add("plain", lambda: psql(url, "-1", "-c", body(plain, "upgrade")), undo_plain)
    add("pg-schema-diff", lambda: one_by_one(url, sequence(kind)), undo_plain)
    add("control", lambda: psql(url, "-1", "-c", on_copy(body(plain, "upgrade"))),
        lambda: psql(url, "-1", "-c", on_copy(body(plain, "downgrade"))))
    return rows


def prepare(a, work, autogen, url):
    model = work + "/model.txtpb"
    with open(model, "w") as f:
        f.write(MODEL)
    os.makedirs(work + "/base")
    run([autogen, "--url", url, "--model", model, "--versions", work + "/base", "-m", "tables"])
    psql(url, "-c", body(glob.glob(work + "/base/*.sql")[0], "upgrade"), "-c", DATA % vars(a))
    psql(url, "-c", "CREATE SCHEMA copy",
         "-c", "CREATE TABLE copy.customers (LIKE customers INCLUDING ALL)",
         "-c", "CREATE TABLE copy.orders (LIKE orders INCLUDING ALL)",
         "-c", "ALTER INDEX copy.orders_placed_idx RENAME TO orders_placed",
         "-c", "INSERT INTO copy.customers SELECT * FROM customers",
         "-c", "INSERT INTO copy.orders SELECT * FROM orders",
         "-c", "VACUUM ANALYZE", "-c", "CHECKPOINT")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--server", required=True, help=SERVER_HELP)
    p.add_argument("--rows", type=int, default=2000000)
    p.add_argument("--rate", type=int, default=400, help="transactions a second")
    p.add_argument("--only", help="kinds of change, separated by commas: " + ", ".join(KINDS))
    p.add_argument("--markdown", action="store_true", help="print a table for docs/performance.md")
    p.add_argument("--autogen", default="build/release/autogen")
    a = p.parse_args()
    work = tempfile.mkdtemp(prefix="autogen_bench_")
    autogen = os.path.abspath(a.autogen)
    line = "| %s | %s | %.0f ms | %d | %.1f s |" if a.markdown else "%-14s %-15s %8.0f ms %6d failed %8.1f s"
    try:
        with new_database(a.server, "online") as url:
            prepare(a, work, autogen, url)
            if a.markdown:
                print("| change | by | longest stall | failed | took |\n| --- | --- | --- | --- | --- |")
            for kind in a.only.split(",") if a.only else KINDS:
                for row in measure(kind, a, work, autogen, url):
                    print(line % ((kind,) + row), flush=True)
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
