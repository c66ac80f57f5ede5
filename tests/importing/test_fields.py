"""What a row says besides its description travels with its persona: into both stores, out by every format, and back."""

import csv
import json
import os
import select
import time
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from personagraph.errors import ConfigError, InputError
from personagraph.importing.fields import LONGEST_FIELDS
from personagraph.storage.damage.integrity import damage
from personagraph.testing import temporary_workspace
from personagraph.types import Persona
from personagraph.workspace import (
    Workspace,
    backup_workspace,
    check_store,
    init_workspace,
    open_workspace,
    rescue_workspace,
    restore_workspace,
)
from tests.commands import COMMAND, personagraph
from tests.graphs import NASTY
from tests.terminals import Session

FIRST = {"persona": "A cook from Kenya who counts jars", "age": 34, "tags": ["a", {"b": None}], "more": {"x": 0.5}}
ROWS: list[dict[str, Any]] = [
    FIRST,
    {"persona": "A smith from Peru who shoes mules"},
    {"persona": "A smith from Peru who shoes mules", "notes": "the second one"},
    {"persona": "=SUM of jars, a cook", "=x": "@y", "text": 'it\'s \u0000 a "test"\n日本語'},
    {"persona": "'Tis a man who quotes", "cut": "half a pair \ud83d"},
]


@pytest.fixture
def graph(tmp_path, graph_url, request, monkeypatch):
    if graph_url:
        monkeypatch.setenv("PERSONAGRAPH_STORE_PASSWORD", request.getfixturevalue("neo4j_password"))
    with init_workspace(tmp_path / "graph", store=graph_url) as opened:
        yield opened


def jsonl(folder: Path, rows: list[dict[str, Any]], name: str = "rows.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def people(graph: Workspace) -> dict[str, Persona]:
    return {persona.description: persona for persona in graph.store.scan_personas()}


def said(graph: Workspace) -> dict[str, Any]:
    return {text: json.loads(p.fields) if p.fields else {} for text, p in people(graph).items()}


def without(row: dict[str, Any], field: str = "persona") -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != field}


def known(graph: Workspace) -> set[tuple[Any, ...]]:
    """What is said of everybody, but for which run and when."""
    return {(p.id, p.description, p.nature, p.attributes, p.fields) for p in graph.store.scan_personas()}


def test_whatever_else_a_row_says_is_kept_with_its_persona_and_comes_back_by_every_format(graph, tmp_path):
    graph.import_personas(jsonl(tmp_path, ROWS))
    assert said(graph) == {row["persona"]: without(row) for row in (ROWS[0], ROWS[1], ROWS[3], ROWS[4])}
    assert people(graph)[FIRST["persona"]].fields == '{"age":34,"more":{"x":0.5},"tags":["a",{"b":null}]}'
    assert people(graph)[FIRST["persona"]].attributes["age"] == "25-44"
    assert graph.show("Kenya jars")[0] == people(graph)[FIRST["persona"]]
    graph.export(tmp_path / "csv", format="csv")
    graph.export(tmp_path / "g.json", format="json")
    graph.export(tmp_path / "g.graphml", format="graphml")
    for n, paths in enumerate((["csv/nodes.csv"], ["g.json"], ["g.graphml"])):
        with init_workspace(tmp_path / f"again{n}") as again:
            if paths == ["csv/nodes.csv"]:
                again.import_personas(tmp_path / paths[0], field="description")
            else:
                again.import_graph([tmp_path / path for path in paths])
            assert known(again) == known(graph), paths


def test_a_row_that_is_merged_leaves_the_persona_as_it_is_and_brings_its_own_fields_when_it_is_taken_back(tmp_path):
    rows = [
        {"persona": "A baker from Lima who keeps bees on the roof of the house", "row": 1},
        {"persona": "A baker from Lima who keeps bees on the roof of a house", "row": 2},
    ]
    with temporary_workspace() as graph:
        graph.import_personas(jsonl(tmp_path, rows))
        [merge] = graph.merges()
        assert said(graph) == {rows[0]["persona"]: {"row": 1}}
        verdict = graph.ledger.steps.verdict(merge.key)
        assert verdict is not None
        assert verdict.detail["fields"] == '{"row":2}'
        graph.undo_merge(merge.key)
        assert said(graph) == {row["persona"]: {"row": row["row"]} for row in rows}
        assert [finding for finding in check_store(graph.folder) if not finding.ok] == []


