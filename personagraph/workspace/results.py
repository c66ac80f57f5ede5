"""What a run brought, as commands and methods report it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from personagraph.ledger import Ledger

if TYPE_CHECKING:
    from personagraph.annotation.agreement import Agreement
    from personagraph.synthesis.samples import Sample

OUTCOMES = ("new", "merged", "linked", "sample", "set_apart", "annotated", "rejected", "dead")


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run brought, over all its sessions. `faults` are (file, line, what is wrong) of input not used.

    `cost_usd` is all that is booked, `perhaps_billed_usd` the part of it for attempts that brought no reply.
    `last_failure` says why the last attempt failed at a request that has no reply, "" when all have one;
    `annotated` are those of whom something else is known since, `set_apart` samples that nobody can answer.
    """

    run: str
    command: str
    status: str
    reason: str
    calls: int
    new: int
    merged: int
    samples: int
    rejected: int
    dead_letters: int
    cost_usd: float
    uncertain: int = 0
    linked: int = 0
    perhaps_billed_usd: float = 0.0
    last_failure: str = ""
    faults: tuple[tuple[str, int, str], ...] = ()
    annotated: int = 0
    set_apart: int = 0


@dataclass(frozen=True, slots=True)
class WrittenSamples:
    """Samples of a run as they were written: the file or folder, what the manifest says, and the first of them."""

    output: Path
    manifest: Mapping[str, Any]
    first: "Sequence[Sample]"

    def to_json(self) -> dict[str, Any]:
        """The file or folder, and the manifest."""
        return {"file": str(self.output), "manifest": self.manifest}


@dataclass(frozen=True, slots=True)
class SynthesisResult:
    """What a synthesis brought: its run, and once that is done and made some, its samples as they were written."""

    run: RunResult
    written: WrittenSamples | None

    @property
    def file(self) -> Path | None:
        """The file or folder of samples."""
        return self.written.output if self.written else None

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What the manifest says; empty where nothing was written."""
        return self.written.manifest if self.written else {}

    def to_json(self) -> dict[str, Any]:
        """The file or folder and the manifest, beside the run's own."""
        return self.written.to_json() if self.written else {"file": None, "manifest": {}}


@dataclass(frozen=True, slots=True)
class LabelReport:
    """How annotators do on labels; `faults` are the rows about nobody, `unused` the columns that are no attribute."""

    agreement: "Agreement"
    faults: tuple[tuple[str, int, str], ...] = ()
    unused: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Shares with intervals, by annotator, attribute and language."""
        return {**self.agreement.to_json(), "about_nobody": len(self.faults), "unused_columns": list(self.unused)}


@dataclass(frozen=True, slots=True)
class AnnotationResult:
    """What an annotation brought: its run, and what is known of everybody since.

    `known` has by attribute how many have it known on each ground, and how many not. `statements` has of each model by
    attribute how many of its statements the words bear out, contradict, and say nothing of.
    """

    run: RunResult
    known: Mapping[str, Mapping[str, int]]
    statements: Mapping[str, Mapping[str, Mapping[str, int]]]
    labels: LabelReport | None = None
    """How annotators did on the labels that were given."""

    def to_json(self) -> dict[str, Any]:
        """What is known, beside the run's own."""
        labels = {"labels": self.labels.to_json()} if self.labels else {}
        return {"known": self.known, "statements": self.statements, **labels}


@dataclass(frozen=True, slots=True)
class LinkResult:
    """What a run of linking brought, beside what every run does.

    `calls` counts steps by what they asked, `links` those believed by their source, `types` what the model called those
    that it was asked about, the commonest first; `trial` has the figures of the model's trials. Of ends that were asked
    for what the other had asserted, `agreed` say the same, `another` something else, `denied` nothing. `components` and
    `within_six`, the share of pairs at most six hops apart, are those of the graph before the run and after it.
    """

    run: RunResult
    calls: Mapping[str, int]
    trial: Mapping[str, Any]
    links: Mapping[str, int]
    types: Mapping[str, int]
    declined: int
    agreed: int
    another: int
    denied: int
    components: tuple[int, int]
    within_six: tuple[float | None, float | None]

    def to_json(self) -> dict[str, Any]:
        """The figures, beside the run's own."""
        asked = {"agreed": self.agreed, "another": self.another, "denied": self.denied}
        found = {"calls_by_kind": self.calls, "trial": self.trial, "links": self.links, "types": self.types}
        graph = {"components": list(self.components), "within_six": list(self.within_six)}
        return {**found, "declined": self.declined, **asked, **graph}


def result_of(ledger: Ledger, run_id: str, faults: tuple[tuple[str, int, str], ...] = ()) -> RunResult:
    """What the ledger says of a run."""
    run, outcomes = ledger.runs.get(run_id), ledger.steps.outcomes(run_id)
    booked = ledger.accounts.booked(run_id)
    counts = {name: sum(n for (o, _), n in outcomes.items() if o == name) for name in OUTCOMES}
    return RunResult(
        run=run.id,
        command=run.command,
        status=run.status,
        reason=run.reason,
        calls=run.decided if run.model else 0,
        new=counts["new"],
        merged=counts["merged"],
        samples=counts["sample"],
        rejected=counts["rejected"],
        dead_letters=counts["dead"],
        cost_usd=booked.total,
        uncertain=ledger.calls.uncertain(run.id),
        linked=counts["linked"],
        perhaps_billed_usd=booked.perhaps_billed,
        last_failure=ledger.accounts.last_failure(run.id),
        faults=faults,
        annotated=counts["annotated"],
        set_apart=counts["set_apart"],
    )
