"""Makes the parts of a run from its settings: the language model, the policy, the graph in memory."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from personagraph.errors import ConfigError
from personagraph.ledger import Ledger, Run
from personagraph.llm.backend import ChatBackend
from personagraph.prompts.dialogue import Dialogue
from personagraph.steering.policies.policy import Policy
from personagraph.stores.graph_store import GraphStore
from personagraph.workspace.settings import Settings

if TYPE_CHECKING:
    from personagraph.runs.growth import Growth

MODELS = "local, simulated, openai:NAME, or recorded:FILE (a ledger.sqlite3, or a recording, that answers again)"


def backend_of(model: str, settings: Settings, ledger: Ledger, concurrency: int | None = None) -> ChatBackend:
    """The language model with this name; the ledger remembers what a server was found to lack.

    Raises ConfigError for another name, or when something that the model needs is missing.
    """
    kind, _, name = model.partition(":")
    if model == "local":
        from personagraph.llm.local import SLOTS, LocalBackend

        return LocalBackend(slots=concurrency or settings.concurrency or SLOTS)
    if model == "simulated":
        from personagraph.llm.simulated import SimulatedBackend

        return SimulatedBackend()
    if kind == "recorded" and name:
        from personagraph.llm.recorded import RecordedBackend

        return RecordedBackend.of(name)
    if kind == "openai" and name:
        return _openai(name, settings, ledger)
    raise ConfigError(f"--model {model!r} is not known; it can be {MODELS}")


def _openai(name: str, settings: Settings, ledger: Ledger) -> ChatBackend:
    from personagraph.llm.openai.backend import OpenAIBackend

    key = settings.secret("openai_api_key")
    if not key and not settings.base_url:
        raise ConfigError(
            "openai:… needs the environment variable OPENAI_API_KEY (and --base-url for a server that is not OpenAI's)"
        )
    known = ledger.remembered(_lacks(name, settings))
    return OpenAIBackend(name, api_key=key or "none", base_url=settings.base_url, concessions=known)


def remember_lacks(backend: ChatBackend, settings: Settings, ledger: Ledger) -> None:
    """Keep what the server was found to lack (structured output, a parameter), so that it is found out once."""
    found = getattr(backend, "concessions", "")
    if found and found != ledger.remembered(name := _lacks(backend.model, settings)):
        ledger.remember(name, found)


def _lacks(model: str, settings: Settings) -> str:
    return f"concessions of {model} at {settings.base_url or 'OpenAI'}"


def prompts_of(backend: ChatBackend, settings: Settings) -> str:
    """Which prompts suit the model, unless the user said: small (short fields) or large."""
    return settings.prompts or ("small" if backend.small else "large")


def dialogue_of(run: Run, secret: bytes) -> Dialogue:
    """How the steps of a run were put to its model, as this version would do it."""
    from personagraph.expansion import dialogues as alters
    from personagraph.extraction import dialogues as audience
    from personagraph.synthesis import dialogues as tasks

    s, about = run.settings, {"seed": run.settings["seed"]}
    if "task" in s:
        return tasks.DIALOGUES[s["task"]][s["prompts"]](run.model, secret, **about)
    kinds: Mapping[str, Mapping[str, Callable[..., Dialogue]]] = {
        "expand": alters.DIALOGUES,
        "extract": audience.DIALOGUES,
    }
    return kinds[s.get("command", run.command)][s["prompts"]](run.model, secret, **about)


def check_unmixed(ledger: Ledger, backend: ChatBackend, *, allow_mixed: bool) -> None:
    """Raises ConfigError when a made-up world would grow what a real model grew, or the other way round."""
    grown = [run for run in ledger.runs.all() if run.model and run.decided and "task" not in run.settings]
    others = [run for run in grown if run.simulated != backend.simulated]
    if others and not allow_mixed:
        raise ConfigError(
            f"run {others[0].id} grew this graph with {others[0].model}, and {backend.model} "
            f"{'is made up' if backend.simulated else 'is real'}; use another workspace, or --allow-mixed"
        )


def policy_of(run: Run, ledger: Ledger, countries: Sequence[str]) -> Policy:
    """The policy that the run's settings name; `countries` are those that a hint can name."""
    return POLICIES[run.settings["policy"]](run, ledger, countries)


def _breadth_first(run: Run, ledger: Ledger, countries: Sequence[str]) -> Policy:
    from personagraph.steering.policies.bfs import BreadthFirst

    asked = ledger.steps.subjects("expand", before=run.id)
    return BreadthFirst(hops=run.settings["hops"], calls_per_ego=run.settings["calls_per_ego"], asked=asked)


def _thinnest_cell(run: Run, ledger: Ledger, countries: Sequence[str]) -> Policy:
    from personagraph.steering.policies.hint import ThinnestCell
    from personagraph.vocabulary.attributes import read_region

    by_region: dict[str, list[str]] = {}
    for country in countries:
        by_region.setdefault(read_region(country), []).append(country)
    return ThinnestCell(hops=run.settings["hops"], seed=run.settings["seed"], countries=by_region)


POLICIES: Mapping[str, Callable[[Run, Ledger, Sequence[str]], Policy]] = {
    "bfs": _breadth_first,
    "hint": _thinnest_cell,
}


ENDLESS = frozenset({"hint"})
"""The policies that never end by themselves."""


def growth_of(ledger: Ledger, store: GraphStore, run: Run) -> "Growth":
    """The graph in memory, as the store holds it, with the duplicate index that the run's settings name."""
    from personagraph.dedup.rules import INDEXES, Deduplicator
    from personagraph.dedup.veto.veto import differs
    from personagraph.runs.growth import Growth

    deduplicator = Deduplicator(INDEXES[run.settings["dedup"]](), differs)
    growth = Growth(deduplicator, ledger.assertions.kept_apart(), simulated=run.simulated)
    growth.load(store.scan_personas(), store.scan_relationships(), store.merges())
    return growth
