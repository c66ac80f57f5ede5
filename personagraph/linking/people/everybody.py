"""Everybody who is there while a run goes on that lets people in: who entered since, and who is tied to whom."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from personagraph.arrays.columns import GrowingColumn
from personagraph.runs.growth import Link, known_of
from personagraph.types import Step, Verdict
from personagraph.vocabulary.relationships import endpoints

if TYPE_CHECKING:
    from personagraph.graph.register import Register
    from personagraph.linking.candidates import Candidates

PEOPLE, TIES = 100, 20
"""So many personas, and relationships of any kind, must be there before an expansion begins to link them."""


class Everybody:
    """Tells candidates and the register, which begin with a graph, of what the steps of an expansion brought.

    Verdicts are told in the order of their steps; those before `recalled` were told when the run went on. Whom a reply
    lets in, or names, is somebody whom the model imagined for the ego. `text_of` describes whoever was there before;
    `ties` (n, 2) are the numbers of both ends of those of the `related` relationships then that nothing steered.
    """

    def __init__(
        self,
        candidates: "Candidates",
        register: "Register",
        encode: Callable[[Sequence[str]], NDArray[np.float32]],
        text_of: Callable[[str], str],
        ties: NDArray[np.int32],
        *,
        related: int,
    ) -> None:
        self._candidates, self._register, self._encode, self._text_of = candidates, register, encode, text_of
        self._texts: dict[str, str] = {}
        self._ties = GrowingColumn(np.int32, width=2)
        self._ties.extend(ties)
        self._related = related

    def __len__(self) -> int:
        return len(self._register)

    @property
    def ties(self) -> NDArray[np.int32]:
        """The ties that nothing steered, in the order in which they came, by the numbers of their ends (n, 2)."""
        return self._ties.rows()

    @property
    def are_enough(self) -> bool:
        """Whether they can be linked: there are PEOPLE, and TIES between them, steered or not."""
        return len(self) >= PEOPLE and self._related >= TIES

    def __str__(self) -> str:
        """How many there are, and how many relationships."""
        return f"{len(self):,} personas and {self._related:,} relationships"

    def description(self, id: str) -> str:
        """How somebody is described."""
        return self._texts.get(id) or self._text_of(id)

    def heard(self, step: Step, verdict: Verdict) -> None:
        """What became of an item of an expansion's reply."""
        detail, link = verdict.detail, Link.of(verdict)
        if verdict.outcome not in ("new", "merged", "linked"):
            return
        said = partial(self._encode, [detail["description"]])
        if verdict.outcome == "new":
            self._texts[verdict.persona] = detail["description"]
            self._register.add(verdict.persona)
            self._candidates.enter(said()[0], known_of(detail)[0].known())
        if link and link.ego:
            ends = endpoints(link.ego, verdict.persona, link.type, forward=link.forward)
            a, b = (self._register.number(id) for id in ends)
            self._candidates.tie(a, b, link.type)
            self._candidates.imagine(self._register.number(link.ego), said)
            self._related += 1
            if not step.steering and not link.via:
                self._ties.append((a, b))
