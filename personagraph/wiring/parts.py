"""Makes the parts of a run from its settings: the language model, the policy, the graph in memory."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from personagraph.errors import ConfigError
from personagraph.ledger import Ledger, Run
from personagraph.protocols import ChatBackend, GraphStore, Policy

if TYPE_CHECKING:
    from personagraph.growth import Growth


def backend_of(model: str) -> ChatBackend:
    """The language model with this name: local, or openai:NAME. Raises ConfigError for another."""
    if model == "local":
        from personagraph.llm.local import LocalBackend

        return LocalBackend()
    kind, _, name = model.partition(":")
    if kind != "openai" or not name:
        raise ConfigError(f"--model {model!r} is not known; it can be local or openai:NAME")
    from personagraph.llm.openai import OpenAIBackend

    key = os.environ.get("OPENAI_API_KEY")
    if not key:
        raise ConfigError("openai:… needs the environment variable OPENAI_API_KEY")
    return OpenAIBackend(name, api_key=key, base_url=os.environ.get("OPENAI_BASE_URL"), small=True)


def policy_of(run: Run, ledger: Ledger, countries: Sequence[str]) -> Policy:
    """The policy that the run's settings name; `countries` are those that a hint can name."""
    from personagraph.attributes import read_region
    from personagraph.policies.bfs import BreadthFirst
    from personagraph.policies.hint import ThinnestCell

    if run.settings["policy"] == "bfs":
        asked = ledger.steps.subjects("expand", before=run.id)
        return BreadthFirst(hops=run.settings["hops"], calls_per_ego=run.settings["calls_per_ego"], asked=asked)
    by_region: dict[str, list[str]] = {}
    for country in countries:
        by_region.setdefault(read_region(country), []).append(country)
    return ThinnestCell(hops=run.settings["hops"], seed=run.settings["seed"], countries=by_region)


def growth_of(ledger: Ledger, store: GraphStore) -> "Growth":
    """The graph in memory, as the store holds it."""
    from personagraph.dedup.partition import PartitionIndex
    from personagraph.dedup.rules import Deduplicator
    from personagraph.dedup.veto import differs
    from personagraph.growth import Growth

    growth = Growth(Deduplicator(PartitionIndex(), differs), ledger.assertions.kept_apart())
    growth.load(store.scan_personas(), store.scan_relationships(), store.merges())
    return growth
