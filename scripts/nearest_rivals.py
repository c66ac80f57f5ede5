"""What else finds the nearest vectors, each on one set of vectors: NAME BASE.npy QUERIES.npy TRUTH.npy.

Runs in an environment of its own (`scripts/bench nearest` makes it). Prints an object for each setting: the seconds and
CPU seconds that building took, the same of a query in a batch and alone, recall of the ten nearest, memory.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

Search = Callable[[Any, int], Any]
"""Ten numbers of rows for each vector, looked for with so much effort."""
RIVALS: dict[str, tuple[str, tuple[int, ...], str]] = {
    "faiss-sq8": ("IVF{lists},SQ8", (4, 16, 64), "faiss-cpu>=1.10,<2"),
    "faiss-pq": ("IVF{lists},PQ128x4fs,Refine(SQ8)", (4, 16, 64), "faiss-cpu>=1.10,<2"),
    "faiss-hnsw": ("HNSW32", (16, 64, 256), "faiss-cpu>=1.10,<2"),
    "usearch": ("", (16, 64, 256), "usearch>=2.20,<3"),
}
"""What is made, with how much effort it is asked, and the package that it needs."""
SMALL = 2_048
"""A batch is of so many queries at most; so many are asked one at a time at most."""


def clock() -> tuple[float, float]:
    """Seconds, and CPU seconds of this process."""
    return time.perf_counter(), sum(os.times()[:2])


def since(start: tuple[float, float], count: int) -> tuple[float, float]:
    """Microseconds, and of CPU, that each of so many took."""
    wall, cpu = (1e6 * (now - then) / count for now, then in zip(clock(), start, strict=True))
    return wall, cpu


def measured(search: Search, queries: Any, truth: Any, effort: int) -> dict[str, Any]:
    """The pace of a batch and of single queries, and how many of the true ten nearest were found."""
    search(queries[:5], effort)
    start = clock()
    found = search(queries, effort)
    batch, alone = since(start, len(queries)), queries[:200]
    start = clock()
    for query in alone:
        search(query[None, :], effort)
    shared = [len(set(few) & set(true)) for few, true in zip(found, truth.tolist(), strict=True)]
    recall = sum(shared) / (len(shared) * truth.shape[1])
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"effort": effort, "batch": batch, "alone": since(start, len(alone)), "recall": recall, "memory": memory}


def by_faiss(factory: str, base: Any) -> Search:
    """An index by faiss's name for it, with some 256 vectors a list, trained on up to 64 of each."""
    import faiss

    lists = max(16, int(4 * len(base) ** 0.5) // 16 * 16)
    index = faiss.index_factory(base.shape[1], factory.format(lists=lists), faiss.METRIC_INNER_PRODUCT)
    if not index.is_trained:
        index.train(np.ascontiguousarray(base[:: max(1, len(base) // (lists * 64))]))
    for at in range(0, len(base), 50_000):
        index.add(np.ascontiguousarray(base[at : at + 50_000]))
    parameters = faiss.ParameterSpace()

    def search(queries: Any, effort: int) -> Any:
        wanted = f"efSearch={effort}" if "HNSW" in factory else f"nprobe={effort}"
        parameters.set_index_parameters(index, wanted + (",k_factor_rf=10" if "Refine" in factory else ""))
        return index.search(queries, 10)[1].tolist()

    return search


def by_usearch(base: Any) -> Search:
    """usearch's index in eight bits a number, at its defaults."""
    from usearch.index import Index

    index = Index(ndim=base.shape[1], metric="cos", dtype="i8")
    index.add(np.arange(len(base)), np.ascontiguousarray(base))

    def search(queries: Any, effort: int) -> Any:
        index.expansion_search = effort
        found = index.search(queries, 10)
        return np.atleast_2d(found.keys).tolist()

    return search


def results(name: str, base: Any, queries: Any, truth: Any) -> Iterator[dict[str, Any]]:
    """What was measured, an effort after the other."""
    factory, efforts, _ = RIVALS[name]
    start = clock()
    search = by_faiss(factory, base) if factory else by_usearch(base)
    build = since(start, len(base))
    for effort in efforts:
        yield {"build": build, **measured(search, queries, truth, effort)}


if __name__ == "__main__":
    for result in results(sys.argv[1], np.load(sys.argv[2], mmap_mode="r"), *map(np.load, sys.argv[3:5])):
        sys.stdout.write(json.dumps(result) + "\n")
