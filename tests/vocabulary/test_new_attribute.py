"""A new attribute is one row of the table, and a migration of each store; all else follows from these.

A prompt that shall ask for it names it in its schema, as a new version. To add one: the row in
`personagraph/vocabulary/attributes.py`, a file in `personagraph/stores/sqlite/schema/`, one in `cypher/schema/`.
"""

import ast
import csv
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

import networkx
import pytest

from personagraph.expansion.readings import read_written
from personagraph.exporting import FORMATS, export
from personagraph.graph.snapshot import Categorical
from personagraph.importing.networks.mapping import Column, NetworkMapping
from personagraph.importing.networks.values import Vocabulary
from personagraph.llm.simulated.answers import Inquiry, expand_large
from personagraph.prompts import load
from personagraph.steering.coverage import coverage
from personagraph.stores.graph_store import GraphStore
from personagraph.stores.neo4j import schema as neo4j_schema
from personagraph.stores.neo4j.queries import CYPHER
from personagraph.stores.sqlite import store as sqlite_store
from personagraph.types import UNKNOWN, Attributes, Persona
from personagraph.vocabulary.attributes import ATTRIBUTES, Attribute
from personagraph.vocabulary.cells import cell_named, cells
from tests.stored import ask, empty, fill, open_graph, persona

PACKAGE = Path(sqlite_store.__file__).parents[2]


def read_hand(words: str) -> str:
    return next((hand for hand in ("left", "right") if hand in words.lower()), UNKNOWN)


ROW = Attribute("handedness", ("left", "right"), read_hand, one_in=2)
SQLITE = """
ALTER TABLE persona ADD COLUMN handedness TEXT NOT NULL DEFAULT 'unknown';
CREATE INDEX persona_by_handedness ON persona (handedness, entry);
"""
NEO4J = """
CREATE INDEX persona_handedness IF NOT EXISTS FOR (p:Persona) ON (p.handedness);
MATCH (p:Persona) WHERE p.handedness IS NULL
CALL (p) { SET p.handedness = 'unknown' } IN TRANSACTIONS OF 10000 ROWS;
"""

OLD = persona("A baker of rye", 0, attributes=Attributes(activity="craft", region="oceania"))
LEFT = persona("A left-handed potter", 1, attributes=Attributes(activity="craft", region="oceania", handedness="left"))
RIGHT = persona("A fencer", 2, attributes=Attributes(handedness="right"))


@pytest.fixture
def row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ATTRIBUTES, ROW.name, ROW)


