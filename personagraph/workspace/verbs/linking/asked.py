"""How a run of linking is made: its job, its dialogues, its work, and what is ahead of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from math import ceil
from typing import TYPE_CHECKING, cast

from personagraph.errors import ConfigError, UsageError
from personagraph.ledger import Run
from personagraph.llm.backend import ChatBackend
from personagraph.types import Assertion
from personagraph.workspace.index.known import growth_of
from personagraph.workspace.jobs import Job
from personagraph.workspace.options import check_known, check_positive
from personagraph.workspace.run_settings import LinkSettings, ModelSettings, settings_of
from personagraph.workspace.runs import unfinished_beside
from personagraph.workspace.spending.ahead import MARK, Ahead, Beside, anybody
from personagraph.workspace.verbs.linking.beginning import (
    decided_steps,
    graph_before,
    judge_prompt,
    linking_encoder,
    remember,
    steps_before,
)

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot
    from personagraph.linking.candidates import Aim, Candidates
    from personagraph.linking.trial import PairTrial
    from personagraph.linking.work import Linking, Ways
    from personagraph.meaning.encoders.encoder import Encoder
    from personagraph.prompts.dialogue import Dialogues, PromptDialogue
    from personagraph.runs.growth import Growth
    from personagraph.workspace.workspace import Workspace

COMMAND = "link"
GROUND = 0.7
"""The cosine from which on somebody stands for one who is imagined, where a model cannot judge and none is set."""
RECIPROCITY = "reciprocity"
PASSING = 0.1
"""The part of the candidates who pass, as a forecast has it."""


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
    return Job(COMMAND, given, LinkSettings.defaults(), work, ahead)


def check_share(option: str, value: float | None) -> None:
    """Raises UsageError for what is not above 0 and below 1."""
    if value is not None and not 0 < value < 1:
        raise UsageError(f"--{option} is {value}; it must be above 0 and below 1")


def check_mix(mix: Mapping[str, float] | None) -> None:
    """Raises UsageError for shares of candidate sources that are none."""
    from personagraph.linking.candidates import SOURCES

    for name in mix or ():
        check_known("mix", name, SOURCES)
    if mix is not None and not (sum(mix.values()) > 0 <= min(mix.values())):
        raise UsageError(f"--mix is {dict(mix)}; shares are 0 or more, and one is above 0")


def _check_aim(workspace: "Workspace", aim: str) -> None:
    """Raises ConfigError where an aim has nothing to do in the graph as it is."""
    graph = workspace.snapshot()
    if aim == "bridges" and workspace.components() == 1:
        raise ConfigError(
            "the graph is one component, so there is nothing to bridge; leave --aim out, or aim at closure"
        )
    if aim in ("closure", RECIPROCITY) and not len(graph.sources):
        raise ConfigError(f"nobody is tied to anybody yet, so --aim {aim} has nothing to do; aim at bridges first")


def linking_ways(run: Run, secret: bytes) -> "Ways":
    """How pairs are judged, ties are told, and people are imagined, by the settings of a run."""
    from personagraph.expansion.dialogues import DIALOGUES as IMAGINED
    from personagraph.linking.dialogues import DIALOGUES, PairDialogue
    from personagraph.linking.work import Ways

    settings = ModelSettings.of(run.settings)
    judge = PairDialogue(run.model, secret, seed=settings.seed)
    tell = DIALOGUES[settings.prompts](run.model, secret, seed=settings.seed)
    imagine = IMAGINED[settings.prompts](
        run.model, secret, seed=settings.seed, language=settings.language, before=not settings.dealt
    )
    tell.asking = imagine.asking = settings.asking
    judge.asking = replace(settings.asking, max_tokens=None)
    return Ways(judge, tell, imagine)


def linking_dialogue(run: Run, secret: bytes) -> "Dialogues":
    """How the steps of a run are put to its model."""
    return linking_ways(run, secret).together()


def linking_of(workspace: "Workspace", run: Run, backend: ChatBackend | None = None) -> "Linking":
    """The work of linking, by the settings of the run."""
    return linking_with(workspace, run, settings_of(run, LinkSettings), growth_of(workspace, run))


def linking_with(workspace: "Workspace", run: Run, settings: LinkSettings, growth: "Growth") -> "Linking":
    """The same, in the growth of a run that may do more."""
    from personagraph.graph.register import Register
    from personagraph.linking.grounding import Grounding
    from personagraph.linking.pairs import Pairs
    from personagraph.linking.trial import PairTrial
    from personagraph.linking.trying import Trying
    from personagraph.linking.turns import OtherEnds
    from personagraph.linking.work import Linking

    ledger, graph, ways = workspace.ledger, graph_before(workspace, run), linking_ways(run, workspace.ledger.secret)
    encoder = linking_encoder()
    candidates, register = candidates_of(workspace, graph, settings, encoder), Register(graph)
    trial, only_turns = PairTrial(settings.false_links), settings.aim == RECIPROCITY
    imagines, always = "imagined" in mix_of(settings), settings.ground is not None
    pairs = None
    if not only_turns:
        pairs = Pairs(candidates, register, trial, aim=settings.aim, most=settings.candidates, imagines=imagines)
    turns = None
    if only_turns or not settings.aim:
        turns = OtherEnds(graph, lambda keys: _others(ledger.assertions.of_keys(keys), run.id), seed=settings.seed)
    remember(steps_before(ledger, run), judge_prompt(ways.judge), trial, pairs, turns)
    trying = Trying(trial, graph, seed=settings.seed, items=ways.imagine.items, enough=is_known(trial) or only_turns)
    at_least = GROUND if settings.ground is None else settings.ground
    grounding = Grounding(candidates.described, candidates.crowd, register, encoder.encode, at_least=at_least)
    linking = Linking(
        growth,
        ways,
        trial,
        trying,
        pairs,
        turns,
        grounding,
        run=run.id,
        always=always,
        vectors=lambda ego, texts: candidates.imagine(register.number(ego), encoder.encode(texts)),
        tell=workspace.note,
    )
    linking.recall(decided_steps(ledger, run))
    return linking


def mix_of(settings: LinkSettings) -> Mapping[str, float]:
    """The shares of candidates from each source: those that are set, else the aim's."""
    return settings.mix if settings.mix is not None else aim_of(settings).mix


