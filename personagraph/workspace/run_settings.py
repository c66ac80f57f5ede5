"""The settings of runs, typed: what decides the steps of each command, as the ledger keeps it."""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from typing import Any, ClassVar, Self, TypeVar

from personagraph.errors import ConfigError
from personagraph.ledger import Run
from personagraph.prompts.dialogue import Asking
from personagraph.runs.session import WINDOW
from personagraph.vocabulary.cells import NO_COLUMNS, PAIR, Cell, cells

S = TypeVar("S", bound="ModelSettings")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSettings:
    """What every run with a language model is decided by.

    `grows` says whether its replies change the graph, `batch_window` how many steps are planned ahead, at least, where
    they are asked in batches: fewer where what is asked next depends on replies.
    """

    grows: ClassVar[bool] = True
    batch_window: ClassVar[int] = 10_000
    model: str | None = None
    """As the user names it; None for a backend of the caller's own."""
    prompts: str = "small"
    seed: int = 0
    dedup: str = "partition"
    dedup_threshold: float = 0.9
    decider: str | None = None
    """What says whether descriptions mean the same, and below, what finds those that may; None for nobody."""
    encoder: str | None = None
    fresh: bool = False
    """Whether calls are bought anew that the ledger has."""
    language: str = ""
    """A tag, or "own" for that of each text or persona; empty for English, as small prompts and older versions ask."""
    dealt: bool = False
    """Whether the examples of large prompts are dealt; runs that an older version began ask as it did."""
    window: int = WINDOW
    max_tokens: int | None = None
    """The cap on a reply; None for that of the prompts."""
    reasoning_effort: str | None = None
    request: Mapping[str, Any] | None = None
    """Other parameters of every request."""
    room: int = 0
    """Tokens that are added to the prompts' caps for what the model thinks."""
    batch: bool = False
    """Whether replies are bought by batches."""

    @property
    def asking(self) -> Asking:
        """What is wanted of every request."""
        effort = {} if self.reasoning_effort is None else {"reasoning_effort": self.reasoning_effort}
        return Asking(self.max_tokens, self.room, {**(self.request or {}), **effort})

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Self:
        """Those that the ledger has; what an older version did not know has its default, and other names are left."""
        return cls(**{f.name: settings[f.name] for f in fields(cls) if f.name in settings})

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        """The defaults of what is the command's own."""
        common = {f.name for f in fields(ModelSettings)}
        return {f.name: f.default for f in fields(cls) if f.name not in common and f.default is not MISSING}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractSettings(ModelSettings):
    """`input` is the digest of the texts."""

    input: str
    calls_per_text: int
    verbs: tuple[str, ...] | list[str]
    grains: tuple[str, ...] | list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpandSettings(ModelSettings):
    """A policy and its options."""

    batch_window: ClassVar[int] = 1_000
    policy: str = "bfs"
    hops: int = 6
    calls_per_ego: int = 1
    by: tuple[str, ...] | list[str] = PAIR
    """The attributes whose values make the cells that are filled, and that count as covered."""
    target: str = "uniform"
    """What a target is called that the policy steers to: older versions knew but this; a file has its digest, too."""
    wanted: Sequence[Sequence[str | float]] | None = None
    """What a file wants: values of `by`, and a share, a row for each cell; None for a target that has a name."""
    ground: float | None = None
    """The cosine from which on somebody stands for an alter who would be new; None for nobody does."""
    mixing: str = "neutral"
    """How the ties of steered steps are to mix: neutral, unsteered, or what a file is called, with its digest."""
    lifts: Sequence[Sequence[str | float]] | None = None
    """What that comes to, as `personagraph.steering.mixing.mixing.mixing_of` reads it."""
    unlinked: bool = False
    """Whether somebody may be asked for whom nobody need know."""
    again: bool = False
    """Whether those are asked whom earlier runs asked."""
    until: Mapping[str, float] | None = None
    """What ends the run, as `personagraph.steering.stops.Until` has it."""
    link: int = 0
    """How many of each hundred steps link personas who are there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSettings(ModelSettings):
    """`aim` is a name of AIMS, or empty for a mix of all; `mix` has the share of each source instead of the aim's."""

    batch_window: ClassVar[int] = 1_000
    aim: str = ""
    candidates: int = 10
    """Whom an ego is asked about in one turn, at most."""
    mix: Mapping[str, float] | None = None
    ground: float | None = None
    """The cosine from which on somebody stands for one who is imagined; None where a model that judges does without."""
    false_links: float = 0.1
    """The share of random pairs that may pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SynthesizeSettings(ModelSettings):
    """The sampler draws from the `selection` of the graph; `around`, a persona's id, `hops` and `drawing` go to it."""

    grows: ClassVar[bool] = False
    task: str
    n: int = 10
    context: str = "neighbours"
    sampler: str = "random"
    around: str | None = None
    hops: int | None = None
    selection: Mapping[str, Any] | None = None
    """As `Selection.to_json` has it; None for the whole graph."""
    drawing: Mapping[str, Any] | None = None
    """What else the sampler is told, as `personagraph.workspace.drawing.draw.SamplePlan` has it."""
    connected: bool = False
    """Whether only those are drawn who have a relationship; runs that an older version began draw anybody."""
    graph: Mapping[str, int] | None = None
    """How many steps of each run the graph held that it was drawn from; None for a run of an older version."""
    own: str = ""
    """The text of the task's file, where it is the user's own; empty for one of ours."""
    vary: Mapping[str, Sequence[str]] | None = None
    """What samples differ in, with the values, instead of those of the task."""
    shots: str | None = None
    """What is shown beforehand; None for what suits the prompts."""
    answers: int | None = None
    """How many independent answers are asked for; None for as many as the task's checks want."""
    checks: Sequence[str] | None = None
    """What looks at the samples; None for the checks of the task."""
    checker: str | None = None
    """The model that answers and criticises; None for the one that writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotateSettings(ModelSettings):
    """`by` is words, labels or model; `labels` the digest of the file of labels, on which a model is tried, too."""

    by: str = "model"
    per_call: int = 10
    """Descriptions that a call shows, at most."""
    labels: str | None = None


ASKING = ("max_tokens", "reasoning_effort", "request")
"""What a user sets of every request; all of it holds for one model."""

SETTINGS: Mapping[str, type[ModelSettings]] = {
    "extract": ExtractSettings,
    "expand": ExpandSettings,
    "link": LinkSettings,
    "synthesize": SynthesizeSettings,
    "annotate": AnnotateSettings,
}
"""By the command whose work a run does."""


def settings_of(run: Run, kind: type[S]) -> S:
    """The settings of a run as those of the command whose work it does. Raises ConfigError for another command's."""
    if SETTINGS.get(run.work) is not kind:
        raise ConfigError(f"run {run.id} is of the command {run.work}")
    return kind.of(run.settings)


