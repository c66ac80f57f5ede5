"""What an export selects, what stands beside it, and that nothing half-written is ever seen."""

import json
import os
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import networkx as nx
import pytest

from personagraph.errors import ConfigError, PersonaNotFoundError, StoreError, StoreUnavailableError
from personagraph.exporting import FORMATS, Selection, export, to_networkx
from personagraph.stores.graph_store import GraphStore
from personagraph.types import Persona
from tests.graphs import line, persona, refilled, stored, tie

PEOPLE, TIES = line(6)
CHORD = tie(PEOPLE[0], PEOPLE[2], "FRIEND_OF")
HERMIT = persona("A hermit", 6, depth=None, run="r0")


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphStore]:
    """0 → 1 → 2 → 3 → 4 → 5, a friendship of 0 and 2, and a hermit."""
    store = stored(tmp_path_factory.mktemp("graph"), [*PEOPLE, HERMIT], [*TIES, CHORD])
    yield store
    store.close()


def people(graph: GraphStore, selection: Selection) -> list[str]:
    return [*to_networkx(graph, selection)]


def ids(*personas: Persona) -> list[str]:
    return [p.id for p in personas]


def keys(graph: GraphStore, selection: Selection) -> set[str]:
    return {key for *_, key in to_networkx(graph, selection).edges(keys=True)}


def test_the_whole_graph_is_selected_unless_something_is_said(graph):
    assert people(graph, Selection()) == ids(*PEOPLE, HERMIT)
    assert keys(graph, Selection()) == {r.key for r in [*TIES, CHORD]}


@pytest.mark.parametrize("hops", [1, 2, 3, 9])
@pytest.mark.parametrize("center", [0, 1, 3])
def test_around_a_persona_is_networkxs_ego_graph(graph, center, hops):
    selection = Selection(around=PEOPLE[center].id, hops=hops)
    expected = nx.ego_graph(to_networkx(graph), PEOPLE[center].id, radius=hops, undirected=True)
    assert people(graph, selection) == [id for id in to_networkx(graph) if id in expected]
    assert keys(graph, selection) == {key for *_, key in expected.edges(keys=True)}


def test_around_somebody_without_relationships_is_that_persona(graph):
    assert people(graph, Selection(around=HERMIT.id, hops=6)) == [HERMIT.id]


def test_types_leave_the_relationships_of_these_types_and_their_ends(graph):
    selection = Selection(types=("FRIEND_OF", "OPPOSES"))
    assert people(graph, selection) == ids(PEOPLE[0], PEOPLE[2])
    assert keys(graph, selection) == {CHORD.key}
    assert people(graph, Selection(types=("OPPOSES",))) == []


def test_types_with_a_persona_are_also_the_way_to_walk(graph):
    selection = Selection(around=PEOPLE[0].id, hops=2, types=("TEACHES",))
    assert people(graph, selection) == ids(*PEOPLE[:3])
    assert keys(graph, selection) == {r.key for r in TIES[:2]}


def test_a_list_of_personas_comes_with_all_between_them_in_order_of_entry(graph):
    selection = Selection(ids=(HERMIT.id, PEOPLE[2].id, PEOPLE[0].id, PEOPLE[2].id))
    assert people(graph, selection) == ids(PEOPLE[0], PEOPLE[2], HERMIT)
    assert keys(graph, selection) == {CHORD.key}
    assert people(graph, Selection(ids=())) == []


def test_options_of_a_selection_hold_together(graph):
    near = Selection(around=PEOPLE[0].id, ids=ids(HERMIT, PEOPLE[5], PEOPLE[2], PEOPLE[1]))
    assert people(graph, near) == ids(PEOPLE[1], PEOPLE[2])
    assert keys(graph, near) == {TIES[1].key}
    assert people(graph, Selection(search="potter house", depth="2-4", runs=("r1",))) == ids(*PEOPLE[2:5])
    assert people(graph, Selection(depth="none")) == people(graph, Selection(runs=("r0",))) == ids(HERMIT)
    within = Selection(ids=tuple(ids(*PEOPLE[:3])), within=Selection(types=("FRIEND_OF",)))
    assert people(graph, within) == ids(PEOPLE[0], PEOPLE[2])
    assert keys(graph, within) == {CHORD.key}


