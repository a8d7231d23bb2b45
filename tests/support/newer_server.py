#!/usr/bin/env python3
"""A server of a newer version, for all that its clients see: passes on to a real one, and calls its version 19.

    tests/support/newer_server.py FOLDER SERVER-FOLDER     listens on FOLDER/.s.PGSQL.5432
"""
import re
import socket
import sys
import threading


def copy(source, target, change):
    while data := source.recv(65536):
        target.sendall(change(data))
    target.shutdown(socket.SHUT_WR)


def newer(data):
    # The same length: a message says how long it is.
    return re.sub(rb"(?<=server_version\0)\d\d", b"19", data)


def main():
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(sys.argv[1] + "/.s.PGSQL.5432")
    listener.listen()
    while True:
        client, _ = listener.accept()
        server = socket.socket(socket.AF_UNIX)
        server.connect(sys.argv[2] + "/.s.PGSQL.5432")
        for pair in ((client, server, bytes), (server, client, newer)):
            threading.Thread(target=copy, args=pair, daemon=True).start()


if __name__ == "__main__":
    main()
