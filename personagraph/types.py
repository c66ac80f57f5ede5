"""The nouns of personagraph as plain frozen dataclasses; they know nothing of files, databases or models."""

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import prod
from typing import Any, NamedTuple

from personagraph.errors import Allowance

UNKNOWN = "unknown"


def normalise(description: str) -> str:
    """The form in which two descriptions are the same text: NFC, case-folded, white space collapsed."""
    if description.isascii():
        text = description.lower().strip()
        # What is printable has no white space but spaces: most texts are as they should be, and need not be cut.
        return text if text.isprintable() and "  " not in text else " ".join(text.split())
    return " ".join(unicodedata.normalize("NFC", unicodedata.normalize("NFC", description).casefold()).split())


def digest(*parts: str) -> str:
    """A 32-digit hexadecimal content hash of the parts, in order (BLAKE2b, 128 bits)."""
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()


@lru_cache(maxsize=256)
def persona_id(description: str) -> str:
    """The id of the persona with this description: a content hash of its normalised form.

    The last ones are remembered, as whoever arrives is asked for it several times in a row.
    """
    return digest(normalise(description))


class Attributes:
    """A text for some attributes: `known["age"]` is "unknown" where there is none.

    Never changed. Which attributes and values there are is said in `personagraph.vocabulary.attributes`; a store
    refuses others.
    """

    __slots__ = ("_known",)

    def __init__(self, **values: str) -> None:
        self._known = {name: value for name, value in values.items() if value != UNKNOWN}

    def __getitem__(self, name: str) -> str:
        return self._known.get(name, UNKNOWN)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Attributes) and self._known == other._known

    def __hash__(self) -> int:
        return hash(frozenset(self._known.items()))

    def __repr__(self) -> str:
        return f"Attributes({', '.join(f'{name}={value!r}' for name, value in self._known.items())})"

    def known(self) -> dict[str, str]:
        """The attributes that are not unknown, by name, in the order in which they were given."""
        return dict(self._known)


@dataclass(frozen=True, slots=True)
class Persona:
    """One node: a one-sentence description that stands on its own.

    `depth` is the fewest undirected hops from any seed, None without a link to one. `entry` numbers personas in the
    order in which they entered the graph, from 0. `origin` is text, persona, import or unlinked; `nature` is person,
    group, organisation or animal. `attributes` is what counts as known, and `bases` on what grounds, as
    `personagraph.steering.evidence` names them; without one a model stated it, and nobody looked whether it is so.
    `simulated` marks what no real model wrote. `fields` is what else the row said that it was imported from: an object
    in JSON, or empty.
    """

    id: str
    description: str
    depth: int | None
    entry: int
    origin: str
    run: str
    nature: str = "person"
    attributes: Attributes = field(default_factory=Attributes)
    simulated: bool = False
    fields: str = ""
    bases: Attributes = field(default_factory=Attributes)


@dataclass(frozen=True, slots=True)
class Relationship:
    """One directed edge: the projection of every assertion with this source, type and target; in own words, with these.

    A symmetric type is stored with `source < target`. `calls` are the keys of the supporting calls, oldest first.
    `steering` is the least steered of its assertions: 0 nothing was named, 1 the type, 2 the type and a hint.
    `via` says how it was found that two who were there are tied, as `personagraph.vocabulary.linked` names it; it is
    empty where one of its assertions let somebody in, or came from a file that does not say. `agreement` is "both"
    where both ends assert it, of whom one was asked about the other, "denied" where one denies it, else empty.
    """

    key: str
    source: str
    target: str
    type: str
    label: str = ""
    confidence: float = 1.0
    former: bool = False
    steering: int = 0
    calls: tuple[str, ...] = ()
    via: str = ""
    agreement: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A text that personas were extracted from; `excerpt` is its beginning."""

    id: str
    uri: str
    sha256: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class SourceLink:
    """How a persona is tied to a source: LIKELY_TO_READ, _WRITE, _LIKE or _DISLIKE."""

    source: str
    persona: str
    type: str
    calls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Merge:
    """A description that turned out to be a persona already known. `key` is `run.step.item`, `alias` its own id."""

    key: str
    alias: str
    description: str
    persona: str
    method: str
    score: float
    run: str


@dataclass(frozen=True, slots=True)
class Removal:
    """What a batch takes out of the graph; naming what is not there is no error.

    A persona goes with its relationships, source links and merges, a source with its links.
    """

    personas: tuple[str, ...] = ()
    relationships: tuple[str, ...] = ()
    source_links: tuple[tuple[str, str, str], ...] = ()
    merges: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


class Mark(NamedTuple):
    """How far a ledger is: the number of its last run, and that of the last attempt that it sent."""

    runs: int = 0
    attempts: int = 0


NO_MARK = Mark()


@dataclass(frozen=True, slots=True)
class Batch:
    """What the steps `first` ≤ n < `last` of a run change, to be written all or nothing.

    Rows replace rows with the same key. `depths` are the changed depths of personas already stored, `known` what is
    known of some by now: their attributes, and the bases.
    Removals are carried out before the rest. `fresh` promises that no store holds any of its personas and relationships
    as long as the batch is not applied: a store need not look for them, and two runs may write theirs at once.
    `mark` is how far the ledger is by now; a fresh batch has none.
    """

    run: str
    first: int
    last: int
    personas: tuple[Persona, ...] = ()
    depths: Mapping[str, int | None] = field(default_factory=dict)
    relationships: tuple[Relationship, ...] = ()
    sources: tuple[Source, ...] = ()
    source_links: tuple[SourceLink, ...] = ()
    merges: tuple[Merge, ...] = ()
    known: Mapping[str, tuple[Attributes, Attributes]] = field(default_factory=dict)
    removed: Removal = Removal()
    fresh: bool = False
    mark: Mark = NO_MARK


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts of the whole graph; `by_depth` has the key None for personas without a link to a seed."""

    personas: int
    relationships: int
    sources: int
    merges: int
    by_depth: Mapping[int | None, int]
    by_type: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Path:
    """A walk from the first persona to the last; relationship i ties persona i to persona i + 1."""

    personas: tuple[Persona, ...]
    relationships: tuple[Relationship, ...]

    @property
    def hops(self) -> int:
        """How many relationships it takes."""
        return len(self.relationships)

    @property
    def confidence(self) -> float:
        """The product of the confidences of its relationships."""
        return prod(r.confidence for r in self.relationships)


