"""Who stands for somebody imagined: the nearest of those who exist, where nothing that is known contradicts it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from personagraph.linking.imagined import stand_ins

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from personagraph.graph.register import Register
    from personagraph.linking.people import Crowd, Described


class Grounding:
    """Looks imagined people up among those who are there: alike from the cosine `at_least` on, and not contradicted.

    `encode` gives the vectors of texts, `register` numbers everybody as the arrays do.
    """

    def __init__(
        self,
        described: "Described",
        crowd: "Crowd",
        register: "Register",
        encode: "Callable[[Sequence[str]], NDArray[np.float32]]",
        *,
        at_least: float,
    ) -> None:
        self._described, self._crowd, self._register = described, crowd, register
        self._encode, self._at_least = encode, at_least

    def find(self, description: str, known: Mapping[str, str], without: Collection[str]) -> tuple[str, float] | None:
        """The id of who stands for somebody who is described so, and of whom this is known, and the cosine; or None."""
        out = {number for id in without if (number := self._register.number(id)) >= 0}
        [found] = stand_ins(
            self._described,
            self._crowd,
            self._encode([description]),
            [known],
            at_least=self._at_least,
            without=out,
        )
        return found and (self._register.id(found.person), round(found.cosine, 4))
