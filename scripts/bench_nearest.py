"""The index of vectors against what else finds the nearest, in one run: scripts/bench nearest --rows 1000000

Vectors are those of made-up personas by the encoder that comes with the package; what is looked for are others of them
and, with --real FILE, those of a file of personas. Recall is of the ten nearest by exact products. Rivals run in
environments of their own (.cache/rivals), made from PyPI when they are first asked for.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from scripts.made_personas import personas
from scripts.nearest_rivals import RIVALS, SMALL, clock, measured, since
from scripts.rivals import python_of

ROOT = Path(__file__).resolve().parent.parent
OURS, EFFORTS, ALIKE, MOST = "personagraph", (4, 16, 64), 0.8, 64
SLOW = {"faiss-hnsw": 100_000, "usearch": 100_000}
"""Rows beyond which a rival is left out unless it is asked for by name: it takes minutes to build."""
_CHUNK = 50_000


def main() -> None:
    """Print a line for each measurement."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000])
    options.add_argument("--rivals", nargs="*", choices=RIVALS)
    options.add_argument("--real", type=Path, help="a file of personas to look for, in lines of JSON")
    options.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.one:
        for result in ours(*map(Path, given.one)):
            sys.stdout.write(json.dumps(result) + "\n")
        return
    for size in given.rows:
        names = given.rivals if given.rivals is not None else [n for n in RIVALS if size <= SLOW.get(n, size)]
        with tempfile.TemporaryDirectory() as folder:
            for kind, files in sets(size, given.real, Path(folder)):
                for name in (OURS, *names):
                    for found in run(name, files):
                        print(f"{size:,} rows, {kind}: {name} {told(found)}", flush=True)


def sets(size: int, real: Path | None, folder: Path) -> Iterator[tuple[str, list[Path]]]:
    """The kind of query, and the files of vectors, of queries, of the rows that are the ten nearest to each."""
    from personagraph.meaning.encoders.static import KIND

    encode = KIND.make("static", None).encode
    texts = (text for text, _ in personas(size + SMALL))
    base = np.lib.format.open_memmap(folder / "base.npy", "w+", np.float32, (size, 256))
    for at in range(0, size, _CHUNK):
        base[at : at + _CHUNK] = encode(list(islice(texts, min(_CHUNK, size - at))))
    kinds = {"made-up": list(texts)}
    if real:
        with real.open(encoding="utf-8") as file:
            kinds["real"] = [str(json.loads(line)["persona"]) for line in islice(file, SMALL)]
    for kind, wanted in kinds.items():
        files = [folder / "base.npy", folder / f"{kind}.npy", folder / f"{kind}-truth.npy"]
        queries = encode(wanted)
        np.save(files[1], queries)
        np.save(files[2], nearest(base, queries))
        yield kind, files


def nearest(base: Any, queries: Any) -> Any:
    """The numbers of the ten rows nearest to each query, by all products."""
    best = np.full((len(queries), 10), -2, np.float32)
    where = np.zeros((len(queries), 10), np.int64)
    for at in range(0, len(base), _CHUNK):
        products = queries @ base[at : at + _CHUNK].T
        few = np.argpartition(-products, 9, axis=1)[:, :10]
        every = np.concatenate([best, np.take_along_axis(products, few, 1)], axis=1)
        places = np.concatenate([where, few + at], axis=1)
        turns = np.argsort(-every, axis=1, kind="stable")[:, :10]
        best, where = np.take_along_axis(every, turns, 1), np.take_along_axis(places, turns, 1)
    return where


def ours(base_file: Path, queries_file: Path, truth_file: Path) -> Iterator[dict[str, Any]]:
    """What this package's index takes: built in chunks; and what it proposes as duplicates, of all that there are."""
    from personagraph.meaning.nearest import Nearest

    base, queries, truth = np.load(base_file, mmap_mode="r"), np.load(queries_file), np.load(truth_file)
    warm = Nearest(base.shape[1])
    warm.add([f"{n}" for n in range(min(len(base), 5_000))], base[:5_000])
    warm.search(queries, 10, probes=4)
    index, start = Nearest(base.shape[1]), clock()
    for at in range(0, len(base), 4_096):
        index.add([f"{n}" for n in range(at, min(at + 4_096, len(base)))], base[at : at + 4_096])
    build = since(start, len(base))

    def search(wanted: Any, probes: int) -> list[list[int]]:
        return [[int(key) for key in keys] for keys in index.search(wanted, 10, probes=probes)[0]]

    for probes in EFFORTS:
        yield {"build": build, **measured(search, queries, truth, probes)}
    start = clock()
    near = index.within(queries, ALIKE, most=MOST)[0]
    pace, some = since(start, len(queries)), queries[:512]
    every = index.within(some, ALIKE, most=MOST, probes=None)[0]
    shared = sum(len(set(few) & set(all_)) for few, all_ in zip(near, every, strict=False))
    start = clock()
    index.search(queries[:1], 10)
    alone = since(start, 1)
    recall = shared / max(1, sum(map(len, every)))
    with tempfile.TemporaryDirectory() as folder:
        index.save(Path(folder))
        size = sum(file.stat().st_size for file in Path(folder).iterdir())
    yield {"within": pace, "recall": recall, "exact": alone, "disk": size}


def run(name: str, files: list[Path]) -> Iterator[dict[str, Any]]:
    """What was measured in a process of its own, so that its memory is its own."""
    if name == OURS:
        command = [sys.executable, "-m", "scripts.bench_nearest", "--one", *files]
    else:
        command = [
            python_of(name.split("-", maxsplit=1)[0], ["numpy", RIVALS[name][2]]),
            "-m",
            "scripts.nearest_rivals",
            name,
            *files,
        ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode:
        raise SystemExit(f"bench: {name} failed:\n{done.stderr[-2_000:]}")
    return map(json.loads, done.stdout.splitlines())


def told(found: dict[str, Any]) -> str:
    """A line about it: microseconds, and in brackets those of CPU."""

    def pace(of: str) -> str:
        return "{:,.1f} ({:,.1f})".format(*found[of])

    if "within" in found:
        share = f"{found['recall']:.3f} of those with a cosine of {ALIKE}"
        exact = f"{found['exact'][0] / 1e3:,.0f} ms for one among all; {found['disk'] / 1e6:,.0f} MB in files"
        return f"proposes {share} in {pace('within')} µs a query, {exact}"
    told = f"effort {found['effort']}: recall {found['recall']:.3f}, {pace('batch')} µs a query, {pace('alone')} alone"
    return f"{told}, {pace('build')} µs a row to build, {found['memory'] / 1e6:,.0f} MB"


if __name__ == "__main__":
    main()
