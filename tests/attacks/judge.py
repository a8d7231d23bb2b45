"""The state of everything that an attack might touch, and what differs between two states."""
import functools
import hashlib
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor

DATABASES = ("postgres", "app", "production", "template1")

# What a dump does not show.
CATALOG = """
SELECT 'configuration loaded at ' || pg_conf_load_time() || ', started at ' || pg_postmaster_start_time();
SELECT 'prepared transaction ' || gid FROM pg_prepared_xacts;
SELECT 'replication slot ' || slot_name FROM pg_replication_slots;
SELECT 'database ' || datname || ' ' || datconnlimit || ' ' || coalesce(datacl::text, '') FROM pg_database ORDER BY 1;
SELECT 'description ' || objoid || ' ' || description FROM pg_shdescription ORDER BY 1;
SELECT 'statistics of ' || datname || ' reset at ' || coalesce(stats_reset::text, 'never') FROM pg_stat_database
 WHERE datname IN ('app', 'production') ORDER BY 1;
SELECT 'log file ' || coalesce(pg_current_logfile(), 'none');
"""

SESSIONS = """
SELECT 'session ' || coalesce(datname, '') || ' ' || coalesce(application_name, '') || ': ' || left(query, 60)
  FROM pg_stat_activity WHERE backend_type = 'client backend' AND application_name <> 'canary'
   AND pid <> pg_backend_pid() ORDER BY 1;
SELECT 'advisory lock ' || classid || '/' || objid FROM pg_locks WHERE locktype = 'advisory';
SELECT 'scratch database ' || datname FROM pg_database WHERE datname LIKE 'autogen\\_%';
"""


def listing(folder):
    """Every file, folder and link below `folder`: mode, size, checksum."""
    found = {}
    for root, folders, files in os.walk(folder):
        for name in folders + files:
            path = os.path.join(root, name)
            status = os.lstat(path)
            what = oct(status.st_mode)
            if os.path.islink(path):
                what += " -> " + os.readlink(path)
            elif os.path.isfile(path):
                try:
                    with open(path, "rb") as file:
                        what += " %d %s" % (status.st_size, hashlib.sha256(file.read()).hexdigest()[:16])
                except OSError as error:
                    what += " " + str(error)
            found[os.path.relpath(path, folder)] = what
    return found


@functools.lru_cache
def restrict_key(victim):
    text = subprocess.run([victim.bin + "/pg_dump", "--help"], capture_output=True, text=True).stdout
    return ["--restrict-key=attacks"] if "--restrict-key" in text else []


def dump(victim, program, *arguments):
    result = subprocess.run([victim.bin + "/" + program, *arguments], capture_output=True, text=True,
                            errors="replace", timeout=120)
    return result.stdout + result.stderr


def own_state(victim):
    return {"catalog": victim.psql("postgres", CATALOG)}


def server_state(victim, canaries_only=False):
    """A map of texts: the victim's dumps, settings, data folder. With `canaries_only` without what the
    database "app" has beside the schema canary."""
    key = restrict_key(victim)
    state = own_state(victim)
    with ThreadPoolExecutor(4) as pool:
        dumps = {}
        for database in DATABASES:
            part = ["-n", "canary"] if canaries_only and database == "app" else []
            dumps["pg_dump of " + database] = pool.submit(dump, victim, "pg_dump", "-d", victim.url(database), *part,
                *key)
        part = "--globals-only" if canaries_only else "--exclude-database=reviewer"
        dumps["pg_dumpall"] = pool.submit(dump, victim, "pg_dumpall", "-d", victim.url("postgres"), part, *key)
    state.update({name: future.result() for name, future in dumps.items()})
    for name in ("postgresql.auto.conf", "postgresql.conf", "pg_hba.conf"):
        with open(os.path.join(victim.data, name), errors="replace") as file:
            state[name] = file.read()
    state["data folder"] = "\n".join(sorted(os.listdir(victim.data)))
    state["tablespaces"] = "\n".join(sorted(os.listdir(victim.data + "/pg_tblspc")))
    return state


def differences(before, after):
    """One line for each text that differs: the first lines that are new or gone."""
    found = []
    for name, text in before.items():
        other = after.get(name, "")
        if text == other:
            continue
        old, new = text.splitlines(), other.splitlines()
        lines = ["+" + line for line in new if line not in set(old)] + ["-" +
            line for line in old if line not in set(new)]
        found.append("%s changed: %s" % (name, "; ".join(lines[:3])[:300] or "order"))
    return found


def file_differences(before, after, what):
    found = []
    for path in sorted(set(before) | set(after)):
        if before.get(path) != after.get(path):
            change = "is new" if path not in before else "is gone" if path not in after else "changed"
            found.append("%s: %s %s" % (what, path, change))
    return found


def descendants(of):
    """Process ids below `of`, with their command lines."""
    parents, commands = {}, {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open("/proc/%s/stat" % entry) as file:
                fields = file.read().rsplit(")", 1)[1].split()
            if fields[0] == "Z":
                continue
            parents[int(entry)] = int(fields[1])
            with open("/proc/%s/cmdline" % entry, "rb") as file:
                commands[int(entry)] = file.read().replace(b"\0", b" ").decode(errors="replace").strip()
        except (OSError, IndexError):
            continue
    found = {}
    for pid in parents:
        above = parents.get(pid)
        while above and above != of:
            above = parents.get(above)
        if above == of:
            found[pid] = commands.get(pid, "")
    return found
