"""What a run of linking began with: the graph as it was, the vectors of its people, and what was asked before."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from personagraph.ledger import Ledger, Run
from personagraph.prompts.dialogue import ASKED, GROW, Dialogue
from personagraph.types import Step, Verdict

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot
    from personagraph.linking.pairs import PairQueue
    from personagraph.linking.trial import PairTrial
    from personagraph.linking.turns import OtherEnds
    from personagraph.meaning.encoders.encoder import Encoder
    from personagraph.workspace.workspace import Workspace

DecidedStep = tuple[Step, Sequence[Verdict]]


def graph_before(workspace: "Workspace", run: Run) -> "Snapshot":
    """The graph as it was when the run began: without whom and what the run brought by now."""
    import numpy as np

    graph, applied = workspace.snapshot(), workspace.store.applied(run.id)
    if not applied:
        return graph
    entered = graph.runs.codes == (graph.runs.names.index(run.id) if run.id in graph.runs.names else -1)
    brought = workspace.ledger.assertions.brought(run.id, last=applied)
    return _without(graph, brought).part(np.flatnonzero(~entered))


def _without(graph: "Snapshot", brought: Sequence[tuple[str, str, str]]) -> "Snapshot":
    """The graph without these relationships: source, type, target; of several alike as many as are named."""
    import numpy as np

    if not brought:
        return graph
    ends = [graph.positions([one[place] for one in brought]) for place in (0, 2)]
    types = [graph.types.names.index(type) for _, type, _ in brought]
    gone = Counter(zip(ends[0].tolist(), types, ends[1].tolist(), strict=True))
    kept = np.ones(len(graph.sources), np.bool_)
    touched = np.flatnonzero(np.isin(graph.sources, ends[0]))
    for at in touched.tolist():
        row = (int(graph.sources[at]), int(graph.types.codes[at]), int(graph.targets[at]))
        if gone[row] > 0:
            gone[row] -= 1
            kept[at] = False
    return graph.with_only(kept)


def decided_steps(ledger: Ledger, run: Run, *, every: bool = False) -> Iterator[DecidedStep]:
    """The steps of linking that a run decided, in order, with their verdicts; or every step."""
    found = zip(ledger.steps.planned(run.id), ledger.steps.decided(run.id, first=0, last=run.decided), strict=False)
    return (
        (planned.step, decided.verdicts)
        for planned, decided in found
        if every or planned.step.fields.get(ASKED, GROW) != GROW
    )


def steps_before(ledger: Ledger, run: Run) -> Iterator[DecidedStep]:
    """The steps of linking that earlier runs with the same model decided, in order; of a run asked afresh none."""
    if run.settings.get("fresh") and run.command == run.work:  # every retry is fresh, and goes on from what was asked
        return
    for before in ledger.runs.all():
        is_linking = before.work == "link" or before.settings.get("link")
        if before.id != run.id and before.model == run.model and is_linking:
            yield from decided_steps(ledger, before)


def remember(
    steps: Iterator[DecidedStep], judge: str, trial: "PairTrial", pairs: "PairQueue | None", turns: "OtherEnds | None"
) -> None:
    """Tell the parts of a run what earlier ones asked; ratings count that were asked for with the prompt `judge`."""
    from personagraph.linking.pairs import TELL
    from personagraph.linking.trial import Rating
    from personagraph.linking.trying import hear

    for step, verdicts in steps:
        context, is_judged = step.context, step.prompt == judge
        for verdict in verdicts:
            if verdict.outcome == "tried" and is_judged:
                hear(trial, step.subject, verdict.detail)
            elif verdict.outcome == "judged" and is_judged and pairs is not None:
                rating = Rating(verdict.detail["odds"], verdict.detail["said"])
                turned = bool(context.get("turned"))
                pairs.rated_before(step.subject, context["other"], context["source"], rating, turned=turned)
            elif step.fields[ASKED] == TELL and verdict.outcome != "dead":
                if "turn" in context and turns is not None:
                    turns.asked_before(step.subject, context["turn"][0])
                elif "turn" not in context and pairs is not None:
                    pairs.told_before(step.subject, context["other"])


def linking_encoder() -> "Encoder":
    """What gives the vectors of texts: the encoder that comes with the package, the same on every machine."""
    from personagraph.meaning.encoders import encoder_named

    return encoder_named("static")


def judge_prompt(dialogue: Dialogue) -> str:
    """The name of the prompt with which pairs are rated."""
    return dialogue.prompt_of({})
