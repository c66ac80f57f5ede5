"""The four commands that read rows take the same options for them, and stop at the same rows."""

import gzip
import io
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from personagraph.errors import ConfigError, InputError
from personagraph.text.descriptions import Descriptions
from personagraph.text.documents import Corpus
from personagraph.workspace import dedup_file, init_workspace, open_workspace
from tests.commands import personagraph

BAD = "id,persona\n1,A cook in Lima\n2,A judge, retired\n3,A nurse in Oslo\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace, beside files with one row that cannot be used."""
    init_workspace(tmp_path / "graph").close()
    (tmp_path / "bad.csv").write_text(BAD)
    (tmp_path / "edges.csv").write_text("source,target\n1,3\n")
    (tmp_path / "map.toml").write_text("[nodes]\ndescription = 'persona'\n")
    return tmp_path


COMMANDS = {
    "import": ("import", "{file}"),
    "dedup": ("dedup", "{file}", "--output", "{out}"),
    "extract": ("extract", "{file}", "--field", "persona", "--model", "simulated"),
    "import-graph": ("import-graph", "{edges}", "--nodes", "{file}", "--mapping", "{map}"),
}


def words_of(command: str, folder: Path, file: str) -> list[str]:
    names = {"file": file, "edges": "edges.csv", "map": "map.toml", "out": "kept.jsonl"}
    paths = {name: str(folder / value) for name, value in names.items()}
    return [word.format(**paths) for word in COMMANDS[command]]


@pytest.mark.parametrize("command", COMMANDS)
def test_strict_stops_at_a_row_that_cannot_be_used_before_anything_is_done(folder, command):
    words = words_of(command, folder, "bad.csv")
    said = personagraph(*words, "--strict", folder=folder / "graph", code=1)
    assert "bad.csv, line 3: it has 3 cells, and there are 2 columns; is a cell not in quotes?" in said
    assert not (folder / "kept.jsonl").exists()
    with open_workspace(folder / "graph") as graph:
        assert (graph.runs(), graph.calls()) == ([], [])


@pytest.mark.parametrize("command", COMMANDS)
def test_without_strict_the_other_rows_are_used_and_the_bad_one_is_named_in_the_same_words(folder, command):
    words = words_of(command, folder, "bad.csv")
    if command == "extract":
        with open_workspace(folder / "graph") as graph:
            faults = graph.extract([folder / "bad.csv"], field="persona", model="simulated").faults
    elif command == "dedup":
        found = dedup_file(folder / "bad.csv", folder / "kept.jsonl")
        assert found.kept == 2
        faults = [(str(folder / "bad.csv"), row.line, row.fault) for row in found.faults]
    else:
        faults = json.loads(personagraph(*words, "--json", folder=folder / "graph"))["faults"]
    assert [tuple(fault) for fault in faults] == [
        (str(folder / "bad.csv"), 3, "it has 3 cells, and there are 2 columns; is a cell not in quotes?")
    ]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_takes_a_separator(folder, command):
    (folder / "colons.csv").write_text("id:persona\n1:A cook, in Lima\n3:A nurse in Oslo\n")
    (folder / "edges.csv").write_text("source:target\n1:3\n")
    words = words_of(command, folder, "colons.csv")
    personagraph(*words, "--strict", "--separator", ":", folder=folder / "graph")
    said = personagraph(*words, "--separator", "colon", folder=folder / "graph", code=2)
    assert "'colon' is no separator; name one sign, as ; or |, or one of tab" in said


def test_a_separator_may_be_named_in_words(folder):
    (folder / "tabs.csv").write_text("id\tpersona, or so\n1\tA cook, in Lima\n")
    for separator in ("tab", "\\t", "\t", "TAB"):
        done = dedup_file(folder / "tabs.csv", folder / "kept.jsonl", field="persona, or so", separator=separator)
        assert (done.kept, done.faults) == (1, ())
    for separator in ("", "ab", "x", '"', "\n"):
        with pytest.raises(ConfigError, match="is no separator"):
            dedup_file(folder / "tabs.csv", folder / "kept.jsonl", separator=separator)


def test_a_file_without_the_field_is_told_which_it_has_and_which_may_be_meant(folder):
    (folder / "bio.csv").write_text("id,Short Bio\n1,A cook\n")
    (folder / "bio.jsonl").write_text('{"id": 1, "input persona": "A cook"}\n')
    (folder / "none.csv").write_text("a;b\n1;2\n")
    graph = folder / "graph"
    for command in ("import", "dedup", "extract"):
        field = ("--field", "description") if command == "extract" else ()
        said = personagraph(*words_of(command, folder, "bio.csv"), *field, folder=graph, code=1)
        assert "it has id, Short Bio; did you mean --field 'Short Bio'?" in said
    said = personagraph("import", folder / "bio.jsonl", folder=graph, code=1)
    assert "no field 'persona'; it has id, input persona; did you mean --field 'input persona'?" in said
    said = personagraph("import", folder / "none.csv", folder=graph, code=1)
    assert "no column 'persona'; it has a, b; --field names one" in said


@pytest.mark.parametrize(
    "content",
    [
        b'{"persona": "A cook"}\n{"persona": "A nurse"}\n',
        b'[{"persona": "A cook"}, {"persona": "A nurse"}]',
        b"id,persona\n1,A cook\n2,A nurse\n",
        b"\xef\xbb\xbfid;persona\r\n1;A cook\r\n2;A nurse\r\n",
        "id\tpersona\n1\tA cook\n2\tA nurse\n".encode("utf-16"),
        gzip.compress(b"id,persona\n1,A cook\n2,A nurse\n", mtime=0),
    ],
)
def test_what_comes_on_the_standard_input_is_told_by_what_it_begins_with(monkeypatch, content):
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(content)))
    assert [row.description for row in Descriptions(Path("-"), "persona")] == ["A cook", "A nurse"]
    corpus = Corpus(["-"], field="persona", stdin=io.BytesIO(content))
    assert [text.text for text in corpus] == ["A cook", "A nurse"] == [text.text for text in corpus]


def test_strict_lets_a_text_that_is_there_twice_and_a_file_of_another_kind_pass(folder):
    (folder / "texts").mkdir()
    (folder / "texts" / "a.jsonl").write_text('{"text": "One."}\n{"text": "One."}\n')
    (folder / "texts" / "b.png").write_bytes(b"\x89PNG")
    with open_workspace(folder / "graph") as graph:
        assert len(graph.extract([folder / "texts"], strict=True, model="simulated").faults) == 2
        (folder / "texts" / "c.csv").write_text('text\n"Two."\n"Three." x\n')
        with pytest.raises(InputError, match=r"c.csv, line 3: it is not CSV"):
            graph.extract([folder / "texts"], strict=True, model="simulated")
