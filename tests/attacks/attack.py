"""What an attack is. The tables of them are in cases/."""
from dataclasses import dataclass, field
from typing import Callable, Optional

# Replaced in every text of an attack:
#   @OUTSIDE@  a folder outside the project that must stay as it is
#   @SECRET@   a file in it whose content must not appear anywhere; @SECRET_MODEL@: the same as a model
#   @SOCKET@   the folder of the victim's Unix socket; @DATA@: the victim's data folder
#   @CLEAN@    a data folder of a server that does not run
#   @DECOY@    a folder with a Unix socket that notes who connects; @PORT@: the same on 127.0.0.1
#   @LIBRARY@  a shared library that writes into @OUTSIDE@ when it is loaded


@dataclass
class Run:
    """One command of the program, in the project's folder."""
    arguments: str
    exits: tuple = (0, 1, 2)
    says: tuple = ()       # texts that must appear in the output
    says_not: tuple = ()   # texts that must not
    environment: dict = field(default_factory=dict)  # None takes a variable away
    interrupt_after: float = 0  # seconds until SIGINT
    to_psql: bool = False  # the standard output goes to psql, on the database "reviewer"


@dataclass
class Attack:
    name: str
    tries: str             # one line
    runs: list
    files: dict = field(default_factory=dict)   # path in the project's folder: text
    links: dict = field(default_factory=dict)   # path in the project's folder: target
    copies: dict = field(default_factory=dict)  # folder in the project's folder: what it is a copy of
    setup: str = ""        # SQL run by psql in the database "app" before anything is looked at
    reviewer: str = ""     # the same for the database "reviewer", which is not judged by its dump
    armed: str = ""        # SQL that shows the effect when a superuser runs it on the victim
    seconds: float = 30    # the deadline of each command
    may_connect: bool = False  # to the decoy; not with what is secret
    may_change: tuple = ()  # what the commands may write in the project's folder (globs), beside versions/*
    check: Optional[Callable] = None  # called with the Trial afterwards; returns what is wrong, or ""


HEADER = """-- attack
--
-- revision:   %s
-- revises:    %s
-- created:    2026-11-21 18:56:33 UTC

-- autogen: upgrade

%s
-- autogen: downgrade

%s
"""


def script(upgrade, downgrade="SELECT 1;\n", revision="aaaaaaaaaaaa", revises="base"):
    return HEADER % (revision, revises, upgrade.strip() + "\n", downgrade)


def quoted(text):
    """`text` as a string of protobuf's text format."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return '"' + escaped + '"'


def function(name, body, returns="integer", language="plpgsql", more=""):
    return "function { name: %s returns: %s language: %s body: %s %s }\n" % (
        quoted(name), quoted(returns), quoted(language), quoted(body), more)


def function_sql(name, body, returns="integer", language="plpgsql", more=""):
    return "CREATE FUNCTION public.%s() RETURNS %s LANGUAGE %s %s AS $code$%s$code$;\n" % (
        name, returns, language, more, body)
