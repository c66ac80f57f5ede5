"""How the time that a function takes grows with the length of a hostile text, and such texts for an expression."""

import re
import time
from collections.abc import Callable, Iterator
from itertools import product
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]

LONG = 6_400
"""Characters of a text."""
NOTHING = 0.004
"""Seconds for LONG characters that show no growth: as many steps as the square of them take any machine longer."""
MUCH = 0.05
"""Seconds for far fewer than LONG characters, which only something worse than the square takes."""
WORSE_THAN_LINEAR = 8.0
"""How much longer four times the text may take: 4 when it is linear, 16 when it is quadratic."""
ODD = "\x01"
"""What no expression asks for."""
USUAL = " \t\n\r01aAz_.,;:!?-*#'\"`\\/()[]{}<>|=@$é中\u0301\u200d"

Text = Callable[[int], str]
"""From a length to a text of about that length."""


def is_worse_than_linear(act: Callable[[str], object], text: Text) -> bool:
    """Whether the time that `act` takes for the text grows faster than its length.

    Something may grow with the square as far as a bound that it has; then sixteen times the text shows that it stops.
    """
    if any(_has_grown(act, text, length, least=MUCH) for length in (LONG // 256, LONG // 64, LONG // 16, LONG // 4)):
        return True
    return _has_grown(act, text, LONG, least=NOTHING) and (
        _has_grown(act, text, LONG, least=5 * MUCH)
        or all(_has_grown(act, text, times * LONG, least=NOTHING) for times in (4, 16))
    )


def _has_grown(act: Callable[[str], object], text: Text, length: int, *, least: float) -> bool:
    """Whether it takes more than so many seconds, and far more than four times what a quarter of the text takes."""
    seconds = _seconds(act, text(length), most=least)
    return seconds > least and seconds > WORSE_THAN_LINEAR * _seconds(act, text(length // 4))


def texts(*units: str, heads: tuple[str, ...] = ("",), tail: str = ODD) -> Iterator[tuple[str, Text]]:
    """Each unit again and again, behind each head, with and without what ends no match; by what they look like."""
    for unit, head, end in dict.fromkeys(product(units, heads, ("", tail))):
        if unit:
            yield f"{head}{unit}…{end}", lambda n, u=unit, h=head, e=end: h + u * (n // len(u)) + e


def against(expression: re.Pattern[str]) -> Iterator[tuple[str, Text]]:
    """Texts made of what the expression asks for: its characters, beginnings of what matches, in turns and after it."""
    tree = parser.parse(expression.pattern, expression.flags)
    samples = dict.fromkeys(_sample(tree, pick, times) for pick in range(6) for times in (0, 1, 2))
    characters = "".join(dict.fromkeys("".join(_characters(tree))))[:14]
    beginnings = dict.fromkeys(each[:end] for each in samples for end in range(1, min(len(each), 16) + 1))
    endings = dict.fromkeys(each[start:] for each in samples for start in range(1, min(len(each), 8)))
    yield from texts(*characters, *beginnings, *endings, *samples, *USUAL)
    yield from texts(*characters, *" a1", heads=tuple(sorted(beginnings, key=len)[:12]))
    yield from texts(*map("".join, product(characters[:7], repeat=2)))


def _seconds(act: Callable[[str], object], text: str, *, most: float = 0) -> float:
    """The least of three times of the processor, whatever else the machine does; the first that is below `most`."""
    least = float("inf")
    for _ in range(3):
        began = time.thread_time()
        act(text)
        least = min(least, time.thread_time() - began)
        if least < most or least > 2:
            break
    return least


def _sample(tree: object, pick: int, times: int) -> str:
    """A text that matches, or nearly does: of alternatives the one that is picked, what may repeat so many times."""
    return "".join(_sample_of(code, said, pick, times) for code, said in tree)  # type: ignore[attr-defined]


def _sample_of(code: object, said: object, pick: int, times: int) -> str:
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        least, most, inner = said
        return _sample(inner, pick, times) * max(least, min(times, most))
    if code is codes.SUBPATTERN:
        return _sample(said[-1], pick, times)
    if code is codes.ATOMIC_GROUP:
        return _sample(said, pick, times)
    if code is codes.BRANCH:
        return _sample(said[1][pick % len(said[1])], pick, times)
    if code is codes.ASSERT and said[0] > 0:
        return _sample(said[1], pick, times)
    found = _of_class(code, said)
    return found[pick % len(found)] if found else ""


def _characters(tree: object) -> Iterator[str]:
    for code, said in tree:  # type: ignore[attr-defined]
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            yield from _characters(said[2])
        elif code is codes.SUBPATTERN:
            yield from _characters(said[-1])
        elif code is codes.ATOMIC_GROUP:
            yield from _characters(said)
        elif code is codes.BRANCH:
            for each in said[1]:
                yield from _characters(each)
        elif code in (codes.ASSERT, codes.ASSERT_NOT):
            yield from _characters(said[1])
        else:
            yield _of_class(code, said)[:3]


def _of_class(code: object, said: object) -> str:
    """Some characters that are of this kind."""
    if code is codes.LITERAL:
        return chr(said)  # type: ignore[call-overload]
    if code is codes.IN:
        kinds = "".join(_of_class(*each) for each in said if each[0] is not codes.NEGATE)  # type: ignore[attr-defined]
        if said[0][0] is codes.NEGATE:  # type: ignore[index]
            return "".join(c for c in "a1 .-\"'*" if c not in kinds)
        return kinds
    if code is codes.RANGE:
        return "".join(map(chr, dict.fromkeys(said)))  # type: ignore[call-overload]
    if code is codes.CATEGORY:
        return {"DIGIT": "1", "SPACE": " \n", "WORD": "a1"}.get(str(said).rpartition("_")[2], "a")
    if code in (codes.ANY, codes.NOT_LITERAL):
        return "".join(c for c in "a1 ." if code is codes.ANY or ord(c) != said)
    return ""
