"""Files written for others: they replace no link and nothing of a workspace, keep modes, and leave no parts."""

import contextlib
import os
import signal
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from personagraph.errors import ConfigError
from personagraph.exporting import export
from personagraph.storage.atomic_files import check_folder, check_writable, folder, make_folder, replacing
from personagraph.workspace import init_workspace, open_workspace
from tests.commands import personagraph
from tests.graphs import line, refilled, stored
from tests.sessions import WARM
from tests.stored import open_graph
from tests.strangers import picture


def write(*targets: Path, text: bytes = b"new") -> None:
    with replacing(targets) as files:
        for file in files:
            file.write(text)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def parts_in(place: Path) -> list[str]:
    return sorted(path.name for path in place.rglob("*.part"))


# ---- links ----


@pytest.fixture
def home(tmp_path) -> Path:
    """A folder of somebody's, with a workspace."""
    home = tmp_path / "home"
    (home / "letters").mkdir(parents=True)
    (home / "thesis.tex").write_text("all my work")
    init_workspace(home / "w").close()
    return home


LINKS = ["thesis.tex", "letters", "missing", "w", "w/ledger.sqlite3", "w/writer.lock", "w/missing", "."]


@pytest.mark.parametrize("to", LINKS)
@pytest.mark.parametrize("format", ["json", "csv", "graphml", "parquet"])
@pytest.mark.parametrize("name", ["out", "out.manifest.json"])
def test_an_output_that_is_a_link_is_refused_whatever_it_leads_to(home, tmp_path, to, format, name):
    store = stored(tmp_path, *line(3))
    place = tmp_path / "place"
    place.mkdir()
    (place / name).symlink_to(home / to)
    before = picture(home)
    with pytest.raises(ConfigError, match=rf"{name} is a link, which is not followed; name what it leads to"):
        export(store, place / "out", format)
    assert picture(home) == before
    assert [path.name for path in place.iterdir()] == [name]


def test_a_file_in_the_folder_of_an_export_that_is_a_link_is_refused(home, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "edges.csv").symlink_to(home / "thesis.tex")
    with pytest.raises(ConfigError, match=r"edges\.csv is a link"):
        export(stored(tmp_path, *line(3)), tmp_path / "out", "csv")
    assert (home / "thesis.tex").read_text() == "all my work"


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "/dev/stderr"])
def test_the_links_of_the_system_to_open_files_are_no_outputs(name):
    with pytest.raises(ConfigError, match=r"is a link|is not a regular file"):
        check_writable(Path(name))
    with pytest.raises(ConfigError, match=r"is a link|is not a regular file"):
        write(Path(name))


@pytest.mark.slow
def test_every_command_that_writes_refuses_a_link(home, tmp_path):
    rows, link, workspace = tmp_path / "rows.jsonl", tmp_path / "link.jsonl", home / "w"
    rows.write_text('{"persona": "A keeper of bees"}\n')
    link.symlink_to(home / "thesis.tex")
    personagraph("import", rows, folder=workspace)
    asked = ("--model", "simulated", "-n", "1")
    for words in (
        ("export", "--format", "json", "--output", link),
        ("synthesize", "math", *asked, "--output", link),
        ("dead-letters", "export", "--output", link),
        ("dedup", rows, "--output", link),
        ("dedup", rows, "--output", tmp_path / "kept.jsonl", "--merged", link),
    ):
        assert "link.jsonl is a link, which is not followed" in personagraph(*words, folder=workspace, code=1)
    assert (home / "thesis.tex").read_text() == "all my work"
    assert link.is_symlink()


def test_a_folder_of_a_workspace_that_is_a_link_is_not_written_to_whoever_names_it(home, tmp_path):
    store = stored(tmp_path, *line(3))
    (home / "w" / "exports").symlink_to(home / "letters")
    for output in ("exports/out.json", "exports/deeper/../out.json"):
        (home / "letters" / "deeper").mkdir(exist_ok=True)
        with pytest.raises(ConfigError, match="exports is a link in a workspace"):
            export(store, home / "w" / output, "json")
    with pytest.raises(ConfigError, match="exports is a link"):
        make_folder(home / "w" / "exports")
    assert [path.name for path in (home / "letters").iterdir()] == ["deeper"]
    (tmp_path / "mine").symlink_to(home / "letters")
    export(store, tmp_path / "mine" / "out.json", "json")  # the user's own link, outside of any workspace
    assert (home / "letters" / "out.json").is_file()


