"""The verbs over merges: list them, look at one, take it back."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from personagraph.errors import ConfigError, UsageError
from personagraph.types import UNKNOWN, Assertion, Attributes, Merge, Persona
from personagraph.vocabulary.relationships import TYPES
from personagraph.workspace.index.known import finder_without
from personagraph.workspace.runs import finder_of, meaning_of, rules_of, running, unfinished_beside
from personagraph.workspace.verbs.explore import resolve

if TYPE_CHECKING:
    from personagraph.ledger import Run
    from personagraph.runs.growth import Finder
    from personagraph.runs.undoing import Undoing
    from personagraph.workspace.workspace import Workspace

_MERGED_IN = ("words", "agreed", "stated", "field")
"""The grounds on which something can be known by a description that was merged in."""
_NO_MERGE = "there is no merge {!r}; `personagraph merges list` shows them"


class Freed(NamedTuple):
    """A description that was merged because an undone one was there: who it is now, itself or whom it is like.

    `method` and `score` are those of the new merge; "" and 0 for a persona of its own.
    """

    description: str
    persona: str
    method: str
    score: float


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


def matched(workspace: "Workspace", key: str) -> str:
    """The description of the persona that the merged one was most like when it came: its own, or an earlier merge's.

    By their words; the first of several. Raises ConfigError when there is no such merge.
    """
    from personagraph.runs.undoing import nearest

    found, into, _ = merge(workspace, key)
    every = workspace.store.merges(persona=into.id)
    before = every[: next(n for n, other in enumerate(every) if other.key == key)]
    return nearest(found.description, [into.description, *(m.description for m in before if m.alias != found.alias)])


def undo_merge(workspace: "Workspace", key: str, *, note: Callable[[str], None] = lambda text: None) -> Persona:
    """Let a merged description be a persona of its own, with what was said of it; the persona that it became.

    `key` is the merge's (`run.step.item`). Every merge of the same description into the same persona is taken back,
    and none is made again. What was merged later, because it was like this description and not like the persona's
    others, is judged again by the rules that are set; `freed` tells what became of it. `note` hears of a wait for the
    server, that the merge was taken back before, and where what is known of the persona may rest on it. Raises
    ConfigError when there is no such merge, or the ledger lost what the description came with.
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
            " cannot be taken back here; if there is a backup of the workspace from before the loss, restore that"
        )
    given = {"merge": key}
    meaning_of(workspace.settings)
    settings = {**given, **rules_of(workspace.settings)}
    with running(workspace, "undo", settings, given=given, note=note) as run:
        Session(_undoing(workspace, key, run), run, ledger=workspace.ledger, store=workspace.store).carry_out()
    became = workspace.ledger.steps.verdict(f"{run.id}.0.0")
    assert became is not None, f"run {run.id} decided on {key}"
    before: str = became.detail["from"]
    if told := _known_by_others(workspace, before):
        note(
            f"{' and '.join(told)} of {before[:12]} may be known by what was merged into it alone;"
            " `personagraph annotate` reads again what is known"
        )
    return workspace.store.personas([became.persona])[0]


def freed(workspace: "Workspace", key: str) -> list[Freed]:
    """What became of each description that was merged because the undone one was there, in order.

    Empty when the merge was not undone.
    """
    undone = workspace.ledger.merges.undone(key)
    decided = workspace.ledger.steps.decided(undone.run, first=0, last=1) if undone else ()
    found = [verdict for step in decided for verdict in step.verdicts[1:]]
    return [Freed(v.detail["description"], v.persona, v.reason, v.detail.get("score", 0.0)) for v in found]


def _alike(workspace: "Workspace", key: str) -> list[Merge]:
    """The merge with this key with all of the same description into the same persona, oldest first; or none."""
    found = workspace.store.merges(key=key)
    return workspace.store.merges(alias=found[0].alias, persona=found[0].persona) if found else []


def _known_by_others(workspace: "Workspace", id: str) -> list[str]:
    """The attributes of a persona of which its own words say nothing, once `annotate` read what was merged into it."""
    from personagraph.steering.evidence import weigh

    if not any(run.work == "annotate" for run in workspace.ledger.runs.all()):
        return []
    persona = workspace.store.personas([id])[0]
    own = weigh(persona.description, Attributes()).attributes
    return [name for name, basis in persona.bases.known().items() if basis in _MERGED_IN and own[name] == UNKNOWN]


def _undoing(workspace: "Workspace", key: str, run: "Run") -> "Undoing":
    from personagraph.runs.undoing import Undoing

    ledger, store, alike = workspace.ledger, workspace.store, _alike(workspace, key)
    graph = workspace.snapshot()

    def arrived(key: str) -> Mapping[str, Any] | None:
        found = ledger.steps.verdict(key)
        return None if found is None else found.detail

    def everyone(without: Sequence[Merge]) -> "Finder":
        return finder_without(workspace, run, graph, without)

    return Undoing(
        alike,
        store.merges(persona=alike[0].persona) if alike else (),
        graph,
        described=lambda id: store.personas([id])[0].description,
        finder=lambda: finder_of(workspace, run),
        everyone=everyone,
        said_of=ledger.assertions.of_alias,
        arrived=arrived,
        apart=ledger.assertions.kept_apart(),
        grounds=lambda: (ledger.assertions.all_ends(tuple(TYPES)), ledger.steps.seeds()),
        run=run.id,
    )
