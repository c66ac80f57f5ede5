"""The tables that ship are those that the script makes of the published ones."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from personagraph.vocabulary.reference import table
from tests.commands import ROOT


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = spec_from_file_location("world_tables", ROOT / "scripts" / "world_tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_people_are_those_of_the_united_nations(script: ModuleType, shared_data: Path) -> None:
    made = list(script.people(shared_data / "reference" / "wpp2019"))
    assert made == [tuple(row.values()) for row in table("population")]


def test_the_employed_are_those_of_the_ilo(script: ModuleType, shared_data: Path) -> None:
    made = list(script.employed(shared_data / "reference" / "ilo_employment_isco"))
    assert made == [tuple(row.values()) for row in table("employment")]


def test_the_employed_add_up_to_the_totals_that_are_published(shared_data: Path) -> None:
    file = shared_data / "reference" / "ilo_employment_isco" / "world_by_sex_isco08.csv"
    total = next(line for line in file.read_text().splitlines() if line.startswith("X01,World,2025,total"))
    for sex, told in zip(("female", "male"), total.split(",")[-2:], strict=True):
        rows = [row for row in table("employment") if (row["year"], row["sex"]) == ("2025", sex)]
        assert sum(float(row["thousands"]) for row in rows) == pytest.approx(float(told), abs=0.1)
