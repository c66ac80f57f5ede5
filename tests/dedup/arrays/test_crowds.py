"""Many rows that share all they say: each is compared with a few, whatever is read together, and found again."""

import random
from itertools import islice, permutations, product

import pytest

from personagraph.dedup.index import THRESHOLD
from personagraph.dedup.rules import METHODS, Deduplicator
from personagraph.dedup.veto.veto import differs

NAMES = ("Anna", "Ben", "Cleo", "Dan", "Eve", "Fritz", "Gina", "Hugo")
SLOTS = (
    ("physician", "doctor"),
    ("attorney", "lawyer"),
    ("kids", "children"),
    ("car", "automobile"),
    ("enthusiast", "aficionado"),
    ("colour", "color"),
    ("6", "six"),
    ("organization", "organisation"),
)


class Counted:
    """The aligner, whose calls are counted."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, a: str, b: str) -> str | None:
        self.calls += 1
        return differs(a, b)


def permuted(count: int) -> list[str]:
    orders = random.Random(3).sample(list(permutations(NAMES)), count)
    return ["A teacher who taught " + " who taught ".join(order) for order in orders]


def digits(count: int) -> list[str]:
    orders = random.Random(4).sample(list(islice(permutations(range(10)), 100_000)), count)
    return ["A clerk whose number is " + " then ".join(map(str, order)) for order in orders]


def recounted(count: int) -> list[str]:
    words = ("blue", "green", "red", "white")
    times = islice(product(range(1, 7), repeat=len(words)), count)
    return ["A painter of " + " ".join(word for word, n in zip(words, t, strict=True) for _ in range(n)) for t in times]


def reworded(count: int) -> list[str]:
    text = "A {} and {} with {} and a {}, an {} of {} in {} rooms of an {}"
    return [text.format(*words) for words in islice(product(*SLOTS), count)]


def decided(rows: list[str], chunk: int, method: str = "content") -> tuple[list[str | None], Deduplicator, Counted]:
    veto = Counted()
    known = Deduplicator(METHODS[method].make(THRESHOLD), veto)
    found: list[str | None] = []
    for start in range(0, len(rows), chunk):
        numbered = [(str(n), text) for n, text in enumerate(rows[start : start + chunk], start)]
        found += [match.id if match else None for match in known.decided(numbered)]
    return found, known, veto


@pytest.mark.parametrize("rows", [permuted(60), digits(60), recounted(60)], ids=["names", "digits", "counts"])
def test_each_of_many_orders_of_the_same_words_is_compared_with_a_few(rows):
    found, _, veto = decided(rows, 64)
    assert found == [None] * len(rows)
    assert veto.calls <= 16 * len(rows)
    before = decided(rows[:30], 64)[2].calls
    assert veto.calls - before <= 1.2 * before + 60


def test_same_words_in_other_counts_never_meet():
    assert decided(recounted(200), 64)[2].calls == 0


def test_each_of_many_rewordings_is_compared_with_one():
    found, known, veto = decided(reworded(250), 64)
    assert found == [None] + ["0"] * 249
    assert veto.calls <= 250
    assert known.find(reworded(256)[255].replace("A physician", "A dedicated physician")) is not None


def test_in_a_crowd_a_row_is_found_by_whoever_says_the_same_in_the_same_order():
    rows = permuted(60)
    again = [row.replace("A teacher", "A dedicated teacher") for row in rows]
    assert decided([*rows, *again], 50)[0] == [None] * 60 + [str(n) for n in range(60)]


@pytest.mark.parametrize("method", METHODS)
def test_in_a_crowd_verdicts_do_not_depend_on_chunks(method):
    rows = [*permuted(25), *digits(12), *recounted(12), *reworded(20)]
    rows += [row.replace("teacher", "techer") for row in rows[:12]]
    rows += [row.replace("A ", "A passionate ", 1) for row in rows[::4]]
    random.Random(5).shuffle(rows)
    wanted = decided(rows, 4096, method)[0]
    assert sum(id is not None for id in wanted) > 10
    for chunk in (1, 2, 7):
        assert decided(rows, chunk, method)[0] == wanted


def test_a_persona_in_a_crowd_is_found_after_its_first_descriptions_were_removed():
    rows = reworded(12)
    _, known, _ = decided(rows, 64)
    for row in rows[:10]:
        known.remove("0", row)
    match = known.find(rows[0])
    assert match is not None
    assert match.id == "0"


def test_a_word_that_comes_late_is_told_to_all_rows_that_misspelled_it_in_one_pass():
    rows = [f"A xylopone player in town number {n}" for n in range(300)]
    _, known, _ = decided(rows, 100)
    reads: list[int] = []
    read = known._known._reader.read
    known._known._reader.read = lambda texts: reads.append(len(texts)) or read(texts)
    assert known.find("A xylophone player in town number 217").id == "217"
    assert sum(reads) <= 310
    assert len(reads) < 10
