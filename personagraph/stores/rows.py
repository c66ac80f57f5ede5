"""Personas, relationships and the rest as flat rows, in one order of columns for every store."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from math import isfinite
from typing import Any

from personagraph.errors import PersonaNotFoundError, StoreError
from personagraph.stores.graph_store import Neighbour
from personagraph.text.search import indexed_words
from personagraph.types import UNKNOWN, Attributes, Batch, Merge, Persona, Relationship, Source, SourceLink
from personagraph.vocabulary.attributes import ATTRIBUTES, bases_of, bases_text
from personagraph.vocabulary.cells import PAIR
from personagraph.vocabulary.linked import BOTH, DENIED, VIA
from personagraph.vocabulary.relationships import SOURCE_TYPES, TYPES, relationship_key

PERSONA = ("id", "description", "depth", "entry", "origin", "run", "nature", "simulated", "fields")
"""The columns of a persona but for its attributes, which come behind them in the order of their table, and BASES."""
BASES = "bases"
"""The column that says on what grounds each attribute is known."""
RELATIONSHIP = (
    *("key", "source", "target", "type", "label", "confidence", "former", "steering", "via", "agreement"),
    "calls",
)
SOURCE = ("id", "uri", "sha256", "excerpt")
SOURCE_LINK = ("source", "persona", "type", "calls")
MERGE = ("key", "alias", "description", "persona", "method", "score", "run")
BEFORE = "before:"
"""What the key of a relationship in own words begins with while it is the one from before such a key had the words."""
_VIA, _AGREEMENT = frozenset(("", *VIA)), frozenset(("", BOTH, DENIED))

Row = Sequence[Any]


def persona_columns() -> tuple[str, ...]:
    """What is read of a persona: PERSONA, then every attribute, then their bases."""
    return (*PERSONA, *known_columns())


def known_columns() -> tuple[str, ...]:
    """What is known of a persona: every attribute, and their bases."""
    return (*ATTRIBUTES, BASES)


def written_columns() -> tuple[str, ...]:
    """What is written of a persona: what is read of it, then the words to search by, and how many there are."""
    return (*persona_columns(), "words", "word_count")


def persona_row(persona: Persona) -> tuple[Any, ...]:
    """The values of `written_columns`."""
    p = persona
    own = (p.id, p.description, p.depth, p.entry, p.origin, p.run, p.nature, p.simulated, p.fields)
    return (*own, *known_row(p.attributes, p.bases), *indexed_words(p.description))


def known_row(attributes: Attributes, bases: Attributes) -> tuple[str, ...]:
    """The values of `known_columns`."""
    known = attributes.known()
    return (*map(known.get, ATTRIBUTES, repeat(UNKNOWN)), bases_text(bases))


def persona_from(row: Row) -> Persona:
    """The persona in a row with the columns of `persona_columns`.

    A persona that entered a database before there were fields has none.
    """
    id, description, depth, entry, origin, run, nature, simulated, fields = row[: len(PERSONA)]
    *values, bases = row[len(PERSONA) :]
    known = _known(tuple(ATTRIBUTES), tuple(values))
    own = (id, description, depth, entry, origin, run, nature, known, bool(simulated), fields or "")
    return Persona(*own, bases_of(bases or ""))


@lru_cache(maxsize=100_000)
def _known(names: Sequence[str], values: Sequence[str]) -> Attributes:
    """One object for all personas of whom the same is known: most have many like them."""
    return Attributes(**dict(zip(names, values, strict=True)))


def personas_from(found: Iterable[Row], ids: Sequence[str]) -> list[Persona]:
    """The personas with these ids, in that order. Raises PersonaNotFoundError naming the first that was not found."""
    by_id = {row[0]: row for row in found}
    for id in ids:
        if id not in by_id:
            raise PersonaNotFoundError(f"there is no persona {id!r}; `personagraph search` finds them by words")
    return [persona_from(by_id[id]) for id in ids]


def sought(cell: Mapping[str, str]) -> tuple[str, ...]:
    """The attributes by which an index finds who is in a cell: PAIR, else the most selective one.

    One that is stated goes before one that is unknown, as it is of most personas. Raises StoreError for what is no
    attribute.
    """
    if strange := cell.keys() - ATTRIBUTES.keys():
        raise StoreError(f"a cell is of attributes, and {', '.join(sorted(strange))} is none")
    if cell.keys() >= set(PAIR):
        return PAIR
    named = (name for name in ATTRIBUTES if name in cell)
    return tuple(sorted(named, key=lambda name: (cell[name] == UNKNOWN, -ATTRIBUTES[name].one_in))[:1])


def neighbours(levels: Iterable[list[Persona]], limit: int | None) -> list[Neighbour]:
    """The personas of each level with their distance, nearest first, then by entry."""
    found = [
        Neighbour(persona, hop)
        for hop, level in enumerate(levels, 1)
        for persona in sorted(level, key=lambda p: (p.entry, p.id))
    ]
    return found if limit is None else found[:limit]


def relationship_from(row: Row) -> Relationship:
    """The relationship in a row with the columns of RELATIONSHIP, its calls as a list (None where that was empty).

    A database that `neo4j-admin` made holds no empty lists. A relationship from before there were links has no `via`.
    """
    key, source, target, type, label, confidence, former, steering, via, agreement, calls = row
    said = (key, source, target, type, label, confidence, bool(former), steering)
    return Relationship(*said, tuple(calls or ()), via or "", agreement or "")


def link_from(row: Row) -> tuple[Source, SourceLink]:
    """The source and the link in a row with the columns of SOURCE, then persona, type and calls as a list."""
    *source, persona, type, calls = row
    return Source(*source), SourceLink(source[0], persona, type, tuple(calls or ()))


def relationship_row(relationship: Relationship) -> tuple[Any, ...]:
    """The columns of RELATIONSHIP, without the calls."""
    r = relationship
    return (r.key, r.source, r.target, r.type, r.label, r.confidence, r.former, r.steering, r.via, r.agreement)


def source_row(source: Source) -> tuple[str, ...]:
    """The columns of SOURCE."""
    return (source.id, source.uri, source.sha256, source.excerpt)


def merge_row(merge: Merge) -> tuple[Any, ...]:
    """The columns of MERGE."""
    m = merge
    return (m.key, m.alias, m.description, m.persona, m.method, m.score, m.run)


def merge_order(merge: Merge) -> tuple[int, str, int, int]:
    """Run (r2 before r10), step and item of a merge, to sort by."""
    run, step, item = merge.key.rsplit(".", 2)
    return len(run), run, int(step), int(item)


def _check_known(id: str, attributes: Attributes) -> None:
    if (known := attributes.known()) and (more := known.keys() - ATTRIBUTES.keys()):
        raise StoreError(f"Persona {id} states {', '.join(sorted(more))}, which no attribute is called.")


def is_due(batch: Batch, applied: int) -> bool:
    """Whether the batch is the next one of its run.

    False when it is already applied. Raises StoreError when steps before it are missing or it is cut differently.
    """
    if batch.last <= applied:
        return False
    if batch.first != applied:
        raise StoreError(
            f"Steps {batch.first} to {batch.last} of run {batch.run} cannot be written: the graph holds {applied} steps"
            " of it. Resume the run from there."
        )
    return True


def check_batch(batch: Batch) -> None:
    """Raises StoreError for a row that no graph can hold, naming it."""
    for persona in batch.personas:
        _check_known(persona.id, persona.attributes)
    for id, (attributes, _) in batch.known.items():
        _check_known(id, attributes)
    for r in batch.relationships:
        if r.type not in TYPES or r.key != relationship_key(r.source, r.type, r.target, r.label):
            raise StoreError(
                f"Relationship {r.key} has a type that is not in the vocabulary, or a key that is not its own."
            )
        if r.via not in _VIA or r.agreement not in _AGREEMENT:
            raise StoreError(
                f"Relationship {r.key} says of its ends what there is no word for: via {r.via!r:.40}, agreement"
                f" {r.agreement!r:.40}."
            )
        if r.source == r.target or (TYPES[r.type].symmetric and r.source > r.target):
            raise StoreError(
                f"Relationship {r.key} ties a persona to itself, or its symmetric type is not in id order."
            )
    for number, row in [(r.confidence, r.key) for r in batch.relationships] + [(m.score, m.key) for m in batch.merges]:
        if not isfinite(number):
            raise StoreError(f"The confidence of relationship, or the score of merge, {row} is no number: {number}.")
    for link in batch.source_links:
        if link.type not in SOURCE_TYPES.values():
            raise StoreError(
                f"The link of {link.persona} to source {link.source} has no type for sources: {link.type}."
            )
    for merge in batch.merges:
        parts = merge.key.rsplit(".", 2)
        if len(parts) != 3 or not (parts[1].isdecimal() and parts[2].isdecimal()):
            raise StoreError(f"The key of merge {merge.key} is not of the form run.step.item.")
