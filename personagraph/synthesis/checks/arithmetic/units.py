"""Units: which quantity a word measures, on which scale, and what counts people or things that cannot be halved."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Final

from personagraph.text.english import singulars

LONGEST = 60
"""No unit has more characters."""
_UNITS = """
second time 1 s sec secs seconds
minute time 60 min mins minutes
hour time 3600 h hr hrs hours
day time 86400 days weekday weekdays night nights
week time 604800 wk weeks
month months 1 months
year months 12 yr yrs years
millimetre length 1/1000 mm millimeter millimeters millimetres
centimetre length 1/100 cm centimeter centimeters centimetres
metre length 1 m meter meters metres
kilometre length 1000 km kilometer kilometers kilometres kms
inch length 0.0254 inches
foot length 0.3048 ft feet
yard length 0.9144 yd yds yards
mile length 1609.344 mi miles
milligram mass 1/1000 mg milligrams
gram mass 1 g grams gramme grammes
kilogram mass 1000 kg kilo kilos kilograms kgs
tonne mass 1000000 tonnes
ounce mass 28.349523125 oz ounces
lb mass 453.59237 lbs
millilitre volume 1/1000 ml milliliter milliliters millilitres
litre volume 1 l liter liters litres
gallon volume 3.785411784 gal gallons
dollar dollars 1 $ usd dollars buck bucks
euro euros 1 € eur euros
sterling sterling 1 £ gbp
yen yen 1 ¥ jpy
rupee rupees 1 ₹ inr rupees rs
peso pesos 1 pesos
shilling shillings 1 shillings kes
celsius temperature 1 °c c
fahrenheit temperature 1 °f f
degree angle 1 ° degrees deg
"""
"""Of each unit its name, what it measures, on which scale, and how else it is written."""
_PEOPLE_WORDS = (
    "person people child children student pupil worker employee guest customer visitor patient passenger volunteer"
    " player member adult man men woman women boy girl friend teacher farmer nurse doctor resident participant attendee"
    " neighbour neighbor apprentice colleague learner trainee villager tourist soldier singer dancer"
)
_PEOPLE: Final = frozenset(_PEOPLE_WORDS.split())
_UNDIVIDED_WORDS = (
    "cow goat sheep hen chicken horse dog cat animal ticket book car bus buses truck boat chair table bed room seat"
    " coin stamp box boxes crate envelope letter phone laptop lamp bulb shirt shoe button key brick tyre tire"
    " bicycle bike"
    " plate pot jar bottle basket egg nail screw postcard poster notebook pencil pen"
)
_UNDIVIDED: Final = frozenset(_UNDIVIDED_WORDS.split())
_SIZED = re.compile(r"(?<![a-z^])\d")
_PER = re.compile(r"\s?/\s?|\sper\s|\san?\s|\seach\s|\severy\s")
_POWERS: Final = {"square": 2, "sq": 2, "cubic": 3, "cu": 3}
_RAISED = re.compile(r"(?<=[a-z])(?:\^|\*\*)?([23²³])$")


@dataclass(frozen=True, slots=True)
class UnitOfMeasure:
    """A unit: the powers of the quantities that it measures, its scale, and the noun that it counts, if it does.

    "dollars per hour" has {"dollars": 1, "time": -1} on the scale 1/3600 and is a `rate`; "apples" measures nothing,
    and counts "apple". What is counted per box or person measures nothing either.
    """

    powers: Mapping[str, int] = field(default_factory=dict)
    scale: Fraction = Fraction(1)
    counts: str = ""
    rate: bool = False

    @property
    def is_person(self) -> bool:
        """Whether it counts people."""
        return self.counts in _PEOPLE

    @property
    def is_whole(self) -> bool:
        """Whether it counts what cannot be parted."""
        return self.is_person or self.counts in _UNDIVIDED


@lru_cache(maxsize=4096)
def unit_of(text: str) -> UnitOfMeasure | None:
    """The unit that a text names; None for none, for percent, and for one that has several meanings ("pounds").

    A word that is no measure counts things: the first noun that is known as such, or else the last word.
    """
    said = " ".join(text.casefold().split()).strip(" .")
    if not said or len(said) > LONGEST or "%" in said or "percent" in said or _SIZED.search(said):
        return None
    first, *below = _PER.split(said)
    powers: dict[str, int] = {}
    scale = Fraction(1)
    counts = ""
    for sign, part in [(1, first), *((-1, part) for part in below)]:
        measured = _measure(part)
        if measured == _AMBIGUOUS:
            return None
        if measured is not None:
            (quantity, by), raised = measured
            powers[quantity] = powers.get(quantity, 0) + sign * raised
            scale *= by ** (sign * raised)
        elif sign == 1:
            counts = _counted(part)
    return UnitOfMeasure({name: power for name, power in powers.items() if power}, scale, counts, rate=bool(below))


_Measured = tuple[tuple[str, Fraction], int]
_AMBIGUOUS: Final[_Measured] = (("", Fraction(0)), 0)


def _measure(text: str) -> _Measured | None:
    """The quantity, scale and power of a phrase such as "square metres" or "km²"; None when it is no measure."""
    raised = _RAISED.search(text)
    power = {"2": 2, "²": 2, "3": 3, "³": 3}[raised[1]] if raised else 1
    words = (text[: raised.start()] if raised else text).split()
    if words and words[0] in _POWERS:
        power, words = _POWERS[words[0]], words[1:]
    if not words:
        return None
    if words[0] in ("pound", "pounds", "oz.", "ton", "tons"):
        return _AMBIGUOUS
    known = _measures()
    if words[0] in known and (len(words) == 1 or words[1] in ("of", "in", "for", "left", "total", "altogether")):
        return known[words[0]], power
    return None


def _counted(text: str) -> str:
    """The noun that a phrase counts: "ripe apples of the market" counts apples."""
    singular = [_singular(word) for word in re.findall(r"[^\W\d_]{1,30}", text.partition(" of ")[0])]
    return next((word for word in singular if word in _PEOPLE or word in _UNDIVIDED), singular[-1] if singular else "")


def _singular(word: str) -> str:
    if word in _PEOPLE or word in _UNDIVIDED:
        return word
    forms = singulars(word)
    return next((form for form in forms if form in _PEOPLE or form in _UNDIVIDED), forms[-1])


@lru_cache
def _measures() -> Mapping[str, tuple[str, Fraction]]:
    rows = (line.split() for line in _UNITS.strip().splitlines())
    return {word: (quantity, Fraction(scale)) for head, quantity, scale, *more in rows for word in (head, *more)}
