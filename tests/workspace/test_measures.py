"""The verb that measures: which metrics, of which part, into which files, and beside which network."""

import csv
import re

import pytest

from personagraph.errors import ConfigError, InputError, UsageError
from personagraph.graph.metrics import METRICS
from personagraph.graph.metrics.metric import MetricOptions
from personagraph.testing import temporary_workspace
from personagraph.workspace.verbs.measures.beside import NetworkFiles


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """Three who teach one another in a ring, two who are friends, and one who is alone."""
    folder = tmp_path_factory.mktemp("network")
    (folder / "people.csv").write_text(
        "id,description,region\n1,A potter,south_asia\n2,A baker,south_asia\n3,A fisher,east_asia\n"
        "4,A tailor,east_asia\n5,A miner,\n6,A hermit,\n"
    )
    (folder / "edges.csv").write_text("source,target,type\n1,2,TEACHES\n2,3,TEACHES\n3,1,TEACHES\n4,5,FRIEND_OF\n")
    with temporary_workspace() as workspace:
        workspace.import_graph([folder / "edges.csv"], nodes=folder / "people.csv")
        yield workspace


def test_without_a_name_every_metric_is_measured(workspace):
    found = workspace.metrics()
    assert list(found.metrics) == list(METRICS)
    assert (found.personas, found.relationships) == (6, 4)
    assert found.metrics["components"]["count"] == 3
    assert all(METRICS[name].lines(values) for name, values in found.metrics.items())


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_has_the_column_that_its_entry_says(workspace, name):
    found = METRICS[name].measure(workspace.store.snapshot(), MetricOptions())
    assert list(found.columns) == ([METRICS[name].column] if METRICS[name].column else [])


def test_metrics_are_told_in_the_order_in_which_they_are_named_each_once(workspace):
    assert list(workspace.metrics(["core", "degree", "core"]).metrics) == ["core", "degree"]


def test_an_unknown_metric_is_answered_by_the_nearest(workspace):
    with pytest.raises(UsageError, match=r"there is no metric 'small-worlds'; did you mean small_world\?"):
        workspace.metrics(["degree", "small-worlds"])
    with pytest.raises(UsageError, match=re.escape("there is no metric 'xyzzy'; there are degree, ")):
        workspace.metrics(["xyzzy"])


@pytest.mark.parametrize(("wrong", "said"), [({"seed": -1}, "--seed is -1"), ({"samples": 0}, "--samples is 0")])
def test_a_number_that_cannot_be_is_refused(workspace, wrong, said):
    with pytest.raises(UsageError, match=said):
        workspace.metrics(["degree"], **wrong)


def test_a_part_is_measured_as_a_graph_of_its_own(workspace):
    found = workspace.metrics(["degree", "clustering"], types=["TEACHES"])
    assert (found.personas, found.relationships) == (3, 3)
    assert found.metrics["clustering"]["transitivity"] == 1
    assert workspace.metrics(["degree"], cell="region=south_asia").relationships == 1
    with pytest.raises(ConfigError, match="nobody is in --cell"):
        workspace.metrics(["degree"], cell="region=south_asia,age=65+")


def test_a_row_a_persona_is_written_as_a_table_and_as_parquet_with_the_same_values(workspace, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    for name in ("rows.csv", "rows.parquet"):
        workspace.metrics(["degree", "clustering", "reciprocity"], per_persona=tmp_path / name)
    with (tmp_path / "rows.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["id", "degree", "clustering"]
    assert [row["id"] for row in rows] == [p.id for p in workspace.store.scan_personas()]
    assert [int(row["degree"]) for row in rows] == [2, 2, 2, 1, 1, 0]
    typed = parquet.read_table(tmp_path / "rows.parquet").to_pylist()
    assert typed == [{"id": r["id"], "degree": int(r["degree"]), "clustering": float(r["clustering"])} for r in rows]


def test_a_file_that_would_have_nothing_in_it_is_refused_before_anything_is_measured(workspace, tmp_path):
    with pytest.raises(UsageError, match="--per-persona has nothing to write: measure one of degree, component"):
        workspace.metrics(["reciprocity"], per_persona=tmp_path / "rows.csv")
    with pytest.raises(UsageError, match="--picture has nothing to draw: measure one of degree, distances"):
        workspace.metrics(["core"], picture=tmp_path / "picture.svg")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"per_persona": "rows.txt"}, "ends with neither .csv nor .parquet"),
        ({"per_persona": "missing/rows.csv"}, "its folder does not exist"),
        ({"picture": "picture.png"}, "let its name end with .svg"),
        ({"picture": "missing/picture.svg"}, "its folder does not exist"),
    ],
)
def test_a_file_that_cannot_be_written_is_refused(workspace, tmp_path, given, said):
    with pytest.raises(ConfigError, match=said):
        workspace.metrics(["degree"], **{option: tmp_path / name for option, name in given.items()})


def test_nothing_is_written_into_the_workspace_or_through_a_link(workspace, tmp_path):
    (tmp_path / "link.svg").symlink_to(tmp_path / "elsewhere.svg")
    with pytest.raises(ConfigError, match="is a link"):
        workspace.metrics(["degree"], picture=tmp_path / "link.svg")
    with pytest.raises(ConfigError, match="belongs to a workspace"):
        workspace.metrics(["degree"], per_persona=workspace.folder / "graph.sqlite3.csv")


