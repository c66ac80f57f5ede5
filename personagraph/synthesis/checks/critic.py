"""What a critic says of a problem: it can set one apart, and verifies nothing."""

from typing import Final

from personagraph.synthesis.checks.check import (
    DISPUTED,
    UNANSWERABLE,
    UNCHECKED,
    CheckKind,
    Draft,
    Evidence,
    Finding,
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


def check_critic(draft: Draft, evidence: Evidence, same: Same) -> Finding:
    """The outcome of the critic's verdict with its reason; unchecked where none was asked, or said another word."""
    verdict = evidence.verdict.strip().casefold()[:40]
    if verdict not in VERDICTS:
        return Finding(UNCHECKED)
    reason = " ".join(evidence.reason[:LONGEST].split())
    told = f"the critic says {verdict}: {reason}".removesuffix(": ")
    return Finding(VERDICTS[verdict], "" if verdict == "sound" else told, {"critic": verdict})


CHECK = CheckKind(check_critic, "takes the word of a model that was asked for faults of the problem")
