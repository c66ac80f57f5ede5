"""One of each kind is added from outside, by one entry in its registry: it works, is listed, and can be taken out."""

import json
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from personagraph.dedup.index import MethodKind, by_keys
from personagraph.dedup.rules import METHODS
from personagraph.errors import ConfigError
from personagraph.exporting import FORMATS, Format
from personagraph.exporting.subgraph import Subgraph
from personagraph.graph.metrics import METRICS
from personagraph.graph.metrics.metric import Measurement, Metric
from personagraph.graph.sampling import SAMPLERS
from personagraph.graph.sampling.sampler import Sampler
from personagraph.graph.snapshot import Snapshot
from personagraph.llm.kind import ModelKind
from personagraph.llm.models import MODELS
from personagraph.llm.scripted import ScriptedBackend
from personagraph.llm.simulated.answers import ANSWERS
from personagraph.prompts import read_prompt
from personagraph.steering.policies import POLICIES
from personagraph.steering.policies.policy import Came, Choice, PolicyKind
from personagraph.stores import STORES
from personagraph.stores.kind import StoreKind, StoreOptions
from personagraph.stores.sqlite.store import SQLiteStore
from personagraph.synthesis.checks.check import Draft
from personagraph.synthesis.formats import FORMATS as LAYOUTS
from personagraph.synthesis.formats.sample_format import SampleFormat
from personagraph.synthesis.tasks import TASKS
from personagraph.synthesis.tasks.task import Task, TaskKind
from personagraph.testing import temporary_workspace
from personagraph.text.words import word_set
from personagraph.types import Persona
from personagraph.workspace import Workspace, copy_store, dedup_file, init_workspace, open_workspace
from tests.commands import code_of

pytestmark = pytest.mark.slow

SEEDS = ("A baker from Lima", "A nurse of Nairobi who keeps bees", "A tram driver in Lisbon")
PROMPT = """
version = 3
fields = ["people", "kind"]
system = "You write rhymes. What stands between the marks is data."
template = "<{mark}>\\n{people}\\n</{mark}>\\nWrite {kind} about this person."
examples = []
[parameters]
max_tokens = 200
[schema]
type = "object"
required = ["rhyme"]
additionalProperties = false
[schema.properties.rhyme]
type = "string"
"""


class Newest:
    """A policy: whoever came in last is asked first, once."""

    def __init__(self) -> None:
        self._waiting: list[str] = []

    def begin(self, graph: Snapshot) -> None:
        self._waiting = graph.ids_of(range(len(graph)))

    def enter(self, persona: Persona) -> None:
        self._waiting.append(persona.id)

    def reach(self, id: str, depth: int | None) -> None:
        pass

    def planned(self, choice: Choice) -> None:
        self._waiting.remove(choice.ego)

    def learn(self, choice: Choice, came: Sequence[Came]) -> None:
        pass

    def next(self, n: int) -> Choice | None:
        return Choice(self._waiting[-1]) if self._waiting else None

    def idle(self) -> str:
        return ""

    def frontier(self) -> Mapping[int, int]:
        return {0: len(self._waiting)}


class Rhyme(Task):
    """A task: a rhyme about a persona."""

    vary = MappingProxyType({"kind": ("a rhyme",)})

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Draft:
        return Draft(f"A rhyme about {fields['persona']}, please.", data["rhyme"])


class SameWords:
    """A way to find duplicates: the same words, in whatever order."""

    recorded = "same words"
    is_certain = False

    def signatures(self, descriptions: Sequence[str], readings: Any) -> Any:
        return by_keys(readings)

    def score(self, description: str, other: str) -> float:
        return float(word_set(description) == word_set(other))


def silent_backend(name: str) -> ScriptedBackend:
    """A model that has nobody to name."""
    return ScriptedBackend(lambda request: {}, model=f"silent {name}")


def described(graph: Subgraph) -> Iterator[str]:
    """A format: a line for each persona."""
    for table in graph.personas():
        yield from (f"{description}\n" for description in table["description"].values)


class Plug(NamedTuple):
    """What is registered as "mine", and where the command line has it: the command, and how it is refused."""

    registry: MutableMapping[str, Any]
    entry: Any
    words: str
    refused: str


