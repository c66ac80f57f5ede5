"""What is read of a whole description, and what is not: attributes that the words say of the person themselves."""

import csv
import json
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from personagraph.types import UNKNOWN, Attributes
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.vocabulary.reading.descriptions import read_description
from personagraph.vocabulary.reading.sentence import LONGEST
from personagraph.vocabulary.reading.tongues import tongue_of


@pytest.mark.parametrize(
    ("description", "activity"),
    [
        ("A bookkeeper struggling with new tax rules", "technicians"),
        ("A software engineer fond of chess", "professionals"),
        ("A geologist drilling for water", "professionals"),
        ("A neuroscientist investigating how bees learn", "professionals"),
        ("A nurse training doctors at the hospital", "professionals"),
        ("A self-taught programmer seeking guidance", "professionals"),
        ("A quaint, budget-minded gallery owner", "managers"),
        ("An owner of a swimming school", "managers"),
        ("A parent who runs an insurance brokerage in London", "managers"),
        ("A man who works at a bank as a teller", "clerks"),
        ("A mother of two, who is a bus driver", "operators"),
        ("Jack Hagerman, Vice President of Outreach, who loves animals", "managers"),
        ("I'm a fact-checker at a newspaper", "professionals"),
        ("As a mid-level manager at a large company, I worry", "managers"),
        ("A home brewer and proud nurse", "professionals"),
        ("A former sailor who became a music teacher", "professionals"),
        ("A high school science buff", "student"),
        ("A woman who studies at a university", "student"),
        ("A geography major who measures rivers", "student"),
        ("A motivated Ph.D. candidate working on protocols", "student"),
        ("A now-retired professional football player", "retired"),
        ("An organized stay-at-home mom who bakes", "carer"),
        ("A 7-year-old girl who draws", "child"),
        ("Cattle farmers of the plains", "agriculture"),
    ],
)
def test_what_the_subject_does_is_read_from_their_title_whatever_follows_it(description: str, activity: str) -> None:
    assert read_description(description)["activity"] == activity


@pytest.mark.parametrize(
    "description",
    [
        "A former police chief who supports stricter rules",
        "A young aspiring rapper",
        "An amateur music producer",
        "An avid gardener",
        "A car enthusiast",
        "A dog owner who trained their own",
        "An engineer's parent who questions data",
        "A decision maker",
        "A non-English speaker",
        "A mining company specialized in iron ore",
        "A vinyl record collector",
        "A patient of a surgeon",
        "A fan who admires the work of nurses",
    ],
)
def test_who_only_was_wants_to_be_or_knows_somebody_with_a_title_does_not_have_it(description: str) -> None:
    assert read_description(description)["activity"] == UNKNOWN


@pytest.mark.parametrize(
    ("description", "region"),
    [
        ("A Kenyan nurse", "east_southern_africa"),
        ("A strict Spanish law enforcement officer", "western_europe"),
        ("A small business owner in Parwan, Afghanistan", "south_asia"),
        ("A mother of three toddlers in Saint Bonaventure, NY who is tired", "north_america"),
        ("A resident in Tampico, IL", "north_america"),
        ("A researcher from a small village in Bavaria", "western_europe"),
        ("A Detroit local", "north_america"),
        ("A California-based worker", "north_america"),
        ("An exchange student from Argentina currently living in Lyon", "western_europe"),
        ("A woman working as a producer for a company in London", "western_europe"),
        ("A diplomat from Egypt's office of culture", "north_africa"),
        ("A lover of Greek myths who studies in Lima", "latin_america"),
        ("A cook of Mexican food in Oslo", "western_europe"),
        ("A media expert in South Africa", "east_southern_africa"),
        ("An African American parent", "north_america"),
        ("A young resident of Kanker, Chhattisgarh", "south_asia"),
        ("A cynical London taxi driver", "western_europe"),
    ],
)
def test_a_region_is_read_where_the_subject_lives_or_is_from(description: str, region: str) -> None:
    assert read_description(description)["region"] == region


@pytest.mark.parametrize(
    "description",
    [
        "A waiter serving Thai dishes",
        "A programmer who likes Java and Python",
        "A Java programmer",
        "A Russian literature teacher",
        "An English professor",
        "A Brazilian Jiu-Jitsu practitioner",
        "A Detroit Tigers fan",
        "A fan of Australian volleyball teams",
        "A historian interested in China",
        "A political scientist who specializes in politics of African countries",
        "A bride-to-be who dreams of a wedding in Italy",
        "A film producer who has connections in the Iranian film industry",
        "A writer who draws inspiration from Japan",
        "A writer considering moving to Switzerland",
    ],
)
def test_a_place_that_the_subject_only_likes_studies_or_cooks_is_no_region(description: str) -> None:
    assert read_description(description)["region"] == UNKNOWN


@pytest.mark.parametrize(
    ("description", "age"),
    [
        ("A 60-year-old owner of a small business", "45-64"),
        ("A retired teacher, aged 67, who paints", "65+"),
        ("A nurse in her late forties", "45-64"),
        ("A man who is thirty-four years old", "25-44"),
        ("A middle-aged man managing his health", "45-64"),
        ("An honor roll high school student", "15-24"),
        ("A college student studying economics", "15-24"),
        ("A young child with a chronic illness", "0-14"),
        ("A senior citizen who swims", "65+"),
        ("A teenage girl native to the coast", "15-24"),
    ],
)
def test_an_age_is_read_of_the_subject(description: str, age: str) -> None:
    assert read_description(description)["age"] == age


