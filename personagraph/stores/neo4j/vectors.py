"""The vectors of descriptions in a Neo4j database, whose own index finds the nearest.

They are whole numbers, as in the files of `personagraph.meaning.nearest`: an eighth of what others take, and the same
cosine to the last digit. The server proposes the nearest, and what is proposed is compared here.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from personagraph.stores.neo4j.connection import Server, Transaction
from personagraph.stores.neo4j.queries import query
from personagraph.stores.vectors import Seen, seen_in

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_ROWS = 1000
"""How many are written at once."""
_SPARE = 50
"""The server's index may miss some of the nearest; the more it is asked for, the fewer."""


class Neo4jVectors:
    """A `VectorIndex` in a property of each persona: a list of whole numbers, empty for a vector of zeros.

    `claim` makes sure, in a transaction, that the database is still ours.
    """

    def __init__(self, server: Server, claim: Callable[[Transaction], None]) -> None:
        self._server, self._claim = server, claim

    def seen(self) -> Seen:
        """What stands beside whose the database is."""
        found = [told for (told,) in self._server.read("read/vectors_seen") if told]
        return seen_in(json.loads(found[0])) if found else Seen()

    def begin(self, encoder: str, dims: int) -> None:
        """Drop the index and the vectors, and make an index for these."""
        self._write("write/vectors_seen", seen=None)
        self._server.change_schema(query("write/drop_vector_index"))
        self._server.change_schema(query("write/clear_vectors"))
        self._server.change_schema(query("write/vector_index"), dims=dims)

    def lacking(self, ids: Sequence[str]) -> set[str]:
        """Those without the property."""
        return {id for (id,) in self._server.read("read/lacking_vectors", ids=list(ids))}

    def add(self, ids: Sequence[str], vectors: "NDArray[np.float32]") -> None:
        """Set the property."""
        from personagraph.meaning.nearest.numbers import quantised

        lists = [numbers if any(numbers) else [] for numbers in quantised(vectors).tolist()]
        rows = [{"id": id, "vector": numbers} for id, numbers in zip(ids, lists, strict=True)]
        for first in range(0, len(rows), _ROWS):
            self._write("write/vectors", rows=rows[first : first + _ROWS])

    def keep_only(self, ids: set[str]) -> None:
        """Nothing: a vector goes with its persona."""

    def unread(self) -> int:
        """How many of the properties are empty; the server looks at each persona."""
        [(count,)] = self._server.read("read/unread_vectors")
        return int(count)

    def keep(self, seen: Seen) -> str:
        """Remember how far they go, and wait until the index has them all."""
        self._write("write/vectors_seen", seen=json.dumps(asdict(seen)))
        self._server.read("read/await_indexes")
        return ""

    def nearest(self, vector: "NDArray[np.float32]", k: int) -> list[tuple[str, float]]:
        """What the server proposes, by the cosine of its whole numbers."""
        import numpy as np

        from personagraph.meaning.nearest.numbers import scores

        if not vector.any():
            return []
        asked = {"k": 2 * k + _SPARE, "vector": [float(number) for number in vector]}
        found = self._server.read("read/nearest", **asked)
        if not found:
            return []
        cosines = scores(np.array([numbers for _, numbers in found], np.int64), vector).tolist()
        pairs = zip((id for id, _ in found), cosines, strict=True)
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:k]

    def _write(self, name: str, /, **parameters: object) -> None:
        def work(transaction: Transaction) -> None:
            self._claim(transaction)
            transaction.rows(name, **parameters)

        self._server.write(work)
