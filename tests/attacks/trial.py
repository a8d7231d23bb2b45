"""One attack against one victim."""
import fnmatch
import os
import resource
import shlex
import shutil
import signal
import subprocess
import time

import canary
import judge


class Ground:
    """Everything that stands around the attacks: the victim, the canaries, the folders."""

    def __init__(self, base, autogen, victim, decoy, tokens, library, foreign):
        self.base = base
        self.autogen = autogen
        self.victim = victim
        self.decoy = decoy
        self.tokens = tokens
        self.library = library
        self.foreign = foreign  # a folder with a configuration of another user's, or None
        self.outside = base + "/outside"
        self.work = base + "/work"
        # Kept from attack to attack, for the sake of time: whose model is another has another key.
        self.cache = base + "/cache"
        self.sessions = []
        self.last_state = None
        self.plant_files()
        self.connect()
        self.clean_state = self.last_state = judge.server_state(victim)

    def plant_files(self):
        shutil.rmtree(self.outside, ignore_errors=True)
        os.makedirs(self.outside + "/folder")
        for path, text in {
                "secret.txt": self.tokens.file + "\n", "secret.txtpb": self.tokens.file + ": 1\n",
                "secret.sql": "SELECT " + self.tokens.file + ";\n", self.tokens.name: "",
                "kept.txt": "kept\n", "folder/kept.sql": "-- kept\n",
                "unformatted.txtpb": "table{name:'kept'}\n", "secrets/1": self.tokens.file}.items():
            os.makedirs(os.path.dirname(self.outside + "/" + path), exist_ok=True)
            with open(self.outside + "/" + path, "w") as file:
                file.write(text)

    def connect(self):
        for session in self.sessions:
            session.close()
        self.sessions = [canary.Session(self.victim, name) for name in ("app", "production")]

    def restore(self):
        for session in self.sessions:
            session.close()
        self.victim.restore()
        self.plant_files()
        self.connect()
        # The dumps are those of the copy; what the server says of itself is new.
        self.last_state = dict(self.clean_state, **judge.own_state(self.victim))

    def fill(self, text):
        for mark, value in (("@OUTSIDE@", self.outside), ("@SECRET@", self.outside + "/secret.txt"),
                            ("@SECRET_MODEL@", self.outside + "/secret.txtpb"), ("@SOCKET@", self.victim.socket),
                            ("@DATA@", self.victim.data), ("@CLEAN@", self.victim.clean), ("@DECOY@",
                                self.decoy.folder),
                            ("@PORT@", str(self.decoy.port)), ("@LIBRARY@", self.library or "/nowhere.so")):
            text = text.replace(mark, value)
        return text

    def strangers(self):
        """Processes that an attack left behind: ours, but neither the victim's own nor a canary."""
        known = {self.victim.process.pid} | {session.process.pid for session in self.sessions}
        of_victim = judge.descendants(self.victim.process.pid)
        return {pid: command for pid, command in judge.descendants(os.getpid()).items()
                if command and pid not in known and not (pid in of_victim and command.startswith("postgres:"))}


def limits():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))


