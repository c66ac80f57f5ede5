"""Made-up graphs for measurements: planted communities, degrees by a power law, attributes and types; same for a seed.

    python -m scripts.made_graphs FOLDER --personas 200000 --relationships 800000
    python -m scripts.made_graphs FOLDER --files    nodes.csv and edges.csv instead, for import-graph

The first makes FOLDER a workspace whose graph is in the store that PERSONAGRAPH_STORE names, past the ledger, which has
it as a graph that was taken over: minutes sooner than an import, and all that a command reads is there.
"""

import argparse
import csv
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.snapshot import Categorical, Snapshot
from personagraph.types import Attributes, Batch, Persona, Relationship, persona_id
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.vocabulary.relationships import OWN_WORDS, TYPES, relationship_key
from scripts.made_personas import personas

EXPONENT = 2.5
"""Of the power law of degrees: P(degree) ~ degree^-EXPONENT, up to a hub that has the square root of all of them."""
INSIDE = 0.8
"""The share of relationships that stay in their community."""
ALIKE = 0.7
"""How often somebody has the value of an attribute that is the one of the community."""
UNKNOWN = 0.3
"""How often an attribute is not stated."""
SEEDS = 0.01
SIZE = 200
"""How many a community has on average."""
BATCH = 20_000
"""Rows that are written to a store at once."""


class MadeGraph(NamedTuple):
    """Positions of both ends and the number of the type for each relationship (m,), no two of which are the same.

    For each persona (n,) the community and whether it is a seed; of each attribute the number of the value, -1 where
    nothing is stated.
    """

    sources: NDArray[np.int32]
    targets: NDArray[np.int32]
    types: NDArray[np.int8]
    confidences: NDArray[np.float64]
    communities: NDArray[np.int32]
    seeds: NDArray[np.bool_]
    stated: dict[str, NDArray[np.int16]]


TIED = tuple(name for name in TYPES if name not in OWN_WORDS)
"""The types that relationships have: the n-th as often as 1 / n."""


def graph(personas: int, relationships: int, seed: int = 0) -> MadeGraph:
    """A graph of this size; some pairs have relationships of several types.

    Raises ValueError for more relationships than a third of what there could be.
    """
    if relationships > personas * (personas - 1) // 6:
        raise ValueError(f"{personas} personas are too few for {relationships} relationships")
    rng = np.random.default_rng(seed)
    communities = np.sort(_communities(personas, rng))
    weights = np.minimum((1 - rng.random(personas)) ** (-1 / (EXPONENT - 1)), personas**0.5)
    tied: NDArray[np.int64] = np.empty(0, np.int64)
    while len(tied) < relationships:
        more = _drawn(relationships - len(tied) + 1000, communities, weights, rng)
        found = np.concatenate([tied, more])
        _, first = np.unique(found, return_index=True)
        tied = found[np.sort(first)][:relationships]
    pairs, types = np.divmod(tied, len(TIED))
    ends = np.divmod(pairs, personas)
    order = rng.permutation(personas).astype(np.int32)
    inverse = np.argsort(order)
    swap = rng.random(relationships) < 0.5
    one, other = (order[end] for end in ends)
    return MadeGraph(
        np.where(swap, one, other).astype(np.int32),
        np.where(swap, other, one).astype(np.int32),
        types.astype(np.int8),
        np.round(0.3 + 0.7 * rng.random(relationships), 3),
        communities[inverse].astype(np.int32),
        rng.random(personas) < SEEDS,
        {name: _values(name, communities[inverse], rng) for name in ATTRIBUTES},
    )


