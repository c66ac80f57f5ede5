"""kill -9 at random moments: the graph is that of an undisturbed run, and no reply in the ledger is bought again."""

import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from .worlds import open_workspace, picture

ROOT = Path(__file__).resolve().parent.parent
CHILD = """
import sys
from pathlib import Path
from personagraph.llm.scripted import ScriptedBackend
from tests.worlds import answer, expansion, import_seeds, open_workspace

store, ledger = open_workspace(Path(sys.argv[1]), *sys.argv[2:])
import_seeds(store, ledger)
with open(Path(sys.argv[1]) / "bought", "a") as log:
    def logged(request):
        print(request.key, file=log, flush=True)
        return answer(request)
    if not any(run.command == "expand" and run.status == "done" for run in ledger.runs.all()):
        expansion(store, ledger, ScriptedBackend(logged, delay=lambda request: 0.12), max_calls=100)
"""


def start(folder: Path, url: str | None = None) -> subprocess.Popen[bytes]:
    folder.mkdir(exist_ok=True)
    arguments = [str(folder)] if url is None else [str(folder), url]
    return subprocess.Popen([sys.executable, "-c", CHILD, *arguments], cwd=ROOT)


def test_killed_at_random_moments_the_graph_is_the_same_and_nothing_is_bought_twice(tmp_path, graph_url):
    assert start(tmp_path / "undisturbed").wait(timeout=60) == 0
    rng = random.Random(7)
    kills, rounds, shortest = (0, 10, 0.4) if graph_url is None else (0, 6, 1.2)
    for _ in range(rounds):
        child = start(tmp_path / "killed", graph_url)
        time.sleep(rng.uniform(shortest, shortest + 0.5))
        child.kill()
        kills += child.wait() != 0
    assert start(tmp_path / "killed", graph_url).wait(timeout=60) == 0
    assert kills >= rounds // 2
    one, _ = open_workspace(tmp_path / "undisturbed")
    other, ledger = open_workspace(tmp_path / "killed", graph_url)
    assert picture(one) == picture(other)
    again = Counter((tmp_path / "killed" / "bought").read_text().split())
    extra = sum(again.values()) - len(again)
    assert extra <= ledger.calls.uncertain("r2") <= 4 * kills, "only calls without a reply were sent again"
