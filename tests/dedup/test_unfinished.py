"""A run over a file that is stopped, at any moment and however, goes on with the same command, to the same files."""

import gzip
import json
import multiprocessing
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from personagraph.dedup.file import Outputs, deduplicate_file, unfinished
from personagraph.dedup.index import THRESHOLD
from personagraph.dedup.rules import METHODS, Deduplicator
from personagraph.dedup.veto.veto import differs
from personagraph.errors import ConfigError, InputError
from personagraph.workspace import dedup_file
from tests.commands import environment
from tests.sessions import Started

NAMES = {"merged": "merged.jsonl", "clusters": "clusters.jsonl", "report": "report.json"}
MANY = 1_500
WORK = ("baker", "diver", "judge", "nurse", "tailor", "weaver", "welder")
THINGS = [
    f"{first}{last}" for first in "bcdfghjklmnprstvw" for last in ("arns", "ells", "ilts", "oats", "umps", "yres")
]


def rows(count: int = MANY) -> list[str]:
    """Descriptions of which some are one persona, by their text or by their words."""
    rng, found = random.Random(3), [""] * count
    for n in range(count):
        known = found[rng.randrange(n)] if n else ""
        new = f"A {rng.choice(WORK)} of {' and '.join(rng.sample(THINGS, 6))}"
        found[n] = rng.choice((new, new, known.upper() or new, f"{known or new} ."))
    return found


def write(path: Path, descriptions: list[str]) -> Path:
    path.write_text("".join(f"{json.dumps({'persona': text, 'n': n})}\n" for n, text in enumerate(descriptions)))
    return path


def run(path: Path, folder: Path, known: Deduplicator | None = None, **options):
    """De-duplicate into a folder, with all that can be told."""
    folder.mkdir(exist_ok=True)
    outputs = Outputs(folder / "kept.jsonl", *(folder / name for name in NAMES.values()))
    known = known or Deduplicator(METHODS["partition"].make(THRESHOLD), differs)
    return deduplicate_file(path, outputs, lambda texts: known, **{"settings": {"method": "partition"}} | options)


def held(folder: Path) -> dict[str, bytes]:
    """All files of a folder."""
    return {each.name: each.read_bytes() for each in folder.iterdir()}


class Counting(Deduplicator):
    """Counts how many descriptions are decided, and may stop there."""

    def __init__(self, most: int = 10**9) -> None:
        super().__init__(METHODS["partition"].make(THRESHOLD), differs)
        self.asked, self.most = 0, most

    def decided(self, rows):
        for verdict in super().decided(rows):
            self.asked += 1
            if self.asked > self.most:
                raise KeyboardInterrupt
            yield verdict


@pytest.fixture
def small_blocks(monkeypatch) -> Iterator[None]:
    monkeypatch.setattr(unfinished, "BLOCK", 100)


@pytest.fixture
def personas(tmp_path) -> Path:
    return write(tmp_path / "in.jsonl", rows())


def test_a_run_that_was_stopped_goes_on_and_writes_the_same_files(personas, tmp_path, small_blocks):
    whole = run(personas, tmp_path / "whole")
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            run(personas, tmp_path / "w", Counting(650))
        assert set(held(tmp_path / "w")) == {"kept.jsonl.unfinished"}
    known = Counting()
    resumed = run(personas, tmp_path / "w", known)
    assert (resumed.resumed, known.asked) == (1_200, MANY - 1_200)
    assert held(tmp_path / "w") == held(tmp_path / "whole")
    assert resumed.to_json() == whole.to_json()


def test_only_rows_that_are_those_of_before_are_not_decided_anew(personas, tmp_path, small_blocks):
    with pytest.raises(KeyboardInterrupt):
        run(personas, tmp_path / "w", Counting(1_000))
    changed = rows()
    changed[834] = "A baker of Cusco"
    write(personas, [*changed, "A diver"])
    resumed = run(personas, tmp_path / "w")
    run(personas, tmp_path / "whole")
    assert resumed.resumed == 800
    assert held(tmp_path / "w") == held(tmp_path / "whole")


