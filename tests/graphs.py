"""Graphs made by hand or by hypothesis, in a real SQLite store."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile

from hypothesis import strategies as st

from personagraph.stores.graph_store import GraphStore
from personagraph.stores.sqlite.store import SQLiteStore
from personagraph.types import Attributes, Batch, Persona, Relationship, Removal, persona_id
from personagraph.vocabulary.linked import BOTH, DENIED, VIA
from personagraph.vocabulary.occupations import ACTIVITIES
from personagraph.vocabulary.places import REGIONS
from personagraph.vocabulary.relationships import TYPES, endpoints, relationship_key

NASTY = (
    "=1+1", "+A1", "-1", "@SUM(A1)", "\ttab", "\rreturn", "\nline", "'quoted", "''twice", "＝full width",
    'a "quoted" word', "it's", "back\\slash", "ends in \\", "\\u0027 DETACH DELETE", "\\\\u0022", "\\\\\\u0022}]",
    "a;\nMATCH (n) DETACH DELETE n;\n", "`tick`", "//comment", "/*", "{id: 1}", "]]>", "<node/>", "&amp;&#0;", "a\r\nb",
    "\x00", "\x08\x0b\x0c\x1f\x7f\x85", "\ufffe\uffff", "\u2028\u2029", "\u202eright to left", "日本語", "👩‍🌾", "é é",
    "$param", "a,b;c", "", " ", "  spaces  ",
)  # fmt: skip
"""Texts that a format could take for something else than text."""

TEXTS = st.one_of(st.sampled_from(NASTY), st.text(st.characters(exclude_categories=["Cs"]), max_size=30))


def persona(description: str, entry: int, *, depth: int | None = 0, run: str = "r1", **stated: str) -> Persona:
    return Persona(persona_id(description), description, depth, entry, "import", run, attributes=Attributes(**stated))


def tie(a: Persona, b: Persona, type: str = "TEACHES", *, label: str = "", calls: Sequence[str] = ()) -> Relationship:
    source, target = endpoints(a.id, b.id, type, forward=True)
    key = relationship_key(source, type, target, label)
    return Relationship(key, source, target, type, label, 0.5, False, 1, tuple(calls))


def stored(folder: Path, personas: Iterable[Persona], relationships: Iterable[Relationship] = ()) -> GraphStore:
    """A store in a new file of the folder, with this graph."""
    with NamedTemporaryFile(dir=folder, suffix=".sqlite3", delete=False) as file:
        store = SQLiteStore.open(Path(file.name), "w")
    return refilled(store, personas, relationships)


def refilled(store: GraphStore, personas: Iterable[Persona], relationships: Iterable[Relationship] = ()) -> GraphStore:
    """The store, with this graph instead of the one that it had."""
    old = Removal(tuple(p.id for p in store.scan_personas()), tuple(r.key for r in store.scan_relationships()))
    n = store.applied("r1")
    store.write(Batch("r1", n, n + 1, tuple(personas), relationships=tuple(relationships), removed=old))
    return store


def line(n: int) -> tuple[list[Persona], list[Relationship]]:
    """Persona 0 teaches 1, who teaches 2, and so on."""
    people = [persona(f"A potter of house {i}", i, depth=i) for i in range(n)]
    return people, [tie(a, b) for a, b in itertools.pairwise(people)]


def nasty() -> tuple[list[Persona], list[Relationship]]:
    """Every nasty text, as a description, as an attribute and as a label."""
    people = [persona(f"{text}{i}", i, depth=i or None, language=text) for i, text in enumerate(NASTY)]
    return people, [
        tie(a, b, label=b.attributes["language"], calls=["c1", "c2"]) for a, b in itertools.pairwise(people)
    ]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[Persona], list[Relationship]]:
    """A small graph in which every text is nasty."""
    descriptions = draw(st.lists(TEXTS, max_size=6, unique_by=persona_id))
    people = [
        Persona(
            persona_id(text),
            text,
            draw(st.none() | st.integers(0, 6)),
            entry,
            "persona",
            draw(st.sampled_from(["r1", "r2"])),
            draw(st.sampled_from(["person", "animal"])),
            Attributes(
                activity=draw(st.sampled_from(["unknown", *ACTIVITIES])),
                region=draw(st.sampled_from(["unknown", *REGIONS])),
                language=draw(TEXTS),
            ),
            draw(st.booleans()),
            draw(FIELDS),
        )
        for entry, text in enumerate(descriptions)
    ]
    pairs = [(a, b) for a in people for b in people if a.id != b.id]
    ties = {}
    for a, b in draw(st.lists(st.sampled_from(pairs), max_size=12)) if pairs else ():
        made = tie(a, b, draw(st.sampled_from(sorted(TYPES))), label=draw(TEXTS), calls=draw(st.lists(CALLS)))
        ties[made.key] = replace(made, **draw(LINKED))
    return people, list(ties.values())


FIELDS = st.sampled_from(("", '{"=x":1}', '{"a":"","b":[null,{"c":"\\u0000 \\ud83d"}]}', '{"日本":"👩‍🌾 \'\\"\\\\"}'))
LINKED = st.fixed_dictionaries(
    {"via": st.sampled_from(("", *VIA)), "agreement": st.sampled_from(("", BOTH, DENIED))},
)
CALLS = st.from_regex(r"[0-9a-f]{8}", fullmatch=True)
