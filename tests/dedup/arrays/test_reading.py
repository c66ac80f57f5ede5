"""What the compiled loops read of descriptions is what the reference says, however they are put together."""

import json
import random
from pathlib import Path

import pytest

from personagraph.dedup.arrays.reading import Reader, _joined, _may_say_more
from personagraph.dedup.veto.canonical import exact_form, key_tokens
from personagraph.dedup.veto.marks import NOT_PLAIN
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
    by_tokens: dict[frozenset[str], int] = {}
    for row, text in enumerate(texts):
        tokens = frozenset(key_tokens(text))
        own = int(readings.keys_of(row)[0]) if tokens else 0
        if by_tokens.setdefault(tokens, own) != own or bool(tokens) != bool(len(readings.keys_of(row))):
            return False
    return len(set(by_tokens.values())) == len(by_tokens)


def test_keys_are_equal_where_the_reference_has_equal_sets_of_tokens_and_only_there(personas):
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
    _may_say_more(*_joined(texts), found)
    missed = [text for text, may in zip(texts, found, strict=True) if NOT_PLAIN.search(text) and not may]
    assert missed == []


def test_exact_words_are_those_of_the_reference(personas):
    reader = Reader()
    readings = reader.read(personas)
    for row, text in enumerate(personas):
        if readings.plain[row] and text.isascii():
            wanted = [form for form in map(exact_form, words(text)) if form]
            found = reader.exact_words(readings.words_of(row))
            assert [reader.vocabulary.tokens[number].decode() for number in found] == wanted