class Trial:
    def __init__(self, ground, attack):
        self.ground = ground
        self.attack = attack
        self.started = time.time()
        self.faults = []
        self.output = ""
        parent = ground.foreign if attack.name.startswith("foreign-") and ground.foreign else ground.work
        self.project = parent + "/project"
        for folder in (ground.work, self.project):
            shutil.rmtree(folder, ignore_errors=True)
        for folder in ("home/.config/autogen", "tmp"):
            os.makedirs("%s/%s" % (ground.work, folder))
        # A short deadline of the person's own: the default is a minute.
        user = ground.work + "/home/.config/autogen/user.txtpb"
        with open(user, "w") as file:
            file.write("scratch_timeout_s: 5\n")
        os.chmod(user, 0o600)
        for folder in ("models", "versions"):
            if folder not in attack.links:
                os.makedirs("%s/%s" % (self.project, folder), exist_ok=True)
        for path, source in attack.copies.items():
            shutil.copytree(ground.fill(source), "%s/%s" % (self.project, path), symlinks=True)
        for path, text in attack.files.items():
            target = "%s/%s" % (self.project, path)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "wb") as file:
                file.write(text if isinstance(text, bytes) else ground.fill(text).encode())
            if text[:2] == "#!":
                os.chmod(target, 0o755)
        for path, target in attack.links.items():
            os.makedirs(os.path.dirname("%s/%s" % (self.project, path)), exist_ok=True)
            os.symlink(ground.fill(target), "%s/%s" % (self.project, path))

    def psql(self, database, sql):
        return self.ground.victim.psql(database, self.ground.fill(sql), stop_on_error=False)

    def prepare(self):
        victim = self.ground.victim
        if self.attack.reviewer:
            victim.psql("reviewer", "DROP SCHEMA public CASCADE; CREATE SCHEMA public;")
            self.psql("reviewer", self.attack.reviewer)
        if self.attack.setup:
            self.psql("app", self.attack.setup)
            self.ground.last_state = None
        self.before = self.ground.last_state or judge.server_state(self.ground.victim)
        self.outside_before = judge.listing(self.ground.outside)
        self.project_before = judge.listing(self.project)
        self.home_before = judge.listing(self.ground.work + "/home")
        self.log_start = os.path.getsize(self.ground.base + "/victim/log")
        del self.ground.decoy.heard[:]

    def environment(self, run):
        ground = self.ground
        variables = {
            "PATH": os.environ["PATH"], "HOME": ground.work + "/home", "LANG": "C.UTF-8",
            "TMPDIR": ground.work + "/tmp", "AUTOGEN_CACHE_DIR": ground.cache,
            "DATABASE_URL": ground.victim.url("app"), "CANARY_SECRET": ground.tokens.variable}
        for name, value in run.environment.items():
            variables.pop(name, None)
            if value is not None:
                variables[name] = ground.fill(value).replace("@PASSWORD@", ground.tokens.password)
        return variables

    def command(self, run):
        arguments = [self.ground.autogen] + shlex.split(self.ground.fill(run.arguments))
        started = time.time()
        process = subprocess.Popen(arguments, cwd=self.project, env=self.environment(run), start_new_session=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   preexec_fn=limits)
        what = "autogen " + run.arguments
        out = err = b""
        try:
            if run.interrupt_after:
                try:
                    out, err = process.communicate(timeout=run.interrupt_after)
                except subprocess.TimeoutExpired:
                    process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=self.attack.seconds)
        except subprocess.TimeoutExpired:
            self.faults.append("%s does not end within %d s" % (what, self.attack.seconds))
            os.killpg(process.pid, signal.SIGKILL)
            try:
                out, err = process.communicate(timeout=5)
            except subprocess.TimeoutExpired:
                pass
        text = (out + err).decode(errors="replace")
        self.output += "$ %s\n%s(exit %s, %.1f s)\n" % (what, text, process.returncode, time.time() - started)
        allowed = run.exits + ((130, -signal.SIGINT) if run.interrupt_after else ())
        killed = any(fault.startswith(what) for fault in self.faults)
        if process.returncode not in allowed and not killed:
            self.faults.append("%s exits with %d" % (what, process.returncode))
        for wanted in run.says:
            if self.ground.fill(wanted) not in text:
                self.faults.append("%s does not say: %s" % (what, wanted))
        for unwanted in run.says_not:
            if self.ground.fill(unwanted) in text:
                self.faults.append("%s says: %s" % (what, ascii(unwanted)))
        if run.to_psql:
            self.to_psql(out)

    def to_psql(self, text):
        result = subprocess.run(
            [self.ground.victim.bin + "/psql", "-X", "-d", self.ground.victim.url("reviewer")], input=text,
            cwd=self.project, capture_output=True, timeout=30)
        self.output += "psql: " + (result.stdout + result.stderr).decode(errors="replace")

    def settle(self):
        """Waits a few seconds for what the commands started; what is left then was left behind."""
        for attempt in range(25):
            left = [line for line in self.ground.victim.psql("postgres", judge.SESSIONS).splitlines() if line]
            strangers = self.ground.strangers()
            if not left and not strangers:
                return
            time.sleep(0.2)
        self.faults += ["left behind: " + line for line in left]
        self.faults += ["left behind: process " + command[:120] for command in strangers.values()]
        for pid in strangers:
            try:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            except (OSError, ChildProcessError):
                pass

    def secrets(self):
        places = {"the output": self.output.encode()}
        with open(self.ground.base + "/victim/log", "rb") as log:
            log.seek(self.log_start)
            places["the server's log"] = log.read()
        copied = {"%s/%s" % (self.project, path) for path in self.attack.copies}
        for folder in (self.project, self.ground.work, self.ground.cache):
            for root, folders, files in os.walk(folder):
                folders[:] = [f for f in folders if "%s/%s" % (root, f) not in copied]
                for name in files:
                    path = os.path.join(root, name)
                    if os.path.isfile(path) and not os.path.islink(path):
                        try:
                            if folder == self.ground.cache and os.path.getmtime(path) < self.started - 1:
                                continue
                            with open(path, "rb") as file:
                                places[path] = file.read()
                        except OSError:
                            pass
        for name, heard in self.ground.decoy.heard:
            places["what was sent to " + name] = heard
            if not self.attack.may_connect:
                self.faults.append("a connection to %s: %s" % (name, heard[:80]))
        for what, token in self.ground.tokens.all().items():
            for place, content in places.items():
                if token.encode() in content:
                    self.faults.append("%s stands in %s" % (what, place.replace(self.ground.base, "")))

    def compare(self, canaries_only=False):
        after = None
        try:
            after = judge.server_state(self.ground.victim, canaries_only)
            self.faults += judge.differences(self.before, after)
        except Exception as error:  # the server is gone
            self.faults.append("the victim does not answer: %s" % error)
        self.ground.last_state = after
        self.faults += judge.file_differences(self.outside_before, judge.listing(self.ground.outside), "outside")
        self.faults += judge.file_differences(self.home_before, judge.listing(self.ground.work + "/home"), "home")
        for line in judge.file_differences(self.project_before, judge.listing(self.project), "project"):
            path, change = line[len("project: "):].rsplit(" is " if " is " in line else " ", 1)
            may = ("versions/*",) if change == "new" else ()
            if not any(fnmatch.fnmatch(path, glob) for glob in may + self.attack.may_change):
                self.faults.append(line)
        for session in self.ground.sessions:
            pid = session.ask("SELECT pg_backend_pid();")
            if pid != session.pid:
                self.faults.append("the session on %s: %s" % (session.database, "is gone" if pid is None else pid))

    def judge(self):
        self.settle()
        self.compare()
        self.secrets()
        if self.attack.check:
            fault = self.attack.check(self)
            if fault:
                self.faults.append(fault)
        if self.faults:
            shutil.rmtree(self.ground.cache, ignore_errors=True)
        if self.faults or self.attack.setup:
            self.ground.restore()
        return self.faults

    def run(self):
        self.prepare()
        for command in self.attack.runs:
            self.command(command)
        return self.judge()

    def arm(self):
        """The same by hand: a superuser runs the SQL on the victim. Something must happen, beside the objects
        that it makes in the database."""
        self.prepare()
        self.before = judge.server_state(self.ground.victim, canaries_only=True)
        try:
            self.output = self.ground.victim.psql("app", self.ground.fill(self.attack.armed), timeout=6,
                                                  stop_on_error=False)
        except subprocess.TimeoutExpired:
            self.faults.append("psql does not end within 6 s")
        self.settle()
        self.compare(canaries_only=True)
        self.secrets()
        self.ground.restore()
        return self.faults
