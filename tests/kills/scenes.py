"""What is cut off: the commands, on which database, and how an undisturbed run ends."""
import os
import re

import history as h
import truth

ROWS = 4000


class Scene:
    """A folder with scripts, a template database to begin on, and the end that every run must reach."""
    name, kinds, command, begin = "", [], ["upgrade"], None
    schemas = ["public"]
    tamper = "INSERT INTO effects SELECT * FROM effects LIMIT 1"  # what the harness must notice

    def __init__(self, folder, server, run, prefix):
        self.folder = folder + "/" + self.name
        self.server = server
        self.run = run  # run(scene, database, arguments) -> (exit code, text)
        os.makedirs(self.folder)
        self.history = h.History(self.folder, self.kinds)
        self.template = prefix + "_" + self.name
        server.create(self.template)
        self.prepare()

    def prepare(self):
        self.server.psql(self.template, h.SETUP)
        if self.begin:
            self.must(self.template, self.begin)

    def must(self, database, arguments):
        code, text = self.run(self, database, arguments)
        if code:
            raise RuntimeError("autogen %s exits with %s\n%s" % (" ".join(arguments), code, text))

    def lies(self, database):
        return [lie for schema in self.schemas for lie in truth.lies(truth.Facts(
            self.server, database, schema), self.history)]

    def end(self, database):
        """Schema, versions, how often each step took effect."""
        found = [self.server.dump(database)]
        for schema in self.schemas:
            facts = truth.Facts(self.server, database, schema)
            found += ["versions " + " ".join(facts.version)] + ["%s %d" % i for i in sorted(facts.effects.items())]
            found += ["valid " + name for name in sorted(facts.valid)]
        return "\n".join(found)

    def complete(self, database):
        """Runs the command until it is done, and does what a person is asked to; faults."""
        more = []
        for attempt in range(8):
            code, text = self.run(self, database, self.command + more)
            more = []
            if code == 0:
                return []
            decide = re.search(r"--resume-at (\d+) to repeat it, or --mark-done", text)
            if not decide or self.server.settle(database, 10):
                return ["the next run fails with %s: %s" % (code, text)]
            more = self.decide(database, int(decide.group(1)))
        return ["not done after 8 runs: " + text]

    def decide(self, database, step):
        """What a CALL did that was cut off: all, nothing, or a half that is completed by hand."""
        facts = truth.Facts(self.server, database)
        revision, direction = facts.ledger[-1][:2]
        recorded = facts.done()[revision, direction, step]
        first, second = (facts.effects.get((revision, direction, step, part), 0) for part in ("first", "second"))
        if first == recorded:
            return ["--resume-at", str(step)]
        if second == recorded:
            self.server.psql(database, "INSERT INTO effects VALUES ('%s', '%s', %d, 'second')" % (
                revision, direction, step))
        return ["--mark-done"]


class Upgrade(Scene):
    name, kinds = "upgrade", [h.plain, h.indexes, h.enums, h.plain, h.indexes]


class Downgrade(Scene):
    name, kinds, begin = "downgrade", [h.plain, h.indexes, h.enums, h.plain, h.indexes], ["upgrade"]
    command = ["downgrade", "base"]


class Calls(Scene):
    name, kinds = "calls", [h.plain, h.calls, h.indexes, h.calls]


class CallsBack(Scene):
    name, kinds, begin = "callsback", [h.plain, h.calls, h.indexes, h.calls], ["upgrade"]
    command = ["downgrade", "base"]


class Single(Scene):
    name, kinds = "single", [h.plain, h.plain, h.plain, h.plain]
    command = ["upgrade", "--single-transaction"]


class Targets(Scene):
    """A schema for each tenant; the scripts are the same."""
    name, kinds = "targets", [h.plain, h.indexes, h.plain]
    command = ["upgrade", "--targets", "targets.txtpb", "--jobs", "3"]
    schemas = ["tenant_%d" % i for i in range(5)]
    tamper = "INSERT INTO tenant_3.effects SELECT * FROM tenant_3.effects LIMIT 1"

    def prepare(self):
        with open(self.folder + "/targets.txtpb", "w") as file:
            for schema in self.schemas:
                file.write('target { schema: "%s" }\n' % schema)
                self.server.psql(self.template, "CREATE SCHEMA %s; SET search_path = %s; %s" % (
                    schema, schema, h.SETUP))


class RollBack(Scene):
    """The last script fails, and what the run did is taken back: it ends where it began."""
    name, kinds, begin = "rollback", [h.plain, h.indexes, h.plain, h.failing], ["upgrade", "aaaa00000000"]
    command = ["upgrade", "--rollback-on-failure"]
    tamper = "DELETE FROM effects WHERE revision = 'aaaa00000000'"

    def end(self, database):
        return self.server.dump(database) + "\n".join(truth.Facts(self.server, database).version)

    def complete(self, database):
        for attempt in range(4):
            before = truth.Facts(self.server, database).version
            code, text = self.run(self, database, self.command)
            after = truth.Facts(self.server, database).version
            if "where the run began: downgraded" in text and code == 2:
                if after != before:
                    return ["taken back to %s, and it began at %s: %s" % (after, before, text)]
                # What an earlier run had finished before it was cut off.
                code, text = self.run(self, database, ["downgrade", "aaaa00000000"])
                return [] if code == 0 else ["the downgrade fails with %s: %s" % (code, text)]
            # A downgrade of a whole script that was cut off is finished first, by the command that is named.
            named = re.search(r"Finish it first: autogen (downgrade \S+);", text)
            if not named:
                return ["the next run exits with %s: %s" % (code, text)]
            code, text = self.run(self, database, named.group(1).split())
            if code:
                return ["autogen %s exits with %s: %s" % (named.group(1), code, text)]
        return ["not done after 4 runs: " + text]


class Backfill(Scene):
    name, kinds = "backfill", []
    command = ["backfill", "items", "--set", "n = n + 1", "--batch", "90", "--target", "0", "--pause", "2"]
    tamper = "UPDATE items SET n = n + 1 WHERE id = 7"

    def prepare(self):
        self.server.psql(self.template, "CREATE TABLE items (id int PRIMARY KEY, n int NOT NULL DEFAULT 0); INSERT "
                         "INTO items SELECT g FROM generate_series(1, %d) g" % ROWS)

    def lies(self, database):
        if self.server.psql(database, "SELECT to_regclass('autogen_backfill') IS NULL") == "t":
            recorded = "0"
        else:
            recorded = self.server.psql(database, "SELECT coalesce(sum(rows), 0) FROM autogen_backfill")
        found = self.server.psql(database, "SELECT sum(n), max(n) < 2 FROM items").split("|")
        return [] if found == [recorded, "t"] else ["%s rows are recorded, n in sum and below 2: %s" % (
            recorded, found)]

    def end(self, database):
        return self.server.dump(database) + self.server.psql(
            database, "SELECT n, count(*) FROM items GROUP BY n ORDER BY n; SELECT rows, done FROM autogen_backfill")

    def complete(self, database):
        code, text = self.run(self, database, self.command)
        if code and "finished before" not in text and self.server.psql(
                database, "SELECT done FROM autogen_backfill") != "t":
            return ["the next run fails with %s: %s" % (code, text)]
        return []


SCENES = [Upgrade, Downgrade, Calls, CallsBack, Single, Targets, RollBack, Backfill]
