"""The work of linking, alone or beside an expansion, put together from a workspace by the settings of a run."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial
from typing import TYPE_CHECKING, Any

from personagraph.ledger import Run
from personagraph.llm.backend import ChatBackend
from personagraph.types import Assertion
from personagraph.workspace.index.known import growth_of
from personagraph.workspace.run_settings import ExpandSettings, LinkSettings, ModelSettings, settings_of
from personagraph.workspace.verbs.linking.beginning import (
    decided_steps,
    graph_before,
    judge_prompt,
    linking_encoder,
    remember,
    steps_before,
)
from personagraph.workspace.verbs.linking.settled import GROUND, RECIPROCITY, aim_of, is_known, linking_ways, mix_of

if TYPE_CHECKING:
    from personagraph.graph.register import Register
    from personagraph.graph.snapshot import Snapshot
    from personagraph.linking.candidates import Candidates
    from personagraph.linking.closing import Growing
    from personagraph.linking.grounding import Grounding
    from personagraph.linking.pairs import PairQueue
    from personagraph.linking.people.everybody import Everybody
    from personagraph.linking.trial import PairTrial
    from personagraph.linking.turns import OtherEnds
    from personagraph.linking.work import Linking
    from personagraph.meaning.encoders.encoder import Encoder
    from personagraph.runs.growth import Growth
    from personagraph.runs.work import Work
    from personagraph.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Parts:
    """What people are looked up in: the graph at the beginning of the run, its candidates, who stands for whom."""

    graph: "Snapshot"
    candidates: "Candidates"
    register: "Register"
    encoder: "Encoder"
    grounding: "Grounding"


def parts_of(workspace: "Workspace", run: Run, settings: LinkSettings) -> Parts:
    """The graph as it was when the run began, and the vectors of its people."""
    from personagraph.graph.register import Register
    from personagraph.linking.candidates import Candidates
    from personagraph.linking.grounding import Grounding
    from personagraph.workspace.index.vectors import described

    graph, encoder = graph_before(workspace, run), linking_encoder()
    known, across = described(workspace, graph, encoder), aim_of(settings).across
    candidates = Candidates(graph, known, seed=settings.seed, mix=mix_of(settings), across=across)
    register, at_least = Register(graph), GROUND if settings.ground is None else settings.ground
    grounding = Grounding(known, candidates.crowd, register, encoder.encode, at_least=at_least, gaps=candidates.gaps)
    return Parts(graph, candidates, register, encoder, grounding)


def linking_of(workspace: "Workspace", run: Run, backend: ChatBackend | None = None) -> "Linking":
    """The work of linking, by the settings of the run."""
    settings = settings_of(run, LinkSettings)
    linking = _linking(workspace, run, settings, growth_of(workspace, run), parts_of(workspace, run, settings))
    linking.recall(decided_steps(workspace.ledger, run))
    return linking


def closing_of(workspace: "Workspace", run: Run, growing: "Growing", growth: "Growth") -> "Work":
    """An expansion that links, or grounds whom it would let in, as its settings say; without either it is as it is."""
    from personagraph.linking.closing import Closing
    from personagraph.linking.people.everybody import PEOPLE, TIES, Everybody
    from personagraph.linking.trial import plain_ties

    expand = settings_of(run, ExpandSettings)
    if not expand.link and expand.ground is None:
        return growing
    settings = LinkSettings(**{**_common(expand), "ground": expand.ground})
    parts = parts_of(workspace, run, settings)
    ties, related = plain_ties(parts.graph), len(parts.graph.sources)
    everybody = Everybody(
        parts.candidates, parts.register, parts.encoder.encode, growth.description, ties, related=related
    )
    linking = _linking(workspace, run, settings, growth, parts, everybody) if expand.link else None

    def stand_in(description: str, known: Mapping[str, str], ego: str, tied: set[str]) -> tuple[str, float] | None:
        is_on = linking.grounds if linking else True
        return parts.grounding.find(description, known, ego, tied) if is_on else None

    growth.stand_in = stand_in
    work = Closing(growing, everybody, linking, share=expand.link)
    work.recall(decided_steps(workspace.ledger, run, every=True))
    if linking and run.command == run.work and not everybody.are_enough:  # a retry links nobody whom it did not ask
        workspace.note(f"linking begins when there are {PEOPLE} personas and {TIES} relationships; now: {everybody}")
    return work


def _linking(
    workspace: "Workspace",
    run: Run,
    settings: LinkSettings,
    growth: "Growth",
    parts: Parts,
    everybody: "Everybody | None" = None,
) -> "Linking":
    """The work; beside an expansion, of which `everybody` hears, it begins once that has let enough in."""
    from personagraph.linking.people import Acquaintance
    from personagraph.linking.trial import PairTrial, plain_ties
    from personagraph.linking.trying import Trying
    from personagraph.linking.work import Linking

    ways, trial = linking_ways(run, workspace.ledger.secret), PairTrial(settings.false_links)
    pairs = _pairs_of(settings, parts, trial, is_beside=everybody is not None)
    turns = _turns_of(workspace, run, settings, parts)
    remember(steps_before(workspace.ledger, run), judge_prompt(ways.judge), trial, pairs, turns)
    known = parts.candidates.known.of if everybody else Acquaintance(parts.graph).of
    begin = partial(
        Trying,
        trial,
        parts.register,
        known=lambda ego: known(ego).tolist(),
        seed=settings.seed,
        items=ways.imagine.items,
        enough=is_known(trial) or pairs is None,
    )

    def imagined(ego: str, texts: Sequence[str]) -> None:
        parts.candidates.imagine(parts.register.number(ego), partial(parts.encoder.encode, texts))

    return Linking(
        growth,
        ways,
        trial,
        None if everybody else begin(plain_ties(parts.graph)),
        pairs,
        turns,
        parts.grounding,
        run=run.id,
        always=settings.ground is not None,
        steps=None if everybody else run.limits.get("max_calls"),
        imagines=everybody is None,
        later=begin if everybody else None,
        text_of=everybody.description if everybody else None,
        vectors=imagined,
        tell=workspace.note,
    )


def _pairs_of(settings: LinkSettings, parts: Parts, trial: "PairTrial", *, is_beside: bool) -> "PairQueue | None":
    """The pairs that are judged; None where only other ends are asked."""
    from personagraph.linking.pairs import PairQueue

    if settings.aim == RECIPROCITY:
        return None
    imagines = "imagined" in mix_of(settings) and not is_beside
    aim, most = settings.aim, settings.candidates
    return PairQueue(parts.candidates, parts.register, trial, aim=aim, most=most, imagines=imagines)


def _turns_of(workspace: "Workspace", run: Run, settings: LinkSettings, parts: Parts) -> "OtherEnds | None":
    """The other ends that are asked: all of them, or some beside a mix of everything; None for other aims."""
    from personagraph.linking.turns import OtherEnds

    def asserted(keys: Sequence[str]) -> Iterator[Assertion]:
        return (one for one in workspace.ledger.assertions.of_keys(keys) if one.run != run.id)

    return OtherEnds(parts.graph, asserted, seed=settings.seed) if settings.aim in ("", RECIPROCITY) else None


def _common(settings: ExpandSettings) -> dict[str, Any]:
    """The settings of every run with a model."""
    return {field.name: getattr(settings, field.name) for field in fields(ModelSettings)}
