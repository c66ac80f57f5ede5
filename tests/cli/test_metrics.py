"""metrics, as a user calls it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import personagraph

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("measured")
    personagraph("init", where / "w", folder=where)
    (where / "edges.csv").write_text("source,target,type\n1,2,TEACHES\n2,3,TEACHES\n3,1,TEACHES\n4,5,FRIEND_OF\n")
    personagraph("import-graph", where / "edges.csv", folder=where / "w")
    return where / "w"


def test_each_metric_stands_below_its_name(folder):
    lines = personagraph("metrics", "clustering", "components", folder=folder).splitlines()
    assert lines[0] == "5 personas, 4 relationships"
    assert [line for line in lines[1:] if not line.startswith("  ")] == ["clustering", "components"]
    assert "  2 components; the largest has 3 personas (60.0%), and 0 personas are alone" in lines


def test_those_with_the_highest_values_are_told_by_their_descriptions(folder):
    told = json.loads(personagraph("metrics", "pagerank", "--json", folder=folder))["metrics"]["pagerank"]["highest"]
    shown = {row["id"]: json.loads(personagraph("show", row["id"], "--json", folder=folder)) for row in told[:2]}
    assert [row["description"] for row in told[:2]] == [one["description"] for one in shown.values()]
    first = personagraph("metrics", "pagerank", folder=folder).splitlines()[2]
    assert first.split(maxsplit=1)[1] == f"{told[0]['description']}  ({told[0]['id'][:12]})"


def test_the_six_degree_question_is_one_option(folder):
    told = personagraph("metrics", "--distances", folder=folder)
    assert told == personagraph("metrics", "distances", folder=folder)
    assert "of all pairs are within six hops" in told


def test_the_same_seed_gives_the_same_json_and_the_files_are_named(folder, tmp_path):
    words = ("--per-persona", tmp_path / "rows.csv", "--picture", tmp_path / "picture.svg", "--seed", 4, "--json")
    one, other = (json.loads(personagraph("metrics", *words, folder=folder)) for _ in range(2))
    assert one == other
    assert (one["personas"], one["seed"]) == (5, 4)
    assert one["written"] == [str(tmp_path / "rows.csv"), str(tmp_path / "picture.svg")]
    assert len((tmp_path / "rows.csv").read_text().splitlines()) == 6
    assert (tmp_path / "picture.svg").read_text().startswith("<svg ")


def test_a_part_is_meant_by_the_options_that_export_has(folder):
    assert personagraph("metrics", "core", "--type", "TEACHES", folder=folder).startswith("3 personas, 3 relationships")


def test_an_unknown_metric_is_bad_usage_and_the_nearest_is_offered(folder):
    assert "did you mean pagerank? There are degree" in personagraph("metrics", "page_rank", folder=folder, code=2)
    assert "'xyz'; there are degree" in personagraph("metrics", "xyz", folder=folder, code=2)


def test_a_network_stands_beside_the_graph_in_a_table(folder, tmp_path):
    (tmp_path / "friends.csv").write_text("source,target\na,b\nb,a\nb,c\nc,c\n")
    told = personagraph("metrics", "--beside", tmp_path / "friends.csv", "--directed", folder=folder).splitlines()
    rows = {(cells := re.split(r" {2,}", line))[0]: cells[1:] for line in told[1:-2]}
    assert rows[""] == ["the graph", "a tree", "random", "friends", "a tree", "random"]
    assert rows["personas"] == ["5", "5", "5", "3", "3", "3"]
    assert rows["relationships"] == ["4", "4", "4", "3", "2", "2"]
    assert rows["reciprocity"] == ["0", "0", "0.1053", "0.6667", "0", "0.4"]
    assert told[-1] == "left out of friends: 1 self-loop"


def test_links_are_marked_where_a_persona_or_a_path_is_told_and_left_out_where_they_are_not_wanted(tmp_path):
    personagraph("init", tmp_path / "w", folder=tmp_path)
    (tmp_path / "edges.csv").write_text("source,target,type,via\n1,2,TEACHES,similar\n2,3,TEACHES,\n")
    (tmp_path / "links.toml").write_text("[edges]\nvia = 'via'\n")
    personagraph("import-graph", tmp_path / "edges.csv", "--mapping", tmp_path / "links.toml", folder=tmp_path / "w")
    shown = personagraph("show", "Person 1", folder=tmp_path / "w").splitlines()
    assert shown[1].endswith("[linked: similar]")
    told = personagraph("path", "Person 1", "Person 3", folder=tmp_path / "w").splitlines()
    assert ["[linked: similar]" in line for line in told] == [False, True, False]
    told = json.loads(personagraph("path", "Person 1", "Person 3", "--json", folder=tmp_path / "w"))
    assert [one["via"] for one in told["relationships"]] == ["similar", ""]
    every = json.loads(personagraph("coverage", "--json", folder=tmp_path / "w"))["sections"]["ties"]
    own = json.loads(personagraph("coverage", "--without-links", "--json", folder=tmp_path / "w"))["sections"]["ties"]
    assert [(one["relationships"], one["links"]) for one in (every, own)] == [(2, 1), (1, 0)]
    lines = personagraph("metrics", "degree", "--without-links", folder=tmp_path / "w").splitlines()
    assert lines[0] == "3 personas, 1 relationship"


def test_a_small_graph_is_measured_without_the_compiler(folder):
    code = (
        "import sys\nfrom personagraph.workspace import open_workspace\n"
        "with open_workspace(sys.argv[1]) as graph:\n    graph.metrics()\n"
        "sys.exit('numba' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(folder)], check=False).returncode == 0
