"""The ways to a workspace: make one, or open one."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from personagraph.errors import ConfigError
from personagraph.ledger import Ledger
from personagraph.stores.neo4j.waiting import Patience
from personagraph.stores.sqlite.kind import GRAPH
from personagraph.workspace.settings import FILE, Settings, load_settings, settings_file, write_settings
from personagraph.workspace.stores import LEDGER, behind, check_ledger, check_not_lost, moving, open_store
from personagraph.workspace.workspace import Workspace


def open_workspace(folder: str | Path, *, store: str | None = None, **settings: Any) -> Workspace:
    """Open a workspace; `settings` go before the environment and files, and hold whatever the workspace's file says.

    Raises ConfigError when the folder is none, or only its file names the store and the user did not confirm that, and
    StoreError when its graph cannot be opened.
    """
    path = Path(folder)
    check_ledger(path)
    return opened(path, load_settings(path, store=store, **settings))


def init_workspace(
    folder: str | Path, *, store: str | None = None, note: Callable[[str], None] = lambda text: None
) -> Workspace:
    """Make a folder a workspace, or open the one that it is; `store` is written into its settings, and so confirmed.

    `note` is told when that cannot be kept.
    """
    path = Path(folder)
    found = path.exists()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be made a workspace ({error.strerror}); name another folder") from error
    settings, before = load_settings(path, store=store), _files(path)
    check_not_lost(path)
    if store is not None and (recorded := settings_file(path).get("store", store)) != store:
        raise ConfigError(f"{path / FILE} says that the graph is in {recorded}, not in {store}")
    with ExitStack() as undo:
        undo.callback(_remove_new, path, before, found=found)
        workspace = undo.enter_context(opened(path, settings))
        write_settings(path, store=settings.store)
        undo.pop_all()
    if workspace.moving:
        note(workspace.moving)
    try:
        if settings_file(path).get("store") == settings.store:
            settings.keep("store", settings.store)
    except ConfigError as error:
        note(f"from now on, name the store with --store: {error}")
    return workspace


def opened(folder: Path, settings: Settings) -> Workspace:
    """The workspace in a folder, with its ledger and its graph, which are made when they are not there."""
    url = settings.trusted("store")
    ledger, patience = Ledger(folder / LEDGER), Patience()
    with ExitStack() as undo:
        undo.callback(ledger.close)
        store = open_store(url, folder, settings, ledger, patience)
        undo.callback(store.close)
        workspace = Workspace(folder, settings, ledger, store, patience, behind=behind(ledger, store, folder))
        workspace.moving = moving(url, folder, settings, ledger)
        undo.pop_all()
    return workspace


def _files(folder: Path) -> set[Path]:
    """The files of a workspace that are in the folder."""
    return {file for name in (FILE, LEDGER, GRAPH) for file in folder.glob(f"{name}*")}


def _remove_new(folder: Path, before: set[Path], *, found: bool) -> None:
    """Leave a folder as it was before it could not be made a workspace."""
    for file in _files(folder) - before:
        file.unlink()
    if not found:
        folder.rmdir()
