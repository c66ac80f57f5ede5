"""Columns of an import that hold attributes: by their names, by others that stand for them, and as they are mapped."""

import json
from pathlib import Path

import pytest

from personagraph.errors import ConfigError, InputError, UsageError
from personagraph.importing.columns import columns_named
from personagraph.testing import temporary_workspace
from personagraph.workspace import Workspace

ROWS = (
    {"persona": "Ana", "job": "nurse", "home": "Peru", "years": 70, "gender": "Woman"},
    {"persona": "Bo", "job": "?", "home": "Atlantis", "country": "Kenya", "occupation": "welder"},
)


def jsonl(folder: Path, *rows: object) -> Path:
    file = folder / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def known(graph: Workspace) -> dict[str, dict[str, str]]:
    """What is known of everybody; all of it is a column's."""
    everyone = list(graph.store.scan_personas())
    assert all(set(p.bases.known().values()) <= {"field"} for p in everyone)
    return {p.description: p.attributes.known() for p in everyone}


def test_columns_that_are_mapped_are_those_attributes_and_all_fields_travel_along(tmp_path):
    with temporary_workspace() as graph:
        graph.import_personas(jsonl(tmp_path, *ROWS), map="activity=job, age=years,region=home")
        assert known(graph)["Ana"] == {
            "activity": "professionals",
            "age": "65+",
            "sex": "female",
            "region": "latin_america",
        }
        graph.export(tmp_path / "out.json", format="json")
        nodes = json.loads((tmp_path / "out.json").read_text())["nodes"]
        ana = next(node for node in nodes if node["description"] == "Ana")
        assert ana["bases"] == "activity:field age:field sex:field region:field"
        assert json.loads(ana["fields"]) == {"gender": "Woman", "home": "Peru", "job": "nurse", "years": 70}


def test_a_column_that_is_mapped_goes_before_one_that_is_called_so(tmp_path):
    notes: list[str] = []
    with temporary_workspace() as graph:
        graph.import_personas(jsonl(tmp_path, *ROWS), map={"region": "home"}, note=notes.append)
        assert known(graph)["Bo"] == {"activity": "craft"}
        assert any("1 values of region are in no vocabulary" in note for note in notes)


def test_without_a_map_columns_that_stand_for_attributes_are_found(tmp_path):
    with temporary_workspace() as graph:
        graph.import_personas(jsonl(tmp_path, *ROWS))
        assert known(graph)["Ana"] == {"sex": "female"}
        assert known(graph)["Bo"]["region"] == "east_southern_africa"


def test_names_of_mapped_columns_count_in_any_case(tmp_path):
    file = tmp_path / "t.csv"
    file.write_text("persona,Job Title\nAna,nurse\n", encoding="utf-8")
    with temporary_workspace() as graph:
        graph.import_personas(file, map="activity=job title")
        assert known(graph)["Ana"]["activity"] == "professionals"


@pytest.mark.parametrize("said", ["activity", "=job", "activity=", "", "activity;job"])
def test_what_is_no_map_is_told_with_an_example(said):
    with pytest.raises(UsageError, match="is not ATTRIBUTE=COLUMN, as in activity=job"):
        columns_named(said)


def test_the_nearest_attribute_is_offered_and_none_is_mapped_twice():
    with pytest.raises(UsageError, match="'regoin' is no attribute; did you mean region"):
        columns_named("regoin=home")
    with pytest.raises(UsageError, match="activity is mapped twice"):
        columns_named("activity=job,activity=work")
    with pytest.raises(UsageError, match="did you mean sex"):
        columns_named({"sexe": "gender"})
    with pytest.raises(UsageError, match="'job' is no attribute; it can be activity, age, sex, region, language"):
        columns_named("job=activity")
    assert columns_named("activity=job, or trade,region=home") == {"activity": "job, or trade", "region": "home"}


def test_a_column_that_no_row_has_is_told_before_anything_comes_in_and_the_nearest_is_offered(tmp_path):
    with temporary_workspace() as graph:
        with pytest.raises(InputError, match=r"no row has the column 'jobs'.*did you mean 'job'"):
            graph.import_personas(jsonl(tmp_path, *ROWS), map="activity=jobs")
        assert graph.runs() == []
        with pytest.raises(InputError, match="it has none besides the description"):
            graph.import_personas(jsonl(tmp_path, {"persona": "Ana"}), map="activity=job")


def test_an_unfinished_import_goes_on_with_the_map_that_it_began_with(tmp_path):
    with temporary_workspace() as graph:
        rows = jsonl(tmp_path, *ROWS)
        assert graph.import_personas(rows, map="activity=job", stopping=lambda: True).status == "interrupted"
        with pytest.raises(ConfigError, match=r"--map activity=job"):
            graph.import_personas(rows)
        assert graph.import_personas(rows, map="activity=job").status == "done"
