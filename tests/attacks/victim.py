"""The server that is attacked: made once, restored from its copy after each attack that had an effect."""
import glob
import os
import resource
import shutil
import subprocess
import time

SETUP = {
    "postgres": """
        CREATE ROLE canary_login LOGIN PASSWORD 'canary';
        CREATE ROLE maker LOGIN CREATEDB;
        CREATE DATABASE app; CREATE DATABASE production; CREATE DATABASE reviewer;
        ALTER ROLE canary_login SET work_mem = '5MB';
        COMMENT ON DATABASE production IS 'in use';
    """,
    "app": """
        CREATE SCHEMA canary; CREATE TABLE canary.rows (id int, value text);
        INSERT INTO canary.rows VALUES (1, 'app');
        CREATE SEQUENCE canary.numbers;
    """,
    "production": """
        CREATE SCHEMA canary; CREATE TABLE canary.rows (id int, value text);
        INSERT INTO canary.rows VALUES (1, '@ROW@');
        CREATE EXTENSION dblink SCHEMA canary; CREATE EXTENSION file_fdw; CREATE EXTENSION postgres_fdw;
    """,
}


def find_binaries():
    named = os.environ.get("AUTOGEN_ATTACKS_PG_BIN")
    folders = [named] if named else sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)
    for folder in folders:
        if os.access(folder + "/initdb", os.X_OK):
            return folder
    raise SystemExit("no PostgreSQL binaries: set AUTOGEN_ATTACKS_PG_BIN to the folder of initdb")


def limit_memory():
    """A memory bomb must not take the machine with it."""
    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))


class Victim:
    def __init__(self, base, row_token):
        self.bin = find_binaries()
        self.base = base
        self.data = base + "/victim/data"
        self.clean = base + "/victim/clean"
        self.socket = base + "/victim/s"
        self.process = None
        os.makedirs(self.socket)
        self.command("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                     "--locale=C.UTF-8", "--no-sync")
        self.start()
        for database, sql in SETUP.items():
            self.psql(database, sql.replace("@ROW@", row_token), must=True)
        self.stop()
        shutil.copytree(self.data, self.clean, symlinks=True)
        self.start()

    def command(self, program, *arguments, **more):
        return subprocess.run([self.bin + "/" + program, *arguments], check=True,
                              stdout=subprocess.DEVNULL, **more)

    def start(self):
        # A child of ours, so that what it leaves behind is ours too.
        log = open(self.base + "/victim/log", "ab")
        self.process = subprocess.Popen(
            [self.bin + "/postgres", "-D", self.data, "-k", self.socket, "-p", "5432",
             "-c", "listen_addresses=", "-c", "fsync=off", "-c", "autovacuum=off", "-c", "shared_buffers=16MB",
             "-c", "max_prepared_transactions=5", "-c", "wal_level=logical", "-c", "max_wal_size=4GB"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=limit_memory)
        for _ in range(600):
            ready = subprocess.run([self.bin + "/pg_isready", "-q", "-h", self.socket])
            if ready.returncode == 0:
                return
            time.sleep(0.05)
        raise SystemExit("the victim does not start: see " + self.base + "/victim/log")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(3)  # SIGQUIT: at once
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def restore(self):
        self.stop()
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.copytree(self.clean, self.data, symlinks=True)
        self.start()

    def url(self, database, user="postgres"):
        return "host=%s port=5432 user=%s dbname=%s" % (self.socket, user, database)

    def psql(self, database, sql, must=False, timeout=60, stop_on_error=True):
        result = subprocess.run(
            [self.bin + "/psql", "-XqAt", "-v", "ON_ERROR_STOP=%d" % stop_on_error, "-d", self.url(database)],
            input=sql, capture_output=True, text=True, timeout=timeout, errors="replace")
        if must and result.returncode:
            raise SystemExit("psql: " + result.stderr)
        return result.stdout + result.stderr