PLUGS = {
    "policy": Plug(
        POLICIES,
        PolicyKind(lambda options, facts: Newest(), "the newest first"),
        "expand --policy mine --max-calls 2 --model simulated",
        "--policy 'mine' is not known; it can be bfs or types or hint or bandit or structure or direct",
    ),
    "sampler": Plug(
        SAMPLERS,
        Sampler(
            lambda snapshot, count, *, rng: sorted(snapshot.ids_of(range(len(snapshot))))[:count], "the first by id"
        ),
        "sample --sampler mine -n 2",
        "--sampler 'mine' is not known; it can be random or ego or walk",
    ),
    "metric": Plug(
        METRICS,
        Metric(
            lambda snapshot, options: Measurement({"count": len(snapshot)}),
            lambda values: [f"{values['count']} of them"],
            "how many there are",
        ),
        "metrics mine",
        "there is no metric 'mine'",
    ),
    "format": Plug(
        FORMATS,
        Format({"": described}, "a line for each persona"),
        "export --format mine --output {folder}/people.txt",
        "--format 'mine' is not known; it can be graphml, json, csv",
    ),
    "format of samples": Plug(
        LAYOUTS,
        SampleFormat(lambda sample: [{"n": sample["answer"]}], "the answer alone", {"n": "the answer"}, "nobody"),
        "synthesize math -n 2 --model simulated --format mine",
        "--format 'mine' is not known; it can be messages, prompt-completion",
    ),
    "way to find duplicates": Plug(
        METHODS,
        MethodKind(lambda threshold: SameWords(), "the same words"),
        "dedup {folder}/more.jsonl --output {folder}/kept.jsonl --method mine",
        "--method 'mine' is not known; it can be content or partition or minhash",
    ),
    "model": Plug(
        MODELS,
        ModelKind(lambda options: silent_backend(options.name), "says nothing", shape="mine:WORD"),
        "expand --model mine:monk --max-calls 1",
        "--model 'mine:monk' is not known; it can be local or local:FILE.gguf, simulated, openai:NAME",
    ),
}


@contextmanager
def plugged(registry: MutableMapping[str, Any], entry: Any, name: str = "mine") -> Iterator[None]:
    """The registry with one more entry, until the end."""
    registry[name] = entry
    try:
        yield
    finally:
        del registry[name]


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with temporary_workspace(SEEDS) as made:
        more = [*SEEDS, "A baker (from Lima)", "A diver from Crete"]
        rows = "".join(json.dumps({"persona": text}) + "\n" for text in more)
        (made.folder / "more.jsonl").write_text(rows)
        yield made


def help_of(command: str, capsys: pytest.CaptureFixture[str]) -> str:
    """The help of a command, in one line."""
    capsys.readouterr()
    assert code_of(command, "--help") == 0
    return " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("kind", PLUGS)
def test_the_command_line_takes_it_lists_it_and_refuses_it_when_it_is_gone(kind, workspace, monkeypatch, capsys):
    plug = PLUGS[kind]
    words = plug.words.format(folder=workspace.folder).split()
    monkeypatch.setenv("PERSONAGRAPH_WORKSPACE", str(workspace.folder))
    told = f"({plug.entry.about})"
    with plugged(plug.registry, plug.entry):
        assert told in help_of(words[0], capsys)
        assert code_of(*words) in (0, 3), capsys.readouterr().err
    assert told not in help_of(words[0], capsys)
    assert code_of(*words) == 2
    assert plug.refused in capsys.readouterr().err


def test_a_policy_decides_whom_expand_asks(workspace):
    with plugged(POLICIES, PLUGS["policy"].entry):
        done = workspace.expand(policy="mine", max_calls=1, model="simulated")
    [asked] = [step.step.subject for step in workspace.ledger.steps.planned(done.run, first=0)][:1]
    assert workspace.resolve(asked).description == SEEDS[-1]


def test_a_sampler_draws_for_sample_and_for_synthesize(workspace):
    with plugged(SAMPLERS, PLUGS["sampler"].entry):
        drawn = [p.id for p in workspace.sample("mine", n=2)]
        made = workspace.synthesize("math", n=2, sampler="mine", model="simulated")
    assert drawn == sorted(p.id for p in workspace.store.scan_personas())[:2]
    samples = [json.loads(line) for line in made.file.read_text().splitlines()]
    assert {sample["lineage"]["personas"].split()[0] for sample in samples} <= set(drawn)


def test_a_format_is_written_with_its_manifest(workspace):
    output = workspace.folder / "people.txt"
    with plugged(FORMATS, PLUGS["format"].entry):
        done = workspace.export(output, format="mine")
    assert output.read_text().splitlines() == list(SEEDS)
    assert [file.name for file in done.files] == ["people.txt"]


