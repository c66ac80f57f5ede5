"""Whether two descriptions are the same text, or surely say the same: compiled loops over what was read of them.

A description is a row of what `Readings.flat` gives; `spoken` is what `MetWords.spoken` does.
"""

import numpy as np

from personagraph.arrays.compiled import compiled
from personagraph.dedup.arrays.content import MOST_WORDS, form_of

_FIRST_LETTER = ord("a")
_NONE = -2
"""No number of a form."""


@compiled
def is_space(byte):  # type: ignore[no-untyped-def]
    """Whether `str.split` cuts there."""
    return byte == 32 or 9 <= byte <= 13 or 28 <= byte <= 31


@compiled
def _after_space(data, at, end):  # type: ignore[no-untyped-def]
    while at < end and is_space(data[at]):
        at += 1
    return at


@compiled
def small(byte):  # type: ignore[no-untyped-def]
    """A byte of ASCII without regard to case."""
    return byte + 32 if 65 <= byte <= 90 else byte


@compiled
def _bounds(ends, row):  # type: ignore[no-untyped-def]
    """Where a text begins and ends, without its line feed."""
    return (ends[row - 1] if row else 0), ends[row] - 1


@compiled
def are_same_text(one, row, two, other):  # type: ignore[no-untyped-def]
    """Whether two texts of ASCII are one by `normalise`."""
    (a, a_end), (b, b_end) = _bounds(one[1], row), _bounds(two[1], other)
    a, b = _after_space(one[0], a, a_end), _after_space(two[0], b, b_end)
    while a < a_end and b < b_end:
        x, y = one[0][a], two[0][b]
        if is_space(x) and is_space(y):
            a, b = _after_space(one[0], a, a_end), _after_space(two[0], b, b_end)
        elif small(x) == small(y):
            a, b = a + 1, b + 1
        else:
            break
    return _after_space(one[0], a, a_end) == a_end and _after_space(two[0], b, b_end) == b_end


@compiled
def _capital_from(data, at, end):  # type: ignore[no-untyped-def]
    """The next word that is not in small letters; two ends where there is none."""
    while at < end:
        start = at = _after_space(data, at, end)
        has_small, has_capital = False, False
        while at < end and not is_space(data[at]):
            has_small |= 97 <= data[at] <= 122
            has_capital |= 65 <= data[at] <= 90
            at += 1
        if at > start and (has_capital or not has_small):
            return start, at
    return end, end


@compiled
def _after_word(data, at, end):  # type: ignore[no-untyped-def]
    at = _after_space(data, at, end)
    while at < end and not is_space(data[at]):
        at += 1
    return at


@compiled
def have_same_capitals(one, row, two, other):  # type: ignore[no-untyped-def]
    """Whether two texts of ASCII have the same words, from the second on, that are not in small letters."""
    (a, a_end), (b, b_end) = _bounds(one[1], row), _bounds(two[1], other)
    a, b = _after_word(one[0], a, a_end), _after_word(two[0], b, b_end)
    while True:
        start, a = _capital_from(one[0], a, a_end)
        other_start, b = _capital_from(two[0], b, b_end)
        if a - start != b - other_start:
            return False
        if start == a:
            return True
        for index in range(a - start):
            if one[0][start + index] != two[0][other_start + index]:
                return False


@compiled
def share_key(one, row, two, other):  # type: ignore[no-untyped-def]
    """Whether the two may say the same, with a slip of one of them corrected at most."""
    start, other_start = (one[6][row - 1] if row else 0), (two[6][other - 1] if other else 0)
    if start == one[6][row] or other_start == two[6][other]:
        return False
    found = False
    for index in range(other_start, two[6][other]):
        found |= two[5][index] == one[5][start]
    for index in range(start, one[6][row]):
        found |= one[5][index] == two[5][other_start]
    return found


@compiled
def form(words, spoken, has_clauses):  # type: ignore[no-untyped-def]
    """What plain rows have in common that are surely the same: the words in their exact forms, in order.

    With clauses, a verb after a relative has the form that it has without one, too.
    """
    exact, participle, governs, relative, token, phrase, phrases = spoken[:7]
    found = np.empty(2 * len(words) + 1, np.int32)
    named = relative if has_clauses else _NONE
    size = form_of(words, exact, participle, governs, named, token, phrase, *phrases, found)
    return found[:size]


@compiled
def _are_equal(one, two):  # type: ignore[no-untyped-def]
    index = 0
    while index < min(len(one), len(two)) and one[index] == two[index]:
        index += 1
    return index == len(one) == len(two)


@compiled
def _stands_in_english(at, words, spoken):  # type: ignore[no-untyped-def]
    """Whether a word is there once, and of the four around it one at most is unknown, as the aligner has it."""
    known, _, _, kept, starts = spoken[7:]
    for index in range(len(words)):
        if index != at and words[index] == words[at]:
            return False
    unknown = 0
    for step in (-1, 1):
        seen, index = 0, at + step
        while seen < 2 and 0 <= index < len(words):
            if kept[starts[words[index]]] >= _FIRST_LETTER:
                seen += 1
                unknown += known[words[index]] == 0
            index += step
    return unknown <= 1


@compiled
def _is_corrected(words, wanted, spoken):  # type: ignore[no-untyped-def]
    """Whether a text has the wanted form with one word replaced by what it may be a slip of."""
    _, slip, links, _, _ = spoken[7:]
    for at in range(len(words) if len(words) <= MOST_WORDS else 0):
        link = slip[words[at]]
        if link and _stands_in_english(at, words, spoken):
            changed = words.copy()
            while link:
                changed[at] = links[link - 1, 0]
                if _are_equal(form(changed, spoken, False), wanted):
                    return True
                link = links[link - 1, 1]
    return False


@compiled
def say_the_same(words, others, spoken):  # type: ignore[no-untyped-def]
    """Whether two plain rows surely say the same, at most one slip of spelling forgiven."""
    if _are_equal(form(words, spoken, True), form(others, spoken, True)):
        return True
    return _is_corrected(others, form(words, spoken, False), spoken) or _is_corrected(
        words, form(others, spoken, False), spoken
    )


@compiled
def words_of(side, row):  # type: ignore[no-untyped-def]
    """The numbers of the words of a row."""
    return side[2][(side[3][row - 1] if row else 0) : side[3][row]]
