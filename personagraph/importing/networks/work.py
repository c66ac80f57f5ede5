"""Imports a network that exists: each node becomes a seed, each edge a relationship between two of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from personagraph.importing.networks.reading import Node, Survey, Tie
from personagraph.runs.growth import Arrival, Changes, Growth, Link
from personagraph.runs.work import KnownSteps
from personagraph.types import Step, Verdict, persona_id
from personagraph.vocabulary.relationships import endpoints, relationship_key

CHUNK = 100


class SameText:
    """Knows personas by their whole description: the nodes of a network are never alike, but the same or different."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def prepare(self, descriptions: Sequence[str]) -> None:
        """Nothing is read ahead."""

    def add(self, id: str, description: str) -> None:
        """Enter a persona; a description that was merged into another one does not count."""
        if persona_id(description) == id:
            self._known.setdefault(id, description)

    def find(self, description: str, *, apart: Callable[[str], bool]) -> tuple[str, str, float] | None:
        """The persona with this description."""
        id = persona_id(description)
        return (id, "text", 1.0) if id in self._known and not apart(id) else None

    def description(self, id: str) -> str:
        """How a persona is described."""
        return self._known[id]


class ImportingGraph(KnownSteps):
    """The work of an import of a network: a step for every CHUNK nodes, then for every CHUNK edges, without a model.

    `ties` reads the edges from the first one; steps that an earlier session carried out are read past.
    """

    dialogue = None

    def __init__(self, survey: Survey, ties: Callable[[], Iterator[Tie]], growth: Growth, *, run: str) -> None:
        self._nodes = list(survey.nodes.values())
        self._personas = {node.id: persona_id(node.description) for node in self._nodes}
        self._node_steps = -(-len(self._nodes) // CHUNK)
        self.total = self._node_steps + -(-survey.edges // CHUNK)
        self._ties, self._growth, self._run = ties(), growth, run
        self._next = self._node_steps
        self._keys: set[str] = set()

    def next_step(self, n: int) -> Step | None:
        """The next chunk of nodes or edges."""
        return Step(n, subject="") if n < self.total else None

    def decide(self, step: Step, data: Mapping[str, Any]) -> Iterator[Verdict]:
        """A verdict a row: new, the same as a persona that is there, linked, or rejected with the row and the fault."""
        if step.n < self._node_steps:
            for item, node in enumerate(self._nodes[step.n * CHUNK : (step.n + 1) * CHUNK]):
                yield self._judge_node(item, node)
            return
        while self._next <= step.n:
            verdicts = [self._judge_tie(item, tie) for item, tie in enumerate(islice(self._ties, CHUNK))]
            self._next += 1
        yield from verdicts

    def _judge_node(self, item: int, node: Node) -> Verdict:
        more: dict[str, Any] = {"fields": node.fields, "simulated": node.simulated}
        verdict = self._growth.judge(item, Arrival(node.description, "import", node.stated, node.nature, **more))
        verdict.detail["row"] = node.row  # type: ignore[index]
        return verdict

    def _judge_tie(self, item: int, tie: Tie) -> Verdict:
        """Linked, or rejected: malformed, from a node to itself, or one that was there already in this network."""
        if tie.fault:
            return Verdict(item, "rejected", "malformed", "", {"fault": f"{tie.row}: {tie.fault}"})
        if tie.source == tie.target:
            return Verdict(item, "rejected", "self", "", {"fault": f"{tie.row}: {tie.source} to itself"})
        ego, alter = self._personas[tie.source], self._personas[tie.target]
        source, target = endpoints(ego, alter, tie.type, forward=tie.forward)
        key = relationship_key(source, tie.type, target, tie.label)
        if key in self._keys:
            again = f"{tie.source} to {tie.target} again{f', as {tie.label!r}' if tie.label else ''}"
            return Verdict(item, "rejected", "repeated", "", {"fault": f"{tie.row}: {again}"})
        self._keys.add(key)
        link = Link(tie.type, tie.forward, tie.label, tie.confidence, tie.former, ego=ego)
        return Verdict(item, "linked", "", alter, {"row": tie.row, "link": link.to_json()})

    def fold(self, step: Step, verdict: Verdict) -> None:
        """Let the persona in, or remember who is connected."""
        self._growth.fold(self._run, step, verdict)

    def collect(self) -> Changes:
        """What the chunks brought."""
        return self._growth.collect()
