"""Verdicts depend on the order in which descriptions come, and on nothing else: not on chunks."""

import json
import random
from pathlib import Path

import pytest

from personagraph.dedup.index import THRESHOLD
from personagraph.dedup.rules import METHODS, Deduplicator, Match
from personagraph.dedup.veto.veto import differs

AWKWARD = [
    *("", " ", "\t\n", "K", "\u212a", "k", "\ufb01sh", "FISH", "fi\x1csh", "half \ud800 a pair", "HALF \ud800 A PAIR"),
    *(
        "A caf\u00e9-owner",
        "A CAFE-OWNER",
        "A cafe\u0301-owner",
        "It’s a nurse's dog",
        "it's a nurse’s  dog",
        "It's a nurse's dog.",
    ),
    *("A Polish nurse", "A polish nurse", "A nurse, 30", "A nurse 30", "A nurse 30,", "\u6771\u4eac\u306e\u6f01\u5e2b"),
]
NURSE = "A nurse who works in the maternity ward of a provincial hospital and teaches first aid"


def empty(method: str = "content", **options) -> Deduplicator:
    return Deduplicator(METHODS[method].make(THRESHOLD), differs, **options)


@pytest.fixture(scope="module")
def rows(shared_data: Path) -> list[str]:
    """Real personas in disorder, many of them three times: again, in capitals, with a slip, with praise."""
    lines = (shared_data / "personas" / "personahub.jsonl").read_text(encoding="utf-8").splitlines()[:400]
    texts = [json.loads(line)["persona"] for line in lines]
    rng = random.Random(11)
    for text in texts[:150]:
        words = text.split()
        at = max(range(len(words)), key=lambda n: len(words[n]))
        slip = [*words[:at], words[at][:2] + words[at][3:], *words[at + 1 :]]
        texts += [text, text.upper(), " ".join(slip), f"a dedicated {text}"]
    rng.shuffle(texts)
    return texts


def verdicts(known: Deduplicator, rows: list[str], *, chunk: int) -> list[Match | None]:
    found = []
    for start in range(0, len(rows), max(chunk, 1)):
        if chunk:
            known.prepare(rows[start : start + chunk])
        for number, text in enumerate(rows[start : start + max(chunk, 1)], start):
            match = known.find(text)
            known.add(match.id if match else str(number), text)
            found.append(match)
    return found


@pytest.mark.parametrize("method", METHODS)
def test_verdicts_do_not_depend_on_what_was_prepared(rows, method):
    rows = rows[:300]
    wanted = verdicts(empty(method), rows, chunk=len(rows))
    assert sum(match is not None for match in wanted) > 30
    assert verdicts(empty(method), rows, chunk=0) == wanted
    assert verdicts(empty(method), rows, chunk=7) == wanted


def decided(known: Deduplicator, rows: list[str], *, chunk: int) -> list[Match | None]:
    numbered = [(str(number), text) for number, text in enumerate(rows)]
    return [match for start in range(0, len(rows), chunk) for match in known.decided(numbered[start : start + chunk])]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("is_in_file", [True, False])
def test_what_is_decided_together_is_what_is_decided_one_by_one(rows, method, is_in_file, tmp_path):
    rows = rows[:500]
    rows = [*rows[:300], *(text.title() for text in rows[::9]), *(f" {text}\t" for text in rows[::7]), *AWKWARD, *rows]
    one_by_one = empty(method)
    wanted = verdicts(one_by_one, rows, chunk=0)
    for chunk in (5, len(rows)):
        options = {"texts": tmp_path / f"{chunk}"} if is_in_file else {}
        together = empty(method, **options)
        assert decided(together, rows, chunk=chunk) == wanted
        assert together.vetoes == one_by_one.vetoes
        assert verdicts(together, rows[:50], chunk=0) == verdicts(one_by_one, rows[:50], chunk=0)


def test_who_was_decided_is_described_found_and_removed():
    known = empty()
    assert list(known.decided([("p", NURSE), ("q", "A diver"), ("r", f"The {NURSE}"), ("q", "A weaver")])) == [
        None,
        None,
        Match("p", "content", 1.0),
        None,
    ]
    assert (known.description("p"), known.description("q")) == (NURSE, "A diver")
    with pytest.raises(KeyError):
        known.description("r")
    known.remove("q", "A diver")
    assert known.description("q") == "A weaver"
    known.remove("p")
    assert known.find(NURSE) is None
    assert known.find("a weaver") == Match("q", "text", 1.0)


