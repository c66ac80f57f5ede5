"""Makes population.tsv and employment.tsv of personagraph/vocabulary/reference from published tables.

    .venv/bin/python scripts/world_tables.py wpp2019 ilo_employment_isco

The first folder has `popMprojMed.txt`, `popFprojMed.txt` and `UNlocations.txt` of the package wpp2019 (of the United
Nations), the second `world_by_sex_isco08.csv` and `income_group_isco08_2024.csv`, written off ILOSTAT. The licences of
both are in `world.LICENSE`, beside the tables.
"""

import csv
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from math import isclose
from pathlib import Path

from personagraph.vocabulary.ages import AGES
from personagraph.vocabulary.places import REGIONS

TABLES = Path(__file__).resolve().parents[1] / "personagraph" / "vocabulary" / "reference"
YEAR = "2025"
SUBREGIONS = {
    "north_africa": ("912",),
    "west_central_africa": ("914", "911"),
    "east_southern_africa": ("910", "913"),
    "north_america": ("905",),
    "latin_america": ("915", "916", "931"),
    "west_asia": ("922",),
    "south_asia": ("5500", "5501"),
    "east_asia": ("906",),
    "southeast_asia": ("920",),
    "eastern_europe": ("923",),
    "western_europe": ("924", "925", "926"),
    "oceania": ("927", "928", "954", "957"),
}
"""World region → the locations of the United Nations that make it up."""
INCOMES = {"low": "agcode_1500000", "middle": "agcode_1517000", "high": "agcode_1503000"}
"""Group of countries by income → the column that says who belongs to it."""
AREAS = {"X01": "world", "X02": "low", "X05": "high"}
PROJECTIONS = {"female": "popFprojMed.txt", "male": "popMprojMed.txt"}

Cell = tuple[str, str, str, str]


def main(population: Path, employment: Path) -> None:
    write("population.tsv", ("age", "sex", "region", "income", "thousands"), people(population))
    write("employment.tsv", ("year", "area", "isco", "sex", "thousands"), employed(employment))


def write(file: str, header: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> None:
    with (TABLES / file).open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened, delimiter="\t", lineterminator="\n").writerows([header, *rows])


def people(folder: Path) -> Iterator[tuple[str, ...]]:
    """Thousands by age band, sex, region and income of the country.

    The sum over incomes is what is published of the region; its countries (those of at least 90,000 people, and that
    are in a group) say how it is shared out.
    """
    region, income = locations(folder)
    whole: Counter[tuple[str, str, str]] = Counter()
    parts: Counter[Cell] = Counter()
    world = 0.0
    for sex in PROJECTIONS:
        for row in tabbed(folder / PROJECTIONS[sex]):
            code, age, thousands = row["country_code"], band(row["age"]), float(row[YEAR])
            world += thousands if code == "900" else 0
            for name, subregions in SUBREGIONS.items():
                whole[age, sex, name] += thousands if code in subregions else 0
            if code in income:
                parts[age, sex, region[code], income[code]] += thousands
    if not isclose(sum(whole.values()), world, rel_tol=1e-5):
        raise SystemExit(f"the regions have {sum(whole.values()):,.0f} thousand people, the world {world:,.0f}")
    for age in AGES:
        for sex in PROJECTIONS:
            for name in REGIONS:
                known = sum(parts[age, sex, name, group] for group in INCOMES)
                for group in INCOMES:
                    if part := parts[age, sex, name, group]:
                        yield age, sex, name, group, f"{whole[age, sex, name] * part / known:.3f}"


def locations(folder: Path) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Country → region, and country → income group."""
    region, income = {}, {}
    of = {code: name for name, codes in SUBREGIONS.items() for code in codes}
    for row in tabbed(folder / "UNlocations.txt"):
        group = next((name for name, column in INCOMES.items() if row[column] != "-1"), None)
        within = [row[name] for name in ("reg_code", "agcode_927000", "area_code") if row[name] in of]
        if row["location_type"] == "4" and group and within:
            region[row["country_code"]], income[row["country_code"]] = of[within[0]], group
    return region, income


def band(years: str) -> str:
    """The age band of a group of five years, such as 20-24 or 100+."""
    first = int(years.rstrip("+").split("-")[0])
    return next(age for age in reversed(AGES) if first >= int(age.rstrip("+").split("-")[0]))


def employed(folder: Path) -> Iterator[tuple[str, ...]]:
    for row in commas(folder / "world_by_sex_isco08.csv"):
        if row["isco08_major"] != "total":
            for sex in PROJECTIONS:
                yield row["year"], AREAS[row["area"]], row["isco08_major"], sex, row[f"{sex}_thousands"]
    for row in commas(folder / "income_group_isco08_2024.csv"):
        if row["isco08_major"] != "total":
            yield row["year"], AREAS[row["area"]], row["isco08_major"], "", row["both_sexes_thousands"]


def tabbed(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        yield from csv.DictReader(opened, delimiter="\t")


def commas(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        yield from csv.DictReader(opened)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
