"""Embeddings of an OpenAI-compatible server, which somebody else buys: money, pace and retries are theirs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from personagraph.errors import ChatError, ConfigError
from personagraph.meaning.encoders.encoder import Embed, Encoder, EncoderKind

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class OpenAIEncoder:
    """The model of this name; `embed` buys its vectors."""

    def __init__(self, model: str, embed: Embed) -> None:
        self.name = f"openai:{model}"
        self._embed = embed
        self._dims = 0

    @property
    def dims(self) -> int:
        """How many numbers a vector has; a word is embedded to find out, when nothing has been before."""
        if not self._dims:
            self.encode(["person"])
        return self._dims

    def encode(self, texts: Sequence[str]) -> "npt.NDArray[np.float32]":
        """A row of length 1 for each text; zeros for one without a letter or number, which is not sent.

        Raises ChatError when the provider fails, or sends vectors of another length than before.
        """
        import numpy as np

        said = [number for number, text in enumerate(texts) if any(map(str.isalnum, text))]
        vectors = np.asarray(self._embed([texts[n] for n in said]) if said else [], dtype=np.float32)
        dims = vectors.shape[1] if said else self.dims if len(texts) else self._dims
        if self._dims and dims != self._dims:
            raise ChatError(
                f"{self.name} sent vectors of {dims} numbers after some of {self._dims}; check what the server serves"
            )
        self._dims = dims
        rows = np.zeros((len(texts), dims), dtype=np.float32)
        if said:
            lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
            rows[said] = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
        return rows


def _made(name: str, embed: Embed | None) -> Encoder:
    if embed is None:
        raise ConfigError(f"openai:{name} is paid for, and nothing here may buy; name another encoder")
    return OpenAIEncoder(name, embed)


KIND = EncoderKind(_made, "embeddings of OpenAI's, or of a server that is compatible", shape="openai:NAME", paid=True)
