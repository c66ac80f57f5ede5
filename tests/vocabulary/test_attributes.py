"""What the readers of attributes understand, and what their tables promise."""

import csv
import json
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagraph.text.english import phrase
from personagraph.types import UNKNOWN, Attributes
from personagraph.vocabulary.ages import AGES, read_age
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.vocabulary.cells import cell_of, cells
from personagraph.vocabulary.languages import LANGUAGES, read_language
from personagraph.vocabulary.occupations import ACTIVITIES, EMPLOYED, ISCO_MAJOR_GROUPS, read_activity, titles
from personagraph.vocabulary.places import REGIONS, countries, country_name, read_region
from personagraph.vocabulary.reference import table
from personagraph.vocabulary.sexes import SEXES, read_sex

M49 = {
    "north_africa": ["015"],
    "west_central_africa": ["011", "017"],
    "east_southern_africa": ["014", "018"],
    "north_america": ["021"],
    "latin_america": ["005", "013", "029"],
    "west_asia": ["145"],
    "south_asia": ["034", "143"],
    "east_asia": ["030"],
    "southeast_asia": ["035"],
    "eastern_europe": ["151"],
    "western_europe": ["039", "154", "155"],
    "oceania": ["053", "054", "057", "061"],
}


@pytest.mark.parametrize(
    ("occupation", "activity"),
    [
        ("maize farmer", "agriculture"),
        ("Rice farmers", "agriculture"),
        ("software engineer at Google", "professionals"),
        ("member of parliament", "managers"),
        ("street food vendor", "service"),
        ("street vendor", "elementary"),
        ("child psychologist", "professionals"),
        ("student counselor", "professionals"),
        ("neuro-oncologist", "professionals"),
        ("saleswomen", "service"),
        ("Lawyer/activist", "professionals"),
        ("oil and gas engineer", "professionals"),
        ("Captain in the US Army", "armed_forces"),
        ("A 44-year-old maize farmer from Kenya who teaches the neighbours' children", "agriculture"),
    ],
)
def test_an_occupation_is_read_by_the_longest_title_that_holds_its_head_noun(occupation: str, activity: str) -> None:
    assert read_activity(occupation) == activity


@pytest.mark.parametrize(
    ("occupation", "activity"),
    [
        ("retired teacher", "retired"),
        ("teacher (retired)", "retired"),
        ("semi-retired carpenter", "craft"),
        ("PhD student", "student"),
        ("student nurse", "student"),
        ("stay-at-home dad", "carer"),
        ("housewives", "carer"),
        ("unemployed welder", "unemployed"),
        ("7-year-old boy", "child"),
    ],
)
def test_who_is_not_employed_has_an_activity_of_their_own(occupation: str, activity: str) -> None:
    assert read_activity(occupation) == activity


@pytest.mark.parametrize("occupation", ["", "wizard", "former teacher", "aspiring actor", "lover of trains", "???"])
def test_what_is_no_present_occupation_is_unknown(occupation: str) -> None:
    assert read_activity(occupation) == UNKNOWN


def test_a_former_occupation_gives_way_to_the_present_one() -> None:
    assert read_activity("former nurse turned bus driver") == "operators"


@given(st.text())
def test_readers_answer_within_their_vocabularies_whatever_the_text(text: str) -> None:
    assert read_activity(text) in {*ACTIVITIES, UNKNOWN}
    assert read_region(text) in {*REGIONS, UNKNOWN}
    assert read_age(text) in {*AGES, UNKNOWN}
    assert read_sex(text) in {*SEXES, UNKNOWN}
    assert read_language(text) in {*LANGUAGES, UNKNOWN}


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("USA", "United States"),
        ("U.S.", "United States"),
        ("Britain", "United Kingdom"),
        ("KE", "Kenya"),
        ("Kenyans", "Kenya"),
        ("from ireland", "Ireland"),
        ("South Korean chef", "South Korea"),
        ("Côte d\u2019Ivoire", "Ivory Coast"),
        ("Papua New Guinea", "Papua New Guinea"),
        ("a Polish baker", "Poland"),
        ("Paris, Texas", "United States"),
        ("Nigerian-American", "United States"),
        ("American (born in Puerto Rico)", "United States"),
    ],
)
def test_a_country_is_known_by_its_names_its_people_and_its_cities(text: str, country: str) -> None:
    assert country_name(text) == country


@pytest.mark.parametrize("text", ["", "us", "teach us", "a polish baker", "Indian living in London", "Atlantis"])
def test_a_text_that_names_no_country_or_several_gives_none(text: str) -> None:
    assert country_name(text) is None


