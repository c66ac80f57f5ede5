"""How a verb that asks a model is carried out: what decides its run is read while no other process can write."""

from contextlib import contextmanager

import pytest

from personagraph.errors import ConfigError
from personagraph.testing import ScriptedBackend, temporary_workspace
from personagraph.workspace import jobs

SEEDS = [f"A keeper of lighthouse number {n} who counts the ships" for n in range(40)]


def unusable() -> ScriptedBackend:
    return ScriptedBackend(lambda request: "no JSON")


def test_a_run_that_ends_before_the_lock_is_had_does_not_decide_the_window_of_the_next(monkeypatch):
    with temporary_workspace(SEEDS, window=16) as workspace:
        workspace.settings.window = 4
        stopped = workspace.expand(backend=unusable(), stopping=lambda: True).run
        workspace.settings.window = 16
        assert workspace.ledger.runs.unfinished().id == stopped
        locked = jobs.writing

        @contextmanager
        def late(*arguments, **options):
            """Another process ends its run while this one waits."""
            workspace.abandon(stopped)
            with locked(*arguments, **options):
                yield

        monkeypatch.setattr(jobs, "writing", late)
        done = workspace.expand(backend=unusable(), max_calls=1)
        assert workspace.ledger.runs.get(done.run).settings["window"] == 16
        assert len(list(workspace.ledger.steps.planned(done.run))) == 1 + 16


def test_a_policy_without_an_end_needs_a_limit_and_new_personas_are_one():
    with temporary_workspace(SEEDS[:3]) as workspace:
        with pytest.raises(ConfigError, match="hint never ends by itself; give --max-calls or --max-personas"):
            workspace.expand(policy="hint", model="simulated")
        done = workspace.expand(policy="hint", max_personas=5, model="simulated")
        assert (done.new, done.reason) == (5, "max-personas reached")
        assert len(workspace.preview(2, "expand", policy="hint", model="simulated")) == 2
