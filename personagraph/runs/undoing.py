"""Takes a merge back: the description becomes a persona, and what was merged because it was like it is judged again."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from personagraph.graph.register import NOBODY, Register
from personagraph.runs.growth import Changes, Finder, merge_of, persona_of
from personagraph.runs.work import KnownSteps
from personagraph.text.words import jaccard, word_set
from personagraph.types import Assertion, Merge, Step, Verdict

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot


class Undoing(KnownSteps):
    """The work of undoing one merge, in one step, without a model.

    `merges` are those to be taken back together, of one description into one persona; `into` are all of that persona,
    oldest first, and `graph` is the whole graph. `described` says how a persona is described. `finder` makes one that
    knows nobody, and `everyone` one that knows the graph without some merges. `said_of` gives the assertions that
    merged a description (by its id) into a persona, `arrived` the detail of the verdict that made a merge, None where
    it was lost; what was lost stays merged. `apart` are the descriptions and personas that are not to be merged.
    `grounds` gives the ends of all assertions that tie personas, as `depths` takes them, and who is a seed, as the
    ledger has them once the verdicts are in it.
    """

    dialogue = None
    total = 1

    def __init__(
        self,
        merges: Sequence[Merge],
        into: Sequence[Merge],
        graph: "Snapshot",
        *,
        described: Callable[[str], str],
        finder: Callable[[], Finder],
        everyone: Callable[[Sequence[Merge]], Finder],
        said_of: Callable[[str, str], list[Assertion]],
        arrived: Callable[[str], Mapping[str, Any] | None],
        apart: Collection[tuple[str, str]] = (),
        grounds: Callable[[], tuple[Iterable[tuple[int, str]], Iterable[str]]],
        run: str,
    ) -> None:
        self._merges, self._into, self._graph = merges, into, graph
        self._described, self._finder, self._everyone = described, finder, everyone
        self._said_of, self._arrived, self._grounds = said_of, arrived, grounds
        self._apart, self._run = apart, run
        self._register = Register(graph)
        self._next_entry = 1 + int(graph.entries.max(initial=-1))
        self._changes = Changes()

    def next_step(self, n: int) -> Step | None:
        """The one step; its context has the keys of the merges that the user wants taken back."""
        keys = [merge.key for merge in self._merges]
        return Step(0, subject=keys[0], context={"merges": keys}) if n == 0 and keys else None

    def decide(self, step: Step, data: Mapping[str, Any]) -> Iterator[Verdict]:
        """A verdict for the description, and for each that came because of it: where it is from now on.

        `undone` is one that becomes a persona, `moved` one that is merged into another; its detail has the assertions
        that go over to it, and the keys of its merges.
        """
        alias, persona = self._merges[0].alias, self._merges[0].persona
        yield Verdict(0, "undone", "", alias, self._detail(self._merges))
        freed = [
            merges
            for merges in because_of(alias, self._described(persona), self._into, self._finder)
            if all(self._arrived(merge.key) is not None for merge in merges)
        ]
        if freed:
            gone = [*self._merges, *(merge for merges in freed for merge in merges)]
            known = self._everyone(gone)
            known.add(alias, self._merges[0].description)
            for item, merges in enumerate(freed, 1):
                verdict = self._judged(item, merges, known)
                known.add(verdict.persona, merges[0].description)
                yield verdict

    def fold(self, step: Step, verdict: Verdict) -> None:
        """Let the description in as a persona, unless it is one by now, or merge it into its new one."""
        self._changes.unmerged += verdict.detail.get("merges") or step.context["merges"]
        if verdict.outcome == "moved":
            self._changes.merges.append(merge_of(self._run, step, verdict))
        elif self._register.number(verdict.persona) == NOBODY:
            self._changes.personas.append(persona_of(self._run, verdict))
            self._next_entry = max(self._next_entry, verdict.detail["entry"] + 1)

    def collect(self) -> Changes:
        """The new personas, and every depth that is another one now: without the merge a way may be longer."""
        import numpy as np

        from personagraph.graph.traversal import depths

        changes, self._changes = self._changes, Changes()
        there, new = self._graph.ids, np.array([persona.id for persona in changes.personas], "S32")
        found = depths(np.concatenate([there, new]) if len(new) else there, *self._grounds())
        told = [None if depth < 0 else depth for depth in found[len(there) :].tolist()]
        changes.personas = [replace(p, depth=depth) for p, depth in zip(changes.personas, told, strict=True)]
        others = np.flatnonzero(found[: len(there)] != self._graph.depths)
        for id, depth in zip(self._graph.ids_of(others), found[others].tolist(), strict=True):
            changes.depths[id] = None if depth < 0 else depth
        return changes

    def _judged(self, item: int, merges: Sequence[Merge], known: Finder) -> Verdict:
        """Who a description is that is not the persona's any more: whoever said of it that they know it is another."""
        alias, before, detail = merges[0].alias, merges[0].persona, self._detail(merges)
        others = {before, *(said["ego"] for said in detail["moved"])}
        found = known.find(merges[0].description, apart=lambda id: id in others or (alias, id) in self._apart)
        if found is None or found[0] == alias:
            return Verdict(item, "undone", "", alias, detail)
        id, method, score = found
        return Verdict(item, "moved", method, id, {**detail, "alias": alias, "score": score})

    def _detail(self, merges: Sequence[Merge]) -> dict[str, Any]:
        """What the description came with: as a seed, if it ever came as one."""
        every = [detail for merge in merges if (detail := self._arrived(merge.key)) is not None]
        arrived = next((one for one in every if one["origin"] in ("text", "import")), every[0])
        return {
            **{name: arrived[name] for name in ("description", "origin", "nature", "stated", "simulated")},
            **{name: arrived[name] for name in ("known", "bases", "fields") if name in arrived},
            "entry": self._next_entry,
            "from": merges[0].persona,
            "moved": [assertion._asdict() for assertion in self._said_of(merges[0].alias, merges[0].persona)],
            "merges": [merge.key for merge in merges],
        }


