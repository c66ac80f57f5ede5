"""How replies become arrivals: composed or written descriptions, attributes, ties, and the faults that are named."""

import pytest

from personagraph.expansion.readings import compose, read_short, read_written
from personagraph.runs.growth import Arrival, Link
from personagraph.types import UNKNOWN, Attributes
from tests.tongues import TOLD

EGO = "A 34-year-old maize farmer from Kenya who tests seeds that need less rain"
SHORT = {
    "occupation": "grain trader",
    "age": 51,
    "country": "the Philippines",
    "relation": "sells to",
    "detail": "drives an old lorry from village to village",
}
WRITTEN = {
    "description": "A retired agronomist who answers letters about drought from growers all over the world",
    "nature": "person",
    "activity": "retired",
    "age": "65+",
    "sex": "unknown",
    "region": "western_europe",
    "language": "nl",
    "relation": "learns from",
    "label": "",
    "former": False,
    "confidence": 0.7,
}


def short(named: str | None = None, *, capped: bool = False, copied: tuple[str, ...] = (), **changes: object):
    return read_short({**SHORT, **changes}, ego=EGO, named=named, capped=capped, copied=copied)


def written(named: str | None = None, **changes: object):
    return read_written({**WRITTEN, **changes}, ego=EGO, named=named)


def test_short_fields_become_a_sentence_with_attributes_and_a_tie():
    arrival = short()
    assert isinstance(arrival, Arrival)
    assert arrival.description == (
        "A 51-year-old grain trader from the Philippines who drives an old lorry from village to village"
    )
    assert arrival.stated == Attributes(activity=arrival.stated["activity"], age="45-64", region="southeast_asia")
    assert (arrival.link.type, arrival.link.forward, arrival.link.label) == ("SELLS_TO", True, "sells to")


def test_the_relation_is_said_of_the_ego():
    assert short(relation="buys from").link.forward is False


@pytest.mark.parametrize(("age", "begins"), [(8, "An 8"), (18, "An 18"), (81, "An 81"), (17, "A 17"), (90, "A 90")])
def test_the_article_fits_the_age(age, begins):
    assert compose(age, "poet", "Peru", "sails").startswith(f"{begins}-year-old")


def test_an_occupation_that_no_table_knows_enters_with_its_activity_unknown():
    assert short(occupation="coffee roaster").stated["activity"] == "unknown"


@pytest.mark.parametrize(
    ("fault", "changes"),
    [
        ("cut", {"capped": True}),
        ("cut", {"detail": "drives an old lorry from village to the"}),
        ("type", {"named": "TEACHES"}),
        ("example", {"copied": ("grain trader",)}),
        ("occupation", {"occupation": "solar power"}),
        ("dependent", {"detail": "admires his work and learns a lot"}),
        ("echo", {"detail": "tests seeds that need less water"}),
        ("same work", {"occupation": "maize farmer"}),
        ("repeats", {"detail": "drives a lorry and drives a lorry"}),
        ("contradiction", {"age": 12}),
    ],
)
def test_a_fault_is_named_and_shows_the_description(fault, changes):
    guard, seen, stated = short(**changes)
    assert guard == fault
    assert stated["region"] != UNKNOWN, "rejections are counted by what the reply says"
    assert seen.startswith("A ")


def test_a_written_description_enters_as_it_is_with_what_the_model_states():
    arrival = written()
    assert arrival.description == WRITTEN["description"]
    assert arrival.stated == Attributes(activity="retired", age="65+", region="western_europe", language="nl")
    assert arrival.link == Link("TEACHES", forward=False, label="learns from", confidence=0.7, former=False)


def test_what_fits_no_type_is_said_of_the_ego_in_the_models_words():
    link = written(relation="other", label="exchanges  letters\u202e with").link
    assert (link.type, link.forward, link.label) == ("TIED_TO", True, "exchanges letters with")
    assert written(relation="other", label=" ")[0] == "label"


@pytest.mark.parametrize(
    ("words", "type", "forward"),
    [("Is mentored by", "MENTORS", False), ("Sells to", "SELLS_TO", True), ("is connected to", "RELATED_TO", True)],
)
def test_words_of_a_model_that_name_a_type_are_that_type_told_of_the_ego(words, type, forward):
    link = written(relation="other", label=words).link
    assert (link.type, link.forward, link.label) == (type, forward, "" if type == "RELATED_TO" else words)
    assert written("OPPOSES", relation="other", label=words)[0] == "type"


def test_a_group_and_a_former_tie_are_kept_as_such():
    arrival = written(nature="group", former=True)
    assert (arrival.nature, arrival.link.former) == ("group", True)


def test_control_characters_and_line_ends_do_not_enter():
    described = written(description=WRITTEN["description"].replace(" who", "\u202e\n\x07who")).description
    assert described == WRITTEN["description"]


@pytest.mark.parametrize(
    ("fault", "changes"),
    [
        ("length", {"description": "A retired agronomist"}),
        ("length", {"description": "A retired agronomist who writes" + " and writes" * 60}),
        ("type", {"named": "SELLS_TO"}),
        ("contradiction", {"description": "A 30-year-old agronomist who answers letters about drought"}),
        ("dependent", {"description": "A retired agronomist who answers the farmer's letters about drought"}),
        ("dependent", {"description": "A retired agronomist who has taught me all about drought"}),
        ("echo", {"description": "A maize farmer who tests seeds that need less rain in Kenya"}),
    ],
)
def test_a_fault_of_a_written_alter_is_named(fault, changes):
    assert written(**changes)[0] == fault


@pytest.mark.parametrize("code", TOLD)
def test_a_sentence_is_long_enough_in_every_language_and_three_words_are_not(code):
    assert all(isinstance(written(description=good), Arrival) for good in TOLD[code].good)


def test_length_is_counted_in_words_of_the_script():
    for short in ("退休教师", "은퇴한 양봉 교사", "معلم متقاعد", "ครูเกษียณ", "A retired agronomist", "A fan of chess"):
        assert written(description=short)[0] == "length"
    for long in ("一位喜欢养蜂的老师", "养蜂を教える教師", "معلم متقاعد يربي النحل", "ครูเกษียณที่เลี้ยงผึ้ง"):
        assert isinstance(written(description=long), Arrival)
    tamil = " ".join(f"மீன்பிடித்தொழிலாளர்{letter}" for letter in "கஙசஞடணதநபமயரலவழளறனஜஷஸஹ")
    assert len(tamil) > 400
    assert isinstance(written(description=tamil), Arrival), "long words, and few"
    assert written(description=f"A beekeeper of many hives {'x' * 400}")[0] == "length"
    assert written(description=f"Пчеловод из одной деревни {'ж' * 900}")[0] == "length"
    assert written(description="".join(chr(0x4E00 + n) for n in range(401)))[0] == "length"
