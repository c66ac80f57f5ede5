"""What an answer says, and whether two say the same: first as text, then as numbers with units."""

import re
import unicodedata
from collections.abc import Sequence
from fractions import Fraction
from typing import Final, NamedTuple

from personagraph.synthesis.checks.arithmetic.numerals import numerals, western
from personagraph.synthesis.checks.arithmetic.units import UnitOfMeasure, unit_of
from personagraph.text.english import NUMBERS

LONGEST = 2000
"""What is longer is no answer, and is compared with none."""
_BOXED = re.compile(r"\\boxed\{([^{}]{1,200})\}")
_LEAD = re.compile(
    r"^(?:\s{0,9}(?:therefore|so|thus|hence|final|the|answer|result|total|is|are|was|it|there|they|in|a|be|would|has|have"
    r"|approximately|about|exactly|only|just|≈|~)\b|\s{0,9}[:=≈~,*$#-]){0,12}\s{0,9}",
    re.IGNORECASE,
)
_TAIL_WORDS = (
    "left over remaining remain remains in total altogether each full more fewer less and of all exactly about the a an"
    " per every to go off at is are were was needed extra long"
)
_TAIL: Final = frozenset(_TAIL_WORDS.split())
_CLOSED: Final = {"yes": "yes", "true": "yes", "no": "no", "false": "no", **{letter: letter for letter in "abcde"}}
_MATHEMATICS = re.compile(r"^[(\[{]|[\\^_={}√π∞∪∩]|[a-z]\s?[-+*/]|[-+*/(]\s?[a-z]\b", re.IGNORECASE)
_COMMANDS = re.compile(r"\\[a-zA-Z]{2,20}|\b(?:sqrt|sin|cos|tan|log|ln|exp|pi)\b")
_ONLY_MATHEMATICS = re.compile(r"^[(\[{]|(?:[\d\s.,+\-*/^_=<>(){}\[\]|!%$\\&]|(?<![a-zA-Z])[a-zA-Z](?![a-zA-Z]))+")
_SIGNS: Final = {"$": "$", "€": "€", "£": "£", "¥": "¥", "₹": "₹"}
_WORD = re.compile(r"(?<![^\W\d_])[^\W\d_]{1,20}(?:-[^\W\d_]{1,20})?(?![^\W\d_])")
_EXPONENT = re.compile(r"(?<![^\W\d_])([cdkm]?m|ft)\^?([23])(?!\w)")
_UNIT = re.compile(r"[^\d,;:!?()\n]{1,60}")


class Amount(NamedTuple):
    """A number in an answer: its readings, the likeliest first, its decimal places, and its unit as it is written."""

    readings: tuple[Fraction, ...]
    places: int | None
    unit: str
    percent: bool

    @property
    def value(self) -> Fraction:
        """The likeliest reading."""
        return self.readings[0]

    @property
    def measures(self) -> UnitOfMeasure | None:
        """The unit, where it is known."""
        return unit_of(self.unit)


def amounts(answer: str) -> list[Amount]:
    """The numbers of an answer with their units, in order; of a calculation, what stands after the last "="."""
    text = _core(answer)
    if text is None:
        return []
    found = list(numerals(text))
    made = []
    for numeral, after in zip(found, [*found[1:], None], strict=False):
        end = len(text) if after is None else after.start
        written = text[numeral.start : numeral.end]
        sign = next((mark for mark in _SIGNS if mark in written or text[: numeral.start].rstrip().endswith(mark)), "")
        said = _UNIT.match(text[numeral.end : end].lstrip(" *"))
        made.append(Amount(numeral.readings, numeral.places, sign or _unit(said[0] if said else ""), numeral.percent))
    return made


def same_plainly(one: str, other: str) -> bool | None:
    """Whether two answers say the same, by their text and their numbers; None where these cannot tell.

    Units are converted where both are known; without a unit on either side the numbers alone count. 20 % is 0.2, and
    20 where the other has no sign. Words are never told to differ, but for yes and no, true and false, A to E.
    """
    first, second = _core(one), _core(other)
    if first is None or second is None:
        return None
    if _bare(first) == _bare(second):
        return True
    closed = _CLOSED.get(_bare(first)), _CLOSED.get(_bare(second))
    if None not in closed:
        return closed[0] == closed[1]
    if _MATHEMATICS.search(first) or _MATHEMATICS.search(second):
        return None
    left, right = amounts(one), amounts(other)
    if not left or not right or len(left) != len(right):
        return None
    if not (_is_told_by(first, left) and _is_told_by(second, right)):
        return None
    return _all_same(left, right)


