"""What the order of words says: who does what to whom, and what is negated."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from personagraph.dedup.veto.marks import Unit

_LISTING = frozenset({"and", "or", "but", "&", ",", ";", "/", ":"})
_CONJUNCTIONS = frozenset({"and", "or", "but", "&"})
_RELATIVES = frozenset({"who", "whom", "whose", "which", "that", "while", "when", "because"})
_ARTICLES = frozenset({"a", "an", "the"})
_SMALL_WORDS = _ARTICLES | frozenset(
    ("of", "to", "in", "on", "at", "for", "with", "from", "by", "as", "is", "are", "be", "been", "his", "her", "their")
)
_ORDERED = ("place", "town", "language", "age", "sex", "kin", "former", "belief", "work", "number", "symbol", "role")

Item = frozenset[tuple[str, tuple[frozenset[str], ...]]]
"""What one part of a list says: per category, its values in order; values joined by "and" are one set."""


def shape(units: Sequence[Unit]) -> list[Counter[Item]]:
    """What each clause says, in order. The parts of a list have no order: "a nurse and a mother"."""
    clauses: list[Counter[Item]] = [Counter()]
    parts: dict[str, list[frozenset[str]]] = {}
    joined: set[str] = set()
    for index, unit in enumerate(units):
        boundary = _boundary(units, index)
        shared = _categories_joined(units, index) if boundary == "list" else set()
        if shared:
            joined = shared
        elif boundary:
            _close(clauses[-1], parts)
            parts = {}
            if boundary == "clause":
                clauses.append(Counter())
        said = dict(_ordered_values(unit))
        for category, values in said.items():
            _enter(parts.setdefault(category, []), values, join=category in joined)
        joined = set() if said else joined
    _close(clauses[-1], parts)
    return [clause for clause in clauses if clause]


def scopes(units: Sequence[Unit]) -> dict[str, set[str]]:
    """Word → what governs it: a negation up to the next part of the list, a stance up to the next stance."""
    governed: dict[str, set[str]] = {}
    negation = stance = ""
    for index, unit in enumerate(units):
        boundary = _boundary(units, index)
        negation = "" if boundary and unit.text != "or" else negation
        stance = "" if boundary == "clause" or unit.text == "but" else stance
        stance = next(iter(unit.values("stance")), stance)
        if unit.values("negation"):
            negation = "not"
        elif unit.text not in _SMALL_WORDS | _LISTING and not unit.values("stance"):
            governed.setdefault(unit.text, set()).update({negation or "plain", stance} - {""})
    return governed


def passives(units: Sequence[Unit]) -> set[str]:
    """The stems of the verbs that "by" follows: "is mentored by"."""
    return {one.text[:-2] for one, by in pairwise(units) if by.text == "by" and one.text.endswith("ed")}


def _boundary(units: Sequence[Unit], index: int) -> str:
    """Whether a new part of a list or a new clause begins here, or neither ("")."""
    text, before = units[index].text, units[index - 1].text if index else ""
    if text in _RELATIVES:
        return "list" if before in _CONJUNCTIONS else "clause"
    if before == "," and text.endswith(("ing", "ed")):
        return "clause"
    return "list" if text in _LISTING else ""


def _categories_joined(units: Sequence[Unit], index: int) -> set[str]:
    """The categories of both neighbours of a conjunction or comma: "nurses and teachers", "a nurse and a teacher"."""
    before = next((unit for unit in reversed(units[:index]) if unit.text not in _LISTING), None)
    after = next((unit for unit in units[index + 1 :] if unit.text not in _LISTING | _ARTICLES), None)
    if before is None or after is None:
        return set()
    return {category for category, _ in _ordered_values(before)} & {category for category, _ in _ordered_values(after)}


def _ordered_values(unit: Unit) -> Iterator[tuple[str, frozenset[str]]]:
    for category in _ORDERED:
        if values := unit.values(category):
            yield category, frozenset(values)
    if unit.capital and not unit.senses:
        yield "name", frozenset({unit.text})


def _enter(values: list[frozenset[str]], new: frozenset[str], *, join: bool) -> None:
    if join and values:
        values[-1] |= new
    elif new not in values:
        values.append(new)


def _close(clause: Counter[Item], parts: dict[str, list[frozenset[str]]]) -> None:
    if parts:
        clause[frozenset((category, tuple(values)) for category, values in parts.items())] += 1
