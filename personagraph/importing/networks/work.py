"""Imports a network that exists: each node becomes a seed, each edge a relationship between two of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from personagraph.importing.networks.survey import Node, Survey, Tie
from personagraph.runs.growth import Arrival, Changes, Growth, Link
from personagraph.runs.work import KnownSteps
from personagraph.types import Step, Verdict, persona_id

CHUNK = 100


class SameText:
    """Knows personas by their whole description: the nodes of a network are never alike, but the same or different.

    `ids` are those of who is there already: an id is made of the description, which need not be read for it.
    """

    def __init__(self, ids: Iterable[str] = ()) -> None:
        self._ids, self._entered = set(ids), dict[str, str]()

    def prepare(self, descriptions: Sequence[str]) -> None:
        """Nothing is read ahead."""

    def add(self, id: str, description: str) -> None:
        """Enter a persona; a description that was merged into another one does not count."""
        if persona_id(description) == id:
            self._ids.add(id)
            self._entered.setdefault(id, description)

    def find(self, description: str, *, apart: Callable[[str], bool]) -> tuple[str, str, float] | None:
        """The persona with this description."""
        id = persona_id(description)
        return (id, "text", 1.0) if id in self._ids and not apart(id) else None

    def decided(self, rows: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, float] | None]:
        """Find each description, and then enter it, where it is nobody, under the id beside it."""
        for id, description in rows:
            yield self.find(description, apart=lambda id: False)
            self.add(id, description)

    def description(self, id: str) -> str:
        """How a persona that was entered here is described."""
        return self._entered[id]


class ImportingGraph(KnownSteps):
    """The work of an import of a network: a step for every CHUNK nodes, then for every CHUNK edges, without a model."""

    dialogue = None

    def __init__(self, survey: Survey, growth: Growth, *, run: str) -> None:
        self._nodes = list(survey.nodes.values())
        self._personas = {node.id: node.persona for node in self._nodes}
        self._node_steps = -(-len(self._nodes) // CHUNK)
        self.total = self._node_steps + -(-survey.edges // CHUNK)
        self._ties, self._repeated = survey.ties, survey.ties.repeated()
        self._growth, self._run = growth, run

    def next_step(self, n: int) -> Step | None:
        """The next chunk of nodes or edges."""
        return Step(n, subject="") if n < self.total else None

    def decide(self, step: Step, data: Mapping[str, Any]) -> Iterator[Verdict]:
        """A verdict a row: new, the same as a persona that is there, linked, or rejected with the row and the fault."""
        if step.n < self._node_steps:
            for item, node in enumerate(self._nodes[step.n * CHUNK : (step.n + 1) * CHUNK]):
                yield self._judge_node(item, node)
            return
        first = (step.n - self._node_steps) * CHUNK
        for item, tie in enumerate(self._ties.between(first, first + CHUNK)):
            yield self._judge_tie(item, tie, is_repeated=bool(self._repeated[first + item]))

    def _judge_node(self, item: int, node: Node) -> Verdict:
        more: dict[str, Any] = {"fields": node.fields, "simulated": node.simulated, "grounds": node.grounds}
        arrival = Arrival(node.description, "import", node.stated, node.nature, exact=True, **more)
        verdict = self._growth.judge(item, arrival)
        verdict.detail["row"] = node.row  # type: ignore[index]
        return verdict

    def _judge_tie(self, item: int, tie: Tie, *, is_repeated: bool) -> Verdict:
        """Linked, or rejected: malformed, from a node to itself, or one that was there already in this network."""
        if tie.fault:
            return Verdict(item, "rejected", "malformed", "", {"fault": f"{tie.row}: {tie.fault}"})
        if tie.source == tie.target:
            return Verdict(item, "rejected", "self", "", {"fault": f"{tie.row}: {tie.source} to itself"})
        if is_repeated:
            again = f"{tie.source} to {tie.target} again{f', as {tie.label!r}' if tie.label else ''}"
            return Verdict(item, "rejected", "repeated", "", {"fault": f"{tie.row}: {again}"})
        ego, alter = self._personas[tie.source], self._personas[tie.target]
        link = Link(tie.type, tie.forward, tie.label, tie.confidence, tie.former, ego=ego, via=tie.via)
        return Verdict(item, "linked", "", alter, {"row": tie.row, "link": link.to_json()})

    def fold(self, step: Step, verdict: Verdict) -> None:
        """Let the persona in, or remember who is connected."""
        self._growth.fold(self._run, step, verdict)

    def collect(self) -> Changes:
        """What the chunks brought."""
        return self._growth.collect()