def _communities(personas: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Which community each belongs to: sizes by a power law, too."""
    sizes = (1 - rng.random(max(1, personas // SIZE))) ** (-1 / 1.5)
    return rng.choice(len(sizes), personas, p=sizes / sizes.sum())


def _drawn(
    count: int, communities: NDArray[np.int64], weights: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Relationships as one number each: both ends, the lower first, and the type. No persona is tied to itself."""
    n, until = len(weights), np.concatenate([[0.0], np.cumsum(weights)])
    one = np.searchsorted(until, rng.random(count) * until[-1], side="right") - 1
    inside = rng.random(count) < INSIDE
    low = np.where(inside, until[np.searchsorted(communities, communities[one], side="left")], 0)
    high = np.where(inside, until[np.searchsorted(communities, communities[one], side="right")], until[-1])
    other = np.searchsorted(until, low + rng.random(count) * (high - low), side="right") - 1
    one, other = np.minimum(one, n - 1), np.minimum(other, n - 1)
    often = 1 / np.arange(1, len(TIED) + 1)
    lower, higher = np.minimum(one, other), np.maximum(one, other)
    # A type for each pair, and for one in a hundred of the draws any: so some pairs have several.
    types = np.searchsorted(np.cumsum(often / often.sum()), _hashed(lower * n + higher))
    types = np.where(rng.random(count) < 0.01, rng.integers(0, len(TIED), count), np.minimum(types, len(TIED) - 1))
    return ((lower * n + higher) * len(TIED) + types)[one != other]


def _hashed(numbers: NDArray[np.int64]) -> NDArray[np.float64]:
    """A number from 0 to 1 for each, always the same."""
    mixed = numbers.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return (mixed >> np.uint64(11)).astype(np.float64) / 2**53


def _values(name: str, communities: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int16]:
    count = len(ATTRIBUTES[name].values)
    usual = rng.integers(0, count, int(communities.max(initial=0)) + 1)[communities]
    found = np.where(rng.random(len(communities)) < ALIKE, usual, rng.integers(0, count, len(communities)))
    return np.where(rng.random(len(communities)) < UNKNOWN, -1, found).astype(np.int16)


def snapshot(made: MadeGraph) -> Snapshot:
    """The graph as arrays, without a store; the ids are numbers, not those of descriptions."""
    n = len(made.seeds)
    codes = {name: [*ATTRIBUTES[name].values, "unknown"] for name in made.stated}
    order = np.lexsort((np.argsort(np.argsort(TIED))[made.types], made.targets, made.sources))
    return Snapshot(
        ids=np.array([f"{number:032x}" for number in range(n)], "S32"),
        depths=_depths(made).astype(np.int32),
        entries=np.arange(n, dtype=np.int64),
        runs=Categorical(np.zeros(n, np.int16), ("r1",)),
        simulated=np.zeros(n, np.bool_),
        attributes={name: _categorical(found, codes[name]) for name, found in made.stated.items()},
        bases=Categorical(np.zeros(n, np.int16), ("",)),
        sources=made.sources[order],
        targets=made.targets[order],
        types=_categorical(made.types[order], TIED),
        confidences=made.confidences[order].astype(np.float32),
        former=np.zeros(len(order), np.bool_),
        steering=np.zeros(len(order), np.int8),
        via=Categorical.all_of("", len(order)),
        agreement=Categorical.all_of("", len(order)),
    )


def _categorical(codes: NDArray[Any], names: Sequence[str]) -> Categorical:
    """The column of these names, whose codes may be in another order, and -1 for the last name."""
    used = np.unique(codes)
    ordered = sorted(range(len(used)), key=lambda at: names[used[at]])
    place = np.empty(len(used), np.int16)
    place[ordered] = np.arange(len(used), dtype=np.int16)
    return Categorical(place[np.searchsorted(used, codes)], tuple(names[used[at]] for at in ordered))


# ---- As rows ----


def descriptions(count: int, seed: int = 0) -> Iterator[str]:
    """So many descriptions, no two of one persona."""
    known: set[str] = set()
    kinds = personas(2 * count + 1000, seed)
    fresh = (text for text, kind in kinds if kind == "new")
    for text in islice(fresh, count):
        told = text if persona_id(text) not in known else f"{text}, the {len(known):,}th of them"
        known.add(persona_id(told))
        yield told


def people(made: MadeGraph, seed: int = 0) -> Iterator[Persona]:
    """The personas in order of entry, with the depths that they have."""
    depths = _depths(made)
    names = {name: [*ATTRIBUTES[name].values, "unknown"] for name in made.stated}
    stated = zip(*(codes.tolist() for codes in made.stated.values()), strict=True)
    texts = descriptions(len(made.seeds), seed)
    for entry, (text, depth, codes) in enumerate(zip(texts, depths.tolist(), stated, strict=True)):
        known = Attributes(**{name: names[name][code] for name, code in zip(names, codes, strict=True)})
        origin = "import" if depth == 0 else "persona" if depth > 0 else "unlinked"
        yield Persona(persona_id(text), text, None if depth < 0 else depth, entry, origin, "r1", attributes=known)


def _depths(made: MadeGraph) -> NDArray[np.int64]:
    """The fewest hops from a seed; -1 for none."""
    depths = np.where(made.seeds, 0, -1)
    for depth in range(1, len(depths) + 1):
        before = depths == depth - 1
        reached = [made.targets[before[made.sources]], made.sources[before[made.targets]]]
        new = np.concatenate(reached)
        new = new[depths[new] < 0]
        if not len(new):
            break
        depths[new] = depth
    return depths


def ties(made: MadeGraph, ids: Sequence[str]) -> Iterator[Relationship]:
    """The relationships by source, target, type; `ids` are those of the personas in order of entry."""
    symmetric = np.array([TYPES[name].symmetric for name in TIED])[made.types]
    place = np.empty(len(ids), np.int64)
    place[np.argsort(np.array(ids, "S32"))] = np.arange(len(ids))
    turn = symmetric & (place[made.sources] > place[made.targets])
    sources, targets = np.where(turn, made.targets, made.sources), np.where(turn, made.sources, made.targets)
    order = np.lexsort((np.argsort(np.argsort(TIED))[made.types], place[targets], place[sources]))
    columns = (column[order].tolist() for column in (sources, targets, made.types, made.confidences))
    for source, target, type, confidence in zip(*columns, strict=True):
        one, other, name = ids[source], ids[target], TIED[type]
        yield Relationship(relationship_key(one, name, other), one, other, name, confidence=confidence)


def fill(store: Any, made: MadeGraph, seed: int = 0) -> int:
    """Write the graph into an empty store as the steps of r1, and say how many they are."""
    ids: list[str] = []
    steps = 0
    everyone = people(made, seed)
    while batch := tuple(islice(everyone, BATCH)):
        ids += [persona.id for persona in batch]
        store.write(Batch("r1", steps, steps + 1, batch))
        steps += 1
    tied = ties(made, ids)
    while some := tuple(islice(tied, BATCH)):
        store.write(Batch("r1", steps, steps + 1, relationships=some))
        steps += 1
    return steps


def workspace(folder: Path, made: MadeGraph, seed: int = 0) -> None:
    """Make a folder a workspace that holds the graph, in the store that the environment names."""
    from personagraph.workspace import init_workspace

    with init_workspace(folder) as opened:
        steps = fill(opened.store, made, seed)
        opened.ledger.losses.run("r1", decided=steps, reason="made up for a measurement")
        opened.ledger.runs.reach("r1", applied=steps)


def files(folder: Path, made: MadeGraph, seed: int = 0) -> list[Path]:
    """Write the graph as nodes.csv and edges.csv, as `import-graph edges.csv --nodes nodes.csv` reads them."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / "nodes.csv", folder / "edges.csv"]
    with paths[0].open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["id", "description", *ATTRIBUTES])
        for entry, persona in enumerate(people(made, seed)):
            rows.writerow(
                [entry, persona.description, *(persona.attributes.known().get(name, "") for name in ATTRIBUTES)]
            )
    with paths[1].open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["source", "target", "type", "confidence"])
        columns = (column.tolist() for column in (made.sources, made.targets, made.types, made.confidences))
        rows.writerows((one, other, TIED[type], c) for one, other, type, c in zip(*columns, strict=True))
    return paths


def main() -> None:
    """Make one as the command line says."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--personas", type=int, default=10_000)
    options.add_argument("--relationships", type=int, default=40_000)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--files", action="store_true", help="two tables for import-graph instead of a workspace")
    given = options.parse_args()
    made = graph(given.personas, given.relationships, given.seed)
    (files if given.files else workspace)(given.folder, made, given.seed)


if __name__ == "__main__":
    main()
