#!/usr/bin/env python3
"""How time and memory of `autogen check` grow with the number of tables, beside pg_dump -s.

  bench/size.py --server URL [--tables 10,138,1380,13800] [--rounds 3] [--svg FILE] [--autogen PROGRAM]

For each number: a database of bench/large_schema.py, imported as a model; whole processes, medians of rounds in turns. --svg draws
both, as docs/performance.md shows them. Drops what it made.
"""
import argparse, math, os, shutil, sys, tempfile

from common import SERVER_HELP, in_turns, native, new_database, peak_mb, run

HERE = os.path.dirname(os.path.abspath(__file__))
SERIES = (("autogen check", "#1f6feb"), ("pg_dump -s", "#8b949e"))


def measure(a, tables, work):
    """Seconds and MB of check, then of pg_dump."""
    with new_database(a.server, "size%d" % tables) as url:
        sql, model = os.path.join(work, "load.sql"), os.path.join(work, "%d.txtpb" % tables)
        with open(sql, "w") as f:
            f.write(run([sys.executable, os.path.join(HERE, "large_schema.py"), str(tables)]).stdout)
        run(["psql", "-qXd", url, "-f", sql])
        run(["psql", "-qXd", url, "-c", "VACUUM ANALYZE"])
        run([a.autogen, "import", "--url", url, "--output", model])
        commands = [[a.autogen, "check", "--url", url, "--model", model], [a.pg_dump, "-s", "-d", url]]
        run(commands[0])  # what is kept from one check to the next is made
        return list(zip(in_turns(a.rounds, *commands), [peak_mb(c) for c in commands]))


def ticks(low, high):
    return [10 ** e for e in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)]


def panel(left, title, tables, series, unit):
    """One graph, both axes logarithmic."""
    width, height, top = 330, 220, 40
    values = [v for one in series for v in one]
    xs, ys = ticks(min(tables), max(tables)), ticks(min(values), max(values))
    at = lambda v, scale: (math.log10(v) - math.log10(scale[0])) / (math.log10(scale[-1]) - math.log10(scale[0]))
    x = lambda v: left + width * at(v, xs)
    y = lambda v: top + height * (1 - at(v, ys))
    out = ['<text x="%d" y="24" font-weight="bold">%s</text>' % (left, title)]
    for v in xs:
        out.append('<path d="M%.1f %dV%d" class="grid"/><text x="%.1f" y="%d" text-anchor="middle">%s</text>'
                   % (x(v), top, top + height, x(v), top + height + 16, format(v, ",d")))
    for v in ys:
        out.append('<path d="M%d %.1fH%d" class="grid"/><text x="%d" y="%.1f" text-anchor="end">%g %s</text>'
                   % (left, y(v), left + width, left - 6, y(v) + 4, v, unit))
    for (name, colour), one in zip(SERIES, series):
        points = " ".join("%.1f,%.1f" % (x(t), y(v)) for t, v in zip(tables, one))
        out.append('<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>' % (points, colour))
        out += ['<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>' % (x(t), y(v), colour) for t, v in zip(tables, one)]
    return out


def draw(path, rows):
    tables = [t for t, _ in rows]
    series = [[[row[i][k] for _, row in rows] for i in range(len(SERIES))] for k in (0, 1)]
    out = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 860 310" font-family="sans-serif" font-size="11">',
           "<style>.grid{stroke:#d0d7de;stroke-width:.5}</style>", '<rect width="860" height="310" fill="#fff"/>']
    out += panel(70, "seconds, by number of tables", tables, series[0], "s")
    out += panel(500, "memory at its peak, by number of tables", tables, series[1], "MB")
    for i, (name, colour) in enumerate(SERIES):
        out.append('<circle cx="%d" cy="296" r="4" fill="%s"/><text x="%d" y="300">%s</text>'
                   % (330 + 130 * i, colour, 340 + 130 * i, name))
    with open(path, "w") as f:
        f.write("\n".join(out + ["</svg>"]) + "\n")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--server", required=True, help=SERVER_HELP)
    p.add_argument("--tables", default="10,138,1380")
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--svg")
    p.add_argument("--autogen", default="build/release/autogen")
    p.add_argument("--pg-dump", default=native("pg_dump"))
    a = p.parse_args()
    work, rows = tempfile.mkdtemp(prefix="autogen_bench_"), []
    try:
        print("| tables | check | pg_dump -s | ratio | check's memory | pg_dump's |\n| --- | --- | --- | --- | --- | --- |")
        for tables in [int(t) for t in a.tables.split(",")]:
            (own, own_mb), (other, other_mb) = row = measure(a, tables, work)
            rows.append((tables, row))
            print("| %s | %.3f s | %.3f s | %.2f | %.0f MB | %.0f MB |"
                  % (format(tables, ",d"), own, other, own / other, own_mb, other_mb), flush=True)
    finally:
        shutil.rmtree(work)
    if a.svg:
        draw(a.svg, rows)


if __name__ == "__main__":
    main()
