"""What every check is: a function that looks at a draft of a sample and says what can be believed of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, NamedTuple

UNANSWERABLE = "unanswerable"
DISPUTED = "disputed"
VERIFIED = "verified"
COMPUTED = "computed"
AGREED = "agreed"
UNCHECKED = "unchecked"
BORNE_OUT = "borne_out"
"""The figure that says whether what was executed bears the stated answer out, whatever independent answers say."""

OUTCOMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        UNANSWERABLE: "contradictory, or not enough is said to answer it: set apart",
        DISPUTED: "what was executed, or independent answers, contradict the stated answer",
        VERIFIED: "executed, or solved independently, with the stated answer",
        COMPUTED: "composed and answered by code",
        AGREED: "independent answers agree with the stated one; nothing was executed",
        UNCHECKED: "nothing could be told",
    }
)
"""Each outcome and what it means, the strongest first."""
_STRENGTH = {outcome: rank for rank, outcome in enumerate(OUTCOMES)}

Same = Callable[[str, str], bool | None]
"""Whether two answers say the same; None where that cannot be told."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a task's reply was made into, before any check.

    `user` is the problem, `assistant` the whole solution, `answer` the answer alone. `form` is what the reply stated
    for the checks: a formula and its givens, a puzzle, a signature with example calls. All of it is untrusted.
    """

    user: str
    assistant: str
    answer: str = ""
    form: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Opinions:
    """What others said of a draft: the independent answers, and a critic's verdict with its reason.

    `verdict` is "sound", "contradictory", "unanswerable" or "wrong", or empty where no critic was asked.
    """

    answers: Sequence[str] = ()
    verdict: str = ""
    reason: str = ""


class Judgement(NamedTuple):
    """What a check says: one of OUTCOMES, why, and the figures that it rests on."""

    outcome: str
    reason: str = ""
    figures: Mapping[str, Any] = MappingProxyType({})


Check = Callable[[Draft, Opinions, Same], Judgement]
"""Takes the draft, the opinions, and how two answers are compared. Never raises for what a model wrote."""


@dataclass(frozen=True, slots=True)
class CheckKind:
    """A check as it is registered: the function, what it looks at, and the parts of the form that it reads.

    One that `executes` works out what is right; what it finds is told beside what all checks come to.
    """

    check: Check
    about: str
    reads: tuple[str, ...] = ()
    executes: bool = False


def together(judgements: Iterable[Judgement]) -> Judgement:
    """What all judgements say together: the strongest outcome, its reason, and the figures of all.

    The order is that of OUTCOMES. What was executed counts as verified only while no independent answer differs: where
    a minority does, it is agreed.
    """
    all_of_them = list(judgements)
    figures = {name: value for judgement in all_of_them for name, value in judgement.figures.items()}
    strongest = min(all_of_them, key=lambda judgement: _STRENGTH[judgement.outcome], default=Judgement(UNCHECKED))
    if strongest.outcome == VERIFIED and figures.get("differ"):
        reason = f"{figures['differ']} of {figures.get('asked', figures['differ'])} independent answers differ"
        return Judgement(AGREED, reason, figures)
    if strongest.outcome == UNCHECKED:
        reasons = (judgement.reason for judgement in all_of_them if judgement.reason)
        return Judgement(UNCHECKED, "; ".join(dict.fromkeys(reasons)), figures)
    return Judgement(strongest.outcome, strongest.reason, figures)
