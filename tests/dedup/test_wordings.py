"""On real personas: of planted wordings nearly all are called one, and of people who differ in one thing nobody is."""

import json
import random
from itertools import combinations, islice
from pathlib import Path

import pytest

from personagraph.dedup.veto.canonical import canonical, exact_form, key_tokens, may_slip, phrases
from personagraph.dedup.veto.marks import NOT_PLAIN
from personagraph.dedup.veto.reading import read
from personagraph.dedup.veto.veto import differs
from personagraph.text.words import words
from tests.dedup.edits import DEVELOPMENT, FINAL, Edit, Lists, others, planted, wordings

LEAST_FOUND = {"slip": 0.9, "clause swap": 0.9, "word swap": 0.9, "synonym": 0.9, "title": 0.9}
"""The share of a kind that must be found; of all others 0.98."""

MOST = 150
"""Pairs of a kind."""


@pytest.fixture(scope="module")
def texts(shared_data: Path) -> list[str]:
    lines = (shared_data / "personas" / "personahub.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["persona"] for line in lines]


def of_case(folder: Path, name: str) -> list[str]:
    return [json.loads(line)["persona"] for line in (folder / name).read_text(encoding="utf-8").splitlines()]


def people(descriptions: list[str]) -> int:
    """How many are left when each that is like one before is left out."""
    kept: list[str] = []
    for text in descriptions:
        if not any(set(key_tokens(text)) == set(key_tokens(k)) and differs(text, k) is None for k in kept):
            kept.append(text)
    return len(kept)


def planted_with(edit: Edit, kind: str, texts: list[str]) -> list[tuple[str, str]]:
    return list(islice(planted(texts, edit, random.Random(kind)), MOST))


def check_wordings(texts: list[str], lists: Lists) -> None:
    for kind, edit in wordings(lists).items():
        pairs = planted_with(edit, kind, texts)
        found = [pair for pair in pairs if differs(*pair) is None]
        assert len(found) >= LEAST_FOUND.get(kind, 0.98) * len(pairs) > 0, kind


def check_others(texts: list[str], lists: Lists) -> None:
    for kind, edit in others(lists).items():
        pairs = planted_with(edit, kind, texts)
        merged = [pair for pair in pairs if differs(*pair) is None]
        assert pairs, kind
        assert len(merged) <= len(pairs) / 100, (kind, merged)


def test_who_is_reworded_is_one_and_who_differs_in_one_word_is_not(shared_cases: Path):
    assert people(of_case(shared_cases, "reworded.jsonl")) == 3
    assert people(of_case(shared_cases, "one-word-apart.jsonl")) == 8
    assert people(of_case(shared_cases, "five-different-people.jsonl")) == 5


@pytest.mark.slow
def test_planted_wordings_are_found(texts: list[str]):
    check_wordings(texts[0::2], DEVELOPMENT)


@pytest.mark.slow
def test_people_who_differ_in_one_thing_are_kept_apart(texts: list[str]):
    check_others(texts[0::2], DEVELOPMENT)


@pytest.mark.slow
def test_wordings_and_people_that_no_rule_was_made_with_do_no_worse(texts: list[str]):
    check_wordings(texts[1::2], FINAL)
    check_others(texts[1::2], FINAL)


@pytest.mark.slow
def test_whatever_is_called_one_says_the_same_but_for_one_slip(texts: list[str]):
    for kind, edit in wordings(DEVELOPMENT).items():
        pairs = planted_with(edit, kind, texts)[:50]
        for a, b in pairs:
            if differs(a, b) is None and read(a).exact != read(b).exact:
                said = set(key_tokens(a)), set(key_tokens(b))
                slips = [(x, y) for x in words(a) for y in words(b) if x != y and (may_slip(x, y) or may_slip(y, x))]
                assert said[0] == said[1] or slips, (a, b)


def test_the_key_of_a_description_is_what_its_reading_says(texts: list[str]):
    english = [text for text in texts[0::3] if read(text).is_english]
    assert len(english) > 700
    assert [text for text in english if set(key_tokens(text)) != set(read(text).said)] == []


def test_no_two_real_people_say_the_same(texts: list[str]):
    by_key: dict[frozenset[str], list[str]] = {}
    for text in dict.fromkeys(texts):
        by_key.setdefault(frozenset(key_tokens(text)), []).append(text)
    several = [pair for found in by_key.values() for pair in combinations(found, 2)]
    assert len([pair for pair in several if differs(*pair) is None]) < 5, several


@pytest.mark.slow
def test_candidates_with_equal_exact_sequences_are_one_without_a_further_look(texts: list[str]):
    edits = wordings(DEVELOPMENT)
    pairs = [pair for kind in ("case", "punctuation", "praise") for pair in planted_with(edits[kind], kind, texts)]
    for a, b in pairs:
        if not NOT_PLAIN.search(a + b) and read(a).is_english and read(b).is_english:
            one, two = ([form for word in words(text) if (form := exact_form(word))] for text in (a, b))
            if one == two and set(key_tokens(a)) == set(key_tokens(b)):
                assert differs(a, b) is None


@pytest.mark.slow
def test_pairs_that_people_judged_are_called_one_only_when_they_mean_the_same(shared_data: Path):
    lines = (shared_data / "pairs" / "SICK_train.txt").read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines[::2]]
    judged = [row[4] for row in rows if differs(row[1], row[2]) is None]
    assert len(judged) > 40
    assert judged.count("ENTAILMENT") >= 0.95 * len(judged)


@pytest.mark.parametrize(
    ("said_so", "and_so"),
    [
        ("teaching", "teaches"),
        ("women", "woman"),
        ("organises", "organize"),
        ("kenyan", "kenya"),
        ("second", "2nd"),
        ("forty", "40"),
        ("physician", "doctor"),
        ("attorneys", "lawyer"),
        ("her", "herself"),
        ("discusses", "discussing"),
    ],
)
def test_words_that_say_the_same_are_one(said_so: str, and_so: str):
    assert canonical(said_so) == canonical(and_so) != ""


@pytest.mark.parametrize(
    "pair",
    [
        ("software", "furniture"),
        ("teacher", "teach"),
        ("news", "new"),
        ("caring", "car"),
        ("hopping", "hoping"),
        ("mother", "father"),
        ("never", "not"),
        ("maternal", "paternal"),
        ("his", "her"),
        ("love", "like"),
    ],
)
def test_words_that_say_something_else_are_two(pair: tuple[str, str]):
    assert canonical(pair[0]) != canonical(pair[1])


@pytest.mark.parametrize("word", ["a", "who", "with", "very", "passionate", "dedicated", "talented", "their"])
def test_small_words_and_praise_say_nothing(word: str):
    assert canonical(word) == ""


def test_phrases_say_one_thing():
    known = phrases()
    assert known["software", "developers"] == known["software", "engineer"] == canonical("programmer")
    assert known["working", "as"] == ""
    assert known["44", "years", "old"] == known["aged", "44"] == known["forty", "four", "year", "old"]
    assert ("worked", "as") not in known
    assert all(len(phrase) > 1 for phrase in known)


def test_a_slip_makes_of_a_known_word_one_that_nobody_knows():
    assert may_slip("biologst", "biologist")
    assert may_slip("composser", "composer")
    assert not may_slip("planer", "planner")
    assert not may_slip("form", "from")
    assert not may_slip("maestra", "maestro")
