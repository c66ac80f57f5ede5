"""Walks over a snapshot of the whole graph."""

from personagraph.snapshot import Snapshot


def components(snapshot: Snapshot) -> int:
    """How many weakly connected components there are."""
    parent = list(range(len(snapshot.ids)))

    def root(position: int) -> int:
        while parent[position] != position:
            parent[position] = position = parent[parent[position]]
        return position

    for a, b in zip(snapshot.sources.tolist(), snapshot.targets.tolist(), strict=True):
        parent[root(a)] = root(b)
    return sum(position == above for position, above in enumerate(parent))
