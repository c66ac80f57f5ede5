"""What a stranger could put into a folder: links, hard links, pipes, sockets, devices, and journals of SQLite."""

import os
import shutil
import socket
import stat
import struct
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

MAGIC = bytes.fromhex("d9d505f920a163d7")
SECTOR, PAGE = 512, 4096


def picture(place: Path) -> dict[str, Any]:
    """All that lies in a folder: modes, times and bytes."""
    return {
        str(path.relative_to(place)): (
            path.lstat().st_mode,
            path.lstat().st_mtime_ns,
            path.read_bytes() if path.is_file() else None,
        )
        for path in sorted(place.rglob("*"))
    }


class Foreign:
    """A file and a folder outside of the workspace, which nothing may change."""

    def __init__(self, place: Path, held: bytes) -> None:
        self.file, self.folder, self.missing = place / "thesis.tex", place / "letters", place / "missing"
        place.mkdir()
        self.folder.mkdir()
        (self.folder / "to-mother.txt").write_text("Dear mother")
        self.file.write_bytes(held)
        self.file.chmod(0o640)
        os.utime(self.file, (1_000_000, 1_000_000))
        self.place, self.before = place, picture(place)

    def check_untouched(self) -> None:
        assert picture(self.place) == self.before


def _socket(path: Path, foreign: Foreign) -> None:
    back = Path.cwd()
    os.chdir(path.parent)  # the name of a socket must be short
    try:
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind(path.name)
    finally:
        os.chdir(back)


def _zero(path: Path, foreign: Foreign) -> None:
    os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 5))


def _devices_can_be_made() -> bool:
    with tempfile.TemporaryDirectory() as place:
        try:
            _zero(Path(place) / "zero", None)
        except PermissionError:
            return False
    return True


def _loop(path: Path, foreign: Foreign) -> None:
    path.symlink_to(path.name)


KINDS: dict[str, tuple[Callable[[Path, Foreign], None], str]] = {
    "link": (lambda path, foreign: path.symlink_to(foreign.file), "is a link"),
    "dangling": (lambda path, foreign: path.symlink_to(foreign.missing), "is a link"),
    "linked-folder": (lambda path, foreign: path.symlink_to(foreign.folder), "is a link"),
    "loop": (_loop, "is a link"),
    "hard-link": (lambda path, foreign: path.hardlink_to(foreign.file), "is a hard link"),
    "pipe": (lambda path, foreign: os.mkfifo(path), "is a pipe"),
    "socket": (_socket, "is a socket"),
    "folder": (lambda path, foreign: path.mkdir(), "is a folder"),
}
if _devices_can_be_made():  # which only root can
    KINDS["device"] = (_zero, "is a device")


def put(path: Path, kind: str, foreign: Foreign) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    KINDS[kind][0](path, foreign)


def naming(victim: Path, database: Path) -> bytes:
    """A hot journal of the database that restores nothing, and names a file that SQLite deletes when it is done."""
    pages = database.stat().st_size // PAGE
    head = (MAGIC + struct.pack(">5I", 0, 1234, pages, SECTOR, PAGE)).ljust(SECTOR, b"\0")
    name = str(victim).encode()
    return head + struct.pack(">I", (1 << 30) // PAGE + 1) + name + struct.pack(">2I", len(name), sum(name)) + MAGIC
