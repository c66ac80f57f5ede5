"""Why two descriptions are not one: what is said of the one and not of the other, or who does what to whom."""

from collections import Counter
from collections.abc import Sequence

from personagraph.dedup.veto.canonical import UNCOUNTED, exact_form
from personagraph.dedup.veto.context import is_other_word, says_otherwise, spoken
from personagraph.dedup.veto.english import stems
from personagraph.dedup.veto.lexicon import negated
from personagraph.dedup.veto.marks import Unit
from personagraph.dedup.veto.order import (
    aligned,
    directions,
    form_differs,
    governs,
    is_moved,
    is_other_name,
    joins,
    others_do,
    scopes,
)
from personagraph.dedup.veto.reading import Item, Reading, corrections, read
from personagraph.dedup.veto.tongues.compare import tongue_differs

_ALWAYS = ("number", "negation", "symbol")
_EITHER_SIDE = (
    *("place", "town", "language", "age", "sex", "kin", "belief", "family", "work", "health", "orientation", "origin"),
    *("former", "role"),
)
"""Categories that name a difference wherever one description says what the other does not."""
_BOTH_SIDES = (
    *("stance", "level", "commerce", "lending", "learning", "winning", "amount", "time", "settlement", "wealth"),
    *("direction", "temper", "side", "compass", "scale", "setting", "sector", "colour", "school", "field"),
)
"""Categories that name it where one value is replaced by another."""
_CERTAIN = ("sex", "kin")
"""Categories that keep apart what says the same by its key ("Mr", "Mrs")."""
_AGENT_ENDINGS = ("er", "or", "ist", "ian", "ant", "ess", "eer", "man", "smith")


def differs(a: str, b: str) -> str | None:
    """The reason why two descriptions are not of one persona ("place: american / nigerian"), or None.

    Symmetric up to the order in which the two words are named. Case, punctuation, spacing and width are no differences.
    Nor are, where both are English, accents, spelling, inflection, one slip, synonyms, function words, praise, and the
    order of a list and of clauses. Any other word that only one of them has keeps them apart. What is not English is
    told apart by `tongue_differs`.
    """
    one, two = read(a), read(b)
    is_english = one.is_english and two.is_english
    if one.exact == two.exact or _is_same_in_turkish(a, b):
        return _by_capital(one, two) if is_english else None
    if not is_english:
        return tongue_differs(a, b)
    if one.said.keys() != two.said.keys():
        pairs = _corrected(one, two)
        return min((_difference(*pair) for pair in pairs), key=bool) if pairs else _what_differs(one, two)
    return _difference(one, two)


def _corrected(one: Reading, two: Reading) -> list[tuple[Reading, Reading]]:
    """The two with one slip of either corrected, wherever they say the same then."""
    pairs = [(one.corrected(slip, word), two) for slip, word in corrections(one, two)]
    pairs += [(one, two.corrected(slip, word)) for slip, word in corrections(two, one)]
    return [pair for pair in pairs if pair[0].said.keys() == pair[1].said.keys()]


def _difference(one: Reading, two: Reading) -> str | None:
    """What differs of two that say the same."""
    if any(said not in UNCOUNTED for said in (one.said - two.said) | (two.said - one.said)):
        return _what_differs(one, two)
    left, right = one.counted, two.counted
    places = aligned(left, right)
    if others_do(one) != others_do(two):
        return "order: who does it"
    if is_moved(left, right, places):
        return "order: who is what"
    if places == sorted(places) and joins(left) != joins(right) and (reason := _by_scope(one, two)):
        return reason
    if reason := _by_direction(left, right, places):
        return reason
    for rule in (_by_form, _by_accent):
        if reason := next((found for x, y in enumerate(places) if (found := rule(left[x], right[y]))), None):
            return reason
    if reason := _by_context([*left, one.end], [*right, two.end], [*places, len(right)]) or _by_capital(one, two):
        return reason
    if any(left[x].text != right[y].text for x, y in enumerate(places)) and (
        reason := _by_lexicon(one.units, two.units, _CERTAIN)
    ):
        return reason
    return _by_name(one, two) or (_by_language(one, two) if places != sorted(places) else None)


def _by_direction(left: Sequence[Item], right: Sequence[Item], places: Sequence[int]) -> str | None:
    mine, yours = directions(left), directions(right)
    for x, y in enumerate(places):
        one, two = mine[x], yours[y]
        if one is not None and two is not None and one != two and {one, two} != {"", "to"}:
            kind = "voice" if "by" in (one, two) else "direction"
            return _reason(kind, f"{one} {left[x].text}".strip(), f"{two} {left[x].text}".strip())
    return None


def _by_form(mine: Item, yours: Item) -> str | None:
    return _reason("word", mine.text, yours.text) if form_differs(mine, yours) else None


def _by_context(left: Sequence[Item], right: Sequence[Item], places: Sequence[int]) -> str | None:
    for x, y in enumerate(places):
        one, two = left[x], right[y]
        follows = x == y == 0 or (x > 0 and y > 0 and places[x - 1] == y - 1)
        if one.text == two.text and one.between == two.between and (follows or not one.between):
            continue
        mine, yours = spoken(left, x), spoken(right, y)
        if mine != yours:
            return _reason("word", " ".join(mine), " ".join(yours))
        if is_other_word(left, x, right, y):
            return _reason("word", one.text, two.text)
        if says_otherwise(one, two, follow_the_same=follows):
            return _reason("relation", *(" ".join((*(t.word for t in i.between), i.text)) for i in (one, two)))
    return None