def migrate(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """What a file in each folder of migrations would do."""
    for kind, old, ending, text in (
        ("sqlite", sqlite_store.KIND.schema, "sql", SQLITE),
        ("cypher", CYPHER / "schema", "cypher", NEO4J),
    ):
        new = folder / kind / "schema"
        shutil.copytree(old, new)
        (new / f"V{len(list(new.glob('V*'))) + 1:03}__handedness.{ending}").write_text(text)
    monkeypatch.setattr(sqlite_store, "KIND", sqlite_store.KIND._replace(schema=folder / "sqlite" / "schema"))
    monkeypatch.setattr(neo4j_schema, "CYPHER", folder / "cypher")


@pytest.fixture
def store(graph_url: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request) -> Iterator[GraphStore]:
    """A graph of before, with one persona, opened with the new attribute."""
    before = open_graph(tmp_path, graph_url)
    fill(before, OLD)
    before.close()
    request.getfixturevalue("row")
    migrate(monkeypatch, tmp_path)
    opened = open_graph(tmp_path, graph_url)
    fill(opened, LEFT, RIGHT)
    yield opened
    opened.close()
    empty(graph_url)
    if graph_url:
        ask(graph_url, "DROP INDEX persona_handedness IF EXISTS")


def test_it_is_stored_and_found(store):
    assert list(store.scan_personas()) == [OLD, LEFT, RIGHT]
    assert store.personas([RIGHT.id, OLD.id]) == [RIGHT, OLD]
    assert store.search("potter") == [LEFT]
    assert store.in_cell({"handedness": "left"}) == [LEFT]
    assert store.in_cell({"handedness": UNKNOWN}) == [OLD]
    assert store.in_cell({"activity": "craft", "region": "oceania", "handedness": "left"}) == [LEFT]
    assert store.in_cell({"activity": "craft"}) == [OLD, LEFT]


def test_taken_out_of_the_table_it_is_known_of_nobody_and_the_graph_goes_on(store, monkeypatch):
    monkeypatch.delitem(ATTRIBUTES, ROW.name)
    later = persona("A cellist", 3, attributes=Attributes(sex="female"))
    fill(store, later)
    told = [OLD.attributes, Attributes(activity="craft", region="oceania"), Attributes(), later.attributes]
    assert [p.attributes for p in store.scan_personas()] == told


def exported(store: GraphStore, folder: Path, format: str) -> Path:
    (folder / "exports").mkdir(exist_ok=True)
    export(store, folder / "exports" / format, format)
    return folder / "exports" / format


HANDS = {OLD.id: UNKNOWN, LEFT.id: "left", RIGHT.id: "right"}


def test_it_is_in_the_exports(store, tmp_path):
    nodes = json.loads(exported(store, tmp_path, "json").read_text())["nodes"]
    assert {node["id"]: node["handedness"] for node in nodes} == HANDS
    with (exported(store, tmp_path, "csv") / "nodes.csv").open(newline="") as file:
        assert {node["id"]: node["handedness"] for node in csv.DictReader(file)} == HANDS
    graph = networkx.read_graphml(exported(store, tmp_path, "graphml"), force_multigraph=True)
    assert dict(graph.nodes(data="handedness")) == HANDS
    assert "handedness:string" in (exported(store, tmp_path, "neo4j-admin") / "personas_header.csv").read_text()
    assert "p.handedness = row[" in exported(store, tmp_path, "cypher").read_text()
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(exported(store, tmp_path, "parquet") / "nodes.parquet").to_pydict()
    assert dict(zip(table["id"], table["handedness"], strict=True)) == HANDS
    assert {file.name.split(".")[0] for file in (tmp_path / "exports").glob("*.manifest.json")} == set(FORMATS)


@pytest.mark.usefixtures("row")
def test_coverage_counts_it_and_it_makes_cells():
    columns = {name: Categorical.of(p.attributes[name] for p in (OLD, LEFT, RIGHT)) for name in ATTRIBUTES}
    found = coverage(columns, ("handedness", "sex"))
    assert found.by_attribute["handedness"] == {"left": 1, "right": 1, UNKNOWN: 1}
    assert len(cells(("handedness", "sex"))) == 6
    assert cell_named("handedness=left, sex=female") == {"handedness": "left", "sex": "female"}


@pytest.mark.usefixtures("row")
def test_a_network_may_have_a_column_of_it():
    vocabulary = Vocabulary()
    assert vocabulary.attributes({}, {"handedness": "Left-handed"}) == Attributes(handedness="left")
    mapping = NetworkMapping.model_validate({"nodes": {"attributes": {"handedness": "hand"}}}).nodes
    assert mapping.attributes == {"handedness": Column(column="hand")}
    assert vocabulary.attributes(mapping.attributes, {"hand": "both"}) == Attributes()
    assert vocabulary.unread == {"handedness": 1}


@pytest.mark.usefixtures("row")
def test_a_prompt_that_asks_for_it_is_answered_and_read():
    schema = json.loads(json.dumps(load("expand-large").schema))
    schema["properties"]["alters"]["items"]["properties"]["handedness"] = {"type": "string", "enum": [*ROW.values]}
    asked = Inquiry({"ego": "A potter"}, schema["properties"], Random(1), 0)
    said = expand_large(asked)["alters"][0]
    assert said["handedness"] in ROW.values
    description = "A sculptor from Peru who carves figures of birds out of driftwood"
    read = read_written({**said, "description": description, "age": UNKNOWN}, ego="A potter", named=None)
    assert read.stated["handedness"] == said["handedness"]


def test_what_the_table_does_not_have_no_name_can_be_given():
    for name in ("Left hand", "Handedness", "depth"):
        with pytest.raises(ValueError, match=f"cannot be called '{name}'"):
            Attribute(name, ("left", "right"), read_hand, one_in=2)


def names_in(node: ast.AST) -> set[str]:
    """The names that a list, a mapping or a call has as its items, keys or keywords."""
    items: list[ast.AST | None] = [*getattr(node, "elts", ()), *getattr(node, "keys", ())]
    found = {item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)}
    return found | {word.arg for word in getattr(node, "keywords", ()) if word.arg}


def test_nobody_else_lists_the_attributes():
    """But the people of the simulated world, who have five, and what reads whole descriptions, for which each language
    has its own ways of telling four."""
    listing = {
        str(file.relative_to(PACKAGE))
        for file in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if len(names_in(node) & ATTRIBUTES.keys()) > 3
    }
    readers = {f"vocabulary/reading/{name}.py" for name in ("descriptions", "head_first", "head_last")}
    assert listing == {"llm/simulated/answers.py", *readers}
    for file in [*CYPHER.glob("read/*.cypher"), *CYPHER.glob("write/*.cypher")]:
        assert set(re.findall(r"\w+\.(\w+)", file.read_text())) & ATTRIBUTES.keys() <= {"activity", "region"}, file


@pytest.mark.parametrize("attribute", ATTRIBUTES.values(), ids=ATTRIBUTES)
def test_every_value_is_read_as_itself_and_every_title_and_heading_is_that_of_a_value(attribute):
    assert [attribute.value(value) for value in attribute.values] == list(attribute.values)
    assert attribute.value(UNKNOWN) == attribute.value("") == UNKNOWN
    assert set(attribute.titles) | set(attribute.headings) <= set(attribute.values)


def test_the_indexes_are_those_of_the_table():
    sql = "".join(file.read_text() for file in sqlite_store.KIND.schema.glob("*.sql"))
    cypher = "".join(file.read_text() for file in CYPHER.glob("schema/*.cypher"))
    for name in ATTRIBUTES:
        assert re.search(rf"ON persona \({name}, ", sql)
        assert f"FOR (p:Persona) ON (p.{name});" in cypher
    assert "ON persona (activity, region, entry)" in sql
    assert "ON (p.activity, p.region)" in cypher


def test_what_is_known_is_a_value():
    one, other = Attributes(sex="female", age="65+"), Attributes(age="65+", sex="female", region=UNKNOWN)
    assert one == other
    assert hash(one) == hash(other)
    assert one != Attributes(sex="female")
    assert (one["sex"], one["region"]) == ("female", UNKNOWN)
    assert one.known() == {"sex": "female", "age": "65+"}
    assert eval(repr(one)) == one
    assert Persona("x", "d", 0, 0, "import", "r1").attributes == Attributes()
