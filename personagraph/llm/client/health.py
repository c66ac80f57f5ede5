"""What a server brought of late: since when it answers nobody, and whether what it sends is worth asking for."""

from collections import deque
from collections.abc import Callable

from personagraph.errors import ChatUnavailableError

FIRST = 16
"""A server whose first so many answers are no completions is asked no more: no model speaks through it."""
LATEST, SHARE = 64, 0.5
"""Nor is one when that share of its latest answers were none: each may be on the bill, and more would be paid for
nothing than for replies."""
SILENT = 20.0
"""Seconds without an answer, while something is asked, after which that is told."""
HELD = 5.0
"""Seconds for which limits a minute hold everything back, from which on that is told."""


class Health:
    """Counts what came back. Failures without an answer (an outage) are waited out, which is the retries' matter.

    `hopeless` is the error to give up with, once there is one. Used from one thread, read from any.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.replies = 0
        self.last_reply: float | None = None
        self.hopeless: ChatUnavailableError | None = None
        self._trouble = ""
        self._asking_since = clock()
        self._nonsense: deque[bool] = deque(maxlen=LATEST)

    def asked(self, in_flight: int) -> None:
        """Another attempt leaves; so many are in flight with it."""
        if in_flight == 1:
            self._asking_since = self._clock()

    def replied(self) -> None:
        """A completion came."""
        self.replies += 1
        self.last_reply = self._clock()
        self._trouble = ""
        self._nonsense.append(False)

    def failed(self, error: ChatUnavailableError) -> None:
        """None came."""
        pause = f", and wants to be left alone for {error.retry_after:.0f} s" if (error.retry_after or 0) >= 5 else ""
        self._trouble = str(error).partition(";")[0] + pause
        if not error.nonsense:
            return
        self._nonsense.append(True)
        bad = sum(self._nonsense)
        if self.replies == 0 and bad >= FIRST:
            self._stop(f"the first {bad} answers were no completions", error)
        elif bad >= LATEST * SHARE:
            self._stop(f"{bad} of the last {len(self._nonsense)} answers were no completions", error)

    def trouble(self, in_flight: int, held_back: float) -> str:
        """Why nobody has been answered since the last reply; "" when there is no trouble.

        `held_back` are the seconds for which limits a minute let nothing leave.
        """
        if self._trouble:
            return self._trouble
        if not in_flight:
            return f"limits a minute hold the next call back for {held_back:.0f} s" if held_back >= HELD else ""
        silent = self._clock() - max(self._asking_since, self.last_reply or 0.0)
        return f"no answer for {silent:.0f} s" if silent >= SILENT else ""

    def give_up(self, error: ChatUnavailableError) -> None:
        """Ask for nothing more, for this reason."""
        self.hopeless = self.hopeless or error

    def _stop(self, why: str, error: ChatUnavailableError) -> None:
        self.give_up(ChatUnavailableError(f"{why}: {error}", billed=True, nonsense=True))
