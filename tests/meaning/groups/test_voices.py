"""Voices are those of a leader clustering that compares everybody, in order of entry."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from personagraph.meaning.encoders.static import KIND
from personagraph.meaning.groups import voices
from personagraph.meaning.groups.voices import voices_of


def crowd(count: int, seed: int = 0, dims: int = 24, apart: float = 0.5) -> NDArray[np.float32]:
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(7).normal(size=(30, dims))
    rows = centres[rng.integers(0, 30, count)] + rng.normal(size=(count, dims)) * apart
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def by_all(rows: NDArray[np.float32], cosine: float) -> list[int]:
    """Everybody beside every leader, in the whole numbers of the index."""
    whole = np.rint(rows * (127 / np.maximum(np.abs(rows).max(axis=1, initial=0), 1e-20))[:, None]).astype(np.float64)
    lengths, leaders, found = np.linalg.norm(whole, axis=1), [], []
    for i, row in enumerate(whole):
        if not lengths[i]:
            found.append(-1)
            continue
        near = [float(row @ whole[j] / lengths[i] / lengths[j]) for j in leaders]
        if near and max(near) >= cosine - 1e-6:
            found.append(int(np.argmax(np.round(near, 6))))
        else:
            found.append(len(leaders))
            leaders.append(i)
    return found


@pytest.mark.parametrize("count", [0, 1, 2, 40, 200])
@pytest.mark.parametrize("dims", [3, 96, 130])
def test_voices_are_those_that_comparing_with_every_leader_finds(count, dims):
    rows = crowd(count, dims=dims)
    assert voices_of(rows, 0.8).tolist() == by_all(rows, 0.8)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 5), max_size=30), st.sampled_from([0.5, 0.9, 1.0]))
def test_rows_that_are_the_same_have_one_voice_numbered_by_the_first(picks, cosine):
    kinds = np.vstack([np.eye(5, 6), np.zeros(6)]).astype(np.float32)
    found = voices_of(kinds[picks].reshape(-1, 6), cosine)
    numbers = list(dict.fromkeys(pick for pick in picks if pick < 5))
    assert found.tolist() == [numbers.index(pick) if pick < 5 else -1 for pick in picks]


def test_everyone_has_the_stated_cosine_to_the_first_of_its_voice_and_the_firsts_have_not():
    rows = crowd(1500, apart=0.35)
    found = voices_of(rows, 0.85)
    firsts = np.array([np.flatnonzero(found == voice)[0] for voice in range(found.max() + 1)])
    assert len(firsts) < 700
    assert (np.einsum("ij,ij->i", rows, rows[firsts[found]]) > 0.845).all()
    assert np.triu(rows[firsts] @ rows[firsts].T, 1).max() < 0.855


def test_of_many_rows_few_that_are_alike_are_missed(monkeypatch):
    rows = crowd(5000, apart=0.35)
    listed = voices_of(rows, 0.85)
    monkeypatch.setattr(voices, "ALL", len(rows))
    every = voices_of(rows, 0.85)
    joined = len(rows) - 1 - int(every.max())
    assert joined > 3000
    assert joined * 0.97 < len(rows) - 1 - int(listed.max()) < joined * 1.01


def test_many_that_are_all_alike_are_one_voice():
    rows = np.repeat(crowd(1), 6000, axis=0)
    assert set(voices_of(rows, 0.99).tolist()) == {0}


def test_twenty_farmers_in_almost_the_same_words_are_one_voice():
    kinds = [
        f"a {who} farmer who grows {what} on a small farm" for who in ("young", "old") for what in ("corn", "maize")
    ]
    others = ["a nurse in a children's hospital", "a retired judge who plays the cello"]
    assert voices_of(KIND.make("", None).encode([*kinds * 5, *others]), 0.8).tolist() == [0] * 20 + [1, 2]


@pytest.mark.parametrize("cosine", [0.0, -0.5, 1.1, float("nan")])
def test_a_cosine_that_is_none_is_refused(cosine):
    with pytest.raises(ValueError, match="one voice is a cosine"):
        voices_of(crowd(3), cosine)


def test_what_is_no_number_is_refused():
    with pytest.raises(ValueError, match="no finite number"):
        voices_of(np.array([[np.nan, 1.0]], np.float32), 0.8)
