"""How a model is asked about two personas who exist: whether they may know each other, and how they do."""

from collections.abc import Mapping
from typing import Any

from personagraph.linking.readings import read_odds, read_tie, read_word
from personagraph.prompts.dialogue import PromptDialogue
from personagraph.runs.growth import Link, Rejected
from personagraph.types import ChatReply


class _OfTwo(PromptDialogue):
    """A question about two people, whose descriptions are the fields `a` and `b` of a step, shown in that order."""

    items = 0
    subject = "a"

    def given(self, fields: Mapping[str, Any]) -> Mapping[str, str]:
        """The two descriptions, a line each."""
        return {name: " ".join(fields[name].split()) for name in ("a", "b")}


class PairDialogue(_OfTwo):
    """Asks whether two people plausibly know each other: one word, with the log-probabilities of what it could be.

    Who is shown first hardly matters to the odds; the word alone, where no server tells them, may need both orders.
    """

    def __init__(self, model: str, secret: bytes, *, seed: int = 0) -> None:
        super().__init__("judge", model, secret, seed=seed)

    def parse(self, fields: Mapping[str, Any], reply: ChatReply) -> Mapping[str, Any]:
        """`odds`, ln P(yes) - ln P(no), or None where the reply tells neither; and `said`, "yes", "no" or "" for else.

        Never raises: what is no answer is no judgement.
        """
        return {"odds": read_odds(reply), "said": read_word(reply)}


class TieDialogue(_OfTwo):
    """Asks a large model how two people know each other, in words of its own, or whether they do not."""

    def __init__(self, model: str, secret: bytes, *, seed: int = 0) -> None:
        super().__init__("tie-large", model, secret, seed=seed)

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Link | Rejected | None:
        """The tie, said of `a` and without the ego; the guard that turned it down; or None where there is none."""
        return read_tie(data, a=fields["a"], b=fields["b"])


class ShortTieDialogue(TieDialogue):
    """Asks a small model the same, for two short fields."""

    def __init__(self, model: str, secret: bytes, *, seed: int = 0) -> None:
        PromptDialogue.__init__(self, "tie-small", model, secret, seed=seed)


DIALOGUES: dict[str, type[TieDialogue]] = {"small": ShortTieDialogue, "large": TieDialogue}
"""The dialogue that asks for a tie, for each size of model."""
