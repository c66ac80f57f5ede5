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

    `encode` gives the vectors of texts, `register` numbers everybody as the arrays do. Where `gaps` of a pair are to be
    closed, nobody stands for anybody between whose ego and him there is none.
    """

    def __init__(
        self,
        described: "Described",
        crowd: "Crowd",
        register: "Register",
        encode: "Callable[[Sequence[str]], NDArray[np.float32]]",
        *,
        at_least: float,
        gaps: "Callable[[Sequence[tuple[int, int]]], Sequence[tuple[int, int]]]",
    ) -> None:
        self._described, self._crowd, self._register = described, crowd, register
        self._encode, self._at_least, self._gaps = encode, at_least, gaps

    def find(
        self, description: str, known: Mapping[str, str], ego: str, tied: Collection[str]
    ) -> tuple[str, float] | None:
        """The id of who stands for somebody who is described so, and of whom this is known, and the cosine; or None.

        That is neither the `ego` for whom somebody was imagined nor anybody whom it is `tied` to.
        """
        from_ego = self._register.number(ego)

        def fits(person: int) -> bool:
            [(one, other)] = self._gaps([(from_ego, person)])
            return one != other

        without = {ego, *tied}
        out = {number for id in without if (number := self._register.number(id)) >= 0}
        [found] = stand_ins(
            self._described,
            self._crowd,
            self._encode([description]),
            [known],
            at_least=self._at_least,
            without=out,
            fits=fits,
        )
        return found and (self._register.id(found.person), round(found.cosine, 4))
