"""A Neo4j server that a test may kill, stop and start again, and a wire to one that breaks where a test wants it to."""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

from tests.commands import ROOT


class OwnServer:
    """A server of scripts/neo4j on a home of its own; `url` and `password` are known once it was started."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.url = self.password = ""
        self._settings: str | None = None

    def start(self, settings: str = "") -> None:
        """Have it run with these lines in its conf, and wait until it answers queries."""
        if settings == self._settings:
            return
        if self._settings is not None:
            self.stop()
        self.home.mkdir(exist_ok=True)
        (self.home / "more.conf").write_text(settings)
        line = ["--line", os.environ["NEO4J_LINE"]] if os.environ.get("NEO4J_LINE") else []
        done = self._script("start", "--port", str(self._port), *line)
        self.url, self.password = re.findall(r"^export \w+='?([^'\n]+)", done, re.MULTILINE)
        self._settings = settings

    def stop(self) -> None:
        """Have it shut down."""
        self._script("stop")
        self._settings = None

    def kill(self) -> None:
        """Take it away at once, as a power cut does."""
        os.kill(int((self.home / "run" / "neo4j.pid").read_text()), signal.SIGKILL)
        self._settings = None

    def _script(self, action: str, *options: str) -> str:
        command = [str(ROOT / "scripts" / "neo4j"), action, "--home", str(self.home), *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


def admin(home: Path, folder: Path, command: str) -> None:
    """Run the command as it was printed, with the admin tool of the server that scripts/neo4j made, which was started.

    Hence the option for a database that is there.
    """
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        from neo4j_lines import fetched_jars, installed_javas, java_command, java_for
    finally:
        sys.path.remove(str(ROOT / "scripts"))
    line = re.search(r'"line": "([^"]+)"', (home / "server.json").read_text())[1]
    java = java_command(line, java_for(line, installed_javas()), fetched_jars(line))
    program, *arguments = shlex.split(command)
    assert program == "neo4j-admin"
    tool = [*java, f"-Dbasedir={home}", "org.neo4j.server.startup.Neo4jAdminCommand", *arguments]
    environment = {**os.environ, "NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}
    done = subprocess.run(
        [*tool, "--overwrite-destination=true"], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


COMMIT = b"\x00\x02\xb0\x12\x00\x00"
"""The message of the protocol Bolt that ends a transaction."""


class CutWire:
    """Passes bytes to a server on loopback and back; the answers to the first `lost` commits go missing."""

    def __init__(self, port: int, *, lost: int) -> None:
        self.lost = lost
        self._to = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._to))
            losing = threading.Event()
            threading.Thread(target=self._forth, args=(client, server, losing), daemon=True).start()
            threading.Thread(target=self._back, args=(server, client, losing), daemon=True).start()

    def _forth(self, client: socket.socket, server: socket.socket, losing: threading.Event) -> None:
        while data := _received(client):
            if COMMIT in data and self.lost:
                self.lost -= 1
                losing.set()
            server.sendall(data)
        server.close()

    def _back(self, server: socket.socket, client: socket.socket, losing: threading.Event) -> None:
        while (data := _received(server)) and not losing.is_set():
            client.sendall(data)
        client.shutdown(socket.SHUT_RDWR)


def _received(end: socket.socket) -> bytes:
    try:
        return end.recv(65536)
    except OSError:
        return b""


class SilentServer:
    """Speaks the protocol Bolt so far, and then says nothing: `answers` messages are answered, None not even shakes."""

    def __init__(self, answers: int | None) -> None:
        self._answers = answers
        self.silent = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.url = f"bolt://neo4j@127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more connections, and end those that there are."""
        for end in (self._listening, *self._open):
            end.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            self._open.append(client)
            threading.Thread(target=self._speak, args=(client,), daemon=True).start()

    def _speak(self, client: socket.socket) -> None:
        if self._answers is None:
            return
        with client.makefile("rb") as said:
            said.read(20)
            client.sendall(b"\x00\x00\x04\x05")  # version 5.4
            for _ in range(self._answers):
                while length := int.from_bytes(said.read(2), "big"):
                    said.read(length)
                success = b"\xb1\x70\xa2\x86server\x8cNeo4j/5.26.0\x8dconnection_id\x81x"
                client.sendall(len(success).to_bytes(2, "big") + success + b"\x00\x00")
            self.silent.set()
