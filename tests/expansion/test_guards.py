"""What the guards turn down, and what they must let pass: unusual is no fault."""

import pytest

from personagraph.expansion.guards import Alter, first_guard, is_open, similarity
from personagraph.vocabulary.ages import years_in
from personagraph.vocabulary.faults.people import is_occupation
from tests.tongues import TOLD, shortened

EGO = "A 40-year-old maize farmer from Kenya who tests seeds that need less rain"


def alter(
    told: str, type: str = "FRIEND_OF", *, years: int = 45, occupation: str = "grain trader", forward: bool = True
):
    return Alter(f"A {years}-year-old {occupation} from Peru who {told}", told, type, forward, occupation, years)


@pytest.mark.parametrize(
    "told",
    [
        "the company hired as a data engineer",
        "his wife is a nurse and he has a big beard",
        "themselves in the mirror and sees him leave",
        "has helped him on numerous occasions",
        "is a friend of mine and likes to swim",
        "admires his work and learns a lot",
        "supports her career",
        "teaches her how to sail",
        "helps this person with the harvest",
        "relies on the engineer's advice",
        "makes life easier for the sanitation worker",
        "sells bread to you every morning",
        "says he lost her keys",
    ],
)
def test_what_does_not_stand_on_its_own_is_turned_down(told):
    assert first_guard(alter(told), EGO) == "dependent"


@pytest.mark.parametrize(
    "told",
    [
        "hopes that the dam will bring work to his valley",
        "repairs clocks in his shop",
        "teaches her children to sail",
        "lives with his wife and says she sings better",
        "advises the owner of a hotel",
        "fixes the roofs of the poor",
        "grows beans and sells them at a market",
        "was told by a doctor to rest",
        "serves in the military",
        "is the best carpenter in town",
        "works in the laboratory of a lawyer",
        "drives an old lorry from village to village",
        "reads the news to patients in a hospital",
    ],
)
def test_what_speaks_of_the_alter_alone_passes(told):
    assert first_guard(alter(told), EGO) == ""


@pytest.mark.parametrize(
    ("told", "ego"),
    [
        ("tests seeds that need less water", EGO),
        ("is known as one who tests seeds that need less rain", EGO),
        (
            "creates wallpapers and themes for phones",
            "A digital artist who creates custom wallpapers and themes for Android phones",
        ),
        (
            "optimizes connections and servers",
            "An experienced developer working on optimizing connections of servers, optimizes",
        ),
    ],
)
def test_an_echo_of_the_ego_is_turned_down(told, ego):
    assert first_guard(alter(told), ego) == "echo"


def test_the_same_work_again_passes_only_where_the_relationship_makes_it_natural():
    again = {"occupation": "maize farmer"}
    assert first_guard(alter("keeps goats on a hill", "SELLS_TO", **again), EGO) == "same work"
    assert first_guard(alter("keeps goats on a hill", "SIBLING_OF", occupation="farmer"), EGO) == "same work"
    assert first_guard(alter("keeps goats on a hill", "WORKS_WITH", **again), EGO) == ""
    assert first_guard(alter("keeps goats on a hill", "TEACHES", **again), EGO) == ""
    assert first_guard(alter("keeps goats on a hill", "SELLS_TO", occupation="rice farmer"), EGO) == ""


def test_three_words_that_come_twice_are_turned_down():
    assert first_guard(alter("loves the beauty of the bush and the beauty of the sea"), EGO) == "repeats"
    assert first_guard(alter("works day and night and day"), EGO) == ""


@pytest.mark.parametrize(
    ("type", "forward", "years", "occupation", "told"),
    [
        ("PARENT_OF", True, 27, "grain trader", "sails"),
        ("PARENT_OF", False, 53, "grain trader", "sails"),
        ("TEACHES", False, 7, "pupil", "sails"),
        ("TREATS", False, 45, "grain trader", "sails"),
        ("TREATS", True, 45, "grain trader", "sails"),
        ("PARTNER_OF", True, 17, "student", "sails"),
        ("FRIEND_OF", True, 12, "grain trader", "sails"),
        ("FRIEND_OF", True, 10, "retired teacher", "sails"),
        ("FRIEND_OF", True, 17, "surgeon", "sails"),
        ("FRIEND_OF", True, 40, "young child", "sails"),
        ("FRIEND_OF", True, 25, "grain trader", "has worked at a mill for over twenty years"),
        ("FRIEND_OF", True, 22, "grain trader", "has carried sacks for more than two decades"),
        ("FRIEND_OF", True, 29, "grain trader", "has carried sacks for twenty-five years"),
        ("FRIEND_OF", True, 18, "grain trader", "has carried sacks for almost eleven years"),
    ],
)
def test_what_cannot_be_is_turned_down(type, forward, years, occupation, told):
    assert first_guard(alter(told, type, years=years, occupation=occupation, forward=forward), EGO) == "contradiction"


