"""What came with each persona, by the ledger: what was stated of it, and the descriptions that were merged into it."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from personagraph.ledger import Ledger, Run
from personagraph.ledger.losses import LOST
from personagraph.ledger.merges import MERGED, TAKEN_BACK
from personagraph.steering.evidence import Statements, weigh
from personagraph.types import Attributes, Verdict
from personagraph.vocabulary.attributes import bases_of

PAGE = 1_000
"""Steps whose verdicts are in memory at once."""


class Arrived(NamedTuple):
    """What came with a description of a persona; of the persona's own the `description` is empty.

    `exact` says that `stated` is no model's word, with the `grounds` that an export told; else it is the `model`'s.
    """

    description: str
    stated: Attributes
    exact: bool
    model: str
    grounds: Attributes = Attributes()


@dataclass(slots=True)
class Arrivals:
    """`of` has by persona all that came with it, in order; who came with nothing but a description is not in it.

    `statements` tell of each model how what it stated fares against the words, as they are read now. `runs` are those
    of which the ledger has all.
    """

    of: dict[str, list[Arrived]] = field(default_factory=dict)
    statements: dict[str, Statements] = field(default_factory=lambda: defaultdict(Statements))
    runs: set[str] = field(default_factory=set)

    def believes(self, model: str, name: str) -> bool:
        """Whether a statement of the model counts of which the words say nothing."""
        return model in self.statements and self.statements[model].believes(name)


def arrivals(ledger: Ledger, progress: Callable[[int], None] = lambda verdicts: None) -> Arrivals:
    """All that came with whom the ledger's runs brought; it is walked once, and every statement of a model is weighed.

    What was lost, and taken over from the graph, is left out: there is no telling what of it was stated. `progress`
    hears how many verdicts told of something.
    """
    found, runs, looked = Arrivals(), {run.id: run for run in ledger.runs.all()}, 0
    for run in runs.values():
        if run.status == LOST or run.work == "annotate":
            continue
        found.runs.add(run.id)
        for verdict in _verdicts(ledger, run):
            looked += 1
            if verdict.outcome in TAKEN_BACK:
                _part(found.of, verdict)
            _enter(found, verdict, runs.get(_run_of(verdict, run.id), run))
            if looked % PAGE == 0:
                progress(looked)
    return found


def _verdicts(ledger: Ledger, run: Run) -> Iterator[Verdict]:
    """The verdicts of a run that tell of more than a description that came alone."""
    for first in range(0, run.decided, PAGE):
        yield from ledger.steps.telling(run.id, first=first, last=min(first + PAGE, run.decided))


def _run_of(verdict: Verdict, run: str) -> str:
    """The run that brought the description: of one whose merge was taken back, that of the merge."""
    merges = verdict.detail.get("merges") or () if verdict.outcome in TAKEN_BACK else ()
    return next((key.partition(".")[0] for key in merges), run)


def _part(of: dict[str, list[Arrived]], verdict: Verdict) -> None:
    """Take what came with a description from whom it was merged into."""
    before, description = verdict.detail["from"], verdict.detail["description"]
    left = [one for one in of.pop(before, ()) if one.description != description]
    if left:
        of[before] = left


def _enter(found: Arrivals, verdict: Verdict, run: Run) -> None:
    detail = verdict.detail
    stated = Attributes(**detail["stated"]) if detail["stated"] else _NOTHING
    exact = _is_exact(detail, run)
    # The statement that came with a merge was counted when that was made, and is the same one when it is taken back.
    if detail["stated"] and not exact and verdict.outcome not in TAKEN_BACK:
        found.statements[run.model].add(weigh(detail["description"], stated).claims)
    merged = verdict.outcome in MERGED and bool(detail["alias"])
    if merged or detail["stated"]:
        described = detail["description"] if merged else ""
        told = Attributes(**detail["grounds"]) if "grounds" in detail else _NOTHING
        found.of.setdefault(verdict.persona, []).append(Arrived(described, stated, exact, run.model, told))


def _is_exact(detail: Mapping[str, object], run: Run) -> bool:
    """Whether a column said it, or what the description was composed from; of older verdicts, the prompt tells."""
    if "grounds" in detail:
        return True
    if "bases" in detail:
        return "field" in bases_of(str(detail["bases"])).known().values()
    return detail["origin"] == "import" or run.settings.get("prompts") == "small"


_NOTHING = Attributes()
