"""Numbers in a text of any language: digits of every script, separators, fractions, percent, English number words."""

import re
import unicodedata
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Final, NamedTuple

from personagraph.text.english import NUMBERS

LONGEST = 20_000
"""How much of a text is read."""
HUNDRED: Final = Fraction(100)
_SPACES = " \u00a0\u202f\u2009"
_DIGITS = (
    rf"\d{{1,30}}(?:[{_SPACES}]\d{{3}}(?!\d)|[.,'’]\d{{1,30}}){{0,9}}"
    r"(?:[eE][-+]?\d{1,2}(?!\w))?"
)
_NUMBER = re.compile(
    r"(?P<sign>(?<![\w)\]])[-−–]\s?)?(?:[$€£¥₹]\s?)?(?:"
    r"(?<![\d.,/])(?P<whole>\d{1,12})[\u00a0 -]{1,2}(?P<above>\d{1,6})\s?[/⁄]\s?(?P<below>\d{1,6})(?![\d/])"
    r"|(?<![\d.,/⁄])(?P<top>\d{1,12})\s?[/⁄]\s?(?P<bottom>\d{1,12})(?![\d/⁄.,])"
    rf"|(?<![\d])(?P<digits>{_DIGITS}))"
    r"(?P<percent>\s?(?:%|percent\b|per\scent\b))?"
)
_WORD = re.compile(r"(?<![^\W\d_])[^\W\d_]{1,20}(?:-[^\W\d_]{1,20})?(?![^\W\d_])")
_TIMES: Final = {
    "hundred": 100,
    "thousand": 1000,
    "million": 10**6,
    "billion": 10**9,
    "dozen": 12,
    "dozens": 12,
}
_SPELLED: Final = {
    "half": (Fraction(1, 2), Fraction(2)),
    "halves": (Fraction(1, 2), Fraction(2)),
    "third": (Fraction(1, 3), Fraction(3)),
    "thirds": (Fraction(1, 3), Fraction(3)),
    "quarter": (Fraction(1, 4), Fraction(4)),
    "quarters": (Fraction(1, 4), Fraction(4)),
    "fourth": (Fraction(1, 4), Fraction(4)),
    "fifth": (Fraction(1, 5), Fraction(5)),
    "fifths": (Fraction(1, 5), Fraction(5)),
    "sixth": (Fraction(1, 6), Fraction(6)),
    "eighth": (Fraction(1, 8), Fraction(8)),
    "tenth": (Fraction(1, 10), Fraction(10)),
    "twice": (Fraction(2),),
    "double": (Fraction(2),),
    "doubles": (Fraction(2),),
    "doubled": (Fraction(2),),
    "both": (Fraction(2),),
    "couple": (Fraction(2),),
    "pair": (Fraction(2),),
    "triple": (Fraction(3),),
    "triples": (Fraction(3),),
    "thrice": (Fraction(3),),
    "zero": (Fraction(0),),
    "no": (Fraction(0),),
}


class Numeral(NamedTuple):
    """A number in a text: its readings, the likeliest first; its decimal places; where it stands; whether percent.

    "1,250" reads as 1250, and then as 1.25. The places are those of the likeliest reading; None for a fraction.
    """

    readings: tuple[Fraction, ...]
    places: int | None
    start: int
    end: int
    percent: bool = False

    @property
    def value(self) -> Fraction:
        """The likeliest reading."""
        return self.readings[0]


def western(text: str) -> str:
    """The text with the digits of every script as 0 to 9, and vulgar fractions as " 1/2"; its length may change."""
    return text if text.isascii() else "".join(map(_western, text[:LONGEST]))


def numerals(text: str) -> Iterator[Numeral]:
    """The numbers that stand in a text as digits, in order; the text is as `western` gives it."""
    for found in _NUMBER.finditer(text[:LONGEST]):
        sign, percent = -1 if found["sign"] else 1, bool(found["percent"])
        start = found.start()
        if found["digits"]:
            for readings, places, end in _digits(found["digits"], found.start("digits")):
                last = end == found.end("digits")
                stop = found.end() if last else end
                yield Numeral(tuple(sign * n for n in readings), places, start, stop, percent and last)
                sign, start = 1, end
            continue
        below = int(found["below"] or found["bottom"])
        if not below:
            continue
        above = Fraction(int(found["above"] or found["top"]), below)
        whole = int(found["whole"] or 0)
        yield Numeral((sign * (whole + above),), None, start, found.end(), percent)


