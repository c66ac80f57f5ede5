"""A small language of formulas: numbers, names, + - * / ** %, percent and a few functions, read within limits.

It is a language of its own, so nothing that a model writes is ever executed as Python.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

LONGEST = 500
DEEPEST = 30
MOST_TOKENS = 200
LONGEST_NUMBER = 30
FUNCTIONS: Final = {
    "sqrt": (1, 1),
    "min": (1, 20),
    "max": (1, 20),
    "floor": (1, 1),
    "ceil": (1, 1),
    "round": (1, 2),
    "abs": (1, 1),
    "comb": (2, 2),
}
"""Each function with the fewest and the most arguments that it takes."""
_TOKEN = re.compile(
    rf"(?P<number>(?<![\d.])(?:\d{{1,{LONGEST_NUMBER}}}(?:\.\d{{1,{LONGEST_NUMBER}}})?|\.\d{{1,{LONGEST_NUMBER}}}))"
    r"(?![\d.])|(?P<name>(?<!\w)[^\W\d]\w{0,59}(?!\w))|(?P<mark>\*\*|//|[-+*/^%(),])"
)
_PLAIN = str.maketrans(
    {
        "×": "*",
        "·": "*",
        "⋅": "*",
        "÷": "/",
        "−": "-",
        "–": "-",
        "∕": "/",
        "²": "^2",
        "³": "^3",
        "$": " ",
        "€": " ",
        "£": " ",
    }
)


class FormulaError(ValueError):
    """A formula that cannot be read or evaluated, or that is beyond a limit; the message says which."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is written."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a given."""

    name: str


@dataclass(frozen=True, slots=True)
class Applied:
    """An operator (+ - * / // % **, "neg", "percent") or a function, applied to its operands."""

    operator: str
    operands: tuple["Expression", ...]


Expression = Number | Name | Applied


def parse_formula(text: str) -> Expression:
    """The expression that a text states: of "cost = 3 * 4 = 12" it is 3 * 4.

    ^ and ** are powers, × · ÷ and "of" are taken; % is a remainder before an operand, and else percent. Raises
    FormulaError, also for what is longer than LONGEST characters or nested deeper than DEEPEST,
    and for "80 - 20 %", which leaves open of what the percent are.
    """
    if len(text) > LONGEST:
        raise FormulaError(f"the formula has more than {LONGEST} characters")
    sides = text.translate(_PLAIN).split("=")
    right = sides[1:] if len(sides) > 1 and " ".join(sides[0].split()).replace(" ", "_").isidentifier() else sides
    tokens = list(_tokens(right[0]))
    if len(tokens) > MOST_TOKENS:
        raise FormulaError(f"the formula has more than {MOST_TOKENS} numbers, names and signs")
    return _FormulaReader(tokens).whole()


def parts(expression: Expression) -> Iterator[Expression]:
    """The expression and all that it consists of."""
    yield expression
    if isinstance(expression, Applied):
        for operand in expression.operands:
            yield from parts(operand)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        found = _TOKEN.match(text, at)
        if found is None:
            raise FormulaError(f"the formula cannot be read at {text[at : at + 12]!r}")
        at = found.end()
        kind, said = str(found.lastgroup), found[0]
        yield ("mark", "*") if said == "of" else ("mark", "**") if said == "^" else (kind, said)


def _is_percent(expression: Expression) -> bool:
    return isinstance(expression, Applied) and expression.operator == "percent"


class _FormulaReader:
    """Reads tokens by recursive descent."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def whole(self) -> Expression:
        found = self._sum()
        if self._at < len(self._tokens):
            raise FormulaError(f"the formula cannot be read at {self._tokens[self._at][1]!r}")
        return found

    def _next(self, *marks: str) -> str:
        """The next token when it is one of the marks, which is then read; else empty."""
        if self._at < len(self._tokens) and self._tokens[self._at] in [("mark", mark) for mark in marks]:
            self._at += 1
            return self._tokens[self._at - 1][1]
        return ""

    def _sum(self) -> Expression:
        self._depth += 1
        if self._depth > DEEPEST:
            raise FormulaError(f"the formula is nested deeper than {DEEPEST}")
        found = self._product()
        while mark := self._next("+", "-"):
            more = self._product()
            if _is_percent(more) and not (_is_percent(found) or found == Number(Fraction(1))):
                raise FormulaError("the formula leaves open of what its percent are")
            found = Applied(mark, (found, more))
        self._depth -= 1
        return found

    def _product(self) -> Expression:
        found = self._signed()
        while mark := self._next("*", "/", "//") or self._remainder():
            found = Applied(mark, (found, self._signed()))
        return found

    def _remainder(self) -> str:
        """A % that stands before an operand, which is then read."""
        return self._next("%") if self._opens(self._at + 1) else ""

    def _opens(self, at: int) -> bool:
        """Whether an operand begins there."""
        return at < len(self._tokens) and (self._tokens[at][0] != "mark" or self._tokens[at][1] == "(")

    def _signed(self) -> Expression:
        signs = 0
        while mark := self._next("-", "+"):
            signs += mark == "-"
        found = self._power()
        return Applied("neg", (found,)) if signs % 2 else found

    def _power(self) -> Expression:
        found = self._operand()
        while not self._opens(self._at + 1) and self._next("%"):
            found = Applied("percent", (found,))
        if self._next("**"):
            self._depth += 1
            if self._depth > DEEPEST:
                raise FormulaError(f"the formula is nested deeper than {DEEPEST}")
            found = Applied("**", (found, self._signed()))
            self._depth -= 1
        return found

    def _operand(self) -> Expression:
        if self._next("("):
            found = self._sum()
            self._close()
            return found
        if self._at >= len(self._tokens):
            raise FormulaError("the formula ends where a number was to follow")
        kind, said = self._tokens[self._at]
        self._at += 1
        if kind == "number":
            return Number(Fraction(said))
        if kind == "name":
            return self._call(said) if self._next("(") else Name(said)
        raise FormulaError(f"the formula has {said!r} where a number was to follow")

    def _call(self, function: str) -> Expression:
        if function not in FUNCTIONS:
            raise FormulaError(f"the formula calls {function!r}; there are {', '.join(FUNCTIONS)}")
        operands = [self._sum()]
        while self._next(","):
            operands.append(self._sum())
        self._close()
        fewest, most = FUNCTIONS[function]
        if not fewest <= len(operands) <= most:
            raise FormulaError(f"{function} takes {fewest} to {most} numbers, not {len(operands)}")
        return Applied(function, tuple(operands))

    def _close(self) -> None:
        if not self._next(")"):
            raise FormulaError("a bracket of the formula is not closed")