def test_an_area_wider_than_a_country_has_a_region_but_no_country() -> None:
    assert (read_region("Latin America"), country_name("Latin America")) == ("latin_america", None)
    assert read_region("a Scandinavian sailor") == "western_europe"


def test_several_countries_of_one_region_give_that_region() -> None:
    assert read_region("a trader between Kenya and Uganda") == "east_southern_africa"
    assert read_region("a trader between Kenya and India") == UNKNOWN


@pytest.mark.parametrize(
    ("value", "band"),
    [
        (0, "0-14"),
        (14, "0-14"),
        (15, "15-24"),
        (25, "25-44"),
        (45, "45-64"),
        (65, "65+"),
        ("44", "25-44"),
        ("44-year-old", "25-44"),
        ("forty-four years old", "25-44"),
        ("seventeen", "15-24"),
        ("aged 70", "65+"),
        ("in her 40s", "25-44"),
        ("in her late 40s", "45-64"),
        ("late forties", "45-64"),
        ("middle-aged", "45-64"),
        ("an elderly man", "65+"),
        ("6 months old", "0-14"),
        ("45-64", "45-64"),
    ],
)
def test_an_age_is_read_from_numbers_and_words(value: int | str, band: str) -> None:
    assert read_age(value) == band


@pytest.mark.parametrize(
    "value", [None, -1, 126, True, "", "5 years of experience", "age 30-50", "teaches 40 pupils", "1990s"]
)
def test_a_number_that_is_not_plainly_an_age_is_unknown(value: int | str | None) -> None:
    assert read_age(value) == UNKNOWN


@pytest.mark.parametrize(
    ("text", "sex"),
    [
        ("F", "female"),
        ("Male", "male"),
        ("a mother of two who loves her son", "female"),
        ("a man who misses his wife", "male"),
        ("policewomen", "female"),
        ("a non-binary artist", "other"),
        ("a nurse who is proud of her garden", "female"),
        ("a nurse who told him that she left", UNKNOWN),
        ("a nurse", UNKNOWN),
    ],
)
def test_a_sex_is_read_from_the_head_phrase_before_pronouns(text: str, sex: str) -> None:
    assert read_sex(text) == sex


@pytest.mark.parametrize(("text", "code"), [("Swahili", "sw"), ("pt-BR", "pt"), ("farsi", "fa"), ("Elvish", UNKNOWN)])
def test_a_language_is_read_from_its_name_or_tag(text: str, code: str) -> None:
    assert read_language(text) == code


def test_cells_leave_out_contradictions_and_keep_the_unusual() -> None:
    found = set(cells(("activity", "age")))
    assert not found & {("child", "45-64"), ("retired", "0-14"), ("managers", "0-14"), ("armed_forces", "0-14")}
    assert {("managers", "15-24"), ("student", "65+"), ("unemployed", "65+"), ("craft", "65+")} <= found


def test_cells_without_an_age_or_an_activity_are_all_combinations() -> None:
    assert len(cells(("activity", "region"))) == len(ACTIVITIES) * len(REGIONS)
    assert len(cells(("age", "sex", "region"))) == len(AGES) * len(SEXES) * len(REGIONS)
    assert len(cells()) == len(set(cells())) == 660


@pytest.mark.parametrize("axes", [(), ("activity", "activity"), ("height",)])
def test_axes_that_are_no_attributes_are_refused(axes: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="axes must be different attributes"):
        cells(axes)


def test_the_cell_of_a_persona_may_hold_unknowns() -> None:
    assert cell_of(Attributes(activity="craft", region="oceania"), ("region", "age")) == ("oceania", UNKNOWN)


@pytest.mark.parametrize("activity", ACTIVITIES)
def test_titles_for_hints_read_back_as_their_activity(activity: str) -> None:
    found = titles(activity)
    assert len(found) >= (25 if activity in EMPLOYED else 8)
    assert {read_activity(title) for title in found} == {activity}
    assert all(title == title.lower() and len(title) <= 40 for title in found)
    ungendered = [title for title in found if not title.endswith(("father", "mother"))]
    assert {read_sex(title) for title in ungendered} == {UNKNOWN}


@pytest.mark.parametrize("region", REGIONS)
def test_countries_for_hints_read_back_as_their_region(region: str) -> None:
    assert {read_region(country) for country in countries(region)} == {region}


