"""How a run of linking is made: its job, its dialogues, its work, and what is ahead of it."""

from collections.abc import Mapping
from functools import partial
from math import ceil, inf
from typing import TYPE_CHECKING, cast

from personagraph.errors import ConfigError, UsageError
from personagraph.ledger import Run
from personagraph.workspace.jobs import Job
from personagraph.workspace.options import check_known, check_positive, check_share
from personagraph.workspace.run_settings import LinkSettings, settings_of
from personagraph.workspace.runs import unfinished_beside
from personagraph.workspace.spending.ahead import MARK, Ahead, CallsBeside, anybody
from personagraph.workspace.verbs.linking.settled import RECIPROCITY, linking_ways
from personagraph.workspace.verbs.linking.works import linking_of

if TYPE_CHECKING:
    from personagraph.prompts.dialogue import PromptDialogue
    from personagraph.workspace.workspace import Workspace

COMMAND = "link"


def link_job(
    workspace: "Workspace",
    *,
    aim: str | None = None,
    candidates: int | None = None,
    mix: Mapping[str, float] | None = None,
    ground: float | None = None,
    false_links: float | None = None,
) -> Job:
    """What `link` asks for. Raises ConfigError for a bad option, and where there is nobody to tie or nothing to do."""
    from personagraph.linking.candidates import AIMS

    check_positive(candidates=candidates)
    check_known("aim", aim, AIMS)
    check_share("ground", ground)
    check_share("false-links", false_links)
    check_mix(mix)
    people = workspace.store.size()
    if people < 2:
        there = "one persona, and nobody whom it could be tied to" if people else "nobody to link"
        raise ConfigError(f"there is {there}; `personagraph import` or `personagraph extract` brings more in")
    if aim and not unfinished_beside(workspace, COMMAND):
        _check_aim(workspace, aim)
    given = {"aim": aim, "candidates": candidates, "mix": mix, "ground": ground, "false_links": false_links}
    work, ahead = partial(linking_of, workspace), partial(_ahead, workspace)
    batched = (
        "what follows depends on replies: the trial waits for a batch, and so do the pairs that a model says yes to"
    )
    return Job(COMMAND, given, LinkSettings.defaults(), work, ahead, batched=batched)


def check_mix(mix: Mapping[str, float] | None) -> None:
    """Raises UsageError for shares of candidate sources that are none."""
    from personagraph.linking.candidates import SOURCES

    for name in mix or ():
        check_known("mix", name, SOURCES)
    if mix is not None and not (inf > sum(mix.values()) > 0 <= min(mix.values())):
        raise UsageError(f"--mix is {dict(mix)}; shares are 0 or more, and one is above 0")


def _check_aim(workspace: "Workspace", aim: str) -> None:
    """Raises ConfigError where an aim has nobody to ask in the graph as it is."""
    import numpy as np

    from personagraph.linking.candidates import AIMS
    from personagraph.linking.people import Acquaintance, Crowd

    graph = workspace.snapshot()
    if not len(AIMS[aim].order(Crowd(graph), Acquaintance(graph), np.arange(len(graph)))):
        raise ConfigError(AIMS[aim].idle)


def _ahead(workspace: "Workspace", run: Run) -> Ahead:
    """What is still to be asked, at most: the candidates of everybody, most of it in one token each."""
    from personagraph.linking.pairs import PASSING

    settings, ways = settings_of(run, LinkSettings), linking_ways(run, MARK)
    shown = [person.description for person in workspace.store.personas(anybody(workspace.store))]
    pairs = [{"a": a, "b": b} for a, b in zip(shown, [*shown[1:], shown[0]], strict=True)]
    if settings.aim == RECIPROCITY:
        ties = len(workspace.snapshot().sources)
        note = f"at most, the other end of each of {ties:,} relationships"
        return Ahead(ways.tell, lambda brings: max(0, ties - run.decided), pairs, note)
    people = workspace.store.size()
    each = settings.candidates * (1 + PASSING) + 1
    note = (
        f"at most, for each of {people:,} personas one of whom it knows, {settings.candidates} candidates, a token"
        f" each, and a call more for those that pass: by default one in {1 / PASSING:.0f}"
    )
    egos = [{"ego": text, "type": None, "hint": None} for text in shown]
    beside = (
        CallsBeside(ways.tell, pairs, settings.candidates * PASSING / each),
        CallsBeside(cast("PromptDialogue", ways.imagine), egos, 1 / each),
    )
    total = ceil(people * each)
    return Ahead(ways.judge, lambda brings: max(0, total - run.decided), pairs, note, beside)
