#!/usr/bin/env python3
"""How long `autogen review` takes over the newest scripts of a long history: the first time, when scratch databases replay
it, again, from what was kept, and from the text alone.

  bench/review.py [--scripts 200] [--new 20] [--autogen PROGRAM]

The history is that of bench/verify.py; whole processes are timed. The budget is two seconds for 20 scripts again.
"""
import argparse, os, shutil, subprocess, tempfile, time

from verify import step


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--scripts", type=int, default=200)
    p.add_argument("--new", type=int, default=20)
    p.add_argument("--autogen", default="build/release/autogen")
    a = p.parse_args()
    program = os.path.abspath(a.autogen)
    work = tempfile.mkdtemp(prefix="autogen_bench_")
    env = {**os.environ, "AUTOGEN_CACHE_DIR": os.path.join(work, "cache")}
    try:
        subprocess.run([program, "init"], cwd=work, check=True, capture_output=True)
        for i in range(a.scripts):
            up, down = step(i)
            with open(os.path.join(work, "versions", "%06d.sql" % i), "w") as script:
                script.write("-- step %d\n--\n-- revision:   %012x\n-- revises:    %s\n\n-- autogen: upgrade\n\n%s\n\n"
                             "-- autogen: downgrade\n\n%s\n" % (i, i + 1, "%012x" % i if i else "base", up, down))
        print("%-34s %s" % ("%d new scripts of %d" % (a.new, a.scripts), "seconds (budget 2 for 20 again)"))
        newest = "%012x:" % (a.scripts - a.new + 1)
        for what, more in (("the first time", []), ("again", []), ("the text alone", ["--text-only"])):
            start = time.perf_counter()
            done = subprocess.run([program, "review", "-r", newest, "--output", "markdown=review.md", *more], cwd=work, env=env,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            if done.returncode > 1:
                raise SystemExit(done.stderr)
            print("%-34s %.2f" % (what, time.perf_counter() - start))
        print("%-34s %d" % ("characters of the comment", len(open(os.path.join(work, "review.md"), encoding="utf-8").read())))
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
