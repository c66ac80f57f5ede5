"""Any model of sentence-transformers, from a folder or from its cache."""

import os
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from personagraph.errors import ConfigError
from personagraph.meaning.encoders.encoder import Embed, Encoder, EncoderKind

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_PREFIX = "sentence-transformers:"
BATCH = 64


class SentenceTransformersEncoder:
    """The model of this name, or in this folder. Raises ConfigError when the package or the model is missing."""

    def __init__(self, model: str) -> None:
        self.name = f"{_PREFIX}{model}"
        self._model = _loaded(model)
        self._dims = int(self._model.get_embedding_dimension() or 0)

    @property
    def dims(self) -> int:
        """How many numbers a vector has."""
        return self._dims

    def encode(self, texts: Sequence[str]) -> "npt.NDArray[np.float32]":
        """A row of length 1 for each text; zeros for one of which the tokenizer knows less than half the pieces."""
        import numpy as np

        rows = np.zeros((len(texts), self.dims), dtype=np.float32)
        read = [number for number, text in enumerate(texts) if self._reads(text)]
        if read:
            said = [texts[number] for number in read]
            found = self._model.encode(said, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False)
            rows[read] = np.nan_to_num(np.asarray(found, dtype=np.float32))
        return rows

    def _reads(self, text: str) -> bool:
        if not any(map(str.isalnum, text)):
            return False
        tokenizer = self._model.tokenizer
        unknown = getattr(tokenizer, "unk_token_id", None)
        pieces = tokenizer(text, add_special_tokens=False, truncation=True)["input_ids"]
        return bool(pieces) and 2 * sum(piece == unknown for piece in pieces) < len(pieces)


def _loaded(model: str) -> Any:
    if find_spec("sentence_transformers") is None:
        raise ConfigError(
            f"{_PREFIX}{model} needs the package sentence-transformers; install personagraph[sentence-transformers]"
        )
    folder = os.path.expanduser(model)
    if model.startswith((".", "~", "/")) and not os.path.isdir(folder):
        raise ConfigError(f"{_PREFIX}{model}: there is no such folder; give the path of one that holds a model")
    if folder == model and not os.path.isabs(model) and os.path.exists(model) and not model.startswith("."):
        raise ConfigError(
            f"{_PREFIX}{model} is the name of a model, and there is a folder of that name here, too; to have that one"
            f" read, say {_PREFIX}./{model}"
        )
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(folder, device="cpu", trust_remote_code=False)
    except Exception as error:
        why = " ".join(str(error).split())[:200]
        raise ConfigError(
            f"{_PREFIX}{model} cannot be loaded ({why}); give the folder of a model, or a name that can be fetched"
        ) from error


def _made(name: str, embed: Embed | None) -> Encoder:
    return SentenceTransformersEncoder(name)


KIND = EncoderKind(
    _made, "any model of sentence-transformers, or a folder with one", shape="sentence-transformers:NAME", file=True
)
