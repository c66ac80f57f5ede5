"""What else measures graphs, each on one graph: NAME GRAPH.npz; prints an object a task.

Runs in an environment of its own (`scripts/bench graph` makes it). GRAPH.npz has the number of nodes `n`, the ends of
undirected edges `a` and `b` (each once), `starts` of searches and `sources` of betweenness. What would take a rival too
long it does of the first few `starts` or `sources` (FEW), which the line says: `done` of how many.
"""

import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

HOPS = 6
RIVALS: dict[str, str] = {
    "networkx": "networkx>=3.4,<4",
    "igraph": "igraph>=1,<2",
    "rustworkx": "rustworkx>=0.17,<1",
}
"""The package that each needs."""
FEW = {"networkx": (2, 1), "igraph": (64, 4), "rustworkx": (2, 1)}
"""Of how many starts and sources each does it in a graph of more than LARGE edges; in others of 8 times as many."""
LARGE = 200_000
PATIENCE = {"networkx": 2_000_000}
"""Edges beyond which a rival is not asked at all: it would take hours, and many GB."""

Task = Callable[[], Any]


def by_networkx(n: int, a: Any, b: Any, starts: list[int], sources: list[int]) -> dict[str, Task]:
    """networkx's own implementations, in Python but for PageRank."""
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from(zip(a.tolist(), b.tolist(), strict=True))
    random.seed(0)
    return {
        "reach": lambda: [len(nx.single_source_shortest_path_length(graph, one, HOPS)) - 1 for one in starts],
        "pagerank": lambda: max(nx.pagerank(graph, tol=1e-9).values()),
        "components": lambda: nx.number_connected_components(graph),
        "clustering": lambda: nx.average_clustering(graph),
        "communities": lambda: nx.community.modularity(graph, nx.community.louvain_communities(graph, seed=0)),
        "betweenness": lambda: nx.betweenness_centrality_subset(graph, sources, list(graph)) and None,
    }


def by_igraph(n: int, a: Any, b: Any, starts: list[int], sources: list[int]) -> dict[str, Task]:
    """igraph's, in C; the communities are those of its own Leiden."""
    import igraph

    igraph.set_random_number_generator(random.Random(0))
    graph = igraph.Graph(n=n, edges=np.column_stack([a, b]))
    return {
        "reach": lambda: [size - 1 for size in graph.neighborhood_size(starts, order=HOPS)],
        "pagerank": lambda: max(graph.pagerank()),
        "components": lambda: len(graph.connected_components()),
        "clustering": lambda: graph.transitivity_avglocal_undirected(mode="zero"),
        "communities": lambda: graph.community_leiden("modularity", n_iterations=2).modularity,
        "betweenness": lambda: graph.betweenness(sources=sources, directed=False) and None,
    }


def by_rustworkx(n: int, a: Any, b: Any, starts: list[int], sources: list[int]) -> dict[str, Task]:
    """rustworkx's, in Rust; it has no search that ends after some hops, and so goes to everybody."""
    import rustworkx

    graph = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(n))
    graph.extend_from_edge_list(list(zip(a.tolist(), b.tolist(), strict=True)))

    def reach() -> list[int]:
        found = (rustworkx.dijkstra_shortest_path_lengths(graph, one, lambda _: 1.0) for one in starts)
        return [sum(hops <= HOPS for hops in lengths.values()) for lengths in found]

    def pagerank() -> float:
        return max(dict(rustworkx.pagerank(graph.to_directed(), tol=1e-9)).values())

    return {
        "reach": reach,
        "pagerank": pagerank,
        "components": lambda: rustworkx.number_connected_components(graph),
    }


LOADED = {"networkx": by_networkx, "igraph": by_igraph, "rustworkx": by_rustworkx}


def results(name: str, graph: Any) -> Iterator[dict[str, Any]]:
    """What was measured, a task after the other; `load` is the first."""
    n, a, b = int(graph["n"]), graph["a"], graph["b"]
    if len(a) > PATIENCE.get(name, len(a)):
        return
    starts, sources = (
        graph[of][: few * (1 if len(a) > LARGE else 8)].tolist()
        for of, few in zip(("starts", "sources"), FEW[name], strict=True)
    )
    began = clock()
    tasks = LOADED[name](n, a, b, starts, sources)
    yield {"task": "load", "done": 1, **since(began), "answer": None}
    done = {"reach": len(starts), "betweenness": len(sources)}
    for task, carry_out in tasks.items():
        yield {"task": task, "done": done.get(task, 1), **best(carry_out)}


def best(carry_out: Task, *, patience: float = 2.0, rounds: int = 5) -> dict[str, Any]:
    """The answer, and what the cheapest round took: again for so many seconds, but not more than so many rounds."""
    spent: list[dict[str, float]] = []
    while not spent or (len(spent) < rounds and sum(one["wall"] for one in spent) < patience):
        began = clock()
        answer = carry_out()
        spent.append(since(began))
    return {**{name: min(one[name] for one in spent) for name in spent[0]}, "answer": answer}


def clock() -> tuple[float, float]:
    """Seconds, and CPU seconds of this process."""
    return time.perf_counter(), time.process_time()


def since(began: tuple[float, float]) -> dict[str, float]:
    """What has passed of either."""
    return dict(zip(("wall", "cpu"), (now - then for now, then in zip(clock(), began, strict=True)), strict=True))


if __name__ == "__main__":
    for result in results(sys.argv[1], np.load(sys.argv[2])):
        sys.stdout.write(json.dumps(result) + "\n")
        sys.stdout.flush()
