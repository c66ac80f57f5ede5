"""The verb that grows the graph from persona to persona."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from personagraph.errors import ConfigError, UsageError
from personagraph.ledger import Run
from personagraph.llm.backend import ChatBackend
from personagraph.prompts.dialogue import ALONE, ASKED, GROW, Dialogues
from personagraph.types import digest
from personagraph.vocabulary.cells import PAIR, check_axes
from personagraph.workspace.index.clusters import clusters_before
from personagraph.workspace.index.known import growth_of
from personagraph.workspace.jobs import Job, carry_out
from personagraph.workspace.options import ModelOptions, check_known, check_positive, check_share, strict_options
from personagraph.workspace.results import RunResult
from personagraph.workspace.run_settings import ExpandSettings, settings_of, shares_wanted
from personagraph.workspace.runs import unfinished_beside
from personagraph.workspace.spending.ahead import MARK, Ahead, CallsBeside, anybody
from personagraph.workspace.verbs.linking.beginning import DecidedStep, decided_steps
from personagraph.workspace.verbs.linking.settled import linking_ways
from personagraph.workspace.verbs.linking.works import closing_of

if TYPE_CHECKING:
    from personagraph.expansion.alone import AloneInFields, AloneInSentences
    from personagraph.expansion.dialogues import ShortFields, WholeSentences
    from personagraph.expansion.work import Alters
    from personagraph.graph.snapshot import Snapshot
    from personagraph.runs.work import Work
    from personagraph.steering.policies.policy import Policy
    from personagraph.steering.stops import Stop
    from personagraph.workspace.workspace import Workspace


MIXINGS = ("neutral", "unsteered")
"""Mixings that have a name: everybody meets everybody, and as the relationships mix whose ends nobody had named."""


@strict_options
def expand(
    workspace: "Workspace",
    *,
    policy: str | None = None,
    hops: int | None = None,
    calls_per_ego: int | None = None,
    by: Sequence[str] | None = None,
    target: str | Path | None = None,
    mixing: str | Path | None = None,
    unlinked: bool = False,
    again: bool = False,
    until: Mapping[str, float] | None = None,
    ground: float | None = None,
    link: int | None = None,
    **options: Unpack[ModelOptions],
) -> RunResult:
    """Grow the graph from persona to persona, to `hops` from the seeds.

    The policy is one of `personagraph.steering.policies.POLICIES`. Where it steers, it fills cells of the attributes
    `by` up to the target: one of `personagraph.steering.targets.TARGETS`, or a CSV file. `mixing` says how the ties of
    its steps are to mix: one of MIXINGS, or a CSV file; with `unlinked` somebody is asked for whom nobody need know,
    where nothing else brings a cell. An unfinished expansion goes on, with its own settings unless given.

    Whom earlier runs with this model asked counts as asked, unless `again`. `until` says what ends the run, as
    `personagraph.steering.stops.Until` has it: covered and each, gain, new.

    With `ground`, an alter who would be new, and is like somebody who is there by that cosine, is not let in: the ego
    is tied to that one. With `link`, so many of each hundred steps tie personas who are there, as `link` does.
    """
    own: dict[str, Any] = {"policy": policy, "hops": hops, "calls_per_ego": calls_per_ego, "target": target}
    own |= {"by": by, "mixing": mixing, "unlinked": unlinked, "again": again, "until": until}
    return carry_out(workspace, partial(expand_job, workspace, **own, ground=ground, link=link), options)


def expand_job(
    workspace: "Workspace",
    *,
    policy: str | None = None,
    hops: int | None = None,
    calls_per_ego: int | None = None,
    by: Sequence[str] | None = None,
    target: str | Path | None = None,
    mixing: str | Path | None = None,
    unlinked: bool = False,
    again: bool = False,
    until: Mapping[str, float] | None = None,
    ground: float | None = None,
    link: int | None = None,
) -> Job:
    """What `expand` asks for. Raises ConfigError for a bad option, and when there is nobody to expand."""
    from personagraph.steering.policies import POLICIES
    from personagraph.steering.stops import Until

    check_positive(hops=hops, calls_per_ego=calls_per_ego)
    check_known("policy", policy, POLICIES)
    check_share("ground", ground)
    if until is not None:
        Until.of(until)
    if link is not None and not 0 <= link < 100:
        raise UsageError(f"--link is {link}; it is how many of each hundred steps link, from 0 to 99")
    unfinished = unfinished_beside(workspace, "expand")
    steered = policy or (unfinished.settings.get("policy") if unfinished else None) or next(iter(POLICIES))
    if workspace.store.is_empty() and not (steered in POLICIES and POLICIES[steered].alone):
        raise ConfigError(
            "there is nobody to expand; `personagraph extract` or `personagraph import` brings the first ones in"
        )
    ends = until or (unfinished.settings.get("until") if unfinished else None)
    if target is not None and steered in POLICIES and not POLICIES[steered].aims and not ends:
        aiming = " or ".join(name for name, kind in POLICIES.items() if kind.aims)
        raise UsageError(
            f"the policy {steered} steers to no target; leave --target out, take --policy {aiming}, or say with"
            " --until covered=0.95 what ends the run by it"
        )
    held = tuple(by or (unfinished.settings.get("by") if unfinished else None) or PAIR)
    _check_by(by, steered, ends)
    for option, value in (("mixing", mixing), ("unlinked", unlinked or None)):
        if value is not None and steered in POLICIES and not POLICIES[steered].aims:
            raise UsageError(f"the policy {steered} asks for nobody in particular; leave --{option} out")
    named, wanted = target_named(target, held)
    mixed, lifts = _mixing_named(workspace, mixing, held)
    given: dict[str, Any] = {"policy": policy, "hops": hops, "calls_per_ego": calls_per_ego, "target": named}
    given |= {"by": list(by) if by else None, "mixing": mixed, "unlinked": unlinked or None, "again": again or None}
    given |= {"until": dict(until) if until else None, "ground": ground, "link": link}
    defaults = {**ExpandSettings.defaults(), "target": workspace.settings.target, "wanted": wanted, "lifts": lifts}
    endless = f"the policy {policy}" if policy and POLICIES[policy].endless else ""
    if endless and until:
        endless += ", whose --until may never be reached,"
    work, ahead = partial(expansion_of, workspace), partial(_ahead, workspace)
    unbatched = _UNBATCHED if ends else ""
    return Job("expand", given, defaults, work, ahead, endless=endless, unbatched=unbatched, batched=_BATCHED)


_UNBATCHED = (
    "--until ends a run by what replies bring, and all that a batch asks ahead of that is paid for; leave one of them"
    " out, or say how far the run may go with --max-calls"
)
_BATCHED = (
    "who is asked next depends on who came: each hop from the seeds waits for a batch of its own, and whom to ask for"
    " is chosen by what the graph held up to 1,000 calls before"
)
"""Why an expansion cannot be asked in batches, and what is to be known of one that is."""


def expansion_of(workspace: "Workspace", run: Run, backend: ChatBackend) -> "Work":
    """The work of an expansion, by the settings of the run."""
    from personagraph.expansion.work import Expansion
    from personagraph.steering.policies import POLICIES

    settings, graph = settings_of(run, ExpandSettings), workspace.snapshot()
    dialogue, grow = expansion_dialogues(run, workspace.ledger.secret), expansion_dialogue(run, MARK)
    growth = growth_of(workspace, run)
    policy, stop = _policy_of(workspace, run, grow, growth.description), _stop_of(settings)
    if POLICIES[settings.policy].alone:
        workspace.note(f"the policy {settings.policy} asks nobody: those whom it brings are tied to nobody")
    policy.begin(graph)
    if stop:
        stop.begin(graph)
    idle = ""
    if run.command == run.work and not workspace.ledger.steps.has_any(run.id) and policy.next(0) is None:
        idle = _idle(workspace, run, graph) or f"the policy {settings.policy} finds nobody to ask"
    growing = Expansion(growth, policy, dialogue, run=run.id, stop=stop, idle=idle)
    if stop or POLICIES[settings.policy].learns:
        growing.recall(_brought_in(workspace, run))
    return closing_of(workspace, run, growing, growth)


def _brought_in(workspace: "Workspace", run: Run) -> Iterator[DecidedStep]:
    """The steps of an expansion that its graph holds, in order; those of linking are no part of it."""
    applied = workspace.store.applied(run.id)
    for step, verdicts in decided_steps(workspace.ledger, run, every=True):
        if step.n < applied and step.fields.get(ASKED, GROW) in (ALONE, GROW):
            yield step, verdicts


def _idle(workspace: "Workspace", run: Run, graph: "Snapshot") -> str:
    """Why nobody of the graph can be asked; "" where somebody can."""
    from personagraph.expansion.idle import nobody_to_ask
    from personagraph.steering.policies import POLICIES

    settings = settings_of(run, ExpandSettings)
    counts = not (settings.again or settings.fresh or POLICIES[settings.policy].endless)
    asked = workspace.ledger.steps.subjects(run.command, model=run.model, before=run.id) if counts else {}
    return nobody_to_ask(graph, asked, hops=settings.hops, calls=settings.calls_per_ego, model=run.model)


def expansion_dialogue(run: Run, secret: bytes) -> "ShortFields | WholeSentences":
    """How the egos of a run are asked."""
    from personagraph.expansion.dialogues import DIALOGUES

    settings = settings_of(run, ExpandSettings)
    dialogue = DIALOGUES[settings.prompts](
        run.model, secret, seed=settings.seed, language=settings.language, before=not settings.dealt
    )
    dialogue.asking = settings.asking
    return dialogue


def alone_dialogue(run: Run, secret: bytes) -> "AloneInFields | AloneInSentences":
    """How those are asked for whom no ego need know."""
    from personagraph.expansion.alone import ALONE_DIALOGUES

    settings = settings_of(run, ExpandSettings)
    dialogue = ALONE_DIALOGUES[settings.prompts](run.model, secret, seed=settings.seed, language=settings.language)
    dialogue.asking = settings.asking
    return dialogue


def expansion_dialogues(run: Run, secret: bytes) -> "Alters":
    """How the steps of a run that let people in are put to its model."""
    from personagraph.expansion.work import Alters

    return Alters(expansion_dialogue(run, secret), alone_dialogue(run, secret))


def every_dialogue(run: Run, secret: bytes) -> "Dialogues":
    """How the steps of a run are put to its model, those that link too."""
    growing = expansion_dialogues(run, secret)
    if not settings_of(run, ExpandSettings).link:
        return growing
    return Dialogues(**growing.named(), **linking_ways(run, secret).named())


def _ahead(workspace: "Workspace", run: Run) -> Ahead:
    """Whom an expansion is still to ask: of those who are there, and of those who come in meanwhile."""
    from personagraph.runs.forecast import expansion, waiting
    from personagraph.steering.policies import POLICIES
    from personagraph.vocabulary.occupations import titles

    ledger, store = workspace.ledger, workspace.store
    settings, kind = settings_of(run, ExpandSettings), POLICIES[settings_of(run, ExpandSettings).policy]
    dialogue = alone_dialogue(run, MARK) if kind.alone else expansion_dialogue(run, MARK)
    egos, hint = store.personas(anybody(store)), None
    if kind.endless:
        hint = {"occupation": titles("agriculture")[0], "country": dialogue.countries[0]}
    fields: list[Mapping[str, Any]] = [{"ego": ego.description, "type": None, "hint": hint} for ego in egos]
    if kind.alone:
        fields = [{"hint": hint}]
    share = settings.link / 100
    pairs = [{"a": ego.description, "b": egos[0].description} for ego in egos]
    beside = (CallsBeside(linking_ways(run, MARK).judge, pairs, share),) if share else ()
    ends = f"; it may end sooner, by --until {_written(settings.until)}" if settings.until else ""
    if not run.unfinished and (idle := _idle(workspace, run, workspace.snapshot())):
        return Ahead(dialogue, lambda brings: 0.0, fields, idle, beside)
    if hint:
        note = f"up to the limits, as the policy {settings.policy} has no end{ends}"
        return Ahead(dialogue, lambda brings: inf, fields, note, beside)
    hops, repeats = settings.hops, settings.calls_per_ego
    near = _near(workspace, hops)
    counts = not (settings.again or settings.fresh)
    before = partial(ledger.steps.asked, run.command, model=run.model, before=run.id, most=repeats)
    asked, calls_before = before() if counts else (0, 0)
    wait = waiting(near, repeats=repeats, done=calls_before + run.decided)
    note = f"{sum(near.values())} personas are nearer than {hops} hops to a seed, and whoever comes in there is asked"
    note += f", too; {asked} were asked by earlier runs, and count as the nearest" if asked else ", too"
    note += ends

    def calls(brings: float) -> float:
        return expansion(wait, hops=hops, repeats=repeats, brings=brings * (1 - share)) / (1 - share)

    return Ahead(dialogue, calls, fields, note, beside)


def _written(until: Mapping[str, float]) -> str:
    return ",".join(f"{name}={value:g}" for name, value in until.items())


def _near(workspace: "Workspace", hops: int) -> dict[int, int]:
    """How many personas there are at each depth below `hops`, the nearest first."""
    import numpy as np

    depths = workspace.snapshot().depths
    counted = np.bincount(depths[(depths >= 0) & (depths < hops)]).tolist()
    return {depth: count for depth, count in enumerate(counted) if count}


def _policy_of(
    workspace: "Workspace", run: Run, dialogue: "ShortFields | WholeSentences", describe: Callable[[str], str]
) -> "Policy":
    from personagraph.steering.mixing.mixing import mixing_of
    from personagraph.steering.policies import POLICIES
    from personagraph.steering.policies.policy import PolicyFacts, PolicyOptions

    settings, ledger = settings_of(run, ExpandSettings), workspace.ledger
    options = PolicyOptions(
        settings.hops,
        settings.calls_per_ego,
        settings.seed,
        again=settings.again or settings.fresh,
        unlinked=settings.unlinked,
    )
    facts = PolicyFacts(
        asked=partial(ledger.steps.subjects, "expand", model=run.model, before=run.id),
        countries=dialogue.countries,
        target=partial(shares_wanted, settings),
        by=tuple(settings.by),
        mixing=mixing_of(settings.lifts or (), settings.mixing),
        describe=describe,
        alike=partial(clusters_before, workspace, run, seed=settings.seed),
        steers=dialogue.steers,
        at_once=dialogue.items,
    )
    try:
        return POLICIES[settings.policy].make(options, facts)
    except ConfigError as error:
        raise ConfigError(f"--policy {settings.policy}, target {settings.target}: {error}") from error


def _stop_of(settings: ExpandSettings) -> "Stop | None":
    from personagraph.steering.stops import Stop, Until

    return Stop(Until.of(settings.until), shares_wanted(settings), settings.by) if settings.until else None


def _check_by(by: Sequence[str] | None, policy: str, ends: Any) -> None:
    """Raises UsageError for what makes no cells, and for a policy that has no use for it."""
    from personagraph.steering.policies import POLICIES

    if by is None:
        return
    try:
        check_axes(by)
    except ValueError as error:
        raise UsageError(f"--by: {error}") from None
    if policy in POLICIES and not POLICIES[policy].by and (POLICIES[policy].aims or not ends) and tuple(by) != PAIR:
        able = " or ".join(name for name, kind in POLICIES.items() if kind.by)
        raise UsageError(f"the policy {policy} has no use for --by; leave it out, or take --policy {able}")


def _mixing_named(
    workspace: "Workspace", choice: str | Path | None, by: Sequence[str]
) -> tuple[str | None, list[list[str | float]]]:
    """What a mixing is called in the settings of a run, and its rows; it says what an unsteered one rests on."""
    if choice is None or choice == MIXINGS[0]:
        return None if choice is None else str(choice), []
    if choice == MIXINGS[1]:
        from personagraph.steering.mixing.mixing import unsteered

        found = unsteered(workspace.snapshot(), by)
        if not unfinished_beside(workspace, "expand"):
            workspace.note(f"ties are to mix {found.about}")
        return str(choice), found.rows()
    from personagraph.steering.mixing.file import read_mixing

    rows = read_mixing(Path(choice)).rows()
    return f"{Path(choice).name} ({digest(json.dumps(rows))[:12]})", rows


def target_named(choice: str | Path | None, by: Sequence[str]) -> tuple[str | None, list[list[str | float]] | None]:
    """What a target is called in the settings of a run, and, of a file, the shares that it wants of cells.

    The name of a file has a digest of these, so that another is told from it when the run goes on.
    """
    from personagraph.steering.targets import TARGETS, target_of

    if choice is None or choice in TARGETS:
        return None if choice is None else str(choice), None
    found = target_of(choice, by)
    rows: list[list[str | float]] = [[*cell, share] for cell, share in found.weights.items() if share]
    return f"{found.name} ({digest(json.dumps(rows))[:12]})", rows
