"""Forecasts: what a run would take and bring, and on what that rests, without a model, a key or a change."""

import asyncio
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from personagraph.errors import ConfigError
from personagraph.ledger import Ledger, Run
from personagraph.linking.dialogues import PairDialogue
from personagraph.llm.client.prices import Price
from personagraph.llm.scripted import ScriptedBackend
from personagraph.llm.simulated import SimulatedBackend
from personagraph.runs.forecast import CallRates, Forecast, LimitsLeft, Range, expansion, forecast, waiting
from personagraph.types import Attributes, Batch, ChatReply, ChatRequest, Persona, Relationship, persona_id
from personagraph.vocabulary.relationships import relationship_key
from personagraph.workspace import Workspace, init_workspace
from personagraph.workspace.spending import ahead
from personagraph.workspace.spending.pace import PaceLimits
from tests.commands import personagraph

SEEDS = Path(__file__).resolve().parents[2] / "examples" / "seeds.jsonl"
ONE = Range(1, 1, 1)


def silent(request: ChatRequest) -> str:
    """Not to be asked."""
    raise AssertionError("a forecast asked a model")


SILENT = ScriptedBackend(silent)


class Other(SimulatedBackend):
    """A world that passes for a real model; what its replies use is known, and the first so many are useless."""

    model, simulated = "other", False

    def __init__(self, *, useless: int = 0, pause: float = 0.0) -> None:
        super().__init__(7)
        self._useless, self._pause = useless, pause

    async def complete(self, request: ChatRequest) -> ChatReply:
        await asyncio.sleep(self._pause)
        reply = await super().complete(request)
        self._useless -= 1
        text = "I would rather not." if self._useless >= 0 else reply.text
        length = sum(len(turn["content"]) for turn in request.messages)
        return ChatReply(text, "stop", length // 2, 70, length // 4, latency=3.0)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with init_workspace(tmp_path / "w") as made:
        made.import_personas(SEEDS)
        yield made


def test_a_call_for_one_word_is_forecast_with_one_token_of_a_reply_and_priced_so(tmp_path):
    dialogue, pair = PairDialogue("m", b""), {"a": "A baker from Peru who sings", "b": "A miller from Peru"}
    ledger, run = Ledger(tmp_path / "ledger.sqlite3"), Run.planned("link", {}, {}, "m")
    work = ahead.Ahead(dialogue, lambda brought: 100, [pair], "pairs")
    told = ahead.forecast(ledger, run, PaceLimits(8, None, Price(1.0, 10.0, 1.0)), work)
    assert told.completion_tokens == Range(100, 100, 100)
    assert told.cost_usd is not None
    assert told.cost_usd.expected == pytest.approx((told.prompt_tokens.expected + 10 * 100) / 1e6, rel=0.02)
    assert "and one of a reply; judge@1 has no replies yet" in " ".join(told.notes)


def interrupted(workspace: Workspace, after: int, **options: Any) -> Any:
    """An expansion that is stopped when so many calls are behind it."""
    done: list[int] = [0]
    found = workspace.expand(
        **options,
        concurrency=2,
        stopping=lambda: done[-1] >= after,
        progress=lambda tick: done.append(tick.done),
    )
    assert found.status == "interrupted"
    return found


def expected(work: float, rates: CallRates, limits: LimitsLeft, **more: Any) -> Forecast:
    return forecast("expand", "m", lambda brings: work, rates, limits, **more)


# What the arithmetic says


def test_what_a_call_takes_is_multiplied_by_the_calls():
    rates = CallRates(Range(0.5, 0.75, 1), Range(90, 100, 120), Range(10, 20, 40), Range(0.1, 0.2, 0.3), Range(1, 2, 3))
    found = expected(10, rates, LimitsLeft())
    assert found.calls == (10, 10, 10)
    assert found.new == (5, 8, 10)
    assert (found.prompt_tokens, found.completion_tokens) == ((900, 1000, 1200), (100, 200, 400))
    assert found.cost_usd == (1, 2, 3)
    assert found.seconds == (10, 20, 30)


def test_the_limits_end_a_run():
    rates = CallRates(Range(0.5, 0.8, 1), ONE, ONE, Range(0.1, 0.2, 0.5))
    assert expected(100, rates, LimitsLeft(calls=30)).calls == (30, 30, 30)
    by_personas = expected(100, rates, LimitsLeft(personas=40))
    assert by_personas.calls == (40, 50, 80)
    assert by_personas.new == (40, 40, 40)
    by_cost = expected(100, rates, LimitsLeft(cost=5.0))
    assert by_cost.calls == (10, 25, 50)
    assert by_cost.cost_usd == (5.0, 5.0, 5.0)


def test_a_limit_below_the_worst_that_a_call_can_cost_allows_none():
    rates = CallRates(ONE, ONE, ONE, Range(0.1, 0.2, 0.5), worst=2.0)
    nothing = expected(100, rates, LimitsLeft(cost=1.9))
    assert (nothing.calls, nothing.cost_usd) == ((0, 0, 0), (0, 0, 0))
    assert expected(100, rates, LimitsLeft(cost=5.0)).calls == (7, 16, 31)


def test_the_cost_is_never_above_the_limit():
    rates = CallRates(ONE, ONE, ONE, Range(0.1, 0.3, 0.7))
    assert all(cost <= 1.0 for cost in expected(10**6, rates, LimitsLeft(cost=1.0)).cost_usd or ())


def test_replies_that_the_ledger_has_take_nothing():
    found = expected(10, CallRates(ONE, ONE, ONE, ONE), LimitsLeft(cost=4), reused_calls=3)
    assert (found.calls, found.prompt_tokens, found.cost_usd) == ((7, 7, 7), (4, 4, 4), (4, 4, 4))


def test_everyone_near_enough_is_asked_and_so_is_whoever_they_bring():
    near = {0: 10, 1: 20}
    assert expansion(near, hops=1, repeats=1, brings=3) == 10
    assert expansion(near, hops=2, repeats=1, brings=0.5) == 10 + 20 + 5
    assert expansion(near, hops=3, repeats=2, brings=0.5) == 10 + (20 + 10) + 30
    assert expansion({0: 8}, hops=10**6, repeats=1, brings=0.5) == pytest.approx(16)
    assert expected(10**30, CallRates(ONE, ONE, ONE), LimitsLeft()).calls.high == 10**9


def test_those_who_were_asked_are_the_nearest():
    assert waiting({1: 20, 0: 10}, repeats=2, done=29) == {0: 0, 1: 31}
    assert waiting({0: 3}, repeats=1, done=18) == {0: 0}


# What a workspace says


def everything(folder: Path) -> dict[str, str]:
    return {str(f): hashlib.sha256(f.read_bytes()).hexdigest() for f in sorted(folder.rglob("*")) if f.is_file()}


@pytest.mark.parametrize("options", [{"max_calls": 20}, {"policy": "hint", "max_calls": 20}, {"hops": 1}])
def test_a_forecast_asks_no_model_and_changes_no_byte(tmp_path, options):
    with init_workspace(tmp_path / "w") as made:
        made.import_personas(SEEDS)
    before = everything(tmp_path)
    with init_workspace(tmp_path / "w") as opened:
        assert opened.forecast("expand", backend=SILENT, **options).calls.expected >= 16
    assert everything(tmp_path) == before


def test_calls_that_are_known_beforehand_are_exact(workspace, tmp_path):
    for n in range(3):
        (tmp_path / f"{n}.txt").write_text(f"Goats graze on hill number {n}. " * 20)
    files = [tmp_path / f"{n}.txt" for n in range(3)]
    assert workspace.forecast("extract", files, calls_per_text=4, backend=SILENT).calls == (12, 12, 12)
    assert workspace.forecast("expand", hops=1, calls_per_ego=3, backend=SILENT).calls == (48, 48, 48)
    found = workspace.forecast("synthesize", "math", n=30, backend=SILENT)
    assert (found.calls, found.new) == ((30, 30, 30), (0, 0, 0))
    assert 0 < found.samples.low < found.samples.high <= 30
    assert workspace.forecast("synthesize", "math", n=30, max_calls=9, backend=SILENT).calls == (9, 9, 9)


def test_the_branching_is_stated_until_it_is_seen(workspace):
    before = workspace.forecast("expand", hops=2, backend=Other())
    assert before.calls == (24, 28, 32)
    assert any("by default 0.5 to 1" in note for note in before.notes)
    workspace.expand(backend=Other(useless=8), max_calls=8, hops=1)
    after = workspace.forecast("expand", hops=2, backend=Other())
    new = workspace.store.stats().personas - 16
    assert any(f"{new / 8:.2f}, by the last 8 calls of expand" in note for note in after.notes)
    assert after.calls.expected == round(8 + new + 8 * new / 8)
    other_policy = workspace.forecast("expand", policy="hint", max_calls=9, backend=Other())
    assert any("by default 0.5 to 1" in note for note in other_policy.notes)


def test_those_whom_earlier_runs_asked_are_not_counted_again(workspace):
    workspace.expand(backend=Other(), max_calls=10, hops=1)
    assert workspace.forecast("expand", hops=1, backend=Other()).calls == (6, 6, 6)
    workspace.expand(backend=Other(), hops=1)
    done = workspace.forecast("expand", hops=1, backend=Other())
    assert (done.calls, done.prompt_tokens) == ((0, 0, 0), (0, 0, 0))


def test_what_an_expansion_takes_then_lies_in_the_range(workspace):
    workspace.expand(backend=Other(), max_calls=30)
    found = workspace.forecast("expand", backend=Other(), hops=3)
    done = workspace.expand(backend=Other(), hops=3)
    [used] = workspace.ledger.calls.totals(run=done.run)
    assert found.calls.low <= done.calls <= found.calls.high
    assert found.new.low <= done.new <= found.new.high
    assert found.prompt_tokens.low <= used.prompt_tokens <= found.prompt_tokens.high
    assert found.completion_tokens.low <= used.completion_tokens <= found.completion_tokens.high


def test_tokens_are_those_of_rendered_prompts_until_replies_to_them_were_seen(workspace):
    [*asked] = workspace.preview(10, "expand", backend=Other())
    length = sum(len(turn["content"]) for request in asked for turn in request.messages)
    before = workspace.forecast("expand", backend=Other(), max_calls=10)
    assert before.history_calls == 0
    assert before.prompt_tokens.expected == pytest.approx(length / 4, rel=0.05)
    assert before.completion_tokens == (160, 400, 800), "of at most 160 tokens a reply"
    assert any("by default at 3 to 5 characters a token" in note for note in before.notes)
    workspace.expand(backend=Other(), max_calls=10)
    after = workspace.forecast("expand", backend=Other(), max_calls=10)
    assert after.history_calls == 10
    assert after.prompt_tokens.expected == pytest.approx(length / 2, rel=0.05)
    assert after.completion_tokens == (700, 700, 700)
    assert any("the last 10 replies of other to expand-small@3" in note for note in after.notes)


def test_replies_that_had_to_be_asked_for_again_are_paid_twice(workspace):
    workspace.expand(backend=Other(useless=5), max_calls=10, concurrency=1)
    found = workspace.forecast("expand", backend=Other(), max_calls=10)
    used = sum(total.completion_tokens for total in workspace.ledger.calls.totals())
    assert found.completion_tokens.expected == used > 700


def test_seconds_are_known_only_from_replies_and_fall_with_concurrency(workspace):
    assert workspace.forecast("expand", backend=Other(), max_calls=10).seconds is None
    workspace.expand(backend=Other(), max_calls=10)
    assert workspace.forecast("expand", backend=Other(), max_calls=10, concurrency=6).seconds == (5, 5, 5)
    adaptive = workspace.forecast("expand", backend=Other(), max_calls=10).seconds
    assert adaptive.low < 1 < 3 < adaptive.high, "from 64 in flight to 8"


def test_a_model_is_forecast_for_without_a_key_and_its_price_may_be_unknown(workspace, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    known = workspace.forecast("expand", model="openai:gpt-4o-mini", max_calls=5)
    assert 0 < known.cost_usd.low < known.cost_usd.high
    unknown = workspace.forecast("expand", model="openai:nobody-knows", max_calls=5)
    assert unknown.cost_usd is None
    assert any("price of nobody-knows is not known" in note for note in unknown.notes)
    with pytest.raises(ConfigError, match="price of nobody-knows"):
        workspace.forecast("expand", model="openai:nobody-knows", max_cost=1.0)
    assert workspace.forecast("expand", model="local", max_calls=5).cost_usd == (0, 0, 0)


def test_the_cost_is_that_of_the_tokens_within_the_limit(workspace):
    found = workspace.forecast("expand", model="openai:gpt-4o-mini", max_calls=100)
    tokens = zip(found.prompt_tokens, found.completion_tokens, strict=True)
    assert found.cost_usd == pytest.approx([(0.15 * p + 0.6 * c) / 1e6 for p, c in tokens], rel=0.01)
    limited = workspace.forecast("expand", model="openai:gpt-4o-mini", max_calls=100, max_cost=found.cost_usd.low)
    assert limited.cost_usd.high == pytest.approx(found.cost_usd.low)
    assert limited.calls.low < limited.calls.expected < limited.calls.high < 100, "of the last, the worst must be left"


def test_a_forecast_is_refused_where_the_run_would_be(workspace):
    for options, match in (
        ({"policy": "hint"}, "--max-calls"),
        ({"hops": 0}, "--hops is 0"),
        ({"concurrency": 100}, "--concurrency 100"),
    ):
        for verb in (workspace.expand, lambda **o: workspace.forecast("expand", **o)):
            with pytest.raises(ConfigError, match=match):
                verb(model="simulated", **options)
    with pytest.raises(ConfigError, match="nobody can be drawn"):
        workspace.forecast("synthesize", "math", sampler="ego", model="simulated")
    with pytest.raises(ConfigError, match="--hops counts from a persona"):
        workspace.forecast("synthesize", "math", hops=2, model="simulated")
    with pytest.raises(ConfigError, match="nobody is in --depth '3'; the depths are 0 to 0"):
        workspace.forecast("synthesize", "math", depth=3, model="simulated")
    workspace.expand(max_calls=3, backend=Other())
    with pytest.raises(ConfigError, match="--allow-mixed"):
        workspace.forecast("expand", model="simulated")


def test_a_policy_without_an_end_may_be_ended_by_new_personas(workspace):
    found = workspace.forecast("expand", policy="hint", max_personas=20, backend=Other())
    assert found.calls == (20, 27, 40)
    assert found.new == (20, 20, 20)
    assert workspace.expand(policy="hint", max_personas=20, backend=Other()).new == 20


def test_an_unfinished_run_is_forecast_for_what_is_left_of_it(workspace):
    first = interrupted(workspace, 12, backend=Other(pause=0.05), max_calls=40)
    found = workspace.forecast("expand", backend=Other())
    left = 40 - first.calls
    assert found.calls == (left, left, left)
    assert found.notes[0].startswith(f"{first.run} is unfinished, with {first.calls} calls behind it")
    assert workspace.forecast("expand", backend=Other(), max_calls=50).calls.high == left + 10
    done = workspace.expand(backend=Other())
    assert found.new.low <= done.new - first.new <= found.new.high
    interrupted(workspace, 2, backend=Other(pause=0.05), max_calls=40)
    with pytest.raises(ConfigError, match="is unfinished"):
        workspace.forecast("expand", policy="hint", max_calls=40, backend=Other())
    assert workspace.forecast("synthesize", "math", n=7, backend=Other()).calls.high == 7


def test_replies_of_an_unfinished_run_that_wait_in_the_ledger_are_not_paid_again(workspace):
    first = interrupted(workspace, 6, backend=Other(pause=0.05), max_calls=12)
    run = workspace.ledger.runs.unfinished()
    held = len(workspace.ledger.calls.replies()) - run.decided
    found = workspace.forecast("expand", backend=Other())
    assert found.calls.high == 12 - first.calls
    assert found.reused_calls == held
    assert found.completion_tokens == Range(*[70 * (12 - first.calls - held)] * 3)


def test_the_same_workspace_gives_the_same_forecast(workspace):
    workspace.expand(backend=Other(), max_calls=10)
    assert workspace.forecast("expand", backend=Other()) == workspace.forecast("expand", backend=Other())


def test_of_a_large_graph_no_persona_is_made_an_object(workspace, monkeypatch):
    """Measured with 100,000 personas, a forecast takes less time than the command needs to start."""
    seed = next(workspace.store.scan_personas())
    told = [f"A keeper of lighthouse number {n} who writes down the tides" for n in range(2000)]
    many = [Persona(persona_id(d), d, 1, 100 + n, "persona", "x", "person", Attributes()) for n, d in enumerate(told)]
    pairs = [(p.id, seed.id) for p in many]
    tied = tuple(
        Relationship(relationship_key(a, "TEACHES", b), a, b, "TEACHES", "", 1.0, former=False, steering=0, calls=())
        for a, b in pairs
    )
    workspace.store.write(Batch("x", 0, 1, personas=tuple(many), relationships=tied))

    def walked() -> Any:
        raise AssertionError("a forecast walked the graph")

    for name in ("scan_personas", "scan_relationships", "merges"):
        monkeypatch.setattr(workspace.store, name, walked)
    assert workspace.forecast("expand", hops=2, backend=SILENT).calls.low == 16 + 2000 + 8
    assert workspace.forecast("expand", policy="hint", max_calls=9, backend=SILENT).calls == (9, 9, 9)
    assert workspace.forecast("synthesize", "math", n=9, sampler="ego", backend=SILENT).calls == (9, 9, 9)
    assert workspace.forecast("extract", [SEEDS], field="persona", backend=SILENT).calls == (16, 16, 16)


def test_the_command_line_prints_a_table_or_one_object(tmp_path):
    folder = tmp_path / "w"
    with init_workspace(folder) as made:
        made.import_personas(SEEDS)
    words = ("expand", "--dry-run", "--max-calls", 10, "--model", "openai:gpt-4o")
    told = json.loads(personagraph(*words, "--json", folder=folder))
    assert told["dry_run"] is True
    assert (told["command"], told["model"]) == ("expand", "gpt-4o")
    assert told["calls"] == {"low": 10, "expected": 10, "high": 10}
    assert told["cost_usd"]["low"] < told["cost_usd"]["expected"] < told["cost_usd"]["high"]
    assert told["seconds"] is None
    assert (told["history_calls"], told["reused_calls"]) == (0, 0)
    assert len(told["notes"]) == 3
    table = personagraph(*words, folder=folder)
    assert "a forecast; nothing was sent" in table
    assert "completion tokens" in table
    assert all(f"- {note}\n" in table for note in told["notes"])
    samples = json.loads(personagraph("synthesize", "math", "-n", 4, *words[1:2], *words[4:], "--json", folder=folder))
    assert samples["samples"]["high"] == 4
    assert samples["new"] == {"low": 0, "expected": 0, "high": 0}
