"""Checks of synthesised samples: every check, and what those of a task say together."""

from collections.abc import Iterable

from personagraph.synthesis.checks import agreement, critic, formula, logic, tool, working
from personagraph.synthesis.checks.check import (
    BORNE_OUT,
    DISPUTED,
    VERIFIED,
    CheckKind,
    Draft,
    Judgement,
    Opinions,
    Same,
    together,
)
from personagraph.synthesis.checks.equality.answers import same_plainly

CHECKS: dict[str, CheckKind] = {
    "formula": formula.CHECK,
    "working": working.CHECK,
    "agreement": agreement.CHECK,
    "tool": tool.CHECK,
    "logic": logic.CHECK,
    "critic": critic.CHECK,
}
"""By the name that a task's file has for it."""
NO_OPINIONS = Opinions()


def checked(
    names: Iterable[str], draft: Draft, opinions: Opinions = NO_OPINIONS, same: Same = same_plainly
) -> Judgement:
    """What the checks of these names say of a draft together; `same` compares answers.

    Where one of them executes something, the figure BORNE_OUT says whether that bears the stated answer out. Raises
    KeyError for a name that is not in CHECKS.
    """
    found = [(CHECKS[name], CHECKS[name].check(draft, opinions, same)) for name in names]
    told = together(judgement for _, judgement in found)
    executed = {judgement.outcome for kind, judgement in found if kind.executes} & {VERIFIED, DISPUTED}
    return told._replace(figures={**told.figures, BORNE_OUT: DISPUTED not in executed}) if executed else told
