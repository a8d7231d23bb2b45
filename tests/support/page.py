#!/usr/bin/env python3
"""Runs the commands of a documentation page in an empty folder and compares what they print with the page.

    tests/support/page.py PAGE.md

In the page's indented blocks, "$ COMMAND" runs and the lines below it are its output (standard output alone), up to the
next command or the block's end. A block after a line that ends in "`PATH`:" is the content of that file. Ids, times,
versions and checksums are compared by their form.
"""
import os
import re
import subprocess
import sys

FORMS = [
    (r"(?<![0-9a-f])[0-9a-f]{12,64}(?![0-9a-f])", "ID"),
    (r"\d{8}_\d{4}_", "TIME_"),
    (r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} UTC", "TIME"),
    (r"\(\d+(\.\d+)? m?s\)", "(N ms)"),
    (r"PostgreSQL \d+(\.\d+)?", "PostgreSQL N"),
    (r"SQLite \d+\.\d+\.\d+", "SQLite N"),
    (r"\d{8}T\d{6}Z", "TIME"),
]


def form(text):
    for pattern, name in FORMS:
        text = re.sub(pattern, name, text)
    return [line.rstrip() for line in text.strip("\n").split("\n")]


def blocks(page):
    """(the line of text before it, its lines) of each indented block."""
    before, block = "", []
    for line in open(page, encoding="utf-8").read().split("\n") + ["end"]:
        if line.startswith("    ") or (block and not line.strip()):
            block.append(line[4:])
            continue
        if block:
            yield before, "\n".join(block).strip("\n").split("\n")
            block = []
        if line.strip():
            before = line.strip()


def steps(lines):
    """(command, output) of a block of commands; a command may go on below a line that ends in a backslash."""
    command, output = None, []
    for line in lines:
        if line.startswith("$ "):
            if command is not None:
                yield command, "\n".join(output)
            command, output = line[2:], []
        elif command is not None and command.endswith("\\") and not output:
            command += "\n" + line
        else:
            output.append(line)
    if command is not None:
        yield command, "\n".join(output)


def main():
    page = sys.argv[1]
    ran = 0
    for before, lines in blocks(page):
        target = re.search(r"`([^`]+)`:$", before)
        if target and not lines[0].startswith("$ "):
            os.makedirs(os.path.dirname(target[1]) or ".", exist_ok=True)
            open(target[1], "w", encoding="utf-8").write("\n".join(lines) + "\n")
            continue
        for command, expected in steps(lines):
            result = subprocess.run(["bash", "-c", command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            ran += 1
            if form(result.stdout) != form(expected):
                sys.exit("%s: \"%s\" prints\n%s\ninstead of\n%s\n%s"
                         % (page, command, result.stdout, expected, result.stderr))
    if ran == 0:
        sys.exit(page + " has no command")
    print("%s: %d commands print what the page says" % (os.path.basename(page), ran))


main()
