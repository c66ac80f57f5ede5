"""What the tables promise from which whole descriptions are read."""

from collections import Counter

from personagraph.text.english import phrase
from personagraph.types import UNKNOWN
from personagraph.vocabulary.occupations import ACTIVITIES
from personagraph.vocabulary.places import REGIONS, cities, region_names
from personagraph.vocabulary.reading.tongues import HEAD_FIRST, HEAD_LAST, tongue
from personagraph.vocabulary.reference import table
from personagraph.vocabulary.sexes import SEXES

CODES = {row["code"] for row in table("countries")}


def test_every_title_of_a_sentence_stands_once_with_an_activity() -> None:
    rows = [row for row in table("titles") if row["role"] in ("title", "business")]
    assert {row["activity"] for row in rows} <= set(ACTIVITIES)
    names = Counter(f"{row['role']} {' '.join(phrase(row['title']))}" for row in rows)
    assert [name for name, times in names.items() if times > 1] == []
    assert {row["role"] for row in table("titles")} == {"title", "business", "alone", "no ending"}


def test_titles_that_count_only_in_short_fields_are_titles() -> None:
    known = {row["title"] for row in table("occupations")}
    assert [
        row["title"] for row in table("titles") if row["role"] in ("alone", "no ending") and row["title"] not in known
    ] == []


def test_nouns_for_people_stand_once_with_a_sex_or_none() -> None:
    rows = table("people")
    assert {row["sex"] for row in rows} <= {*SEXES, UNKNOWN}
    assert len(rows) == len({row["word"] for row in rows})


def test_places_lie_in_countries_that_are_known() -> None:
    for name in ("cities", "provinces", "peoples"):
        assert {row["country"] for row in table(name)} <= CODES, name
    assert {row["value"] for row in table("tongues") if row["kind"] in ("place", "people")} <= CODES
    assert set(cities().values()) | set(region_names().values()) <= set(REGIONS)


def test_a_city_whose_name_many_regions_share_is_in_none() -> None:
    assert cities()["nantes"] == "western_europe"
    assert "san jose" not in cities()
    assert "union" not in cities()


def test_every_language_has_titles_of_every_activity_and_its_kinds_of_words() -> None:
    for code in (*HEAD_FIRST, *HEAD_LAST):
        assert set(tongue(code).activities.values()) == set(ACTIVITIES), code
        assert set(tongue(code).sexes.values()) == {"female", "male"}
        assert tongue(code).ages
    for code in HEAD_FIRST:
        assert {"break", "works", "lives", "from", "former", "retired"} <= set(tongue(code).words), code
