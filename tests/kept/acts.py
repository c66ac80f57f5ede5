"""What is done with the kept workspace, by the version that made it and by every later one, and what it then tells."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from personagraph import Workspace
from tests.commands import environment
from tests.kept.world import backend

HERE = Path(__file__).parent
INPUTS = "inputs"
"""Where the inputs are, seen from HERE: commands that read them are run there, so that no address has a path in it."""
UNFINISHED, GRAPH = "r11", "graph.json"
"""The run that was interrupted, and the file that the graph is exported to."""

QUESTIONS = (
    "stats",
    "runs list",
    *(f"runs show r{n} --rejected 2" for n in (2, 3, 4, 7, 8, 9, 10, 11)),
    "calls --limit 1",
    "merges list",
    "merges list 'court clerk kenya'",
    "merges show r1.0.8",
    "dead-letters list",
    "dead-letters show r11.7",
    "coverage",
    "show 'beekeeper ghana'",
    "show 'Zoë boat'",
    "search 'market hall'",
    "search 'São Tomé'",
    "neighbours 'ferry pilot peru' --hops 2",
    "neighbours 'Zoë boat' --hops 3 --type WORKS_WITH --type RELATED_TO --directed",
    "path 'beekeeper ghana' 'court clerk kenya' --all",
    "path 'beekeeper ghana' 'court clerk kenya' --best 2",
    "path --from-cell activity=agriculture,region=east_asia --to-search 'chess post' --all",
    "path 'Farid boat' 'Zoë boat' --directed",
    "sample -n 9 --seed 5",
    "sample --sampler ego -n 5 --around 'ferry pilot peru' --hops 2",
)

AFTERWARDS = (
    "stats",
    "runs list",
    "runs show r11 --rejected 2",
    "calls --limit 1",
    "merges list",
    "dead-letters list",
    "show 'beekeeper ghana'",
    "path 'beekeeper ghana' 'court clerk kenya' --all",
    "sample --sampler ego -n 5 --around 'ferry pilot peru' --hops 2",
)
"""What is asked of it once the run has gone on."""

PASSING = {
    "started",
    "ended",
    "began",
    "at",
    "sent",
    "received",
    "latency",
    "pace",
    "changes",
    "workspace",
    "store",
    "file",
}
"""The names of what differs each time: when, how fast, where."""

MARK = re.compile(r"<(/?)[0-9a-f]{6}>")
"""What stands around untrusted text in a prompt; it comes from the workspace's secret."""

_ASK = """
import io, json, shlex, sys
from personagraph.cli import main
from contextlib import redirect_stdout
told = {}
for words in json.load(sys.stdin):
    sys.argv = ["personagraph", *shlex.split(words), "--json"]
    with redirect_stdout(io.StringIO()) as said:
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code or 0
    assert code == 0, words
    told[words] = json.loads(said.getvalue())
print(json.dumps(told))
"""


def told(folder: Path, store: Mapping[str, str], questions: Sequence[str] = AFTERWARDS) -> dict[str, Any]:
    """What the commands tell of the workspace in this folder, and its graph as node-link JSON; without what passes.

    `store` are the variables that name its store. One process runs them all: each has a start of its own otherwise.
    """
    file = folder / GRAPH
    done = subprocess.run(
        [sys.executable, "-c", _ASK],
        input=json.dumps([*questions, f"export --format json --output '{file}'"]),
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
        env=environment(folder, **store),
        cwd=HERE,
    )
    assert done.returncode == 0, done.stderr
    answers: dict[str, Any] = json.loads(done.stdout)
    graph = json.loads(file.read_text(encoding="utf-8"))
    for path in folder.glob("graph.json*"):
        path.unlink()
    return {**{question: lasting(answers[question]) for question in questions}, "graph": lasting(graph)}


def lasting(answer: Any) -> Any:
    """The answer without what passes, with sums of money to a hundredth of a millionth: replies come in any order.

    So it has no single calls either, the newest first; the keys of those that support a relationship stay.
    """
    if isinstance(answer, dict):
        return {name: lasting(value) for name, value in answer.items() if name not in PASSING}
    if isinstance(answer, list):
        return [lasting(item) for item in answer if not (isinstance(item, dict) and {"key", "attempts"} <= item.keys())]
    if isinstance(answer, str):
        return MARK.sub(r"<\1mark>", answer)
    return round(answer, 8) if isinstance(answer, float) else answer


def grow(workspace: Workspace, model: Any = None) -> list[str]:
    """The runs that a replay does again, after the import of the seeds; the names of the two files of samples."""
    options: dict[str, Any] = {"backend": model or backend(), "concurrency": 4}
    workspace.extract([f"{INPUTS}/texts"], calls_per_text=2, **options)
    workspace.expand(max_calls=12, **options)
    samples = [workspace.folder / "instruction.jsonl", workspace.folder / "again.jsonl"]
    workspace.synthesize("instruction", n=6, checks=[], output=samples[0], **options)
    ego = {"sampler": "ego", "around": "ferry pilot peru", "hops": 2, "context": "persona"}
    workspace.synthesize("instruction", n=3, seed=7, checks=[], output=samples[1], **ego, **options)
    return [file.name for file in samples]


def finish(workspace: Workspace) -> tuple[list[str], str]:
    """Let the interrupted run end, and draw samples from the end; the keys that were asked, and the samples."""
    model, file = backend(), workspace.folder / "samples.jsonl"
    assert workspace.expand(backend=model).run == UNFINISHED
    asked = sorted(set(model.requests))
    workspace.synthesize("instruction", n=4, seed=3, checks=[], output=file, backend=model)
    return asked, file.read_text(encoding="utf-8")


def take_back(workspace: Workspace) -> None:
    """Undo the newest merge by likeness, and ask the newest dead letter again."""
    alike = [merge.key for merge in workspace.merges() if merge.method == "jaccard"]
    workspace.undo_merge(alike[-1])
    letter = workspace.dead_letters()[0].key
    workspace.retry([letter], backend=backend(willing=True))


def variables(url: str | None, password: str) -> dict[str, str]:
    """The variables that name a store: that of the workspace for None."""
    return {"PERSONAGRAPH_STORE": url, "PERSONAGRAPH_STORE_PASSWORD": password} if url else {}
