"""Makes a workspace from a backup."""

import json
import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from personagraph.errors import ConfigError, UsageError
from personagraph.ledger import Ledger
from personagraph.progress import Progress
from personagraph.storage.plain_files import open_regular, read_plain
from personagraph.stores.sqlite.kind import GRAPH
from personagraph.workspace.settings import FILE, load_settings, store_fault, write_settings
from personagraph.workspace.stores import LEDGER, remember_place, store_at
from personagraph.workspace.upkeep.backup import (
    FORMAT,
    MANIFEST,
    NEEDED,
    Backup,
    check_pair,
    is_within,
    measured,
    tell_more,
    teller,
)
from personagraph.workspace.upkeep.filling import filled

_STORE = re.compile(r"""^[ \t]*(?:store|"store"|'store')[ \t]*=[^\n]*""", re.MULTILINE)
_LONGEST = 1000
"""Letters of a word in a manifest."""
_TRIES = 8
"""So many lines that look as if they named the store are tried; the rest of a file can hold texts of any kind."""


def restore_workspace(
    backup: str | Path,
    folder: str | Path,
    *,
    store: str | None = None,
    stopping: Callable[[], bool] = lambda: False,
    progress: Progress = lambda tick: None,
    note: Callable[[str], None] = lambda text: None,
) -> Backup:
    """Make the folder the workspace that a backup holds, its graph in SQLite, or copied to the empty store at a URL.

    The files must be those that the manifest names, whole, and of one workspace. Raises ConfigError when they are not,
    or when there is a workspace in the folder; KeyboardInterrupt when it is stopped, and nothing is left then, but what
    a server took, with which the same call goes on. `note` is told when the settings had to be made anew, or the store
    cannot be kept as confirmed.
    """
    source, path, url = Path(backup), Path(folder), store or "sqlite"
    if fault := store_fault(url):
        raise UsageError(f"--store: {fault}")
    found = read_manifest(source)
    if is_within(path, source):
        raise ConfigError(f"{path} is in the backup; name another folder with --workspace")
    tell = teller(progress, stopping)
    with _made(path) as part:
        done, total = 0, sum(int(expected["bytes"]) for expected in found.files.values())
        for name, expected in found.files.items():
            _take(source / name, part / name, expected, partial(tell_more, tell, done, total))
            done += int(expected["bytes"])
        if (whose := check_pair(part, full=True)) != found.workspace:
            raise ConfigError(f"{source} is of workspace {whose}, and its manifest says {found.workspace}")
        with closing(Ledger(part / LEDGER)) as ledger:
            remember_place(ledger, url)
        if url != "sqlite":
            _project(part / GRAPH, url, path, found.workspace, tell)
        try:
            place_graph(part, url)
        except ConfigError as error:
            (part / FILE).unlink()
            write_settings(part, store=url)
            note(f"{error}; the new one has the defaults, and the old one is in {source}")
    try:
        load_settings(path, store=url).keep("store", url)
    except ConfigError as error:
        note(f"from now on, name the store with --store: {error}")
    return found


def read_manifest(folder: Path) -> Backup:
    """What the backup in a folder says of itself. Raises ConfigError when there is none, or it is not complete."""
    file = folder / MANIFEST
    try:
        held = json.loads(read_plain(file, linked=False))
        if held.pop("personagraph backup") != FORMAT:
            raise ConfigError(f"{folder} was made by a newer personagraph: install that, and restore it again")
        found = Backup(**held)
        whole = _is_whole(found)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ConfigError(f"{folder} is no backup, or not a whole one: it has no {MANIFEST}; name another") from error
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}; mend that, or take another backup") from error
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ConfigError(f"{file} cannot be read; this backup is damaged: take another") from error
    if not whole:
        raise ConfigError(f"{file} does not say what a backup holds; this one is damaged: take another")
    return found


def _is_whole(found: Backup) -> bool:
    """Whether each part of a manifest is what it should be; raises what Python raises where there is no such part."""
    words = (found.made, found.version, found.workspace, found.store, *found.counts)
    numbers = (*found.counts.values(), *(one["bytes"] for one in found.files.values()))
    return (
        all(isinstance(word, str) and word.isprintable() and len(word) <= _LONGEST for word in words)
        and all(type(number) is int and 0 <= number < 1 << 63 for number in numbers)
        and all({*one} == {"bytes", "sha256"} and isinstance(one["sha256"], str) for one in found.files.values())
        and {*NEEDED} <= {*found.files} <= {*NEEDED, FILE}
    )


def _project(graph: Path, url: str, path: Path, workspace: str, tell: Callable[[int, int], None]) -> None:
    """Copy the graph of a backup to a server, and take its file away."""
    from personagraph.runs.projection import bring_up_to_date
    from personagraph.stores.copy import copy
    from personagraph.stores.sqlite.store import SQLiteStore

    with ExitStack() as opened:
        held = opened.enter_context(closing(SQLiteStore.open(graph, workspace)))
        with closing(Ledger(graph.with_name(LEDGER))) as ledger:
            bring_up_to_date(ledger, held)
            runs = [run.id for run in ledger.runs.all()]
        target = opened.enter_context(closing(store_at(url, path, load_settings(path, store=url), workspace)))
        copy(held, target, runs, workspace=workspace, progress=tell)
    graph.unlink()


def _take(source: Path, target: Path, expected: Mapping[str, Any], tell: Callable[[int, int], None]) -> None:
    """Copy a file of a backup, and hold the copy to what the manifest says of it."""
    try:
        # By another name it may be part of another backup: it is only read.
        read = os.fdopen(open_regular(source, linked=False), "rb")
    except OSError as error:
        raise ConfigError(f"{source} cannot be read: {error.strerror}; mend that, or take another backup") from error
    with read, open(target, "xb", opener=partial(os.open, mode=0o600)) as written:
        total = os.fstat(read.fileno()).st_size
        if total != expected["bytes"]:
            raise ConfigError(f"{source} is not what it was when the backup was made; take another backup")
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
    """The settings of the backup, or new ones, with the graph in this store.

    Raises ConfigError when the file cannot be made to say so, with all else as it was.
    """
    file = part / FILE
    if not file.exists():
        write_settings(part, store=url)
        return
    try:
        text = read_plain(file, linked=False).decode("utf-8")
        said = tomllib.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigError(f"{FILE} of the backup cannot be read") from error
    named = f'store = "{url}"'
    lines = [match.span() for match in islice(_STORE.finditer(text), _TRIES)]
    for changed in [f"{text[:start]}{named}{text[end:]}" for start, end in lines] + [f"{named}\n{text}"]:
        with suppress(tomllib.TOMLDecodeError):
            if tomllib.loads(changed) == {**said, "store": url}:
                file.write_text(changed, encoding="utf-8")
                return
    raise ConfigError(f"{FILE} of the backup cannot be made to say {named}")
