"""A workspace and a Neo4j database that an earlier version made open, and go on, as they did then (tests/kept)."""

import json
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from personagraph import init_workspace, open_workspace
from personagraph.testing import RecordedBackend
from tests.commands import personagraph
from tests.kept import cypher
from tests.kept.acts import HERE, INPUTS, UNFINISHED, finish, grow, take_back, told, variables
from tests.kept.world import MODEL

ASKED_NOW = {"coverage": "coverage --target uniform"}
"""How a question is asked by now: then there was one target."""
EXPECTED = json.loads((HERE / "expected.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Kept:
    """A copy of the kept workspace; `store` are the variables that name where its graph is."""

    folder: Path
    store: Mapping[str, str]

    def check(self, expected: Mapping[str, Any]) -> None:
        """What the commands tell of it now is what they told then; fields may have joined."""
        asked = {question: ASKED_NOW.get(question, question) for question in expected}
        found = told(self.folder, self.store, [now for question, now in asked.items() if question != "graph"])
        for question, answer in expected.items():
            then = as_now(answer)
            if question.startswith("sample"):
                then = {"personas": sorted(then["personas"], key=lambda persona: persona["id"])}
            assert without_new(found[asked[question]], then) == then, question


@pytest.fixture
def kept(tmp_path, graph_url, request, monkeypatch) -> Kept:
    folder = tmp_path / "kept"
    with tarfile.open(HERE / f"{'neo4j' if graph_url else 'sqlite'}.tar.gz") as packed:
        packed.extractall(folder, filter="data")
    store = {}
    if graph_url:
        store = variables(graph_url, request.getfixturevalue("neo4j_password"))
        cypher.rebuild(graph_url, (HERE / "graph.cypher").read_text(encoding="utf-8"))
    for name, value in store.items():
        monkeypatch.setenv(name, value)
    return Kept(folder, store)


def without_new(found: Any, expected: Any) -> Any:
    """What was found, but for the fields of its objects that are not expected."""
    if isinstance(found, dict) and isinstance(expected, dict):
        return {name: without_new(value, expected[name]) for name, value in found.items() if name in expected}
    if isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        return [without_new(one, other) for one, other in zip(found, expected, strict=True)]
    return found


def as_now(told: dict[str, Any]) -> dict[str, Any]:
    """What that version told, in the forms of today: in files for other tools, scalars stand for lists and nulls, and
    what is stated of personas is called their attributes."""
    told = renamed(told)
    if {"nodes", "edges"} <= told.keys():
        return {**told, "nodes": list(map(known_now, told["nodes"])), "edges": list(map(flat, told["edges"]))}
    return told


BEGUN = {node["id"] for node in EXPECTED["begun"]["graph"]["nodes"]}


def known_now(node: dict[str, Any]) -> dict[str, Any]:
    """A persona; of one who came in since, what was stated and nothing supports does not count as known any more."""
    unsure = {} if node["id"] in BEGUN else {"age": 0, "sex": 0, "language": 0}
    return {name: value for name, value in flat(node).items() if name not in unsure}


def renamed(told: Any) -> Any:
    if isinstance(told, dict):
        return {"attributes" if name == "stated" else name: renamed(value) for name, value in told.items()}
    return list(map(renamed, told)) if isinstance(told, list) else told


def samples_as_now(lines: str) -> str:
    """The same of a file of samples, with what rows have since: nothing of it is known of these."""
    return _lines(map(_sample_as_now, map(json.loads, lines.splitlines())))


def without_about(lines: str) -> str:
    """A file of samples without what was asked for, which older ones do not say."""
    samples = map(json.loads, lines.splitlines())
    return _lines({name: value for name, value in one.items() if name != "about"} for one in samples)


def _lines(samples: Iterable[dict[str, Any]]) -> str:
    return "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in samples)


def _sample_as_now(one: dict[str, Any]) -> dict[str, Any]:
    about = {name: one[name] for name in ("id", "task")} | {"answer": "", "check": one["check"], "reason": ""}
    *known, simulated = flat(one["lineage"]).items()
    lineage = {**dict(known), "others": "", "checker": "", **dict([simulated])}
    return {"messages": one["messages"], **about, "checks": "{}", "lineage": lineage}


def flat(row: dict[str, Any]) -> dict[str, Any]:
    joined = {name: " ".join(value) if isinstance(value, list) else value for name, value in row.items()}
    return {name: value for name, value in joined.items() if value is not None}


def test_a_workspace_that_was_interrupted_tells_what_it_told_then(kept):
    kept.check(EXPECTED["begun"])


def test_its_unfinished_run_goes_on_to_the_same_end_and_can_be_taken_back(kept):
    with open_workspace(kept.folder) as workspace:
        asked, samples = finish(workspace)
    assert asked == EXPECTED["asked"], (
        "what the ledger has a reply to is not asked again, and prompts are what they were"
    )
    assert without_about(samples) == samples_as_now(EXPECTED["samples"])
    kept.check(EXPECTED["finished"])
    with open_workspace(kept.folder) as workspace:
        take_back(workspace)
    kept.check(EXPECTED["taken back"])


def test_its_unfinished_run_can_be_abandoned(kept):
    personagraph("runs", "abandon", UNFINISHED, folder=kept.folder, **kept.store)
    kept.check(EXPECTED["abandoned"])


def test_its_ledger_answers_the_same_runs_again(kept, tmp_path, monkeypatch):
    monkeypatch.chdir(HERE)
    monkeypatch.delenv("PERSONAGRAPH_STORE", raising=False)
    with init_workspace(tmp_path / "again") as again:
        again.import_personas(f"{INPUTS}/seeds.csv")
        files = grow(again, RecordedBackend.of(kept.folder / "ledger.sqlite3", model=MODEL))
        runs = [(run.run, run.command, run.new, run.merged, run.samples, run.rejected) for run in again.runs()]
    names = ("run", "command", "new", "merged", "samples", "rejected")
    before = EXPECTED["begun"]["runs list"]["runs"][: len(runs)]
    assert runs == [tuple(run[name] for name in names) for run in before]
    for file in files:
        then = (kept.folder / file).read_text(encoding="utf-8")
        assert without_about((tmp_path / "again" / file).read_text(encoding="utf-8")) == samples_as_now(then)


def test_a_command_replays_a_run_of_its_ledger(kept, tmp_path):
    def command(*words: str) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(personagraph(*words, "--json", folder=tmp_path / "again", cwd=HERE))
        return said

    command("init", str(tmp_path / "again"))
    command("import", f"{INPUTS}/seeds.csv")
    model = f"recorded:{kept.folder / 'ledger.sqlite3'}"
    done = command("extract", f"{INPUTS}/texts", "--calls-per-text", "2", "--model", model, "--prompts", "large")
    then = EXPECTED["begun"]["runs list"]["runs"][1]
    assert {name: done[name] for name in ("new", "merged", "rejected")} == {
        name: then[name] for name in ("new", "merged", "rejected")
    }
