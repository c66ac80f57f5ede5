"""What the order of words says: who does what to whom, and what is negated."""

from collections import defaultdict, deque
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice, pairwise

from personagraph.dedup.veto.context import SMALL_NAMES
from personagraph.dedup.veto.english import base, is_inflected, is_known
from personagraph.dedup.veto.lexicon import senses
from personagraph.dedup.veto.marks import Token, Unit
from personagraph.dedup.veto.reading import Item, Reading

_LISTING = frozenset({"and", "or", "but", "&", ",", ";", "/", ":"})
_ENDS = frozenset(".!?")
_NAMED = ("place", "town", "language")
_COMMA = Token(",", ",")
_MOST_COMPARED = 8
"""Of the places where a word stands."""
_BRACKETS = frozenset("()")
_CONJUNCTIONS = frozenset({"and", "or", "but", "&"})
_RELATIVES = frozenset({"who", "whom", "whose", "which", "that", "while", "when", "because", "where"})
_CLAUSES = _RELATIVES | {"with", "has", "have", "having"}
_WHO_IS = ({"who", "is"}, {"that", "is"}, {"who", "are"})
_RELATING = frozenset({"in", "at", "on", "of", "for", "to", "from", "by", "with", "about"})
_OF = frozenset({"of"})
_OF_A_PLACE = frozenset({"of", "in", "from"})
_SMALL_WORDS = frozenset(
    (
        *("a", "an", "the", "of", "to", "in", "on", "at", "for", "with", "from", "by", "as", "is", "are", "be", "been"),
        *("his", "her", "their", "does", "do", "did", "has", "have"),
    )
)
_OTHERS = frozenset({"a", "an", "the", "my", "your", "his", "her", "its", "their"})
"""Words that begin who does it, where they stand after "that"."""
_ORDERED = ("place", "town", "language", "age", "sex", "kin", "former", "belief", "work", "number", "symbol", "role")
_PEOPLE = ("role", "kin", "age", "sex")
_FIXED = ("negation", "stance", "number", "symbol")
"""Categories of words that say something else when they change places with the word beside them."""
_NEGATION = frozenset({"negation"})
_GOVERNING = _NEGATION | {"stance"}
_VERB_BEFORE = _RELATIVES | _LISTING | {"to", "also", "they", "then"}
"""Words after which a verb stands, in whatever form."""
_MOTION = frozenset(
    (
        *("move", "relocate", "emigrate", "immigrate", "migrate", "flee", "escape", "travel", "return", "run", "go"),
        *("fly", "walk", "sail", "drive", "drift", "shift", "switch", "retire", "withdraw", "send", "transfer", "hide"),
        *("turn", "protect", "defend", "rescue", "save", "ban", "exile", "expel"),
    )
)


def aligned(one: Sequence[Item], two: Sequence[Item]) -> list[int]:
    """For each item of the first, the place of its fellow in the second; both say the same, as often.

    Of several that say the same, the one that stands between the same others.
    """
    if [item.said for item in one] == [item.said for item in two]:
        return list(range(len(one)))
    places: dict[str, deque[int]] = defaultdict(deque)
    for index, item in enumerate(two):
        places[item.said].append(index)
    around = [_neighbours(items) for items in (one, two)]
    result = []
    for index, item in enumerate(one):
        free = places[item.said]
        mine = around[0][index]
        best = max(
            islice(free, _MOST_COMPARED),
            key=lambda place: (sum(x == y for x, y in zip(mine, around[1][place], strict=True)), -place),
        )
        free.remove(best)
        result.append(best)
    return result


def _neighbours(items: Sequence[Item]) -> list[tuple[str, str]]:
    """What is said before and after each."""
    said = ["", *(item.said for item in items), ""]
    return list(zip(said, said[2:], strict=False))


def is_moved(one: Sequence[Item], two: Sequence[Item], places: Sequence[int]) -> bool:
    """Whether another order says something else: all but whole parts of a list or whole clauses that change places.

    Neighbours may change places, too ("a retired blind nurse", "a teacher of history", "a history teacher").
    """
    blocks = _blocks(places)
    if len(blocks) <= 1:
        return False
    first, last = 0, len(blocks)
    while first < last and places[blocks[first][0]] == blocks[first][0]:
        first += 1
    while first < last and places[blocks[last - 1][0]] == blocks[last - 1][0]:
        last -= 1
    moved = blocks[first:last]
    if not moved:
        return False
    in_two = sorted((places[start], places[end]) for start, end in moved)
    if len(moved) == 2 and _are_neighbours(one, two, moved, in_two):
        return False
    if _is_negated(one, two, moved, in_two):
        return True
    return not (_are_parts(one, moved) and _are_parts(two, in_two) and _keep_head(one, two, moved, in_two))


def form_differs(one: Item, two: Item) -> bool:
    """Whether one is a form in "-ing" or "-ed" where the other is none, in one place: "a market(ing) manager"."""
    if one.text == two.text or _ending(one.text) == _ending(two.text):
        return False
    before = [next((word for word in reversed(item.before)), "") for item in (one, two)]
    return before[0] == before[1] and before[0] not in _VERB_BEFORE


