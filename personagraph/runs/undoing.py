"""Takes a merge back: the merged description becomes a persona of its own, with what was said of it."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from personagraph.runs.growth import Changes, persona_of
from personagraph.runs.work import KnownSteps
from personagraph.types import Assertion, Merge, Persona, Step, Verdict
from personagraph.vocabulary.relationships import TYPES


class Undoing(KnownSteps):
    """The work of undoing one merge, in one step, without a model.

    `alike` are all merges of its description into its persona, `personas` is everyone in the graph. `said_of` gives the
    assertions that merged a description (by its id) into a persona, `arrived` the detail of the verdict that made a
    merge. `grounds` gives all assertions, and who is a seed, as the ledger has them once the verdict is in it.
    """

    dialogue = None
    total = 1

    def __init__(
        self,
        alike: Sequence[Merge],
        personas: Iterable[Persona],
        *,
        said_of: Callable[[str, str], list[Assertion]],
        arrived: Callable[[str], Mapping[str, Any]],
        grounds: Callable[[], tuple[Iterable[Assertion], Iterable[str]]],
        run: str,
    ) -> None:
        self._alike = alike
        self._personas = {persona.id: persona for persona in personas}
        self._said_of, self._arrived, self._grounds = said_of, arrived, grounds
        self._run = run
        self._changes = Changes()

    def next_step(self, n: int) -> Step | None:
        """The one step; its context has the keys of the merges."""
        keys = [merge.key for merge in self._alike]
        return Step(0, subject=keys[0], context={"merges": keys}) if n == 0 and keys else None

    def decide(self, step: Step, data: Mapping[str, Any]) -> Iterator[Verdict]:
        """One verdict: the persona that the description becomes, and the assertions that go over to it."""
        merge, every = self._alike[0], [self._arrived(alike.key) for alike in self._alike]
        arrived = next((one for one in every if one["origin"] in ("text", "import")), every[0])
        detail = {
            **{name: arrived[name] for name in ("description", "origin", "nature", "stated", "simulated")},
            **({"fields": arrived["fields"]} if arrived.get("fields") else {}),
            "entry": max(persona.entry for persona in self._personas.values()) + 1,
            "from": merge.persona,
            "moved": [asdict(assertion) for assertion in self._said_of(merge.alias, merge.persona)],
        }
        yield Verdict(0, "undone", "", merge.alias, detail)

    def fold(self, step: Step, verdict: Verdict) -> None:
        """Let the description in as a persona, unless it is one by now."""
        self._changes.unmerged += step.context["merges"]
        if verdict.persona not in self._personas:
            self._changes.personas.append(persona_of(self._run, verdict))

    def collect(self) -> Changes:
        """The new personas, and every depth that is another one now: without the merge a way may be longer."""
        changes, self._changes = self._changes, Changes()
        assertions, seeds = self._grounds()
        depths = depths_of(seeds, ((a.source, a.target) for a in assertions if a.type in TYPES))
        changes.personas = [replace(p, depth=depths.get(p.id)) for p in changes.personas]
        for id, persona in self._personas.items():
            if persona.depth != depths.get(id):
                changes.depths[id] = depths.get(id)
        return changes


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
