"""What every kind of language model is: how it is named, what makes one, and what is to be known of it."""

from collections.abc import Callable
from dataclasses import dataclass

from personagraph.errors import ConfigError
from personagraph.llm.backend import ChatBackend
from personagraph.types import ChatReply, ChatRequest


@dataclass(frozen=True, slots=True)
class BackendOptions:
    """What is known of the model that is wanted: the name after its kind ("" without one), and what the user sets.

    `base_url` gives the address of the server, None for the usual one, or raises ConfigError when nobody may be sent
    anything there. `concurrency` is how many calls may be in flight, None when nobody said; `fallbacks` are those that
    the model of this name was found to need. `context` are the tokens of a call of a model in this process, `threads`
    the processors that it works on, None for what suits it.
    """

    name: str
    key: str | None
    base_url: Callable[[], str | None]
    concurrency: int | None
    fallbacks: Callable[[str], str]
    context: int | None = None
    threads: int | None = None


@dataclass(frozen=True, slots=True)
class ModelKind:
    """A kind of model as it is registered.

    `make` makes one, and raises ConfigError when something that it needs is missing. `about` says in a few words what
    it is. `shape` is how the user names one, openai:NAME, when more follows the kind and a colon; `bare` says that
    nothing need follow, `file` that what follows is the path of a file. `named` makes the model by its name alone, for
    a forecast, when `make` needs more than that: a key, or weights. `inside` says that the kind alone names one that
    answers in this process, costs nothing, and reads no file that anybody names.
    """

    make: Callable[[BackendOptions], ChatBackend]
    about: str
    shape: str = ""
    bare: bool = False
    file: bool = False
    named: Callable[[str], ChatBackend] | None = None
    inside: bool = False

    def fits(self, name: str | None) -> bool:
        """Whether a name that follows the kind and a colon fits its shape; None for the kind alone."""
        return bool(self.shape and name) if name is not None else self.bare or not self.shape


@dataclass(slots=True)
class Named:
    """A model by its name alone: it can be forecast for, without its key or its weights, and not be asked."""

    model: str
    small: bool
    free: bool
    simulated: bool = False
    slots: int | None = None
    batches: bool = False

    async def complete(self, request: ChatRequest) -> ChatReply:
        """Raises ConfigError."""
        raise ConfigError(f"{self.model} is only named, for a forecast, and cannot be asked")

    async def close(self) -> None:
        """Nothing to release."""
