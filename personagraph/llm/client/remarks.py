"""What a user is told of a reply that cost something else than it should, or for nothing, in sentences."""

from collections import deque
from collections.abc import Iterator

from personagraph.llm.client.budget import Budget
from personagraph.llm.client.reasoning import ROOM
from personagraph.llm.client.usage import UNTOLD, Doubt, longest_reply
from personagraph.llm.parameters import LEAST_CAP
from personagraph.prompts.dialogue import ONE_WORD
from personagraph.types import ChatReply, ChatRequest

EXCEEDED, PASSED, CUT, TOO_DEAR = "exceeded", "passed", "cut", "too dear"
_CUT_WORD = (
    "a reply of one word was cut off in what the model thought before it: it is paid for, and of no use; in a new run"
    " `--reasoning-effort none` may have the model answer at once, and `--reasoning-effort low` gives it room to think"
)
"""For a prompt of one word, whose cap no setting raises."""


class Remarks:
    """Looks at the cost of each reply before it is settled. Used from one thread; what is new is taken from another."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._said: set[str] = set()
        self._new: deque[str] = deque()

    def look(self, reply: ChatReply, request: ChatRequest, reserve: float) -> None:
        """Note what there is to say of a reply for which so much was set aside, unless that was said before."""
        for kind, remark in self._of(reply, request, reserve):
            if kind not in self._said:
                self._said.add(kind)
                self._new.append(remark)

    def refused(self, reserve: float) -> None:
        """Note that a call was not sent for want of so much, where the whole limit is less than that."""
        limit = self._budget.limit
        if limit is not None and reserve > limit and TOO_DEAR not in self._said:
            self._said.add(TOO_DEAR)
            self._new.append(
                f"one call can cost up to {reserve:.4f} USD, which is more than the limit of {limit:g} USD: give a"
                " higher --max-cost, or a lower --max-tokens to a new run"
            )

    def new(self) -> list[str]:
        """What was noted since the last call, in order."""
        return [self._new.popleft() for _ in range(len(self._new))]

    def _of(self, reply: ChatReply, request: ChatRequest, reserve: float) -> Iterator[tuple[str, str]]:
        """What there is to say, each with its kind."""
        budget = self._budget
        if reply.finish == "length" and reply.thought:
            is_word = request.parameters.get("max_tokens", 0) in (ONE_WORD, LEAST_CAP)
            yield CUT, _CUT_WORD if is_word else _cut(longest_reply(request))
        for remark in reply.remarks:
            yield remark, remark
        for doubt in budget.doubts(reply, request):
            yield doubt.kind, _said(doubt)
        if reply.cost - reserve <= 1e-9:
            return
        cost = f"a reply cost ${reply.cost:.4f}, and the most that it should have cost is ${reserve:.4f}"
        yield EXCEEDED, f"{cost}: the server bills more than it was asked for, which no limit here can bound"
        if budget.limit is not None and budget.spent + budget.perhaps_billed + reply.cost > budget.limit:
            yield PASSED, f"--max-cost is passed, since {cost}; nothing more is sent"


def _cut(cap: int) -> str:
    """What to set when a model used up its cap with thoughts."""
    most = -(-max(cap + ROOM, 2 * cap) // 1000) * 1000
    return (
        f"a reply was cut off at its cap of {cap:,} tokens after the model had thought: it is paid for, and of no use;"
        f' set `max_tokens = {most}` in the settings (below [models."NAME"] for one model), or give'
        f" `--max-tokens {most}`, or have the model think less with `--reasoning-effort low`; this run keeps its cap"
        f" until it is done or given up, and `personagraph dead-letters retry --max-tokens {most}` asks again what was"
        " lost"
    )


def _said(doubt: Doubt) -> str:
    if doubt.kind == UNTOLD:
        return "the server does not say what its replies use: each is booked with the most that it can have cost"
    booked = "booked as the server says" if doubt.believed else "booked with the most that it can have cost"
    return f"what the server says that a reply used cannot be right ({doubt.said}): such a reply is {booked}"