def test_a_run_goes_on_from_the_same_rows_in_another_file(personas, tmp_path, small_blocks):
    with pytest.raises(KeyboardInterrupt):
        run(personas, tmp_path / "w", Counting(1_000))
    packed = tmp_path / "in.jsonl.gz"
    packed.write_bytes(gzip.compress(personas.read_bytes()))
    assert run(packed, tmp_path / "w").resumed == 1_000


@pytest.mark.parametrize("cut", range(1, 400, 37))
def test_what_was_cut_off_is_decided_anew(cut, personas, tmp_path, small_blocks):
    with pytest.raises(KeyboardInterrupt):
        run(personas, tmp_path / "w", Counting(400))
    left = tmp_path / "w" / "kept.jsonl.unfinished"
    os.truncate(left, left.stat().st_size - cut)
    resumed = run(personas, tmp_path / "w")
    assert resumed.resumed in (300, 200, 100, 0)
    assert resumed.kept + resumed.merged == MANY


def _altered(left: Path, how: str) -> None:
    header, first, *rest = left.read_bytes().splitlines(keepends=True)
    match how:
        case "a byte is another one":
            first = first.replace(b'"rows":100', b'"rows":101')
        case "zeros":
            first = bytes(len(first))
        case "a block is missing":
            first = b""
        case "a row is merged into a later one":
            said = json.loads(first.partition(b" ")[2])
            said["merges"] = [(5, 7, "text", 1.0)]
            told = json.dumps(said).encode()
            first = b"%08x %s\n" % (unfinished.crc32(told), told)
        case "a row is merged into one that was merged":
            said = json.loads(first.partition(b" ")[2])
            said["merges"] = [(5, 4, "text", 1.0), (6, 5, "text", 1.0)]
            told = json.dumps(said).encode()
            first = b"%08x %s\n" % (unfinished.crc32(told), told)
        case "it says other things":
            told = b'{"rows": "all"}'
            first = b"%08x %s\n" % (unfinished.crc32(told), told)
        case "it is deep":
            told = b"[" * 100_000
            first = b"%08x %s\n" % (unfinished.crc32(told), told)
        case _:
            said = json.loads(first.partition(b" ")[2]) | json.loads(how)
            told = json.dumps(said).encode()
            first = b"%08x %s\n" % (unfinished.crc32(told), told)
    left.write_bytes(header + first + b"".join(rest))


@pytest.mark.parametrize(
    "how",
    [
        "a byte is another one",
        "zeros",
        "a block is missing",
        "a row is merged into a later one",
        "a row is merged into one that was merged",
        "it says other things",
        "it is deep",
        '{"rows": -1}',
        '{"rows": 1e30}',
        '{"rows": 1000000000000000000000000000000}',
        '{"rows": true}',
        '{"merges": 3}',
        '{"merges": [["a", 0, "text", 1]]}',
        '{"merges": [[1, 0]]}',
        '{"merges": [[1, 0, 2, 1]]}',
        '{"merges": {"1": 0}}',
        '{"apart": 7}',
        '{"apart": {"word": "many"}}',
        '{"more": 1}',
    ],
)
def test_what_was_altered_is_decided_anew(how, personas, tmp_path, small_blocks):
    with pytest.raises(KeyboardInterrupt):
        run(personas, tmp_path / "w", Counting(400))
    _altered(tmp_path / "w" / "kept.jsonl.unfinished", how)
    resumed = run(personas, tmp_path / "w")
    run(personas, tmp_path / "whole")
    assert resumed.resumed == 0
    assert held(tmp_path / "w") == held(tmp_path / "whole")


def test_another_method_begins_anew(personas, tmp_path, small_blocks):
    with pytest.raises(KeyboardInterrupt):
        run(personas, tmp_path / "w", Counting(400))
    assert run(personas, tmp_path / "w", settings={"method": "another"}).resumed == 0
    assert set(held(tmp_path / "w")) == {"kept.jsonl", *NAMES.values()}


