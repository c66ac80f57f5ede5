"""Before a run may cost more than little, nothing is sent without the user's word for it."""

import re

import pytest

from personagraph.errors import ConfigError, UsageError
from personagraph.testing import ScriptedBackend, temporary_workspace
from personagraph.types import ChatReply
from personagraph.workspace import trust
from tests.commands import personagraph
from tests.listening import listening
from tests.terminals import Session

SEEDS = [f"A keeper of lighthouse number {n} who counts the ships" for n in range(20)]
PRICES = {"paid": {"input": 1.0, "output": 200.0}}
COMMAND = "from personagraph.cli import main; main()"


def paid(**more) -> ScriptedBackend:
    return ScriptedBackend(lambda request: "no JSON", model="paid", free=False, **more)


def test_a_run_without_a_limit_is_refused_where_nobody_can_be_asked_and_nothing_is_kept():
    with temporary_workspace(SEEDS) as workspace:
        with pytest.raises(UsageError, match=r"expand with paid may take .* calls, at a price that is not k") as told:
            workspace.expand(backend=(model := paid()))
        assert all(
            word in str(told.value) for word in ("above 100 calls or 1 USD", "--max-calls or --max-cost", "--yes")
        )
        assert model.requests == []
        assert [run.command for run in workspace.runs()] == ["import"]


@pytest.mark.parametrize("said", [{"max_calls": 2}, {"yes": True, "hops": 1}, {"max_cost": 0.5}])
def test_a_limit_or_a_word_lets_it_go(said):
    with temporary_workspace(SEEDS, prices=PRICES) as workspace:
        model = paid()
        workspace.expand(backend=model, agree=lambda question: pytest.fail("asked all the same"), **said)
        assert model.requests


def test_whoever_is_asked_is_told_how_much_it_may_be_and_decides():
    with temporary_workspace(SEEDS, prices=PRICES) as workspace:
        asked: list[str] = []
        model = paid()
        with pytest.raises(ConfigError, match="nothing was sent") as refused:
            workspace.expand(backend=model, agree=lambda question: asked.append(question) or False)
        assert not isinstance(refused.value, UsageError)
        assert (model.requests, len(workspace.runs())) == ([], 1)
        assert re.search(
            r"expand with paid may take .* USD \(by the forecast .* calls, [\d.,]+ to [\d.,]+ USD\)\. Let it\?",
            asked[0],
        )
        workspace.expand(backend=model, hops=1, agree=lambda question: True, concurrency=1, stopping=iter_stop(model))
        assert model.requests


def iter_stop(model: ScriptedBackend):
    return lambda: len(model.requests) >= 2


def test_little_is_not_asked_about():
    with temporary_workspace(SEEDS) as workspace:
        workspace.synthesize("math", n=10, context="persona", backend=(model := paid()))
        assert model.requests


def test_few_calls_of_a_dear_model_are_asked_about():
    dear = {"paid": {"input": 1.0, "output": 2_000.0}}
    asked = pytest.raises(UsageError, match="synthesize with paid may take 10 calls, and")
    with temporary_workspace(SEEDS, prices=dear) as workspace, asked:
        workspace.synthesize("math", n=10, context="persona", backend=paid())


def test_what_is_asked_about_can_be_set():
    asked = pytest.raises(UsageError, match="above 5 calls or 1 USD")
    with temporary_workspace(SEEDS, ask_above_calls=5) as workspace, asked:
        workspace.synthesize("math", n=6, context="persona", backend=paid())
    with temporary_workspace(SEEDS, ask_above_calls=1000) as workspace:
        workspace.synthesize("math", n=120, context="persona", backend=paid(), stopping=lambda: True)


def test_what_is_given_away_is_not_asked_about():
    with temporary_workspace(SEEDS, prices={"paid": {"input": 0, "output": 0}}) as workspace:
        workspace.synthesize("math", n=120, context="persona", backend=paid(), stopping=lambda: True)
    with temporary_workspace(SEEDS) as workspace:
        workspace.synthesize("math", n=120, context="persona", model="simulated", stopping=lambda: True)


@pytest.mark.parametrize(("n", "is_asked"), [(110, False), (150, True)])
def test_a_resumed_run_is_asked_about_by_what_is_left_of_it(n, is_asked):
    model, asked = paid(), []
    with temporary_workspace(SEEDS) as workspace:
        options = {"n": n, "context": "persona", "backend": model, "concurrency": 1}
        workspace.synthesize("math", max_calls=n, stopping=lambda: len(model.requests) >= 40, **options)
        left = n - workspace.ledger.runs.all()[-1].decided
        assert (left > 100) == is_asked
        workspace.synthesize("math", agree=lambda question: asked.append(question) or True, **options)
        assert workspace.runs()[-1].status == "done"
        assert [f"may take {left} calls" in question for question in asked] == [True] * is_asked


