"""The growing graph as one run sees it: judges what comes in, keeps depths right, and collects what to write."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from personagraph.steering.evidence import Statements, weigh
from personagraph.text.mended_json import Mended
from personagraph.types import Attributes, Merge, Persona, Source, Step, Verdict, persona_id
from personagraph.vocabulary.attributes import bases_of, bases_text

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot


class Finder(Protocol):
    """Knows every description and the persona that it stands for."""

    def prepare(self, descriptions: Sequence[str]) -> None: ...
    def add(self, id: str, description: str) -> None: ...
    def find(self, description: str, *, apart: Callable[[str], bool]) -> tuple[str, str, float] | None: ...
    def decided(self, rows: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, float] | None]: ...
    def description(self, id: str) -> str: ...


StandIn = Callable[[str, Mapping[str, str], str, set[str]], tuple[str, float] | None]
"""Who stands for somebody who is described so, and of whom this is known; he is neither this ego nor any of those whom
it is tied to; and how alike."""
GROUNDED, PERSON = "grounded", "person"
AT_ONCE = 1_000
"""Descriptions that the finder is given to read together."""
_UNSTATED = Attributes()
"""One object for all of whom nothing is known, as is most often so."""
Rejected = tuple[str, str] | tuple[str, str, Attributes]
"""The name of the guard that turned an item of a reply down, what it saw, and what the item says of its attributes."""


class Link(NamedTuple):
    """How an arrival is tied to what is there: to an ego by a relationship that is proposed, or to a source.

    `forward` says that the ego is the source of the relationship. One of `ego` and `source` is an id, the other empty;
    a reader of replies leaves both to the work, which knows whom it asked.
    """

    type: str
    forward: bool = True
    label: str = ""
    confidence: float = 1.0
    former: bool = False
    ego: str = ""
    source: str = ""
    via: str = ""

    @classmethod
    def of(cls, verdict: Verdict) -> "Link | None":
        """The link that a verdict has in its detail; None where it has none."""
        found = verdict.detail.get("link")
        return cls(**found) if found else None

    def to_json(self) -> dict[str, Any]:
        """The link as the ledger has it."""
        if self.source:
            return {"source": self.source, "type": self.type}
        told = self._asdict()
        del told["source"]
        if not self.via:
            del told["via"]
        return told


@dataclass(frozen=True, slots=True)
class Arrival:
    """A description that wants to enter, and how it is tied to what is there; an import is tied to nothing.

    `stated` is what was said of its attributes; `exact` says that a column did, or what the description was composed
    from, so that it holds, on other `grounds` where an export told them. `fields` is what else its row says, and
    `simulated` that it was marked so before, as a persona has them.
    """

    description: str
    origin: str
    stated: Attributes = _UNSTATED
    nature: str = "person"
    link: Link | None = None
    fields: str = ""
    simulated: bool = False
    exact: bool = False
    grounds: Attributes = _UNSTATED


@dataclass(slots=True)
class Changes:
    """What has changed since the last batch."""

    personas: list[Persona] = field(default_factory=list)
    depths: dict[str, int | None] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    known: dict[str, tuple[Attributes, Attributes]] = field(default_factory=dict)
    """What is known by now of personas who were there before: their attributes, and the bases."""
    unmerged: list[str] = field(default_factory=list)
    """The keys of merges that were taken back."""


def know(
    finder: Finder,
    personas: Iterable[Persona],
    merges: Iterable[Merge] = (),
    after: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Have the finder know everyone (in order of entry) with their merges, in the order in which they came.

    `after` says behind whom each merge came, by its key; a merge of which it says nothing comes last.
    """
    behind: dict[str, list[tuple[str, str]]] = {}
    for merge in merges:
        behind.setdefault(after.get(merge.key, ""), []).append((merge.persona, merge.description))
    last = behind.pop("", [])

    def described() -> Iterator[tuple[str, str]]:
        for persona in personas:
            yield persona.id, persona.description
            yield from behind.pop(persona.id, ())
        for some in behind.values():
            yield from some
        yield from last

    add_all(finder, described())


