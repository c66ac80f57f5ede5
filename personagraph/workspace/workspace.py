"""An opened workspace: a folder with its settings, its ledger and its graph, and the names of all that it can do."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from personagraph.ledger import Ledger
from personagraph.stores.graph_store import GraphStore
from personagraph.stores.neo4j.waiting import Patience
from personagraph.workspace.index import snapshot as _snapshot
from personagraph.workspace.settings import Settings
from personagraph.workspace.verbs import dead_letters as _dead_letters
from personagraph.workspace.verbs import expand as _expand
from personagraph.workspace.verbs import explore as _explore
from personagraph.workspace.verbs import export as _export
from personagraph.workspace.verbs import extract as _extract
from personagraph.workspace.verbs import forecast as _forecast
from personagraph.workspace.verbs import imports as _imports
from personagraph.workspace.verbs import merges as _merges
from personagraph.workspace.verbs import query as _query
from personagraph.workspace.verbs import runs as _runs
from personagraph.workspace.verbs import sample as _sample
from personagraph.workspace.verbs.annotation import annotate as _annotate
from personagraph.workspace.verbs.audits import audit as _audit
from personagraph.workspace.verbs.audits import compare as _compare
from personagraph.workspace.verbs.audits import failures as _failures
from personagraph.workspace.verbs.linking import link as _link
from personagraph.workspace.verbs.measures import metrics as _metrics
from personagraph.workspace.verbs.synthesis import samples as _samples
from personagraph.workspace.verbs.synthesis import synthesize as _synthesize

if TYPE_CHECKING:
    from personagraph.workspace.index.known import KnownGraph
    from personagraph.workspace.index.snapshot import Whole


@dataclass(slots=True, eq=False, weakref_slot=True)
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
    behind: str = ""
    """Why nothing may be bought or written, when the ledger lacks what the graph knows; reading goes on."""
    moving: str = ""
    """What to tell when the graph was last written elsewhere, and the store that is set holds all of it, too."""
    known: "KnownGraph | None" = None
    """What finds duplicates in the graph as the run that is carried out sees it."""
    note: Callable[[str], None] = lambda text: None
    """Hears what a person who waits should know, and no verb was given another way to tell."""
    whole: "Whole | None" = field(default=None, repr=False)
    """The graph that was last read as a whole."""

    import_personas = _imports.import_personas
    import_graph = _imports.import_graph
    extract = _extract.extract
    expand = _expand.expand
    link = _link.link
    annotate = _annotate.annotate
    check_labels = _annotate.check_labels
    synthesize = _synthesize.synthesize
    samples = _samples.samples
    preview = _forecast.preview
    forecast = _forecast.forecast

    snapshot = _snapshot.snapshot
    resolve = _explore.resolve
    stats = _explore.stats
    components = _explore.components
    search = _explore.search
    like = _explore.like
    show = _explore.show
    group = _explore.group
    neighbours = _explore.neighbours
    path = _explore.path
    paths = _explore.paths
    apart = _explore.apart
    coverage = _audit.coverage
    audit = _audit.audit
    report = _audit.report
    compare = _compare.compare
    failures = _failures.failures
    sample = _sample.sample
    export = _export.export
    to_networkx = _export.to_networkx
    metrics = _metrics.metrics
    query = _query.query

    runs = _runs.runs
    run_report = _runs.run_report
    rejected = _runs.rejected
    calls = _runs.calls
    call_totals = _runs.call_totals
    abandon = _runs.abandon
    dead_letters = _dead_letters.dead_letters
    dead_letter = _dead_letters.dead_letter
    export_dead_letters = _dead_letters.export_dead_letters
    retry = _dead_letters.retry
    merges = _merges.merges
    merge = _merges.merge
    matched = _merges.matched
    undo_merge = _merges.undo_merge
    freed = _merges.freed

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
