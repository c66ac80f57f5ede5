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
PLAINLY_LINEAR = 5.0
"""How much longer it may take to be linear at first sight: what is quadratic would have to be mistimed threefold."""
ODD = "\x01"
"""What no expression asks for."""
USUAL = " \t\n\r01aAz_.,;:!?-*#'\"`\\/()[]{}<>|=@$é中\u0301\u200d"

Text = Callable[[int], str]
"""From a length to a text of about that length."""


def is_worse_than_linear(act: Callable[[str], object], text: Text) -> bool:
    """Whether the time that `act` takes for the text grows faster than its length.

    Something may grow with the square as far as a bound that it has; then sixteen times the text shows that it stops.
    """
    once = _Times(act, text)
    if any(_has_grown(once, length, least=MUCH) for length in (LONG // 256, LONG // 64, LONG // 16, LONG // 4)):
        return True
    for length in (LONG, 4 * LONG, 16 * LONG):
        if not _has_grown(once, length, least=NOTHING):
            return False
        if _has_grown(once, length, least=5 * MUCH):
            return True
    return True


class _Times(dict[int, float]):
    """Seconds of the processor for the text by its length, each taken once, when it is asked for."""

    def __init__(self, act: Callable[[str], object], text: Text) -> None:
        self.act, self.text = act, text

    def __missing__(self, length: int) -> float:
        self[length] = _seconds(self.act, self.text(length), times=1)
        return self[length]

    def least(self, length: int) -> float:
        """The least of several times, which other work on the machine does not show in."""
        self[length] = _seconds(self.act, self.text(length), times=3)
        return self[length]


def _has_grown(times: _Times, length: int, *, least: float) -> bool:
    """Whether it takes more than so many seconds, and far more than four times what a quarter of the text takes.

    Only what one time of each does not tell plainly is timed again.
    """
    if times[length] <= least or times[length] < PLAINLY_LINEAR * times[length // 4]:
        return False
    return times.least(length) > max(least, WORSE_THAN_LINEAR * times.least(length // 4))


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


def _seconds(act: Callable[[str], object], text: str, *, times: int) -> float:
    """The least of so many times of the processor; of what takes long, of fewer."""
    least = float("inf")
    for _ in range(times):
        began = time.thread_time()
        act(text)
        least = min(least, time.thread_time() - began)
        if least > 2:
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