def test_a_file_of_this_name_that_is_something_else_is_left_alone(personas, tmp_path):
    mine = tmp_path / "kept.jsonl.unfinished"
    mine.write_text("my novel\n")
    with pytest.raises(ConfigError, match="not what a stopped run left; move it away"):
        dedup_file(personas, tmp_path / "kept.jsonl")
    assert mine.read_text() == "my novel\n"
    mine.unlink()
    mine.symlink_to(personas)
    with pytest.raises(ConfigError, match="link"):
        dedup_file(personas, tmp_path / "kept.jsonl")
    assert len(personas.read_text().splitlines()) == MANY


def test_nothing_is_left_where_nothing_was_decided(tmp_path):
    (tmp_path / "in.jsonl").write_text("no row\n")
    with pytest.raises(InputError):
        dedup_file(tmp_path / "in.jsonl", tmp_path / "kept.jsonl")
    assert [each.name for each in tmp_path.iterdir()] == ["in.jsonl"]


def test_two_processes_do_not_write_one_output(personas, tmp_path):
    with (
        unfinished.unfinished(tmp_path / "kept.jsonl", {}),
        pytest.raises(ConfigError, match="written by another process; wait for it"),
    ):
        dedup_file(personas, tmp_path / "kept.jsonl")


@pytest.mark.slow
def test_a_disk_that_fills_is_one_line_and_what_was_decided_is_gone_on_from(personas, tmp_path, small_blocks):
    run(personas, tmp_path / "whole")
    script = (
        "import resource, signal; from personagraph.dedup.file import unfinished; unfinished.BLOCK = 100\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, -1))\n"
        "from personagraph.cli import main; main()"
    )
    words = ["dedup", str(personas), "--output", str(tmp_path / "kept.jsonl")]
    filled = subprocess.run(
        [sys.executable, "-c", script, *words], env=environment(tmp_path), capture_output=True, text=True, check=False
    )
    assert filled.returncode == 1
    says = f"{tmp_path / 'kept.jsonl'} cannot be written: File too large; make room there, or name another place"
    assert filled.stderr.splitlines()[-1].endswith(says)
    assert sorted(each.name for each in tmp_path.glob("*kept*")) == ["kept.jsonl.unfinished"]
    assert "had been decided before" in _said(*words, folder=tmp_path)
    assert (tmp_path / "kept.jsonl").read_bytes() == (tmp_path / "whole" / "kept.jsonl").read_bytes()


@pytest.mark.slow
def test_a_process_that_is_killed_at_any_moment_leaves_what_goes_on_to_the_same_files(personas, tmp_path, small_blocks):
    run(personas, tmp_path / "whole")
    whole = held(tmp_path / "whole")
    rng, kills = random.Random(7), 0
    for life in range(3):
        folder, ended, seconds = tmp_path / str(life), False, 0.02
        while not ended:
            process = multiprocessing.get_context("fork").Process(target=run, args=(personas, folder))
            process.start()
            process.join(rng.random() * seconds)
            seconds *= 1.5
            process.kill()
            process.join()
            ended = process.exitcode == 0
            kills += not ended
            found = held(folder) if folder.exists() else {}
            assert {name: found[name] for name in found if name in whole} == {n: whole[n] for n in found if n in whole}
        assert held(folder) == whole
    assert kills > 1


@pytest.mark.slow
def test_ctrl_c_at_the_command_line_says_that_the_same_command_goes_on(personas, tmp_path):
    script = (
        "import os, signal; from personagraph.dedup.file import unfinished; unfinished.BLOCK = 100\n"
        "write = unfinished.Unfinished._write\n"
        "def stopped(self, apart):\n    write(self, apart); os.kill(os.getpid(), signal.SIGINT)\n"
        "unfinished.Unfinished._write = stopped\n"
        "from personagraph.cli import main; main()"
    )
    words = ["dedup", str(personas), "--output", str(tmp_path / "kept.jsonl")]
    stopped = subprocess.run(
        [sys.executable, "-c", script, *words], env=environment(tmp_path), capture_output=True, text=True, check=False
    )
    assert stopped.returncode == 130
    assert "the same command resumes" in stopped.stderr
    assert "had been decided before, and were not decided anew" in _said(*words, folder=tmp_path)


def _said(*words: str, folder: Path) -> str:
    """What a command says on stderr."""
    return Started(*words, folder=folder).end(60).err