def test_what_lies_between_two_is_everybody_on_a_shortest_path(graph):
    assert people(graph, Selection(path=(PEOPLE[4].id, PEOPLE[0].id))) == ids(PEOPLE[0], *PEOPLE[2:5])
    along = Selection(path=(PEOPLE[0].id, PEOPLE[4].id), types=("TEACHES",))
    assert people(graph, along) == ids(*PEOPLE[:5])
    assert people(graph, Selection(path=(PEOPLE[0].id, HERMIT.id))) == []
    assert people(graph, Selection(path=(HERMIT.id, HERMIT.id))) == [HERMIT.id]


@pytest.mark.parametrize("selection", [Selection(around="nobody"), Selection(ids=("nobody",))])
def test_an_unknown_persona_is_an_error_and_writes_nothing(graph, tmp_path, selection):
    with pytest.raises(PersonaNotFoundError, match="'nobody'"):
        export(graph, tmp_path / "out", "csv", selection)
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"hops": 0, "around": "x"}, "--hops is 0"),
        ({"types": ("LOVES",)}, "'LOVES' is not known; it can be PARTNER_OF"),
        ({"depth": "3-1"}, "--depth '3-1' is no range of depths; it can be as 2, 1-3, 2- or none"),
        ({"depth": "-1"}, "--depth '-1' is no range"),
        ({"cell": "region=atlantis"}, "'atlantis' is no region"),
    ],
)
def test_a_selection_that_means_nothing_is_refused(options, says):
    with pytest.raises(ConfigError, match=says):
        Selection(**options)


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_graph_makes_the_same_bytes_and_the_manifest_has_their_hashes(graph, tmp_path, format):
    done = [export(graph, tmp_path / side / "out", format) for side in made(tmp_path, "a", "b")]
    assert done[0] == done[1]
    manifest = json.loads((tmp_path / "a" / "out.manifest.json").read_text(encoding="utf-8"))
    assert (manifest["personas"], manifest["relationships"], manifest["runs"]) == (7, 6, ["r0", "r1"])
    assert manifest["format"] == format
    nothing = dict.fromkeys(["around", "ids", "path", "community", "cell", "depth", "search", "within"])
    assert manifest["selection"] == {**nothing, "hops": 1, "types": [], "runs": []}
    for file in manifest["files"]:
        data = (tmp_path / "b" / file["name"]).read_bytes()
        assert (len(data), sha256(data).hexdigest()) == (file["bytes"], file["sha256"])
    assert {p.name for p in files_in(tmp_path / "a")} == {
        "out.manifest.json",
        *(Path(f["name"]).name for f in manifest["files"]),
    }


def made(folder: Path, *names: str) -> tuple[str, ...]:
    for name in names:
        (folder / name).mkdir()
    return names


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


class Breaking:
    """A store whose relationships break off after a page; all else goes through."""

    def __init__(self, store: GraphStore, error: type[BaseException]) -> None:
        self._store = store
        self._error = error

    def __getattr__(self, name):
        return getattr(self._store, name)

    def relationship_pages(self, among=None):
        yield next(self._store.relationship_pages(among))
        raise self._error


@pytest.mark.parametrize("error", [StoreUnavailableError, KeyboardInterrupt])
@pytest.mark.parametrize("format", FORMATS)
def test_an_interrupted_export_leaves_nothing(graph, tmp_path, format, error):
    with pytest.raises(error):
        export(Breaking(graph, error), tmp_path / "out", format)
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("format", FORMATS)
def test_an_interrupted_export_leaves_the_one_before_as_it_was(graph, tmp_path, format):
    export(graph, tmp_path / "out", format, Selection(around=PEOPLE[5].id))
    before = {path: path.read_bytes() for path in files_in(tmp_path)}
    with pytest.raises(StoreUnavailableError):
        export(Breaking(graph, StoreUnavailableError), tmp_path / "out", format)
    assert {path: path.read_bytes() for path in files_in(tmp_path)} == before
    export(graph, tmp_path / "out", format)
    after = {path: path.read_bytes() for path in files_in(tmp_path)}
    assert after.keys() == before.keys()
    assert after != before


