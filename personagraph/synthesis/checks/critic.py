"""What a critic says of a problem: it can set one apart, and verifies nothing."""

from typing import Final

from personagraph.synthesis.checks.check import (
    DISPUTED,
    UNANSWERABLE,
    UNCHECKED,
    CheckKind,
    Draft,
    Judgement,
    Opinions,
    Same,
)

VERDICTS: Final = {
    "sound": UNCHECKED,
    "contradictory": UNANSWERABLE,
    "unanswerable": UNANSWERABLE,
    "wrong": DISPUTED,
}
"""What a critic can say, and the outcome that it leads to."""
LONGEST: Final = 400


def check_critic(draft: Draft, opinions: Opinions, same: Same) -> Judgement:
    """The outcome of the critic's verdict with its reason; unchecked where none was asked, or said another word."""
    verdict = opinions.verdict.strip().casefold()[:40]
    if verdict not in VERDICTS:
        return Judgement(UNCHECKED)
    reason = " ".join(opinions.reason[:LONGEST].split())
    told = f"the critic says {verdict}: {reason}".removesuffix(": ")
    return Judgement(VERDICTS[verdict], "" if verdict == "sound" else told, {"critic": verdict})


CHECK = CheckKind(check_critic, "takes the word of a model that was asked for faults of the problem")
