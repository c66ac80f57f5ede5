"""A workspace with all its verbs, and the ways to one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from personagraph.errors import ConfigError
from personagraph.settings import FILE, load_settings, write_settings
from personagraph.types import ChatRequest
from personagraph.wiring.accounting import Accounting
from personagraph.wiring.asking import Job, ModelOptions
from personagraph.wiring.browsing import Browsing
from personagraph.wiring.drawing import Drawing
from personagraph.wiring.moving import Moving
from personagraph.wiring.opened import LEDGER, check_known
from personagraph.wiring.retrying import Retrying


class Workspace(Retrying, Browsing, Drawing, Moving, Accounting):
    """A folder with a ledger and a graph. Use as a context manager, or call `close`."""

    def preview(self, n: int, verb: str, *arguments: Any, **options: Any) -> list[ChatRequest]:
        """The next `n` calls that a verb (extract, expand, synthesize, retry) would make with these arguments.

        Rendered; fewer when later ones depend on replies; nothing is sent or kept. Raises ConfigError as the verb does.
        """
        jobs: dict[str, Callable[..., Job]] = {
            "extract": self._extract_job,
            "expand": self._expand_job,
            "synthesize": self._synthesize_job,
            "retry": self._retry_job,
        }
        check_known("verb", verb, jobs)
        shared: Any = {name: options.pop(name) for name in ModelOptions.__annotations__ if name in options}
        return self._preview(n, jobs[verb](*arguments, **options), shared)

    def __enter__(self) -> "Workspace":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def init_workspace(folder: str | Path, *, store: str | None = None) -> Workspace:
    """Make a folder a workspace, or open the one that it is; `store` is written into its settings."""
    path = Path(folder)
    found = path.exists()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be made a workspace ({error.strerror}); name another folder") from error
    settings, made = load_settings(path, store=store), not (path / LEDGER).exists()
    if (path / FILE).exists() and (recorded := load_settings(path).store) != settings.store:
        raise ConfigError(f"{path / FILE} says that the graph is in {recorded}, not in {settings.store}")
    try:
        workspace = Workspace(path, settings)
    except BaseException:
        if made:
            for file in path.glob(f"{LEDGER}*"):
                file.unlink()
        if not found:
            path.rmdir()
        raise
    write_settings(path, store=settings.store)
    return workspace


def open_workspace(folder: str | Path, *, store: str | None = None, **settings: str | int | None) -> Workspace:
    """Open a workspace; `settings` go before the environment and the workspace's file.

    Raises ConfigError when the folder is none, and StoreError when its graph cannot be opened.
    """
    path = Path(folder)
    if not (path / LEDGER).is_file():
        raise ConfigError(f"{path} is no workspace; `personagraph init {path}` makes it one")
    return Workspace(path, load_settings(path, store=store, **settings))
