"""When a failed call is tried again, and when it is given up: the one owner of retries."""

from dataclasses import dataclass, replace

from personagraph.errors import ChatUnavailableError, ReplyFormatError
from personagraph.prompts import clean, defused
from personagraph.text.thoughts import answer_of
from personagraph.types import ChatReply, ChatRequest, digest

MOST = 100
"""Attempts of one call, whatever the reason; the last error is then raised."""


@dataclass(frozen=True, slots=True)
class Retries:
    """How patient we are with a server.

    Before the n-th retry a call rests between 0 and `pause` · 2^n seconds ("full jitter"), at most `longest`; when the
    server said for how long, that long, and up to `pause` more. The server is given up when it has answered nobody for
    `patience` seconds, or after `attempts` when it never answered. When it answers others meanwhile, and failed `alone`
    times on this request, the request is at fault, and becomes a dead letter: it would stop the run for ever.
    """

    attempts: int = 6
    alone: int = 12
    pause: float = 1.0
    longest: float = 60.0
    patience: float = 900.0

    def check(self, error: ChatUnavailableError, failures: int, *, since: float, others: int, ever: bool) -> None:
        """Return when the call, which failed so often, may be tried again.

        `since` are the seconds for which nobody was answered, `others` how many were since the call first failed,
        `ever` whether anybody was. Raises the error when the server is to be given up, ReplyFormatError when only this
        request is.
        """
        asked = error.retry_after or 0.0
        if asked > max(0.0, self.patience - since):
            told = f"it asks to be left alone for {asked:.0f} s, and our patience ends after {self.patience:.0f} s"
            raise ChatUnavailableError(f"{error}; {told}", billed=error.billed) from error
        if not error.limited and others >= failures >= self.alone:
            raise ReplyFormatError(f"the server answers others, and failed {failures} times on this: {error}", "")
        if failures >= self.attempts and (since >= self.patience or not (ever or error.limited)):
            raise error

    def rest(self, error: ChatUnavailableError, failures: int, draw: float) -> float:
        """Seconds to rest before the next attempt; `draw` is a random number from 0 to 1."""
        backoff = draw * (self.pause if error.nonsense else min(self.longest, self.pause * 2.0 ** min(failures, 32)))
        asked = error.retry_after
        return asked + draw * self.pause if asked else backoff


PATIENT = Retries()


def asked_again(request: ChatRequest, reply: ChatReply, error: str) -> ChatRequest:
    """The request once more, with the unusable reply and what was wrong with it; its key follows from both."""
    turns = (
        {"role": "assistant", "content": defused(clean(answer_of(reply.text), longest=2000))},
        {"role": "user", "content": f"That cannot be used: {error[:300]}. Answer again, with the JSON object alone."},
    )
    return replace(request, key=digest(request.key, "again", error), messages=(*request.messages, *turns))
