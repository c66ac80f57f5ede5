"""Who is named as the writer of a workspace: a process that lives and holds the lock, or nobody."""

import fcntl
import multiprocessing
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from personagraph.doctor.folders import folder as examined
from personagraph.errors import ConfigError
from personagraph.storage import writer_lock
from personagraph.storage.workspace_files import LOCK
from personagraph.storage.writer_lock import nobody_writing, writer


def refused(folder: Path) -> str:
    """Why nobody may write now; the doctor says the same, and so does what only looks."""
    with pytest.raises(ConfigError) as error, writer(folder):
        pass
    with pytest.raises(ConfigError) as looked, nobody_writing(folder):
        pass
    found = next(finding for finding in examined(folder, True, lambda: None) if finding.name == "lock")
    assert f"{found.detail}; {found.remedy}" == str(error.value) == str(looked.value)
    return str(error.value)


def _killed(folder: Path, send) -> None:
    """Takes the lock, leaves it to a process that goes on, and ends."""
    with ExitStack() as held:
        held.enter_context(writer(folder))
        if child := os.fork():
            send.send((os.getpid(), child))
            os._exit(1)
        time.sleep(60)
        os._exit(0)


def test_a_process_that_ended_is_not_named_while_another_one_holds_what_it_left(tmp_path):
    there, here = multiprocessing.Pipe()
    first = multiprocessing.get_context("fork").Process(target=_killed, args=(tmp_path, here))
    first.start()
    dead, alive = there.recv()
    first.join()
    try:
        assert (tmp_path / LOCK).read_text() == str(dead)
        assert refused(tmp_path) == f"{tmp_path}: another process is writing to this workspace; wait for it, or stop it"
    finally:
        os.kill(alive, 9)


def test_a_living_process_is_not_named_when_it_only_has_the_number_of_one_that_was_killed(tmp_path):
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        for number in (str(other.pid), "1", "0", "99999999999999999999", ""):
            (tmp_path / LOCK).write_text(number)
            with (tmp_path / LOCK).open() as held:
                fcntl.flock(held, fcntl.LOCK_EX)
                # Our own process holds it, and is not the one whose number is there.
                assert "another process is writing" in refused(tmp_path), number
    finally:
        other.communicate(b"\n")


def test_the_holder_is_named_and_is_forgotten_when_it_is_done(tmp_path):
    with writer(tmp_path):
        assert f"process {os.getpid()} is writing" in refused(tmp_path)
    assert (tmp_path / LOCK).read_text() == ""
    with nobody_writing(tmp_path):
        pass


def test_what_only_looks_changes_nothing_and_keeps_no_other_from_looking(tmp_path):
    with nobody_writing(tmp_path):
        assert list(tmp_path.iterdir()) == []
    (tmp_path / LOCK).write_text("4711")
    with nobody_writing(tmp_path), nobody_writing(tmp_path):
        assert (tmp_path / LOCK).read_text() == "4711"


@pytest.mark.parametrize("seconds", [0, -3600])
def test_without_a_list_of_locks_a_process_must_have_begun_before_its_number_was_written(
    tmp_path, monkeypatch, seconds
):
    monkeypatch.setattr(writer_lock, "_LOCKS", tmp_path / "gone")
    (tmp_path / LOCK).write_text(str(os.getpid()))
    os.utime(tmp_path / LOCK, (time.time() + seconds,) * 2)
    with (tmp_path / LOCK).open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        who = "another process" if seconds else f"process {os.getpid()}"
        assert f"{tmp_path}: {who} is writing" in refused(tmp_path)


def test_when_a_process_began_is_told_of_one_that_lives():
    assert abs(writer_lock._began(os.getpid()) - _started(os.getpid())) < 3
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert writer_lock._began(ended.pid) is None


def _started(process: int) -> float:
    ticks = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19])
    up = float(Path("/proc/uptime").read_text().split()[0])
    return time.time() - up + ticks / os.sysconf("SC_CLK_TCK")