def test_the_picture_is_replaced_whole_and_the_same_each_time(workspace, tmp_path):
    picture = tmp_path / "picture.svg"
    pictures = []
    for _ in range(2):
        workspace.metrics(["degree", "communities"], picture=picture, seed=3)
        pictures.append(picture.read_bytes())
    assert pictures[0] == pictures[1]
    assert pictures[0].startswith(b"<svg ")


def test_a_network_beside_is_measured_by_the_same_functions(workspace, tmp_path):
    edges = tmp_path / "friends.csv"
    edges.write_text("source,target\na,b\nb,c\nc,a\na,a\na,b\n,c\n")
    found = workspace.metrics(beside=NetworkFiles([edges], directed=True))
    assert found.metrics == {}
    assert found.beside.network == "friends"
    assert found.beside.of_network["density"] == 1
    assert found.beside.of_network["transitivity"] == found.beside.of_graph["transitivity"] == 1
    assert found.beside.of_graph["personas"] == 6
    assert (found.beside.self_loops, found.beside.repeated, len(found.beside.faults)) == (1, 1, 1)
    assert workspace.store.stats().personas == 6


def test_beside_each_stand_a_tree_and_a_random_graph_of_its_size(workspace, tmp_path):
    edges = tmp_path / "friends.csv"
    edges.write_text("source,target\n" + "".join(f"{n},{(n + step) % 40}\n" for n in range(40) for step in (1, 2)))
    found = workspace.metrics(beside=NetworkFiles([edges], directed=True)).beside
    assert found.expected.keys() == {"graph", "network"}
    tree, random = (found.expected["network"][name] for name in ("tree", "random"))
    assert (tree["personas"], tree["relationships"], tree["clustering"], tree["reciprocity"]) == (40, 39, 0, 0)
    assert tree["share_of_largest"] == 1
    assert (random["personas"], random["relationships"], random["density"]) == (40, 80, found.of_network["density"])
    assert random["clustering"] < 0.3 < found.of_network["clustering"]
    assert random["reciprocity"] == pytest.approx(79 / (40 * 39 - 1))
    assert found.expected["graph"]["random"]["relationships"] == 4
    assert workspace.metrics(beside=NetworkFiles([edges], directed=True)).beside == found


def test_without_links_nothing_is_measured_of_what_was_found_between_who_were_there(tmp_path):
    (tmp_path / "edges.csv").write_text(
        "source,target,type,via\n1,2,TEACHES,\n2,3,TEACHES,similar\n3,1,FRIEND_OF,bus\n"
    )
    (tmp_path / "links.toml").write_text("[edges]\nvia = 'via'\n")
    with temporary_workspace() as workspace:
        workspace.import_graph([tmp_path / "edges.csv"], mapping=tmp_path / "links.toml")
        every, own = (workspace.metrics(["components"], without_links=without) for without in (False, True))
        assert (every.relationships, own.relationships) == (3, 2)
        assert [one.metrics["components"]["count"] for one in (every, own)] == [1, 1]
        near = {"around": workspace.search("Person 2")[0].id}
        assert [workspace.metrics(["degree"], without_links=without, **near).personas for without in (False, True)] == [
            3,
            2,
        ]
        told, left = (workspace.report(without_links=without).sections["ties"] for without in (False, True))
        assert [(one["relationships"], one["links"]) for one in (told, left)] == [(3, 1), (2, 0)]


def test_beside_a_network_a_picture_without_names_shows_what_the_comparison_measured(workspace, tmp_path):
    edges = tmp_path / "friends.csv"
    edges.write_text("source,target\n1,2\n2,3\n3,1\n")
    picture, rows = tmp_path / "graph.svg", tmp_path / "rows.csv"
    found = workspace.metrics(beside=NetworkFiles([edges]), picture=picture, per_persona=rows)
    assert found.metrics == {}
    assert "Distributions of the graph: degree, distances, communities" in picture.read_text()
    assert rows.read_text().splitlines()[0] == "id,degree,clustering,component,community"


def test_a_graph_beside_itself_has_the_same_numbers(workspace, tmp_path):
    workspace.export(tmp_path / "graph.graphml", format="graphml")
    found = workspace.metrics(["core"], beside=NetworkFiles([tmp_path / "graph.graphml"]))
    assert list(found.metrics) == ["core"]
    assert found.beside.of_graph == found.beside.of_network


def test_a_network_that_cannot_be_read_is_told_before_anything_is_measured(workspace, tmp_path):
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(InputError, match=r"empty\.csv"):
        workspace.metrics(beside=NetworkFiles([tmp_path / "empty.csv"]))
    with pytest.raises(UsageError, match="say how --beside is read; name its files"):
        NetworkFiles([], directed=True)


def test_an_empty_graph_is_measured(tmp_path):
    with temporary_workspace() as workspace:
        found = workspace.metrics(per_persona=tmp_path / "rows.csv", picture=tmp_path / "picture.svg")
    assert found.personas == 0
    assert all(METRICS[name].lines(values) for name, values in found.metrics.items())
    assert (tmp_path / "rows.csv").read_text().splitlines()[1:] == []