def test_a_backup_a_rescue_from_the_ledger_and_one_from_the_graph_have_the_same_fields(tmp_path):
    with init_workspace(tmp_path / "w") as graph:
        graph.import_personas(jsonl(tmp_path, ROWS))
        before = known(graph)
    backup_workspace(tmp_path / "w", tmp_path / "saved")
    restore_workspace(tmp_path / "saved", tmp_path / "restored")
    (tmp_path / "w" / "graph.sqlite3").unlink()
    rescue_workspace(tmp_path / "w", tmp_path / "of-ledger")
    (tmp_path / "restored" / "ledger.sqlite3").unlink()
    rescue_workspace(tmp_path / "restored", tmp_path / "of-graph")
    for folder in ("of-ledger", "of-graph"):
        assert [finding for finding in check_store(tmp_path / folder) if not finding.ok] == []
        with open_workspace(tmp_path / folder) as made:
            assert known(made) == before, folder


def test_a_damaged_graph_gives_up_the_fields_that_are_none(tmp_path):
    with init_workspace(tmp_path / "w") as graph:
        graph.import_personas(jsonl(tmp_path, ROWS))
        before = known(graph)
    file = tmp_path / "w" / "graph.sqlite3"
    content = file.read_bytes()
    assert content.count(b'{"age":34') == 1
    file.write_bytes(content.replace(b'{"age":34', b"no JSON: "))
    assert damage(file) == []
    assert [finding.name for finding in check_store(tmp_path / "w") if not finding.ok]
    rescue_workspace(tmp_path / "w", tmp_path / "new")
    with open_workspace(tmp_path / "new") as made:
        assert known(made) == before


def test_a_row_that_says_too_much_is_a_fault_that_names_it_and_others_come_in(tmp_path):
    deep: Any = "x"
    for _ in range(101):
        deep = [deep]
    rows = [
        {"persona": "A cook of one", "text": "x" * LONGEST_FIELDS},
        {"persona": "A cook of two", "deep": deep},
        {"persona": "A cook of three", "text": "x" * (LONGEST_FIELDS - len('{"text":""}'))},
        {"persona": "A cook of four", "flat": [[0]] * 150, "lists": {"deep": deep[0][0][0]}},
        {"persona": "A cook of five", "number": float("nan"), "numbers": [float("inf"), 1e999]},
        {"persona": "A cook of six", "deep": deep, "number": float("nan")},
    ]
    with temporary_workspace() as graph:
        done = graph.import_personas(jsonl(tmp_path, rows))
        assert [line for _, line, _ in done.faults] == [1, 2, 6]
        assert "besides the description it has 100,011 characters, at most 100,000 are kept" in done.faults[0][2]
        assert "nested more than 100 levels deep" in done.faults[1][2]
        assert (done.new, done.rejected) == (3, 3)
        assert said(graph)["A cook of five"] == {"number": "nan", "numbers": ["inf", "inf"]}
        with pytest.raises(InputError, match="at most 100,000 are kept"):
            graph.import_personas(jsonl(tmp_path, rows[:1], "one.jsonl"), strict=True)


