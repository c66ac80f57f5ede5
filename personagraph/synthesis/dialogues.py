"""How the steps of a sample are asked that do not ask for the sample itself: talk, independent answers, criticism."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from personagraph.errors import ReplyFormatError
from personagraph.prompts.dialogue import PromptDialogue
from personagraph.runs.growth import Rejected
from personagraph.synthesis.guards import LONGEST_TEXT, fault
from personagraph.types import ChatReply, ChatRequest

FEWEST_TURNS: Final = 4
MOST_TURNS: Final = 12
LONGEST_TURN: Final = 600

Turn = tuple[str, str]
"""Who says something (first, second), and what."""


class Conversing(PromptDialogue):
    """Asks for what two personas say to each other who are connected."""

    subject = "persona"

    def given(self, fields: Mapping[str, Any]) -> Mapping[str, str]:
        """The persona, and the neighbour with how they are connected."""
        [tie] = fields["ties"]
        return {"people": f"{fields['persona']}\nThis person {tie['phrase']}: {tie['persona']}"}

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> list[Turn] | Rejected:
        """What they say, in order; or the guard that turned it down: each has to speak, and nobody repeats."""
        turns = [(turn["by"], turn["says"].strip()) for turn in data["turns"] if turn["says"].strip()][:MOST_TURNS]
        if len(turns) < FEWEST_TURNS or len({by for by, _ in turns}) < 2:
            return "no conversation", f"{len(turns)} turns"
        shown = tuple(turn["says"] for _, reply in self._file.examples for turn in reply["turns"])
        people = (fields["persona"], fields["ties"][0]["persona"])
        for n, (_, text) in enumerate(turns):
            before = tuple(said for _, said in turns[:n])
            found = fault(text, people, (*shown, *before), LONGEST_TURN)
            if found and found[0] != "cut":
                return found
            if self.strays(fields, text):
                return "language", text
        return turns


class Solution(NamedTuple):
    """What somebody answers to a problem who has not written it: the working, and the answer alone."""

    working: str
    answer: str

    @property
    def told(self) -> str:
        """Both, as the samples of a task have them."""
        return f"{self.working}\nAnswer: {self.answer}"


class Solving(PromptDialogue):
    """Asks for an answer to a problem; who solves it sees neither the answer that it has, nor whom it is about."""

    subject = "problem"

    def given(self, fields: Mapping[str, Any]) -> Mapping[str, str]:
        """The problem."""
        return {"problem": fields["problem"]}

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Solution:
        """The answer, cut to what is compared and kept."""
        return Solution(data["working"][:LONGEST_TEXT], data["answer"][:LONGEST_TEXT])


class Criticising(PromptDialogue):
    """Asks whether a problem is sound, and its solution right."""

    subject = "problem"

    def given(self, fields: Mapping[str, Any]) -> Mapping[str, str]:
        """The problem and the solution."""
        return {"problem": fields["problem"], "solution": fields["solution"]}

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> tuple[str, str]:
        """The verdict, and the reason, cut to what is kept."""
        return data["verdict"], data["reason"][:LONGEST_TEXT]


class Weighing:
    """No call: what is known of a sample is weighed, where the last step that was to tell of it could not be used."""

    items = 1

    def prompt_of(self, fields: Mapping[str, Any]) -> str:
        """It has none."""
        return ""

    def ask(self, fields: Mapping[str, Any]) -> str:
        """Nothing is asked."""
        return ""

    def request(self, fields: Mapping[str, Any], key: str) -> ChatRequest:
        """There is no call."""
        raise NotImplementedError("nothing is asked in this step")

    def parse(self, fields: Mapping[str, Any], reply: ChatReply) -> Mapping[str, Any]:
        """There is no reply."""
        raise ReplyFormatError("nothing was asked in this step", reply.text)
