"""Writing one batch into the Neo4j graph, inside a transaction that the caller opened."""

from collections.abc import Sequence
from typing import Any

from personagraph.errors import StoreError
from personagraph.stores import rows
from personagraph.stores.neo4j.connection import Transaction
from personagraph.types import Batch, Merge, Relationship, Removal, SourceLink


def applied(transaction: Transaction, run: str) -> int:
    """How many steps of the run the graph holds."""
    found = transaction.rows("read/applied", run=run)
    return int(found[0][0]) if found else 0


def write_rows(transaction: Transaction, batch: Batch) -> None:
    """Carries out what the batch says and moves the run's applied number.

    A relationship, link or merge that is there already is removed and entered again: MERGE with a type that is a
    parameter can use no index, and reads every relationship while the graph is small.
    """
    _remove(transaction, batch.removed)
    columns = rows.written_columns()
    personas = [dict(zip(columns, rows.persona_row(p), strict=True)) for p in batch.personas]
    _enter(transaction, "write/load_personas" if batch.fresh else "write/personas", personas)
    _enter(transaction, "write/depths", [{"id": id, "depth": depth} for id, depth in batch.depths.items()])
    columns = ("id", *rows.known_columns())
    known = [dict(zip(columns, (id, *rows.known_row(*one)), strict=True)) for id, one in batch.known.items()]
    _enter(transaction, "write/known", known)
    _enter_relationships(transaction, batch)
    _enter(
        transaction, "write/sources", [dict(zip(rows.SOURCE, rows.source_row(s), strict=True)) for s in batch.sources]
    )
    links = list({(link.source, link.persona, link.type): _link(link) for link in batch.source_links}.values())
    _run(transaction, "write/clear_source_links", rows=links)
    _enter(transaction, "write/source_links", links)
    merges = {merge.key: _merge(merge) for merge in batch.merges}
    _run(transaction, "write/remove_merges", keys=list(merges))
    _enter(transaction, "write/merges", list(merges.values()))
    transaction.rows("write/applied", run=batch.run, applied=batch.last)


def _enter_relationships(transaction: Transaction, batch: Batch) -> None:
    if batch.fresh:
        listed = [[*rows.relationship_row(r), list(r.calls)] for r in batch.relationships]
        _enter(transaction, "write/load_relationships", listed)
        return
    ties = list({r.key: _relationship(r) for r in batch.relationships}.values())
    _run(transaction, "write/clear_relationships", rows=[{"source": t["source"], "key": t["key"]} for t in ties])
    _enter(transaction, "write/relationships", ties)


def _remove(transaction: Transaction, removed: Removal) -> None:
    _run(transaction, "write/remove_merges", keys=removed.merges)
    links = [{"source": source, "persona": persona, "type": type} for source, persona, type in removed.source_links]
    _run(transaction, "write/clear_source_links", rows=links)
    _run(transaction, "write/remove_relationships", keys=removed.relationships)
    _run(transaction, "write/remove_personas", ids=removed.personas)
    _run(transaction, "write/remove_sources", ids=removed.sources)


def _run(transaction: Transaction, name: str, **parameter: Sequence[Any]) -> None:
    """Run a query that takes one list, unless the list is empty."""
    if any(map(len, parameter.values())):
        transaction.rows(name, **{key: list(value) for key, value in parameter.items()})


def _enter(transaction: Transaction, name: str, entries: Sequence[Any]) -> None:
    """Run a query that enters rows and counts those that it could. Raises StoreError when it was not all."""
    if not entries:
        return
    [(written,)] = transaction.rows(name, rows=entries)
    if written != len(entries):
        what = name.removeprefix("write/").removeprefix("load_").replace("_", " ")
        raise StoreError(
            f"{len(entries) - written} of {len(entries)} {what} name a persona or a source that the"
            " graph does not hold; nothing was written."
        )


def _relationship(relationship: Relationship) -> dict[str, Any]:
    row = (*rows.relationship_row(relationship), list(relationship.calls))
    values = dict(zip(rows.RELATIONSHIP, row, strict=True))
    ends = {name: values.pop(name) for name in ("source", "target", "type")}
    return {**ends, "key": relationship.key, "properties": values}


def _link(link: SourceLink) -> dict[str, Any]:
    return dict(zip(rows.SOURCE_LINK, (link.source, link.persona, link.type, list(link.calls)), strict=True))


def _merge(merge: Merge) -> dict[str, Any]:
    values = dict(zip(rows.MERGE, rows.merge_row(merge), strict=True))
    return {"persona": values.pop("persona"), "properties": values}
