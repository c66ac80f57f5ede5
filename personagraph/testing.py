"""For tests of your own pipeline: scripted and recorded models, workspaces that go away, and recordings to keep.

A regression test of a pipeline records a run once, with the real model, and replays it ever after: offline, for
nothing, and to the same graph and the same files, byte for byte.

    from pathlib import Path

    from personagraph.testing import RecordedBackend, record, temporary_workspace

    HERE = Path(__file__).parent
    RECORDING = HERE / "pipeline.jsonl"


    def pipeline(workspace, backend):
        workspace.extract([HERE / "texts"], backend=backend)
        workspace.expand(max_calls=40, backend=backend)
        return workspace.synthesize("math", n=10, output=workspace.folder / "math.jsonl", backend=backend)


    def test_the_pipeline_gives_the_samples_that_it_gave():
        with temporary_workspace() as workspace:
            made = pipeline(workspace, RecordedBackend.of(RECORDING))
            assert made.run.samples == 10
            assert made.manifest["checks"] == {"computed": 10}


    def make_the_recording(backend):  # by hand, whenever the pipeline asks otherwise
        with temporary_workspace() as workspace:
            pipeline(workspace, backend)
            record(workspace.folder, RECORDING)

When the pipeline asks anything that was not recorded, the replay fails, and says which call is missing and why. Where
no recording is wanted, `ScriptedBackend` answers from a function.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from personagraph.errors import ConfigError
from personagraph.llm.recorded import RecordedBackend
from personagraph.llm.recording import of_ledger, write
from personagraph.llm.scripted import ScriptedBackend

if TYPE_CHECKING:
    from personagraph.workspace import Workspace

__all__ = ["RecordedBackend", "ScriptedBackend", "record", "temporary_workspace"]


@contextmanager
def temporary_workspace(seeds: Iterable[str] = (), **settings: Any) -> Iterator["Workspace"]:
    """A new workspace in a folder of its own, with its graph in SQLite; all of it is removed at the end.

    `seeds` are descriptions that are imported first, as run r1. `settings` are those of personagraph.toml; the
    environment is not read, so that a test does the same on every machine. Raises ConfigError for a setting that is
    wrong, InputError for a seed that cannot be used.
    """
    from personagraph.workspace.open import opened
    from personagraph.workspace.settings import fixed_settings

    with TemporaryDirectory(prefix="personagraph-") as name, opened(Path(name), fixed_settings(**settings)) as made:
        rows = "".join(json.dumps({"persona": seed}) + "\n" for seed in seeds)
        if rows:
            file = made.folder / "seeds.jsonl"
            file.write_text(rows, encoding="utf-8")
            made.import_personas(file, strict=True)
        yield made


def record(workspace: str | Path, file: str | Path) -> int:
    """Copy every reply of a workspace (its folder) into a file that `RecordedBackend.of` reads; how many there are.

    The file is JSONL in order of run and step, a line a call, for people to read and compare: what was asked, tokens,
    and the reply. The same runs give the same bytes, also when they are recorded from a replay. It holds what the model
    said, and no settings, keys, prices or times. Raises ConfigError when the folder is no workspace, has no replies,
    or the file cannot be written.
    """
    from personagraph.ledger import Ledger
    from personagraph.storage.workspace_files import look
    from personagraph.workspace.stores import LEDGER

    path = Path(workspace) / LEDGER
    if not look(path):
        raise ConfigError(f"{workspace} is no workspace: there is no {LEDGER} in it")
    ledger = Ledger(path)
    try:
        recordings = of_ledger(ledger)
    finally:
        ledger.close()
    if not recordings:
        raise ConfigError(f"{workspace} holds no reply of a model: run something with one first")
    write(recordings, Path(file))
    return sum(len(recording.calls) for recording in recordings)
