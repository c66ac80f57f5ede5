"""What the command line says of itself: help where nothing was asked for, and examples that can be typed as is."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import networkx as nx
import pytest

from personagraph.workspace import backup_workspace, init_workspace, open_workspace
from tests.commands import ROOT, code_of, every_command
from tests.graphs import persona, tie
from tests.llm.ggufs import gguf
from tests.stored import fill

pytestmark = pytest.mark.slow

GROUPS = [words for words, command in every_command().items() if hasattr(command, "commands")]
EXAMPLES = [
    example for command in every_command().values() for example in re.findall(r"Example: (.*)", command.help or "")
]
FILES = {
    "personas.csv": "description,home\nA baker who paints signs for the market,Lima\n",
    "labels.csv": "description,activity\nA goat herder,agriculture\n",
    "personas.jsonl": '{"persona": "A baker from Lima"}\n',
    "more.jsonl": '{"persona": "A diver"}\n',
    "posts.jsonl": '{"body": "The ferry will not run on Monday. Ask at the harbour office for the timetable."}\n',
    "edges.csv": "source,target,kind\n1,2,friend\n",
    "people.csv": "id,about\n1,A miller who lends out tools\n2,A clerk who collects stamps\n",
    "mapping.toml": """
[nodes]
description = "about"
[edges]
type = { column = "kind", values = { friend = "FRIEND_OF" } }
""",
}
KNOWN = [
    "A goat herder",
    "A fisherman of Senegal",
    "A librarian of Iran",
    "The mayor of Dakar",
    "A software engineer",
    *(f"The master of ship {n}" for n in range(7)),
]
"""Whom the examples name; all of them know the first."""
BEYOND = {
    "doctor --model openai": "needs the environment variable OPENAI_API_KEY",
    "personagraph query": "needs Neo4j",
    "neo4j://neo4j@localhost": "PERSONAGRAPH_STORE_PASSWORD",
    "--target weak.csv": "no target can be made: none of the",
    "openai:gpt-5-mini": "there are no dead letters of run r2",
}
"""What this machine cannot give an example, and what is said of it."""


def test_the_groups_are_those_that_are_known():
    assert {" ".join(words) for words in GROUPS} == {"", "store", "runs", "merges", "dead-letters", "config"}


@pytest.mark.parametrize("words", GROUPS, ids=" ".join)
def test_without_a_command_the_help_is_printed_as_it_is_when_asked_for(words, capsys):
    assert code_of(*words) == 2
    told = capsys.readouterr()
    assert code_of(*words, "--help") == 0
    assert (told.out, told.err) == ("", capsys.readouterr().out)
    assert "\ufffd" not in told.err
    assert len(told.err.splitlines()) > 5


@pytest.fixture(scope="module")
def grown(tmp_path_factory) -> Path:
    """A folder with a graph, and with the files that the examples name."""
    folder = tmp_path_factory.mktemp("examples")
    for name, text in FILES.items():
        (folder / name).write_text(text)
    shutil.copytree(ROOT / "examples" / "texts", folder / "letters")
    (folder / "some-model.gguf").write_bytes(gguf())
    members = nx.Graph([("a", "b")])
    nx.set_node_attributes(members, {"a": "A miller of the North", "b": "A clerk of the South"}, "description")
    nx.write_graphml(members, folder / "friends.graphml")
    herder, *others = (persona(text, depth) for depth, text in enumerate(KNOWN))
    farmer = persona("A farmer of wheat", 1, activity="agriculture", region="south_asia")
    with init_workspace(folder) as graph:
        fill(graph.store, herder, *others, farmer, *(tie(herder, other) for other in [*others, farmer]))
        graph.import_personas(folder / "personas.jsonl")
        graph.expand(model="simulated", max_calls=2)
        graph.synthesize("math", n=8, model="simulated")
    return folder


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_of_the_help_runs(example, grown, tmp_path, monkeypatch, capsys):
    folder = tmp_path / "w"
    shutil.copytree(grown, folder)
    with open_workspace(folder) as graph:
        somebody = graph.sample(n=1)[0].id[:10]
    if "restore" in example:
        backup_workspace(folder, tmp_path / "my-graph-monday")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PERSONAGRAPH_MODEL", "simulated")
    for name in ("PERSONAGRAPH_STORE_PASSWORD", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    words = shlex.split(example.replace("3f2a", somebody))
    assert words.pop(0) == "personagraph"
    code, said = code_of(*words), capsys.readouterr()
    if beyond := next((tells for part, tells in BEYOND.items() if part in example), ""):
        assert (code, beyond in said.err) == (1, True)
    else:
        assert code == 0, said.err
        assert said.out


def test_a_command_that_needs_no_arrays_loads_none():
    code = "import sys, personagraph.cli, personagraph.workspace; print({'numpy', 'numba'} & {*sys.modules})"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "set()\n"
