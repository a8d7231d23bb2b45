"""What the benchmarks share: timed processes, databases of their own."""
import contextlib, os, statistics, subprocess, time

SERVER_HELP = "postgresql://user@host:port, without a database; %%2F for each slash of a socket's folder"


def run(args, **kw):
    """A process that must succeed; its output is in .stdout."""
    done = subprocess.run(args, capture_output=True, text=True, **kw)
    if done.returncode:
        raise SystemExit("%s\nfailed with exit code %d:\n%s" % (" ".join(args), done.returncode, done.stderr))
    return done


def native(name):
    """PostgreSQL's own program: what Debian has in PATH under its name is a Perl script that takes 20 ms to find it."""
    try:
        path = os.path.join(run(["pg_config", "--bindir"]).stdout.strip(), name)
    except FileNotFoundError:
        return name
    return path if os.access(path, os.X_OK) else name


def seconds(args, **kw):
    """How long a process takes that must succeed."""
    start = time.perf_counter()
    subprocess.run(args, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **kw)
    return time.perf_counter() - start


def peak_mb(args):
    """The most memory that a process held, in MB."""
    process = subprocess.Popen(args, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return os.wait4(process.pid, 0)[2].ru_maxrss / 1024


def median(rounds, args, **kw):
    return statistics.median(seconds(args, **kw) for _ in range(rounds))


def in_turns(rounds, *commands):
    """The median of each command's seconds, run one after the other in each round: all see the same machine."""
    times = [[] for _ in commands]
    for _ in range(rounds):
        for command, taken in zip(commands, times):
            taken.append(seconds(command))
    return [statistics.median(taken) for taken in times]


def psql(server, sql, database="postgres"):
    run(["psql", "-qXd", "%s/%s" % (server.rstrip("/"), database), "-v", "ON_ERROR_STOP=1", "-c", sql])


@contextlib.contextmanager
def new_database(server, suffix):
    """The URL of a new database on `server`, which is dropped at the end."""
    name = "autogen_bench_%d_%s" % (os.getpid(), suffix)
    psql(server, 'CREATE DATABASE "%s" TEMPLATE template0' % name)
    try:
        yield "%s/%s" % (server.rstrip("/"), name)
    finally:
        psql(server, 'DROP DATABASE "%s" WITH (FORCE)' % name)
