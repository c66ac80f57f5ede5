"""How fast an expansion buys replies over HTTP, beside a bare loop of the SDK in the same run on the same server."""

import argparse
import asyncio
import json
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from personagraph.expansion.dialogues import WholeSentences
from personagraph.progress import Tick
from personagraph.types import ChatRequest
from personagraph.workspace import init_workspace

SEEDS = 600
WARM_UP = 5


class Measured(NamedTuple):
    """Calls a second, and milliseconds of this process's CPU for each."""

    rate: float
    cpu: float


def main() -> None:
    """Print both, their ratio, and the share of what the server's delay allows."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--delay", type=float, default=0.2, help="seconds that the server takes for a reply")
    options.add_argument("--in-flight", type=int, default=64)
    options.add_argument("--calls", type=int, default=3000)
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    ideal = given.in_flight / given.delay
    print(f"{given.calls} calls, {given.in_flight} in flight, {given.delay} s each: ideal {ideal:.0f} calls/s")
    with server(given.delay) as url:
        for number in range(1, given.rounds + 1):
            bare = asyncio.run(bare_loop(url, given.calls, given.in_flight))
            ours = expansion(url, given.calls, given.in_flight)
            print(
                f"round {number}: bare SDK loop {bare.rate:.1f}/s, {bare.cpu:.2f} ms CPU a call; "
                f"expand {ours.rate:.1f}/s, {ours.cpu:.2f} ms; ratio {ours.rate / bare.rate:.3f}, "
                f"of the ideal {ours.rate / ideal:.3f}",
                flush=True,
            )


@contextmanager
def server(delay: float) -> Iterator[str]:
    """The fault server of the tests in a process of its own, healthy, with a fixed delay."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    child = subprocess.Popen([sys.executable, "-m", "tests.faults", "--port", str(port), "--delay", str(delay)])
    url = f"http://127.0.0.1:{port}/v1"
    try:
        _wait_for(f"{url}/models")
        yield url
    finally:
        child.terminate()
        child.wait()


def _wait_for(address: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(address, timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"the server at {address} did not start")


async def bare_loop(url: str, calls: int, in_flight: int) -> Measured:
    """`chat.completions.create` in so many workers, with what an expansion would ask; nothing is kept."""
    from openai import AsyncOpenAI

    client = AsyncOpenAI(api_key="none", base_url=url, max_retries=0)
    left = iter(range(calls))
    dialogue = WholeSentences("bench", b"x" * 32)

    async def worker() -> None:
        for n in left:
            request = dialogue.request({"ego": f"A cook who keeps {n} jars", "type": None, "hint": None}, f"{n:032x}")
            await client.chat.completions.create(model="bench", **_arguments(request))

    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(worker() for _ in range(in_flight)))
    measured = Measured(calls / (time.perf_counter() - began), (time.process_time() - cpu) / calls * 1e3)
    await client.close()
    return measured


def _arguments(request: ChatRequest) -> dict[str, Any]:
    schema = {"name": "reply", "strict": True, "schema": request.schema}
    form = {"type": "json_schema", "json_schema": schema}
    return {"messages": list(request.messages), "response_format": form, **request.parameters}


def expansion(url: str, calls: int, in_flight: int) -> Measured:
    """An expansion of a new workspace, from its first committed steps to its end."""
    with tempfile.TemporaryDirectory() as folder:
        seeds = Path(folder) / "seeds.jsonl"
        rows = ({"persona": f"A cook who keeps {n} jars of pickles in the cellar"} for n in range(SEEDS))
        seeds.write_text("\n".join(json.dumps(row) for row in rows))
        with init_workspace(Path(folder) / "workspace") as workspace:
            workspace.settings.base_url = url
            workspace.import_personas(seeds)
            marks: list[tuple[int, float, float]] = []

            def mark(tick: Tick) -> None:
                marks.append((tick.done, time.perf_counter(), time.process_time()))

            options: dict[str, Any] = {"model": "openai:bench", "concurrency": in_flight, "progress": mark}
            workspace.expand(max_calls=calls + WARM_UP * in_flight, calls_per_ego=50, **options)
    first = next(mark for mark in marks if mark[0] >= WARM_UP * in_flight)
    done, seconds, cpu = (after - before for after, before in zip(marks[-1], first, strict=True))
    return Measured(done / seconds, cpu / done * 1e3)


if __name__ == "__main__":
    main()
