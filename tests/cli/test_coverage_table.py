"""The table of `coverage` shows everybody once, unknowns and empty cells included, and fits a terminal."""

from random import Random

import pytest

from personagraph.cli.tables.coverage import coverage_table
from personagraph.graph.snapshot import Categorical
from personagraph.steering.coverage import Coverage, coverage
from personagraph.types import Attributes
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.vocabulary.occupations import ACTIVITIES
from personagraph.vocabulary.places import REGIONS

AXES = ("activity", "region")
FARMER = Attributes(activity="agriculture", region="oceania")


def measured(*people: Attributes) -> Coverage:
    return coverage({name: Categorical.of(one[name] for one in people) for name in ATTRIBUTES}, AXES)


def cells(lines: list[str]) -> dict[str, list[str]]:
    """Row → its cells, of the first table."""
    return {line.split()[0]: line.split()[1:] for line in lines[2:]}


def people(n: int) -> list[Attributes]:
    rng = Random(n)
    activities, regions = [*ACTIVITIES, "unknown"], [*REGIONS, "unknown"]
    return [Attributes(activity=rng.choice(activities), region=rng.choice(regions)) for _ in range(n)]


def test_a_cell_shows_what_it_had_and_has_and_empty_ones_are_dots():
    rows = cells(coverage_table(measured(FARMER), measured(FARMER, FARMER)))
    assert rows["agriculture"] == ["·"] * 11 + ["1→2", "·", "1→2"]
    assert rows["craft"] == ["·"] * 14
    assert rows["all"] == ["·"] * 11 + ["1→2", "·", "1→2"]


def test_unknowns_have_a_row_and_a_column_of_their_own():
    craft, nowhere = Attributes(activity="craft"), Attributes()
    rows = cells(coverage_table(measured(FARMER), measured(FARMER, craft, nowhere, nowhere)))
    assert rows["craft"] == ["·"] * 12 + ["0→1", "0→1"]
    assert rows["unknown"] == ["·"] * 12 + ["0→2", "0→2"]
    assert rows["all"] == ["·"] * 11 + ["1", "0→3", "1→4"]


def test_a_value_of_another_vocabulary_counts_in_the_totals():
    strange = Attributes(activity="trade"), Attributes(activity="trade", region="oceania")
    rows = cells(coverage_table(measured(FARMER), measured(FARMER, *strange)))
    assert rows["agriculture"] == ["·"] * 11 + ["1", "·", "1"]
    assert rows["all"] == ["·"] * 11 + ["1", "0→1", "1→2"], "of the one with a region no cell is made"


def test_rows_and_columns_add_up_to_everybody():
    lines = coverage_table(measured(), measured(*people(400)), width=200)
    counts = {
        row: [int(text.split("→")[-1].replace("·", "0")) for text in texts] for row, texts in cells(lines).items()
    }
    assert all(sum(texts[:-1]) == texts[-1] for texts in counts.values())
    total = counts.pop("all")
    assert [sum(column) for column in zip(*counts.values(), strict=True)] == total
    assert total[-1] == 400


@pytest.mark.parametrize(("seeds", "now"), [(0, 0), (16, 60), (300, 1200), (3000, 3000), (9000, 90_000)])
def test_every_line_fits_and_is_as_long_as_its_heading(seeds, now):
    lines = coverage_table(measured(*people(seeds)), measured(*people(now)))
    assert max(map(len, lines)) <= 100
    assert len({len(line) for line in lines if "," not in line and ";" not in line}) <= 2
    assert len(lines) in (19, 38)


def test_what_is_too_wide_becomes_a_table_of_the_seeds_and_one_of_now():
    lines = coverage_table(measured(*people(300)), measured(*people(1200)))
    assert [line for line in lines if ";" in line] == ["seeds; · nobody", "now; · nobody"]
    assert lines[18].split()[-1] == "300"
    assert lines[37].split()[-1] == "1200"


def test_other_axes_are_refused():
    with pytest.raises(ValueError, match="same two axes"):
        coverage_table(*[coverage({name: Categorical.of([]) for name in ATTRIBUTES})] * 2)
