"""Makes texts that match a regular expression, of the small kind that the schemas of replies use."""

import re
import string
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from random import Random
from typing import NamedTuple

UNBOUNDED = 10_000
_TOKEN = re.compile(
    r"(?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])|(?P<count>\{\d*,?\d*\}|[?*+])|(?P<open>\((?:\?:)?)|(?P<close>\))|(?P<or>\|)"
    r"|(?P<anchor>[\^$])|(?P<one>\\.|.)",
    re.DOTALL,
)
_ALPHABET = string.ascii_letters + string.digits + string.punctuation + " "
_TRIES = 100


class Piece(NamedTuple):
    """A set of characters, or alternatives of pieces in a row; and how often it comes."""

    choice: "str | tuple[Row, ...]"
    least: int
    most: int


Row = tuple[Piece, ...]


@lru_cache(maxsize=256)
def parse(pattern: str) -> tuple[Row, ...]:
    """The alternatives of a pattern: sets, groups, `|`, counts; anchors are passed over.

    Raises ValueError for a pattern that holds anything else, such as a look-ahead.
    """
    try:
        re.compile(pattern)
        return _alternatives(iter(_TOKEN.finditer(pattern)))
    except (re.error, LookupError) as error:
        raise ValueError(f"{pattern!r} is not among the patterns that can be made up") from error


def lengths(alternatives: tuple[Row, ...]) -> tuple[int, int]:
    """The shortest and the longest text that matches."""
    spans = [tuple(map(sum, zip((0, 0), *map(_span, row), strict=True))) for row in alternatives]
    return min(low for low, _ in spans), min(UNBOUNDED, max(high for _, high in spans))


def generate(pattern: str, rng: Random, *, least: int = 0, most: int = UNBOUNDED) -> str | None:
    """A text of `least` to `most` characters that matches the pattern; None if none was found.

    Raises ValueError as `parse` does.
    """
    alternatives = parse(pattern)
    shortest, longest = lengths(alternatives)
    low, high = max(least, shortest), min(most, longest)
    matches = re.compile(pattern).search
    for _ in range(_TRIES if low <= high else 0):
        text = _text(alternatives, rng.randint(low, min(high, low + 40)), rng)
        if least <= len(text) <= most and matches(text):
            return text
    return None


def opening(pattern: str, rng: Random) -> str:
    """How a match begins, as far as the pattern lists its words: "^(at|near) the [a-z]+$" gives "at the "."""
    alternatives = parse(pattern)
    return _listed(alternatives[0], rng) if len(alternatives) == 1 else ""


def _listed(row: Row, rng: Random) -> str:
    text = ""
    for piece in row:
        if (piece.least, piece.most) != (1, 1) or (isinstance(piece.choice, str) and len(piece.choice) != 1):
            break
        text += piece.choice if isinstance(piece.choice, str) else _listed(rng.choice(piece.choice), rng)
    return text


def _alternatives(tokens: Iterator[re.Match[str]]) -> tuple[Row, ...]:
    rows: list[list[Piece]] = [[]]
    for token in tokens:
        kind, text = token.lastgroup, token[0]
        if kind == "close":
            break
        if kind == "or":
            rows.append([])
        elif kind == "count":
            rows[-1][-1] = Piece(rows[-1][-1].choice, *_count(text))
        elif kind == "open":
            rows[-1].append(Piece(_alternatives(tokens), 1, 1))
        elif kind != "anchor":
            rows[-1].append(Piece(_characters(text), 1, 1))
    return tuple(map(tuple, rows))


def _count(text: str) -> tuple[int, int]:
    """The least and the most that a count allows."""
    if text in "?*+":
        return int(text == "+"), 1 if text == "?" else UNBOUNDED
    low, comma, high = text[1:-1].partition(",")
    return int(low or 0), int(high or UNBOUNDED) if comma else int(low)


@lru_cache(maxsize=256)
def _characters(token: str) -> str:
    """What one token of a pattern can stand for: visible ASCII, and the characters of the token itself."""
    if token[0] == "\\" and (token[1].isdigit() or token[1] in "AbBZ"):
        raise LookupError(token)
    return "".join(c for c in dict.fromkeys(_ALPHABET + token) if re.fullmatch(token, c))


def _span(piece: Piece) -> tuple[int, int]:
    low, high = (1, 1) if isinstance(piece.choice, str) else lengths(piece.choice)
    return low * piece.least, min(UNBOUNDED, high * piece.most)


def _text(alternatives: tuple[Row, ...], length: int, rng: Random) -> str:
    """A text of about `length` characters from one of the alternatives that can be so long."""
    able = [row for row in alternatives if lengths((row,))[0] <= length <= lengths((row,))[1]]
    row = rng.choice(able or alternatives)
    spans = [_span(piece) for piece in row]
    shares = [low for low, _ in spans]
    spare = length - sum(shares)
    for index in rng.sample(range(len(row)), len(row)):
        more = max(0, min(spare, spans[index][1] - shares[index]))
        shares[index] += more
        spare -= more
    return "".join(_repeat(piece, share, rng) for piece, share in zip(row, shares, strict=True))


def _repeat(piece: Piece, length: int, rng: Random) -> str:
    if isinstance(piece.choice, str):
        return "".join(rng.choices(piece.choice, k=length)) if piece.choice else ""
    low, high = lengths(piece.choice)
    fewest = max(piece.least, -(-length // high) if high else 0)
    times = rng.randint(fewest, max(fewest, min(piece.most, length // low if low else fewest)))
    cuts = [length * turn // times for turn in range(times + 1)] if times else []
    return "".join(_text(piece.choice, end - start, rng) for start, end in pairwise(cuts))
