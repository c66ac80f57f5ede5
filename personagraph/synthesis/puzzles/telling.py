"""Tells a puzzle: who is where, its clues as numbered sentences or as what people say, and the question."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from random import Random
from typing import Any, Final, NamedTuple

from personagraph.synthesis.problems.wording import sentences
from personagraph.synthesis.puzzles.cast import listed, people
from personagraph.synthesis.puzzles.clues import DrawnClue
from personagraph.synthesis.puzzles.explaining import Deduction, narrowed, supposed
from personagraph.synthesis.puzzles.spaces import LETTERS, Assignment, PuzzleSpace

COUNTS: Final = ("none", "one", "two", "three", "four", "five")
ROLES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("before", "right before", "beside", "not beside", "one between"), "ab"),
    **dict.fromkeys(("comes before", "comes a day before"), "ab"),
    **{"between": "abc", "at": "av", "not at": "av", "either at": "avw", "has": "av", "has not": "av"},
    **{"has either": "avw", "one of two has": "abv", "if one has": "avbw", "comes on": "ad", "comes not on": "ad"},
    **{"thing on": "vd", "thing not on": "vd", "thing before": "vw", "before the thing": "av"},
}
"""What the numbers of each kind of clue are: people (a, b, c), values (v, w), a day (d)."""


class Setting(NamedTuple):
    """Where and among whom a puzzle plays; `chosen` are things by their names in the table, the rest is English."""

    persona: str
    ties: Sequence[Mapping[str, str]]
    chosen: Sequence[str]
    place: str
    occasion: str


class Solvable(NamedTuple):
    """Clues about a space, and the only assignment that they allow."""

    space: PuzzleSpace
    clues: Sequence[DrawnClue]
    solution: Assignment


@dataclass(frozen=True, slots=True)
class ComposedPuzzle:
    """A puzzle as it was composed, with its only solution.

    `space` and `clues` are its form, `solution` the only assignment that they allow, `names` what the people's letters
    stand for. `skeleton` names the kind of puzzle, its size, and the kinds of its clues.
    """

    question: str
    working: str
    answer: str
    space: PuzzleSpace
    clues: tuple[DrawnClue, ...]
    solution: Assignment
    names: Mapping[str, str]
    skeleton: str


@lru_cache
def wording() -> Mapping[str, Any]:
    """The file of wordings, as it stands."""
    return tomllib.loads((files(__package__) / "wording.toml").read_text(encoding="utf-8"))


class Telling:
    """Tells one puzzle about n people with some of the words of the file; `values` are places or things, from 1 on.

    `names` are the people's, in the order of their letters.
    """

    def __init__(
        self, setting: Setting, rng: Random, n: int, words: Mapping[str, Any], values: Sequence[str] = ()
    ) -> None:
        named = people(setting.persona, setting.ties, wording()["others"], rng, n)
        order = rng.sample(range(n), n)
        self.names = [named[i].again for i in order]
        self.values = list(values)
        self._first = [named[i].first for i in order]
        self._tie = f"{named[0].again} {setting.ties[0]['phrase']} {named[1].again}." if setting.ties else ""
        self._setting, self._rng, self._words = setting, rng, words

    def opening(self, **more: str) -> str:
        """Who is where, and how two of them are connected."""
        told: str = self._rng.choice(self._words["opening"])
        setting = self._setting
        who = listed(self._first)
        return f"{told.format(people=who, place=setting.place, occasion=setting.occasion, **more)} {self._tie}"

    def facts(self, name: str, values: Sequence[str]) -> list[Deduction]:
        """How each person's value is told."""
        before, _, after = self._words[name].partition("{v}")
        return [Deduction(before.format(a=a), after, values) for a in self.names]

    def asked(self, which: str, **more: str) -> str:
        """A question for `all` of the solution, or for `one` part of it."""
        return str(self._rng.choice(self._words[which])).format(**more)

    def numbered(
        self, kind: str, found: Solvable, opening: str, facts: Sequence[Deduction], question: str, answer: str
    ) -> ComposedPuzzle:
        """The puzzle with its clues as numbered sentences."""
        clues = [f"{n}. {sentences(self._clue(clue))}" for n, clue in enumerate(found.clues, 1)]
        working = narrowed(found.space, found.clues, facts)
        return self._whole(kind, found, [opening, *clues, question], working, answer)

    def spoken(self, kind: str, found: Solvable, opening: str, question: str, answer: str) -> ComposedPuzzle:
        """The puzzle whose clues are what people say; what nobody says stands in the opening."""
        facts = [Deduction(f"{name} ", "", ("lies", "tells the truth"), 0) for name in self.names]
        if len(found.space.variables) > len(self.names):
            facts.append(Deduction("", " has it", self.names))
        said = [clue for clue in found.clues if clue.kind in self._words["says"]]
        lines = [f"{self.names[clue.args[0]]} says: “{sentences(self._quoted(clue))}”" for clue in said]
        working = supposed(found.space, found.clues, facts, self.names)
        return self._whole(kind, found, [opening, *lines, question], working, answer)

    def _whole(self, kind: str, found: Solvable, lines: Sequence[str], working: str, answer: str) -> ComposedPuzzle:
        text = "\n".join(map(sentences, lines))
        names = dict(zip(LETTERS, self.names, strict=False))
        skeleton = f"{kind}: {', '.join(sorted(clue.kind for clue in found.clues))}"
        return ComposedPuzzle(text, working, answer, found.space, tuple(found.clues), found.solution, names, skeleton)

    def _clue(self, clue: DrawnClue) -> str:
        days = wording()["weekdays"]
        roles = {}
        for role, number in zip(ROLES[clue.kind], clue.args, strict=True):
            told = days if role == "d" else self.values
            roles["day" if role == "d" else role] = self.names[number] if role in "abc" else told[number - 1]
        return str(self._rng.choice(self._words["clues"][clue.kind])).format(**roles)

    def _quoted(self, clue: DrawnClue) -> str:
        """What somebody says."""
        about = clue.args[1:]
        if clue.kind == "so many are honest":
            roles = {"k": COUNTS[about[0]], "n": COUNTS[len(self.names)], "tell": tell(about[0])}
        else:
            roles = {role: self.names[i] for role, i in zip("bc", about, strict=False)}
        return str(self._rng.choice(self._words["says"][clue.kind])).format(**roles)


def tell(number: int) -> str:
    """What so many people do with the truth: "tells" of one, "tell" of more."""
    return "tells" if number == 1 else "tell"