def test_hints_for_what_does_not_exist_are_refused() -> None:
    with pytest.raises(ValueError, match="no activity"):
        titles("wizards")
    with pytest.raises(ValueError, match="no world region"):
        countries("atlantis")


def test_every_title_stands_once_and_has_an_activity() -> None:
    rows = table("occupations")
    assert {row["activity"] for row in rows} == set(ACTIVITIES)
    assert {row["role"] for row in rows} == {"hint", "title", "whole", "ending"}
    assert [
        name
        for name, times in Counter(" ".join(phrase(row["title"])) for row in rows if row["role"] != "ending").items()
        if times > 1
    ] == []
    named = Counter(row["activity"] for row in rows)
    assert all(named[activity] >= 40 for activity in EMPLOYED)


def test_every_country_has_a_region_and_no_name_stands_twice() -> None:
    rows = table("countries")
    assert {row["region"] for row in rows} == set(REGIONS)
    assert len(rows) == len({row["code"] for row in rows})
    named = chain.from_iterable([row["name"], *row["aliases"].split(";"), *row["demonyms"].split(";")] for row in rows)
    others = [row["place"] for row in table("places")] + [row["name"] for row in table("regions")]
    names = Counter(
        " ".join(phrase(name, determiners=True)) for name in chain(filter(None, named), others, REGIONS.values())
    )
    assert [name for name, times in names.items() if times > 1] == []


def test_the_languages_of_the_table_are_those_of_the_vocabulary() -> None:
    rows = table("languages")
    assert [row["code"] for row in rows] == list(LANGUAGES)
    names = [name for row in rows for name in row["names"].split(";")]
    assert len(names) == len(set(names))


def test_sexes_are_named_in_their_table() -> None:
    assert {row["sex"] for row in table("sexes")} == set(ATTRIBUTES["sex"].values)


def test_country_codes_and_names_agree_with_cldr(shared_data: Path) -> None:
    text = (shared_data / "reference/cldr/en_territories.json").read_text(encoding="utf-8")
    names = json.loads(text)["main"]["en"]["localeDisplayNames"]["territories"]
    disagreeing = {
        row["code"]: row["name"] for row in table("countries") if country_name(names[row["code"]]) != row["name"]
    }
    assert disagreeing == {}


def test_world_regions_agree_with_m49(shared_data: Path) -> None:
    text = (shared_data / "reference/cldr/territoryContainment.json").read_text(encoding="utf-8")
    contained = json.loads(text)["supplemental"]["territoryContainment"]
    expected = {
        code: region for region, areas in M49.items() for area in areas for code in contained[area]["_contains"]
    }
    listed = {row["code"]: row["region"] for row in table("countries")}
    assert {code: region for code, region in listed.items() if expected.get(code, region) != region} == {}


def test_populations_that_order_hints_are_of_the_right_size(shared_data: Path) -> None:
    text = (shared_data / "reference/cldr/territoryInfo.json").read_text(encoding="utf-8")
    info = json.loads(text)["supplemental"]["territoryInfo"]
    ratios = {
        row["name"]: float(row["millions"]) * 1e6 / int(info[row["code"]]["_population"]) for row in table("countries")
    }
    large = {row["name"] for row in table("countries") if float(row["millions"]) >= 1}
    assert {name: ratio for name, ratio in ratios.items() if name in large and not 0.55 < ratio < 1.6} == {}


def test_most_isco_unit_groups_are_read_as_their_major_group(shared_data: Path) -> None:
    with (shared_data / "reference/isco08/ISCOGroups_en.csv").open(encoding="utf-8") as file:
        units = [(row["code"], row["preferredLabel"]) for row in csv.DictReader(file) if len(row["code"]) == 4]
    read = [(ISCO_MAJOR_GROUPS[code[0]], read_activity(label)) for code, label in units]
    assert len(units) == 436
    assert sum(wanted == found for wanted, found in read) / len(read) >= 0.92
    assert sum(found not in (wanted, UNKNOWN) for wanted, found in read) / len(read) <= 0.04


def test_most_occupations_and_nationalities_that_a_model_wrote_are_read(shared_data: Path) -> None:
    with (shared_data / "relations/tinytroupe.jsonl").open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    occupations = {row["source_occupation"] for row in rows} - {None, ""}
    nationalities = {row["source_nationality"] for row in rows} - {None, ""}
    assert sum(read_activity(occupation) != UNKNOWN for occupation in occupations) / len(occupations) >= 0.95
    assert sum(read_region(nationality) != UNKNOWN for nationality in nationalities) / len(nationalities) >= 0.9
