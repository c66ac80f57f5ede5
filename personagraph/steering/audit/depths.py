"""How widely descriptions spread, in a named space of meanings, and who of them says the same."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.snapshot import Categorical
from personagraph.vocabulary.cells import Cell

if TYPE_CHECKING:
    from personagraph.meaning.spread.measure import Spread


@dataclass(frozen=True)
class Depths:
    """What was measured of the descriptions of a graph, as JSON has it; everyone's voice (n, int32), -1 for none."""

    told: Mapping[str, Any]
    voices: NDArray[np.int32]

    def by_cell(self, columns: Sequence[Categorical]) -> dict[Cell, int]:
        """How many distinct voices each cell has that anybody is in, those with unknown values too."""
        if not len(self.voices):
            return {}
        shape = [len(column.names) for column in columns]
        cells = np.ravel_multi_index([column.codes for column in columns], shape)
        read = self.voices >= 0
        pairs = np.unique(np.stack([cells[read], self.voices[read]]), axis=1)
        numbers, counts = np.unique(pairs[0], return_counts=True)
        places = zip(*(codes.tolist() for codes in np.unravel_index(numbers, shape)), strict=True)
        named = (tuple(column.names[at] for column, at in zip(columns, place, strict=True)) for place in places)
        return dict(zip(named, counts.tolist(), strict=True))


def depths_of(encoder: str, vectors: NDArray[np.float32], *, seed: int = 0) -> Depths:
    """The measures of `personagraph.meaning.spread.MEASURES` of vectors (n, dims) by an encoder of this name.

    Each stands beside that of the same population shuffled. A vector of zeros is of a description that the encoder
    cannot read: it is counted as unread, and has no voice.
    """
    from personagraph.meaning.embedded.frame import ALIKE, frame_of
    from personagraph.meaning.embedded.population import Population
    from personagraph.meaning.groups.voices import voices_of
    from personagraph.meaning.spread import MEASURES
    from personagraph.meaning.spread.baseline import beside, chance_of

    people = Population.of(encoder, vectors, seed=seed)
    frame, chance = frame_of(people), chance_of(people, seed=seed)
    measures = {}
    for name, measure in MEASURES.items():
        found = beside(measure, people, frame, chance)
        measures[name] = {
            "about": measure.about,
            "unit": measure.unit,
            "wider": measure.wider,
            **_told(found.found),
            "low": found.low,
            "high": found.high,
            "shuffled": found.shuffled.value,
        }
    told = {
        "encoder": encoder,
        "personas": len(people),
        "unread": people.unread,
        "frame": frame.told(),
        "alike": ALIKE,
        "measures": measures,
    }
    voices = voices_of(vectors, ALIKE) if len(vectors) else np.zeros(0, np.int32)
    return Depths({**told, "voices": len(set(voices[voices >= 0].tolist()))}, voices)


def _told(found: "Spread") -> dict[str, Any]:
    told = asdict(found)
    return {name: told[name] for name in ("value", "rows", "of", "reason", "detail")}
