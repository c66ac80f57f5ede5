"""The columns that cells are made of: attributes, communities of the graph, and fields that an import kept."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from textwrap import shorten
from typing import TYPE_CHECKING, Any, NamedTuple

from personagraph.errors import UsageError
from personagraph.types import UNKNOWN
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.vocabulary.cells import PAIR

if TYPE_CHECKING:
    from collections.abc import Iterable

    from personagraph.graph.snapshot import Categorical, Snapshot
    from personagraph.workspace.workspace import Workspace

FIELD = "field:"
"""What an axis begins with that is a field of an import, such as field:religion."""
MOST_VALUES = 200
"""Different values of a field, at most: what has more is no kind of person."""
MOST_COMMUNITIES = 30
SMALLEST = 5
"""Personas of a community that counts by itself."""


class Axes(NamedTuple):
    """The axes of cells, a column for every attribute and every axis, and the values of those that are no attributes.

    A value without anybody is not among them; "unknown" never is.
    """

    names: tuple[str, ...]
    columns: "Mapping[str, Categorical]"
    values: Mapping[str, tuple[str, ...]]


def axes_of(workspace: "Workspace", graph: "Snapshot", by: Sequence[str] = PAIR, *, seed: int = 0) -> Axes:
    """The axes with these names: attributes, `community`, or a field of an import as `field:religion`.

    Raises UsageError for a name that is none (the nearest is offered), one that stands twice, and a field that nobody
    has, or that has more than MOST_VALUES values.
    """
    names = tuple(by)
    if not names or len(set(names)) < len(names):
        raise UsageError(f"--by takes different names, such as activity,region; got {','.join(names) or 'none'}")
    found = dict(graph.attributes)
    values: dict[str, tuple[str, ...]] = {}
    for name in names:
        if name in found:
            continue
        column = _column(workspace, graph, name, seed)
        found[name] = column
        values[name] = tuple(value for value in column.names if value != UNKNOWN)
    return Axes(names, found, values)


def _column(workspace: "Workspace", graph: "Snapshot", name: str, seed: int) -> "Categorical":
    if name.startswith(FIELD):
        return _field(workspace, graph, name.removeprefix(FIELD))
    if name in DERIVED:
        return DERIVED[name](workspace, graph, seed)
    known = [*ATTRIBUTES, *DERIVED, *(f"{FIELD}{field}" for field in _fields(workspace))]
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    meant = f"did you mean {near[0]}? There are" if near else "there are"
    raise UsageError(f"--by: {name!r} is nothing that personas are told apart by; {meant} {', '.join(known[:30])}")


def _communities(workspace: "Workspace", graph: "Snapshot", seed: int) -> "Categorical":
    """Communities by their numbers in `metrics`: the largest; who is in a smaller one is in "smaller"."""
    from personagraph.graph.metrics.communities.community import communities_of

    if not len(graph):
        raise UsageError("--by community: the graph is empty")
    numbers = communities_of(graph.neighbours, seed=seed).tolist()
    sizes = Counter(numbers)
    named = {n: f"c{n:02d}" for n, size in sizes.most_common(MOST_COMMUNITIES) if size >= SMALLEST}
    return _categorical(named.get(n, "smaller") for n in numbers)


def _field(workspace: "Workspace", graph: "Snapshot", name: str) -> "Categorical":
    told: dict[str, str] = {}
    for row in _said(workspace):
        id, fields = row
        if (value := fields.get(name)) not in (None, ""):
            told[id] = _text(value)
    if not told:
        near = get_close_matches(name, known := _fields(workspace), n=1, cutoff=0.5)
        meant = f"did you mean {FIELD}{near[0]}? " if near else ""
        there = f"there are {', '.join(known[:30])}" if known else "the graph has none: they come with imports"
        raise UsageError(f"--by: no persona has a field {name!r}; {meant}{there}")
    if len(different := set(told.values())) > MOST_VALUES:
        raise UsageError(
            f"--by: the field {name!r} has {len(different):,} different values; it can have {MOST_VALUES} at most: what"
            " tells nearly everyone apart makes no cells"
        )
    return _categorical(told.get(id, UNKNOWN) for id in graph.ids_of(range(len(graph))))


def _said(workspace: "Workspace") -> "Iterable[tuple[str, dict[str, Any]]]":
    """Who has fields of an import, and which; walks all personas."""
    from personagraph.stores.rows import persona_columns

    names = persona_columns()
    id_at, fields_at = names.index("id"), names.index("fields")
    for page in workspace.store.persona_pages():
        for id, fields in zip(page[id_at], page[fields_at], strict=True):
            if fields:
                yield id, _object(fields)


def _fields(workspace: "Workspace") -> list[str]:
    """The names of the fields that imports kept, the most frequent first."""
    found = Counter(name for _, fields in _said(workspace) for name in fields)
    return [name for name, _ in found.most_common()]


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _text(value: Any) -> str:
    told = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return " ".join(told.split())[:80] or UNKNOWN


def _categorical(values: "Iterable[str]") -> "Categorical":
    from personagraph.graph.snapshot import Categorical

    return Categorical.of(values)


def _clusters(workspace: "Workspace", graph: "Snapshot", seed: int) -> "Categorical":
    """Clusters of what descriptions mean, the largest first, each named by the description nearest to its middle."""
    import numpy as np

    from personagraph.meaning.groups.clusters import clusters_of
    from personagraph.workspace.verbs.audits.vectors import vectors_of

    if not len(graph):
        raise UsageError("--by cluster: the graph is empty")
    _, texts, vectors = vectors_of(workspace, graph)
    found = clusters_of(vectors, rng=np.random.default_rng(seed), exemplars=1)
    middles = [shorten(texts[row], 40, placeholder="…") for [row] in found.exemplars.tolist()]
    named = [f"k{n:02d} {middle}" for n, middle in enumerate(middles, 1)]
    return _categorical(UNKNOWN if n < 0 else named[n] for n in found.labels.tolist())


DERIVED: "dict[str, Callable[[Workspace, Snapshot, int], Categorical]]" = {
    "community": _communities,
    "cluster": _clusters,
}
"""Columns that are worked out from the graph, by the name that `--by` takes."""