def test_columns_that_have_the_names_of_attributes_are_read_as_these_as_far_as_they_can_be(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text(
        "persona,age,sex,region,language,activity,nature\n"
        "A cook,44,F,Kenya,Swahili,farmer,group\nA blacksmith,old?,,x,,,shy\n"
    )
    with temporary_workspace() as graph:
        graph.import_personas(path)
        cook, smith = (people(graph)[name] for name in ("A cook", "A blacksmith"))
        stated = {"activity": "agriculture", "age": "25-44", "sex": "female", "region": "east_southern_africa"}
        assert (cook.attributes.known(), cook.nature) == ({**stated, "language": "sw"}, "group")
        assert (smith.attributes.known(), smith.nature) == ({"activity": "craft"}, "person")
        assert (set(cook.bases.known().values()), smith.bases["activity"]) == ({"field"}, "words")
        assert said(graph)["A blacksmith"]["nature"] == "shy"


def test_names_of_attributes_count_in_any_case_and_values_that_cannot_be_read_are_told(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("ID,Description,Nature,Age,Region, SEX ,sex\n1,A cook,group,44,Kenya,M,F\n2,A smith,,old?,,,\n")
    notes: list[str] = []
    with temporary_workspace() as graph:
        graph.import_personas(path, field="description", note=notes.append)
        cook = people(graph)["A cook"]
        assert (cook.nature, cook.attributes.known()) == (
            "group",
            {"activity": "service", "age": "25-44", "region": "east_southern_africa", "sex": "female"},
        )
    assert [note for note in notes if "vocabulary" in note] == [
        "1 values of age are in no vocabulary of ours: they count as unknown, and are kept as they are"
    ]


GUARDED = st.builds(
    lambda first, text: first + text,
    st.sampled_from(["=", "+", "-", "@", "'", "''", '"', "'=", "\t", "\r", "＝", "‘", "`", ""]),
    st.one_of(st.sampled_from(NASTY), st.text(st.characters(exclude_categories=["Cs"]), max_size=30)),
)


@settings(max_examples=25, deadline=None)
@example(
    texts=["'Tis a man", "''Tis two", "=1+1", "'=1+1", "@home 'x'", "-1", '"q" =', "'\t=x"], notes=["=1", "'", "\n"]
)
@given(texts=st.lists(GUARDED, min_size=1, max_size=6), notes=st.lists(GUARDED, min_size=1, max_size=3))
def test_what_is_exported_for_a_spreadsheet_is_imported_as_the_same_personas(tmp_path_factory, texts, notes):
    folder = tmp_path_factory.mktemp("round")
    rows = [{"persona": f"{text} {n}", notes[n % len(notes)]: notes[n % len(notes)]} for n, text in enumerate(texts)]
    with temporary_workspace() as graph, temporary_workspace() as again:
        if not any(c.isalnum() for c in texts[0]):
            rows[0]["persona"] += " a cook"
        graph.import_personas(jsonl(folder, rows), dedup="minhash")
        graph.export(folder / "out", format="csv")
        again.import_personas(folder / "out" / "nodes.csv", field="description", dedup="minhash")
        assert known(again) == known(graph)


def test_no_apostrophe_is_taken_that_no_export_had_put_there(tmp_path):
    texts = ["'Tis a man who quotes", "''Tis a cook", "'=1 is what she says", "'- a smith"]
    path = tmp_path / "own.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["id", "persona"], *([str(n), text] for n, text in enumerate(texts))])
    with temporary_workspace() as graph:
        graph.import_personas(path)
        assert list(people(graph)) == texts


def test_a_node_keeps_the_other_columns_of_its_row_in_every_kind_of_table(graph, tmp_path):
    (tmp_path / "nodes.csv").write_text("id,Description,age,team\n1,A cook,44,red\n2,A smith,,\n")
    (tmp_path / "edges.csv").write_text("source,target\n1,2\n")
    graph.import_graph([tmp_path / "edges.csv"], nodes=tmp_path / "nodes.csv")
    rows = {"A cook": {"id": "1", "age": "44", "team": "red"}, "A smith": {"id": "2", "age": "", "team": ""}}
    assert said(graph) == rows
    network = nx.Graph()
    texts = ["A baker", "A tailor"]
    for n, text in enumerate(texts):
        network.add_node(n, description=text, team=f"t{n}")
    nx.write_graphml(network, tmp_path / "n.graphml")
    (tmp_path / "n.json").write_text(json.dumps(nx.node_link_data(network, edges="edges")))
    for name in ("n.graphml", "n.json"):
        with temporary_workspace() as other:
            other.import_graph([tmp_path / name])
            assert said(other) == {text: {"id": str(n), "team": f"t{n}"} for n, text in enumerate(texts)}


def test_show_tells_them_as_an_object_and_line_by_line(tmp_path):
    long = {"persona": "A miller", "text": "x" * 1000, "\x1b[2J": "\x1b]0;title\x07"}
    with init_workspace(tmp_path / "w") as graph:
        graph.import_personas(jsonl(tmp_path, [*ROWS, long]))
    told = json.loads(personagraph("show", "Kenya jars", "--json", folder=tmp_path / "w"))
    assert told["fields"] == without(FIRST)
    lines = personagraph("show", "Kenya jars", folder=tmp_path / "w").splitlines()
    assert lines[1:7] == [
        "  activity: service (words)",
        "  age: 25-44 (field)",
        "  region: east_southern_africa (words)",
        "  field age: 34",
        '  field more: {"x": 0.5}',
        '  field tags: ["a", {"b": null}]',
    ]
    shown = personagraph("show", "miller", folder=tmp_path / "w")
    assert f"  field text: {'x' * 300}… (1,000 characters)" in shown
    assert "\x1b" not in shown
    assert json.loads(personagraph("show", "smith peru", "--json", folder=tmp_path / "w"))["fields"] == {}


TEXT = "It was a day in March when the two of them came down to the harbour, and nobody knew why. " * 4


def test_a_file_of_texts_is_told_of_in_a_script_and_comes_in_as_it_is(tmp_path):
    rows = [{"persona": f"{n}: {TEXT}"} for n in range(3)] + [{"persona": "A cook"}, {"persona": "A smith"}]
    notes: list[str] = []
    with init_workspace(tmp_path / "w") as graph:
        done = graph.import_personas(jsonl(tmp_path, rows), note=notes.append)
        assert done.new + done.merged == 5
        assert len(notes) == 1
        assert notes[0].startswith("3 of the first 5 rows have more than 60 words, and are imported as they are")
        assert "`personagraph extract " in notes[0]
        graph.import_personas(jsonl(tmp_path, [*rows[:2], *rows[3:]], "few.jsonl"), note=notes.append)
        graph.import_personas(jsonl(tmp_path, ROWS, "rows.jsonl"), note=notes.append)
        assert len(notes) == 1, "not where half of the rows are short"
    chinese = ["一位来自肯尼亚的厨师，她数着地窖里的每一个罐子，并把它们记在一本旧日记里。", "一位铁匠。" * 60]
    for n, text in enumerate(chinese):
        with temporary_workspace() as graph:
            graph.import_personas(jsonl(tmp_path, [{"persona": text}], f"{n}.jsonl"), note=notes.append)
    assert len(notes) == 2, "words of the script are counted"


def test_nothing_is_written_of_a_file_of_texts_when_somebody_says_no(tmp_path):
    asked: list[str] = []

    def no(question: str) -> bool:
        asked.append(question)
        return False

    with init_workspace(tmp_path / "w") as graph:
        with pytest.raises(ConfigError, match="nothing was imported; `personagraph extract"):
            graph.import_personas(jsonl(tmp_path, [{"persona": TEXT}]), agree=no)
        assert len(asked) == 1
        assert graph.runs() == []


@pytest.mark.slow
@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 1), ("\n", 1), ("\x03", 130)])
def test_on_a_terminal_a_person_is_asked_before_texts_are_imported_and_the_panel_waits(tmp_path, answer, code):
    with init_workspace(tmp_path / "w"):
        path = jsonl(tmp_path, [{"persona": TEXT}])
    session = Session(COMMAND[2], "import", path, "--workspace", tmp_path / "w")
    session.read_until(lambda text: text.rstrip().endswith("[y/N]"))
    time.sleep(0.5)
    rest = os.read(session.terminal, 999).decode() if select.select([session.terminal], [], [], 0)[0] else ""
    assert rest.strip() == "", "nothing is drawn over the question"
    os.write(session.terminal, answer.encode())
    session.read_all()
    assert session.wait() == code
    assert ("nothing was imported" in session.written) == (code == 1)
    with open_workspace(tmp_path / "w") as graph:
        assert graph.stats().personas == (code == 0)
        assert len(graph.runs()) == (code == 0)


