"""Laws of who knows whom among made-up and real personas, by which candidates are measured.

Two are about likeness: in words, by the cosine of content words, each by its rarity (TF-IDF), of which the encoder that
proposes candidates knows nothing; and in meaning, by the exact cosine of that encoder, which tells what an index that
looks at few and a mix of sources leave of it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from personagraph.graph.snapshot import Categorical, Snapshot
from personagraph.linking.candidates.complements import ACTIVITY, Complements
from personagraph.linking.candidates.sources.source import NEAR_COPY
from personagraph.linking.people.crowd import number_of
from personagraph.text.words import words
from personagraph.types import digest
from personagraph.vocabulary.attributes import ATTRIBUTES

NEAREST, SHARE, FEW = 20, 0.25, 5
"""Of so many who are the most alike an ego knows this share; and so many of whom it knows a few."""
LEFT, ADDED = 0.6, 3
"""The share of the words that are left of somebody who is told in other words, and how many others come to these."""
_COMMON = 0.02
"""A word that more than this share of people have says nothing."""
Known = Sequence[Mapping[str, str]]
Truth = dict[int, tuple[list[int], list[str]]]
"""Whom each ego knows, by position; and how a model that invents people for the ego describes some of them."""


class People(NamedTuple):
    """How each is described, what is known of each, and the vectors of their descriptions."""

    texts: Sequence[str]
    known: Known
    vectors: NDArray[np.float32]


Law = Callable[[People, Sequence[int], np.random.Generator], Truth]


def matrix(texts: Sequence[str]) -> Any:
    """The content words of each text (texts, words), as rows of length 1, sparse."""
    bags = [sorted(set(words(text))) for text in texts]
    names = {word: number for number, word in enumerate(sorted({word for bag in bags for word in bag}))}
    columns = np.array([names[word] for bag in bags for word in bag])
    rows = np.repeat(np.arange(len(bags)), [len(bag) for bag in bags])
    often = np.bincount(columns, minlength=len(names))
    weights = np.where(often > max(1, _COMMON * len(texts)), 0.0, np.log(len(texts) / often))
    values = weights[columns]
    lengths = np.sqrt(np.bincount(rows, values**2, minlength=len(bags)))
    return csr_matrix((values / np.maximum(lengths, 1e-9)[rows], (rows, columns)), shape=(len(bags), len(names)))


class Alike:
    """Whether two share an activity, a region or a content word."""

    def __init__(self, texts: Sequence[str], known: Known) -> None:
        self._rows, self._known = matrix(texts), known

    def __call__(self, one: int, other: int) -> bool:
        """Of two positions."""
        both = (self._known[one], self._known[other])
        same = any(both[0][name] == both[1][name] != "unknown" for name in (ACTIVITY, "region"))
        return same or bool(self._rows[one].multiply(self._rows[other]).nnz)


def graph_of(
    n: int, ends: "np.ndarray[Any, Any] | None" = None, known: Sequence[Mapping[str, str]] = (), *, seed: int = 0
) -> Snapshot:
    """A snapshot of n people with these pairs of ends (m, 2); of whom nothing is known, values are drawn."""
    rng, pairs = np.random.default_rng(seed), np.zeros((0, 2), np.int32) if ends is None else ends
    drawn = {name: rng.choice([*of.values, "unknown"], n) for name, of in ATTRIBUTES.items()} if not known else {}
    said = {
        name: Categorical.of(drawn[name].tolist() if drawn else [each.get(name, "unknown") for each in known])
        for name in ATTRIBUTES
    }
    ids = np.array([digest(str(number)) for number in range(n)], "S32")
    none, m = Categorical.of([""] * n), len(pairs)
    sources, targets = np.ascontiguousarray(pairs.T.astype(np.int32))
    types, unsaid = Categorical.of(["RELATED_TO"] * m), Categorical.of([""] * m)
    zeros = {"depths": np.zeros(n, np.int32), "entries": np.arange(n), "simulated": np.zeros(n, np.bool_)}
    of_ties = {"confidences": np.ones(m, np.float32), "former": np.zeros(m, np.bool_), "steering": np.zeros(m, np.int8)}
    return Snapshot(
        ids=ids,
        runs=none,
        attributes=said,
        bases=none,
        sources=sources,
        targets=targets,
        types=types,
        via=unsaid,
        agreement=unsaid,
        **zeros,
        **of_ties,
    )


def alike_in_words(people: People, egos: Sequence[int], rng: np.random.Generator) -> Truth:
    """An ego knows a quarter of the twenty whose words are the most alike."""
    rows = matrix(people.texts)
    return _some_of_the_most((rows[list(egos)] @ rows.T).toarray(), egos, rng)


def alike_in_meaning(people: People, egos: Sequence[int], rng: np.random.Generator) -> Truth:
    """An ego knows a quarter of the twenty whose meaning is the most alike, near-copies left out."""
    return _some_of_the_most(_meanings(people, egos), egos, rng)


def complement(people: People, egos: Sequence[int], rng: np.random.Generator) -> Truth:
    """An ego knows the five most alike in meaning of those whose activity goes with its own, in no other region."""
    table, found = Complements(graph_of(1, known=[{}])), Truth()
    numbers = np.array([number_of(ACTIVITY, each[ACTIVITY]) for each in people.known])
    regions = np.array([number_of("region", each["region"]) for each in people.known])
    for ego, row in zip(egos, _meanings(people, egos), strict=True):
        goes = np.append(table.partners(int(numbers[ego])) > 0, False)[numbers]
        fits = goes & ((regions == regions[ego]) | (regions < 0) | (regions[ego] < 0)) & (row > -1)
        best = np.argsort(np.where(fits, -row, 1.0), kind="stable")[: min(FEW, int(fits.sum()))]
        if len(best):
            found[ego] = (best.tolist(), [])
    return found


def imagination(people: People, egos: Sequence[int], rng: np.random.Generator) -> Truth:
    """An ego knows five whoever they are, whom a model describes with three fifths of their words and three others."""
    found, texts = Truth(), people.texts
    for ego in egos:
        chosen = [int(one) for one in rng.permutation(len(texts))[: FEW + 1] if one != ego][:FEW]
        others = [words(texts[int(rng.integers(len(texts)))]) for _ in chosen]
        found[ego] = (chosen, [_again(texts[one], other, rng) for one, other in zip(chosen, others, strict=True)])
    return found


def together(people: People, egos: Sequence[int], rng: np.random.Generator) -> Truth:
    """An ego knows people by the three that are not about words."""
    every = [law(people, egos, rng) for law in (alike_in_meaning, complement, imagination)]
    return {
        ego: (
            list(dict.fromkeys(one for found in every for one in found.get(ego, ([], []))[0])),
            [text for found in every for text in found.get(ego, ([], []))[1]],
        )
        for ego in egos
    }


LAWS: Mapping[str, Law] = {
    "alike in words": alike_in_words,
    "alike in meaning": alike_in_meaning,
    "activities that go together": complement,
    "who was imagined": imagination,
    "meaning, activities and who was imagined": together,
}


def _meanings(people: People, egos: Sequence[int]) -> Any:
    """The cosine of each ego to everyone (egos, n); -1 to its near-copies."""
    scores = people.vectors[list(egos)] @ people.vectors.T
    return np.where(scores >= NEAR_COPY, np.float32(-1.0), scores)


def _some_of_the_most(scores: Any, egos: Sequence[int], rng: np.random.Generator) -> Truth:
    scores[np.arange(len(egos)), list(egos)] = -1.0
    best = np.argsort(-scores, axis=1, kind="stable")[:, :NEAREST]
    chosen = [rng.choice(row, int(SHARE * NEAREST), replace=False).tolist() for row in best]
    return {ego: (some, []) for ego, some in zip(egos, chosen, strict=True)}


def _again(text: str, other: Sequence[str], rng: np.random.Generator) -> str:
    said = words(text)
    left = [word for word in said if rng.random() < LEFT] or said
    return " ".join([*left, *rng.permutation(list(other))[:ADDED].tolist()])
