"""Ways in which a database file can be damaged, each by a seeded draw."""

import random
import struct
from collections.abc import Callable
from pathlib import Path

PAGE = 4096


def _flips(data: bytearray, rng: random.Random, first: int, last: int, bits: int) -> None:
    for _ in range(bits):
        data[rng.randrange(first, last)] ^= 1 << rng.randrange(8)


def _pages_of(data: bytearray, kinds: tuple[int, ...]) -> list[int]:
    return [n for n in range(1, len(data) // PAGE) if data[n * PAGE] in kinds]


def _overflow_pages(data: bytearray) -> list[int]:
    return [n for n in range(1, len(data) // PAGE) if data[n * PAGE] not in (2, 5, 10, 13)]


def _blank(data: bytearray, rng: random.Random, pages: list[int], count: int, filling: Callable[[], bytes]) -> None:
    for n in rng.sample(pages, min(count, len(pages))):
        data[n * PAGE : (n + 1) * PAGE] = filling()


def _one_bit(data: bytearray, rng: random.Random) -> None:
    _flips(data, rng, 0, len(data), 1)


def _fifty_bits(data: bytearray, rng: random.Random) -> None:
    _flips(data, rng, 0, len(data), 50)


def _header(data: bytearray, rng: random.Random) -> None:
    _flips(data, rng, 0, 100, 4)


def _first_page_gone(data: bytearray, rng: random.Random) -> None:
    data[:PAGE] = bytes(PAGE)


def _schema(data: bytearray, rng: random.Random) -> None:
    _flips(data, rng, 100, PAGE, 20)


def _zeroed(data: bytearray, rng: random.Random) -> None:
    _blank(data, rng, list(range(1, len(data) // PAGE)), rng.randint(1, 4), lambda: bytes(PAGE))


def _noise(data: bytearray, rng: random.Random) -> None:
    _blank(data, rng, list(range(1, len(data) // PAGE)), rng.randint(1, 4), lambda: rng.randbytes(PAGE))


def _leaves(data: bytearray, rng: random.Random) -> None:
    _blank(data, rng, _pages_of(data, (10, 13)), 3, lambda: bytes(PAGE))


def _insides(data: bytearray, rng: random.Random) -> None:
    _blank(data, rng, _pages_of(data, (2, 5)), 2, lambda: bytes(PAGE))


def _overflow(data: bytearray, rng: random.Random) -> None:
    _blank(data, rng, _overflow_pages(data) or [1], 2, lambda: rng.randbytes(PAGE))


def _swapped(data: bytearray, rng: random.Random) -> None:
    trees = _pages_of(data, (2, 5, 10, 13))
    a, b = (slice(n * PAGE, (n + 1) * PAGE) for n in rng.sample(trees, 2))
    data[a], data[b] = data[b], data[a]


def _page_headers(data: bytearray, rng: random.Random) -> None:
    for n in rng.sample(_pages_of(data, (2, 5, 10, 13)), 3):
        _flips(data, rng, n * PAGE, n * PAGE + 12, 2)


def _cell_pointers(data: bytearray, rng: random.Random) -> None:
    for n in rng.sample(_pages_of(data, (10, 13)), 3):
        _flips(data, rng, n * PAGE + 8, n * PAGE + 16, 3)


def _free_list(data: bytearray, rng: random.Random) -> None:
    data[32:40] = struct.pack(">2I", rng.randrange(1, len(data) // PAGE), rng.randrange(1, 9))


def _cut(data: bytearray, rng: random.Random) -> None:
    del data[PAGE * rng.randrange(1, len(data) // PAGE) :]


def _cut_within_a_page(data: bytearray, rng: random.Random) -> None:
    del data[rng.randrange(1, len(data)) :]


def _empty(data: bytearray, rng: random.Random) -> None:
    data.clear()


def _nothing_of_it(data: bytearray, rng: random.Random) -> None:
    data[:] = rng.randbytes(len(data))


def _doubled(data: bytearray, rng: random.Random) -> None:
    a, b = (slice(n * PAGE, (n + 1) * PAGE) for n in rng.sample(range(1, len(data) // PAGE), 2))
    data[a] = data[b]


KINDS: dict[str, Callable[[bytearray, random.Random], None]] = {
    "one bit": _one_bit,
    "fifty bits": _fifty_bits,
    "header": _header,
    "first page gone": _first_page_gone,
    "schema": _schema,
    "zeroed pages": _zeroed,
    "noise": _noise,
    "leaves": _leaves,
    "insides of trees": _insides,
    "overflow pages": _overflow,
    "swapped pages": _swapped,
    "page headers": _page_headers,
    "cell pointers": _cell_pointers,
    "free list": _free_list,
    "cut": _cut,
    "cut within a page": _cut_within_a_page,
    "empty": _empty,
    "nothing of it": _nothing_of_it,
    "doubled page": _doubled,
}


def damaged(file: Path, kind: str, seed: int) -> bytes:
    """Damage a file; what it was before."""
    before = file.read_bytes()
    data = bytearray(before)
    KINDS[kind](data, random.Random(f"{kind} {seed}"))
    file.write_bytes(data)
    return before
