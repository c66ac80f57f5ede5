"""Makes a workspace from a backup."""

import json
import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from personagraph.errors import ConfigError
from personagraph.progress import Progress
from personagraph.stores.sqlite.kind import GRAPH
from personagraph.workspace.settings import FILE, load_settings, store_fault, write_settings
from personagraph.workspace.stores import LEDGER, store_at
from personagraph.workspace.upkeep.backup import (
    FORMAT,
    MANIFEST,
    NEEDED,
    Backup,
    check_pair,
    is_plain,
    is_within,
    measured,
    teller,
)
from personagraph.workspace.upkeep.filling import filled


def restore_workspace(
    backup: str | Path,
    folder: str | Path,
    *,
    store: str | None = None,
    stopping: Callable[[], bool] = lambda: False,
    progress: Progress = lambda tick: None,
) -> Backup:
    """Make the folder the workspace that a backup holds, its graph in SQLite, or copied to the empty store at a URL.

    The files must be those that the manifest names, whole, and of one workspace. Raises ConfigError when they are not,
    or when there is a workspace in the folder; KeyboardInterrupt when it is stopped, and nothing is left then, but what
    a server took, with which the same call goes on.
    """
    source, path, url = Path(backup), Path(folder), store or "sqlite"
    if fault := store_fault(url):
        raise ConfigError(f"--store: {fault}")
    found = read_manifest(source)
    if is_within(path, source):
        raise ConfigError(f"{path} is in the backup; name another folder with --workspace")
    tell = teller(progress, stopping)
    with _made(path) as part:
        for name, expected in found.files.items():
            _take(source / name, part / name, expected, tell)
        if (whose := check_pair(part, full=True)) != found.workspace:
            raise ConfigError(f"{source} is of workspace {whose}, and its manifest says {found.workspace}")
        if url != "sqlite":
            _project(part / GRAPH, url, path, found.workspace, tell)
        place_graph(part, url)
    return found


def read_manifest(folder: Path) -> Backup:
    """What the backup in a folder says of itself. Raises ConfigError when there is none, or it is not complete."""
    file = folder / MANIFEST
    if not is_plain(file):
        raise ConfigError(f"{folder} is no backup, or not a whole one: it has no {MANIFEST}; name another")
    try:
        held = json.loads(file.read_text(encoding="utf-8"))
        if held.pop("personagraph backup") != FORMAT:
            raise ConfigError(f"{folder} was made by a newer personagraph: install that, and restore it again")
        found = Backup(**held)
        names = set(found.files)
        known = names <= {*NEEDED, FILE} and all(
            isinstance(one["bytes"], int) and isinstance(one["sha256"], str) for one in found.files.values()
        )
    except (ValueError, TypeError, KeyError, AttributeError, OSError) as error:
        raise ConfigError(f"{file} cannot be read; this backup is damaged: take another") from error
    if not known or not names >= set(NEEDED):
        raise ConfigError(f"{file} does not name the files of a backup; this one is damaged: take another")
    return found


def _project(graph: Path, url: str, path: Path, workspace: str, tell: Callable[[int, int], None]) -> None:
    """Copy the graph of a backup to a server, and take its file away."""
    from personagraph.ledger import Ledger
    from personagraph.stores.copy import copy
    from personagraph.stores.sqlite.store import SQLiteStore

    with ExitStack() as opened:
        with closing(Ledger(graph.with_name(LEDGER))) as ledger:
            runs = [run.id for run in ledger.runs.all()]
        held = opened.enter_context(closing(SQLiteStore.open(graph, workspace)))
        target = opened.enter_context(closing(store_at(url, path, load_settings(path, store=url), workspace)))
        copy(held, target, runs, workspace=workspace, progress=tell)
    graph.unlink()


def _take(source: Path, target: Path, expected: Mapping[str, Any], tell: Callable[[int, int], None]) -> None:
    """Copy a file of a backup, and hold the copy to what the manifest says of it."""
    if not is_plain(source):
        raise ConfigError(f"{source} is not there, or is no regular file; take another backup")
    try:
        read, total = source.open("rb"), source.stat().st_size
    except OSError as error:
        raise ConfigError(f"{source} cannot be read ({error.strerror}); check its permissions") from error
    with read, open(target, "xb", opener=partial(os.open, mode=0o600)) as written:
        while block := read.read(1 << 22):
            written.write(block)
            tell(written.tell(), total)
    if measured(target) != dict(expected):
        raise ConfigError(f"{source} is not what it was when the backup was made; take another backup")


@contextmanager
def _made(path: Path) -> Iterator[Path]:
    """A folder whose files make `path` a workspace when the block ends well.

    Raises ConfigError when there is a workspace, or a part of one.
    """
    from personagraph.storage.new_folders import new_folder

    if os.path.lexists(path):
        with filled(path) as part:
            yield part
    else:
        with new_folder(path) as part:
            yield part


def place_graph(part: Path, url: str) -> None:
    """The settings of the backup, or new ones, with the graph in this store."""
    file = part / FILE
    if not file.exists():
        write_settings(part, store=url)
        return
    text = file.read_text(encoding="utf-8")
    named = f'store = "{url}"'
    text, found = re.subn(r"^[ \t]*store[ \t]*=[^\n]*", lambda _: named, text, count=1, flags=re.MULTILINE)
    text = text if found else f"{named}\n{text}"
    with suppress(tomllib.TOMLDecodeError):
        if tomllib.loads(text).get("store") == url:
            file.write_text(text, encoding="utf-8")
            return
    raise ConfigError(f"{FILE} of the backup cannot be made to say {named}; mend it, and restore again")