def _by_capital(one: Reading, two: Reading) -> str | None:
    """What is a name in the one alone ("Polish", "Apple"), where both write names with capitals."""
    if not (one.has_case and two.has_case) or (one.capitals == two.capitals and one.word_set == two.word_set):
        return None
    left, right = one.counted, two.counted
    if len(left) != len(right):
        return None
    for x, y in enumerate(aligned(left, right)):
        if is_other_name(left, x, right, y):
            return _reason("name", left[x].text, right[y].text)
    return None


def _by_accent(mine: Item, yours: Item) -> str | None:
    """An accent may be left out ("café", "cafe"), and is another when it is replaced ("má", "mà")."""
    if mine.accents and yours.accents and mine.accents != yours.accents:
        return _reason("word", mine.accents, yours.accents)
    return None


def _what_differs(one: Reading, two: Reading) -> str:
    """The reason why two that do not say the same are apart, by the first kind of it that there is."""
    for rule in (_by_lexicon, _by_prefix, _by_agent):
        if reason := rule(one.units, two.units):
            return reason
    return _by_name(one, two) or _by_word(one, two)


def _by_lexicon(
    one: Sequence[Unit], two: Sequence[Unit], categories: Sequence[str] = (*_ALWAYS, *_EITHER_SIDE, *_BOTH_SIDES)
) -> str | None:
    for category in categories:
        mine, yours = (Counter(value for unit in side for value in unit.values(category)) for side in (one, two))
        only_mine, only_yours = mine - yours, yours - mine
        if category in _EITHER_SIDE:
            only_mine, only_yours = (Counter(set(x) - set(y)) for x, y in ((mine, yours), (yours, mine)))
        if only_mine and only_yours if category in _BOTH_SIDES else only_mine or only_yours:
            return _reason(category, _text_of(one, category, only_mine), _text_of(two, category, only_yours))
    return None


def _by_prefix(one: Sequence[Unit], two: Sequence[Unit]) -> str | None:
    sides = _unshared(one, two)
    for mine, yours in (sides, sides[::-1]):
        by_text = {unit.text: unit for unit in mine}
        for unit in yours:
            if found := next((by_text[text] for text in negated(unit.text) if text in by_text), None):
                return _reason("negation", *((found.text, unit.text) if mine is sides[0] else (unit.text, found.text)))
    return None


def _by_agent(one: Sequence[Unit], two: Sequence[Unit]) -> str | None:
    """By the endings of words that are not in the lexicon: "luthier" and "falconer" are roles, too."""
    mine, yours = ([unit for unit in side if _is_agent(unit)] for side in _unshared(one, two))
    if not (mine and yours) or all(unit.senses is not None for unit in (*mine, *yours)):
        return None
    first = next((unit for unit in mine if unit.senses is None), mine[0])
    second = yours[0] if first.senses is None else next(unit for unit in yours if unit.senses is None)
    return _reason("role", first.text, second.text)


def _by_name(one: Reading, two: Reading) -> str | None:
    """A name, or letters that stand for one ("WHO"), that only one of them has."""
    mine, yours = (_names(*pair) for pair in ((one, two), (two, one)))
    return _reason("name", " ".join(mine), " ".join(yours)) if mine or yours else None


def _names(one: Reading, two: Reading) -> list[str]:
    if all(token.word in two.word_set for token in one.tokens if token.capital):
        return []
    others = {unit.text for unit in two.units}
    phrases = {word for item in one.items if " " in item.text for word in item.text.split()}
    # what is said by several words together is no name ("Software Engineer")
    only = [unit for unit in one.units if unit.capital and not unit.senses and unit.text not in others]
    return [unit.text for unit in only if exact_form(unit.text) and unit.text not in phrases]


def _by_scope(one: Reading, two: Reading) -> str | None:
    if not (governs(one) or governs(two)):
        return None
    mine, yours = scopes(one.units), scopes(two.units)
    for word in sorted(mine.keys() & yours.keys()):
        for pair in ({"for", "against"}, {"not", "plain"}):
            if pair == (mine[word] ^ yours[word]) & pair:
                return _reason("scope", word, word)
    return None


def _by_language(one: Reading, two: Reading) -> str | None:
    """What cannot be read must be the same, in the same order."""
    return None if one.unread == two.unread else "language: cannot read"


def _by_word(one: Reading, two: Reading) -> str:
    """The first word that only one of them says, or says more often."""
    mine, yours = (
        next((i.text for i in x.items if x.said[i.said] > y.said[i.said]), "") for x, y in ((one, two), (two, one))
    )
    return _reason("word", mine, yours)


def _reason(category: str, mine: str, yours: str) -> str:
    return f"{category}: {mine or '-'} / {yours or '-'}"


def _text_of(units: Sequence[Unit], category: str, values: Counter[str]) -> str:
    return next((unit.text for unit in units if values.keys() & set(unit.values(category))), "")


def _unshared(one: Sequence[Unit], two: Sequence[Unit]) -> tuple[list[Unit], list[Unit]]:
    """The units of each whose text the other does not have, in any form."""
    forms = [{stem for unit in side for stem in stems(unit.text)} for side in (one, two)]
    return tuple([u for u in x if stems(u.text).isdisjoint(y)] for x, y in ((one, forms[1]), (two, forms[0])))  # type: ignore[return-value]


def _is_agent(unit: Unit) -> bool:
    if unit.senses is not None:
        return bool(unit.values("role"))
    return not unit.capital and len(unit.text) > 4 and unit.text.removesuffix("s").endswith(_AGENT_ENDINGS)


def _is_same_in_turkish(a: str, b: str) -> bool:
    """Whether they are the same words with the small letters that I and İ have in Turkish."""
    if not any(letter in text for text in (a, b) for letter in "ıİ"):
        return False
    one, two = (read(text.replace("I", "ı").replace("İ", "i")).exact for text in (a, b))
    return one == two
