"""Makes the graph again from the ledger alone: all that its decided steps brought, as if written just now."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from personagraph.ledger import Ledger, Run
from personagraph.ledger.assertions import project
from personagraph.ledger.losses import LOST
from personagraph.ledger.merges import MERGED, TAKEN_BACK, parted
from personagraph.ledger.steps import Decided
from personagraph.runs.growth import known_of, merge_of, persona_of
from personagraph.runs.outbox import assertions
from personagraph.stores.graph_store import GraphStore
from personagraph.stores.rows import BEFORE, merge_order
from personagraph.types import Assertion, Batch, Merge, Persona, Relationship, Removal, Source, SourceLink, Step
from personagraph.vocabulary.relationships import OWN_WORDS, TYPES, relationship_key

PAGE = 10_000
OWN_WORDS_RUN = "own-words"
"""The name under which a graph counts the batches that brought its ties in own words up to date; no run of a ledger."""
ROWS = ("personas", "sources", "source_links", "merges", "relationships")
_TELLING = ("extract", "undo", LOST)
"""The commands whose steps say what their verdicts do not: the source, or which merges were taken back."""


@dataclass(slots=True)
class Projection:
    """A whole graph: each row by its key, and how many steps of each run it holds."""

    personas: dict[str, Persona] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    source_links: dict[tuple[str, str, str], SourceLink] = field(default_factory=dict)
    merges: dict[str, Merge] = field(default_factory=dict)
    relationships: dict[str, Relationship] = field(default_factory=dict)
    applied: dict[str, int] = field(default_factory=dict)
    undone: set[str] = field(default_factory=set)
    """The keys of merges that were taken back."""


def projection(ledger: Ledger) -> Projection:
    """The graph that the ledger tells of, without the depths, which follow from all of it.

    A ledger that lacks rows tells of a graph that lacks what these brought; what is left may name personas who are not
    there.
    """
    found = Projection()
    for run in ledger.runs.all():
        for step in _decided_steps(ledger, run) if run.work in _TELLING or run.status == LOST else ():
            if "uri" in step.context:
                found.sources[step.subject] = Source(step.subject, **step.context)
            found.undone |= set(step.context.get("merges", ()))
        for n, _, verdicts in _decided(ledger, run):
            for verdict in verdicts:
                if verdict.outcome in ("new", "undone"):
                    found.personas.setdefault(verdict.persona, persona_of(run.id, verdict))
                elif verdict.outcome == "annotated" and (persona := found.personas.get(verdict.persona)):
                    attributes, bases = known_of(verdict.detail)
                    found.personas[persona.id] = replace(persona, attributes=attributes, bases=bases)
                elif verdict.outcome in MERGED and verdict.detail["alias"] and n >= 0:
                    merge = merge_of(run.id, Step(n, ""), verdict)
                    found.merges[merge.key] = merge
                if verdict.outcome in TAKEN_BACK:
                    found.undone |= set(verdict.detail.get("merges", ()))
        if run.decided:
            found.applied[run.id] = run.decided
    for key in found.undone:
        found.merges.pop(key, None)
    relationships, links = project(ledger.assertions.all())
    found.relationships = {row.key: row for row in relationships}
    found.source_links = {(row.source, row.persona, row.type): row for row in links}
    return found


def rows_of(store: GraphStore, runs: Iterable[str]) -> Projection:
    """All that a store holds."""
    return Projection(
        personas={persona.id: persona for persona in store.scan_personas()},
        sources={source.id: source for source in store.scan_sources()},
        source_links={(link.source, link.persona, link.type): link for _, link in store.source_links()},
        merges={merge.key: merge for merge in store.merges()},
        relationships={row.key: row for row in store.scan_relationships()},
        applied={run: n for run in runs if (n := store.applied(run))},
    )


def differing(said: Projection, held: Projection, seeds: Iterable[str]) -> dict[str, int]:
    """In how many rows of each kind two graphs differ; the first is completed for it."""
    gone = complete(said, seeds)
    if gone:
        return dict(gone)
    pairs = {name: (getattr(said, name), getattr(held, name)) for name in ROWS}
    counted = {name: sum(a.get(key) != b.get(key) for key in {**a, **b}) for name, (a, b) in pairs.items()}
    return {name.replace("_", " "): count for name, count in counted.items() if count}


def complete(found: Projection, seeds: Iterable[str]) -> Mapping[str, int]:
    """Take out what names somebody who is not there, and give everyone a depth; how many rows went, by kind."""
    before = _naming(found)
    there, texts = found.personas, found.sources
    for key, tie in list(found.relationships.items()):
        if tie.source not in there or tie.target not in there:
            del found.relationships[key]
    for place in [place for place in found.source_links if place[0] not in texts or place[1] not in there]:
        del found.source_links[place]
    for key in [merge.key for merge in found.merges.values() if merge.persona not in there]:
        del found.merges[key]
    known = (seed for seed in seeds if seed in there)
    depths = depths_of(known, ((r.source, r.target) for r in found.relationships.values() if r.type in TYPES))
    found.personas = {id: replace(persona, depth=depths.get(id)) for id, persona in there.items()}
    found.merges = {merge.key: merge for merge in sorted(found.merges.values(), key=merge_order)}
    return {name: gone for name, left in _naming(found).items() if (gone := before[name] - left)}


def write(found: Projection, store: GraphStore) -> None:
    """Write a whole graph into an empty store."""
    first, *others = found.applied.items() or [("", 0)]
    batch = Batch(
        *(first[0], 0, first[1]),
        personas=tuple(sorted(found.personas.values(), key=lambda persona: persona.entry)),
        relationships=tuple(found.relationships.values()),
        sources=tuple(found.sources.values()),
        source_links=tuple(found.source_links.values()),
        merges=tuple(found.merges.values()),
        fresh=True,
    )
    for each in [batch, *(Batch(run, 0, last) for run, last in others)]:
        store.write(each)


def _naming(found: Projection) -> dict[str, int]:
    """How many rows there are that name others."""
    return {
        "relationships": len(found.relationships),
        "source links": len(found.source_links),
        "merges": len(found.merges),
    }


def _decided_steps(ledger: Ledger, run: Run) -> Iterator[Step]:
    for planned in ledger.steps.planned(run.id):
        if planned.step.n >= run.decided:
            return
        yield planned.step


def _decided(ledger: Ledger, run: Run) -> Iterator[Decided]:
    for first in range(ledger.losses.first_step(run.id), run.decided, PAGE):
        yield from ledger.steps.decided(run.id, first=first, last=min(first + PAGE, run.decided))


def reassert(ledger: Ledger) -> None:
    """Enter again what a ledger no longer has of what its verdicts say: accepted items, and whom to keep apart."""
    held = {(a.run, a.step, a.item) for a in ledger.assertions.all()}
    said: dict[tuple[str, int, int], Assertion] = {}
    for run in ledger.runs.all():
        steps = {step.n: step for step in _decided_steps(ledger, run)}
        for n, call, verdicts in _decided(ledger, run):
            for verdict in verdicts:
                for _, now in assertions(run.id, steps.get(n, Step(n, "")), call, verdict):
                    said[now.run, now.step, now.item] = now
                if apart := parted(verdict):
                    ledger.assertions.keep_apart(*apart, run.id)
    ledger.assertions.enter(assertion for key, assertion in said.items() if key not in held)


def bring_up_to_date(ledger: Ledger, store: GraphStore) -> int:
    """Write what the ledger says in place of what a migration of the store could not bring up to date; how much it was.

    What is interrupted goes on the next time, and of two processes that do it at once, one does it.
    """
    outdated = store.outdated()
    if outdated:
        first, told = store.applied(OWN_WORDS_RUN), current(outdated, ledger, store.held().applied)
        gone = Removal(relationships=tuple(r.key for r in outdated))
        store.write(Batch(OWN_WORDS_RUN, first, first + 1, relationships=tuple(told), removed=gone))
    return len(outdated)


def settle(found: Projection, ledger: Ledger) -> None:
    """Do the same to what was read of a graph."""
    outdated = [tie for key, tie in found.relationships.items() if key.startswith(BEFORE)]
    for tie in outdated:
        del found.relationships[tie.key]
    found.relationships |= {tie.key: tie for tie in current(outdated, ledger, found.applied)}


def current(outdated: Iterable[Relationship], ledger: Ledger, applied: Mapping[str, int]) -> list[Relationship]:
    """What the ledger says of each two that have a tie in own words, whose key is from before it had the words.

    `applied` has how many steps of each run the graph holds. Where the ledger says nothing of two, their tie stays what
    it is, under the key that it has now.
    """
    told: dict[frozenset[str], list[Relationship]] = {}
    for tie in project(_asserted(ledger, applied))[0]:
        told.setdefault(frozenset((tie.source, tie.target)), []).append(tie)
    return [now for was in outdated for now in told.get(frozenset((was.source, was.target)), [_with_its_key(was)])]


def _with_its_key(r: Relationship) -> Relationship:
    return replace(r, key=relationship_key(r.source, r.type, r.target, r.label))


def _asserted(ledger: Ledger, applied: Mapping[str, int]) -> list[Assertion]:
    """The assertions in own words, without what those steps said that the graph does not hold."""
    said = {(a.run, a.step, a.item): a for a in ledger.assertions.all() if a.type in OWN_WORDS and a.label}
    for run in ledger.runs.all():
        for n, call, verdicts in ledger.steps.decided(run.id, first=applied.get(run.id, 0), last=run.decided):
            for before, now in (pair for v in verdicts for pair in assertions(run.id, Step(n, ""), call, v)):
                said.pop((now.run, now.step, now.item), None)
                if before and before.type in OWN_WORDS and before.label:
                    said[before.run, before.step, before.item] = before
    return list(said.values())


def depths_of(seeds: Iterable[str], ties: Iterable[tuple[str, str]]) -> dict[str, int]:
    """The fewest hops from any seed of everyone who can be reached from one, whatever the direction."""
    adjacent: dict[str, list[str]] = {}
    for a, b in ties:
        adjacent.setdefault(a, []).append(b)
        adjacent.setdefault(b, []).append(a)
    depths = dict.fromkeys(seeds, 0)
    queue = deque(depths)
    while queue:
        id = queue.popleft()
        for other in adjacent.get(id, ()):
            if other not in depths:
                depths[other] = depths[id] + 1
                queue.append(other)
    return depths
