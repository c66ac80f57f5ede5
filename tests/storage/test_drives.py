"""A drive without file locks is named as such, by every command, before anything is read from it or written."""

import errno
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from personagraph.storage import drives
from personagraph.workspace import init_workspace
from tests.commands import ROOT, environment
from tests.lockless import known

COMMANDS = (
    ("stats",),
    ("import", "{beside}/seeds.jsonl"),
    ("expand", "--model", "simulated", "--max-calls", "1"),
    ("doctor",),
    ("store", "check"),
    ("store", "migrate"),
    ("store", "copy", "--to", "sqlite:{beside}/copy.sqlite3"),
    ("store", "accept"),
    ("runs", "list"),
    ("backup", "{beside}/backup"),
    ("init", "{beside}/new"),
    ("store", "rescue", "{beside}/rescued"),
)


@pytest.mark.slow
@pytest.mark.skipif(not known(), reason="no filter on system calls is known for this machine")
@pytest.mark.parametrize("error", [errno.ENOLCK, errno.EOPNOTSUPP])
def test_every_command_names_a_drive_without_locks_at_once_in_one_line_and_leaves_nothing(tmp_path, error):
    (tmp_path / "seeds.jsonl").write_text('{"persona": "A potter from Peru"}\n')
    init_workspace(tmp_path / "w").close()
    before = {path.name for path in tmp_path.iterdir()}
    commands = [[word.format(beside=tmp_path) for word in words] for words in COMMANDS]
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "tests.lockless", str(error), json.dumps(commands)],
        env=environment(tmp_path / "w"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert time.monotonic() - began < 25, "SQLite was waited for"
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    for words, (code, said) in zip(COMMANDS, answers, strict=True):
        place = tmp_path / "w"
        if words[0] == "init":
            place = tmp_path / "new"
        kind = f" ({drives.kind_of_drive(tmp_path)})" if drives.kind_of_drive(tmp_path) else ""
        told = f"{place} is on a drive without file locks{kind}, which a workspace needs"
        assert (code, told in said, "put the workspace on a local disk" in said) == (1, True, True), (words, said)
        if words != ("doctor",):
            assert said.count("\n") == 1, (words, said)
    assert {path.name for path in tmp_path.iterdir()} == before


def test_a_drive_is_named_by_the_kind_of_its_file_system(tmp_path, monkeypatch):
    number = tmp_path.stat().st_dev
    lines = [
        "21 1 0:19 / /proc rw,nosuid - proc proc rw",
        f"22 1 {os.major(number)}:{os.minor(number)} / /home rw,relatime - ext4 /dev/sda1 rw",
        f"23 1 {os.major(number)}:{os.minor(number)} / /home rw shared:7 master:1 - nfs4 host:/home rw",
    ]
    (tmp_path / "mountinfo").write_text("\n".join(lines) + "\n")
    monkeypatch.setattr(drives, "_MOUNTS", tmp_path / "mountinfo")
    assert drives.kind_of_drive(tmp_path) == "nfs4"
    assert "on a drive without file locks (nfs4), which" in drives.told(tmp_path)
    for said in ("", "nonsense\n", f"1 2 {os.major(number)}:{os.minor(number)} / /\n"):
        (tmp_path / "mountinfo").write_text(said)
        assert drives.kind_of_drive(tmp_path) == ""
    monkeypatch.setattr(drives, "_MOUNTS", tmp_path / "gone")
    assert "on a drive without file locks, which" in drives.told(tmp_path)


def test_a_folder_that_has_locks_or_cannot_be_tried_has_no_fault_and_nothing_stays_in_it(tmp_path):
    assert drives.lockless(tmp_path) == ""
    assert drives.lockless(tmp_path / "gone") == ""
    assert drives.lockless(Path("/proc")) == ""
    assert list(tmp_path.iterdir()) == []
