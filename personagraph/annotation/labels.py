"""Reads a user's own labels from a file of rows: whom each is about, and what it says of each attribute."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from hashlib import file_digest
from pathlib import Path
from typing import Any, NamedTuple

from personagraph.errors import InputError
from personagraph.text.descriptions import cleaned
from personagraph.text.files import opened, unpacked
from personagraph.text.rows import Row, rows, shown
from personagraph.text.rows.names import some
from personagraph.types import UNKNOWN, persona_id
from personagraph.vocabulary.attributes import ATTRIBUTES

KEYS = ("id", "description", "persona")
"""The columns that say whom a row is about, the first that a file has."""
AGAIN = "_2"
"""What the name of a column ends with that holds a second label of the same."""
MOST_ROWS = 1_000_000
LONGEST_LABEL = 200
"""Characters of a label."""

Values = tuple[str, ...]
"""The values of an attribute that are acceptable, the best first; "unknown" where the words do not say it."""


class LabelSaid(NamedTuple):
    """One label: the row that says it, and what it says."""

    line: int
    values: Values


@dataclass(slots=True)
class Labels:
    """What a file says by the id of a description, and by attribute; `again` are the second labels.

    `lines` has the row in which a description was named first, `unused` are the columns that no attribute is called.
    """

    path: Path
    sha256: str
    first: dict[str, dict[str, LabelSaid]] = field(default_factory=dict)
    again: dict[str, dict[str, LabelSaid]] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    unused: tuple[str, ...] = ()


def read_labels(path: Path) -> Labels:
    """The labels in a file of JSON, or a table with a header.

    A row is about the persona whose `id` it has, or whose `description` (also `persona`), and has a value for some
    attributes, by their names, in any case: one of the attribute's, or words that are read as one ("Kenya", "34");
    "unknown" where the words do not say it; several that are acceptable as a list, or with | between them, the best
    first. What is empty is not labelled. Raises InputError with the row for a value that is none, naming the nearest;
    for two labels of one persona that differ; for a file that cannot be read, or has no column for whom, or for what.
    """
    with opened(path) as file:
        sha256 = file_digest(file, "sha256").hexdigest()
    found, columns = Labels(path, sha256), dict[str, None]()
    key = _key_of(path)
    for number, row in enumerate(_rows(path, key)):
        if row.fault:
            raise InputError(row.fault, path, row.line)
        if number >= MOST_ROWS:
            raise InputError(f"more than {MOST_ROWS:,} rows of labels; take several files", path)
        columns |= dict.fromkeys(row.fields)
        _enter(found, key, row)
    names = {name.strip().casefold() for name in columns}
    wanted = {*ATTRIBUTES, *(name + AGAIN for name in ATTRIBUTES)}
    if not found.lines:
        raise InputError("is empty; it should have a header, and a row for each persona", path)
    if not names & wanted:
        raise InputError(
            f"no column is an attribute ({', '.join(ATTRIBUTES)}); it has {some([*columns])}"
            f"{_meant(names, ATTRIBUTES)}",
            path,
        )
    unused = [name for name in columns if name.strip().casefold() not in wanted | {key}]
    found.unused = tuple(unused)
    return found


def best(labels: Mapping[str, LabelSaid]) -> dict[str, str]:
    """The best value of each attribute that is labelled, "unknown" where the words do not say it."""
    return {name: said.values[0] for name, said in labels.items()}


def _key_of(path: Path) -> str:
    """The column that says whom a row is about. Raises InputError where a file has none."""
    fault, line = "", 0
    for key in KEYS:
        first = next(iter(_rows(path, key)), None)
        if first is None or not first.fault:
            return key
        told, _, option = first.fault.rpartition("; ")
        # Which option names the column of an import is not to the point.
        fault, line = fault or (told if "--field" in option else first.fault), line or first.line
    raise InputError(f"no column says whom a row is about; name one {' or '.join(KEYS[:2])} ({fault})", path, line)


def _rows(path: Path, key: str) -> Iterator[Row]:
    with unpacked(path) as file:
        yield from rows(file, path, field=key)


def _enter(found: Labels, key: str, row: Row) -> None:
    said = {name.strip().casefold(): value for name, value in row.fields.items()}
    about = row.fields.get(row.name or key)
    text = cleaned(about) if isinstance(about, str) else ""
    if not text:
        raise InputError(f"its {key} is {shown(about)}, and names nobody", found.path, row.line)
    id = text if key == "id" else persona_id(text)
    found.lines.setdefault(id, row.line)
    for name in ATTRIBUTES:
        for ending, labels in (("", found.first), (AGAIN, found.again)):
            values = _values(name, said.get(name + ending), found.path, row.line)
            if not values:
                continue
            before = labels.setdefault(id, {}).setdefault(name, LabelSaid(row.line, values))
            if before.values != values:
                raise InputError(
                    f"{name}{ending} is {'|'.join(values)} here and {'|'.join(before.values)} in row {before.line},"
                    " which is about the same persona",
                    found.path,
                    row.line,
                )


def _values(name: str, said: Any, path: Path, line: int) -> Values:
    """The values of one cell; none where it is empty. Raises InputError for what is no value."""
    several = said if isinstance(said, list) else said.split("|") if isinstance(said, str) else [said]
    found = dict[str, None]()
    for one in several:
        text = "" if one is None else str(one).strip()
        if text:
            found[_value(name, text, path, line)] = None
    return tuple(found)


def _value(name: str, text: str, path: Path, line: int) -> str:
    known = {value.casefold(): value for value in (*ATTRIBUTES[name].values, UNKNOWN)}
    if text.casefold() in known:
        return known[text.casefold()]
    value = ATTRIBUTES[name].value(text) if len(text) <= LONGEST_LABEL else UNKNOWN
    if value == UNKNOWN:
        meant = _meant([text[:LONGEST_LABEL].casefold()], list(known))
        raise InputError(f"{name} {shown(text)} is none of its values{meant}", path, line)
    return value


def _meant(said: Sequence[str] | set[str], known: Sequence[str] | Mapping[str, object]) -> str:
    """The nearest of what is known to what was said."""
    nearest = [near for one in sorted(said) for near in get_close_matches(one, [*known], n=1, cutoff=0.5)]
    return f"; did you mean {nearest[0]}?" if nearest else f"; it can be {some([*known])}" if len(said) == 1 else ""
