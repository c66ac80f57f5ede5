"""Reads of a sample whether it fails, why, or why that cannot be said; and what agreement made of it."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from personagraph.synthesis.checks.check import (
    AGREED,
    BORNE_OUT,
    COMPUTED,
    DISPUTED,
    UNANSWERABLE,
    UNCHECKED,
    VERIFIED,
)
from personagraph.synthesis.checks.missed import CountedSample
from personagraph.synthesis.samples import Sample

FAILING: Final = (DISPUTED, UNANSWERABLE)
HOLDING: Final = (VERIFIED, AGREED)
UNSOLVED: Final = "composed by code, and nobody was asked to solve it: ask with --answers 2"
UNCLEAR: Final = "composed by code, and none of the answers to it can be compared"
UNTOLD: Final = "unchecked"
DIFFER: Final = "independent answers differ from the computed one"
LONGEST: Final = 100
"""Characters of a reason."""
LONGEST_VALUE: Final = 4_000
"""Characters of what was asked for, and of a skeleton."""
MOST_COUNTED: Final = 1_000_000
"""No figure of a sample counts more."""
_HOW_MANY = re.compile(r"^\d+ of \d+ ")
_SAID = re.compile(r"^(?:the critic says \w+|the working says)")
"""What of a reason tells its kind; behind it stands what was said of one sample."""
_WORD = re.compile(r"'[^']{0,200}'|\"[^\"]{0,200}\"|\S{1,200}")
"""What is quoted, and words: of a reason, what is quoted or has digits is of one sample alone."""
_OPERATOR = re.compile(r"[-+*/^]")


class TriedSample(NamedTuple):
    """A sample as a trial of whoever solves it.

    `fails` is None where it cannot be said, and `why` says then why; of one that fails, what kind of failure that is.
    Of `answers` independent ones that can be compared `wrong` differ from the stated one. `persona` is whom it is about
    first; `about` is what was asked for; `agreement` what `missed` counts, None where no answers were.
    """

    run: str
    task: str
    persona: str
    fails: bool | None
    why: str
    wrong: int
    answers: int
    about: Mapping[str, str]
    skeleton: str
    agreement: CountedSample | None


def tried(sample: Sample) -> TriedSample:
    """What became of a sample.

    One that is disputed or cannot be answered fails, one that is agreed or verified does not. What code composed is
    right, and fails where half or more of the independent answers differ. What is unchecked says nothing.
    """
    figures = _object(sample["checks"])
    agree, differ = _count(figures, "agree"), _count(figures, "differ")
    fails, why = _outcome(sample, agree, differ)
    return TriedSample(
        run=sample["lineage"]["run"],
        task=sample["task"],
        persona=sample["lineage"]["personas"].partition(" ")[0],
        fails=fails,
        why=why,
        wrong=differ,
        answers=agree + differ,
        about={name: str(value)[:LONGEST_VALUE] for name, value in _object(sample["about"]).items()},
        skeleton=str(sample["form"].get("skeleton") or "")[:LONGEST_VALUE],
        agreement=_agreement(sample, figures, agree, differ),
    )


def _outcome(sample: Sample, agree: int, differ: int) -> tuple[bool | None, str]:
    check = sample["check"]
    if check in FAILING:
        return True, f"{check}: {kind_of(sample['reason'])}" if sample["reason"] else check
    if check in HOLDING:
        return False, ""
    if check != COMPUTED:
        return None, f"{UNTOLD}: {kind_of(sample['reason'])}" if sample["reason"] else UNTOLD
    if not agree + differ:
        return None, UNCLEAR if _count(_object(sample["checks"]), "asked") else UNSOLVED
    return (True, DIFFER) if differ >= agree else (False, "")


def kind_of(reason: str) -> str:
    """The kind of a check's reason, without the numbers and words of one sample: many samples share it."""
    said = _SAID.match(reason)
    told = said[0] if said else _WORD.sub(_shared, _HOW_MANY.sub("", reason))
    return told if len(told) <= LONGEST else f"{told[: LONGEST - 1]}…"


def _shared(word: re.Match[str]) -> str:
    return "…" if word[0][0] in "'\"" or any(letter.isdigit() for letter in word[0]) else word[0]


def _agreement(sample: Sample, figures: Mapping[str, Any], agree: int, differ: int) -> CountedSample | None:
    """What agreement made of a sample, beside what is right.

    Of what code composed the answer is known: where most of those who solve it agree on another, they agree on what is
    wrong.
    """
    if not agree + differ or sample["check"] in (UNANSWERABLE, UNCHECKED):
        return None
    agreed, size = agree > differ, size_of(sample["form"])
    if sample["check"] == COMPUTED:
        shared = not agreed and "majority" in figures
        return CountedSample(agreed or shared, not shared, size)
    borne_out = figures.get(BORNE_OUT)
    return CountedSample(agreed, borne_out if isinstance(borne_out, bool) else None, size)


def size_of(form: Mapping[str, Any]) -> int:
    """How long a problem is: operations of its formula, or clues of its puzzle; 0 where its form does not say."""
    difficulty, puzzle, formula = form.get("difficulty"), form.get("puzzle"), form.get("formula")
    if isinstance(difficulty, Mapping) and (operations := _count(difficulty, "operations")):
        return operations
    if isinstance(puzzle, Mapping) and isinstance(puzzle.get("clues"), list):
        return len(puzzle["clues"])
    return len(_OPERATOR.findall(formula)) if isinstance(formula, str) else 0


def _object(text: str) -> Mapping[str, Any]:
    found = json.loads(text)
    return found if isinstance(found, dict) else {}


def _count(figures: Mapping[str, Any], name: str) -> int:
    value = figures.get(name)
    return min(value, MOST_COUNTED) if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
