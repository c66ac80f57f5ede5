"""The encoder that comes with the package: a vector for each word, learned from all-MiniLM-L6-v2, and one sum a text.

`scripts/distil_encoder.py` made the file; its licence stands in `static.LICENSE`.
"""

from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from personagraph.meaning.encoders.encoder import Embed, Encoder, EncoderKind

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

FILE = "static.npz"
LONGEST = 4096
"""Characters of a text that are read: more than any encoder of sentences looks at."""
READ = 0.6
"""A text is read when at least so many of its letters stand in words that the model has whole."""
CHUNK = 4096
FEW = 64
"""Texts up to which compiling what sums them is not worth its time."""


class Model(NamedTuple):
    """What is in the file: the entries in their order, and their vectors, each row times its scale."""

    name: str
    entries: list[str]
    rows: "npt.NDArray[np.int8]"
    scales: "npt.NDArray[np.float32]"


class StaticEncoder:
    """A text's vector is the sum of its words' vectors, those of a word that the model lacks being its pieces'.

    Order, case, accents and punctuation make no difference. What is not English enough is not read (READ).
    """

    def __init__(self, model: Model) -> None:
        from personagraph.meaning.encoders.words_met import WordsMet

        self.name = model.name
        self._model = model
        self._words = WordsMet(model.entries)

    @property
    def dims(self) -> int:
        """How many numbers a vector has."""
        return int(self._model.rows.shape[1])

    def encode(self, texts: Sequence[str]) -> "npt.NDArray[np.float32]":
        """A row of length 1 for each text; zeros for one that is not read. The same whatever it is encoded beside."""
        import numpy as np

        rows = np.zeros((len(texts), self.dims), dtype=np.float32)
        for first in range(0, len(texts), CHUNK):
            some = [text[:LONGEST] for text in texts[first : first + CHUNK]]
            self._words.sum(some, self._model, READ, rows[first : first + CHUNK], compiled=len(texts) > FEW)
        lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))[:, None]
        np.divide(rows, lengths, out=rows, where=lengths > 0)
        return rows


def read_model(file: Path) -> Model:
    """The model in a file that `scripts/distil_encoder.py` wrote; its name tells it from every other one."""
    import numpy as np

    held = file.read_bytes()
    with np.load(file, allow_pickle=False) as found:
        entries = found["entries"].tobytes().decode().split("\n")
        rows, scales = found["rows"], found["scales"].astype(np.float32)
    return Model(f"static-{blake2b(held, digest_size=4).hexdigest()}", entries, rows, scales)


@cache
def _own() -> StaticEncoder:
    return StaticEncoder(read_model(Path(str(files(__package__).joinpath(FILE)))))


def _made(name: str, embed: Embed | None) -> Encoder:
    return _own()


KIND = EncoderKind(_made, "a model that comes with the package, fast and for English", inside=True)