def test_dead_letters_are_asked_about_as_other_calls_are():
    with temporary_workspace(SEEDS, ask_above_calls=5) as workspace:
        workspace.synthesize("math", n=6, context="persona", backend=paid(), yes=True)
        assert len(workspace.dead_letters()) == 6
        with pytest.raises(UsageError, match="synthesize with paid may take 6 calls"):
            workspace.retry(backend=paid())
        workspace.retry(["r2.0", "r2.1"], backend=(model := paid()))
        assert len(model.requests) == 4


def test_looking_ahead_asks_nobody():
    with temporary_workspace(SEEDS) as workspace:
        assert workspace.forecast("expand", backend=paid()).calls.high > 100
        assert workspace.forecast("synthesize", "math", n=7, backend=paid()).calls.high == 7
        assert workspace.preview(1, "expand", backend=paid())


@pytest.mark.slow
def test_on_a_terminal_the_command_asks_and_in_a_script_it_needs_an_option(tmp_path):
    personagraph("init", tmp_path / "w", folder=tmp_path)
    seeds = tmp_path / "seeds.jsonl"
    seeds.write_text('{"persona": "A baker from Lima"}\n')
    personagraph("import", seeds, folder=tmp_path / "w")
    with listening() as server:
        words = ["expand", "--model", "openai:m", "--base-url", f"http://127.0.0.1:{server.port}/v1"]
        key = {"OPENAI_API_KEY": "k" * 20}
        told = personagraph(*words, folder=tmp_path / "w", code=2, **key)
        assert "--max-calls or --max-cost" in told
        personagraph(*words, "--json", folder=tmp_path / "w", code=2, **key)
        session = Session(COMMAND, *words, "--workspace", tmp_path / "w", more=key)
        session.read_until(lambda seen: "Let it? [y/N]" in seen)
        session.type("n\n")
        assert "nothing was sent" in session.read_all()
        assert session.wait() == 1
        assert server.connections == 0
    # Else the workspace's own file could have that model asked from now on.
    assert ("model", "openai:m") not in trust.confirmed(tmp_path / "w")


@pytest.mark.parametrize("limits", [{"max_personas": 10}, {"max_cost": 100.0}])
def test_what_is_said_of_the_most_is_never_less_than_what_is_asked_about(limits):
    """A limit on personas bounds no spending; a limit in USD that was given earlier does."""
    model = paid()
    with temporary_workspace(SEEDS, prices=PRICES) as workspace:
        if "max_cost" in limits:
            workspace.expand(backend=model, stopping=lambda: len(model.requests) >= 2, concurrency=1, **limits)
        with pytest.raises(UsageError) as told:
            workspace.expand(backend=model, **{name: value for name, value in limits.items() if name != "max_cost"})
        said = re.search(r"may take ([\d,]+) calls, and ([\d.,]+) USD", str(told.value))
        calls, usd = (float(number.replace(",", "")) for number in said.groups())
        assert calls > 100 or usd > 1
        assert usd <= limits.get("max_cost", float("inf"))


def test_a_run_that_may_cost_little_by_a_limit_of_its_own_goes_on_unasked():
    model = paid()
    with temporary_workspace(SEEDS, prices={"paid": {"input": 0.1, "output": 0.1}}) as workspace:
        workspace.expand(backend=model, max_cost=0.5, stopping=lambda: len(model.requests) >= 2, concurrency=1)
        seen = len(model.requests)
        workspace.expand(backend=model, stopping=lambda: len(model.requests) > seen)
        assert len(model.requests) > seen


def test_replies_that_the_ledger_has_do_not_make_a_run_look_cheaper_than_it_may_be():
    """They may be somebody else's word."""
    cheap = ScriptedBackend(lambda request: ChatReply("no", completion_tokens=1), model="paid", free=False)
    dear = {"paid": {"input": 0.0, "output": 100.0}}
    with temporary_workspace(SEEDS, prices=dear) as workspace:
        workspace.synthesize("math", n=20, context="persona", backend=cheap, yes=True)
        with pytest.raises(UsageError, match="may take 90 calls"):
            workspace.synthesize("math", n=90, context="persona", backend=cheap)
