"""What finds duplicates among all that a graph has: opened from its index, and brought up to date by the ledger."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from personagraph.errors import ConfigError
from personagraph.ledger.losses import LOST
from personagraph.ledger.merges import TAKEN_BACK
from personagraph.stores.vectors import FOLDER
from personagraph.workspace.run_settings import ModelSettings
from personagraph.workspace.runs import by_words, finder_of

if TYPE_CHECKING:
    from personagraph.dedup.rules import Deduplicator
    from personagraph.graph.snapshot import Snapshot
    from personagraph.ledger import Run
    from personagraph.runs.growth import Finder, Growth
    from personagraph.steering.evidence import Statements
    from personagraph.stores.graph_store import GraphStore
    from personagraph.types import Merge
    from personagraph.workspace.workspace import Workspace

FEWEST = 2_000
"""Personas of whom an index is kept: fewer are read in no time."""
READ = 1_000
"""Descriptions that are remembered of those read from the store: an ego is asked about with several, one by one."""
MOST_READ = 10_000
"""Descriptions that are read again by each command, at most, before what was read of them is kept, too."""


@dataclass(frozen=True, slots=True)
class KnownGraph:
    """A finder that knows the graph, by which rules it decides, and how many personas the index on disk has."""

    finder: "Deduplicator"
    rules: Mapping[str, Any]
    kept: int


class GraphFinder:
    """Knows every description of a graph, which it opens when the first one is looked for or added.

    Until then who is asked for is read from the store: what a command would ask next takes no index.
    """

    def __init__(self, known: "Callable[[], Deduplicator]", store: "GraphStore") -> None:
        self._open, self._store = known, store
        self._read = lru_cache(READ)(self._read_now)

    @cached_property
    def _known(self) -> "Deduplicator":
        return self._open()

    def prepare(self, descriptions: Sequence[str]) -> None:
        """Read descriptions together."""
        self._known.prepare(descriptions)

    def add(self, id: str, description: str) -> None:
        """Enter a description of the persona."""
        self._known.add(id, description)

    def find(self, description: str, *, apart: Callable[[str], bool]) -> tuple[str, str, float] | None:
        """The persona that this description is."""
        return self._known.find(description, apart=apart)

    def decided(self, rows: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, float] | None]:
        """Find and enter descriptions one after another."""
        return self._known.decided(rows)

    def description(self, id: str) -> str:
        """How a persona is described."""
        if "_known" in self.__dict__:
            return self._known.description(id)
        return self._read(id)

    def _read_now(self, id: str) -> str:
        return self._store.personas([id])[0].description


def check_place(folder: Path) -> None:
    """Raises ConfigError when an index in the folder of a workspace is a link, or no file of its own.

    That is better told before anything is bought than once the index is opened.
    """
    from personagraph.dedup.kept import FILE
    from personagraph.storage.atomic_files import check_folder
    from personagraph.storage.workspace_files import look

    try:
        check_folder(folder / FOLDER)
        look(folder / FOLDER / FILE)
    except ConfigError as error:
        # What cannot be looked into is as if it were not there.
        if not isinstance(error.__cause__, OSError):
            raise


def growth_of(workspace: "Workspace", run: "Run") -> "Growth":
    """The graph in memory, as the store holds it, with the duplicate rules that the run's settings name.

    It begins with the arrays of the graph, and the index of its descriptions; without these it walks the whole graph.
    Raises ConfigError when one of them is a link.
    """
    from personagraph.runs.growth import Growth

    check_place(workspace.folder)
    store, graph, rules = workspace.store, workspace.snapshot(), ModelSettings.of(run.settings)
    workspace.known = None
    finder: Finder
    if rules.decider:
        finder = _meaning(workspace, run)
    else:
        finder = GraphFinder(lambda: _words_of(workspace, graph, rules), store)
    apart, fared = workspace.ledger.assertions.kept_apart(), _fared(workspace, run)
    return Growth(finder, apart, graph, simulated=run.simulated, statements=fared)


def _fared(workspace: "Workspace", run: "Run") -> "Statements":
    """How what the run's model stated fared, in the steps that the graph holds.

    What is asked again is weighed by what became of the model's statements in the runs that asked it before, too: a
    dead letter would have been.
    """
    from personagraph.runs.retrying import COMMAND
    from personagraph.steering.evidence import Statements

    found, ledger, told = Statements(), workspace.ledger, {run.id: workspace.store.applied(run.id)}
    if run.command == COMMAND:
        before = (one for one in ledger.runs.all() if (one.model, one.work) == (run.model, run.work))
        told = {one.id: one.decided for one in before} | told
    for id, last in told.items():
        for claims, times in ledger.steps.claims(id, last=last) if last else ():
            found.add(claims, times)
    return found


def finder_without(workspace: "Workspace", run: "Run", graph: "Snapshot", gone: "Sequence[Merge]") -> "Finder":
    """What finds duplicates in the graph by the rules that the run's settings name, as if some merges were not there.

    By words, it begins with the index of descriptions; with a decider, it walks the whole graph.
    """
    store, rules, keys = workspace.store, ModelSettings.of(run.settings), {merge.key for merge in gone}
    if rules.decider:
        return _meaning(workspace, run, keys)
    known = _words_of(workspace, graph, rules)
    # Nothing can be kept of what was removed from.
    workspace.known = None
    for merge in gone:
        known.remove(merge.persona, merge.description)
    for other in (other for alias in {merge.alias for merge in gone} for other in store.merges(alias=alias)):
        if other.key not in keys:
            known.add(other.persona, other.description)
    return known


def _words_of(workspace: "Workspace", graph: "Snapshot", rules: ModelSettings) -> "Deduplicator":
    """What knows the whole graph by words."""
    named = {"dedup": rules.dedup, "dedup_threshold": rules.dedup_threshold}
    return known_of(workspace, graph, named, lambda: by_words(rules))


def _meaning(workspace: "Workspace", run: "Run", without: Collection[str] = ()) -> "Finder":
    """What knows the whole graph by words and by meaning, without the merges of these keys."""
    finder = finder_of(workspace, run)
    _read_all(workspace, finder, without)
    return finder


def _read_all(workspace: "Workspace", finder: "Finder", without: Collection[str] = ()) -> None:
    """Walk the store, and have the finder know everyone in it, with all merges but those of these keys."""
    from personagraph.runs.growth import know

    merges = (merge for merge in workspace.store.merges() if merge.key not in without)
    know(finder, workspace.store.scan_personas(), merges, workspace.ledger.merges.followed())


def known_of(
    workspace: "Workspace", graph: "Snapshot", rules: Mapping[str, Any], make: "Callable[[], Deduplicator]"
) -> "Deduplicator":
    """One that knows every description of the graph, in the order in which they came, as if all were read just now.

    `make` gives one for these rules that knows nobody. What the index has is not read again; it is kept when enough has
    come since, and made anew when it is missing, damaged, of other rules or another version, or when anything was taken
    back since.
    """
    found = _opened(workspace, graph, rules, make)
    if found is None:
        if len(graph) >= MOST_READ:
            workspace.note(f"reading {len(graph):,} descriptions; an index of them is kept for the next command")
        finder = make()
        _read_all(workspace, finder)
        found = KnownGraph(finder, rules, 0)
    workspace.known = _kept(workspace, found, graph.applied or workspace.store.held().applied, len(graph))
    return found.finder


def keep_known(workspace: "Workspace", status: str) -> None:
    """Keep what finds duplicates, when a run has ended as `status` says, and all that it decided is written.

    Only that of a run which is done: one that was stopped may know of rows that it read ahead, and nobody let in.
    """
    known, workspace.known = workspace.known, None
    if known is None or status != "done":
        return
    size = workspace.store.size()
    if _is_due(known, size) and (ids := known.finder.ids()) is not None and len(ids) == size:
        _kept(workspace, known, workspace.store.held().applied, size)


def _is_due(known: KnownGraph, count: int) -> bool:
    """Whether so much has come since a finder was kept that it is to be kept again, with so many personas."""
    return count >= FEWEST and count - known.kept >= min(MOST_READ, max(count // 8, 1))


def _kept(workspace: "Workspace", known: KnownGraph, applied: Mapping[str, int], count: int) -> KnownGraph:
    """Keep a finder that knows a graph of so many personas, if enough has come since it was kept; how it stands then.

    `applied` are the steps of each run that this graph holds. Where it cannot be written, the next command reads again.
    """
    from personagraph.dedup.kept import keep

    if not _is_due(known, count):
        return known
    try:
        note = {"rules": dict(known.rules), "applied": dict(applied), "word": workspace.ledger.word(applied)}
        keep(workspace.folder / FOLDER, known.finder, note)
    except ConfigError as error:
        if not isinstance(error.__cause__, OSError):
            raise
        return known
    return KnownGraph(known.finder, known.rules, count)


def _opened(
    workspace: "Workspace", graph: "Snapshot", rules: Mapping[str, Any], make: "Callable[[], Deduplicator]"
) -> KnownGraph | None:
    """What the index has, brought up to date; None when it cannot be."""
    from personagraph.dedup.kept import kept
    from personagraph.runs.growth import add_all

    found = kept(workspace.folder / FOLDER, make) if len(graph) >= FEWEST else None
    if found is None or found[1].get("rules") != dict(rules):
        return None
    finder, note = found
    since = _since(workspace, note, graph)
    if since is None:
        return None
    # Made of all that is known, which takes a while: once where nothing came since.
    before = finder.ids() if since else None
    add_all(finder, since)
    ids = finder.ids()
    if ids is None or len(ids) != len(graph) or (ids != graph.ids).any():
        return None
    return KnownGraph(finder, rules, len(ids if before is None else before))


def _since(workspace: "Workspace", note: Mapping[str, Any], graph: "Snapshot") -> list[tuple[str, str]] | None:
    """The descriptions that came into the graph since, by persona, in order; None when anything was taken back, or the
    note is of another ledger, or none of ours.
    """
    applied, before, word = graph.applied or workspace.store.held().applied, note.get("applied"), note.get("word")
    if not isinstance(before, dict) or not all(type(steps) is int and steps >= 0 for steps in before.values()):
        return None
    if any(applied.get(run, 0) < steps for run, steps in before.items()):
        return None
    if not isinstance(word, str) or word != workspace.ledger.word(before, like=word):
        return None
    runs = workspace.ledger.runs.all()
    changed = {run for run, steps in applied.items() if steps != before.get(run, 0)}
    if changed - {run.id for run in runs if run.status != LOST}:
        return None
    found: list[tuple[str, str]] = []
    for run in runs:
        if run.id in changed:
            for each in _described(workspace, run.id, before.get(run.id, 0), applied[run.id]):
                if each is None:
                    return None
                found.append(each)
    return found


def _described(workspace: "Workspace", run: str, first: int, last: int) -> Iterator[tuple[str, str] | None]:
    """What some steps of a run brought; None for what was taken back."""
    for _, _, verdicts in workspace.ledger.steps.decided(run, first=first, last=last):
        for verdict in verdicts:
            if verdict.outcome in TAKEN_BACK:
                yield None
            elif verdict.outcome == "new" or (verdict.outcome == "merged" and verdict.detail.get("alias")):
                yield verdict.persona, verdict.detail["description"]