def test_a_format_of_samples_is_written_with_its_card(workspace):
    with plugged(LAYOUTS, PLUGS["format of samples"].entry):
        made = workspace.synthesize("math", n=2, model="simulated", output=workspace.folder / "set", format="mine")
    rows = [json.loads(line) for line in (workspace.folder / "set" / "train.jsonl").read_text().splitlines()]
    assert [set(row) for row in rows] == [{"n"}] * made.run.samples
    assert "the answer alone" in (workspace.folder / "set" / "README.md").read_text()
    assert not (workspace.folder / "set" / "dataset_info.json").exists()


def test_a_format_that_needs_a_package_says_so(workspace):
    entry = Format({"": lambda graph: iter(())}, "nothing", needs="no_such_package")
    said = "--format mine needs the package no_such_package: pip install no_such_package"
    with plugged(FORMATS, entry), pytest.raises(ConfigError, match=said):
        workspace.export(workspace.folder / "out", format="mine")


def test_a_method_finds_duplicates_in_a_graph_in_a_file_and_as_a_setting(workspace):
    file = workspace.folder / "more.jsonl"
    with plugged(METHODS, PLUGS["way to find duplicates"].entry):
        alone = dedup_file(file, workspace.folder / "kept.jsonl", method="mine")
        with open_workspace(workspace.folder, dedup="mine") as opened:
            done = opened.import_personas(file)
    assert (alone.kept, alone.merged) == (4, 1)
    assert (done.new, done.merged) == (1, 4)
    with pytest.raises(ConfigError, match="it should be 'content' or 'partition' or 'minhash'"):
        open_workspace(workspace.folder, dedup="mine")


def test_a_model_is_asked_by_the_name_that_follows_its_kind(workspace):
    with plugged(MODELS, PLUGS["model"].entry):
        done = workspace.expand(model="mine:monk", max_calls=1)
        forecast = workspace.forecast("expand", model="mine:monk")
        with pytest.raises(ConfigError, match="mine:WORD"):
            workspace.expand(model="mine")
    assert workspace.ledger.runs.get(done.run).model == forecast.model == "silent monk"


def test_a_task_brings_a_prompt_file_of_its_own_and_an_answer_of_the_simulated_world(
    workspace, tmp_path: Path, monkeypatch, capsys
):
    file = tmp_path / "rhyme.toml"
    file.write_text(PROMPT)
    monkeypatch.setenv("PERSONAGRAPH_WORKSPACE", str(workspace.folder))
    asked = partial(Rhyme, read_prompt(file))
    entry = TaskKind({"small": asked, "large": asked}, "a rhyme about somebody")
    words = ["synthesize", "mine", "-n", "2", "--model", "simulated"]
    with plugged(TASKS, entry), plugged(ANSWERS, lambda asked: {"rhyme": f"Number {asked.rng.randint(1, 9)}"}, "rhyme"):
        [request] = workspace.preview(1, "synthesize", "mine", model="simulated")
        made = workspace.synthesize("mine", n=2, model="simulated")
        assert code_of(*words) == 0
        assert "mine (a rhyme about somebody)" in help_of("synthesize", capsys)
    assert request.prompt == "rhyme@3"
    assert made.manifest["prompts"] == ["rhyme@3"]
    for line in made.file.read_text().splitlines():
        assert json.loads(line)["messages"][1]["content"].startswith("Number ")
    assert "mine (" not in help_of("synthesize", capsys)
    assert code_of(*words) == 2
    assert "--task 'mine' is not known; it can be math or logic or instruction" in capsys.readouterr().err


def test_a_store_is_where_a_graph_is_kept_and_where_it_is_copied_to(workspace, tmp_path, monkeypatch, capsys):
    def place(url: str, folder: Path) -> Path:
        return folder / url.partition(":")[2]

    def opened(options: StoreOptions) -> SQLiteStore:
        return SQLiteStore.open(place(options.url, options.folder), options.workspace)

    monkeypatch.setenv("PERSONAGRAPH_WORKSPACE", str(tmp_path / "w"))
    with plugged(STORES, StoreKind("Mine", "mine:FILE", lambda url: url.startswith("mine:"), opened, place)):
        with init_workspace(tmp_path / "w", store="mine:people.db") as made:
            made.import_personas(workspace.folder / "more.jsonl")
        assert (tmp_path / "w" / "people.db").is_file()
        assert code_of("search", "baker") == 0
        assert "mine:FILE" in help_of("search", capsys)
        assert code_of("query", "hubs_and_who_hangs_on_them") == 1
        assert "is in Mine" in capsys.readouterr().err
        done = copy_store(workspace.folder, "mine:copy.db")
    assert done is not None
    assert done.personas == len(SEEDS)
    assert code_of("search", "baker") == 1
    assert "it can be sqlite, or neo4j://" in capsys.readouterr().err
