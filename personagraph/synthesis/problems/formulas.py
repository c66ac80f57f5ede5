"""Terms of arithmetic: a value, and the plain text that works out to it."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

SUM, PRODUCT, ATOM = range(3)
"""How tightly a text holds together, from the loosest."""
_TYPESET: Final = str.maketrans({"-": "−", "*": "×", "/": "÷"})


@dataclass(frozen=True, slots=True)
class Term:
    """A value, and an expression of it in whole numbers, parentheses, `+ - * / // %` and `ceil`."""

    text: str
    value: Fraction
    rank: int = ATOM

    def __add__(self, other: "Term") -> "Term":
        return Term(f"{self.text} + {other.text}", self.value + other.value, SUM)

    def __sub__(self, other: "Term") -> "Term":
        return Term(f"{self.text} - {other.held(PRODUCT)}", self.value - other.value, SUM)

    def __mul__(self, other: "Term") -> "Term":
        return Term(f"{self.held(PRODUCT)} * {other.held(ATOM)}", self.value * other.value, PRODUCT)

    def __truediv__(self, other: "Term") -> "Term":
        return Term(f"{self.held(PRODUCT)} / {other.held(ATOM)}", self.value / other.value, PRODUCT)

    def __floordiv__(self, other: "Term") -> "Term":
        return Term(f"{self.held(PRODUCT)} // {other.held(ATOM)}", Fraction(self.value // other.value), PRODUCT)

    def __mod__(self, other: "Term") -> "Term":
        return Term(f"{self.held(PRODUCT)} % {other.held(ATOM)}", self.value % other.value, PRODUCT)

    def up(self, other: "Term") -> "Term":
        """The quotient, rounded up to a whole number."""
        return Term(f"ceil({self.held(PRODUCT)} / {other.held(ATOM)})", Fraction(-(-self.value // other.value)))

    def held(self, rank: int) -> str:
        """The text, in parentheses where it would fall apart beside an operator of that rank."""
        return self.text if self.rank >= rank else f"({self.text})"


def number(value: int | Fraction) -> Term:
    """A whole number as a term."""
    return Term(str(value), Fraction(value))


def typeset(text: str) -> str:
    """An expression as it is written by hand: "3 × 4 − 2"."""
    return text.translate(_TYPESET)
