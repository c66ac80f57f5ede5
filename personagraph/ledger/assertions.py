"""The accepted items that still hold, and their projection to relationships and source links."""

from collections.abc import Iterable, Iterator, Sequence
from sqlite3 import Row

from personagraph.storage.database import Database
from personagraph.types import Assertion, Relationship, SourceLink
from personagraph.vocabulary.linked import BOTH, DENIED
from personagraph.vocabulary.relationships import SOURCE_TYPES, relationship_key

_ALL = ", ".join(f"assertion.{name}" for name in Assertion._fields)
_FORMER = Assertion._fields.index("former")
_SAID = ("source", "type", "target", "label")
"""What the key of an assertion is made of."""


_STEPS = 1_000
"""Steps whose assertions are read as one text."""


class AssertionLog:
    """The table of assertions, and the pairs of descriptions to keep apart."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def enter(self, assertions: Iterable[Assertion]) -> None:
        """Enter assertions; one with the same run, step and item is replaced."""
        marks = ", ".join("?" * len(Assertion._fields))
        with self._database.transaction():
            self._database.execute_many(f"INSERT OR REPLACE INTO assertion VALUES ({marks})", assertions)

    def of_keys(self, keys: Sequence[str]) -> Iterator[Assertion]:
        """The assertions that support these relationships or source links, oldest first."""
        for first in range(0, len(keys), 500):
            some = keys[first : first + 500]
            yield from self._where(f"key IN ({','.join('?' * len(some))})", some)

    def shared(self, keys: Sequence[str]) -> set[str]:
        """Those of these relationships and source links that several assertions support."""
        found: set[str] = set()
        for first in range(0, len(keys), 500):
            some = keys[first : first + 500]
            sql = (
                f"SELECT key FROM assertion WHERE key IN ({','.join('?' * len(some))}) GROUP BY key HAVING count(*) > 1"
            )
            found.update(row[0] for row in self._database.rows(sql, some))
        return found

    def of_alias(self, alias: str, persona: str) -> list[Assertion]:
        """The assertions of a description, by its id, that was merged into the persona; oldest first."""
        return list(self._where("alias = ? AND persona = ?", (alias, persona)))

    def ends(self, run: str, *, first: int, last: int) -> set[tuple[str, str]]:
        """Source and target of every relationship that the steps first ≤ n < last of the run support."""
        sql = "SELECT DISTINCT source, target FROM assertion WHERE run = ? AND step >= ? AND step < ? AND type NOT IN"
        types = tuple(SOURCE_TYPES.values())
        found = self._database.rows(f"{sql} ({', '.join('?' * len(types))})", (run, first, last, *types))
        return {(row[0], row[1]) for row in found}

    def all_ends(self, types: Sequence[str]) -> Iterator[tuple[int, str]]:
        """Source and target of every assertion of these types: how many, and their ids, one behind the other.

        What only denies a relationship ties nobody.
        """
        among = f"type IN ({', '.join('?' * len(types))}) AND via != '{DENIED}'"
        sql = f"SELECT count(*), group_concat(source || target, '') FROM assertion WHERE run = ? AND {among}"
        with self._database.reading() as connection:
            for run, first, last in connection.execute("SELECT run, min(step), max(step) FROM assertion GROUP BY run"):
                for step in range(first, last + 1, _STEPS):
                    for count, ends in connection.execute(
                        f"{sql} AND step >= ? AND step < ?", (run, *types, step, step + _STEPS)
                    ):
                        if count:
                            yield count, ends

    def all(self) -> Iterator[Assertion]:
        """Every assertion, oldest first."""
        return self._where("1", ())

    def brought(self, run: str, *, last: int) -> list[tuple[str, str, str]]:
        """Source, type and target of each relationship that the steps of a run before `last` assert, and no other run.

        One that has words of its own is there once for each.
        """
        types, marks = tuple(SOURCE_TYPES.values()), ", ".join("?" * len(SOURCE_TYPES))
        rows = self._database.rows(
            f"SELECT source, type, target FROM assertion AS own WHERE run = ? AND step < ? AND via != '{DENIED}'"
            f" AND type NOT IN ({marks}) AND NOT EXISTS (SELECT 1 FROM assertion WHERE key = own.key AND run != own.run"
            f" AND via != '{DENIED}') GROUP BY key",
            (run, last, *types),
        )
        return [(row[0], row[1], row[2]) for row in rows]

    def remove_from(self, run: str, step: int) -> None:
        """Take back the assertions of the run from this step on."""
        with self._database.transaction():
            self._database.execute("DELETE FROM assertion WHERE run = ? AND step >= ?", (run, step))

    def may_merge(self, alias: str, persona: str) -> None:
        """Take back that a description must not be merged into the persona."""
        with self._database.transaction():
            self._database.execute("DELETE FROM keep_apart WHERE alias = ? AND persona = ?", (alias, persona))

    def keep_apart(self, alias: str, persona: str, run: str) -> None:
        """Record that a description must not be merged into the persona again."""
        with self._database.transaction():
            self._database.execute("INSERT OR REPLACE INTO keep_apart VALUES (?, ?, ?)", (alias, persona, run))

    def kept_apart(self) -> set[tuple[str, str]]:
        """Every (alias, persona) that must not be merged."""
        return {(row[0], row[1]) for row in self._database.rows("SELECT alias, persona FROM keep_apart")}

    def _where(self, condition: str, parameters: Sequence[str]) -> Iterator[Assertion]:
        rows = self._database.rows(
            f"SELECT {_ALL} FROM assertion JOIN run ON run.id = assertion.run"
            f" WHERE {condition} ORDER BY run.number, step, item",
            parameters,
        )
        return map(_assertion, rows)


def complete_keys(database: Database) -> None:
    """Enter the keys that a migration left empty, of assertions and of those that an undone merge moved."""
    where, said = "WHERE run = ? AND step = ? AND item = ?", ", ".join(f"CAST({name} AS TEXT)" for name in _SAID)
    for run, step, item, *parts in database.rows(f"SELECT run, step, item, {said} FROM assertion WHERE key = ''"):
        key = relationship_key(*parts)
        database.execute(f"UPDATE assertion SET key = ? {where}", (key, run, step, item))
    for run, step, item, n, *parts in database.rows(_MOVED):
        key = relationship_key(*parts)
        change = f"UPDATE verdict SET detail = json_set(detail, ?, ?) {where}"
        database.execute(change, (f"$.moved[{n}].key", key, run, step, item))


_MOVED = f"""
SELECT run, step, item, one.key, {", ".join(f"coalesce(json_extract(value, '$.{name}'), '') || ''" for name in _SAID)}
FROM verdict, json_each(iif(json_valid(detail), detail, '{{}}'), '$.moved') AS one
WHERE outcome IN ('undone', 'moved') AND json_extract(value, '$.key') = ''
"""


def project(assertions: Iterable[Assertion]) -> tuple[list[Relationship], list[SourceLink]]:
    """What the assertions add up to: one relationship or source link a key, in the order of their first assertions.

    A relationship has the label and the confidence of its most confident assertion (of the oldest, when several are),
    is former when all are, and as steered as the least steered of those that are no links, if any is none. What only
    denies one makes none.
    """
    by_key: dict[str, list[Assertion]] = {}
    for assertion in assertions:
        by_key.setdefault(assertion.key, []).append(assertion)
    relationships, links = [], []
    for group in by_key.values():
        if group[0].type in SOURCE_TYPES.values():
            links.append(_link(group))
        elif said := [a for a in group if a.via != DENIED]:
            relationships.append(_relationship(said, denied=len(said) < len(group)))
    return relationships, links


def _calls(group: Sequence[Assertion]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(a.call for a in group if a.call))


def _link(group: Sequence[Assertion]) -> SourceLink:
    return SourceLink(group[0].source, group[0].target, group[0].type, _calls(group))


def _relationship(group: Sequence[Assertion], *, denied: bool) -> Relationship:
    best = group[0]
    former, steering, via, agreement = best.former, best.steering, best.via, DENIED if denied else ""
    if len(group) > 1:
        best = max(group, key=lambda a: a.confidence)
        plain = [a for a in group if not a.via]
        former, steering = all(a.former for a in group), min(a.steering for a in plain or group)
        via = "" if plain else via
        # Two that grew towards each other were not asked about: only who says so is seen of these, and nobody denies.
        asked = any(a.via for a in group) and len({a.ego for a in group}) > 1
        agreement = agreement or (BOTH if asked else "")
    parts = best.key, best.source, best.target, best.type, best.label, best.confidence
    return Relationship(*parts, former, steering, _calls(group), via, agreement)


def _assertion(row: Row) -> Assertion:
    values = list(row)
    values[_FORMER] = bool(values[_FORMER])
    return Assertion(*values)