def directions(items: Sequence[Item]) -> list[str | None]:
    """Of each item where from ("from"), whereto ("to") or by whom ("by") it is; "" if the words before say none of it.

    None for a further part of a list, which may share it. From a place is where one is from, unless one moves.
    """
    found: list[str | None] = []
    for index, item in enumerate(items):
        joined = found and found[-1] != "" and item.before and _LISTING.issuperset(item.before)
        found.append(None if joined else _direction(item, items[index - 1].text if index else ""))
    return found


def _direction(item: Item, previous: str) -> str:
    if "by" in item.before:
        return "by"
    if "from" in item.before:
        return "" if (item.capital or is_place(item)) and base(previous) not in _MOTION else "from"
    return "to" if {"to", "into", "onto"}.intersection(item.before) else ""


def is_place(item: Item) -> bool:
    """Whether it names a place or its people."""
    return any(sense.category in ("place", "town") for sense in senses(tuple(item.text.split())) or ())


def is_other_name(left: Sequence[Item], x: int, right: Sequence[Item], y: int) -> bool:
    """Whether the one is a name by its capital, where the other is none; or a place, where the other is a name."""
    one, two = left[x], right[y]
    if one.text != two.text:
        return is_place(one) and (_is_in_name(left, x) or _is_in_name(right, y))
    if one.capital == two.capital or _begins(one, x) or _begins(two, y):
        return False
    return _may_be_name(one) and {"in", "from"}.isdisjoint(one.before)


def _begins(item: Item, index: int) -> bool:
    """Whether a sentence begins with it, so that its capital says nothing."""
    return item.between[-1].word in _ENDS if item.between else index == 0


def _may_be_name(item: Item) -> bool:
    """Whether a capital makes a name of what else is an ordinary word, by its forms: "Polish", "Apple"."""
    if item.text in SMALL_NAMES:
        return True
    found = senses(tuple(item.text.split()))
    return is_inflected(item.text) and (not found or any(sense.category in _NAMED for sense in found))


def _is_in_name(items: Sequence[Item], index: int) -> bool:
    """Whether a place is rather a part of a name ("Michael Jordan"), or the name of who is described ("Chad, …")."""
    item, before = items[index], items[index - 1] if index else None
    if before is None:
        return not item.between and len(items) > 1 and items[1].between[:1] == (_COMMA,)
    return item.capital and not item.between and before.capital and not senses(tuple(before.text.split()))


def others_do(reading: Reading) -> int:
    """How many relative clauses say what others do."""
    marks = [mark.word for mark in reading.tokens]
    relatives = sum(one in ("who", "which", "that") and two in _OTHERS for one, two in pairwise(marks))
    return relatives + sum(word in ("whose", "whom") for word in marks)


def joins(items: Sequence[Item]) -> list[list[str]]:
    """The conjunctions before each item, and after a negation the relatives, too ("isn't who has", "is who hasn't")."""
    negated = [False, *(_is_negation(item) for item in items)]
    counted = [_CONJUNCTIONS | _RELATIVES if after else _CONJUNCTIONS for after in negated]
    return [[word for word in item.before if word in words] for item, words in zip(items, counted, strict=False)]


def governs(reading: Reading) -> bool:
    """Whether a word negates others, or says for or against them."""
    return any(is_governing(item.text) for item in reading.items)


def is_governing(text: str) -> bool:
    """Whether a word of the text negates others, or says for or against them."""
    return _has(text, _GOVERNING)


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
        elif unit.is_word and unit.text not in _SMALL_WORDS and not unit.values("stance"):
            governed.setdefault(unit.text, set()).update({negation or "plain", stance} - {""})
    return governed


def _blocks(places: Sequence[int]) -> list[tuple[int, int]]:
    """The first and last item of each run that stands in both in the same order."""
    blocks: list[tuple[int, int]] = []
    for index, place in enumerate(places):
        if blocks and place == places[index - 1] + 1:
            blocks[-1] = (blocks[-1][0], index)
        else:
            blocks.append((index, index))
    return blocks


def _is_negated(
    one: Sequence[Item], two: Sequence[Item], moved: Sequence[tuple[int, int]], in_two: Sequence[tuple[int, int]]
) -> bool:
    """Whether a negation before the parts that change places may be of the first alone, and so of another one."""
    if not any(_is_negation(item) for item in one[: moved[0][0]]):
        return False
    sides = ((one, moved), (two, in_two))
    texts = [sorted(item.text for item in items[blocks[0][0] : blocks[-1][1] + 1]) for items, blocks in sides]
    bare = all(_LISTING.issuperset(items[start].before) for items, blocks in sides for start, _ in blocks[1:])
    return texts[0] != texts[1] or not bare


def _is_negation(item: Item) -> bool:
    return _has(item.text, _NEGATION)