@dataclass(frozen=True, slots=True)
class Paths:
    """Some of the paths between two personas or groups, in the order of the question.

    `count` is how many there are; `costs` are those of the paths when they were ranked by cost, else empty.
    """

    count: int
    paths: tuple[Path, ...]
    costs: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One planned model call, or one numbered piece of work that needs none (`prompt` is then empty).

    `subject` is the ego or the source. `fields` is what the prompt is rendered with and the call is keyed by;
    `context` is what deciding needs besides. `steering` is 0 to 3, as in the design's levels S0 to S3. `retries` names
    the dead letter, as run.step, that the step asks again.
    """

    n: int
    subject: str
    prompt: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)
    steering: int = 0
    retries: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one item of a reply.

    `outcome` is new, merged, linked (to a persona who is known), rejected, dead, sample, annotated (other attributes),
    tried (somebody, or a pair, on whom a model is judged), imagined (somebody who stays in the ledger), judged (how a
    model rates that two know each other), declined (two who were asked about and are not tied); or, of a merge that is
    taken back, undone (a persona of its own) or moved (merged into another). `reason` says why (a guard's name, a
    method). `persona` is the id it ended at. `detail` holds all that is needed to apply the verdict again without the
    reply.
    """

    item: int
    outcome: str
    reason: str = ""
    persona: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


class Assertion(NamedTuple):
    """One accepted item: "the ego and this persona are connected so". `ego` is a source id for a LIKELY_TO_… type.

    `source`, `target` and `key` are those of the relationship (or source link) that it supports; `alias` is the id of
    the description that was merged into the persona, or empty. `via` is as a relationship has it, or "denied" of an
    item that says that there is no such relationship.
    """

    run: str
    step: int
    item: int
    call: str
    ego: str
    persona: str
    alias: str
    key: str
    source: str
    target: str
    type: str
    label: str = ""
    confidence: float = 1.0
    former: bool = False
    steering: int = 0
    via: str = ""


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One call, ready to send. `key` is the ledger's; `schema` is the JSON schema of the reply, or None for free text.

    `fields` is what the messages were rendered from: simulated backends read it instead of the messages. `own` names
    the parameters that the user set himself. `tops` is how many of the likeliest first tokens are wanted with their
    log-probabilities: 0 for none.
    """

    key: str
    prompt: str
    messages: tuple[Mapping[str, str], ...]
    schema: Mapping[str, Any] | None
    parameters: Mapping[str, Any]
    fields: Mapping[str, Any]
    own: frozenset[str] = frozenset()
    tops: int = 0


@dataclass(frozen=True, slots=True)
class ChatReply:
    """What came back: the raw text, why it ended (stop, length, refusal), and what it used.

    `metered` says that the token counts are the server's. `cost` is in USD; the client sets it. `tops` has the
    likeliest first tokens with the natural logarithms of their probabilities, where they were asked for and the server
    tells. What follows is not kept: `doubt` is what of the counts cannot be true, `allowance` what the server said of
    its limits, `thought` that the model thought before it answered, `remarks` what the user should know of the asking.
    """

    text: str
    finish: str = "stop"
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    cost: float = 0.0
    latency: float = 0.0
    tops: Mapping[str, float] = field(default_factory=dict)
    metered: bool = True
    allowance: Allowance | None = field(default=None, compare=False)
    doubt: str = field(default="", compare=False)
    thought: bool = field(default=False, compare=False)
    remarks: tuple[str, ...] = field(default=(), compare=False)
