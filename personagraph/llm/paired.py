"""Two clients as one: most steps are asked of one model, and some of another."""

from collections.abc import Collection, Sequence
from concurrent.futures import Future

from personagraph.llm.backend import Answer, Client, Pace
from personagraph.prompts.dialogue import ASKED, Dialogue
from personagraph.types import Step


class PairedClients:
    """Steps whose field ASKED is one of `asked` go to `other`, all others to `first`; both count for one run."""

    def __init__(self, first: Client, other: Client, asked: Collection[str]) -> None:
        self._first, self._other, self._asked = first, other, frozenset(asked)

    @property
    def exhausted(self) -> bool:
        """Whether the budget of either has no room for its next call."""
        return self._first.exhausted or self._other.exhausted

    @property
    def pace(self) -> Pace:
        """How both stand: calls and cost are those of both, the reason of a change the first that there is."""
        one, two = self._first.pace, self._other.pace
        return Pace(
            one.in_flight + two.in_flight,
            one.concurrency + two.concurrency,
            one.pace or two.pace,
            one.cost + two.cost,
            one.perhaps_billed + two.perhaps_billed,
            one.trouble or two.trouble,
        )

    def changes(self) -> list[tuple[int, str]]:
        """The changes of the concurrency of both."""
        return self._first.changes() + self._other.changes()

    def remarks(self) -> list[str]:
        """What the user should know of the money that either spent."""
        return self._first.remarks() + self._other.remarks()

    def submit(self, run: str, steps: Sequence[tuple[Step, str]], dialogue: Dialogue) -> "list[Future[Answer | None]]":
        """Begin to answer steps, each by the client that it is for."""
        is_other = [step.fields.get(ASKED) in self._asked for step, _ in steps]
        parts = {
            of: iter(
                client.submit(run, [one for one, there in zip(steps, is_other, strict=True) if there is of], dialogue)
            )
            for of, client in ((False, self._first), (True, self._other))
        }
        return [next(parts[of]) for of in is_other]

    def awaited(self, reply: "Future[Answer | None]") -> None:
        """Somebody waits for this reply, whoever is to give it."""
        self._first.awaited(reply)
        self._other.awaited(reply)

    def close(self, *, drain: bool = True) -> None:
        """Release both backends."""
        try:
            self._first.close(drain=drain)
        finally:
            self._other.close(drain=drain)
