"""What an attack must neither change nor read."""
import os
import secrets
import select
import socket
import subprocess
import threading
import time


class Tokens:
    """Random texts that must not appear in anything that a command prints or writes."""

    def __init__(self):
        self.file = "SECRETFILE" + secrets.token_hex(8)
        self.variable = "SECRETVAR" + secrets.token_hex(8)
        self.password = "SECRETPASSWORD" + secrets.token_hex(8)
        self.row = "SECRETROW" + secrets.token_hex(8)
        self.name = "SECRETNAME" + secrets.token_hex(8)

    def all(self):
        return {"the secret file's content": self.file, "the secret variable's value": self.variable,
                "the password": self.password, "a row of another database": self.row,
                "the name of a file outside": self.name}


class Session:
    """psql, connected and idle, that listens on the channel "canary"."""

    def __init__(self, victim, database):
        self.process = subprocess.Popen(
            [victim.bin + "/psql", "-XqAt", "-d", victim.url(database) + " application_name=canary"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.database = database
        self.ask("LISTEN canary;")
        self.pid = self.ask("SELECT pg_backend_pid();")

    def ask(self, sql):
        """The answer's lines before the end mark; None where the session is gone."""
        try:
            self.process.stdin.write((sql + "\n\\echo END\n").encode())
            self.process.stdin.flush()
        except OSError:
            return None
        answer = b""
        end = time.time() + 10
        while not answer.endswith(b"END\n"):
            if time.time() > end or not select.select([self.process.stdout], [], [], 10)[0]:
                return None
            piece = os.read(self.process.stdout.fileno(), 4096)
            if not piece:
                return None
            answer += piece
        return answer[:-4].decode().strip()

    def close(self):
        self.process.kill()
        self.process.wait()


class Decoy:
    """A server that asks for a password and notes what it is sent, on TCP and on a Unix socket."""

    def __init__(self, folder):
        self.heard = []
        self.folder = folder
        os.makedirs(folder)
        tcp = socket.socket()
        tcp.bind(("127.0.0.1", 0))
        self.port = tcp.getsockname()[1]
        local = socket.socket(socket.AF_UNIX)
        local.bind("%s/.s.PGSQL.5432" % folder)
        for listener, name in ((tcp, "127.0.0.1"), (local, "the Unix socket")):
            listener.listen(16)
            threading.Thread(target=self.accept, args=(listener, name), daemon=True).start()

    def accept(self, listener, name):
        while True:
            peer, _ = listener.accept()
            note = [name, b""]
            self.heard.append(note)
            threading.Thread(target=self.talk, args=(peer, note), daemon=True).start()

    @staticmethod
    def talk(peer, note):
        peer.settimeout(2)
        try:
            while True:
                data = peer.recv(4096)
                if not data:
                    break
                note[1] += data
                if data[4:8] in (b"\x04\xd2\x16\x2f", b"\x04\xd2\x16\x30"):
                    peer.sendall(b"N")  # neither SSL nor GSSAPI
                elif data[:1] != b"p":
                    peer.sendall(b"R\0\0\0\x08\0\0\0\x03")  # the password, in clear text
                else:
                    break
        except OSError:
            pass
        peer.close()
