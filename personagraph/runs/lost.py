"""What a graph holds and its ledger has lost: found, told, and taken over into the ledger from the graph.

A ledger loses its latest part when its -wal file is deleted, or an old copy is put in its place. The replies of that
part are gone. What the graph tells of it is entered in steps below number 0, so that the graph is again what the
assertions of the ledger add up to, whoever entered it is known, and a merge that was taken back stays so.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from personagraph.ledger import Ledger
from personagraph.ledger.assertions import project
from personagraph.ledger.merges import Merged
from personagraph.ledger.runs import RUN
from personagraph.ledger.steps import Decided, Planned
from personagraph.runs.growth import known_detail
from personagraph.runs.outbox import assertions
from personagraph.runs.projection import projection
from personagraph.stores.graph_store import GraphStore, Held
from personagraph.types import Assertion, Attributes, Mark, Persona, Relationship, SourceLink, Step, Verdict
from personagraph.vocabulary.linked import ASKED, BOTH, DENIED
from personagraph.vocabulary.relationships import relationship_key

TAKEN_OVER = -1
"""The step that personas and assertions are entered in; merges that were taken back have those below it."""


_TOLD = ("description", "origin", "nature", "stated", "simulated")


@dataclass(frozen=True, slots=True)
class Loss:
    """What the graph knows and the ledger does not. `steps` has the lost ones of each run: the first, and the end.

    `mark` is how far the ledger once was, `attempts` how many sent attempts of that it lacks.
    """

    steps: Mapping[str, tuple[int, int]]
    mark: Mark
    attempts: int

    def __bool__(self) -> bool:
        return bool(self.steps or self.attempts)

    @property
    def told(self) -> str:
        """What is lost, in words."""
        parts = [_told(run, *steps) for run, steps in self.steps.items()]
        if self.attempts:
            parts.append(f"{self.attempts} call{'s' * (self.attempts != 1)} that had been sent")
        return ", ".join(parts)


def loss(ledger: Ledger, held: Held) -> Loss:
    """What the ledger lacks of what the graph held; ask the graph first, as a run writes to the ledger first."""
    known = {run.id: run.decided for run in ledger.runs.all()}
    applied = {run: n for run, n in held.applied.items() if is_run(run)}
    steps = {run: (known.get(run, 0), n) for run, n in applied.items() if n > known.get(run, 0)}
    mark, latest = held.mark, ledger.mark
    if mark.runs > latest.runs:
        steps.setdefault(f"r{mark.runs}", (0, applied.get(f"r{mark.runs}", 0)))
    ordered = dict(sorted(steps.items(), key=lambda entry: int(entry[0][1:])))
    return Loss(ordered, mark, max(0, mark.attempts - latest.attempts))


def is_run(id: str) -> bool:
    """Whether this is the id of a run of a ledger; the batches of copies have others."""
    return bool(RUN.fullmatch(id))


def take_over(ledger: Ledger, store: GraphStore, lost: Loss) -> None:
    """Enter in the ledger that this is lost, and what the graph tells of it; all or nothing."""
    personas = list(store.scan_personas())
    with ledger.transaction():
        for run, (_, decided) in lost.steps.items():
            theirs = [p for p in personas if p.run == run]
            asked = any(p.origin in ("text", "persona") for p in theirs)
            ledger.losses.run(
                run,
                decided=decided,
                reason=f"the graph holds {_told(run, *lost.steps[run])}, and the ledger lost that",
                model="unknown" if asked else "",
                simulated=any(p.simulated for p in theirs),
            )
        ledger.losses.attempts(lost.mark.attempts)
        if lost.steps:
            *_, last = lost.steps
            # What the graph went past may have been finished by then: which of the lost runs only read is not known.
            while unfinished := ledger.runs.unfinished():
                ledger.abandon(unfinished.id, applied=store.applied(unfinished.id))
            _undo(ledger, store, last, {p.id: p for p in personas})
            _enter(ledger, lost, personas, last)
            _seed(ledger, personas, last)
            _know(ledger, personas, last)
            taken = chain(_unsaid(ledger, store.scan_relationships()), _unlinked(ledger, store))
            ledger.assertions.enter(_assertion(last, item, *row) for item, row in enumerate(taken))


def _told(run: str, first: int, end: int) -> str:
    if not first:
        return f"run {run}" + (f" ({end} step{'s' * (end != 1)})" if end else "")
    return f"step{'s' * (end - first > 1)} {first + 1}{f' to {end}' * (end - first > 1)} of run {run}"


def _undo(ledger: Ledger, store: GraphStore, run: str, personas: Mapping[str, Persona]) -> None:
    """Enter that merges were taken back: those of which the graph has nothing, and the description elsewhere."""
    held, standing = {merge.key: merge for merge in store.merges()}, ledger.merges.standing()
    groups, known = dict[tuple[str, str], list[Merged]](), {merge.key for merge in standing}
    elsewhere = {merge.alias: merge for merge in held.values() if merge.key not in known}
    for merge in standing:
        if merge.key not in held and (merge.alias in personas or merge.alias in elsewhere):
            groups.setdefault((merge.alias, merge.persona), []).append(merge)
    for n, ((alias, persona), merges) in enumerate(groups.items(), 1):
        step = Step(TAKEN_OVER - n, subject=merges[0].key, context={"merges": [merge.key for merge in merges]})
        moved = {"from": persona, "moved": [one._asdict() for one in ledger.assertions.of_alias(alias, persona)]}
        if alias in personas:
            verdict = Verdict(0, "undone", "", alias, {**_detail(personas[alias]), **moved})
        else:
            into, told = elsewhere[alias], {name: merges[0].detail[name] for name in _TOLD}
            detail = {**told, **moved, "alias": alias, "score": into.score}
            verdict = Verdict(0, "moved", into.method, into.persona, detail)
        ledger.steps.plan(run, [Planned(step, "", "")])
        ledger.steps.enter(run, [Decided(step.n, "", (verdict,))])
        ledger.assertions.enter(now for _, now in assertions(run, step, "", verdict))
        ledger.assertions.keep_apart(alias, persona, run)


def _enter(ledger: Ledger, lost: Loss, personas: Iterable[Persona], last: str) -> None:
    """Enter who came with the lost steps, each with the run that the graph names."""
    came: dict[str, list[Verdict]] = {run: [] for run in lost.steps}
    entered = ledger.losses.personas()
    for p in (p for p in personas if p.id not in entered):
        verdicts = came[p.run if p.run in came else last]
        verdicts.append(Verdict(len(verdicts), "new", "", p.id, {**_detail(p), "link": {}}))
    for run, verdicts in came.items():
        ledger.steps.enter(run, [Decided(TAKEN_OVER, "", tuple(verdicts))])


def _seed(ledger: Ledger, personas: Sequence[Persona], last: str) -> None:
    """Enter that those are seeds who are without a known reason: a text or a row was merged into them."""
    seeds = ledger.steps.seeds()
    unknown = (p for p in personas if p.depth == 0 and p.id not in seeds)
    detail = {"origin": "import", "alias": ""}
    # Behind those who entered in the same step.
    numbered = enumerate(unknown, len(personas))
    verdicts = [Verdict(item, "merged", "", p.id, {**_detail(p), **detail}) for item, p in numbered]
    ledger.steps.enter(last, [Decided(TAKEN_OVER, "", tuple(verdicts))])


def _know(ledger: Ledger, personas: Sequence[Persona], last: str) -> None:
    """Enter what is known of whom otherwise than the ledger tells: a step that it lost annotated them."""
    said = projection(ledger).personas
    others = (p for p in personas if p.id in said and _known(said[p.id]) != _known(p))
    # Behind those who entered in the same step, and the seeds.
    numbered = enumerate(others, 2 * len(personas))
    verdicts = [Verdict(item, "annotated", "", p.id, known_detail(*_known(p))) for item, p in numbered]
    ledger.steps.enter(last, [Decided(TAKEN_OVER, "", tuple(verdicts))])


def _known(p: Persona) -> tuple[Attributes, Attributes]:
    return p.attributes, p.bases


def _detail(p: Persona) -> dict[str, object]:
    """What a verdict keeps of a persona."""
    told = {"description": p.description, "origin": p.origin, "nature": p.nature, "stated": p.attributes.known()}
    more = {"fields": p.fields} if p.fields else {}
    return {**told, **known_detail(p.attributes, p.bases), "simulated": p.simulated, "entry": p.entry, **more}


def _unsaid(ledger: Ledger, held: Iterable[Relationship]) -> Iterator[tuple[str, str, Relationship | SourceLink]]:
    """What the graph says of relationships beyond the ledger's assertions: call, ego, relationship."""
    said: dict[str, list[Assertion]] = {}
    for one in ledger.assertions.all():
        said.setdefault(one.key, []).append(one)
    for r in held:
        known = said.get(r.key, [])
        unknown = list(_beyond(known, r))
        if not unknown and project(known)[0] != [r]:
            unknown = [("", r.source, r)]
        yield from unknown