def aim_of(settings: LinkSettings) -> "Aim":
    """The aim of a run; without one, all."""
    from personagraph.linking.candidates import AIMS, EVERYTHING

    return AIMS[settings.aim] if settings.aim else EVERYTHING


def candidates_of(
    workspace: "Workspace", graph: "Snapshot", settings: LinkSettings, encoder: "Encoder"
) -> "Candidates":
    """Whom to ask about, of those who are in a graph."""
    from personagraph.linking.candidates import Candidates
    from personagraph.workspace.index.vectors import described

    known, across = described(workspace, graph, encoder), aim_of(settings).across
    return Candidates(graph, known, seed=settings.seed, mix=mix_of(settings), across=across)


def is_known(trial: "PairTrial") -> bool:
    """Whether earlier runs tell enough of a model, so that it is not tried again."""
    from personagraph.linking.trial import KNOWN

    return trial.count(known=True) >= KNOWN // 2 and trial.count(known=False) >= KNOWN


def trial_of(workspace: "Workspace", run: Run) -> "PairTrial":
    """What the trials of a run and of those before it have shown."""
    from itertools import chain

    from personagraph.linking.trial import PairTrial

    share = float(run.settings.get("false_links", LinkSettings.defaults()["false_links"]))
    trial, judge = PairTrial(share), judge_prompt(linking_ways(run, MARK).judge)
    remember(chain(steps_before(workspace.ledger, run), decided_steps(workspace.ledger, run)), judge, trial, None, None)
    return trial


def _others(assertions: Iterable[Assertion], run: str) -> Iterator[Assertion]:
    return (one for one in assertions if one.run != run)


def _ahead(workspace: "Workspace", run: Run) -> Ahead:
    """What is still to be asked, at most: the candidates of everybody, most of it in one token each."""
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
        Beside(ways.tell, pairs, settings.candidates * PASSING / each),
        Beside(cast("PromptDialogue", ways.imagine), egos, 1 / each),
    )
    total = ceil(people * each)
    return Ahead(ways.judge, lambda brings: max(0, total - run.decided), pairs, note, beside)
