"""What every encoder is: how it is named, what makes one, and what its vectors promise."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Embed = Callable[[Sequence[str]], Sequence[Sequence[float]]]
"""Buys vectors of one model: some texts give a vector for each, in their order.

Raises ChatError when the provider fails or sends anything else, BudgetExceededError when the money does not suffice.
"""


class Encoder(Protocol):
    """Turns texts into vectors that lie near each other where the texts mean alike.

    `name` is recorded with the vectors: two encoders of one name give the same ones. `dims` is how long a vector is.
    """

    name: str

    @property
    def dims(self) -> int:
        """How many numbers a vector has."""

    def encode(self, texts: Sequence[str]) -> "npt.NDArray[np.float32]":
        """A row for each text, in their order, float32 of shape (texts, dims).

        A row has the length 1, or is all zeros where the encoder cannot read the text: such a text is like no other.
        """


@dataclass(frozen=True, slots=True)
class EncoderKind:
    """A kind of encoder as it is registered.

    `make` makes one of the name after the kind ("" without one), and is handed what buys its vectors, if anything
    does; it raises ConfigError when something that it needs is missing. `about` says in a few words what it is.
    `shape` is how the user names one, openai:NAME, when a name follows the kind and a colon; `file` that this may
    be the path of a folder. `paid` says that somebody is paid for it, `inside` that it answers in this process,
    costs nothing, and reads no file that anybody names.
    """

    make: Callable[[str, Embed | None], Encoder]
    about: str
    shape: str = ""
    file: bool = False
    paid: bool = False
    inside: bool = False

    def fits(self, name: str | None) -> bool:
        """Whether a name that follows the kind and a colon fits its shape; None for the kind alone."""
        return bool(self.shape and name) if name is not None else not self.shape
