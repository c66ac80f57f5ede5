"""How long an import takes, with de-duplication, beside what only enters the same rows.

Into SQLite it is `sqlite-utils insert` of the same file, which makes a table of one column, without a key. Into Neo4j,
where PERSONAGRAPH_STORE names a server whose database may be emptied, it is a hand-written loop of UNWIND and MERGE, in
the best of BATCHES: once of the same personas, with every property, into a database with the same indexes; once of
texts by their hash, with a constraint and no index. It finds no duplicates but equal texts. Either side is a process of
its own, in turns, and the best round counts; the server has done all of it once before, as it compiles what is asked
of it, and its processor time is added to that of the process.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

from personagraph.stores.neo4j.connection import address_of
from personagraph.stores.neo4j.store import Neo4jStore
from personagraph.stores.rows import persona_row, written_columns
from personagraph.types import Persona, persona_id
from personagraph.workspace.settings import environment, fixed_settings
from scripts.made_personas import RATE, personas

ROOT = Path(__file__).parents[1]
RIVAL = ROOT / ".cache" / "bench" / "sqlite-utils"
BATCHES = (1000, 5000, 10000)
WARMED_BY = 20_000
"""Rows that a server is given in each way before anything is measured."""
UNWIND = "UNWIND $rows AS row MERGE (p:Persona {id: row.id}) SET p += row"


class Cost(NamedTuple):
    """What a process took: seconds by the clock and of the processor, and the most memory, in MB.

    `server` are the seconds of the processor that the server took meanwhile.
    """

    wall: float
    cpu: float
    memory: float
    server: float = 0.0

    @property
    def work(self) -> float:
        """All seconds of the processor."""
        return self.cpu + self.server


def main() -> None:
    """Print a line for each number of rows and each other way: theirs, ours, and the ratio."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000])
    options.add_argument("--rounds", type=int, default=1)
    given = options.parse_args()
    store = fixed_settings(**environment()).store
    with tempfile.TemporaryDirectory() as folder:
        if store != "sqlite":
            first = written(Path(folder), WARMED_BY)
            for way in (partial(imported, first, store), *chain(*by_cypher(first, store).values())):
                way()
        for rows in given.rows:
            file = written(Path(folder), rows)
            ways = sqlite_utils(file) if store == "sqlite" else by_cypher(file, store)
            turns = [[imported(file, store), *(least(way) for way in ways.values())] for _ in range(given.rounds)]
            ours, *others = map(min, zip(*turns, strict=True))
            print(f"{rows:,} rows, {RATE:.0%} of them duplicates: ours {said(ours)}", flush=True)
            for name, theirs in zip(ways, others, strict=True):
                ratio = f"ratio {ours.wall / theirs.wall:.2f}, of CPU {ours.work / theirs.work:.2f}"
                print(f"  {name}: {said(theirs)}, {ratio} (wanted <= {3 if store == 'sqlite' else 2})", flush=True)


def written(folder: Path, rows: int) -> Path:
    """A file of so many made-up personas."""
    file = folder / f"{rows}.jsonl"
    with file.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps({"persona": text}, ensure_ascii=False) + "\n" for text, _ in personas(rows))
    return file


def said(cost: Cost) -> str:
    server = f" and {cost.server:.1f} s of the server" if cost.server else ""
    return f"{cost.wall:.1f} s ({cost.cpu:.1f} s CPU{server}, {cost.memory:.0f} MB)"


def least(ways: Sequence[Callable[[], Cost]]) -> Cost:
    """The quickest of several ways to do the same."""
    return min(way() for way in ways)


def sqlite_utils(file: Path) -> dict[str, list[Callable[[], Cost]]]:
    """Its insertion, from an environment of its own, which is made."""
    program = RIVAL / "bin" / "sqlite-utils"
    if not program.exists():
        venv.create(RIVAL, with_pip=True)
        subprocess.run([RIVAL / "bin" / "pip", "install", "-q", "sqlite-utils>=3.38,<5"], check=True)

    def insert() -> Cost:
        with tempfile.TemporaryDirectory() as folder:
            return cost(program, "insert", Path(folder) / "rows.sqlite3", "persona", file, "--nl", "--silent")

    return {"sqlite-utils insert": [insert]}


