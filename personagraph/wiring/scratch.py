"""Copies of a workspace to try something in: the graph, and of the ledger what decides which steps come next."""

from collections import Counter
from pathlib import Path

from personagraph.ledger import Ledger, Run
from personagraph.ledger.steps import Decided, Planned
from personagraph.protocols import GraphStore
from personagraph.stores.sqlite import SQLiteStore
from personagraph.types import Batch, Source, Step, Verdict
from personagraph.wiring.opened import LEDGER
from personagraph.wiring.storing import GRAPH


def copy_workspace(ledger: Ledger, store: GraphStore, folder: Path, run: Run | None) -> Run | None:
    """Make a scratch workspace in a folder that does what this one would do next; the copy of the unfinished run.

    It has the graph and whom earlier runs asked, but neither their calls nor what supports the relationships.
    """
    scratch = Ledger(folder / LEDGER)
    graph = SQLiteStore.open(folder / GRAPH, scratch.workspace)
    try:
        graph.write(_everything(store))
        with scratch.transaction():
            _copy_asked(ledger, scratch, before=run.id if run else "")
            for alias, persona in sorted(ledger.assertions.kept_apart()):
                scratch.assertions.keep_apart(alias, persona, "")
            if run is None:
                return None
            applied = store.applied(run.id)
            copied = _copy_run(ledger, scratch, run, applied)
        if applied:
            graph.write(Batch(copied.id, 0, applied))
        return copied
    finally:
        graph.close()
        scratch.close()


def _everything(store: GraphStore) -> Batch:
    """The whole graph. The personas are read last: another process may be letting more in meanwhile."""
    relationships, merges, links = tuple(store.scan_relationships()), tuple(store.merges()), store.source_links()
    sources: dict[str, Source] = {source.id: source for source, _ in links}
    return Batch(
        "graph",
        0,
        1,
        relationships=relationships,
        merges=merges,
        sources=tuple(sources.values()),
        source_links=tuple(link for _, link in links),
        personas=tuple(store.scan_personas()),
    )


def _copy_asked(ledger: Ledger, scratch: Ledger, *, before: str) -> None:
    """Whom earlier expansions asked: a policy may pass them over."""
    asked = sorted(ledger.steps.subjects("expand", before=before))
    run = scratch.runs.start("expand", {}, {})
    if asked:
        scratch.steps.plan(run.id, (Planned(Step(n, subject), "", "") for n, subject in enumerate(asked)))
        scratch.steps.decide(run.id, [Decided(len(asked) - 1, "", ())])
    scratch.runs.end(run.id, "abandoned")


def _copy_run(ledger: Ledger, scratch: Ledger, run: Run, applied: int) -> Run:
    """The unfinished run: of the verdicts that the graph holds only how many there are of each kind."""
    copied = scratch.runs.start(run.command, run.settings, run.limits, model=run.model, simulated=run.simulated)
    scratch.steps.plan(copied.id, ledger.steps.planned(run.id))
    left = list(ledger.steps.decided(run.id, first=applied, last=run.decided))
    if applied:
        outcomes = ledger.steps.outcomes(run.id)
        outcomes.subtract(Counter((v.outcome, v.reason) for decided in left for v in decided.verdicts))
        verdicts = (Verdict(n, outcome, reason) for n, (outcome, reason) in enumerate(outcomes.elements()))
        scratch.steps.decide(copied.id, [Decided(0, "", tuple(verdicts)), Decided(applied - 1, "", ())])
    scratch.steps.decide(copied.id, left)
    return scratch.runs.get(copied.id)
