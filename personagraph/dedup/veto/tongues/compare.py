"""Whether two descriptions that are not English say the same, and what they say when they are looked up."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import product

from personagraph.dedup.veto.tongues.likeness import FEWEST_ACCENTS, others_do, unlike
from personagraph.dedup.veto.tongues.reading import Said, TongueReading, read
from personagraph.dedup.veto.tongues.recognition import tongue_of_words
from personagraph.dedup.veto.tongues.tables import negations_in, numbers_in
from personagraph.dedup.veto.tongues.tongue import Language
from personagraph.text.words import folded, is_symbol, printed, unaccented, words

UNREAD = "language: cannot read"
"""The reason where nobody can tell whether what differs says anything."""
_FIRST = ("negation", "number", "symbol", "sex", "kin", "age", "place", "role", "language")
"""The categories that name a reason before all others."""
_CLAUSES = 3
_LONGEST_KEPT = 2000
"""The longest description whose reading is kept, in characters."""


def tongue_tokens(description: str) -> tuple[str, ...]:
    """What the words of a description that is not English say, in order.

    In a language that cannot be read these are its words, unaccented. Whatever `tongue_differs` calls one has the same
    tokens, in some order.
    """
    reading, _ = _read(description)
    if reading is None:
        return tuple(words(unaccented(folded(description)), cut=1))
    return tuple(unit.value for unit in reading.units() if unit.value)


def tongue_differs(a: str, b: str) -> str | None:
    """The reason why two descriptions that are not both English are not of one persona, or None.

    In a language that can be read nothing is said by function words and praise, inflection, what is in the lexicon as a
    synonym, the order of two words joined by "and" or of two clauses, accents left out throughout, and whether a number
    is spelled. In any other, only the same words in the same order are one; the reason is UNREAD, unless a number, a
    symbol or a negation differs.
    """
    (one, tongue), (two, other) = _read(a), _read(b)
    if one is None or two is None or tongue is None or tongue is not other:
        return _unread(a, b)
    return _said(one, two) or _in_order(one, two, tongue)


def _read(description: str) -> tuple[TongueReading, Language] | tuple[None, None]:
    return _read_once(description) if len(description) <= _LONGEST_KEPT else _read_once.__wrapped__(description)


@lru_cache(maxsize=1 << 12)
def _read_once(description: str) -> tuple[TongueReading, Language] | tuple[None, None]:
    found = printed(description)
    tongue = tongue_of_words(found)
    return (read(found, tongue), tongue) if tongue else (None, None)


def _said(one: TongueReading, two: TongueReading) -> str | None:
    """The reason if one says what the other does not."""
    mine, yours = (list(reading.units()) for reading in (one, two))
    only_mine, only_yours = _beyond(mine, yours), _beyond(yours, mine)
    extra = only_mine + only_yours
    if not extra:
        return None
    category = next((name for name in _FIRST if any(unit.category == name for unit in extra)), "")
    first = [
        next((unit.exact for unit in side if unit.category == category or not category), side[0].exact if side else "-")
        for side in (only_mine, only_yours)
    ]
    return f"{category or extra[0].category or 'word'}: {first[0]} / {first[1]}"


def _beyond(mine: Sequence[Said], yours: Sequence[Said]) -> list[Said]:
    """The units that say what the other side does not say, or not as often."""
    left = Counter(unit.value for unit in yours)
    found = []
    for unit in mine:
        left[unit.value] -= 1
        if left[unit.value] < 0:
            found.append(unit)
    return found


def _in_order(one: TongueReading, two: TongueReading, tongue: Language) -> str | None:
    """The reason if the same is said of others, or in a form that says more."""
    reasons, accents = [], (one.accented, two.accented)
    for listed, parts in product((_flat, _listed), _orders(two, one)):
        mine, yours = listed(one.parts), listed(parts)
        if [unit.value for unit in mine] == [unit.value for unit in yours]:
            pairs = zip(mine, yours, strict=True)
            found = next((reason for x, y in pairs if (reason := unlike(x, y, accents, tongue))), None)
            if found is None and not (found := others_do(mine, yours, tongue)):
                return None
            reasons.append(found)
    return reasons[0] if reasons else "order: who is what"


def _orders(reading: TongueReading, like: TongueReading) -> Iterator[tuple[tuple[Said, ...], ...]]:
    """The parts, and, where only two clauses say more of one person, those two the other way round."""
    yield reading.parts
    if len(reading.parts) == len(like.parts) == _CLAUSES and max(reading.relatives, like.relatives) <= 1:
        first, second, (*third, end) = reading.parts
        if min(len(second), len(third)) > 1:
            begin = second[0]._replace(is_joined=third[0].is_joined)
            yield first, (third[0]._replace(is_joined=second[0].is_joined), *third[1:]), (begin, *second[1:], end)


def _flat(parts: Sequence[Sequence[Said]]) -> list[Said]:
    return [unit for part in parts for unit in part]


def _listed(parts: Sequence[Sequence[Said]]) -> list[Said]:
    """All units, with bare words that a comma or "and" joins in one order: "médecin et poète"."""
    runs: list[list[Said]] = [[]]
    for unit in _flat(parts):
        if unit.is_joined and unit.category != "end":
            runs[-1].append(unit)
        else:
            runs.append([unit])
    return [unit for run in runs for unit in sorted(run, key=lambda unit: unit.value)]


def _unread(a: str, b: str) -> str | None:
    mine, yours = (words(folded(text), cut=1) for text in (a, b))
    if mine == yours:
        return None
    bare = [[unaccented(word) for word in side] for side in (mine, yours)]
    other = sum(x != y for x, y in zip(mine, yours, strict=False))
    if bare[0] == bare[1] and (mine == bare[0] or yours == bare[1]) and other >= FEWEST_ACCENTS:
        return None
    for category, one, two in (
        ("negation", negations_in(mine, a), negations_in(yours, b)),
        ("number", numbers_in(mine, a), numbers_in(yours, b)),
        ("symbol", Counter(filter(is_symbol, mine)), Counter(filter(is_symbol, yours))),
    ):
        if one != two:
            first = [next(iter(x - y), "-") for x, y in ((one, two), (two, one))]
            return f"{category}: {first[0]} / {first[1]}"
    return UNREAD