@lru_cache(maxsize=1 << 14)
def _has(text: str, categories: frozenset[str]) -> bool:
    """Whether a word of the text is in one of the categories of the lexicon."""
    return any(sense.category in categories for word in text.split() for sense in senses((word,)) or ())


def _are_parts(items: Sequence[Item], blocks: Sequence[tuple[int, int]]) -> bool:
    """Whether each block but the first begins a part of a list or a clause of the persona."""
    return all(_begins_part(items, start) for start, _ in blocks[1:])


def _begins_part(items: Sequence[Item], index: int) -> bool:
    item, before = items[index], items[index - 1]
    if not _LISTING.isdisjoint(item.before):
        return True
    if not _CLAUSES.isdisjoint(item.before):
        return index == 1 or not _is_person(before)
    return not item.before and item.text.endswith("ing") and not _is_person(before)


def _keep_head(
    one: Sequence[Item], two: Sequence[Item], moved: Sequence[tuple[int, int]], in_two: Sequence[tuple[int, int]]
) -> bool:
    """Whether who it is stays first, or is one of a list."""
    if moved[0][0] > 0:
        return True
    return any(
        all(not _LISTING.isdisjoint(items[start].before) for start, _ in blocks[1:])
        for items, blocks in ((one, moved), (two, in_two))
    )


def _are_neighbours(
    one: Sequence[Item], two: Sequence[Item], moved: Sequence[tuple[int, int]], in_two: Sequence[tuple[int, int]]
) -> bool:
    """Whether two words, or a word and what it is of, stand beside each other, of which none governs the other."""
    links = [set(items[blocks[1][0]].before) for items, blocks in ((one, moved), (two, in_two))]
    sides = [one[start : end + 1] for start, end in moved]
    if links[0] != links[1] and not all(
        not links[n] or _ends_noun(items, blocks[1][1])
        for n, (items, blocks) in enumerate(((one, moved), (two, in_two)))
    ):
        return False
    if _is_said_after(sides, links):
        return True
    allowed = _OF_A_PLACE if any(len(side) == 1 and is_place(side[0]) for side in sides) else _OF
    if any(link - allowed - _BRACKETS for link in links):
        return False
    longest = 1 if links[0] == links[1] or allowed == _OF_A_PLACE else 3
    if min(map(len, sides)) > 1 or max(map(len, sides)) > longest:
        return False
    if not any(links) and not all(_is_modifier(item) for side in sides for item in side):
        return False
    if not any(links) and any(one[start].text != two[in_two[n - 1][0]].text for n, (start, _) in enumerate(moved)):
        return False
    said = [{s.category for item in side for s in senses(tuple(item.text.split())) or ()} for side in sides]
    if any(not categories.isdisjoint(_FIXED) for categories in said) or not (said[0] & said[1]).isdisjoint(_ORDERED):
        return False
    return sum(not is_known(word) for side in sides for item in side for word in item.text.split()) <= 1


def _ends_noun(items: Sequence[Item], index: int) -> bool:
    """Whether no noun follows directly, which the word would be said of ("a teacher of a blind student")."""
    if index + 1 == len(items):
        return True
    after = items[index + 1]
    return bool(after.before) or after.text.partition(" ")[0].endswith("ing")


def _is_modifier(item: Item) -> bool:
    """Whether it may be said of what follows, as another word beside it is: neither who it is nor what is done."""
    categories = {sense.category for sense in senses((item.text.split()[-1],)) or ()}
    return categories.isdisjoint(("role", "kin", "sex")) and item.text.split()[-1] not in _RELATING


def _is_said_after(sides: Sequence[Sequence[Item]], links: Sequence[set[str]]) -> bool:
    """Whether one word is said of a person, before and after ("who is retired", "aged 30")."""
    if max(map(len, sides)) > 1 or all(links):
        return False
    for (person, word), (link, other) in ((sides, links), (sides[::-1], links[::-1])):
        is_age = word[0].said.endswith(" years")
        if not other and (link in _WHO_IS or (is_age and not link)):
            return _is_person(person[0]) and (is_age or _is_said_of_people(word[0]))
    return False


def _is_said_of_people(item: Item) -> bool:
    return not _is_person(item) and not any(
        sense.category in _FIXED for sense in senses(tuple(item.text.split())) or ()
    )


def _is_person(item: Item) -> bool:
    return any(sense.category in _PEOPLE for sense in senses((item.text.split()[-1],)) or ()) or item.said in (
        "person",
        "child",
    )


def _ending(text: str) -> str:
    if " " in text or base(text) == text:
        return ""
    return next((ending for ending in ("ing", "ed") if text.endswith(ending)), "")


def _boundary(units: Sequence[Unit], index: int) -> str:
    """Whether a new part of a list or a new clause begins here, or neither ("")."""
    text, before = units[index].text, units[index - 1].text if index else ""
    if text in _RELATIVES:
        return "list" if before in _LISTING else "clause"
    if before == "," and text.endswith(("ing", "ed")):
        return "clause"
    return "list" if text in _LISTING else ""
