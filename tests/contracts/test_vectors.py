"""Where the vectors of a graph are kept: every store finds the same personas for a text, and its index follows it."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from personagraph.meaning.nearest.numbers import quantised, scores
from personagraph.stores import kind_of
from personagraph.stores.graph_store import GraphStore
from personagraph.stores.vectors import VectorIndex, bring_up_to_date
from personagraph.types import Batch, Persona, Removal
from tests.stored import fill, persona

PEOPLE = [persona(f"A {trade} from {place}", 0) for trade in ("baker", "miller", "nurse") for place in ("Lyon", "Oslo")]
EVERYONE = [type(p)(p.id, p.description, 0, entry, "import", "r1") for entry, p in enumerate(PEOPLE)]


class HashedWords:
    """An encoder that adds up a vector of its own for each word; it reads no text with a question mark."""

    dims = 256

    def __init__(self, name: str = "hashed") -> None:
        self.name = name
        self.read: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """A row for each text."""
        self.read += texts
        rows = np.array([sum(map(self._word, text.lower().split())) for text in texts])
        rows[["?" in text for text in texts]] = 0.0
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0).astype(np.float32)

    def _word(self, word: str) -> NDArray[np.float64]:
        seed = int.from_bytes(hashlib.blake2b(f"{self.name} {word}".encode(), digest_size=4).digest(), "little")
        return np.random.default_rng(seed).normal(size=self.dims)


class Failing(HashedWords):
    """One that fails at the second call."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """A row for each text, once."""
        if self.read:
            raise RuntimeError("the encoder failed")
        return super().encode(texts)


@pytest.fixture
def again(store: GraphStore, graph_url: str | None, tmp_path: Path):
    """Opens the vectors of the store, as another process would."""
    return lambda: kind_of(graph_url or "sqlite").vectors(store, tmp_path)


def found(vectors: VectorIndex, text: str, k: int = 10, encoder: HashedWords | None = None) -> list[tuple[str, float]]:
    return vectors.nearest((encoder or HashedWords()).encode([text])[0], k)


def expected(text: str, people: Sequence[Persona], encoder: HashedWords | None = None) -> dict[str, float]:
    """The cosine of each by brute force."""
    encoder = encoder or HashedWords()
    rows = quantised(encoder.encode([p.description for p in people]))
    return dict(zip((p.id for p in people), scores(rows, encoder.encode([text])[0]).tolist(), strict=True))


def test_the_nearest_are_found_with_the_same_cosines_in_every_store(store, again):
    fill(store, *EVERYONE)
    seen = bring_up_to_date(again(), store, HashedWords())
    assert (seen.encoder, seen.entry, seen.count, seen.unread) == ("hashed", 5, 6, 0)
    near = found(again(), "A nurse who is from Oslo")
    assert dict(near) == expected("A nurse who is from Oslo", EVERYONE)
    assert [cosine for _, cosine in near] == sorted((cosine for _, cosine in near), reverse=True)
    assert near[0][0] == EVERYONE[5].id
    assert found(again(), "A nurse who is from Oslo", 1) == near[:1]


def test_only_those_who_entered_since_are_read(store, again):
    fill(store, *EVERYONE[:4])
    bring_up_to_date(again(), store, HashedWords())
    fill(store, *EVERYONE[4:])
    encoder = HashedWords()
    assert bring_up_to_date(again(), store, encoder).count == 6
    assert encoder.read == [p.description for p in EVERYONE[4:]]
    assert dict(found(again(), "a nurse")) == expected("a nurse", EVERYONE)
    encoder.read.clear()
    bring_up_to_date(again(), store, encoder)
    assert encoder.read == []


def test_who_left_the_graph_is_found_no_more(store, again):
    fill(store, *EVERYONE)
    bring_up_to_date(again(), store, HashedWords())
    n = store.applied("r1")
    store.write(Batch("r1", n, n + 1, removed=Removal(personas=(EVERYONE[1].id, EVERYONE[5].id))))
    encoder = HashedWords()
    assert bring_up_to_date(again(), store, encoder).count == 4
    assert encoder.read == []
    assert dict(found(again(), "a nurse")) == expected("a nurse", [EVERYONE[i] for i in (0, 2, 3, 4)])


def test_one_who_entered_in_the_place_of_another_is_found(store, again):
    fill(store, *EVERYONE)
    bring_up_to_date(again(), store, HashedWords())
    n, other = store.applied("r1"), persona("A sailor from Riga", 5)
    store.write(Batch("r1", n, n + 1, personas=(other,), removed=Removal(personas=(EVERYONE[5].id,))))
    assert bring_up_to_date(again(), store, HashedWords()).count == 6
    assert dict(found(again(), "a sailor")) == expected("a sailor", [*EVERYONE[:5], other])


def test_the_vectors_of_another_encoder_are_made_anew(store, again):
    fill(store, *EVERYONE)
    bring_up_to_date(again(), store, HashedWords())
    other = HashedWords("other")
    assert bring_up_to_date(again(), store, other).encoder == "other"
    assert len(other.read) == 6
    assert dict(found(again(), "a nurse", encoder=other)) == expected("a nurse", EVERYONE, other)


def test_what_the_encoder_cannot_read_is_counted_and_near_nothing(store, again):
    fill(store, *EVERYONE, persona("A nurse?", 6))
    assert bring_up_to_date(again(), store, HashedWords()).unread == 1
    assert dict(found(again(), "a nurse")) == expected("a nurse", EVERYONE)
    assert found(again(), "?") == []
    n = store.applied("r1")
    store.write(Batch("r1", n, n + 1, removed=Removal(personas=(EVERYONE[0].id,))))
    assert bring_up_to_date(again(), store, HashedWords()).unread == 1


def test_an_encoder_that_fails_half_way_loses_nothing_that_it_made(store, again, monkeypatch):
    monkeypatch.setattr("personagraph.stores.vectors._CHUNK", 4)
    fill(store, *EVERYONE)
    with pytest.raises(RuntimeError, match="failed"):
        bring_up_to_date(again(), store, Failing())
    encoder = HashedWords()
    assert bring_up_to_date(again(), store, encoder).count == 6
    assert encoder.read == [p.description for p in EVERYONE[4:]]
    assert dict(found(again(), "a nurse")) == expected("a nurse", EVERYONE)


def test_a_graph_without_anybody_has_nobody_near(store, again):
    assert bring_up_to_date(again(), store, HashedWords()).count == 0
    assert found(again(), "a nurse") == []


def test_personas_are_scanned_from_an_entry_on_and_counted(store):
    fill(store, *EVERYONE)
    assert list(store.scan_personas(since=4)) == EVERYONE[4:]
    assert list(store.scan_personas(since=6)) == []
    assert store.size() == 6
