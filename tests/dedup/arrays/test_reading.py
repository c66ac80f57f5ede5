"""What the compiled loops read of descriptions is what the reference says, however they are put together."""

import json
import random
import re
from collections import Counter
from pathlib import Path

import pytest

from personagraph.dedup.arrays.reading import Reader, ReadRow, _may_say_more, joined
from personagraph.dedup.arrays.sameness import form
from personagraph.dedup.veto.canonical import UNCOUNTED, exact_form, key_tokens
from personagraph.dedup.veto.english import reads_as_english
from personagraph.dedup.veto.marks import NOT_PLAIN
from personagraph.dedup.veto.veto import differs
from personagraph.text.words import words

AWKWARD = [
    "",
    " \t\n",
    "!?",
    "a",
    "C# and C++ at 5:30, for $3.50 (U.S. and U.K.)",
    "the boss's dog; James's own 'n' rock `n` roll",
    "It is -5 or 5-6 or 1,000,000 at #1",
    "A caf\u00e9-owner, “na\u00efve” and 30\u00a0years old – or so…",
    "東京の漁師 who likes \U0001f41f",
    "Une infirmière qui travaille à Lyon",
    "Ein Arzt aus Bonn und seine Frau",
    "half \ud800 a pair",
    "UPPER and lower_case words_2",
    "a nurse\x1cwho\x0bsings",
    "word " * 3000,
]


@pytest.fixture(scope="module")
def personas(shared_data: Path) -> list[str]:
    lines = (shared_data / "personas" / "personahub.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["persona"] for line in lines]


def keys_agree(texts: list[str]) -> bool:
    readings = Reader().read(texts)
    by_tokens: dict[frozenset[tuple[str, int]], int] = {}
    for row, text in enumerate(texts):
        counted = Counter(key_tokens(text))
        is_counted = reads_as_english(words(text))
        tokens = frozenset((said, n if is_counted and said not in UNCOUNTED else 1) for said, n in counted.items())
        own = int(readings.keys_of(row)[0]) if tokens else 0
        if by_tokens.setdefault(tokens, own) != own or bool(tokens) != bool(len(readings.keys_of(row))):
            return False
    return len(set(by_tokens.values())) == len(by_tokens)


def test_keys_are_equal_where_the_reference_has_the_same_tokens_as_often_and_only_there(personas):
    shuffled = [" ".join(random.Random(n).sample(text.split(), len(text.split()))) for n, text in enumerate(personas)]
    assert keys_agree([*personas, *shuffled, *(text.upper() for text in personas[:300]), *AWKWARD])


def test_what_is_read_does_not_depend_on_what_is_read_with_it(personas):
    texts = [*personas[:200], *AWKWARD]
    together, apart = Reader(), Reader()
    all_at_once = together.read(texts)
    one_by_one = [apart.read([text]) for text in texts]
    assert [list(r.text) for r in one_by_one] == [[t] for t in all_at_once.text]
    assert [r.plain[0] for r in one_by_one] == list(all_at_once.plain)
    again = [apart.read([text]) for text in texts]  # with all links between slips and words
    kinds = [{tuple(sorted(r.keys.tolist())): n for n, r in reversed(list(enumerate(again)))}]
    kinds.append({tuple(sorted(all_at_once.keys_of(n).tolist())): n for n in reversed(range(len(texts)))})
    assert sorted(kinds[0].values()) == sorted(kinds[1].values())


def test_plain_texts_are_those_in_which_the_reference_finds_no_mark(personas):
    texts = [text for text in [*personas, *AWKWARD] if text.isascii()]
    import numpy as np

    found = np.empty(len(texts), np.bool_)
    _may_say_more(*joined(texts), found)
    missed = [text for text, may in zip(texts, found, strict=True) if NOT_PLAIN.search(text) and not may]
    assert missed == []


def test_forms_are_equal_where_the_exact_words_of_the_reference_are(personas):
    reader = Reader()
    texts = [text for text in personas if text.isascii()]
    texts += [f"The dedicated {text.upper()}!" for text in texts[::5]]
    readings = reader.read(texts)
    forms: dict[tuple[str, ...], bytes] = {}
    for row, text in enumerate(texts):
        if readings.plain[row] and " who " not in text.lower():
            exact = tuple(filter(None, map(exact_form, words(text))))
            said = form(readings.words_of(row), reader.vocabulary.spoken(), True).tobytes()
            assert forms.setdefault(exact, said) == said
    assert len(set(forms.values())) == len(forms)


def worded_otherwise(text: str) -> list[str]:
    """The text with another relative, with a participle for a relative clause, and with a letter less in a word."""
    found = text.split()
    at = max(range(len(found)), key=lambda n: len(found[n]))
    slip = " ".join([*found[:at], found[at][:3] + found[at][4:], *found[at + 1 :]])
    verb = re.search(r" who (\w+)s\b", text)
    participles = [text.replace(verb[0], f" {stem}ing", 1) for stem in (verb[1], verb[1].rstrip("e"))] if verb else []
    return [text.replace(" who ", " that "), slip, *participles]


def test_what_surely_says_the_same_is_the_same_to_the_aligner(personas):
    reader, sure = Reader(), 0
    pairs = [(text, other) for text in personas[::3] for other in worded_otherwise(text) if other != text]
    ones, others = (reader.read([pair[side] for pair in pairs]) for side in (0, 1))
    ones = reader.read([one for one, _ in pairs])  # with all links between slips and words
    for row, (one, other) in enumerate(pairs):
        if ReadRow(ones, row, reader.vocabulary).says_the_same(ReadRow(others, row, reader.vocabulary)):
            sure += 1
            assert differs(one, other) is None, (one, other)
    assert sure > len(pairs) / 3


def test_what_one_reader_learns_another_does_not_know():
    one, other = Reader(), Reader()
    before = {name: rows[:size].copy() for name, (rows, size) in other.vocabulary.saved().items()}
    one.read(["A zymurgist from Wagga Wagga", "A zymurgisst from Wagga Wagga"])
    assert len(one.vocabulary.words) > len(other.vocabulary.words)
    for reader in (other, Reader()):
        known = {name: rows[:size] for name, (rows, size) in reader.vocabulary.saved().items()}
        assert known.keys() == before.keys()
        assert all((known[name] == before[name]).all() for name in before)
