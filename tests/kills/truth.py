"""Whether the ledger and the version table say what is in the database."""
import collections
import json

FACTS = """
SET search_path = %(schema)s;
SELECT json_build_object(
  'version', (SELECT coalesce(json_agg(version_num ORDER BY 1), '[]') FROM autogen_version),
  'ledger', (SELECT coalesce(json_agg(json_build_array(revision, direction, step, steps, state) ORDER BY id), '[]')
             FROM autogen_version_ledger),
  'effects', (SELECT coalesce(json_agg(json_build_array(revision, direction, step, part, n)), '[]') FROM
              (SELECT revision, direction, step, part, count(*) AS n FROM effects GROUP BY 1, 2, 3, 4) e),
  'valid', (SELECT coalesce(json_agg(c.relname), '[]') FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
            WHERE i.indisvalid AND c.relnamespace = current_schema()::regnamespace));
"""
EMPTY = "SET search_path = %(schema)s; SELECT to_regclass('autogen_version_ledger') IS NULL;"


class Facts:
    def __init__(self, server, database, schema="public"):
        names = {"schema": schema}
        self.version, self.ledger, self.effects, self.valid = [], [], {}, []
        if server.psql(database, EMPTY % names) == "t":
            self.effects = {"any": 1} if server.psql(database, "SET search_path = %s; SELECT 1 FROM effects LIMIT 1" %
                                                     schema) else {}
            return
        found = json.loads(server.psql(database, FACTS % names))
        self.version, self.ledger, self.valid = found["version"], found["ledger"], found["valid"]
        self.effects = {(r, d, s, p): n for r, d, s, p, n in found["effects"]}

    def done(self):
        return collections.Counter((r, d, s) for r, d, s, _, state in self.ledger if state == "done")

    def taken_back(self):
        """Of a script that is taken back in the middle, the steps that ran are struck from the ledger."""
        return {r for r, _, step, _, _ in self.ledger if step == 0}

    def applied(self, history):
        """The version that the ledger's finished scripts lead to."""
        at = None
        for revision, direction, step, steps, state in self.ledger:
            if step == steps and state == "done" and (direction == "upgrade" or revision == at):
                at = revision if direction == "upgrade" else history.before(revision)
        return [at] if at else []


def lies(facts, history):
    """What the ledger says and the database does not show, or the other way round; [] where all is true."""
    if not facts.ledger:
        found = ["effects without a ledger"] if facts.effects else []
        return found + (["a version without a ledger"] if facts.version else [])
    found = []
    if facts.version != facts.applied(history):
        found.append("the version table has %s, the ledger leads to %s" % (facts.version, facts.applied(history)))
    started = [(i, entry) for i, entry in enumerate(facts.ledger) if entry[4] != "done"]
    if any(i + 1 < len(facts.ledger) for i, _ in started):
        found.append("a step that began is not the last one: %s" % started)
    done, taken_back = facts.done(), facts.taken_back()
    began = {tuple(entry[:3]) for _, entry in started}
    for (revision, direction), kinds in history.kinds.items():
        if revision in taken_back:
            continue
        for step, kind in enumerate(kinds, 1):
            key = (revision, direction, step)
            found += lies_of_step(facts, key, kind, done[key], key in began)
    return found + invalid_indexes(facts, history, taken_back)


def lies_of_step(facts, key, kind, done, began):
    if kind == "together":
        wanted = {"": {done}}
    elif kind == "call":  # one that was cut off may have committed
        more = {done, done + 1} if began else {done}
        wanted = {"first": more, "second": more}
    else:
        return []
    return ["step %s: recorded %d times, %s took effect %d times" % (key, done, part or "it", facts.effects.get(key + (
        part,), 0)) for part, counts in wanted.items() if facts.effects.get(key + (part,), 0) not in counts]


def invalid_indexes(facts, history, taken_back):
    found = []
    for (revision, step), index in history.indexes.items():
        last = {}  # what the ledger says of the revision since its last other direction
        for r, direction, s, _, state in facts.ledger:
            if r != revision:
                continue
            if direction != last.get("direction"):
                last = {"direction": direction}
            last[s] = state
        if last.get("direction") == "upgrade" and last.get(step) == "done" and revision not in taken_back:
            if index not in facts.valid:
                found.append("step %d of %s is done, but its index %s is not valid" % (step, revision, index))
    return found
