"""Who is there, and on what grounds anything is known of them."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from personagraph.steering.audit.facts import AuditFacts
from personagraph.steering.audit.section import Section, Values, aligned, counted, percent
from personagraph.steering.evidence import AGREED, BASES, CONTRADICTED, UNSUPPORTED
from personagraph.types import UNKNOWN
from personagraph.vocabulary.attributes import ATTRIBUTES, bases_of

UNCHECKED = "unchecked"
"""Of what was stated before anybody looked whether it is so."""
CLAIMS = (AGREED, CONTRADICTED, UNSUPPORTED)


def _measure(facts: AuditFacts) -> Values:
    """`attributes` has for each how many know it on each basis; `claims` what became of statements, by model."""
    graph = facts.graph
    bases = bases_counted(facts)
    attributes = {}
    for name in ATTRIBUTES:
        column = facts.columns[name]
        unknown = _count(column.codes, column.names.index(UNKNOWN)) if UNKNOWN in column.names else 0
        known = len(graph) - unknown
        told = {basis: bases[name][basis] for basis in BASES}
        attributes[name] = {"known": known, "unknown": unknown, **told, UNCHECKED: known - sum(told.values())}
    return {
        "personas": len(graph),
        "seeds": int((graph.depths == 0).sum()),
        "relationships": len(graph.sources),
        "simulated": int(graph.simulated.sum()),
        "attributes": attributes,
        "claims": {
            model: {name: {what: counts.get(what, 0) for what in CLAIMS} for name, counts in claims.items()}
            for model, claims in facts.history.claims.items()
        },
    }


def bases_counted(facts: AuditFacts) -> dict[str, Counter[str]]:
    """How many know each attribute on each basis."""
    found: dict[str, Counter[str]] = {name: Counter() for name in ATTRIBUTES}
    column = facts.graph.bases
    for text, times in zip(column.names, np.bincount(column.codes, minlength=len(column.names)).tolist(), strict=True):
        for name, basis in bases_of(text).known().items():
            if name in found:
                found[name][basis] += times
    return found


def _count(codes: Any, code: int) -> int:
    return int((codes == code).sum())


def _lines(values: Values) -> Sequence[str]:
    people = values["personas"]
    lines = [
        f"{counted(people, 'persona')}, {counted(values['seeds'], 'seed')} among them,"
        f" {counted(values['relationships'], 'relationship')}"
    ]
    if values["simulated"]:
        lines.append(f"{values['simulated']:,} of them are made up by no real model")
    if not people:
        return [*lines, "the graph is empty: extract texts or import personas first"]
    rows = []
    for name, found in values["attributes"].items():
        grounds = [f"{found[basis]:,} {basis}" for basis in (*BASES, UNCHECKED) if found[basis]]
        rows.append((name, f"known of {percent(found['known'] / people)}", ", ".join(grounds)))
    lines += [line.rstrip() for line in _named(rows)]
    for model, claims in values["claims"].items():
        for name, counts in claims.items():
            lines.append(
                f"stated by {model}, {name}: {counts[AGREED]:,} borne out by the words, {counts[CONTRADICTED]:,}"
                f" contradicted by them and dropped, {counts[UNSUPPORTED]:,} of which they say nothing"
            )
    return lines


def _named(rows: Sequence[tuple[str, str, str]]) -> list[str]:
    return [
        f"{start}  ({grounds})" if grounds else start
        for start, (_, _, grounds) in zip(aligned([row[:2] for row in rows]), rows, strict=True)
    ]


SECTION = Section(
    _measure,
    _lines,
    "Who is there, and how it is known",
    "words: read from the description; agreed: stated by a model, and read alike; stated: by a model that was found to"
    " state well; field: a column of an import; model: annotated by a model; label: yours; unchecked: stated, and never"
    " held against the words.",
)
