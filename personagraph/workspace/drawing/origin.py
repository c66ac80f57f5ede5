"""Who a file is of: what `--from` names, checked against what the file says of them; and the manifest of a sample."""

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from personagraph.errors import ConfigError, InputError, PersonaNotFoundError
from personagraph.graph.selection import ids_digest, selection_from
from personagraph.types import Persona
from personagraph.workspace.drawing.draw import SamplePlan, draw_from, draw_in, drawn
from personagraph.workspace.drawing.version import changes, graph_of
from personagraph.workspace.run_settings import SynthesizeSettings
from personagraph.workspace.selection import TABLES, listed_in, object_in, part_of, run_of
from personagraph.workspace.setting_faults import fault_of

if TYPE_CHECKING:
    from personagraph.workspace.workspace import Workspace

MANIFEST = ".manifest.json"
_IS_ONE = {"draw", "selection", "samples"}
"""What a manifest has one of."""
_PART = 1 << 20


def write_sample(workspace: "Workspace", draw: SamplePlan, people: Sequence[Persona], path: Path) -> dict[str, Any]:
    """Write personas as JSONL, and beside it the manifest, from which the same are drawn again; the manifest."""
    from personagraph.storage.atomic_files import replacing

    content = sha256()
    with replacing([path, path.with_name(path.name + MANIFEST)]) as (file, beside):
        for one in people:
            line = (json.dumps(_row(one), ensure_ascii=False) + "\n").encode()
            file.write(line)
            content.update(line)
        manifest = {
            "file": path.name,
            "sha256": content.hexdigest(),
            "personas": len(people),
            "ids_sha256": ids_digest(one.id for one in people),
            "draw": draw.to_json(),
            "graph": graph_of(workspace),
        }
        beside.write((json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode())
    return manifest


def named_by(workspace: "Workspace", path: Path) -> tuple[str, ...]:
    """The ids of those whom a file is of, sorted.

    It is the manifest of a sample, of an export or of samples, or the file beside one; or rows with a column `id`. Who
    a manifest is of is drawn or selected again. Raises ConfigError where the graph gives others by now, InputError for
    a file that is none of these, or not as its manifest has it.
    """
    data = _manifest_of(path)
    if data is None:
        return tuple(sorted(_listed(workspace, path)))
    try:
        found = sorted(_named(workspace, data, path))
    except (ConfigError, PersonaNotFoundError) as error:
        raise ConfigError(f"{path}: {error}") from error
    wanted = _said(data).get("ids_sha256")
    if len(found) != _said(data).get("personas", len(found)) or wanted not in (None, ids_digest(found)):
        raise ConfigError(f"{path}: the graph no longer gives the same personas{_since(workspace, data)}")
    return tuple(found)


def _named(workspace: "Workspace", data: Mapping[str, Any], path: Path) -> Iterable[str]:
    """Whom the graph gives now for what a manifest says."""
    if isinstance(data.get("draw"), Mapping):
        return drawn(workspace, draw_from(data["draw"])).ids
    if isinstance(data.get("selection"), Mapping):
        part = part_of(workspace, selection_from(data["selection"]))
        return part.snapshot.ids_of(part.positions)
    if isinstance(data.get("run"), str) and "samples" in data:
        return _asked(workspace, data)
    raise InputError("is no manifest of a sample, of an export or of samples; give the .manifest.json beside one", path)


def _asked(workspace: "Workspace", data: Mapping[str, Any]) -> Iterable[str]:
    """Whom samples were asked from: by the ledger that has the run, else drawn again as its settings say."""
    if run := run_of(workspace, data):
        return dict.fromkeys(each.step.subject for each in workspace.ledger.steps.planned(run.id))
    settings = data.get("settings")
    if not isinstance(settings, Mapping) or "drawn" not in data:
        raise ConfigError("it is of samples that another workspace made; give it in that one")
    name, fault = fault_of(settings, "synthesize")
    if name:
        raise ConfigError(f"its settings cannot be used: {name}: {fault}")
    return drawn(workspace, draw_in(SynthesizeSettings.of(settings))).ids


def _said(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a manifest says of the personas: how many they are, and the hash of their ids."""
    if "samples" in data:
        found = data.get("drawn")
        return found if isinstance(found, Mapping) else {}
    return data


def _since(workspace: "Workspace", data: Mapping[str, Any]) -> str:
    """What has changed since, and what to do."""
    settings = data.get("settings")
    then = settings.get("graph") if isinstance(settings, Mapping) else data.get("graph")
    grown = changes(then, graph_of(workspace)) if isinstance(then, Mapping) else ""
    why = f", which has changed (it holds {grown})" if grown else ""
    return f"{why}; draw anew without --from, or name the personas by a file of --ids"


def _check_files(path: Path, manifest: Mapping[str, Any]) -> None:
    """Raises InputError where a file is not as its manifest has it."""
    files = manifest.get("files")
    listed = [(manifest.get("file"), manifest.get("sha256"))] if files is None else []
    listed += [(one.get("name"), one.get("sha256")) for one in files or () if isinstance(one, Mapping)]
    for name, hashed in listed:
        file = path.parent / str(name)
        if ".." in file.parts or path not in (file, *file.parents) or not file.is_file() or _hash(file) != hashed:
            raise InputError(f"is not as {path.name}{MANIFEST} has it; give --ids a file of who is meant", file)


def _hash(path: Path) -> str:
    content = sha256()
    with path.open("rb") as file:
        while part := file.read(_PART):
            content.update(part)
    return content.hexdigest()


def _manifest_of(path: Path) -> dict[str, Any] | None:
    """The manifest that a file is, or that stands beside it; None where there is none."""
    beside = path.with_name(path.name + MANIFEST)
    if path.name.endswith(MANIFEST):
        return object_in(path)
    if beside.exists():
        found = object_in(beside)
        _check_files(path, found)
        return found
    found = object_in(path) if path.name.lower().endswith(".json") and path.is_file() else {}
    return found if _IS_ONE & found.keys() else None


def _listed(workspace: "Workspace", path: Path) -> list[str]:
    """Who is named in a file of rows that has no manifest."""
    if not path.exists():
        raise InputError("there is no such file", path)
    if path.is_dir() or not path.name.lower().endswith(TABLES):
        raise InputError(f"has no {path.name}{MANIFEST} beside it, which says who it is of", path)
    return listed_in(workspace, path)


def _row(persona: Persona) -> dict[str, Any]:
    return {
        "id": persona.id,
        "description": persona.description,
        "depth": persona.depth,
        "run": persona.run,
        "attributes": persona.attributes.known(),
    }
