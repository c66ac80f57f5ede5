"""What a run of linking brought, as lines for people."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from personagraph.workspace import LinkResult

SHOWN = 6
"""Types that are listed."""
FEW, ALIKE = 20, 0.8
"""From so many ties on, of which so large a share has one type, a model is said not to tell them apart."""
KINDS = {"judge": "judged in one token", "tell": "asked how two are tied", "imagine": "asked whom an ego knows"}


def link_lines(done: "LinkResult") -> Iterator[str]:
    """The calls by kind, the trial, the links by source, what other ends said, and what became of the graph."""
    yield ""
    yield "calls: " + (_told({KINDS.get(kind, kind): count for kind, count in done.calls.items()}) or "none")
    yield from _trial(done)
    total = sum(done.links.values())
    yield f"{total:,} links{f': {_told(done.links)}' if total else ''}; {done.declined:,} pairs passed and are not tied"
    told = sum(done.types.values())
    if told:
        yield f"types: {_told(dict(list(done.types.items())[:SHOWN]))}"
    if told >= FEW and max(done.types.values()) >= ALIKE * told:
        yield "nearly all have one type: this model does not tell ties apart; take them for ties of a kind unknown"
    if ends := done.agreed + done.another + done.denied:
        yield (
            f"{ends:,} asked from the other end: {done.agreed:,} say the same, {done.another:,} something else,"
            f" {done.denied:,} that there is none"
        )
    before, after = done.components
    yield f"components: {before:,} before, {after:,} after"
    if done.within_six[0] is not None and done.within_six[1] is not None:
        yield f"pairs at most six hops apart: {done.within_six[0]:.2%} before, {done.within_six[1]:.2%} after"


def _trial(done: "LinkResult") -> Iterator[str]:
    trial = done.trial
    if not trial["known"] and not trial["random"]:
        return
    tried = f"tried on {trial['known']:,} ties and {trial['random']:,} random pairs"
    if trial["auc"]:
        value, low, high = trial["auc"]
        tried += f": AUC {value:.2f} ({low:.2f} to {high:.2f}), yes to {trial['yes_random']:.0%} of the random ones"
    bar = f"the bar lies at {trial['bar']:.2f}" if trial["judges"] else "its judgement does not count"
    yield f"{tried}{', by its words' if trial['by_word'] else ''}; {bar}"


def _told(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())