def said(text: str) -> set[Fraction]:
    """All numbers that a text can be taken to say: each reading of its digits, their parts, percent as shares, words.

    English words alone are read: "twenty-five", "two hundred", "a dozen", "half", "twice".
    """
    plain = western(text)[:LONGEST]
    found: set[Fraction] = set()
    for numeral in numerals(plain):
        found.update(abs(reading) for reading in numeral.readings)
        piece = plain[numeral.start : numeral.end]
        found.update(Fraction(digits) for digits in re.findall(r"\d{1,30}", piece))
        if numeral.percent:
            found.update(abs(reading) / HUNDRED for reading in numeral.readings)
    return found | set(_in_words(plain.casefold()))


def _in_words(text: str) -> Iterator[Fraction]:
    """The numbers that English words of the text say, alone and as they follow each other."""
    run: Fraction | None = None
    end = 0
    for match in _WORD.finditer(text):
        word = match[0]
        if not text[end : match.start()].isspace():
            run = None
        end = match.end()
        yield from _SPELLED.get(word, ())
        for part in {word, *word.split("-")}:
            if part in NUMBERS:
                yield Fraction(NUMBERS[part])
            yield from _SPELLED.get(part, ())
        if word in NUMBERS:
            run = (run or Fraction(0)) + NUMBERS[word]
        elif word in _TIMES:
            hundreds = (run or Fraction(1)) % 1000 or Fraction(1)
            run = (run or Fraction(0)) - (hundreds if run else 0) + hundreds * _TIMES[word]
            yield Fraction(_TIMES[word])
        elif not (word == "and" and run):
            run = None
        if run is not None:
            yield run
    for match in re.finditer(r"(?<!\d)(\d{1,6}(?:\.\d{1,6})?)\s(hundred|thousand|million|billion|dozen)\b", text):
        yield Fraction(match[1]) * _TIMES[match[2]]


def _digits(text: str, at: int) -> Iterator[tuple[tuple[Fraction, ...], int, int]]:
    """The readings of digits with separators, as one number, or as several where they cannot be one."""
    body, _, exponent = text.casefold().partition("e")
    readings = _grouped(body)
    if readings:
        power = Fraction(10) ** int(exponent or 0)
        places = _places(body, readings[0])
        yield tuple(reading * power for reading in readings), places, at + len(text)
        return
    for match in re.finditer(r"\d{1,30}(?:\.\d{1,30})?", body):
        places = len(match[0].partition(".")[2])
        yield (Fraction(match[0]),), places, at + match.end()


def _grouped(text: str) -> tuple[Fraction, ...]:
    """What digits with separators say as one number, the likeliest first; empty when they are several."""
    marks = [mark for mark in text if not mark.isdigit()]
    groups = re.split(r"\D", text)
    if not marks:
        return (Fraction(text),)
    last = marks[-1]
    decimal = Fraction(f"{''.join(groups[:-1])}.{groups[-1]}")
    if len(marks) == 1 and last in ".,":
        if len(groups[1]) != 3 or len(groups[0]) > 3 or groups[0].startswith("0"):
            return (decimal,)
        whole = Fraction("".join(groups))
        return (whole, decimal) if last == "," else (decimal, whole)
    if len(set(marks)) == 1:
        return (Fraction("".join(groups)),) if _in_thousands(groups) else ()
    is_one = last in ".," and len(set(marks[:-1])) == 1 and last not in marks[:-1]
    return (decimal,) if is_one and _in_thousands(groups[:-1]) else ()


def _in_thousands(groups: list[str]) -> bool:
    """Whether digits are grouped as 1,234,567 or, as in India, 12,34,567."""
    first, *others = groups
    if not 1 <= len(first) <= 3 or first.startswith("0"):
        return False
    return (
        len(others[-1]) == 3
        and len({len(group) for group in others[:-1]} | {2, 3}) == 2
        and (len({len(group) for group in others[:-1]}) <= 1)
    )


def _places(text: str, value: Fraction) -> int:
    """How many decimal places the likeliest reading of digits has."""
    if value.denominator == 1 and not re.search(r"[.,]0{1,30}$", text):
        return 0
    return len(re.split(r"\D", text)[-1]) if re.search(r"[.,]", text) else 0


@lru_cache(maxsize=4096)
def _western(character: str) -> str:
    if character in "٫٬":
        return "." if character == "٫" else ","
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    plain = unicodedata.normalize("NFKC", character) if character.isnumeric() else ""
    return f" {plain.replace('⁄', '/')}" if "⁄" in plain else "%" if character in "％٪" else character
