"""The graph engine on made-up graphs, beside what else measures graphs; every command at that size; the import.

    scripts/bench graph                                     everything on 10,000 and 100,000 personas
    scripts/bench graph --personas 1000000 --stage commands import
    scripts/bench graph --stage analytics --rivals igraph

Each graph has --degree times as many relationships as personas. Rivals run in an environment of their own
(.cache/rivals/graph), made from PyPI when it is first asked for; what would take one hours is done of fewer starts, and
extrapolated, which its line says. Times are of the processor, with those by the clock behind. `commands` runs each
command cold, as a process, once the graph has been read: on SQLite, and where PERSONAGRAPH_STORE names a Neo4j server
whose database may be emptied, on that, too, with the ratio.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from scripts.bench_import import RIVAL, Cost, cost, emptied, said
from scripts.graph_rivals import HOPS, RIVALS, best, clock, since
from scripts.made_graphs import MadeGraph, files, graph, snapshot
from scripts.rivals import python_of

ROOT = Path(__file__).resolve().parent.parent
STARTS, SOURCES = 256, 16
WANTED = {"reach": {"networkx": 30, "igraph": 2, "rustworkx": 2}}
"""How many times as fast we are to be; of the other tasks ten times networkx, and once the others."""
SECONDS = {"expand --dry-run": 2.0, "expand --preview": 2.0}
"""What a command may take at a million; the others a second."""
PROGRAM = Path(sys.executable).parent / "personagraph"


def main() -> None:
    """Print a line for each measurement."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--personas", type=int, nargs="+", default=[10_000, 100_000])
    options.add_argument("--degree", type=int, default=4)
    options.add_argument("--stage", nargs="+", choices=STAGES, default=list(STAGES))
    options.add_argument("--rivals", nargs="*", choices=RIVALS, default=list(RIVALS))
    options.add_argument("--rounds", type=int, default=3, help="of each command; the best counts")
    options.add_argument("--ours", type=Path, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.ours:
        for result in _ours(given.ours):
            print(json.dumps(result), flush=True)
        return
    for stage in given.stage:
        found = [STAGES[stage](size, given) for size in given.personas]
        _growth(stage, given.personas, found)


# ---- Analytics ----


def analytics(personas: int, given: argparse.Namespace) -> dict[str, float]:
    """Every task by ours and by each rival, on one graph."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.npz"
        made = graph(personas, personas * given.degree)
        pairs = np.unique(np.sort(np.column_stack([made.sources, made.targets]), axis=1), axis=0)
        drawn = np.random.default_rng(0).permutation(personas)
        np.savez(path, n=personas, a=pairs[:, 0], b=pairs[:, 1], starts=drawn[:STARTS], sources=drawn[:SOURCES])
        print(f"{personas:,} personas, {len(pairs):,} pairs of them tied", flush=True)
        ours = {one["task"]: one for one in _alone(sys.executable, "-m", "scripts.bench_graph", "--ours", path)}
        for task, mine in ours.items():
            print(f"  {task}: ours {_told(mine)}", flush=True)
        for name in given.rivals:
            for theirs in _alone(rival_python(), "-m", "scripts.graph_rivals", name, path):
                _beside(name, theirs, ours.get(theirs["task"]))
    return {task: mine["cpu"] for task, mine in ours.items()}


def _beside(name: str, theirs: dict[str, Any], mine: dict[str, Any] | None) -> None:
    task = theirs["task"]
    line = f"  {task}: {name} {_told(theirs)}"
    if mine and task != "load":
        times = (theirs["cpu"] / theirs["done"]) / max(mine["cpu"] / mine["done"], 1e-6)
        by_clock = (theirs["wall"] / theirs["done"]) / max(mine["wall"] / mine["done"], 1e-6)
        wanted = WANTED.get(task, {}).get(name, 10 if name == "networkx" else 1)
        fewer = f", extrapolated from {theirs['done']}" if theirs["done"] < mine["done"] else ""
        line += f": ours {times:,.1f} times as fast by CPU, {by_clock:,.1f} by the clock (wanted >= {wanted}){fewer}"
        line += _differing(task, mine["answer"], theirs["answer"])
    print(line, flush=True)


def _differing(task: str, mine: Any, theirs: Any) -> str:
    """What is to be said where both did not find the same; communities are told by their modularity."""
    if task == "communities":
        return f"; modularity ours {mine:.4f}, theirs {theirs:.4f}"
    if isinstance(mine, list):
        mine = mine[: len(theirs)]
    same = mine is None or theirs is None or np.allclose(mine, theirs, rtol=1e-3)
    return "" if same else f"; NOT THE SAME: ours {str(mine)[:60]}, theirs {str(theirs)[:60]}"


def _told(found: dict[str, Any]) -> str:
    of = f" for {found['done']}" if found["done"] > 1 else ""
    return f"{found['cpu']:.3f} s CPU, {found['wall']:.3f} s{of}"


def _ours(path: Path) -> Iterator[dict[str, Any]]:
    """Our measurements; each is done once on a small graph before, so that its loops are there."""
    with np.load(path) as arrays:
        n, starts, sources = int(arrays["n"]), arrays["starts"].astype(np.int64), len(arrays["sources"])
        whole = _drawn(n, arrays["a"], arrays["b"])
    rng = np.random.default_rng(0)
    warm = _drawn(20_000, *np.sort(rng.integers(0, 20_000, (2, 400_000)).astype(np.int32), axis=0))
    for carry_out in _tasks(warm, np.arange(STARTS), sources).values():
        carry_out()
    began = clock()
    # What the snapshot keeps for all tasks counts as loaded, as do the graphs of the others.
    assert len(whole.both.ends) >= len(whole.neighbours.ends)
    yield {"task": "load", "done": 1, **since(began), "answer": None}
    done = {"reach": len(starts), "betweenness": sources}
    for task, carry_out in _tasks(whole, starts, sources).items():
        yield {"task": task, "done": done.get(task, 1), **best(carry_out)}


def _drawn(n: int, a: Any, b: Any) -> Any:
    """A snapshot of these ties, all of one type."""
    nothing = np.zeros(len(a), np.int8)
    values = {"confidences": np.ones(len(a)), "types": nothing, "sources": a, "targets": b}
    return snapshot(MadeGraph(**values, communities=np.zeros(n, np.int32), seeds=np.ones(n, np.bool_), stated={}))


def _tasks(whole: Any, starts: Any, sources: int) -> dict[str, Callable[[], Any]]:
    from personagraph.graph import reach
    from personagraph.graph.metrics import METRICS
    from personagraph.graph.metrics.metric import MetricOptions

    def measured(name: str, read: Callable[[Any], Any], samples: int | None = None) -> Callable[[], Any]:
        return lambda: read(METRICS[name].measure(whole, MetricOptions(samples=samples)))

    return {
        "reach": lambda: reach.reach(whole.both, starts, hops=HOPS).reached.tolist(),
        "pagerank": measured("pagerank", lambda found: float(found.columns["pagerank"].max())),
        "components": measured("components", lambda found: found.values["count"]),
        "clustering": measured("clustering", lambda found: float(found.columns["clustering"].mean())),
        "communities": measured("communities", lambda found: found.values["modularity"]),
        "betweenness": measured("betweenness", lambda found: None, sources),
    }


def _alone(*command: object) -> Iterator[dict[str, Any]]:
    """The objects that a process prints, as it does."""
    with subprocess.Popen(list(map(str, command)), cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        for line in child.stdout:
            yield json.loads(line)
    if child.returncode:
        raise SystemExit(f"bench: {' '.join(map(str, command))} failed with {child.returncode}")


def rival_python() -> str:
    """The Python of the rivals' environment, made when it is not there."""
    return python_of("graph", ["numpy>=2,<3", "scipy>=1.14,<2", *RIVALS.values()])


# ---- Commands ----


def commands(personas: int, given: argparse.Namespace) -> dict[str, float]:
    """Every command that reads, and the start of one that grows, as a process of its own."""
    stores = list(dict.fromkeys(["sqlite", os.environ.get("PERSONAGRAPH_STORE", "sqlite")]))
    taken: dict[str, dict[str, Cost]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for store in stores:
            if store != "sqlite":
                emptied()
            place = Path(folder) / ("neo4j" if store != "sqlite" else "sqlite")
            made = ("--personas", personas, "--relationships", personas * given.degree)
            with _named(store):
                cost(sys.executable, "-m", "scripts.made_graphs", place, *made)
                print(f"{personas:,} personas, {personas * given.degree:,} relationships in {place.name}", flush=True)
                taken[store] = {name: _best(line, place, given.rounds) for name, line in _lines(place)}
            for name, one in taken[store].items():
                beside = f", {one.wall / taken['sqlite'][name].wall:.2f} times SQLite" if store != "sqlite" else ""
                print(f"  {name}: {said(one)}{beside} (wanted at a million <= {SECONDS.get(name, 1.0)} s)", flush=True)
    return {name: one.cpu for name, one in taken["sqlite"].items()}


class _named:  # noqa: N801
    """For the length of a block the store that commands use."""

    def __init__(self, store: str) -> None:
        self._store, self._before = store, os.environ.get("PERSONAGRAPH_STORE")

    def __enter__(self) -> None:
        os.environ["PERSONAGRAPH_STORE"] = self._store

    def __exit__(self, *why: object) -> None:
        os.environ.pop("PERSONAGRAPH_STORE")
        if self._before is not None:
            os.environ["PERSONAGRAPH_STORE"] = self._before


def _lines(place: Path) -> Iterator[tuple[str, Sequence[object]]]:
    """The commands by name, with two personas that are in the graph; the first makes its snapshot."""
    yield "first stats (reads the graph)", ("stats",)
    told = subprocess.run(
        [PROGRAM, "sample", "-n", "2", "--json", "--workspace", place], check=True, capture_output=True, text=True
    )
    one, other = (persona["id"] for persona in json.loads(told.stdout)["personas"])
    yield "stats", ("stats",)
    yield "path", ("path", one, other)
    yield "path --best 3", ("path", one, other, "--best", 3)
    yield "sample", ("sample", "-n", 10)
    yield "coverage", ("coverage",)
    yield "neighbours", ("neighbours", one, "--hops", 3, "--limit", 20)
    yield "show", ("show", one)
    yield "search", ("search", "nurse")
    grown = ("expand", "--model", "simulated", "--max-calls", 10)
    yield "expand --dry-run", (*grown, "--dry-run")
    yield "expand --preview", (*grown, "--preview", 1)


def _best(line: Sequence[object], place: Path, rounds: int) -> Cost:
    """The cheapest of several rounds; of what reads the graph first there is one."""
    often = 1 if line == ("stats",) and not (place / "index").exists() else rounds
    return min((cost(PROGRAM, *line, "--workspace", place) for _ in range(often)), key=lambda one: one.cpu)


# ---- Import ----


def importing(personas: int, given: argparse.Namespace) -> dict[str, float]:
    """`import-graph` beside `sqlite-utils insert` of the same two tables."""
    with tempfile.TemporaryDirectory() as folder:
        nodes, edges = files(Path(folder), graph(personas, personas * given.degree))
        place, rows = Path(folder) / "graph", Path(folder) / "rows.sqlite3"
        with _named("sqlite"):
            cost(PROGRAM, "init", place)
            ours = cost(PROGRAM, "import-graph", edges, "--nodes", nodes, "--directed", "--workspace", place)
        program = _sqlite_utils()
        parts = [cost(program, "insert", rows, file.stem, file, "--csv", "--silent") for file in (nodes, edges)]
    theirs = Cost(*(sum(part[at] for part in parts) for at in (0, 1)), max(part.memory for part in parts))
    ratio = f"ratio {ours.wall / theirs.wall:.2f}, of CPU {ours.cpu / theirs.cpu:.2f} (wanted <= 5)"
    print(f"import-graph of {personas:,}/{personas * given.degree:,}: ours {said(ours)}", flush=True)
    print(f"  sqlite-utils insert: {said(theirs)}, {ratio}", flush=True)
    return {"import-graph": ours.cpu}


def _sqlite_utils() -> Path:
    import venv

    program = RIVAL / "bin" / "sqlite-utils"
    if not program.exists():
        venv.create(RIVAL, with_pip=True)
        subprocess.run([RIVAL / "bin" / "pip", "install", "-q", "sqlite-utils>=3.38,<5"], check=True)
    return program


STAGES: dict[str, Callable[[int, argparse.Namespace], dict[str, float]]] = {
    "analytics": analytics,
    "commands": commands,
    "import": importing,
}


def _growth(stage: str, sizes: Sequence[int], found: Sequence[dict[str, float]]) -> None:
    """How CPU time grows from the second largest size to the largest, as an exponent."""
    if len(sizes) > 1:
        (few, before), (many, after) = sorted(zip(sizes, found, strict=True), key=lambda one: one[0])[-2:]
        for name in after:
            exponent = math.log(after[name] / max(before[name], 1e-3)) / math.log(many / few)
            print(f"{stage}, {few:,} to {many:,}: {name} grows with exponent {exponent:.2f}", flush=True)


if __name__ == "__main__":
    main()
