"""An opened workspace: a folder with its settings, its ledger and its graph, and the names of all that it can do."""

from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from personagraph.ledger import Ledger
from personagraph.stores.graph_store import GraphStore
from personagraph.stores.neo4j.waiting import Patience
from personagraph.workspace import verbs
from personagraph.workspace.settings import Settings

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot


@dataclass(slots=True)
class Workspace:
    """What every verb works with. Use as a context manager, or call `close`; `open_workspace` makes one.

    Each verb is a function of `personagraph.workspace.verbs` whose first parameter is the workspace.
    """

    folder: Path
    settings: Settings
    ledger: Ledger
    store: GraphStore
    patience: Patience = field(default_factory=Patience)
    """How long the store is waited for."""
    whole: "tuple[list[int], Snapshot] | None" = None
    """The graph that was last read as a whole, with the applied numbers of the runs that it holds."""

    import_personas = verbs.import_personas
    import_graph = verbs.import_graph
    extract = verbs.extract
    expand = verbs.expand
    synthesize = verbs.synthesize
    preview = verbs.preview
    forecast = verbs.forecast

    resolve = verbs.resolve
    stats = verbs.stats
    components = verbs.components
    search = verbs.search
    show = verbs.show
    group = verbs.group
    neighbours = verbs.neighbours
    path = verbs.path
    paths = verbs.paths
    coverage = verbs.coverage
    sample = verbs.sample
    export = verbs.export
    to_networkx = verbs.to_networkx
    query = verbs.query

    runs = verbs.runs
    run_report = verbs.run_report
    rejected = verbs.rejected
    calls = verbs.calls
    call_totals = verbs.call_totals
    abandon = verbs.abandon
    dead_letters = verbs.dead_letters
    dead_letter = verbs.dead_letter
    export_dead_letters = verbs.export_dead_letters
    retry = verbs.retry
    merges = verbs.merges
    merge = verbs.merge
    undo_merge = verbs.undo_merge

    def close(self) -> None:
        """Close the ledger and the graph."""
        self.store.close()
        self.ledger.close()

    def __enter__(self) -> "Workspace":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