def test_who_was_made_up_is_marked_so_after_an_export_and_an_import(tmp_path):
    with temporary_workspace() as graph, temporary_workspace() as again, temporary_workspace() as network:
        graph.import_personas(jsonl(tmp_path, [{"persona": "A cook"}]))
        graph.expand(max_calls=2, model="simulated", allow_mixed=True)
        graph.export(tmp_path / "csv", format="csv")
        graph.export(tmp_path / "g.json", format="json")
        again.import_personas(tmp_path / "csv" / "nodes.csv", field="description")
        network.import_graph([tmp_path / "g.json"])
        marks = {(p.description, p.simulated) for p in graph.store.scan_personas()}
        assert {simulated for _, simulated in marks} == {False, True}
        for made in (again, network):
            assert {(p.description, p.simulated) for p in made.store.scan_personas()} == marks


def test_columns_that_are_called_as_those_of_an_export_are_kept_unless_the_id_is_the_hash_of_the_description(tmp_path):
    row = {"id": "1", "entry": "2020", "origin": "Kenya", "run": "marathon", "simulated": "true", "depth": "5"}
    nodes = [{**row, "description": "A man who runs"}, {**row, "id": "2", "description": "A man who swims"}]
    (tmp_path / "n.json").write_text(json.dumps({"nodes": nodes, "edges": []}))
    with temporary_workspace() as graph, temporary_workspace() as network:
        graph.import_personas(jsonl(tmp_path, nodes), field="description", dedup="minhash")
        network.import_graph([tmp_path / "n.json"])
        for made in (graph, network):
            assert said(made)["A man who runs"] == row
            assert not any(persona.simulated for persona in people(made).values())


