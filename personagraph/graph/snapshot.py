"""The whole graph as arrays in memory: what traversal, metrics and samplers work on."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from personagraph.errors import StoreError
from personagraph.types import Persona, Relationship


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Personas in order of entry, relationships in the order given; a persona's position is its place in `ids`.

    `depths` (n, int32) has -1 for none; `sources` and `targets` (m, int32) are positions; `types` (m, int16) are
    indexes into `type_names`, which is sorted; `confidences` is (m, float32).
    """

    ids: tuple[str, ...]
    depths: NDArray[np.int32]
    sources: NDArray[np.int32]
    targets: NDArray[np.int32]
    types: NDArray[np.int16]
    type_names: tuple[str, ...]
    confidences: NDArray[np.float32]

    @classmethod
    def build(cls, personas: Iterable[Persona], relationships: Iterable[Relationship]) -> "Snapshot":
        """Make one from streams. Raises StoreError when a relationship names a persona that is not there."""
        pairs = [(p.id, -1 if p.depth is None else p.depth) for p in personas]
        position = {id: i for i, (id, _) in enumerate(pairs)}
        try:
            edges = [(position[r.source], position[r.target], r.type, r.confidence) for r in relationships]
        except KeyError as missing:
            raise StoreError(f"a relationship names the persona {missing}, which the graph does not hold") from missing
        names = tuple(sorted({type for _, _, type, _ in edges}))
        code = {name: i for i, name in enumerate(names)}
        return cls(
            ids=tuple(id for id, _ in pairs),
            depths=np.array([depth for _, depth in pairs], dtype=np.int32),
            sources=np.array([e[0] for e in edges], dtype=np.int32),
            targets=np.array([e[1] for e in edges], dtype=np.int32),
            types=np.array([code[e[2]] for e in edges], dtype=np.int16),
            type_names=names,
            confidences=np.array([e[3] for e in edges], dtype=np.float32),
        )