def add_all(finder: Finder, described: Iterable[tuple[str, str]]) -> None:
    """Enter descriptions under the ids of their personas, many at once."""
    streamed = iter(described)
    while some := list(islice(streamed, AT_ONCE)):
        finder.prepare([description for _, description in some])
        for id, description in some:
            finder.add(id, description)


class Growth:
    """The graph in memory: descriptions, depths and who is connected to whom.

    It begins with a graph, whose arrays it leaves as they are, and of which the finder knows everyone; what comes in
    costs the same however large that is. `judge` decides and changes nothing; `fold` carries a verdict out, just
    decided or read from the ledger. `simulated` marks whom it lets in as made up by no real model. `statements` is how
    what the run's model stated fared so far.
    """

    def __init__(
        self,
        finder: Finder,
        apart: set[tuple[str, str]],
        graph: "Snapshot | None" = None,
        *,
        simulated: bool = False,
        statements: Statements | None = None,
    ) -> None:
        # Not sooner: it loads numpy, which many a command does without.
        from personagraph.graph.register import Register

        self._finder = finder
        self._apart = apart
        self._simulated = simulated
        self._statements = statements or Statements()
        self._graph = graph
        self._register = Register(graph)
        self._before = len(self._register)
        """The numbers below it are positions in the graph that it began with."""
        self._lowered: dict[int, int] = {}
        """The depths that are others now than in that graph."""
        self._later: list[int | None] = []
        """The depths of those who came in since."""
        self._next_entry = int(graph.entries.max(initial=-1)) + 1 if graph else 0
        self._ties: dict[int, list[int]] = {}
        """Whom those are tied to by what came in since, in both directions."""
        self._changes = Changes()
        self._new: list[tuple[str, Verdict]] = []
        """Who entered since the last batch: the run, and the verdict that let them in."""
        self.stand_in: StandIn | None = None
        """Looks for who stands for an alter that is nobody yet: the ego is then tied to that one, and nobody enters."""
        self._watched = False
        self._entered: list[Persona] = []
        self._reached: dict[str, int | None] = {}
        self._matches: Iterator[tuple[str, str, float] | None] | None = None
        """Who those are that are judged next, where the finder decides it in one go."""
        self._entered_by_finder = ""
        """The id of the description that it entered last by that."""

    def watch(self) -> None:
        """Remember for `news` what is folded from now on; it is forgotten only when it is asked for."""
        self._watched = True

    def prepare(self, descriptions: Sequence[str]) -> None:
        """Have the finder read these at once, which are judged next: that is faster than one by one."""
        self._matches = None
        self._finder.prepare(descriptions)

    def prepare_in_order(self, descriptions: Sequence[str]) -> None:
        """The same for arrivals that are judged next, one after another, each folded before the next, and no others.

        As it is certain then who comes in, the finder may decide many in one go.
        """
        if self._apart:
            self.prepare(descriptions)
        else:
            self._matches = self._finder.decided([(persona_id(text), text) for text in descriptions])

    def description(self, id: str) -> str:
        """How a persona is described."""
        return self._finder.description(id)

    def tied(self, id: str) -> set[str]:
        """Who is tied to a persona by now, whatever the direction."""
        number = self._register.number(id)
        later, found = self._ties.get(number, ()), list[int]()
        if self._graph is not None and number < self._before:
            links = self._graph.both
            found = links.ends[links.starts[number] : links.starts[number + 1]].tolist()
        return {self._register.id(other) for other in (*found, *later)}

    def judge(self, item: int, arrival: Arrival) -> Verdict:
        """Whether the arrival is new, merged into a persona, or the ego itself; or somebody there stands for it.

        Who it is merged into keeps its own fields; those of the arrival stay in the verdict.
        """
        description, link = arrival.description, arrival.link
        alias = persona_id(description)
        found = self._found(alias, description)
        detail: dict[str, Any] = {
            "description": description,
            "origin": arrival.origin,
            "nature": arrival.nature,
            "stated": arrival.stated.known(),
            "simulated": self._simulated or arrival.simulated,
            "link": link.to_json() if link else {},
        }
        grounds, believes = arrival.grounds, self._statements.believes
        seen = weigh(description, arrival.stated, exact=arrival.exact, believes=believes, grounds=grounds)
        detail |= known_detail(seen.attributes, seen.bases)
        if seen.claims:
            detail["claims"] = dict(seen.claims)
        if told := grounds.known():
            detail["grounds"] = told
        if arrival.fields:
            detail["fields"] = arrival.fields
        if found is None and link and link.ego and self.stand_in and arrival.nature == PERSON:
            stands = self.stand_in(description, seen.attributes.known(), link.ego, self.tied(link.ego))
            if stands is not None:
                detail |= {"cosine": stands[1], "link": link._replace(via=GROUNDED).to_json()}
                return Verdict(item, "linked", GROUNDED, stands[0], detail)
        if found is None:
            detail["entry"] = self._next_entry
            return Verdict(item, "new", "", alias, detail)
        id, method, score = found
        if link and link.ego == id:
            return Verdict(item, "rejected", "self", id, detail)
        return Verdict(item, "merged", method, id, {**detail, "score": score, "alias": "" if id == alias else alias})

    def _found(self, alias: str, description: str) -> tuple[str, str, float] | None:
        if self._matches is None:
            return self._finder.find(description, apart=lambda id: (alias, id) in self._apart)
        self._entered_by_finder = alias
        return next(self._matches)

    def _know(self, alias: str, id: str, description: str) -> None:
        """Have the finder know a description of a persona, unless it entered that when it decided."""
        if alias != self._entered_by_finder:
            self._finder.add(id, description)

    def fold(self, run: str, step: Step, verdict: Verdict) -> None:
        """Carry a verdict out in memory, and remember it for the next batch."""
        detail, link = verdict.detail, Link.of(verdict)
        if verdict.outcome == "linked" and link:
            self._connect(link.ego, verdict.persona)
        if verdict.outcome not in ("new", "merged"):
            return
        if claims := detail.get("claims"):
            self._statements.add(claims)
        if verdict.outcome == "new":
            self._enter(run, verdict)
        elif detail["alias"]:
            self._know(detail["alias"], verdict.persona, detail["description"])
            self._changes.merges.append(merge_of(run, step, verdict))
        if detail["origin"] in ("text", "import"):
            self._reach(self._register.number(verdict.persona), 0)
        if link and link.ego:
            self._connect(link.ego, verdict.persona)

    def news(self) -> tuple[list[Persona], dict[str, int | None]]:
        """Who entered, with their depths, and whose depth changed, since the last call or since `watch`."""
        entered = [replace(p, depth=self._depth_of(p.id)) for p in self._entered]
        new = {persona.id for persona in entered}
        reached, self._entered, self._reached = self._reached, [], {}
        return entered, {id: depth for id, depth in reached.items() if id not in new}

    def collect(self) -> Changes:
        """What the next batch must write, with the depths as they are now."""
        changes, self._changes = self._changes, Changes()
        new, self._new = self._new, []
        changes.personas = [persona_of(run, verdict, self._depth_of(verdict.persona)) for run, verdict in new]
        entered = {persona.id for persona in changes.personas}
        changes.depths = {id: self._depth_of(id) for id in changes.depths if id not in entered}
        return changes

    def _enter(self, run: str, verdict: Verdict) -> None:
        id, detail = verdict.persona, verdict.detail
        self._know(id, id, detail["description"])
        self._register.add(id)
        self._later.append(None)
        self._number(detail["entry"])
        self._new.append((run, verdict))
        if self._watched:
            # Nobody who steers looks at the fields.
            self._entered.append(replace(persona_of(run, verdict), fields=""))

    def _number(self, entry: int) -> None:
        """The next to enter comes after the last who did, however many were removed since: numbers are not reused."""
        self._next_entry = max(self._next_entry, entry + 1)

    def _connect(self, a: str, b: str) -> None:
        one, other = self._register.number(a), self._register.number(b)
        self._ties.setdefault(one, []).append(other)
        self._ties.setdefault(other, []).append(one)
        here, there = self._depth(one), self._depth(other)
        if here is not None and (there is None or there > here + 1):
            self._reach(other, here + 1)
        elif there is not None and (here is None or here > there + 1):
            self._reach(one, there + 1)

    def _reach(self, number: int, depth: int) -> None:
        """Lower the depth of a persona, and of everyone who is reached through it."""
        queue = deque([(number, depth)])
        while queue:
            number, depth = queue.popleft()
            known = self._depth(number)
            if known is not None and known <= depth:
                continue
            self._deepen(number, depth)
            queue.extend((other, depth + 1) for other in self._ties.get(number, ()))
            queue.extend((other, depth + 1) for other in self._deeper(number, depth + 1))

    def _deeper(self, number: int, depth: int) -> Sequence[int]:
        """Who was tied to a persona in the graph that it began with, and was deeper there."""
        if self._graph is None or number >= self._before:
            return ()
        links, depths = self._graph.both, self._graph.depths
        others = links.ends[links.starts[number] : links.starts[number + 1]]
        found: list[int] = others[(depths[others] < 0) | (depths[others] > depth)].tolist()
        return found

    def _depth_of(self, id: str) -> int | None:
        return self._depth(self._register.number(id))

    def _depth(self, number: int) -> int | None:
        """The depth of a persona as it is now."""
        if number >= self._before:
            return self._later[number - self._before]
        if self._graph is None or number in self._lowered:
            return self._lowered.get(number)
        depth = int(self._graph.depths[number])
        return None if depth < 0 else depth

    def _deepen(self, number: int, depth: int) -> None:
        if number >= self._before:
            self._later[number - self._before] = depth
        else:
            self._lowered[number] = depth
        id = self._register.id(number)
        self._changes.depths[id] = depth
        if self._watched:
            self._reached[id] = depth


