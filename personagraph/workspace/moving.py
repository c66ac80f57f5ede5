"""The verbs that move whole graphs: networks that exist come in, and the graph goes to another store."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from personagraph.errors import ConfigError, InputError
from personagraph.progress import Progress, Tick
from personagraph.workspace.opened import Opened, opened_ledger
from personagraph.workspace.pacing import found_line
from personagraph.workspace.results import RunResult, result_of
from personagraph.workspace.settings import load_settings, store_fault
from personagraph.workspace.storing import are_one, open_store, place_of, store_at

if TYPE_CHECKING:
    from personagraph.stores.copy import Contents


class ImportedGraph(NamedTuple):
    """What an import of a network brought; `self_loops` and `repeated` edges are counted, and not stored.

    `unread` counts, by attribute, the values that are in no vocabulary of ours.
    """

    run: RunResult
    self_loops: int
    repeated: int
    unread: dict[str, int]


class Moving(Opened):
    """The moving verbs of a workspace."""

    def import_graph(
        self,
        paths: Sequence[str | Path],
        *,
        nodes: str | Path | None = None,
        mapping: str | Path | None = None,
        directed: bool | None = None,
        strict: bool = False,
        stopping: Callable[[], bool] = lambda: False,
        progress: Progress = lambda tick: None,
        note: Callable[[str], None] = lambda text: None,
    ) -> ImportedGraph:
        """Let a network in: its nodes as seeds, its edges as relationships, as a mapping file (TOML) says.

        `paths` are edge lists, adjacency lists, GraphML, node-link JSON, GML or GEXF; `nodes` a table of nodes. Raises
        InputError for files that cannot be used, for two nodes with one description, and, if `strict`, for one bad row.
        """
        from personagraph.importing.networks.mapping import NetworkMapping, read_mapping
        from personagraph.importing.networks.reading import Network
        from personagraph.importing.networks.work import ImportingGraph, SameText
        from personagraph.runs.growth import Growth
        from personagraph.runs.session import Session

        mapped = read_mapping(Path(mapping)) if mapping else NetworkMapping()
        network = Network(
            [Path(path) for path in paths], mapped, nodes=Path(nodes) if nodes else None, directed=directed
        )
        given = {"input": network.digest()}
        survey = network.survey()
        if strict and survey.faults:
            path, line, fault = survey.faults[0]
            raise InputError(f"{fault} (and {len(survey.faults) - 1} more rows cannot be used)", path, line)
        settings = {**given, "network": network.name, "files": [Path(path).name for path in paths]}
        with self._run("import-graph", settings, {}, given=given, note=note, stopping=stopping) as run:
            growth = Growth(SameText(), set(), simulated=False)
            growth.load(self.store.scan_personas(), self.store.scan_relationships(), ())
            work = ImportingGraph(survey, lambda: network.ties(survey), growth, run=run.id)
            session = Session(work, run, ledger=self.ledger, store=self.store, stopping=stopping, progress=progress)
            if session.found:
                note(found_line(run, session.found))
            session.carry_out()
        outcomes = self.ledger.steps.outcomes(run.id)
        return ImportedGraph(
            result_of(self.ledger, run.id, tuple(survey.faults)),
            outcomes["rejected", "self"],
            outcomes["rejected", "repeated"],
            survey.unread,
        )


def copy_store(
    folder: str | Path,
    to: str,
    *,
    source: str | None = None,
    store: str | None = None,
    stopping: Callable[[], bool] = lambda: False,
    progress: Progress = lambda tick: None,
) -> "Contents | None":
    """Copy a workspace's whole graph to an empty store, and check that both hold the same; None when it was stopped.

    `to` and `source` (by default the workspace's store, which may be lost otherwise) are `sqlite`, `sqlite:FILE` or a
    Neo4j URL. The same call goes on with a copy that was interrupted. The workspace keeps its store. Raises ConfigError
    when both are one, or the source lacks what the ledger says, StoreError when the target is filled or the copy is
    not the same.
    """
    from personagraph.storage.writer_lock import writer
    from personagraph.stores.copy import copy

    path = Path(folder)
    settings = load_settings(path, store=store)
    origin = source or settings.store
    for option, url in (("to", to), ("from", origin)):
        if not url.startswith("sqlite:") and (fault := store_fault(url)):
            raise ConfigError(f"--{option}: {fault}; a file is named as sqlite:FILE")
    if are_one(place_of(origin, path), place_of(to, path)):
        raise ConfigError(f"{to} is where the graph is; --to names another store")
    target = {"store_password": settings.target_password, "store_password_file": settings.target_password_file}
    theirs = settings.model_copy(update=target if settings.has("target_password") else {})
    with opened_ledger(path) as ledger, writer(path), ExitStack() as opened:
        named = "--from" if source else "--store, --from or PERSONAGRAPH_STORE"
        one = opened.enter_context(closing(open_store(origin, path, settings, ledger, new=False, named=named)))
        other = opened.enter_context(closing(store_at(to, path, theirs, ledger.workspace)))
        return copy(
            one,
            other,
            [run.id for run in ledger.runs.all()],
            workspace=ledger.workspace,
            stopping=stopping,
            progress=lambda done, total: progress(Tick(done, total, 0, {})),
        )
