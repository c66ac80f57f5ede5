"""Who may write, and the run that a writer carries out: the lock, a new run, or the unfinished one."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

from personagraph.dedup.index import THRESHOLD
from personagraph.errors import ConfigError, StoreError
from personagraph.ledger import Run
from personagraph.llm.backend import ChatBackend
from personagraph.stores.vectors import FOLDER
from personagraph.workspace.run_settings import ModelSettings, only_reads
from personagraph.workspace.stores import LEDGER, place_of, remember_place
from personagraph.workspace.trust import shown, text_of

if TYPE_CHECKING:
    from personagraph.dedup.rules import Deduplicator
    from personagraph.meaning.encoders.encoder import Encoder
    from personagraph.runs.growth import Finder
    from personagraph.workspace.settings import Settings
    from personagraph.workspace.workspace import Workspace

RULES = ("dedup", "dedup_threshold", "decider", "encoder")
"""The settings that say who is a duplicate."""
OPTIONS = {
    name: f"--{name.replace('_', '-')}"
    for name in (
        *("field", "map", "dedup", "seed", "policy", "hops", "sampler", "language", "prompts", "max_tokens"),
        *("aim", "candidates", "ground", "false_links", "link"),
    )
} | {"dedup_threshold": "--threshold", "n": "-n", "context": "--with"}
"""The option that a run's setting is typed as, where one says it all."""


@contextmanager
def writing(
    workspace: "Workspace",
    *,
    note: Callable[[str], None] = lambda text: None,
    stopping: Callable[[], bool] = lambda: False,
) -> Iterator[None]:
    """The workspace's writer lock; a store that goes away meanwhile is waited for, of which `note` hears.

    Raises ConfigError when another process writes, or nothing may be written: the ledger is behind its graph, or one
    of them cannot be written to; StoreError when the ledger, or a graph in a file, is damaged.
    """
    from personagraph.storage.damage.found_whole import whole
    from personagraph.storage.writer_lock import writer

    check_may_write(workspace)
    waiting = workspace.patience.lasting(workspace.settings.store_patience, note=note, stopping=stopping)
    files = _looked_at(workspace.folder, workspace.settings.store)
    with writer(workspace.folder), waiting, whole(workspace.folder / FOLDER, files):
        yield


def check_may_write(workspace: "Workspace") -> None:
    """Raises ConfigError when nothing may be bought or written."""
    from personagraph.storage.read_only import is_writable

    if workspace.behind:
        raise ConfigError(workspace.behind)
    for file in (workspace.folder / LEDGER, place_of(workspace.settings.store, workspace.folder)):
        if isinstance(file, Path) and not is_writable(file):
            raise ConfigError(
                f"{file} cannot be written to, so this workspace can only be read; check the permissions of the file"
                " and its folder, or copy the workspace to where it can be written"
            )


def refuse_damaged_files(folder: Path, store: str) -> None:
    """Nothing is bought or written into a file that is not whole: raises StoreError for one."""
    from personagraph.storage.damage.integrity import refuse_damaged

    for file, full in _looked_at(folder, store).items():
        refuse_damaged(file, full=full)


def _looked_at(folder: Path, store: str) -> dict[Path, bool]:
    """The databases of a workspace, and whether they must be looked at in full before anything is written.

    The ledger's indexes are compared with its tables, as they say what need not be bought again; the graph can be made
    again from the ledger, and its structure is looked at alone. That takes a tenth of the time that the graph takes to
    be read.
    """
    graph = place_of(store, folder)
    return {folder / LEDGER: True} | ({graph: False} if isinstance(graph, Path) else {})


@contextmanager
def running(
    workspace: "Workspace",
    command: str,
    settings: Mapping[str, Any],
    *,
    given: Mapping[str, Any] | None = None,
    note: Callable[[str], None] = lambda text: None,
    stopping: Callable[[], bool] = lambda: False,
) -> Iterator[Run]:
    """The lock, and a run without a model: a new one, or the unfinished one of the same command.

    `given` are the settings that the user named (all of them, unless given): an unfinished run must have them.
    Raises ConfigError when another process writes, or when another run must be finished or abandoned first.
    """
    with writing(workspace, note=note, stopping=stopping):
        unfinished = unfinished_beside(workspace, command)
        if unfinished:
            check_same(unfinished, command, settings if given is None else given, None)
            for text in rules_kept(unfinished, settings):
                note(text)
        with begun(workspace, unfinished, command, settings, {}, None) as run:
            yield run


@contextmanager
def begun(
    workspace: "Workspace",
    unfinished: Run | None,
    command: str,
    settings: Mapping[str, Any],
    limits: Mapping[str, Any],
    backend: ChatBackend | None,
) -> Iterator[Run]:
    """The unfinished run, set running with these limits, or a new one, which is abandoned when it never begins.

    The ledger remembers that the graph is written to the workspace's store from now on.
    """
    ledger = workspace.ledger
    remember_place(ledger, workspace.settings.store)
    if unfinished:
        yield ledger.runs.resume(unfinished.id, kept(unfinished, limits))
        return
    model, simulated = (backend.model, backend.simulated) if backend else ("", False)
    run = ledger.runs.start(command, settings, limits, model=model, simulated=simulated)
    try:
        yield run
    except BaseException:
        # What failed may be the ledger itself: the error that is told is the first.
        with suppress(StoreError):
            if ledger.runs.get(run.id).status == "running" and not ledger.steps.has_any(run.id):
                ledger.runs.end(run.id, "abandoned", "it never began")
        raise


def unfinished_beside(workspace: "Workspace", work: str) -> Run | None:
    """The unfinished run that goes on, or is given up, before one with this work begins: the one of the same kind.

    At most one run that grows the graph is unfinished, and at most one that only reads it, whichever was first.
    """
    reads = only_reads(work)
    return workspace.ledger.runs.unfinished(lambda run: only_reads(run.work) == reads)