def by_cypher(file: Path, store: str) -> dict[str, list[Callable[[], Cost]]]:
    """A loop, in each size of batches, of whole personas and of bare texts."""

    def loop(way: str, size: int) -> Cost:
        emptied()
        if way == "whole":
            Neo4jStore.open(store, fixed_settings(**environment()).secret("store_password") or "", "bench").close()
        return beside_server(sys.executable, "-m", "scripts.bench_import", f"--{way}", file, size)

    named = {"whole": "UNWIND of the same personas", "bare": "UNWIND of texts, without the indexes"}
    return {name: [partial(loop, way, size) for size in BATCHES] for way, name in named.items()}


def imported(file: Path, store: str) -> Cost:
    """What an import into a new workspace takes."""
    ours = Path(sys.executable).parent / "personagraph"
    with tempfile.TemporaryDirectory() as folder:
        if store == "sqlite":
            cost(ours, "init", folder, "--store", store)
            return cost(ours, "import", file, "--workspace", folder)
        emptied()
        cost(ours, "init", folder, "--store", store)
        return beside_server(ours, "import", file, "--workspace", folder)


def cost(*command: object) -> Cost:
    """What a command takes. Raises SystemExit with what it said when it fails."""
    began = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(list(map(str, command)), cwd=ROOT, stdout=said, stderr=said)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            said.seek(0)
            raise SystemExit(f"bench: {command} failed: {said.read().decode()[-2000:]}")
    return Cost(time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


# ---- Neo4j ----


def beside_server(*command: object) -> Cost:
    """What a command takes, and the server meanwhile."""
    before = server_seconds()
    taken = cost(*command)
    return taken._replace(server=server_seconds() - before)


def server_seconds() -> float:
    """The seconds of the processor that the server has taken since it was started."""
    with session() as asked:
        told = asked.run("CALL dbms.queryJmx('java.lang:type=OperatingSystem') YIELD attributes RETURN attributes")
        return float(told.single()["attributes"]["ProcessCpuTime"]["value"]) / 1e9


def emptied() -> None:
    """Take everything out of the database, its constraints and indexes too."""
    with session() as asked:
        asked.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS").consume()
        for kind in ("CONSTRAINT", "INDEX"):
            names = [r["name"] for r in asked.run(f"SHOW {kind}{'S' if kind == 'CONSTRAINT' else 'ES'} YIELD name")]
            for name in names:
                asked.run(f"DROP {kind} `{name}` IF EXISTS").consume()


def by_hand(file: Path, size: int, made: Callable[[Iterator[str]], Iterator[dict[str, Any]]]) -> None:
    """Enter the rows of a file: a constraint, then UNWIND."""
    with session() as asked, file.open(encoding="utf-8") as lines:
        asked.run("CREATE CONSTRAINT persona_id IF NOT EXISTS FOR (p:Persona) REQUIRE p.id IS UNIQUE").consume()
        entered = made(lines)
        while rows := list(islice(entered, size)):
            asked.execute_write(lambda transaction, rows=rows: transaction.run(UNWIND, rows=rows).consume())


def bare(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    """A text and its hash, as whoever has no more would enter it."""
    for line in lines:
        row = json.loads(line)
        yield {"id": hashlib.md5(row["persona"].encode(), usedforsecurity=False).hexdigest(), **row}


def whole(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    """Every property of the persona that a row is."""
    columns = written_columns()
    for entry, line in enumerate(lines):
        text = json.loads(line)["persona"]
        yield dict(zip(columns, persona_row(Persona(persona_id(text), text, 0, entry, "import", "r1")), strict=True))


def session():  # type: ignore[no-untyped-def]
    import neo4j

    settings = fixed_settings(**environment())
    address, password = address_of(settings.store), settings.secret("store_password") or ""
    driver = neo4j.GraphDatabase.driver(address.uri, auth=(address.user, password), notifications_min_severity="OFF")
    return driver.session(database=address.database)


if __name__ == "__main__":
    if sys.argv[1:2] in (["--bare"], ["--whole"]):
        by_hand(Path(sys.argv[2]), int(sys.argv[3]), bare if sys.argv[1] == "--bare" else whole)
    else:
        main()
