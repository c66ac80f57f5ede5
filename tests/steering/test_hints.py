"""Words for regions: any attributes, taking turns, of people who can be."""

import pytest

from personagraph.expansion.dialogues import ShortFields, WholeSentences
from personagraph.expansion.guards import Alter, first_guard
from personagraph.steering.hints import Wording, aim_of, likeness, shown_by, years_of
from personagraph.vocabulary.ages import AGES
from personagraph.vocabulary.cells import PAIR, cells
from personagraph.vocabulary.occupations import ACTIVITIES, read_activity, titles
from personagraph.vocabulary.sexes import SEXES, title_sex

SMALL = ShortFields("m", b"")
LARGE = WholeSentences("m", b"")
WORDING = Wording(LARGE.countries)
ALL = ("activity", "age", "sex", "region")


def aims(axes: tuple[str, ...]) -> list[dict[str, str]]:
    return [dict(zip(axes, cell, strict=True)) for cell in cells(axes)]


@pytest.mark.parametrize("wording", [Wording(SMALL.countries, steers=SMALL.steers), WORDING], ids=["small", "large"])
def test_every_region_of_any_attributes_has_words_that_read_as_it(wording):
    for n, aim in enumerate(aims(ALL)):
        assert wording.can(aim), aim
        if n % 41 == 0:
            assert all(aim_of(wording.hint(aim, turn)) == aim for turn in (0, 1, 17, 1000))


@pytest.mark.parametrize("axes", [("age",), ("sex",), ("language",), ("age", "sex"), ("region", "language")])
def test_a_region_need_not_name_work_or_place(axes):
    for aim in aims(axes):
        assert aim_of(WORDING.hint(aim, 3)) == aim


@pytest.mark.parametrize(
    "aim",
    [
        {},
        {"activity": "unknown"},
        {"activity": "craft", "age": "0-14"},
        {"community": "7"},
        {"age": "old"},
        {"region": "nowhere"},
    ],
)
def test_what_no_words_name_or_nobody_can_be_has_none(aim):
    assert WORDING.hint(aim, 0) is None
    assert not WORDING.can(aim)


def test_a_region_of_which_no_country_can_be_named_has_no_words():
    wording = Wording(["Kenya", "Peru"])
    assert wording.hint({"activity": "craft", "region": "oceania"}, 0) is None
    assert wording.hint({"activity": "craft", "region": "latin_america"}, 5)["country"] == "Peru"


def test_an_attribute_that_a_model_is_not_steered_by_has_no_words():
    assert Wording(SMALL.countries, steers=SMALL.steers).hint({"language": "ta"}, 0) is None
    assert WORDING.hint({"language": "ta"}, 0) == {"language": "Tamil"}


@pytest.mark.parametrize("wording", [Wording(SMALL.countries), WORDING], ids=["small", "large"])
def test_no_pair_of_title_and_country_comes_again_before_all_have_been_there(wording):
    for aim in aims(PAIR)[::7]:
        pairs = [(h["occupation"], h["country"]) for turn in range(2_000) if (h := wording.hint(aim, turn))]
        every = {title for title, _ in pairs}, {country for _, country in pairs}
        count = len(every[0]) * len(every[1])
        assert every[0] == set(titles(aim["activity"]))
        assert len(set(pairs[:count])) == min(count, 2_000)


def test_regions_begin_with_different_titles():
    first = {
        WORDING.hint({"activity": "craft", "region": c[1]}, 0)["occupation"] for c in cells(PAIR) if c[0] == "craft"
    }
    assert len(first) > 6


def test_years_take_turns_within_the_band():
    years = {WORDING.hint({"age": "25-44"}, turn)["age"] for turn in range(20)}
    assert years == {str(n) for n in range(25, 45)}


@pytest.mark.parametrize("activity", list(ACTIVITIES))
def test_whoever_is_asked_for_is_turned_down_by_no_guard(activity):
    for age in AGES:
        for title in titles(activity):
            for years in years_of(activity, age, title):
                told = "keeps bees on a flat roof near the river"
                person = f"A {years}-year-old {title} from Peru who {told}"
                assert first_guard(Alter(person, told, "", True, title, years), "") == "", person


@pytest.mark.parametrize("sex", SEXES)
def test_a_title_that_says_a_sex_is_no_word_for_another(sex):
    for turn in range(30):
        hint = WORDING.hint({"activity": "carer", "sex": sex}, turn)
        assert title_sex(hint["occupation"]) in ("unknown", sex)


def test_a_title_that_only_some_ages_can_have_stays_with_them():
    young = {WORDING.hint({"activity": "student", "age": "0-14"}, turn)["occupation"] for turn in range(30)}
    assert young == {"secondary school student"}
    assert "toddler" not in {WORDING.hint({"activity": "child", "age": "0-14"}, n)["occupation"] for n in range(30)}
    assert "toddler" in {WORDING.hint({"activity": "child"}, n)["occupation"] for n in range(30)}


def test_words_are_the_same_for_the_same_turn():
    aim = {"activity": "operators", "region": "west_asia", "age": "45-64", "sex": "male"}
    assert [WORDING.hint(aim, n) for n in range(50)] == [Wording(LARGE.countries).hint(aim, n) for n in range(50)]


def test_descriptions_are_shown_a_line_each_whatever_breaks_they_have():
    hint = {"like": likeness(["A potter\n\nfrom Peru", " A weaver "])}
    assert shown_by(hint) == ["A potter from Peru", "A weaver"]
    assert shown_by(None) == shown_by({"occupation": "potter"}) == []
    assert read_activity("potter") == "craft"


def test_titles_and_countries_that_are_given_stand_for_all_where_they_go_with_the_region():
    wording, given = Wording(("Kenya", "Peru", "Chile")), {"occupations": ("judge", "potter"), "countries": ("Peru",)}
    craft = {"activity": "craft", "region": "latin_america"}
    assert {tuple(wording.hint(craft, turn, **given).values()) for turn in range(9)} == {("potter", "Peru")}
    clerks = {"activity": "clerks", "region": "east_southern_africa"}
    assert [wording.hint(clerks, turn, **given) for turn in range(9)] == [wording.hint(clerks, n) for n in range(9)]
    young = {"activity": "professionals", "age": "15-24"}
    assert "judge" not in {wording.hint(young, turn, **given)["occupation"] for turn in range(9)}