def check_same(run: Run, command: str, given: Mapping[str, Any], backend: ChatBackend | None) -> None:
    """Raises ConfigError when an unfinished run is not what this command would do."""
    again = f"merges undo {run.settings['merge']}" if run.command == "undo" else run.command
    held = _held(run)
    other = {name: held.get(name) for name, value in given.items() if value is not None and held.get(name) != value}
    options = _options_of(other) if run.command == command else ""
    ways = f"finish it with `personagraph {again}{options}`, or give it up with `personagraph runs abandon {run.id}`"
    if run.command != command:
        raise ConfigError(f"run {run.id} ({run.command}) is unfinished; {ways}")
    if "input" in other:
        raise ConfigError(f"run {run.id} is unfinished and reads other input than this; {ways}")
    if other:
        said = " and ".join(f"{name} {value!r}" for name, value in other.items())
        raise ConfigError(f"run {run.id} is unfinished and has {said}; {ways}")
    if backend and backend.model != run.model:
        raise ConfigError(f"run {run.id} is unfinished and asks {run.model}, not {backend.model}; {ways}")


def rules_kept(run: Run, named: Mapping[str, Any]) -> Iterator[str]:
    """What is set otherwise than an unfinished run has it of the rules for duplicates; a sentence for each.

    `named` are the settings of a new run. The encoder is told of only where something decides by it in both.
    """
    held = _held(run)
    for name in RULES:
        mine, value = held.get(name), named.get(name)
        if value != mine and (name in named or name in run.settings) and (name != "encoder" or (mine and value)):
            yield kept_line(run, name, mine, value)


def kept_line(run: Run, name: str, mine: Any, value: Any) -> str:
    """That a setting has a value that holds for new runs alone, and what this run goes on with."""
    keeps = "no such setting" if mine in (None, "") else f"{name} {shown(text_of(mine), most=200)}"
    now = "not set" if value in (None, "") else f"{shown(text_of(value), most=200)} in the settings"
    return (
        f"{name} is {now}, which holds for new runs: {run.id} goes on with {keeps}, as it began;"
        f" `personagraph runs abandon {run.id}` gives it up, to begin anew"
    )


def _held(run: Run) -> dict[str, Any]:
    """The settings of a run; one that an older version began has what it decided by without saying so."""
    return {
        "language": "",
        "map": "",
        "dedup_threshold": float(THRESHOLD),
        "target": "uniform",
        "batch": False,
        **run.settings,
    }


def _options_of(held: Mapping[str, Any]) -> str:
    """The options that name what a run has, as they are typed behind its command; of what is set and has an option."""
    named = [(OPTIONS[name], value) for name, value in held.items() if name in OPTIONS and value not in (None, "")]
    return "".join(f" {option} {quote(shown(text_of(value)))}" for option, value in named)


def kept(run: Run, limits: Mapping[str, Any]) -> dict[str, Any]:
    """The limits of a resumed run: its own, unless others are given."""
    return {**run.limits, **{name: value for name, value in limits.items() if value is not None}}


def finder_of(workspace: "Workspace", run: Run) -> "Finder":
    """What finds duplicates by the rules that the run's settings name; it knows nobody yet.

    Raises ConfigError when an encoder that they name is missing, or only the ledger of the folder names it.
    """
    rules = ModelSettings.of(run.settings)
    known = by_words(rules)
    if not rules.decider:
        return known
    from personagraph.dedup.meaning import MeaningDeduplicator
    from personagraph.dedup.veto.veto import differs

    proposing, deciding = (
        _encoder(workspace, name, value) for name, value in (("encoder", rules.encoder), ("decider", rules.decider))
    )
    return MeaningDeduplicator(known, proposing, deciding, differs)


def by_words(rules: ModelSettings) -> "Deduplicator":
    """What finds duplicates by the words of descriptions; it knows nobody yet."""
    from personagraph.dedup.rules import METHODS, Deduplicator
    from personagraph.dedup.veto.veto import differs

    return Deduplicator(METHODS[rules.dedup].make(Fraction(str(rules.dedup_threshold))), differs)


def meaning_of(settings: "Settings") -> dict[str, str]:
    """What a new run is to decide by besides words: the encoders, by the names of the settings; empty without one.

    A run looks for who may be meant by the workspace's encoder, or, where somebody would be paid for it, by the one
    that comes with the package. Raises ConfigError for what only the folder's file names.
    """
    if settings.trusted("decider"):
        settings.trusted("encoder")
    return _meant(settings)


def rules_of(settings: "Settings") -> dict[str, Any]:
    """What new runs would find duplicates by, as far as the settings are in force."""
    return {"dedup": settings.dedup, "dedup_threshold": settings.dedup_threshold, **_meant(settings)}


def _meant(settings: "Settings") -> dict[str, str]:
    from personagraph.meaning.encoders import ENCODERS, kind_of

    if not settings.decider:
        return {}
    paid = kind_of(settings.encoder)[0].paid
    return {"decider": settings.decider, "encoder": next(iter(ENCODERS)) if paid else settings.encoder}


def _encoder(workspace: "Workspace", name: str, value: str | None) -> "Encoder":
    value = value or "static"
    if not workspace.settings.lets_use(name, value):
        raise ConfigError(
            f"the runs of this workspace name the {name} {shown(value)}, and you never did, so nothing was read by it;"
            f" set PERSONAGRAPH_{name.upper()} in the environment, or confirm it with `personagraph trust`"
        )
    return _loaded(value)


@lru_cache(maxsize=2)
def _loaded(name: str) -> "Encoder":
    from personagraph.meaning.encoders import encoder_named

    return encoder_named(name)
