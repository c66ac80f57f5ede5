"""The growing graph as one run sees it: judges what comes in, keeps depths right, and collects what to write."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from personagraph.runs.growth.arrivals import GROUNDED, PERSON, Arrival, Link
from personagraph.runs.growth.distances import Distances
from personagraph.runs.growth.finder import Finder
from personagraph.runs.growth.verdicts import known_detail, merge_of, persona_of
from personagraph.steering.evidence import Statements, weigh
from personagraph.types import Attributes, Merge, Persona, Source, Step, Verdict, persona_id

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot

StandIn = Callable[[str, Mapping[str, str], str, set[str]], tuple[str, float] | None]
"""Who stands for somebody who is described so, and of whom this is known; he is neither this ego nor any of those whom
it is tied to; and how alike."""


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
        self._finder = finder
        self._apart = apart
        self._simulated = simulated
        self._statements = statements or Statements()
        self._distances = Distances(graph)
        self._next_entry = int(graph.entries.max(initial=-1)) + 1 if graph else 0
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
        return self._distances.tied(id)

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
            self._note(self._distances.tie(link.ego, verdict.persona))
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
            self._note(self._distances.sow(verdict.persona))
        if link and link.ego:
            self._note(self._distances.tie(link.ego, verdict.persona))

    def news(self) -> tuple[list[Persona], dict[str, int | None]]:
        """Who entered, with their depths, and whose depth changed, since the last call or since `watch`."""
        entered = [replace(p, depth=self._distances.depth(p.id)) for p in self._entered]
        new = {persona.id for persona in entered}
        reached, self._entered, self._reached = self._reached, [], {}
        return entered, {id: depth for id, depth in reached.items() if id not in new}

    def collect(self) -> Changes:
        """What the next batch must write, with the depths as they are now."""
        changes, self._changes = self._changes, Changes()
        new, self._new = self._new, []
        changes.personas = [persona_of(run, verdict, self._distances.depth(verdict.persona)) for run, verdict in new]
        entered = {persona.id for persona in changes.personas}
        changes.depths = {id: self._distances.depth(id) for id in changes.depths if id not in entered}
        return changes

    def _enter(self, run: str, verdict: Verdict) -> None:
        id, detail = verdict.persona, verdict.detail
        self._know(id, id, detail["description"])
        self._distances.add(id)
        self._number(detail["entry"])
        self._new.append((run, verdict))
        if self._watched:
            # Nobody who steers looks at the fields.
            self._entered.append(replace(persona_of(run, verdict), fields=""))

    def _number(self, entry: int) -> None:
        """The next to enter comes after the last who did, however many were removed since: numbers are not reused."""
        self._next_entry = max(self._next_entry, entry + 1)

    def _note(self, depths: Mapping[str, int]) -> None:
        """Remember that these depths are others now."""
        self._changes.depths.update(depths)
        if self._watched:
            self._reached.update(depths)
