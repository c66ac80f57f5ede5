"""Goes on with a ledger that is behind its graph, or with a new one where it was lost, once somebody says so."""

from contextlib import closing, suppress
from pathlib import Path
from secrets import token_hex

from personagraph.errors import ConfigError
from personagraph.ledger import Ledger
from personagraph.storage.writer_lock import writer
from personagraph.stores import kind_of
from personagraph.stores.kind import StoreOptions
from personagraph.stores.sqlite.kind import GRAPH, missing
from personagraph.workspace.runs import refuse_damaged_files
from personagraph.workspace.settings import Settings, load_settings, write_settings
from personagraph.workspace.stores import LEDGER, open_store, opened_ledger, remember_place, store_password
from personagraph.workspace.trust import shown


def accept_loss(folder: str | Path, *, store: str | None = None) -> str:
    """Enter in a workspace's ledger what its graph knows beyond it, as lost; what that is, in words ("" for nothing).

    Until then nothing may be bought or written. A ledger that is not there, or is empty, is made anew for the graph.
    Raises ConfigError when there is no graph either, or another process writes, StoreError when one of them is damaged.
    """
    from personagraph.runs.lost import loss, take_over

    path = Path(folder)
    settings = load_settings(path, store=store)
    if not path.is_dir():
        raise ConfigError(f"{path} is no folder; name that of a workspace, or an empty one, for a ledger that was lost")
    url = settings.trusted("store")
    owner = _owner(path, settings, url) if missing(path / LEDGER) else None
    with writer(path):
        if owner:
            _make_ledger(path, settings, url, owner)
        with opened_ledger(path) as ledger, closing(open_store(url, path, settings, ledger)) as graph:
            refuse_damaged_files(path, url)
            lost = loss(ledger, graph.held())
            if lost:
                take_over(ledger, graph, lost)
                remember_place(ledger, url)
            return lost.told


def _owner(folder: Path, settings: Settings, url: str) -> str:
    """The workspace that the graph belongs to. Raises ConfigError when there is no graph."""

    def password() -> str:
        return store_password(settings, url)

    owner = kind_of(url).owner(StoreOptions(url, folder, "", password))
    if url != "sqlite" and not missing(folder / GRAPH):
        here = kind_of("sqlite").owner(StoreOptions("sqlite", folder, "", password))
        if here and here != owner:
            raise ConfigError(
                f"{folder / GRAPH} holds the graph of workspace {here}, and {settings.whence('store')} names"
                f" {shown(url)}, which holds {f'that of {owner}' if owner else 'no graph'}; move the file away, or go"
                " on with it: --store sqlite"
            )
    if owner is None:
        raise ConfigError(f"{folder} is no workspace; `personagraph init {folder}` makes it one")
    return owner


def _make_ledger(folder: Path, settings: Settings, url: str, owner: str) -> None:
    """Put an empty ledger of the workspace that the graph belongs to in its place, whole or not at all."""
    part = folder / f".{LEDGER}.part"
    for leftover in folder.glob(f"{part.name}*"):
        leftover.unlink()
    with closing(Ledger(part)) as ledger:
        ledger.adopt(owner)
    write_settings(folder, store=url)
    with suppress(ConfigError):  # where nothing can be kept, the next command says how the store is confirmed
        settings.keep("store", url)
    # What is left of the lost ledger is kept, and out of the way of SQLite, which would take it for the new one's.
    for leftover in folder.glob(f"{LEDGER}-*"):
        leftover.rename(leftover.with_name(f"lost-{token_hex(4)}-{leftover.name}"))
    part.replace(folder / LEDGER)
