"""Candidates for links: how long they take, and whom they find: scripts/bench link --rows 200000 1000000 --real FILE

Paces are of made-up personas, in µs of CPU an ego for ten candidates, beside one bare search of the index for the ego's
nearest, in the same process. What is found is told of laws of who knows whom (scripts/link_laws.py) among made-up
personas and, with --real FILE, those of a file in lines of JSON: the share of whom an ego knows that is among its k
candidates, beside similarity alone and lots. With --graph FOLDER a fifth of the relationships of a workspace is hidden,
and looked for; with --edges FILE (two names a line) the same of a network, by structure alone. With --bridges it tells
how many components so many calls join where a quarter of the alike, and one in sixteen of others, know each other.
"""

import argparse
import gc
import json
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from personagraph.graph.neighbours import distances_from
from personagraph.graph.snapshot import Snapshot
from personagraph.linking.candidates import AIMS, EVERYTHING, SOURCES, Candidates
from personagraph.linking.people import Described
from personagraph.meaning.encoders import encoder_named
from personagraph.meaning.nearest import Nearest
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.workspace import open_workspace
from scripts.link_laws import LAWS, Alike, People, graph_of
from scripts.made_personas import personas

DEPTHS = (10, 50)
LAWFUL = 5_000
"""Made-up personas of whom laws are told."""
EGOS, IMAGINED, HIDDEN, CALLS = 400, 3, 0.2, 600
SHARES: Mapping[bool, float] = {True: 1 / 4, False: 1 / 16}
"""Of pairs who are alike, and of others, the share that know each other, as in the pilot."""
ALONE: Mapping[str, Mapping[str, float]] = {
    "mixed": EVERYTHING.mix,
    "similar alone": {"similar": 1.0},
    "lots": {"random": 1.0},
}


