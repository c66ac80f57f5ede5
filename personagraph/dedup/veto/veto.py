"""Why two descriptions that are alike are not one: they differ in an attribute, a role, a number or a negation."""

from collections import Counter
from collections.abc import Callable, Sequence

from personagraph.dedup.veto.english import is_english
from personagraph.dedup.veto.marks import Token, Unit, negates, one_order, one_spelling, tokens, units
from personagraph.dedup.veto.order import passives, scopes, shape

_EITHER_SIDE = (
    *("place", "town", "language", "age", "sex", "kin", "belief", "family", "work", "health", "orientation", "origin"),
    *("former", "role"),
)
"""What one description says and the other does not already keeps them apart."""
_COUNTED = ("number", "negation")
"""The same, and how often it is said counts."""
_BOTH_SIDES = (
    *("stance", "level", "commerce", "lending", "learning", "winning", "amount", "time", "settlement", "wealth"),
    *("direction", "temper", "side", "compass", "scale", "setting", "sector", "colour", "school", "field"),
)
"""What is said must be replaced by something else of the kind: an addition is no difference."""
_AGENT_ENDINGS = ("er", "or", "ist", "ian", "ant", "ess", "eer", "man", "smith")
_SHORTEST_STEM = 4


def differs(a: str, b: str) -> str | None:
    """The reason why two descriptions are not of one persona ("place: american / nigerian"), or None.

    Symmetric up to the order in which the two words are named. Case, accents, punctuation, British spelling,
    inflection, slips of one letter, added adjectives and the order of a list are no differences. Text that is not
    English is only the same if it has the same words in the same order.
    """
    left, right = tokens(a), tokens(b)
    if _words(left) == _words(right):
        return None
    left, right = one_spelling(left, right)
    one, two = units(left), units(one_order(left, right))
    reason = next((reason for rule in _RULES if (reason := rule(one, two))), None)
    if (
        reason is None
        and _words(left) != _words(right)
        and not (is_english(_words(left)) and is_english(_words(right)))
    ):
        return "language: cannot read"
    return reason


def _by_lexicon(one: Sequence[Unit], two: Sequence[Unit]) -> str | None:
    for category in (*_EITHER_SIDE, *_COUNTED, *_BOTH_SIDES):
        mine, yours = _said(one, category), _said(two, category)
        only_mine, only_yours = mine - yours, yours - mine
        if category in _EITHER_SIDE:
            only_mine, only_yours = (Counter(set(x) - set(y)) for x, y in ((mine, yours), (yours, mine)))
        if only_mine and only_yours if category in _BOTH_SIDES else only_mine or only_yours:
            return _reason(category, _text_of(one, category, only_mine), _text_of(two, category, only_yours))
    return None


def _by_prefix(one: Sequence[Unit], two: Sequence[Unit]) -> str | None:
    mine, yours = _unshared(one, two)
    found = next(((x, y) for x in mine for y in yours if negates(x.text, y.text)), None)
    return _reason("negation", found[0].text, found[1].text) if found else None


def _by_agent(one: Sequence[Unit], two: Sequence[Unit]) -> str | None:
    """By the endings of words that are not in the lexicon: "luthier" and "falconer" are roles, too."""
    mine, yours = ([unit for unit in side if _is_agent(unit)] for side in _unshared(one, two))
    found = next(((x, y) for x in mine for y in yours if x.senses is None or y.senses is None), None)
    return _reason("role", found[0].text, found[1].text) if found else None


def _by_name(one: Sequence[Unit], two: Sequence[Unit]) -> str | None:
    mine, yours = ([unit.text for unit in side if unit.capital and not unit.senses] for side in _unshared(one, two))
    return _reason("name", " ".join(mine), " ".join(yours)) if mine or yours else None


def _by_scope(one: Sequence[Unit], two: Sequence[Unit]) -> str | None:
    mine, yours = scopes(one), scopes(two)
    for word in sorted(mine.keys() & yours.keys()):
        for pair in ({"for", "against"}, {"not", "plain"}):
            if pair == (mine[word] ^ yours[word]) & pair:
                return _reason("scope", word, word)
    return None


def _by_voice(one: Sequence[Unit], two: Sequence[Unit]) -> str | None:
    for passive, active in ((one, two), (two, one)):
        for stem in sorted(passives(passive) - passives(active)):
            if len(stem) >= _SHORTEST_STEM and any(unit.text.startswith(stem) for unit in active):
                return _reason("voice", f"{stem}ed by", stem)
    return None


def _by_order(one: Sequence[Unit], two: Sequence[Unit]) -> str | None:
    shared = {unit.text for unit in one if unit.capital} & {unit.text for unit in two if unit.capital}
    mine, yours = (shape([u._replace(capital=u.text in shared) for u in side]) for side in (one, two))
    return None if mine == yours else "order: who is what"


_Rule = Callable[[Sequence[Unit], Sequence[Unit]], str | None]
_RULES: tuple[_Rule, ...] = (_by_lexicon, _by_prefix, _by_agent, _by_name, _by_voice, _by_scope, _by_order)


def _said(units: Sequence[Unit], category: str) -> Counter[str]:
    return Counter(value for unit in units for value in unit.values(category))


def _text_of(units: Sequence[Unit], category: str, values: Counter[str]) -> str:
    return next((unit.text for unit in units if values.keys() & set(unit.values(category))), "")


def _reason(category: str, mine: str, yours: str) -> str:
    return f"{category}: {mine or '-'} / {yours or '-'}"


def _unshared(one: Sequence[Unit], two: Sequence[Unit]) -> tuple[list[Unit], list[Unit]]:
    """The units of each whose text the other does not have."""
    texts = [{unit.text for unit in side} for side in (one, two)]
    return [u for u in one if u.text not in texts[1]], [u for u in two if u.text not in texts[0]]


def _is_agent(unit: Unit) -> bool:
    if unit.senses is not None:
        return bool(unit.values("role"))
    return not unit.capital and len(unit.text) > 4 and unit.text.removesuffix("s").endswith(_AGENT_ENDINGS)


def _words(found: Sequence[Token]) -> list[str]:
    return [token.word for token in found if token.is_word]