def test_what_comes_in_during_an_export_leaves_no_relationship_without_an_end(tmp_path):
    class Growing(Breaking):
        def relationship_pages(self, among=None):
            late = persona("A late comer", 9)
            refilled(self._store, [*PEOPLE, late], [*TIES, tie(PEOPLE[0], late)])
            return self._store.relationship_pages(among)

    store = stored(tmp_path, PEOPLE, TIES)
    done = export(Growing(store, StoreUnavailableError), tmp_path / "out", "json")
    assert (done.personas, done.relationships) == (6, 5)


@pytest.mark.parametrize("types", [(), ("TEACHES",)])
def test_who_leaves_the_graph_during_an_export_of_a_part_is_named(tmp_path, types):
    class Shrinking(Breaking):
        def persona_pages(self, ids=None):
            refilled(self._store, PEOPLE[:5], TIES[:4])
            return self._store.persona_pages(ids)

    store = stored(tmp_path, PEOPLE, TIES)
    with pytest.raises(PersonaNotFoundError, match=PEOPLE[5].id):
        export(
            Shrinking(store, StoreUnavailableError),
            tmp_path / "out",
            "json",
            Selection(around=PEOPLE[4].id, types=types),
        )
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("format", FORMATS)
def test_a_file_is_the_same_however_much_of_the_graph_is_read_at_once(graph, tmp_path, monkeypatch, format):
    def written(name: str) -> dict[str, bytes]:
        (tmp_path / name).mkdir()
        export(graph, tmp_path / name / "out", format, Selection(around=PEOPLE[2].id, hops=2))
        return {path.name: path.read_bytes() for path in files_in(tmp_path / name) if "manifest" not in path.name}

    at_once = written("at_once")
    monkeypatch.setattr("personagraph.stores.sqlite.store.PAGE", 2)
    assert written("by_two") == at_once
    if format != "parquet":  # which has the rows that are read at once as a group
        monkeypatch.setattr("personagraph.exporting.subgraph.ROWS", 3)
        assert written("in_groups_of_three") == at_once


def test_a_value_that_is_no_text_in_the_store_is_refused_rather_than_written(tmp_path):
    store = stored(tmp_path, PEOPLE, TIES)
    with closing(sqlite3.connect(next(tmp_path.glob("*.sqlite3")))) as file:
        file.execute("UPDATE relationship SET label = x'00ff' WHERE key = ?", [TIES[2].key])
        file.commit()
    for format in FORMATS:
        with pytest.raises(StoreError, match="label in the graph is no text"):
            export(store, tmp_path / "out", format)
    assert not (tmp_path / "out").exists()


def test_a_type_that_is_none_of_ours_is_a_quoted_name_in_a_script(tmp_path):
    store = stored(tmp_path, PEOPLE, TIES)
    with closing(sqlite3.connect(next(tmp_path.glob("*.sqlite3")))) as file:
        file.execute("UPDATE relationship SET type = 'X]->() DETACH DELETE `n` //' WHERE key = ?", [TIES[2].key])
        file.commit()
    export(store, tmp_path / "out", "cypher")
    assert ":`X]->() DETACH DELETE ``n`` //`" in (tmp_path / "out").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "format", "says"),
    [
        ("missing/out.json", "json", r"missing/out\.json cannot be written: its folder does not exist"),
        ("missing/out", "csv", "missing/out cannot be written: its folder does not exist"),
        ("folder", "json", "folder is a folder; name a file in it"),
        ("file", "csv", "file is a file; this format writes a folder"),
        ("file/out.json", "json", r"file/out\.json cannot be written: Not a directory"),
        ("pipe", "json", "pipe is not a regular file"),
        ("out", "xlsx", "--format 'xlsx' is not known; it can be graphml, json, csv, cypher"),
        ("/", "csv", "/ is no place for an export"),
    ],
)
def test_an_output_that_cannot_be_written_is_named(graph, tmp_path, name, format, says):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("mine")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ConfigError, match=says):
        export(graph, tmp_path / name, format)
    assert {p.name for p in tmp_path.rglob("*")} == {"folder", "file", "pipe"}
    assert (tmp_path / "file").read_text() == "mine"


def test_a_full_disk_is_named_and_leaves_nothing(graph, tmp_path):
    (tmp_path / "to").mkdir()
    store = stored(tmp_path, *line(3000))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(ConfigError, match=r"out\.json cannot be written: File too large"):
            export(store, tmp_path / "to" / "out.json", "json")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not [*(tmp_path / "to").iterdir()]