def test_what_was_prepared_is_found_by_what_came_unprepared_and_the_reverse(rows):
    known, wanted = empty(), verdicts(empty(), rows[:200], chunk=0)
    known.prepare(rows[:200:2])
    assert verdicts(known, rows[:200], chunk=0) == wanted


@pytest.mark.parametrize(
    ("first", "then"),
    [("provincial", "provincail"), ("provincail", "provincial"), ("maternity", "maternty"), ("hospital", "hosspital")],
)
def test_a_slip_is_found_whichever_comes_first(first, then):
    known, word = empty(), max(("provincial", "maternity", "hospital"), key=lambda word: word[0] == first[0])
    known.add("p", NURSE.replace(word, first))
    match = known.find(NURSE.replace(word, then))
    assert match == Match("p", "content", 1.0)


def test_a_slip_that_entered_is_found_although_the_right_word_was_never_met_before():
    known = empty()
    known.prepare([NURSE.replace("provincial", "provinical"), "A diver"])
    known.add("p", NURSE.replace("provincial", "provinical"))
    known.add("q", "A diver")
    known.prepare([NURSE])
    assert known.find(NURSE) == Match("p", "content", 1.0)


def swapped(word: str, at: int) -> str:
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


@pytest.mark.parametrize("is_right_first", [True, False])
def test_two_letters_that_changed_places_are_one_slip_wherever_they_are_and_however_it_is_read(is_right_first):
    for word, at in (("lighthouse", 2), ("lighthouse", 3), ("lighthouse", 4), ("lighthouse", 5), ("nurse", 1)):
        pair = [f"A {word} keeper in our town", f"A {swapped(word, at)} keeper in our town"]
        rows = pair if is_right_first else pair[::-1]
        wanted = differs(*pair) is None
        for chunk in (1, 2):
            found = verdicts(empty(), rows, chunk=chunk)
            assert [match is not None for match in found] == [False, wanted], (word, at, chunk)


@pytest.mark.parametrize("chunk", [0, 1, 2])
def test_a_slip_that_is_made_twice_is_found(chunk):
    rows = ["A hospital nurse in a hospital", "A hospitl nurse in a hospitl", "A hospital nurse in a hosptal"]
    assert [match is not None for match in verdicts(empty(), rows, chunk=chunk)] == [False, True, True]
    assert [match is not None for match in verdicts(empty(), rows[::-1], chunk=chunk)] == [False, False, True]


def test_rows_that_differ_in_a_number_a_place_or_a_name_never_meet():
    asked = []

    def veto(a: str, b: str) -> str | None:
        asked.append((a, b))
        return differs(a, b)

    for method in METHODS:
        known = Deduplicator(METHODS[method].make(THRESHOLD), veto)
        rows = [f"{NURSE} in house {number} of the town, where {number + 1} people live" for number in range(200)]
        rows += [f"{NURSE} with her friend {name} every day" for name in ("Ann", "Bob", "Cleo", "Dan", "Eve")]
        rows += [f"{NURSE} in {place} every day" for place in ("Kenya", "Peru", "France", "India", "Chile")]
        assert verdicts(known, rows, chunk=50) == [None] * len(rows)
    assert asked == []


def test_a_persona_is_found_by_each_of_its_descriptions_until_each_is_removed():
    known = empty()
    known.add("p", NURSE)
    known.add("p", f"The {NURSE}")
    known.add("p", NURSE.upper() + "!")
    known.remove("p", NURSE)
    assert known.find(NURSE) == Match("p", "content", 1.0)
    known.remove("p", f"the {NURSE}")
    assert known.find(NURSE) == Match("p", "content", 1.0)
    known.remove("p", NURSE + "!")
    assert known.find(NURSE) is None
    known.add("q", NURSE)
    assert known.find(NURSE) == Match("q", "text", 1.0)


def test_the_persona_that_was_entered_first_is_found_although_its_alias_came_later():
    known = empty()
    known.add("first", "A weaver from Oaxaca")
    known.add("second", "A dedicated " + NURSE[2:])
    known.add("first", "A passionate " + NURSE[2:])
    match = known.find(NURSE)
    assert match is not None
    assert match.id == "first"
