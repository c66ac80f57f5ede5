"""Numbers personas: those of a snapshot by their positions, and whoever enters later after them."""

from personagraph.errors import PersonaNotFoundError
from personagraph.graph.snapshot import Snapshot

NOBODY = -1


class Register:
    """The number of each id, and the id of each number. It costs nothing to make one of a large graph."""

    def __init__(self, graph: Snapshot | None = None) -> None:
        self._graph = graph
        self._first_new = 0 if graph is None else len(graph)
        self._numbers: dict[str, int] = {}
        """Of whoever entered later, and of those of the snapshot who were asked for."""
        self._later: list[str] = []

    def __len__(self) -> int:
        return self._first_new + len(self._later)

    def add(self, id: str) -> int:
        """The number of somebody new."""
        number = self._numbers[id] = len(self)
        self._later.append(id)
        return number

    def number(self, id: str) -> int:
        """The number of an id; `NOBODY` where it has none."""
        found = self._numbers.get(id)
        if found is None:
            found = self._position(id)
            if found != NOBODY:
                self._numbers[id] = found
        return found

    def id(self, number: int) -> str:
        """The id of a number."""
        if self._graph is None or number >= self._first_new:
            return self._later[number - self._first_new]
        found = self._graph.id(number)
        self._numbers[found] = number
        return found

    def _position(self, id: str) -> int:
        if self._graph is None:
            return NOBODY
        try:
            return int(self._graph.positions([id])[0])
        except PersonaNotFoundError:
            return NOBODY