@pytest.mark.parametrize(
    ("type", "forward", "years", "occupation", "told"),
    [
        ("PARENT_OF", True, 24, "grain trader", "sails"),
        ("PARENT_OF", False, 60, "grain trader", "sails"),
        ("TEACHES", False, 16, "student", "shows elders how to use a phone"),
        ("TREATS", False, 85, "herbalist", "sails"),
        ("PARTNER_OF", True, 75, "grain trader", "sails"),
        ("MANAGES", False, 19, "hotel manager", "sails"),
        ("FRIEND_OF", True, 15, "street vendor", "sails"),
        ("FRIEND_OF", True, 20, "software engineer", "sails"),
        ("FRIEND_OF", True, 88, "bus driver", "sails"),
        ("FRIEND_OF", True, 45, "grain trader", "has worked at a mill for thirty years"),
        ("FRIEND_OF", True, 25, "nuclear physicist", "sails alone for two years"),
        ("FRIEND_OF", True, 25, "nuclear physicist", "guards a mill that has stood for 100 years"),
    ],
)
def test_what_is_only_unusual_passes(type, forward, years, occupation, told):
    assert first_guard(alter(told, type, years=years, occupation=occupation, forward=forward), EGO) == ""


@pytest.mark.parametrize(
    "text",
    [
        "fact checker",
        "coffee roaster",
        "solar panel manufacturer",
        "coffee shop owner",
        "nun",
        "retired teacher",
        "stay-at-home father",
        "child of a street vendor",
        "biology student",
        "super cup referee",
    ],
)
def test_work_that_no_table_has_is_still_an_occupation(text):
    assert is_occupation(text)


@pytest.mark.parametrize(
    "text",
    [
        "a man in his early twenties",
        "solar power",
        "fan",
        "lady",
        "manchester city",
        "furniture",
        "genetics",
        "mice",
        "creative",
        "mimics nature",
        "leukaemia cancer",
        "restaurant",
        "fan of football",
    ],
)
def test_what_names_no_work_is_no_occupation(text):
    assert not is_occupation(text)


def test_a_text_that_stops_in_mid_clause_is_open():
    assert is_open("makes bread for the")
    assert is_open("has a friend who")
    assert not is_open("makes bread for two hundred soldiers")


def test_the_age_that_a_description_states_is_that_of_its_subject():
    assert years_in("An 18-year-old poet") == 18
    assert years_in("A teacher of 7-year-old children") is None


def test_similarity_is_the_share_of_common_words():
    assert similarity("a red fox", "A fox, red!") == 1
    assert similarity("a red fox", "blue whale") == 0
    assert similarity("", "") == 0
    assert similarity("東京の漁師", "東京の教師") == 2 / 6


@pytest.mark.parametrize("code", TOLD)
def test_whoever_is_told_well_passes_in_every_language(code):
    told = TOLD[code]
    for ego in (told.ego, TOLD["en"].ego):
        assert [written(good, ego) for good in told.good] == ["", ""]


@pytest.mark.parametrize("code", [code for code in TOLD if code != "en"])
def test_an_echo_and_what_repeats_itself_are_turned_down_in_every_language(code):
    told = TOLD[code]
    one, other = told.good
    assert written(shortened(told.ego), told.ego) == "echo"
    assert written(f"{one} {told.ego}", told.ego) == "echo"
    assert written(f"{one} {one}", told.ego) == "repeats"
    assert written(f"{other} {other}", told.ego) == "repeats"


@pytest.mark.parametrize("code", [code for code in TOLD if code != "en"])
def test_what_only_a_reader_of_english_can_tell_is_not_held_against_others(code):
    told = TOLD[code]
    assert written(told.good[0], told.ego, type="TREATS") == ""
    assert written(told.good[0], told.ego, type="TREATS", forward=False) == ""
    assert written(told.good[0], TOLD["en"].ego, type="TREATS") == "contradiction", "an English teacher heals nobody"


def written(description: str, ego: str, type: str = "FRIEND_OF", *, forward: bool = True) -> str:
    return first_guard(Alter(description, description, type, forward), ego)
