"""Forecasts: what a run would take and bring, without a model, a key or a change; and how honest the intervals are."""

import hashlib
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from personagraph.errors import ConfigError
from personagraph.forecasting import Asked, Evidence, Forecast, Limits, Question, Range, Seen, Start, forecast
from personagraph.llm.scripted import ScriptedBackend
from personagraph.llm.simulated import SimulatedBackend
from personagraph.types import ChatReply, ChatRequest
from personagraph.wiring import Workspace, init_workspace

from .commands import personagraph

SEEDS = Path(__file__).resolve().parent.parent / "examples" / "seeds.jsonl"
USED = Asked(1200, 300, 50, seconds=2.0)


class Other(SimulatedBackend):
    """A world that passes for a real model: of its replies some are useless, and its tokens are longer than usual."""

    model, simulated, free = "other", False, False

    def __init__(self, seed: int, *, useless: float = 0.1, small: bool = False) -> None:
        super().__init__(seed)
        self.small, self._useless = small, useless

    async def complete(self, request: ChatRequest) -> ChatReply:
        reply = await super().complete(request)
        text = "I would rather not." if random.Random(request.key).random() < self._useless else reply.text
        return replace(reply, text=text, prompt_tokens=reply.prompt_tokens * 9 // 10, latency=1.0)


class Silent(ScriptedBackend):
    """A model that must not be asked."""

    def __init__(self) -> None:
        def refuse(request: ChatRequest) -> str:
            raise AssertionError("a forecast asked a model")

        super().__init__(refuse)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with init_workspace(tmp_path / "w") as made:
        made.import_personas(SEEDS)
        yield made


def holds(range: Range, actual: float) -> bool:
    return range.low <= actual <= range.high


def steps(**kinds: int) -> list[Seen]:
    """So many steps that let one in, turn one down, or are dead."""
    of = {"let_in": (1, 0, 0), "rejected": (0, 1, 0), "dead": (0, 0, 1)}
    return [Seen(of[name], asked=USED, size=1000) for name, count in kinds.items() for _ in range(count)]


def foreseen(limits: Limits, rehearsed: list[Seen], history: list[Seen] | None = None, **more: Any) -> Forecast:
    start = more.pop("start", Start())
    question = Question(limits, longest=160, **more)
    return forecast("expand", "m", question, start, Evidence(rehearsed), Evidence(history or []), simulated_runs=1)


# What the statistics say


def test_without_history_a_forecast_has_the_rates_of_the_rehearsal_with_wide_margins():
    found = foreseen(Limits(100), steps(let_in=160, rejected=40))
    assert found.calls == Range(100, 100, 100)
    assert found.new.expected == pytest.approx(72, abs=3), "a real model's are turned down more often"
    assert found.new.low < 60
    assert found.new.high > 80
    assert found.history_weight == 0


def test_much_history_outweighs_the_rehearsal():
    found = foreseen(Limits(100), steps(let_in=160, rejected=40), steps(let_in=300, rejected=300))
    assert found.new.expected == pytest.approx(51, abs=3)
    assert found.history_weight > 0.95


def test_a_little_history_draws_the_forecast_part_of_the_way():
    found = foreseen(Limits(100), steps(let_in=200), steps(rejected=15))
    assert 35 < found.new.expected < 65


def test_the_simulated_world_itself_is_forecast_with_no_more_than_chance():
    found = foreseen(Limits(100), steps(let_in=1600, rejected=400), exact=True)
    chance = np.quantile(np.random.default_rng(1).binomial(100, 0.8, 10_000), [0.05, 0.95])
    assert found.new.low == pytest.approx(chance[0], abs=2)
    assert found.new.high == pytest.approx(chance[1], abs=2)


def test_tokens_a_character_are_learned_from_history():
    history = [seen._replace(asked=Asked(1200, 400, 80)) for seen in steps(let_in=200)]
    found = foreseen(Limits(100), steps(let_in=200), history)
    assert found.prompt_tokens.expected == pytest.approx(40_000, rel=0.03)
    assert found.completion_tokens.expected == pytest.approx(8_000, rel=0.03)


def test_replies_that_are_asked_for_once_more_cost_tokens_and_are_no_calls():
    history = [seen._replace(again=True) for seen in steps(let_in=300)]
    once, twice = foreseen(Limits(100), steps(let_in=200)), foreseen(Limits(100), steps(let_in=200), history)
    assert once.calls == twice.calls
    assert twice.completion_tokens.expected == pytest.approx(2 * 100 * 50, rel=0.1)


def test_completion_tokens_never_exceed_what_replies_may_have():
    found = foreseen(Limits(100), [seen._replace(asked=Asked(1200, 300, 159)) for seen in steps(let_in=200)])
    assert found.completion_tokens.high <= 160 * 100 * 1.2


def test_merges_grow_with_the_graph():
    rehearsed = [seen._replace(merged=int(n % 20 == 0)) for n, seen in enumerate(steps(let_in=400))]
    small, large = (foreseen(Limits(1000), rehearsed, start=Start(size=size)) for size in (1_000, 100_000))
    assert small.merged.expected < 120
    assert large.merged.expected > 4 * small.merged.expected


def test_a_graph_whose_egos_run_out_is_forecast_depth_by_depth():
    waiting = Start(waiting={0: 10})
    found = foreseen(Limits(), steps(let_in=400), exact=True, hops=3, repeats=2, start=waiting)
    assert found.calls == Range(10 + 20 + 40, 70, 70)
    assert found.new.expected == 70


def test_an_expansion_without_a_limit_that_would_not_end_is_cut_off_and_takes_no_time():
    several = [seen._replace(kind=(20, 0, 0)) for seen in steps(let_in=50)]
    found = foreseen(Limits(), several, exact=True, items=20, hops=20, repeats=9, start=Start(waiting={0: 1000}))
    assert found.calls.high == 10**9


def test_limits_end_the_courses():
    more = {"hops": 6, "repeats": 9, "start": Start(waiting={0: 1000})}
    assert foreseen(Limits(personas=40), steps(let_in=200), exact=True, **more).new == Range(40, 40, 40)
    by_cost = foreseen(Limits(cost=0.5), steps(let_in=200), cost=lambda p, c, k: p / 30_000, **more)
    assert by_cost.cost_usd is not None
    assert by_cost.cost_usd.high <= 0.5
    assert holds(by_cost.calls, 50)


def test_the_cost_is_that_of_the_tokens_and_the_worst_case_lies_above_it():
    found = foreseen(Limits(100), steps(let_in=200), cost=lambda p, c, k: (p + 4 * c) / 1e6, worst=0.002)
    assert found.cost_usd is not None
    expected = (found.prompt_tokens.expected + 4 * found.completion_tokens.expected) / 1e6
    assert found.cost_usd.expected == pytest.approx(expected)
    assert found.worst_case_usd == pytest.approx(2 * 100 * 0.002)
    assert foreseen(Limits(100), steps(let_in=200)).cost_usd is None


def test_seconds_are_known_only_from_history_and_fall_with_concurrency():
    history = steps(let_in=200)
    assert foreseen(Limits(100), steps(let_in=200)).seconds is None
    at_pace = foreseen(Limits(100), history, history, pace=2.0).seconds
    faster = foreseen(Limits(100), history, history, pace=2.0, concurrency=16).seconds
    assert at_pace is not None
    assert faster is not None
    assert at_pace.expected == pytest.approx(51, rel=0.1)
    assert faster.low < at_pace.low / 2 < faster.high


def test_the_same_values_give_the_same_forecast():
    assert foreseen(Limits(50), steps(let_in=99, dead=1)) == foreseen(Limits(50), steps(let_in=99, dead=1))


# What a workspace says


def everything(folder: Path) -> dict[str, str]:
    return {str(f): hashlib.sha256(f.read_bytes()).hexdigest() for f in sorted(folder.rglob("*")) if f.is_file()}


@pytest.mark.parametrize("options", [{"max_calls": 20}, {"policy": "hint", "max_calls": 20}, {"hops": 1}])
def test_a_forecast_asks_no_model_and_changes_no_byte(tmp_path, options):
    with init_workspace(tmp_path / "w") as made:
        made.import_personas(SEEDS)
    before = everything(tmp_path)
    with init_workspace(tmp_path / "w") as opened:
        assert opened.forecast("expand", backend=Silent(), **options).calls.expected >= 16
    assert everything(tmp_path) == before


def test_a_model_is_forecast_for_without_a_key_and_its_price_may_be_unknown(workspace, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    known = workspace.forecast("expand", model="openai:gpt-4o-mini", max_calls=5)
    assert known.cost_usd.low > 0
    assert known.worst_case_usd > known.cost_usd.high
    unknown = workspace.forecast("expand", model="openai:nobody-knows", max_calls=5)
    assert (unknown.cost_usd, unknown.worst_case_usd) == (None, None)
    assert any("price of nobody-knows is not known" in note for note in unknown.notes)
    with pytest.raises(ConfigError, match="price of nobody-knows"):
        workspace.forecast("expand", model="openai:nobody-knows", max_cost=1.0)


def test_a_forecast_is_refused_where_the_run_would_be(workspace):
    with pytest.raises(ConfigError, match="--max-calls"):
        workspace.forecast("expand", policy="hint", model="simulated")
    with pytest.raises(ConfigError, match="--hops is 0"):
        workspace.forecast("expand", hops=0, model="simulated")
    workspace.expand(max_calls=3, backend=Other(1))
    with pytest.raises(ConfigError, match="--allow-mixed"):
        workspace.forecast("expand", model="simulated")


def test_history_of_the_same_kind_corrects_the_forecast(workspace):
    before = workspace.forecast("expand", backend=Other(3, useless=0.6), max_calls=30)
    workspace.expand(backend=Other(3, useless=0.6), max_calls=60)
    after = workspace.forecast("expand", backend=Other(3, useless=0.6), max_calls=30)
    assert (before.history_calls, after.history_calls) == (0, 60)
    assert after.new.expected < 0.8 * before.new.expected
    assert after.dead_letters.expected > 4 * before.dead_letters.expected
    assert workspace.forecast("expand", policy="hint", backend=Other(3), max_calls=30).history_calls == 0


def test_an_unfinished_run_is_forecast_from_where_it_stands(workspace):
    answered: list[int] = []

    def stopping() -> bool:
        return len(answered) > 0

    def progress(tick: Any) -> None:
        answered.extend([1] if tick.done >= 12 else [])

    backend = Other(4, small=True)
    first = workspace.expand(backend=backend, max_calls=40, concurrency=2, stopping=stopping, progress=progress)
    assert (first.status, first.calls >= 12) == ("interrupted", True)
    found = workspace.forecast("expand", backend=backend)
    assert found.calls.high == 40 - first.calls
    assert any(f"{first.run} is unfinished" in note for note in found.notes)
    done = workspace.expand(backend=backend)
    assert holds(found.calls, done.calls - first.calls)
    assert holds(found.new, done.new - first.new)


def test_replies_that_the_ledger_has_cost_nothing_and_are_certain(workspace):
    backend = Other(5, useless=0.4)
    first = workspace.synthesize("math", n=10, backend=backend)
    assert workspace.ledger.calls.totals()[-1].calls > 10, "some replies were asked for once more"
    again = workspace.forecast("synthesize", "math", n=10, backend=backend)
    assert again.reused_calls == 10
    assert again.samples == Range(*[first.run.samples] * 3)
    assert again.prompt_tokens == Range(0, 0, 0)
    assert workspace.forecast("synthesize", "math", n=10, backend=backend, fresh=True).prompt_tokens.low > 0


def test_an_extraction_is_forecast_by_its_texts(workspace, tmp_path):
    for n in range(3):
        (tmp_path / f"{n}.txt").write_text(f"Goats graze on hill number {n}. " * 20)
    files = [tmp_path / f"{n}.txt" for n in range(3)]
    found = workspace.forecast("extract", files, calls_per_text=4, backend=Other(6))
    assert found.calls == Range(12, 12, 12)
    assert found.new.low > 5


def test_a_forecast_that_is_interrupted_ends(workspace):
    with pytest.raises(KeyboardInterrupt):
        workspace.forecast("expand", model="simulated", max_calls=20, stopping=lambda: True)
    assert workspace.store.stats().personas == 16


def test_the_command_line_prints_a_table_or_one_object(tmp_path):
    folder = tmp_path / "w"
    personagraph("init", folder, folder=tmp_path)
    personagraph("import", SEEDS, folder=folder)
    words = ("expand", "--dry-run", "--max-calls", 10, "--model", "openai:gpt-4o")
    told = json.loads(personagraph(*words, "--json", folder=folder))
    assert told["dry_run"] is True
    assert told["calls"] == {"low": 10, "expected": 10, "high": 10}
    assert told["coverage"]["cells"] == 180
    assert set(told["coverage"]["forecast"]) == {"1", "5", "20"}
    assert told["cost_usd"]["low"] <= told["cost_usd"]["expected"] <= told["cost_usd"]["high"] <= told["worst_case_usd"]
    assert told["notes"]
    table = personagraph(*words, folder=folder)
    assert "a forecast; nothing was sent" in table
    assert "completion tokens" in table
    samples = json.loads(personagraph("synthesize", "math", "-n", 4, *words[1:2], *words[4:], "--json", folder=folder))
    assert (samples["command"], samples["coverage"]) == ("synthesize", None)
    assert samples["samples"]["high"] <= 4


# How honest it is


def other_without_history(seed: int) -> tuple[SimulatedBackend, int]:
    return Other(seed, useless=0.02 * (seed % 3)), 0


def other_with_history(seed: int) -> tuple[SimulatedBackend, int]:
    return Other(seed, useless=0.05 * (seed % 4)), 40


def the_same_world(seed: int) -> tuple[SimulatedBackend, int]:
    return SimulatedBackend(seed), 0


@pytest.mark.slow
@pytest.mark.parametrize("case", [the_same_world, other_without_history, other_with_history])
def test_what_happens_then_lies_within_the_intervals_about_as_often_as_they_say(
    tmp_path: Path, case: Callable[[int], tuple[SimulatedBackend, int]]
) -> None:
    """Nine in ten would; of six runs with four figures each, at least 18 of 24 must."""
    hits = 0
    for seed in range(6):
        backend, calls = case(seed)
        with init_workspace(tmp_path / str(seed)) as made:
            made.import_personas(SEEDS)
            if calls:
                made.expand(backend=backend, hops=9, max_calls=calls)
            options = {"backend": backend, "hops": 9, "max_calls": 20 + 10 * seed}
            found = made.forecast("expand", **options)
            done = made.expand(**options)
            used = made.ledger.calls.totals(run=done.run)
            assert found.coverage is not None
            hits += holds(found.calls, done.calls) + holds(found.new, done.new)
            hits += holds(found.prompt_tokens, sum(total.prompt_tokens for total in used))
            hits += holds(found.coverage.then[1], made.coverage()[1].covered(1))
    assert hits >= 18