def shares_wanted(settings: ExpandSettings) -> Mapping[Cell, float]:
    """The share that the target of an expansion wants of each cell of `by`; no file is read for it.

    Raises ValueError for a name that no target has, and for shares that are none.
    """
    return shares_of(settings.by, settings.target, settings.wanted)


def shares_of(by: Sequence[str], target: str, wanted: Sequence[Sequence[str | float]] | None) -> Mapping[Cell, float]:
    """The share wanted of each cell of `by`: by a target that has a name, or by rows as `ExpandSettings` has them.

    Raises ValueError as `shares_wanted` does.
    """
    from personagraph.steering.targets import TARGETS

    if wanted is None:
        if target not in TARGETS:
            raise ValueError(f"it should be {' or '.join(TARGETS)}")
        return TARGETS[target].make(tuple(by), NO_COLUMNS).weights
    found: dict[Cell, float] = {}
    possible = set(cells(by))
    for *values, share in wanted:
        cell = tuple(map(str, values))
        if cell not in possible or isinstance(share, str) or not 0 <= share <= 1:
            raise ValueError(f"what it wants should be cells of {' and '.join(by)}, with shares from 0 to 1")
        found[cell] = float(share)
    return found


def only_reads(work: str) -> bool:
    """Whether the work of this command leaves the graph as it is; that of a lost run is not known, and does not."""
    kind = SETTINGS.get(work)
    return kind is not None and not kind.grows


def grows(run: Run) -> bool:
    """Whether a model's replies change the graph in this run; of one that was lost, that they did."""
    kind = SETTINGS.get(run.work)
    return bool(run.model) and (kind is None or kind.grows)