def main() -> None:
    """Print a line for each measurement."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, nargs="*", default=[20_000, 200_000])
    options.add_argument("--real", type=Path, help="a file of personas, in lines of JSON")
    options.add_argument("--edges", type=Path, nargs="*", default=[], help="files of edges, two names a line")
    options.add_argument("--graph", type=Path, nargs="*", default=[], help="folders of workspaces")
    options.add_argument("--bridges", action="store_true", help="tell of calls and components, too")
    given = options.parse_args()
    populations = {f"{LAWFUL:,} made-up personas": [text for text, kind in personas(LAWFUL) if kind == "new"]}
    if given.real:
        with given.real.open(encoding="utf-8") as file:
            populations[given.real.name] = [str(json.loads(line)["persona"]) for line in file]
    for name, texts in populations.items():
        laws(name, list(dict.fromkeys(texts)))
        if given.bridges:
            bridges(name, list(dict.fromkeys(texts))[:2_000])
    for folder in given.graph:
        expanded(folder)
    for file in given.edges:
        network(file)
    for count in given.rows:
        pace(count)


def described(graph: Snapshot, vectors: "np.ndarray[Any, Any]") -> Described:
    """The vectors in an index of their own."""
    index, ids = Nearest(vectors.shape[1]), graph.ids_of(range(len(graph)))
    for at in range(0, len(ids), 4_096):
        index.add(ids[at : at + 4_096], vectors[at : at + 4_096])
    return Described(index, graph.ids)


def laws(name: str, texts: Sequence[str]) -> None:
    """Which share of whom an ego knows is among its candidates, by law."""
    known = [{kind: of.read(text) for kind, of in ATTRIBUTES.items()} for text in texts]
    encoder, graph = encoder_named("static"), graph_of(len(texts), known=known)
    exact = encoder.encode(texts)
    vectors = described(graph, exact)
    for law, knows in LAWS.items():
        rng = np.random.default_rng(1)
        truth = knows(People(texts, known, exact), rng.permutation(len(texts))[:EGOS].tolist(), rng)
        people = {ego: some for ego, (some, _) in truth.items()}
        imagined = {ego: said for ego, (_, said) in truth.items() if said}
        print(f"{name}, {law}: {told(graph, vectors, people, ALONE, imagined)}", flush=True)


def recall(made: Candidates, truth: Mapping[int, Sequence[int]], k: int) -> float:
    """Of all whom these egos know, the share that is among their k candidates."""
    found = sum(len({one.person for one in made.of(ego, k)} & set(people)) for ego, people in truth.items())
    return found / sum(map(len, truth.values()))


def expanded(folder: Path) -> None:
    """Which share of the relationships that are hidden is found from either end, in the graph of a workspace."""
    with open_workspace(folder) as workspace:
        graph, people = workspace.snapshot(), list(workspace.store.scan_personas())
    pairs, rest, truth = hidden(np.stack([graph.sources, graph.targets], axis=1))
    known = [{name: persona.attributes[name] for name in ATTRIBUTES} for persona in people]
    left = graph_of(len(people), rest, known)
    vectors = described(left, encoder_named("static").encode([persona.description for persona in people]))
    print(f"{folder.name}, {pairs}: {told(left, vectors, truth, ALONE)}", flush=True)


def network(file: Path) -> None:
    """The same of the edges of a network, of which nothing else is known."""
    lines = [line.split()[:2] for line in file.read_text(encoding="utf-8").splitlines()]
    names, ends = np.unique(np.array(lines), return_inverse=True)
    pairs, rest, truth = hidden(ends.reshape(-1, 2))
    graph = graph_of(len(names), rest, [{}] * len(names))
    vectors = described(graph, np.random.default_rng(0).normal(size=(len(names), 256)).astype(np.float32))
    mixes = {name: {name: 1.0} for name in ("closure", "near", "random")}
    print(f"{file.name}, {pairs}: {told(graph, vectors, truth, mixes)}", flush=True)


def hidden(ends: "np.ndarray[Any, Any]") -> "tuple[str, np.ndarray[Any, Any], dict[int, list[int]]]":
    """Of pairs of ends: how many are hidden, in words, the others, and whom each end of a hidden one is to find."""
    pairs = np.unique(np.sort(ends, axis=1), axis=0)
    pairs = np.random.default_rng(0).permutation(pairs[pairs[:, 0] != pairs[:, 1]])
    cut = int(HIDDEN * len(pairs))
    truth: dict[int, list[int]] = {}
    for one, other in pairs[:cut].tolist():
        truth.setdefault(one, []).append(other)
        truth.setdefault(other, []).append(one)
    return f"{cut:,} of {len(pairs):,} edges hidden", pairs[cut:], truth


def told(
    graph: Snapshot,
    vectors: Described,
    truth: Mapping[int, Sequence[int]],
    mixes: Mapping[str, Mapping[str, float]],
    imagined: Mapping[int, Sequence[str]] | None = None,
) -> str:
    """The recall by each mix, in words; `imagined` are descriptions by ego."""
    encoder, lines = encoder_named("static"), []
    for label, mix in mixes.items():
        made = Candidates(graph, vectors, seed=0, mix=mix)
        for ego, texts in (imagined or {}).items():
            made.imagine(ego, partial(encoder.encode, texts))
        lines.append(f"{label} " + ", ".join(f"{recall(made, truth, k):.3f}" for k in DEPTHS))
    return f"recall at {' and '.join(map(str, DEPTHS))}: {'; '.join(lines)}"


def bridges(name: str, texts: Sequence[str]) -> None:
    """How many components are left after calls, each about one candidate, and how many pairs are near each other."""
    known = [{kind: of.read(text) for kind, of in ATTRIBUTES.items()} for text in texts]
    graph = graph_of(len(texts), known=known)
    vectors, alike = described(graph, encoder_named("static").encode(texts)), Alike(texts, known)
    for label, mix, across in (("bridges", AIMS["bridges"].mix, True), ("lots", {"random": 1.0}, False)):
        made, rng = Candidates(graph, vectors, seed=0, mix=mix, across=across), np.random.default_rng(0)
        joined, alikes, ties = made.known.count, 0, list[tuple[int, int]]()
        for ego in islice(made.egos("bridges"), CALLS):
            (one,) = made.of(ego, 1)
            alikes += alike(ego, one.person)
            if rng.random() < SHARES[alike(ego, one.person)]:
                made.tie(ego, one.person, "RELATED_TO")
                ties.append((ego, one.person))
        near = share_within(graph_of(len(texts), np.array(ties).reshape(-1, 2), known), 6)
        print(
            f"{name}, {CALLS} calls, {label}: {joined - made.known.count} components joined, {alikes} pairs alike, "
            f"{near:.4%} of pairs within six hops",
            flush=True,
        )


def share_within(graph: Snapshot, hops: int) -> float:
    """The share of all pairs that are at most so many hops apart."""
    n = len(graph)
    rows = (distances_from(graph.neighbours, start, times=start + 1) for start in range(n))
    return sum(int(((row > 0) & (row <= hops)).sum()) for row in rows) / (n * (n - 1))


def pace(count: int) -> None:
    """What ten candidates take for an ego of so many, and the memory beside the index."""
    texts, encoder = (text for text, _ in personas(count)), encoder_named("static")
    rng = np.random.default_rng(0)
    graphs = {"none": graph_of(count), "one each": graph_of(count, rng.integers(0, count, (count, 2)))}
    graph, index = graphs["none"], Nearest(encoder.dims)
    ids = graph.ids_of(range(count))
    for at in range(0, count, 50_000):
        index.add(ids[at : at + 50_000], encoder.encode(list(islice(texts, min(50_000, count - at)))))
    gc.collect()
    start = process_time()
    vectors = Described(index, graph.ids)
    made = Candidates(graph, vectors, seed=0, mix=EVERYTHING.mix)
    begun = process_time() - start
    tracemalloc.start()
    again = Candidates(graph, Described(index, graph.ids), seed=0, mix=EVERYTHING.mix)
    again.of(0, 10)
    more = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    print(f"{count:,} personas: {begun:.2f} s to begin, {more:,.0f} MB beside the index", flush=True)
    egos = list(islice(made.egos(), EGOS))
    own = vectors.vectors(np.array(egos, np.int64))
    for ego in egos[:50]:
        made.of(ego, 10)
    bare = clocked(lambda ego: index.search(own[ego : ego + 1], 10, probes=16), range(EGOS))
    paces = {"a bare search": bare}
    for ties, each in graphs.items():
        mixes = {"all sources": EVERYTHING.mix, "bridges": AIMS["bridges"].mix}
        mixes |= {name: {name: 1.0} for name in SOURCES if name not in ("imagined", "asked")}
        for name, mix in mixes.items():
            made = Candidates(each, vectors, seed=0, mix=mix, across=name == "bridges")
            paces[f"ties {ties}, {name}"] = clocked(partial(asked, made), egos)
        made = Candidates(each, vectors, seed=0, mix=EVERYTHING.mix)
        for ego in egos:
            made.imagine(ego, partial(vectors.vectors, rng.integers(0, count, IMAGINED)))
        paces[f"ties {ties}, all sources and {IMAGINED} imagined people"] = clocked(partial(asked, made), egos)
    for name, found in paces.items():
        print(
            f"{count:,} personas, {name}: {found:,.0f} µs of CPU an ego, {found / bare:.2f} of a bare search",
            flush=True,
        )


def asked(made: Candidates, ego: int) -> None:
    """Have an ego's candidates told."""
    made.of(ego, 10)


def clocked(work: Callable[[int], Any], egos: Sequence[int]) -> float:
    """The CPU of one, in µs: the least of twenty parts, as other work on the machine makes each take longer."""
    parts, each = [], max(1, len(egos) // 20)
    for at in range(0, len(egos) - each + 1, each):
        start = process_time()
        for ego in egos[at : at + each]:
            work(ego)
        parts.append((process_time() - start) / each * 1e6)
    return min(parts)


if __name__ == "__main__":
    main()