def rejection(item: int, read: Rejected, data: Mapping[str, Any]) -> Verdict:
    """The verdict on an item that a guard turned down; its detail has the reply, and the attributes that are known."""
    detail = {"fault": read[1], "item": dict(data)}
    if len(read) == 3 and (known := read[2].known()):
        detail["stated"] = known
    return Verdict(item, "rejected", read[0], "", detail)


def noted(verdict: Verdict, data: Mapping[str, Any]) -> Verdict:
    """The verdict, with `repaired` in its detail when the reply that it judges had to be mended."""
    return replace(verdict, detail={**verdict.detail, "repaired": True}) if isinstance(data, Mended) else verdict


def persona_of(run: str, verdict: Verdict, depth: int | None = None) -> Persona:
    """The persona that a verdict lets in, at a depth, which the verdict does not know."""
    detail = verdict.detail
    attributes, bases = known_of(detail)
    return Persona(
        id=verdict.persona,
        description=detail["description"],
        depth=depth,
        entry=detail["entry"],
        origin=detail["origin"],
        run=run,
        nature=detail["nature"],
        attributes=attributes,
        simulated=detail["simulated"],
        fields=detail.get("fields", ""),
        bases=bases,
    )


def known_detail(attributes: Attributes, bases: Attributes) -> dict[str, Any]:
    """What a verdict keeps of what is known of a persona."""
    return {"known": attributes.known(), "bases": bases_text(bases)}


def known_of(detail: Mapping[str, Any]) -> tuple[Attributes, Attributes]:
    """What a verdict says is known, and on what grounds; one of an older version has what was stated alone."""
    known, bases = detail["known"] if "known" in detail else detail["stated"], detail.get("bases")
    return Attributes(**known) if known else _UNSTATED, bases_of(bases) if bases else _UNSTATED


def merge_of(run: str, step: Step, verdict: Verdict) -> Merge:
    """The merge that a verdict made."""
    detail = verdict.detail
    return Merge(
        key=f"{run}.{step.n}.{verdict.item}",
        alias=detail["alias"],
        description=detail["description"],
        persona=verdict.persona,
        method=verdict.reason,
        score=detail["score"],
        run=run,
    )