def test_node_link_json_that_networkx_reads_and_writes_comes_back_as_the_same_graph(tmp_path):
    rows = [
        {"persona": f'\'A {work} who "sings" & <hums>', "n": n} for n, work in enumerate(("cook", "smith", "nurse"))
    ]
    nodes = [{"id": n, "description": row["persona"], "n": str(n)} for n, row in enumerate(rows)]
    edges = [{"source": 0, "target": 1, "type": "TEACHES"}, {"source": 1, "target": 2, "type": "FRIEND_OF"}]
    (tmp_path / "first.json").write_text(json.dumps({"directed": True, "nodes": nodes, "edges": edges}))
    with temporary_workspace() as graph:
        graph.import_graph([tmp_path / "first.json"])
        graph.export(tmp_path / "g.json", format="json")
        network = nx.node_link_graph(json.loads((tmp_path / "g.json").read_text(encoding="utf-8")), edges="edges")
        nx.write_graphml(network, tmp_path / "again.graphml")
        nx.write_gml(network, tmp_path / "again.gml")
        nx.write_gexf(network, tmp_path / "again.gexf")
        nx.write_graphml(graph.to_networkx(), tmp_path / "memory.graphml")
        for name in ("g.json", "again.graphml", "again.gml", "memory.graphml"):
            with temporary_workspace() as other:
                other.import_graph([tmp_path / name])
                assert known(other) == known(graph), name
                ties = {(r.key, r.type, r.label, r.confidence) for r in other.store.scan_relationships()}
                assert ties == {(r.key, r.type, r.label, r.confidence) for r in graph.store.scan_relationships()}, name


@pytest.mark.parametrize("format", ["csv", "graphml", "json"])
def test_an_export_that_comes_back_keeps_the_grounds_on_which_its_graph_knew_attributes(tmp_path, format):
    rows = [{"persona": "A cook from Kenya who counts jars", "age": 34}, {"persona": "A smith who shoes mules"}]
    labels = tmp_path / "labels.jsonl"
    labels.write_text(json.dumps({"description": "A smith who shoes mules", "sex": "female", "activity": "craft"}))
    exported = tmp_path / ("out" if format == "csv" else f"out.{format}")
    with temporary_workspace() as graph:
        graph.import_personas(jsonl(tmp_path, rows))
        graph.annotate(labels=labels)
        before = people(graph)
        graph.export(exported, format=format)
    with temporary_workspace() as graph:
        if format in ("graphml", "json"):
            graph.import_graph([exported])
        else:
            back = exported / "nodes.csv" if exported.is_dir() else exported
            graph.import_personas(back, field="description")
        for _ in range(2):
            assert {name: (p.attributes, p.bases) for name, p in people(graph).items()} == {
                name: (p.attributes, p.bases) for name, p in before.items()
            }
            graph.annotate()
    assert before["A smith who shoes mules"].bases.known() == {"activity": "label", "sex": "label"}
    assert before["A cook from Kenya who counts jars"].bases["age"] == "field"


def test_grounds_that_a_stranger_wrote_beside_a_row_make_no_label_of_a_column(tmp_path):
    with temporary_workspace() as graph:
        graph.import_personas(jsonl(tmp_path, [{"persona": "A smith", "sex": "female", "bases": "sex:label"}]))
        assert people(graph)["A smith"].bases["sex"] == "field"
