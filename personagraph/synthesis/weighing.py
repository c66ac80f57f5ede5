"""What all that is known of a sample comes to: the outcome of its checks, and whose answers are wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from personagraph.synthesis.checks import checked
from personagraph.synthesis.checks.check import AGREED, COMPUTED, DISPUTED, VERIFIED, Draft, Judgement, Opinions, Same
from personagraph.synthesis.checks.equality.answers import same_plainly
from personagraph.synthesis.dialogues import Solution

AGREEMENT, CRITIC = "agreement", "critic"
"""The checks that others are asked for."""


@dataclass(frozen=True, slots=True)
class Checking:
    """What looks at samples: the names of checks, how many answers of others are asked for, and how they compare."""

    names: Sequence[str] = ()
    answers: int = 0
    same: Same = same_plainly

    def judged(self, draft: Draft, opinions: Opinions, *, composed: bool) -> Judgement:
        """What is believed of a sample: what code composed and solved stays that, whatever others answer."""
        told = checked(self.names, draft, opinions, self.same)
        if not composed:
            return told
        return Judgement(COMPUTED, told.reason if told.outcome == DISPUTED else "", told.figures)

    def sides(self, draft: Draft, judged: Judgement, solutions: Sequence[Solution]) -> Mapping[str, Any]:
        """Whose answers are wrong where the sample holds; where it is disputed, an answer that is believed instead."""
        if judged.outcome in (VERIFIED, COMPUTED, AGREED):
            return {"rejected": [each.told for each in solutions if self.same(draft.answer, each.answer) is False]}
        if judged.outcome != DISPUTED:
            return {}
        believed = str(judged.figures.get("computed", judged.figures.get("majority", "")))
        held = next((each.told for each in solutions if believed and self.same(believed, each.answer)), "")
        return {"believed": held} if held else {}


NO_CHECKS: Final = Checking()
