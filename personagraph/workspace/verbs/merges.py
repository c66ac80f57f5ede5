"""The verbs over merges: list them, look at one, take it back."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from personagraph.errors import ConfigError, UsageError
from personagraph.types import Assertion, Merge, Persona, Verdict
from personagraph.workspace.runs import running, unfinished_beside
from personagraph.workspace.verbs.explore import resolve

if TYPE_CHECKING:
    from personagraph.runs.undoing import Undoing
    from personagraph.workspace.workspace import Workspace

_NO_MERGE = "there is no merge {!r}; `personagraph merges list` shows them"


def merges(workspace: "Workspace", name: str | None = None) -> list[Merge]:
    """The merges into one persona, or all, oldest first."""
    return workspace.store.merges(persona=resolve(workspace, name).id if name else None)


def merge(workspace: "Workspace", key: str) -> tuple[Merge, Persona, list[Assertion]]:
    """A merge, the persona that it went into, and what was said of the merged description.

    Raises ConfigError when there is no such merge.
    """
    alike = _alike(workspace, key)
    if not alike:
        raise UsageError(_NO_MERGE.format(key))
    said = workspace.ledger.assertions.of_alias(alike[0].alias, alike[0].persona)
    merge = next(merge for merge in alike if merge.key == key)
    return merge, workspace.store.personas([alike[0].persona])[0], said


def undo_merge(workspace: "Workspace", key: str, *, note: Callable[[str], None] = lambda text: None) -> Persona:
    """Let a merged description be a persona of its own, with what was said of it; the persona that it became.

    `key` is the merge's (`run.step.item`). Every merge of the same description into the same persona is taken back,
    and none is made again; `note` hears of a wait for the server, and that it was taken back before. Raises ConfigError
    when there is no such merge, or the ledger lost what the description came with.
    """
    from personagraph.runs.session import Session

    unfinished, alike = unfinished_beside(workspace, "undo"), _alike(workspace, key)
    if not alike:
        if (undone := workspace.ledger.merges.undone(key)) is None:
            raise UsageError(_NO_MERGE.format(key))
        note(f"the merge {key} was taken back before, by run {undone.run}")
        if not (unfinished and unfinished.id == undone.run):
            return workspace.store.personas([undone.persona])[0]
    if lost := [merge.key for merge in alike if workspace.ledger.steps.verdict(merge.key) is None]:
        raise ConfigError(
            f"the merge {lost[0]} is in the graph, and what its description came with was lost from the ledger: it"
            " cannot be taken back; import the description as a row of its own instead"
        )
    with running(workspace, "undo", {"merge": key}, note=note) as run:
        Session(_undoing(workspace, key, run.id), run, ledger=workspace.ledger, store=workspace.store).carry_out()
    return workspace.store.personas([_verdict(workspace, f"{run.id}.0.0").persona])[0]


def _alike(workspace: "Workspace", key: str) -> list[Merge]:
    """The merge with this key with all of the same description into the same persona, oldest first; or none."""
    found = workspace.store.merges(key=key)
    return workspace.store.merges(alias=found[0].alias, persona=found[0].persona) if found else []


def _verdict(workspace: "Workspace", key: str) -> Verdict:
    """The verdict on an item that the ledger has one on."""
    found = workspace.ledger.steps.verdict(key)
    assert found is not None, f"the ledger has a verdict on {key}"
    return found


def _undoing(workspace: "Workspace", key: str, run: str) -> "Undoing":
    from personagraph.runs.undoing import Undoing

    def arrived(key: str) -> Mapping[str, Any]:
        return _verdict(workspace, key).detail

    return Undoing(
        _alike(workspace, key),
        workspace.store.scan_personas(),
        said_of=workspace.ledger.assertions.of_alias,
        arrived=arrived,
        grounds=lambda: (workspace.ledger.assertions.all(), workspace.ledger.steps.seeds()),
        run=run,
    )
