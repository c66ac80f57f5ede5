"""Labels of the user win over everything, say how annotators do, and a file that cannot be used changes nothing."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from personagraph.annotation.labels import read_labels
from personagraph.errors import InputError
from personagraph.types import persona_id
from personagraph.workspace import Workspace
from tests.annotation.graphs import blind, check_told, known, let_in, workspace_at

NURSE, FARMER, COOK = "A nurse from Kenya", "A 70-year-old farmer from Peru", "Un cocinero que vive con sus hijas"
LINKED = (
    "A potter who teaches village children to paint bowls",
    "A potter who teaches the village children to paint bowls",
)


@pytest.fixture
def workspace(tmp_path: Path, graph_url: str | None, monkeypatch: pytest.MonkeyPatch, request) -> Iterator[Workspace]:
    """A workspace with three people."""
    password = request.getfixturevalue("neo4j_password") if graph_url else ""
    with workspace_at(tmp_path / "w", graph_url, monkeypatch, password) as made:
        let_in(made, NURSE, FARMER, COOK)
        yield made


@pytest.fixture
def plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """The same, in SQLite."""
    with workspace_at(tmp_path / "w", None, monkeypatch) as made:
        let_in(made, NURSE, FARMER, COOK)
        yield made


def table(folder: Path, *rows: dict[str, str], name: str = "labels.csv") -> Path:
    """A file of these rows."""
    text = io.StringIO()
    written = csv.DictWriter(text, list(dict.fromkeys(key for row in rows for key in row)))
    written.writeheader()
    written.writerows(rows)
    file = folder / name
    file.write_text(text.getvalue(), encoding="utf-8")
    return file


def lines(folder: Path, *rows: dict[str, object]) -> Path:
    file = folder / "labels.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def test_a_label_wins_over_the_words_and_stays_when_they_are_read_again(workspace, tmp_path):
    done = workspace.annotate(labels=table(tmp_path, {"description": FARMER, "activity": "retired", "sex": "female"}))
    assert done.run.annotated == 1
    mine = known(workspace)[FARMER]
    assert (mine["activity"], mine["sex"]) == (("retired", "label"), ("female", "label"))
    assert mine["age"] == ("65+", "words")
    assert workspace.annotate().run.annotated == 0
    assert known(workspace)[FARMER] == mine
    check_told(workspace)


def test_only_who_is_labelled_is_looked_at(plain, tmp_path):
    with blind():
        done = plain.annotate(labels=table(tmp_path, {"id": persona_id(NURSE), "sex": "female"}))
    assert done.run.annotated == 1
    assert known(plain)[FARMER]["age"] == ("65+", "words")


def test_the_same_labels_again_change_nothing(plain, tmp_path):
    file = table(tmp_path, {"id": persona_id(NURSE), "sex": "female"})
    plain.annotate(labels=file)
    assert plain.annotate(labels=file).run.annotated == 0


def test_words_that_are_read_as_a_value_and_values_in_any_case_are_taken(plain, tmp_path):
    plain.annotate(labels=table(tmp_path, {"persona": COOK, "Region": "Spain", "AGE": "34", "sex": "Male"}))
    mine = known(plain)[COOK]
    assert {name: mine[name][0] for name in ("region", "age", "sex")} == {
        "region": "western_europe",
        "age": "25-44",
        "sex": "male",
    }


def test_a_label_of_a_description_that_was_merged_is_one_of_who_has_it(workspace, tmp_path):
    let_in(workspace, *LINKED)
    workspace.annotate(labels=table(tmp_path, {"description": LINKED[1], "sex": "female"}))
    assert known(workspace)[LINKED[0]]["sex"] == ("female", "label")


def test_rows_about_nobody_are_counted_and_listed(plain, tmp_path):
    rows = [
        {"id": persona_id(NURSE), "sex": "female"},
        {"id": "f" * 32, "sex": "male"},
        {"id": "x\x1b[2J", "sex": "male"},
    ]
    done = plain.annotate(labels=table(tmp_path, *rows))
    assert [line for _, line, _ in done.run.faults] == [3, 4]
    assert "nobody in this graph has the id" in done.run.faults[0][2]
    assert "\x1b" not in done.run.faults[1][2]


def test_a_label_is_taken_back_by_one_that_is_unknown_and_the_words_hold_again(plain, tmp_path):
    before = known(plain)
    plain.annotate(labels=table(tmp_path, {"description": FARMER, "activity": "retired", "sex": "female"}))
    plain.annotate(labels=table(tmp_path, {"description": FARMER, "activity": "unknown", "sex": ""}))
    assert known(plain)[FARMER] == {**before[FARMER], "sex": ("female", "label")}
    plain.annotate(labels=table(tmp_path, {"description": FARMER, "sex": "unknown"}))
    assert known(plain) == before
    check_told(plain)


@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        ("id,activity\nf,profesionals\n", "did you mean professionals?", 2),
        ("id,age\nf,99999\n", "age '99999' is none of its values", 2),
        ("id,activity\nf,student\nf,retired\n", "activity is retired here and student in row 2", 3),
        ("name,activity\nf,student\n", "name one id or description (no column 'id'; it has name, activity)", 1),
        ("id,activty\nf,student\n", "did you mean activity?", None),
        ("id,color\nf,red\n", "no column is an attribute", None),
        ("id,sex\n,male\n", "names nobody", 2),
        ("id,sex\n", "is empty", None),
        ("", "labels.csv", None),
        ("id,sex\nffff,male\n", "no row is about anybody in this graph", None),
    ],
)
def test_a_file_that_cannot_be_used_is_told_with_its_row_before_anything_changes(plain, tmp_path, text, said, line):
    file = tmp_path / "labels.csv"
    file.write_text(text, encoding="utf-8")
    before = list(plain.store.scan_personas()), plain.runs()
    with pytest.raises(InputError, match=re.escape(said)) as told:
        plain.annotate(labels=file)
    assert told.value.line == line
    assert "labels.csv" in str(told.value)
    assert (list(plain.store.scan_personas()), plain.runs()) == before


def test_two_descriptions_of_one_persona_cannot_be_labelled_differently(plain, tmp_path):
    let_in(plain, *LINKED)
    rows = [{"description": LINKED[0], "sex": "male"}, {"description": LINKED[1], "sex": "female"}]
    with pytest.raises(InputError, match="merged into one persona"):
        plain.annotate(labels=table(tmp_path, *rows))


def test_a_file_with_a_label_of_a_million_letters_is_told_in_a_line(tmp_path):
    file = lines(tmp_path, {"id": "f", "activity": "x" * 900_000})
    with pytest.raises(InputError) as told:
        read_labels(file)
    assert len(str(told.value)) < 400


def test_the_check_tells_shares_and_mistakes_by_language_and_changes_nothing(plain, tmp_path):
    file = lines(
        tmp_path,
        {"description": NURSE, "activity": ["professionals", "technicians"], "region": "east_southern_africa"},
        {"description": FARMER, "activity": "retired", "region": ["unknown"], "color": "red"},
        {"description": COOK, "activity": "service", "region": "unknown"},
    )
    before = list(plain.store.scan_personas()), plain.runs()
    report = plain.check_labels(file)
    assert (list(plain.store.scan_personas()), plain.runs()) == before
    assert report.unused == ("color",)
    english = report.agreement.scores["reader", "activity", "English"]
    assert (english.labelled, english.readable, english.read, english.right) == (2, 2, 2, 1)
    assert english.confusion == {("retired", "agriculture"): 1}
    region = report.agreement.scores["reader", "region", "English"]
    assert (region.readable, region.read, region.right) == (1, 2, 1)
    assert report.agreement.scores["reader", "activity", "other languages"].labelled == 1


def test_a_second_column_of_labels_tells_how_far_they_agree(plain, tmp_path):
    rows = [
        {"description": NURSE, "activity": "professionals", "activity_2": "technicians|professionals"},
        {"description": FARMER, "activity": "agriculture", "activity_2": "agriculture"},
        {"description": COOK, "activity": "service", "activity_2": ""},
    ]
    report = plain.check_labels(table(tmp_path, *rows))
    assert report.agreement.twice == {"activity": (2, 1)}
    assert report.to_json()["self_agreement"]["activity"]["labelled_twice"] == 2


def test_grounds_that_are_in_the_graph_are_annotators_of_their_own(plain, tmp_path):
    let_in(plain, {"persona": "A potter of clay pipes", "sex": "female"})
    report = plain.check_labels(table(tmp_path, {"description": "A potter of clay pipes", "sex": "male"}))
    assert report.agreement.scores["field", "sex", "English"].right == 0
    assert ("reader", "sex", "English") not in report.agreement.scores
