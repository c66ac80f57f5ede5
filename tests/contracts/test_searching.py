"""What every graph store finds by words, whatever the words are made of."""

from dataclasses import replace

import pytest

from personagraph.types import Batch, Persona, Removal
from tests.stored import fill, people, persona

DESCRIPTIONS = [
    "A retired teacher from Lyon who teaches chess",
    "A teacher",
    "A café owner in São Paulo, who bakes naïve cakes",
    "Кузнец из Новгорода",
    "東京の料理人",
    "ครูสอนภาษาไทยที่เชียงใหม่",
    "A farmer 👩🏽‍🌾 who says AND, OR and NOT (often)",
    'field:value "quoted" a+b -c ~d *e? [f TO g] {h} ^2 \\ / && || !i',
    "O'Neil's sister-in-law; DROP TABLE persona",
    "A man of the ﬁnancial ½ world, Straße 12",
    "under_score and long " + "x" * 300,
    "…",
]

FOUND = {
    "teacher": [1, 0],
    "TEACHER": [1, 0],
    "teach": [1, 0],
    "lyon teach": [0],
    "teach lyon": [],
    "teacher from": [0],
    "cafe": [2],
    "CAFÉ sao": [2],
    "cafe\u0301": [2],
    "naive": [2],
    "кузнец": [3],
    "КУЗН": [3],
    "東京": [4],
    "京 東": [4],
    "料": [4],
    "大": [],
    "ภาษาไทย": [5],
    "👩🏽‍🌾": [],
    "farmer 👩🏽‍🌾": [6],
    "and": [10, 6],
    "AND": [10, 6],
    "NOT often": [6],
    "field:value": [7],
    '"quoted"': [7],
    "a+b": [2, 7],
    "-c ~d": [7],
    "[f TO g]": [7],
    "*e?": [7],
    "f~ OR *": [],
    "persona) RETURN": [],
    "o'neil": [8],
    "sister-in-law": [8],
    "'; DROP TABLE persona": [8],
    "financial": [9],
    "STRASSE 12": [9],
    "under_sc": [10],
    "x" * 300: [10],
    "x" * 99: [10],
    "": [],
    "…": [],
    " \t\n": [],
    "\u0000": [],
    "\ud83d": [],
}


@pytest.mark.parametrize("text", FOUND, ids=lambda text: ascii(text[:20]))
def test_search_finds_the_words_and_takes_nothing_for_syntax(searched, text):
    assert [p.entry for p in searched.search(text)] == FOUND[text]


@pytest.fixture
def searched(store):
    fill(store, *(persona(text, entry) for entry, text in enumerate(DESCRIPTIONS)))
    return store


def test_the_fewest_words_come_first_then_the_order_of_entry(store):
    fill(store, *(persona(text, 9 - i) for i, text in enumerate(["a b c d", "a b c", "a c b", "a b"])))
    assert [p.description for p in store.search("b")] == ["a b", "a c b", "a b c", "a b c d"]
    assert [p.description for p in store.search("b", limit=2)] == ["a b", "a c b"]


def test_a_persona_that_was_written_again_is_found_by_its_new_words_alone(store):
    one = persona("A glazier", 0)
    fill(store, one)
    fill(store, type(one)(one.id, "A miller", 0, 0, "import", "r1"))
    assert store.search("glazier") == []
    assert len(store.search("miller")) == 1


def test_a_text_of_very_many_words_finds_those_who_have_its_beginning(store):
    very_long = " ".join(f"word{i}" for i in range(3000))
    one, other = persona(very_long), persona("word0 and word1", 1)
    fill(store, one, other)
    assert store.search(very_long) == [one]


def test_of_a_persona_that_is_twice_in_a_batch_the_last_words_are_found(store):
    once = Persona("a" * 32, "A baker of rye", 0, 0, "import", "r1")
    store.write(Batch("r1", 0, 1, (once, replace(once, description="A brewer of ale"))))
    assert store.search("brewer") == [replace(once, description="A brewer of ale")]
    assert store.search("baker") == []
    assert store.stats().personas == 1


def test_who_is_new_and_who_was_there_are_found_when_one_batch_brings_both(store):
    first, *more = people(40)
    store.write(Batch("r1", 0, 1, (first, *more[:20])))
    again = replace(first, description="A weaver of mats")
    store.write(Batch("r1", 1, 2, (*more[20:], again), removed=Removal(personas=(more[19].id,))))
    assert store.search("weaver") == [again]
    assert store.search("chair") == [*more[:19], *more[20:]][:10]
    assert [p.id for p in store.search("chair", limit=50)] == [p.id for p in (*more[:19], *more[20:])]
    assert store.search(f"number {19 + 1}") == [], "who was removed is not found by a number that was given again"
