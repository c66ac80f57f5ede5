"""How the user says which part of the graph is meant, for every verb that takes a part."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from personagraph.errors import ConfigError, InputError, UsageError
from personagraph.graph.selection import NO_DEPTH, Selection, selection_from
from personagraph.text.rows import shown
from personagraph.workspace.options import check_positive
from personagraph.workspace.verbs.explore import EVERYONE, check_types, resolve

if TYPE_CHECKING:
    from personagraph.graph.part import Part
    from personagraph.ledger import Run
    from personagraph.text.rows import Row
    from personagraph.workspace.workspace import Workspace

TABLES = (".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet")
ID_DIGITS = 32
LARGEST_MANIFEST = 100_000_000
"""Bytes: a selection of a million ids has 36 million."""


class SelectionOptions(TypedDict, total=False):
    """What every verb that takes a part of the graph can be told; what all of it fits is meant. None is not given."""

    around: str | None
    """A persona: it and everyone within `hops` (1), whatever the direction."""
    hops: int | None
    path: Sequence[str] | None
    """Two personas: everyone on a shortest path between them, whatever the direction."""
    community: int | None
    """The number of a community of the whole graph, as `metrics` has it."""
    cell: str | None
    """As activity=agriculture,region=south_asia."""
    types: Sequence[str]
    """Only relationships of these types, also to walk along; without a walk, only personas that have one."""
    runs: Sequence[str]
    """Whom these runs let in."""
    depth: int | str | None
    """So far from a seed: 2, "1-3", "2-", or "none" for who has no link to one."""
    search: str | None
    """Whose description has all these words."""
    ids: Sequence[str] | Path | None
    """These personas; or a file with an id a line, or with a column `id`."""
    manifest: str | Path | None
    """Of an export: the same part of the graph as it is now; of a sample: who is drawn by it; of samples: whom they
    are about."""


WORDS = {"types": "type", "runs": "run", "within": "manifest"}
"""The option that says a field of a selection, where it has another name."""


def selection_of(
    workspace: "Workspace",
    *,
    around: str | None = None,
    hops: int | None = None,
    path: Sequence[str] | None = None,
    community: int | None = None,
    cell: str | None = None,
    types: Sequence[str] = (),
    runs: Sequence[str] = (),
    depth: int | str | None = None,
    search: str | None = None,
    ids: Sequence[str] | Path | None = None,
    manifest: str | Path | None = None,
) -> Selection:
    """What is meant, with personas by their ids. Raises UsageError, PersonaNotFoundError or InputError, naming it."""
    check_positive(hops=hops)
    check_types(types)
    if hops is not None and not around:
        raise UsageError("--hops counts from a persona; name one with --around")
    if path is not None and (isinstance(path, str) or len(path) != 2):
        raise UsageError("--path takes the two personas at its ends")
    ends = [resolve(workspace, name).id for name in path or ()]
    return Selection(
        around=resolve(workspace, around).id if around else None,
        hops=hops or 1,
        types=tuple(types),
        ids=None if ids is None else tuple(listed_in(workspace, ids)),
        path=(ends[0], ends[1]) if ends else None,
        community=community,
        cell=cell,
        runs=tuple(runs),
        depth=None if depth is None else str(depth),
        search=search,
        within=None if manifest is None else _of_manifest(workspace, Path(manifest)),
    )


def part_of(workspace: "Workspace", selection: Selection, *, without_links: bool = False) -> "Part":
    """The part of the graph as it is now, or as it is without links, along which then nobody walks either.

    Raises ConfigError where a selection means nobody, saying why.
    """
    from personagraph.graph.part import select

    def find(text: str) -> list[str]:
        return [persona.id for persona in workspace.store.search(text, limit=EVERYONE)]

    whole = workspace.snapshot()
    part = select(whole.without_links() if without_links else whole, selection, find)
    if selection != Selection() and not len(part.positions):
        raise ConfigError(_nobody(part, selection))
    return part


def _nobody(part: "Part", selection: Selection) -> str:
    """Which option left nobody, and what there is instead."""
    if not len(part.snapshot):
        return "there is nobody yet; `personagraph extract` or `personagraph import` comes first"
    told = {name: _told(selection, name) for name in part.found}
    for name, count in part.found.items():
        if not count:
            return f"nobody is in {told[name]}; {_instead(part, name)}"
    counts = ", ".join(f"{told[name]} ({count:,})" for name, count in part.found.items())
    return f"nobody is in all of {counts}; leave one of them out"


def _told(selection: Selection, name: str) -> str:
    """An option as it was given; ids, which may be many, by how many there are."""
    value, word = getattr(selection, name), WORDS.get(name, name)
    if name in ("ids", "within"):
        return f"--{word}"
    said = ", ".join(value) if name in ("types", "runs") else " ".join(value) if name == "path" else repr(value)
    return f"--{word} {said}"


def _instead(part: "Part", name: str) -> str:
    """What there is instead of an option that means nobody."""
    snapshot = part.snapshot
    if name == "path":
        return "no path joins the two, or none along these types"
    if name == "types":
        return f"there are {', '.join(snapshot.types.names) or 'no relationships yet'}"
    if name == "depth":
        deepest = int(snapshot.depths.max())
        lone = f", and {NO_DEPTH}" if (snapshot.depths < 0).any() else ""
        return f"the depths are 0 to {deepest}{lone}" if deepest >= 0 else f"the only depth is {NO_DEPTH}"
    if name == "cell":
        return "`personagraph coverage` shows who is there"
    if name == "search":
        return "`personagraph search --like` finds by meaning"
    return "it lists nobody"


def listed_in(workspace: "Workspace", ids: Sequence[str] | Path) -> list[str]:
    """The ids that are named, or by a file, each once; in a file the beginning of one will do."""
    if not isinstance(ids, str | Path):
        return list(dict.fromkeys(ids))
    import numpy as np

    lines = dict[str, int]()
    for line, name in _names(Path(ids)):
        [id] = [name] if len(name) == ID_DIGITS else _whole(workspace, name, ids, line)
        lines.setdefault(id, line)
    there = np.isin(np.array([*lines], "S32"), workspace.snapshot().ids) if lines else np.ones(0, np.bool_)
    for missing in np.flatnonzero(~there)[:1].tolist():
        name = [*lines][missing]
        raise InputError(f"{name!r} is nobody's id; `personagraph search --json` tells ids", ids, lines[name])
    return [*lines]


def _whole(workspace: "Workspace", name: str, path: str | Path, line: int) -> list[str]:
    """The one id that begins so."""
    found = workspace.store.ids_with_prefix(name, limit=2) if name.isalnum() else []
    if len(found) != 1:
        fault = "is the beginning of several ids" if found else "is nobody's id"
        raise InputError(f"{shown(name)} {fault}; `personagraph search --json` tells ids", path, line)
    return found


def _names(path: Path) -> Iterator[tuple[int, str]]:
    """The ids in a file, with their lines."""
    from personagraph.text.files import ending, unpacked
    from personagraph.text.rows import lines, rows

    with unpacked(path) as file:
        if ending(path) in TABLES:
            with closing(rows(file, path, field="id")) as read:  # type: ignore[type-var]
                for row in read:
                    yield row.line, _id_in(row, path)
            return
        for line in lines(file):
            if line.fault:
                raise InputError(line.fault, path, line.number)
            if name := line.text.strip():
                yield line.number, name.lower()


def _id_in(row: "Row", path: Path) -> str:
    """The id of a row."""
    if row.fault or not str(row.fields[row.name]).strip():
        raise InputError(row.fault or "it has no id", path, row.line)
    return str(row.fields[row.name]).strip().lower()


def _of_manifest(workspace: "Workspace", path: Path) -> Selection:
    """What an export selected, who is drawn as a sample was, or from whom samples were asked."""
    from personagraph.workspace.drawing.draw import draw_from, drawn

    data = object_in(path)
    try:
        if isinstance(data.get("draw"), Mapping):
            return Selection(ids=tuple(sorted(drawn(workspace, draw_from(data["draw"])).ids)))
        if isinstance(data.get("selection"), Mapping):
            return selection_from(data["selection"])
        if isinstance(data.get("run"), str) and "samples" in data:
            return Selection(ids=_told_of(workspace, data))
    except ConfigError as error:
        raise InputError(f"as a manifest: {error}", path) from error
    raise InputError("is no manifest of an export or of samples; give the .manifest.json beside one", path)


def _told_of(workspace: "Workspace", manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """Whom the samples of a run of this workspace are about, in their order, each once."""
    from personagraph.synthesis.samples import samples

    run = run_of(workspace, manifest)
    if run is None:
        raise ConfigError("it is of samples that another workspace made; give it in that one")
    made = samples(workspace.ledger, run.id)
    return tuple(dict.fromkeys(sample["lineage"]["personas"].split()[0] for sample in made))


def run_of(workspace: "Workspace", manifest: Mapping[str, Any]) -> "Run | None":
    """The run of this workspace that the samples of a manifest are of; None where another workspace made them."""
    run = next((run for run in workspace.ledger.runs.all() if run.id == manifest["run"]), None)
    settings = {} if run is None else {name: value for name, value in run.settings.items() if name != "model"}
    return run if run and (manifest.get("model"), manifest.get("settings")) == (run.model, settings) else None


def object_in(path: Path) -> dict[str, Any]:
    """The object of JSON in a file, empty where it holds anything else. Raises InputError for what is no JSON."""
    from personagraph.text.files import text_of

    try:
        data = json.loads(text_of(path, longest=LARGEST_MANIFEST))
    except (ValueError, RecursionError) as error:
        raise InputError(f"is not JSON: {error}", path) from None
    return data if isinstance(data, dict) else {}
