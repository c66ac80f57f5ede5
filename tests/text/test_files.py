"""What is read is a regular file or the standard input, and takes no more than it is given."""

import csv
import io
import os
import socket
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

from personagraph.errors import InputError
from personagraph.text import files
from personagraph.text.descriptions import Descriptions, scan
from personagraph.text.documents import Corpus, Fault, read
from personagraph.text.files import LONGEST_SETTINGS, copy_of, opened, text_of
from personagraph.text.rows import LONGEST, MOST_LINES, Line, lines, rows, table_rows


@pytest.fixture
def places(tmp_path, monkeypatch):
    """A folder with what names may lead to, which one stands in."""
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    os.symlink("loop", "loop")
    os.symlink("pipe", "link")
    os.symlink("none", "dangling")
    Path("folder").mkdir()
    with closing(socket.socket(socket.AF_UNIX)) as listening:
        listening.bind("socket")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("pipe", "no regular file, but a pipe; save what comes out of it"),
        ("link", "no regular file, but a pipe"),
        ("socket", "no regular file, but a socket"),
        ("/dev/zero", "no regular file, but a device"),
        ("/dev/tty", "no regular file, but a device"),
        ("/proc/self/environ", "no regular file, but made by the system"),
        ("folder", "cannot be read .Is a directory"),
        ("loop", "cannot be read .Too many levels of symbolic links"),
        ("dangling", "cannot be read .No such file"),
        ("a\0b", "zero byte in its name"),
        ("x" * 300, "cannot be read .File name too long"),
        ("none.sqlite3", "cannot be read .No such file"),
    ],
)
def test_what_is_no_regular_file_is_refused_at_once(places, name, says):
    began = time.monotonic()
    for act in (
        lambda: text_of(name),
        lambda: list(scan(Path(name), "persona")),
        lambda: Descriptions(Path(name), "p"),
    ):
        with pytest.raises(InputError, match=says):
            act()
    assert time.monotonic() - began < 1


def test_a_name_that_becomes_a_pipe_while_it_is_looked_at_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_text("x")
    look = os.stat

    def looked(*arguments, **more):
        found = look(*arguments, **more)
        path.unlink()
        os.mkfifo(path)
        return found

    monkeypatch.setattr(files.os, "stat", looked)
    with pytest.raises(InputError, match="but a pipe"), opened(path):
        pass


def test_a_database_is_not_opened_past_sqlite(tmp_path):
    (tmp_path / "ledger.sqlite3").write_text("{}")
    os.symlink("ledger.sqlite3", tmp_path / "rows.jsonl")
    for name in ("ledger.sqlite3", "rows.jsonl"):
        with pytest.raises(InputError, match="is a database"), opened(tmp_path / name):
            pass


def test_a_sparse_file_as_large_as_a_disk_is_refused_at_once(tmp_path):
    for name in ("huge.jsonl", "huge.csv"):
        with (tmp_path / name).open("wb") as file:
            file.write(b'{"persona": "A baker"}\n' if name.endswith("jsonl") else b"persona\n")
            file.truncate(1 << 40)
        began = time.monotonic()
        with pytest.raises(InputError, match="zero byte"):
            Descriptions(tmp_path / name, "persona")
        assert time.monotonic() - began < 2


def test_in_a_folder_what_cannot_be_read_is_counted_and_the_rest_is_read(places):
    Path("texts").mkdir()
    for name in ("a.txt", "z.txt"):
        Path("texts", name).write_text(f"The text {name}.")
    os.symlink("loop.txt", "texts/loop.txt")
    os.symlink("none.txt", "texts/dangling.txt")
    os.symlink("../pipe", "texts/pipe.txt")
    os.mkfifo("texts/fifo.txt")
    here = os.open("texts", os.O_RDONLY)
    for _ in range(1_500):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    found = list(read(["texts"]))
    # Deeper than what Python itself can take away.
    subprocess.run(["rm", "-rf", "texts"], check=True)
    assert [each.uri for each in found if not isinstance(each, Fault)] == ["texts/a.txt", "texts/z.txt"]
    said = {os.path.basename(each.path): each.what for each in found if isinstance(each, Fault)}
    assert {"loop.txt", "dangling.txt", "pipe.txt", "fifo.txt"} <= set(said)
    assert "leads nowhere" in said["loop.txt"]
    assert "leads nowhere" in said["dangling.txt"]


def test_the_standard_input_ends_at_a_zero_byte_and_at_its_limit(monkeypatch):
    class Endless(io.RawIOBase):
        def __init__(self, piece: bytes) -> None:
            self.piece, self.given = piece, 0

        def read(self, size=-1):
            self.given += 1
            return self.piece

    zeros = Endless(b"\0" * 65_536)
    assert copy_of(zeros).read(1) == b"\0"
    assert zeros.given == 1
    monkeypatch.setattr(files, "LONGEST_INPUT", 10_000_000)
    with pytest.raises(InputError, match="longer than 10,000,000 bytes; save it"):
        copy_of(Endless(b"y\n" * 1_000))
    monkeypatch.setattr(files, "_IN_MEMORY", 1_000)
    monkeypatch.setattr(files.tempfile, "tempdir", "/proc/none")
    with pytest.raises(InputError, match="no copy of it can be kept"):
        copy_of(Endless(b"y\n" * 1_000))


def test_a_standard_input_that_is_closed_is_an_error(monkeypatch):
    monkeypatch.setattr("sys.stdin", None)
    for act in (lambda: Corpus(["-"]), lambda: Descriptions(Path("-"), "p"), lambda: text_of("-")):
        with pytest.raises(InputError, match="there is no standard input"):
            act()


def test_a_small_file_that_is_not_small_is_refused(tmp_path):
    (tmp_path / "long").write_bytes(b"x" * (LONGEST_SETTINGS + 1))
    with pytest.raises(InputError, match="longer than 1,000,000 bytes"):
        text_of(tmp_path / "long")


def test_a_row_that_never_ends_is_given_up():
    given = 0

    def endless():
        nonlocal given
        while True:
            given += 1
            yield Line(given, 'x","z\n')

    found = table_rows(endless())
    assert "goes on for 100,001 lines" in next(found).fault
    assert given == MOST_LINES + 1


def test_what_a_runaway_row_took_is_read_line_by_line_and_the_line_behind_it_in_full():
    text = 'a,"never closed\n1,2\n"",x\n3,"over two\nlines"\n4,5\n'
    found = list(table_rows(lines(io.BytesIO(text.encode()), is_table=True)))
    assert [(row.line, tuple(row.cells), bool(row.fault)) for row in found] == [
        (1, (), True),
        (2, ("1", "2"), False),
        (3, ("", "x"), False),
        (5, ("3", "over two\nlines"), False),
        (6, ("4", "5"), False),
    ]


def test_a_csv_with_more_columns_than_anybody_has_is_refused():
    (found,) = rows(io.BytesIO(b"," * 20_000 + b"text\nx\n"), "a.csv", field="text")
    assert "20,001 columns, at most 10,000" in found.fault
    assert found.spoils


def test_what_a_fault_quotes_is_cut():
    (found,) = rows(io.BytesIO(b'{"%s": 1}\n' % (b"x" * 1_000_000)), "a.jsonl", field="text")
    assert len(found.fault) < 300
    assert csv.field_size_limit() in (LONGEST, 131_072)