def test_a_folder_that_becomes_a_link_after_it_was_looked_at_is_not_followed(home, monkeypatch):
    samples = home / "w" / "samples"
    samples.mkdir()
    listed = os.open

    def late(name: object, *rest: object, **more: object) -> int:
        if name == samples:
            samples.rmdir()
            samples.symlink_to(home / "letters")
        return listed(name, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", late)
    with pytest.raises(ConfigError, match="cannot be written"):
        write(samples / "r1-math.jsonl")
    assert not [*(home / "letters").iterdir()]


def test_a_target_that_becomes_a_link_while_it_is_written_is_replaced_and_not_followed(home, tmp_path):
    out = tmp_path / "out.json"
    with replacing([out]) as [file]:
        file.write(b"new")
        out.symlink_to(home / "thesis.tex")
    assert (home / "thesis.tex").read_text() == "all my work"
    assert (out.is_symlink(), out.read_text()) == (False, "new")


# ---- what belongs to a workspace ----


@pytest.mark.parametrize("format", ["json", "csv"])
@pytest.mark.parametrize(
    "name", ["writer.lock", "personagraph.toml", "ledger.sqlite3", "graph.sqlite3-wal", "Writer.Lock"]
)
@pytest.mark.parametrize("where", ["w", "elsewhere", "link"])
def test_the_files_of_a_workspace_are_no_outputs_whosever_they_are(home, tmp_path, name, format, where):
    (home / "elsewhere").mkdir()
    (home / "link").symlink_to(home / "w")
    before = picture(home)
    with pytest.raises(ConfigError, match=r"belongs to a workspace|is a file; this format writes a folder"):
        export(stored(tmp_path, *line(3)), home / where / name, format)
    assert picture(home) == before


def test_an_output_that_is_another_name_of_a_file_is_replaced_without_touching_that_file(home, tmp_path):
    (tmp_path / "out.json").hardlink_to(home / "thesis.tex")
    write(tmp_path / "out.json")
    assert (home / "thesis.tex").read_text() == "all my work"
    assert (tmp_path / "out.json").read_text() == "new"


def test_an_output_that_is_another_name_of_the_open_ledger_leaves_its_locks(home, tmp_path):
    (tmp_path / "out.json").hardlink_to(home / "thesis.tex")
    with open_workspace(home / "w") as workspace:
        name = home / "w" / "ledger.sqlite3"
        (tmp_path / "ledger.json").hardlink_to(name)
        write(tmp_path / "ledger.json")
        workspace.ledger.remember("a", "b")
    with open_workspace(home / "w") as workspace:
        assert workspace.ledger.remembered("a") == "b"


@pytest.mark.parametrize("kind", ["pipe", "file"])
def test_a_folder_of_a_workspace_must_be_a_folder(tmp_path, kind):
    (os.mkfifo if kind == "pipe" else Path.touch)(tmp_path / "samples")
    with pytest.raises(ConfigError, match="samples is no folder; remove it"):
        check_folder(tmp_path / "samples")
    with pytest.raises(ConfigError):
        make_folder(tmp_path / "samples")


def test_a_folder_that_could_not_be_filled_is_taken_away_again(tmp_path):
    with contextlib.suppress(KeyboardInterrupt), folder(tmp_path / "out"):
        raise KeyboardInterrupt
    assert not (tmp_path / "out").exists()


# ---- modes ----


@pytest.fixture
def umask() -> Iterator[Callable[[int], int]]:
    before = os.umask(0o022)
    yield os.umask
    os.umask(before)


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o000, 0o027])
@pytest.mark.parametrize("old", [0o600, 0o640, 0o644, 0o664, 0o666, 0o755, 0o200])
def test_what_replaces_a_file_has_its_mode_and_what_is_new_has_what_the_umask_leaves(tmp_path, umask, mask, old):
    (tmp_path / "old").write_bytes(b"SECRET")
    (tmp_path / "old").chmod(old)
    umask(mask)
    with replacing([tmp_path / "old", tmp_path / "new"]):
        modes = {mode(tmp_path / name) for name in parts_in(tmp_path)}
        assert modes == {old, 0o666 & ~mask}
    assert (mode(tmp_path / "old"), mode(tmp_path / "new")) == (old, 0o666 & ~mask)


def test_special_bits_are_not_kept(tmp_path):
    (tmp_path / "old").touch()
    (tmp_path / "old").chmod(0o6755)
    write(tmp_path / "old")
    assert mode(tmp_path / "old") == 0o755


