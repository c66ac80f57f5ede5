"""A workspace with all its verbs, and the ways to one."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from personagraph.errors import ConfigError
from personagraph.types import ChatRequest
from personagraph.workspace.accounting import Accounting
from personagraph.workspace.browsing import Browsing
from personagraph.workspace.drawing import Drawing
from personagraph.workspace.forecasting import WORK, Forecasting
from personagraph.workspace.jobs import Job, ModelOptions
from personagraph.workspace.keeping import Keeping
from personagraph.workspace.moving import Moving
from personagraph.workspace.opened import LEDGER, check_known
from personagraph.workspace.retrying import Retrying
from personagraph.workspace.settings import FILE, load_settings, write_settings
from personagraph.workspace.storing import GRAPH

if TYPE_CHECKING:
    from personagraph.runs.forecast import Forecast


class Workspace(Retrying, Forecasting, Browsing, Drawing, Moving, Accounting, Keeping):
    """A folder with a ledger and a graph. Use as a context manager, or call `close`."""

    def preview(self, n: int, verb: str, /, *arguments: Any, **options: Any) -> list[ChatRequest]:
        """The next `n` calls that a verb (extract, expand, synthesize, retry) would make with these arguments.

        Rendered; fewer when later ones depend on replies; nothing is sent or kept. Raises ConfigError as the verb does.
        """
        job, shared = self._job(verb, arguments, options)
        return self._preview(n, job, shared)

    def forecast(self, verb: str, /, *arguments: Any, **options: Any) -> "Forecast":
        """What a verb (extract, expand, synthesize) would take and bring with these arguments, or what is left of it.

        By the work that is known, the prompts, and the last replies in this workspace: no model is asked, no key is
        needed, and nothing is kept. Raises ConfigError as the verb does.
        """
        check_known("verb", verb, WORK)
        job, shared = self._job(verb, arguments, options)
        return self._forecast(job, shared)

    def _job(self, verb: str, arguments: Sequence[Any], options: Mapping[str, Any]) -> tuple[Job, ModelOptions]:
        jobs: dict[str, Callable[..., Job]] = {
            "extract": self._extract_job,
            "expand": self._expand_job,
            "synthesize": self._synthesize_job,
            "retry": self._retry_job,
        }
        check_known("verb", verb, jobs)
        shared: Any = {name: value for name, value in options.items() if name in ModelOptions.__annotations__}
        own = {name: value for name, value in options.items() if name not in shared}
        return jobs[verb](*arguments, **own), shared

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
    settings, before = load_settings(path, store=store), _files(path)
    if (path / FILE).exists() and (recorded := load_settings(path).store) != settings.store:
        raise ConfigError(f"{path / FILE} says that the graph is in {recorded}, not in {settings.store}")
    with ExitStack() as undo:
        undo.callback(_remove_new, path, before, found=found)
        workspace = undo.enter_context(Workspace(path, settings))
        write_settings(path, store=settings.store)
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


def open_workspace(folder: str | Path, *, store: str | None = None, **settings: str | int | None) -> Workspace:
    """Open a workspace; `settings` go before the environment and the workspace's file.

    Raises ConfigError when the folder is none, and StoreError when its graph cannot be opened.
    """
    path = Path(folder)
    if not (path / LEDGER).is_file():
        raise ConfigError(f"{path} is no workspace; `personagraph init {path}` makes it one")
    return Workspace(path, load_settings(path, store=store, **settings))
