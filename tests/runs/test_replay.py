"""A whole pipeline is recorded and replayed: another place, process, pace and store give the same, byte for byte."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from personagraph import init_workspace, open_workspace
from personagraph.exporting import FORMATS
from personagraph.testing import RecordedBackend, record
from tests.commands import ROOT, environment
from tests.pipeline import Troubled, files, ledger_rows, pipeline
from tests.worlds import picture

pytestmark = pytest.mark.slow


class Recorded(NamedTuple):
    """A workspace that the pipeline filled, and the recording of it."""

    folder: Path
    file: Path


@pytest.fixture(scope="module")
def recorded(tmp_path_factory) -> Recorded:
    folder = tmp_path_factory.mktemp("recorded")
    with init_workspace(folder / "w") as workspace:
        backend = Troubled()
        pipeline(workspace, backend)
        assert backend.told == {"down", "refused", "prose", "cut"}
        runs = workspace.runs()
    assert all(sum(getattr(run, name) for run in runs) for name in ("new", "merged", "samples", "rejected"))
    assert sum(run.dead_letters for run in runs) > 5
    record(folder / "w", folder / "recording.jsonl")
    return Recorded(folder / "w", folder / "recording.jsonl")


def replay(folder: Path, recording: Path, *, store: str | None, concurrency: int, hash_seed: int) -> None:
    """Run the pipeline on a recording, in a process of its own."""
    words = [str(folder), str(recording), str(concurrency), *([store] if store else [])]
    password = os.environ.get("PERSONAGRAPH_TEST_NEO4J_PASSWORD", "")
    done = subprocess.run(
        [sys.executable, "-m", "tests.pipeline", *words],
        cwd=ROOT,
        env=environment(folder, PYTHONHASHSEED=str(hash_seed), PERSONAGRAPH_STORE_PASSWORD=password),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr


def test_a_replay_in_another_process_at_another_pace_gives_the_same_bytes(recorded, tmp_path, graph_url):
    replay(tmp_path / "w", recorded.file, store=graph_url, concurrency=11, hash_seed=4711)
    ours, theirs = files(recorded.folder), files(tmp_path / "w")
    assert list(ours) == list(theirs)
    assert [name for name in ours if ours[name] != theirs[name]] == []
    assert {name.partition(".")[0] for name in ours} == {"math", "instruction", "graph", "sample"}
    assert all(any(name.startswith(f"graph.{format}") for name in ours) for format in FORMATS)


def test_the_graph_and_the_ledger_of_a_replay_say_the_same_but_for_times_and_costs(recorded, tmp_path):
    replay(tmp_path / "w", recorded.file, store=None, concurrency=1, hash_seed=7)
    with open_workspace(recorded.folder) as one, open_workspace(tmp_path / "w") as other:
        assert picture(one.store) == picture(other.store)
        assert one.ledger.workspace != other.ledger.workspace
        assert one.ledger.secret != other.ledger.secret
    ours, theirs = ledger_rows(recorded.folder), ledger_rows(tmp_path / "w")
    assert all(ours[table] == theirs[table] for table in ours)
    assert len(ours["verdict"]) > 100


def test_a_recording_of_a_replay_has_the_same_bytes(recorded, tmp_path):
    replay(tmp_path / "w", recorded.file, store=None, concurrency=6, hash_seed=0)
    record(tmp_path / "w", tmp_path / "again.jsonl")
    assert (tmp_path / "again.jsonl").read_bytes() == recorded.file.read_bytes()


def test_the_ledger_itself_can_be_replayed_too(recorded, tmp_path):
    replay(tmp_path / "w", recorded.folder / "ledger.sqlite3", store=None, concurrency=3, hash_seed=1)
    assert files(tmp_path / "w") == files(recorded.folder)


def test_a_replay_costs_nothing_and_its_tokens_are_counted(recorded, tmp_path):
    replay(tmp_path / "w", recorded.file, store=None, concurrency=4, hash_seed=2)
    with open_workspace(recorded.folder) as one, open_workspace(tmp_path / "w") as other:
        paid, free = one.call_totals(), other.call_totals()
        assert sum(total.cost for total in paid) > 0
        assert sum(total.cost for total in free) == 0
        assert sum(run.cost_usd for run in other.runs()) == 0
        assert [t.prompt_tokens for t in free] == [t.prompt_tokens for t in paid]
        assert [t.cached_tokens for t in free] == [t.cached_tokens for t in paid]
        assert {total.model for total in free} == {Troubled.model}


def test_a_recording_holds_neither_the_secret_nor_times_nor_costs(recorded):
    text = recorded.file.read_text(encoding="utf-8")
    with open_workspace(recorded.folder) as workspace:
        assert workspace.ledger.secret.hex() not in text
        assert workspace.ledger.workspace not in text
    head, *calls = [json.loads(line) for line in text.split("\n") if line]
    assert head == {"recording": 1, "model": Troubled.model, "small": True, "simulated": False}
    kept = {"step", "key", "prompt", "asked", "about", "finish", "tokens", "reply", "refusal"}
    assert set().union(*calls) == kept
    steps = [tuple(map(int, call["step"][1:].split("."))) for call in calls]
    assert steps == sorted(steps)


def test_replies_come_back_as_they_were_with_line_ends_and_other_scripts(recorded):
    backend = RecordedBackend.of(recorded.file)
    with open_workspace(recorded.folder) as workspace:
        replies = workspace.ledger.calls.replies()
    found = {call.key: call.reply for call in backend._recording.calls if call.reply}
    assert {key: reply.text for key, reply in found.items()} == {key: reply.text for key, reply in replies.items()}
