"""All shortest paths between two groups as what comes next of each id, so that very many are counted and few told."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Between:
    """Every shortest path between two groups: where they begin, and from each id on them the ids that come next.

    Both are sorted.
    """

    starts: tuple[str, ...]
    onwards: dict[str, list[str]]

    def count(self) -> int:
        """How many paths there are; those that differ only in a relationship between the same two count once."""
        ways: dict[str, int] = {}
        for id in self._ends_first():
            ways[id] = sum(ways[next] for next in self.onwards[id]) if id in self.onwards else 1
        return sum(ways[id] for id in self.starts)

    def first(self, limit: int) -> list[list[str]]:
        """The first `limit` of the paths, in the order of the ids along them."""
        found, path = list[list[str]](), list[str]()
        ahead: list[Iterator[str]] = [iter(self.starts)]
        while ahead and len(found) < limit:
            id = next(ahead[-1], None)
            if id is None:
                ahead.pop()
                del path[-1:]
            elif id in self.onwards:
                path.append(id)
                ahead.append(iter(self.onwards[id]))
            else:
                found.append([*path, id])
        return found

    def _ends_first(self) -> list[str]:
        """The ids on the paths, each after all that come after it: level by level, then backwards."""
        order, level = list[str](), list(self.starts)
        while level:
            order += level
            level = list(dict.fromkeys(next for id in level for next in self.onwards.get(id, ())))
        return order[::-1]