def test_a_group_that_cannot_be_kept_is_not_given_what_the_one_before_had(tmp_path, monkeypatch):
    (tmp_path / "old").touch()
    (tmp_path / "old").chmod(0o664)
    if os.geteuid() == 0:
        os.chown(tmp_path / "old", -1, 4321)
        write(tmp_path / "old")
        assert ((tmp_path / "old").stat().st_gid, mode(tmp_path / "old")) == (4321, 0o664)

        def refused(*_: object) -> None:
            raise PermissionError

        monkeypatch.setattr(os, "fchown", refused)
        write(tmp_path / "old")
        assert mode(tmp_path / "old") == 0o604


# ---- what killed processes leave ----


def test_an_export_that_was_killed_is_swept_away_by_the_next(tmp_path):
    store = refilled(open_graph(tmp_path), *line(400))
    place = tmp_path / "place"
    place.mkdir()
    for format in ("json", "csv"):
        child = WARM.Process(target=_stuck, args=(tmp_path, place / f"out-{format}", format))
        child.start()
        until = time.monotonic() + 20
        while not any(path.stat().st_size for path in place.rglob("*.part")) and time.monotonic() < until:
            time.sleep(0.005)
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        left = parts_in(place)
        assert left
        export(store, place / f"other-{format}", format)
        assert parts_in(place) == left, "what is beside it is no business of another target"
        export(store, place / f"out-{format}", format)
        assert parts_in(place) == []


def _stuck(folder: Path, output: Path, format: str) -> None:
    """An export that never ends, once some of it is on the disk."""
    from personagraph.exporting import FORMATS

    def endless(pieces: Callable[..., Iterator[bytes]]) -> Callable[..., Iterator[bytes]]:
        def told(graph: object) -> Iterator[bytes]:
            piece = next(iter(pieces(graph)))
            while True:
                yield piece
                time.sleep(0.0001)

        return told

    files = {name: endless(pieces) for name, pieces in FORMATS[format].files.items()}
    FORMATS[format] = replace(FORMATS[format], files=files)
    export(open_graph(folder), output, format)


def test_a_part_that_is_being_written_is_left_alone(tmp_path):
    out = tmp_path / "out.json"
    with replacing([out]) as [first]:
        first.write(b"first")
        mine = parts_in(tmp_path)
        write(out, text=b"second")
        assert parts_in(tmp_path) == mine
        assert out.read_bytes() == b"second"
    assert out.read_bytes() == b"first"
    assert parts_in(tmp_path) == []


def test_only_workspace_files_of_exactly_such_names_are_swept_away(tmp_path):
    names = [
        *(".out.json.0123456.part", ".out.json.012345678.part", ".out.json.0123456G.part", "out.json.01234567.part"),
        *(
            ".out.json.01234567.part.txt",
            ".other.json.01234567.part",
            ".out.json.x.01234567.part",
            ".outxjson.01234567.part",
        ),
    ]
    for name in names:
        (tmp_path / name).touch()
    (tmp_path / ".out.json.00000001.part").symlink_to(tmp_path / names[0])
    os.mkfifo(tmp_path / ".out.json.00000002.part")
    (tmp_path / ".out.json.00000003.part").mkdir()
    before = {path.name for path in tmp_path.iterdir()}
    (tmp_path / ".out.json.01234567.part").touch()
    (tmp_path / ".out.json.manifest.json.01234567.part").touch()
    write(tmp_path / "out.json", tmp_path / "out.json.manifest.json")
    assert {path.name for path in tmp_path.iterdir()} == before | {"out.json", "out.json.manifest.json"}


def test_among_the_samples_of_a_workspace_every_part_that_was_left_is_swept_away(home):
    samples = home / "w" / "samples"
    samples.mkdir()
    (samples / ".r1-math.jsonl.01234567.part").touch()
    (samples / ".mine.part").touch()
    write(samples / "r2-math.jsonl")
    assert {path.name for path in samples.iterdir()} == {".mine.part", "r2-math.jsonl"}


def test_where_files_cannot_be_locked_nothing_is_swept_away(tmp_path, monkeypatch):
    import fcntl

    def lacking(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", lacking)
    (tmp_path / ".out.json.01234567.part").touch()
    write(tmp_path / "out.json")
    assert parts_in(tmp_path) == [".out.json.01234567.part"]
    assert (tmp_path / "out.json").read_bytes() == b"new"
