"""A folder appears when it is complete, and nothing is taken away but what a killed process left of the same one."""

import os
import shutil
from pathlib import Path

import pytest

from personagraph.errors import ConfigError
from personagraph.storage.new_folders import new_folder
from personagraph.storage.workspace_files import LOCK
from personagraph.storage.writer_lock import writer
from tests.sessions import WARM
from tests.strangers import picture


def make(target: Path) -> None:
    with new_folder(target) as part:
        (part / "held").write_text("all")


def killed(target: Path, step: str) -> None:
    """Make a folder in a process that ends without a word before the step, a function of `os`, is taken."""

    def end(*_: object, **__: object) -> None:
        os._exit(9)

    with new_folder(target) as part:
        (part / "held").write_text("all")
        setattr(os, step, end)


@pytest.mark.parametrize("step", ["fsync", "rename", "unlink"])
def test_what_a_kill_leaves_at_whatever_step_is_taken_away_by_the_next_or_is_complete(tmp_path, step):
    child = WARM.Process(target=killed, args=(tmp_path / "new", step))
    child.start()
    child.join()
    assert child.exitcode == 9
    if not (tmp_path / "new").exists():
        make(tmp_path / "new")
    assert [file.name for file in tmp_path.iterdir()] == ["new"]
    assert (tmp_path / "new" / "held").read_text() == "all"


@pytest.mark.parametrize(
    "name", [".new.backups!.part", ".new.0123ABCD.part", ".new.0123abcd.part.part", ".n.0123abcd.part"]
)
def test_a_folder_of_another_name_stays(tmp_path, name):
    (tmp_path / name).mkdir()
    (tmp_path / name / LOCK).touch()
    make(tmp_path / "new")
    assert (tmp_path / name / LOCK).exists()


def test_a_folder_without_a_lock_stays_and_gets_none(tmp_path):
    left = tmp_path / ".new.0123abcd.part"
    left.mkdir()
    (left / "photo").touch()
    make(tmp_path / "new")
    assert [file.name for file in left.iterdir()] == ["photo"]


@pytest.mark.parametrize("locked", [True, False])
def test_a_link_named_as_a_leftover_is_not_followed(tmp_path, locked):
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "photo").touch()
    if locked:
        (tmp_path / "foreign" / LOCK).touch()
    before = picture(tmp_path / "foreign")
    (tmp_path / ".new.0123abcd.part").symlink_to(tmp_path / "foreign")
    make(tmp_path / "new")
    assert picture(tmp_path / "foreign") == before


def test_who_still_works_on_a_folder_keeps_it(tmp_path):
    left = tmp_path / ".new.0123abcd.part"
    left.mkdir()
    with writer(left):
        make(tmp_path / "new")
        assert left.exists()
    shutil.rmtree(tmp_path / "new")
    make(tmp_path / "new")
    assert not left.exists()


def test_a_lock_that_its_holder_took_away_is_no_lock(tmp_path, monkeypatch):
    import fcntl

    wait = fcntl.flock

    def flock(handle: int, how: int) -> None:
        (tmp_path / LOCK).unlink()
        wait(handle, how)

    monkeypatch.setattr(fcntl, "flock", flock)
    with pytest.raises(ConfigError, match="taken away"), writer(tmp_path):
        pass