@pytest.mark.parametrize(
    "description",
    [
        "A mother of three toddlers",
        "A mother of a two-year-old child",
        "A teacher with 25 years of experience",
        "A high school teacher",
        "A parent of a teenager",
        "A collector of 40-year-old wines",
        "A pediatric nurse who treats children aged 5",
        "A senior engineer",
    ],
)
def test_an_age_of_somebody_or_something_else_is_none(description: str) -> None:
    assert read_description(description)["age"] == UNKNOWN


@pytest.mark.parametrize(
    ("description", "sex"),
    [
        ("A single father who understands", "male"),
        ("A Brazilian Catholic nun", "female"),
        ("A young female tennis player", "female"),
        ("A wealthy heiress", "female"),
        ("A barrel racer known for her flashy outfits", "female"),
        ("A tennis coach who never made it to the league herself", "female"),
        ("A non-binary artist", "other"),
        ("A women's basketball player", "female"),
        ("She is a pilot", "female"),
        ("A private investigator who respects her resilience", UNKNOWN),
        ("A fan of Zhang Tielin who watched every series he starred in", UNKNOWN),
        ("A women's rights activist", UNKNOWN),
        ("A friend of a man", UNKNOWN),
        ("A nurse", UNKNOWN),
    ],
)
def test_a_sex_is_read_of_nouns_and_pronouns_for_the_subject_only(description: str, sex: str) -> None:
    assert read_description(description)["sex"] == sex


@pytest.mark.parametrize("row", (Path(__file__).parent / "tongues.tsv").read_text(encoding="utf-8").splitlines()[1:])
def test_other_languages_are_read_by_their_own_words(row: str) -> None:
    description, *wanted = row.split("\t")
    read = read_description(description)
    assert [read[name] for name in ("activity", "age", "sex", "region")] == wanted


def test_the_shared_cases_are_read_as_people_read_them(shared_cases: Path) -> None:
    with (shared_cases / "attributes.jsonl").open(encoding="utf-8") as file:
        cases = [json.loads(line) for line in file]
    mistaken = [
        (case["persona"], name, read_description(case["persona"])[name])
        for case in cases
        for name in ("activity", "region")
        if read_description(case["persona"])[name] not in case[name]
    ]
    assert len(cases) >= 14
    assert mistaken == []


def test_of_most_personas_of_persona_hub_the_activity_is_read(shared_data: Path) -> None:
    with (shared_data / "personas/personahub.jsonl").open(encoding="utf-8") as file:
        read = [read_description(json.loads(line)["persona"]) for line in file]
    assert sum(one["activity"] != UNKNOWN for one in read) / len(read) >= 0.65
    assert sum(one["region"] != UNKNOWN for one in read) / len(read) >= 0.1


def test_english_is_not_taken_for_another_language(shared_data: Path) -> None:
    with (shared_data / "texts/synthetic_persona_chat.csv").open(encoding="utf-8", newline="") as file:
        said = [line for row in csv.DictReader(file) for line in row["user 1 personas"].splitlines()]
    assert len(said) > 4_000
    assert [line for line in said if tongue_of(line)] == []


SENTENCES = st.lists(
    st.sampled_from(
        [
            "a",
            "an",
            "the",
            "nurse",
            "teacher",
            "Kenyan",
            "in",
            "from",
            "of",
            "who",
            "is",
            "lives",
            "works",
            "as",
            "years",
            "old",
            "44",
            "her",
            "he",
            ",",
            ".",
            "and",
            "former",
            "(",
            ")",
            "'",
            "una",
            "de",
        ]
    ),
    max_size=30,
).map(" ".join)


@given(st.one_of(st.text(), SENTENCES, SENTENCES.map(str.title)))
def test_whatever_the_text_each_attribute_is_one_of_its_values_and_the_same_again(text: str) -> None:
    read = read_description(text)
    assert all(value in ATTRIBUTES[name].values for name, value in read.known().items())
    assert read_description(text) == read


@given(SENTENCES)
def test_an_english_description_is_read_without_regard_to_its_article(text: str) -> None:
    assume(tongue_of(f"A {text}") is None and tongue_of(f"The {text}") is None)
    assert read_description(f"A {text}")["activity"] == read_description(f"The {text}")["activity"]


def test_nothing_is_read_beyond_what_is_a_sentence() -> None:
    opening = f"A person who likes {'very ' * LONGEST}"
    assert read_description(f"{opening} and works as a nurse in Kenya") == Attributes()


@pytest.mark.parametrize(
    "part", ["a ", "nurse ", "A,", "1", "in Kenya ", "护", "Я ", "\u0301", "who is a ", "-of-", "Ph.D. "]
)
def test_a_text_of_a_megabyte_is_read_at_once(part: str) -> None:
    read_description("A nurse in Kenya")
    text = part * (1_000_000 // len(part))
    began = time.process_time()
    read_description(text)
    assert time.process_time() - began < 0.2


def test_memory_does_not_grow_with_how_many_descriptions_are_read() -> None:
    def read(start: int) -> int:
        for n in range(start, start + 3_000):
            read_description(f"A {n}-fold nurse{n} from Town{n} who works as a teacher{n}")
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        read(0)
        before = tracemalloc.get_traced_memory()[0]
        assert read(3_000) - before < 100_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("中国的奥运爱好者，关注各国运动员的表现", "east_asia"),
        ("一名法国的工程师", "western_europe"),
        ("台灣退休教師", "east_asia"),
        ("一个兰州本地的摄影爱好者", "east_asia"),
        ("一个日本的历史研究者", UNKNOWN),
        ("一位对中国的经济感兴趣的教师", UNKNOWN),
    ],
)
def test_a_chinese_description_tells_whose_country_its_subject_is_of(text, region):
    assert read_description(text)["region"] == region
