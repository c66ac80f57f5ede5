"""Every error that personagraph raises on purpose; each message says what happened, to what, and what to do next."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from personagraph.types import ChatReply


class Allowance(NamedTuple):
    """What a server says of its limits a minute: how many requests and tokens it still takes, None when it is silent.

    The `_reset` are the seconds until the whole limit is there again, the `_limit` the limits themselves.
    """

    requests_left: int | None = None
    requests_reset: float | None = None
    requests_limit: int | None = None
    tokens_left: int | None = None
    tokens_reset: float | None = None
    tokens_limit: int | None = None


class PersonaGraphError(Exception):
    """The root: catch this to catch all of them."""


class ConfigError(PersonaGraphError):
    """A setting, an option or a workspace is wrong."""


class UsageError(ConfigError):
    """What was asked for cannot be: a number out of range, a name that nothing has, an option that is missing."""


class NothingToWriteError(ConfigError):
    """A run made nothing of which a file could be written."""


class NoGraphError(ConfigError):
    """A graph should be where there is none."""


class StoreError(PersonaGraphError):
    """The graph store refused or failed."""


class StoreUnavailableError(StoreError):
    """The store cannot be reached, or does not let us in."""


class PersonaNotFoundError(StoreError):
    """A persona was named that the graph does not hold, or that is ambiguous."""


class SchemaVersionError(StoreError):
    """A store or a ledger was written by a newer version, or its schema was altered."""


class ChatError(PersonaGraphError):
    """A language model could not be used as asked."""


class ChatUnavailableError(ChatError):
    """The model's server cannot be reached, is overloaded, or keeps failing: a later attempt may succeed.

    `retry_after` are the seconds that the server wants to be left alone (None when it did not say). `limited` says that
    it had too much to do: a rate limit, or overload. `billed` says that the attempt may be on the bill all the same,
    since the request left and no answer came; `used` is then what the server says that it used, if it says it.
    `nonsense` says that something came back, and that it was no answer of a language model. `allowance` is what the
    server said of its limits, if it did.
    """

    def __init__(
        self,
        message: str,
        *,
        retry_after: float | None = None,
        limited: bool = False,
        billed: bool = False,
        nonsense: bool = False,
        allowance: "Allowance | None" = None,
        used: "ChatReply | None" = None,
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.limited = limited
        self.billed = billed
        self.nonsense = nonsense
        self.allowance = allowance
        self.used = used


class ReplyFormatError(ChatError):
    """A reply does not fit the prompt's schema.

    `raw` is the reply as it came.
    """

    def __init__(self, message: str, raw: str) -> None:
        super().__init__(message)
        self.raw = raw


class BudgetExceededError(ChatError):
    """The next call could cost more than what is left of the budget."""


class InputError(PersonaGraphError):
    """A file or a row of input cannot be used; the message names both."""

    def __init__(self, message: str, path: str | Path | None = None, line: int | None = None) -> None:
        where = "" if path is None else f"{path}: " if line is None else f"{path}, line {line}: "
        super().__init__(where + message)
        self.path = path
        self.line = line


class QueryNotFoundError(PersonaGraphError):
    """No Cypher or prompt file has that name."""
