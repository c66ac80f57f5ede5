"""The command that reports coverage: as text, as JSON, as a table and a page, and reports side by side."""

import csv
import io
import json

import pytest

from personagraph import init_workspace
from personagraph.cli.tables.audit import COLUMNS
from personagraph.steering.audit import SECTIONS
from tests.commands import personagraph


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("covered")
    rows = [f"{n},A potter number {n} of Lima,{'=red' if n % 2 else 'blue'}" for n in range(8)]
    (folder / "people.csv").write_text("\n".join(["id,description,party", *rows]))
    (folder / "edges.csv").write_text("source,target\n0,2\n2,4\n4,6\n1,3\n3,5\n5,7\n")
    with init_workspace(folder / "w") as workspace:
        workspace.import_graph([folder / "edges.csv"], nodes=folder / "people.csv", directed=False)
    return folder


def test_the_report_is_told_to_people_to_programs_and_into_files(folder):
    table, page = folder / "out.csv", folder / "out.html"
    words = ("coverage", "--by", "field:party,sex", "--target", "uniform")
    told = json.loads(personagraph(*words, "--csv", str(table), "--html", str(page), "--json", folder=folder / "w"))
    assert told["written"] == [str(page), str(table)]
    assert told["target"]["name"] == "uniform"
    assert list(told["sections"]) == [name for name in SECTIONS if name in told["sections"]]
    assert told["sections"]["ties"]["attributes"]["field:party"]["unsteered"]["alike"] == 1.0
    rows = list(csv.DictReader(io.StringIO(table.read_text())))
    assert tuple(rows[0]) == COLUMNS
    party = {row["cell"]: row["now"] for row in rows if row["axes"] == "field:party"}
    assert party == {"blue": "4", "'=red": "4"}, "a spreadsheet takes nothing for a formula"
    assert page.read_text().startswith("<!doctype html>")
    said = personagraph(*words, folder=folder / "w")
    assert all(SECTIONS[name].title in said for name in told["sections"])
    assert "What these figures cannot say" in said
    assert "Read this before you quote any of them." in said


def test_reports_are_put_side_by_side_without_a_workspace_of_ones_own(folder, tmp_path):
    kept = tmp_path / "before.json"
    kept.write_text(personagraph("coverage", "--json", folder=folder / "w"))
    table = tmp_path / "both.csv"
    page = tmp_path / "both.html"
    files = ("--csv", str(table), "--html", str(page))
    words = ("coverage", "--compare", str(folder / "w"), str(kept), *files)
    said = personagraph(*words, folder=tmp_path / "nowhere")
    assert "shares that differ beyond chance: 0" in said
    assert table.read_text().startswith("table,name,wanted,")
    assert "before.json" in page.read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["r1"], "--compare puts reports side by side"),
        (["--compare", "r1", "r2", "--depth"], "no --joint, no --depth"),
        (["--compare", "r1", "r2", "--without-links"], "no --depth and no --without-links"),
        (["--by", "activty"], "did you mean activity?"),
        (["--target", "wrld"], "did you mean world?"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(folder, words, said):
    told = personagraph("coverage", *words, folder=folder / "w", code=2)
    assert said in " ".join(told.split())