def because_of(
    alias: str, description: str, merges: Iterable[Merge], finder: Callable[[], Finder]
) -> list[list[Merge]]:
    """The merges that came about because an alias of a persona was there, oldest first, by description.

    `description` is the persona's own, `merges` are all into it, oldest first. Such a merge is later than the alias,
    and what it merged is found by the alias, or by what was merged because of it, and not by the persona's other
    descriptions. What no rule finds any more goes with what it has most words in common with.
    """
    staying, going = _Side(finder()), _Side(finder())
    staying.add(description)
    freed = []
    for same in _by_alias(merges).values():
        text = same[0].description
        if same[0].alias == alias:
            going.add(text)
        elif going.texts and not staying.has(text) and (going.has(text) or going.is_nearer(text, staying)):
            going.add(text)
            freed.append(same)
        else:
            staying.add(text)
    return freed


class _Side:
    """Descriptions of one persona: those that stay with it, or those that go."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self.texts: list[str] = []

    def add(self, text: str) -> None:
        self.texts.append(text)
        self._finder.add("", text)

    def has(self, text: str) -> bool:
        """Whether a rule finds one of them by the text."""
        return self._finder.find(text, apart=lambda id: False) is not None

    def is_nearer(self, text: str, other: "_Side") -> bool:
        """Whether one of them is more like the text than any of the others."""
        return nearest(text, [*other.texts, *self.texts]) not in other.texts


def nearest(text: str, known: Sequence[str]) -> str:
    """Which of the descriptions has most words in common with the text, by Jaccard; the first of several."""
    return max(known, key=lambda description: jaccard(word_set(text), word_set(description)))


def _by_alias(merges: Iterable[Merge]) -> dict[str, list[Merge]]:
    found: dict[str, list[Merge]] = {}
    for merge in merges:
        found.setdefault(merge.alias, []).append(merge)
    return found
