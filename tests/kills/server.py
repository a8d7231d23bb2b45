"""The server that the runs work on: $AUTOGEN_TEST_URL (libpq keywords, a superuser), through psql."""
import os
import subprocess
import time


class Server:
    def __init__(self, url):
        self.base = url
        self.made = []

    def url(self, database):
        return "%s dbname=%s" % (self.base, database)  # the last one counts

    def psql(self, database, sql):
        result = subprocess.run(["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", self.url(database)],
                                input=sql, capture_output=True, text=True, timeout=60)
        if result.returncode:
            raise RuntimeError("psql on %s: %s\n%s" % (database, result.stderr, sql))
        return result.stdout.strip()

    def create(self, name, template="template0"):
        self.made.append(name)
        # A template that somebody has just left.
        for attempt in range(50):
            try:
                return self.psql("postgres", "CREATE DATABASE %s TEMPLATE %s" % (name, template))
            except RuntimeError as error:
                if "being accessed" not in str(error) or attempt == 49:
                    raise
                time.sleep(0.1)

    def drop(self, name):
        self.psql("postgres", "DROP DATABASE IF EXISTS %s WITH (FORCE)" % name)
        self.made.remove(name)

    def drop_all(self):
        for name in list(self.made):
            self.drop(name)

    def sessions(self, database):
        """What works on the database beside this query."""
        return self.psql("postgres", "SELECT coalesce(application_name, '') || ': ' || left(query, 80) FROM "
                         "pg_stat_activity WHERE datname = '%s' AND backend_type = 'client backend'" % database)

    def terminate(self, database):
        """As an administrator does: all sessions at once. How many there were."""
        return int(self.psql("postgres", "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE "
                             "datname = '%s' AND backend_type = 'client backend'" % database))

    def settle(self, database, seconds):
        """Until no session is left; what is there after `seconds` otherwise."""
        end = time.time() + seconds
        while True:
            left = self.sessions(database)
            if not left or time.time() > end:
                return left
            time.sleep(0.02)

    def dump(self, database):
        dump = os.environ.get("AUTOGEN_PG_DUMP", "pg_dump")
        result = subprocess.run([dump, "--schema-only", "-d", self.url(database)], capture_output=True, text=True,
                                timeout=60)
        if result.returncode:
            raise RuntimeError("pg_dump: " + result.stderr)
        # \restrict has a new key each time.
        return "\n".join(line for line in result.stdout.splitlines() if not line.startswith(("\\", "--")))
