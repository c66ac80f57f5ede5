"""Measures of spread: what they say of a file of personas, and how long they take: scripts/bench spread --real FILE

Of a file of personas in lines of JSON, each measure is told beside the same population shuffled, with its interval, and
again after twenty farmers in almost the same words were added, in the frame of those before. Paces are of made-up
personas, in seconds of CPU, voices and clusters of all rows among them.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from personagraph.meaning.embedded.frame import Frame, frame_of
from personagraph.meaning.embedded.population import Population
from personagraph.meaning.encoders.static import KIND
from personagraph.meaning.groups.clusters import clusters_of
from personagraph.meaning.groups.voices import voices_of
from personagraph.meaning.spread import MEASURES
from personagraph.meaning.spread.baseline import beside, chance_of
from personagraph.meaning.spread.measure import Spread
from scripts.made_personas import personas

FARMERS = [
    f"a {who} farmer who grows {what} on a small farm"
    for who in ("young", "old", "local", "rural", "retired")
    for what in ("corn", "wheat", "maize", "crops")
]


def main() -> None:
    """Print a line for each measurement."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--real", type=Path, help="a file of personas, in lines of JSON")
    options.add_argument("--rows", type=int, nargs="*", default=[20_000, 200_000])
    given = options.parse_args()
    if given.real:
        with given.real.open(encoding="utf-8") as file:
            told([str(json.loads(line)["persona"]) for line in file])
    for count in given.rows:
        pace(count)


def told(texts: Sequence[str]) -> None:
    """What each measure says of these, shuffled, and with the farmers."""
    encoder = KIND.make("", None)
    before, farmers = encoder.encode(texts), encoder.encode(FARMERS)
    cosines = (farmers @ farmers.T)[np.triu_indices(len(farmers), 1)]
    one = Population.of(encoder.name, before)
    more = Population.of(encoder.name, np.concatenate([before, farmers]))
    frame = frame_of(one)
    chance = chance_of(one, seed=1)
    print(f"{len(one):,} personas, {one.unread:,} that cannot be read; {frame.told()}; radius {frame.radius:.3f}")
    print(f"the farmers' cosines: {cosines.min():.2f} to {cosines.max():.2f}, {cosines.mean():.2f} on average")
    for name, measure in MEASURES.items():
        found = beside(measure, one, frame, chance)
        interval = f" [{found.low:.5g}, {found.high:.5g}]" if found.low is not None else ""
        print(
            f"{name}: {number(found.found)}{interval}, shuffled {number(found.shuffled)}, with farmers "
            f"{number(measure(more, frame))} ({measure.unit}) {dict(found.found.detail)}",
            flush=True,
        )


def number(found: Spread) -> str:
    """The value of a measure, or why there is none."""
    return f"{found.value:.5g}" if found.value is not None else found.reason


def pace(count: int) -> None:
    """How long each takes, of so many made-up personas."""
    encoder = KIND.make("", None)
    vectors = encoder.encode([text for text, _ in personas(count)])
    voices_of(vectors[:500], 0.8)  # compiled before the clock starts
    people = Population.of(encoder.name, vectors)
    frame: Frame = clocked(f"{count:,}: frame", lambda: frame_of(people))
    for name, measure in MEASURES.items():
        clocked(f"{count:,}: {name}", lambda measure=measure: measure(people, frame))
    clocked(f"{count:,}: shuffled and drawn again", lambda: chance_of(people, seed=1))
    voices = clocked(f"{count:,}: voices of all", lambda: voices_of(vectors, 0.8))
    print(f"{count:,}: {int(voices.max()) + 1:,} voices")
    clocked(f"{count:,}: clusters of all", lambda: clusters_of(vectors, rng=np.random.default_rng(0)))


def clocked(name: str, work: Callable[[], Any]) -> Any:
    """What the work gives; a line says how many seconds of CPU it took."""
    began = process_time()
    found = work()
    print(f"{name} {process_time() - began:.2f} s", flush=True)
    return found


if __name__ == "__main__":
    main()
