"""Every kind of encoder, and the encoder of a name."""

import os
from pathlib import Path

from personagraph.errors import UsageError
from personagraph.meaning.encoders import openai, sentence_transformers, static
from personagraph.meaning.encoders.encoder import Embed, Encoder, EncoderKind

ENCODERS: dict[str, EncoderKind] = {
    "static": static.KIND,
    "sentence-transformers": sentence_transformers.KIND,
    "openai": openai.KIND,
}
"""By the beginning of the name that the settings `encoder` and `decider` take; the first is the default."""


def kind_of(name: str) -> tuple[EncoderKind, str]:
    """The kind of an encoder, and what its name says after the colon. Raises UsageError for one that is not known."""
    start, colon, rest = name.partition(":")
    kind = ENCODERS.get(start)
    if kind is None or not kind.fits(rest if colon else None):
        raise UsageError(f"there is no encoder {name!r}; it can be {shapes()}")
    return kind, rest


def shapes() -> str:
    """How an encoder can be named, for people."""
    return ", ".join(kind.shape or name for name, kind in ENCODERS.items())


def encoder_named(name: str, embed: Embed | None = None) -> Encoder:
    """The encoder with this name, which is handed what buys its vectors when its kind is paid for.

    Raises UsageError for a name of no kind, ConfigError when something that it needs is missing.
    """
    kind, rest = kind_of(name)
    return kind.make(rest, embed)


def placed(encoder: str, beside: Path) -> str:
    """The name of an encoder with the folder that it names, if any, as an absolute path; a relative one is in `beside`.

    A folder begins with a dot, a tilde or a slash; anything else is the name of a model.
    """
    start, _, name = encoder.partition(":")
    kind = ENCODERS.get(start)
    if not (kind and kind.file and name.startswith((".", "~", "/"))):
        return encoder
    return f"{start}:{os.path.abspath(beside / os.path.expanduser(name))}"