def _beyond(known: Sequence[Assertion], r: Relationship) -> Iterator[tuple[str, str, Relationship | SourceLink]]:
    """The same of one relationship, of which these are known: its calls, that it is there at all, its other end."""
    unknown = [call for call in r.calls if call not in {one.call for one in known}]
    egos = {one.ego for one in known if one.via != DENIED}
    if not unknown and not egos:
        unknown = [""]
    yield from ((call, r.source, r) for call in unknown)
    egos |= {r.source} if unknown else set()
    if r.agreement == DENIED and not any(one.via == DENIED for one in known):
        yield "", r.target, replace(r, via=DENIED)
    elif r.agreement == BOTH and len(egos) == 1:
        yield "", r.source if r.target in egos else r.target, replace(r, via=r.via or ASKED)


def _unlinked(ledger: Ledger, store: GraphStore) -> Iterator[tuple[str, str, Relationship | SourceLink]]:
    """The same of links to sources."""
    said = {(one.key, one.call) for one in ledger.assertions.all()}
    for _, link in store.source_links():
        key = relationship_key(link.source, link.type, link.persona)
        yield from ((call, link.source, link) for call in link.calls or ("",) if (key, call) not in said)


def _assertion(run: str, item: int, call: str, ego: str, held: Relationship | SourceLink) -> Assertion:
    """The assertion that something in the graph stands for; the run that really made it is not known."""
    if isinstance(held, SourceLink):
        key = relationship_key(held.source, held.type, held.persona)
        ends = (held.persona, "", key, held.source, held.persona, held.type)
        return Assertion(run, TAKEN_OVER, item, call, ego, *ends)
    r = held
    ends = (r.target, "", r.key, r.source, r.target, r.type)
    return Assertion(run, TAKEN_OVER, item, call, ego, *ends, r.label, r.confidence, r.former, r.steering, r.via)