def is_mathematics(answer: str) -> bool:
    """Whether an answer is mathematics and no words: numbers, letters, LaTeX, functions that are known."""
    text = _COMMANDS.sub(" ", _core(answer) or "")
    return bool(re.search(r"[\da-zA-Z]", text)) and _ONLY_MATHEMATICS.fullmatch(text) is not None


def same_amount(one: Amount, other: Amount) -> bool | None:
    """Whether two amounts are equal; None where their units are of different quantities, or a reading is a guess."""
    ratio = Fraction(1)
    measures = one.measures, other.measures
    if measures[0] and measures[1] and measures[0].powers != measures[1].powers:
        counted = not measures[0].powers or not measures[1].powers
        return None if counted else False
    if measures[0] and measures[1] and measures[0].powers:
        ratio = measures[0].scale / measures[1].scale
    if _equal(one, other, one.value * ratio, other.value):
        return True
    pairs = ((a * ratio, b) for a in one.readings for b in other.readings)
    return None if any(a == b for a, b in pairs) else False


def _all_same(left: Sequence[Amount], right: Sequence[Amount]) -> bool | None:
    told = [same_amount(one, other) for one, other in zip(left, right, strict=True)]
    return None if None in told else all(told)


def _equal(one: Amount, other: Amount, left: Fraction, right: Fraction) -> bool:
    if one.percent != other.percent and left != right:
        left, right = (left / 100 if one.percent else left), (right / 100 if other.percent else right)
    if left == right:
        return True
    if one.places is None or other.places is None:
        known = other.places if one.places is None else one.places
        return known is not None and known >= 2 and abs(left - right) <= Fraction(1, 2 * 10**known)
    return False


def _core(answer: str) -> str | None:
    """The answer alone: boxed, or after the last "=", without "The answer is"; None when it is empty or too long."""
    if len(answer) > LONGEST:
        return None
    text = western(unicodedata.normalize("NFC", answer)).strip()
    if not any(character.isdigit() for character in text):
        text = _WORD.sub(lambda found: str(NUMBERS.get(found[0].casefold(), found[0])), text)
    text = _EXPONENT.sub(lambda found: f"{found[1]}{'²' if found[2] == '2' else '³'}", text)
    boxed = _BOXED.findall(text)
    if boxed:
        return str(boxed[-1]).strip()
    if "=" in text and "\\" not in text and re.fullmatch(r"[\s$€£]{0,3}[-−]?[\d(][^=]{0,300}", text.rpartition("=")[2]):
        text = text.rpartition("=")[2]
    text = text[_LEAD.match(text).end() if not re.match(r"[-−$]\s?\d", text) else 0 :]  # type: ignore[union-attr]
    return text.strip(" \t\n.*") or None


def _bare(text: str) -> str:
    return " ".join(re.sub(r"[^\w%/.+*^-]", " ", text.casefold()).split()).rstrip(".")


def _unit(text: str) -> str:
    """The unit at the beginning of what follows a number, without "left" or "in total"."""
    words = text.strip(" .*").split()
    kept: list[str] = []
    for word in words[:6]:
        if word.casefold() in _TAIL - {"of", "per", "a", "an", "each", "every"} or word in ("=", "+", "-"):
            break
        kept.append(word)
    while kept and kept[-1].casefold() in _TAIL:
        kept.pop()
    return " ".join(kept)


def _is_told_by(text: str, found: Sequence[Amount]) -> bool:
    """Whether an answer is its numbers and units: it has few other words."""
    words = [word for word in re.findall(r"[^\W\d_]{1,40}", text.casefold()) if word not in _TAIL]
    units = [word for amount in found for word in re.findall(r"[^\W\d_]{1,40}", amount.unit.casefold())]
    return len(words) - len(units) <= 2 * len(found)
