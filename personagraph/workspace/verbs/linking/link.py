"""The verb that ties personas who are there, and what it reports."""

from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Unpack

from personagraph.prompts.dialogue import ASKED
from personagraph.runs.growth import Link
from personagraph.workspace.jobs import carry_out
from personagraph.workspace.options import ModelOptions, strict_options
from personagraph.workspace.results import LinkResult, RunResult
from personagraph.workspace.verbs.linking.asked import link_job
from personagraph.workspace.verbs.linking.beginning import decided_steps, graph_before
from personagraph.workspace.verbs.linking.settled import trial_of

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot
    from personagraph.workspace.workspace import Workspace

EXACT, STARTS = 10_000, 256
"""Up to so many personas everyone is a start of the share within six hops; beyond, so many are drawn."""


@strict_options
def link(
    workspace: "Workspace",
    *,
    aim: str | None = None,
    candidates: int | None = None,
    mix: Mapping[str, float] | None = None,
    ground: float | None = None,
    false_links: float | None = None,
    **options: Unpack[ModelOptions],
) -> LinkResult:
    """Tie personas who are there: for each, up to `candidates` others (10) are judged, and asked about if they pass.

    The model is tried first, on ties of the graph, or on people whom it imagines, against random pairs. The bar lies
    where at most `false_links` (0.1) of the random pairs pass; one that cannot judge links by grounding alone: whoever
    is like somebody whom it imagines, by a cosine of `ground` or more, stands for that one. With `ground` that is done
    in any case. `aim` is one of `personagraph.linking.candidates.AIMS` and says whom to ask first, and about whom;
    `mix` has the share of each of their sources instead. Pairs that this model judged are not judged again. An
    unfinished run goes on, with its own settings unless given. Raises ConfigError where there is nothing to do.
    """
    own: dict[str, Any] = {"aim": aim, "candidates": candidates, "mix": mix, "ground": ground}
    job = partial(link_job, workspace, **own, false_links=false_links)
    return link_result(workspace, carry_out(workspace, job, options))


def link_result(workspace: "Workspace", done: RunResult) -> LinkResult:
    """What the ledger and the graph say of a run that links."""
    from personagraph.linking.pairs import TELL

    run = workspace.ledger.runs.get(done.run)
    calls, links, types, ends = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for step, verdicts in decided_steps(workspace.ledger, run):
        calls[step.fields[ASKED]] += 1
        for verdict in verdicts:
            if "turn" in step.context and verdict.outcome in ("linked", "declined"):
                ends[verdict.reason] += 1
            elif verdict.outcome == "linked" and (told := Link.of(verdict)):
                links[told.via] += 1
                types[told.type] += step.fields[ASKED] == TELL
            elif verdict.outcome == "declined":
                ends["declined"] += 1
    before, after = graph_before(workspace, run), workspace.snapshot()
    return LinkResult(
        run=done,
        calls=dict(calls),
        trial=trial_of(workspace, run).to_json(),
        links=dict(links),
        types={type: count for type, count in types.most_common() if count},
        declined=ends["declined"],
        agreed=ends["agreed"],
        another=ends["another"],
        denied=ends["denied"],
        components=(_components(before), _components(after)),
        within_six=(_within_six(before), _within_six(after)),
    )


def _components(graph: "Snapshot") -> int:
    from personagraph.graph.traversal import components

    return components(graph)


def _within_six(graph: "Snapshot") -> float | None:
    """The share of ordered pairs that are at most six hops apart; None of one persona."""
    from personagraph.graph.metrics import METRICS
    from personagraph.graph.metrics.metric import MetricOptions

    samples = None if len(graph) <= EXACT else STARTS
    found: float | None = METRICS["distances"].measure(graph, MetricOptions(samples=samples)).values["within_six"]
    return found
