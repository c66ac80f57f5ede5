"""Runs by batches: the same samples as call by call, at half the price; whatever dies, nothing is paid twice."""

import json
import os
import random
import re
import signal
import subprocess
from pathlib import Path

import pytest

from personagraph.errors import ChatError, ConfigError, UsageError
from personagraph.testing import temporary_workspace
from personagraph.workspace import Workspace, init_workspace
from personagraph.workspace.run_settings import ExpandSettings, SynthesizeSettings
from tests.commands import COMMAND, environment, personagraph
from tests.llm.answering import answer as http_answer
from tests.llm.answering import completion, serving
from tests.llm.batching import KEY, never, providing, wait_for

SEEDS = [f"A keeper of lighthouse number {n} who counts the ships on the grey sea" for n in range(20)]
PRICES = {"m": {"input": 1.0, "output": 200.0}}


def reply(body: dict) -> str:
    """What the model answers, by the seed of the request, which follows from the key; now and then nothing of use."""
    return "I would rather not." if random.Random(str(body["seed"])).random() < 0.15 else useful(body)


def useful(body: dict) -> str:
    rng = random.Random(str(body["seed"]))
    asked = f"How do I keep {rng.randint(2, 999)} ships apart in a fog that does not lift before the evening?"
    return json.dumps({"request": asked, "answer": "Write each of them down as it comes, with the time and the side."})


@pytest.fixture
def provider():
    with providing() as one:
        one.answers = reply
        yield one


def opened(provider, folder: Path | None = None, **settings):
    told = {"openai_api_key": KEY, "base_url": provider.url, "prices": PRICES, "model": "openai:m", **settings}
    return temporary_workspace(SEEDS, **told)


def made(workspace: Workspace, run: str) -> list:
    rows = workspace.ledger.steps.decided(run, first=0, last=10**6)
    return [(row.n, [(v.outcome, v.reason, v.detail) for v in row.verdicts]) for row in rows]


def synthesize(workspace: Workspace, n: int = 30, **options):
    return workspace.synthesize("instruction", n=n, context="persona", checks=[], yes=True, **options).run


def test_samples_are_those_that_are_bought_call_by_call_at_half_the_price(provider):
    with opened(provider) as workspace:
        done = synthesize(workspace, batch=True)
        by_batches = made(workspace, done.run)
    assert (done.status, done.samples > 20) == ("done", True)
    assert 1 <= len(provider.batches) <= 3
    with serving() as server:
        server.answers = lambda body: http_answer(
            200, completion({"prompt_tokens": 70, "completion_tokens": 20}, content=reply(body))
        )
        with opened(provider, base_url=server.url) as workspace:
            single = synthesize(workspace)
            assert made(workspace, single.run) == by_batches
    assert done.cost_usd == pytest.approx(sum(batch_cost(provider)), rel=1e-6)
    assert done.cost_usd / len(provider.asked()) == pytest.approx(single.cost_usd / len(server.asked) / 2, rel=1e-6)


def batch_cost(provider):
    return [(70 * 1.0 + 20 * 200.0) / 1e6 / 2 for _ in provider.asked()]


def test_every_persona_is_asked_ahead_of_the_first_reply(provider):
    with opened(provider) as workspace:
        synthesize(workspace, n=300, batch=True)
    assert len(provider.batches[0]["asked"]) == 300
    assert len(provider.batches) == 2, "and once more where a reply could not be used"


def test_the_same_requests_in_another_run_are_answered_from_the_ledger(provider):
    with opened(provider) as workspace:
        synthesize(workspace, batch=True)
        bought = len(provider.asked())
        again = synthesize(workspace, batch=True)
        assert (again.status, len(provider.asked())) == ("done", bought)


def test_a_price_of_batches_of_its_own_counts(provider):
    prices = {"m": {**PRICES["m"], "batch": 0.25}}
    with opened(provider, prices=prices) as workspace:
        done = synthesize(workspace, n=5, batch=True)
    assert done.cost_usd == pytest.approx(sum(batch_cost(provider)) / 2)


def test_the_limit_holds_for_the_worst_of_what_is_submitted(provider):
    with opened(provider) as workspace:
        limited = synthesize(workspace, n=60, batch=True, max_cost=4.0)
        notes = [event.detail["text"] for event in workspace.ledger.events.of(limited.run) if event.kind == "remark"]
    assert limited.status == "done"
    assert limited.cost_usd <= 4.0
    assert len(provider.batches[0]["asked"]) < 60
    assert any("--max-cost" in text for text in notes)


def test_a_forecast_and_the_question_reckon_with_the_price_of_batches(provider):
    with opened(provider) as workspace:
        arguments = ("synthesize", "instruction")
        single = workspace.forecast(*arguments, n=50, context="persona")
        batched = workspace.forecast(*arguments, n=50, context="persona", batch=True)
        assert batched.cost_usd.expected == pytest.approx(single.cost_usd.expected / 2, rel=0.01)
        assert any("price of batches" in note for note in batched.notes)
        asked: list[str] = []
        with pytest.raises(ConfigError, match="nothing was sent"):
            workspace.synthesize(
                "instruction", n=50, context="persona", batch=True, agree=lambda question: asked.append(question)
            )
        with pytest.raises(ConfigError, match="nothing was sent"):
            workspace.synthesize("instruction", n=50, context="persona", agree=lambda question: asked.append(question))
    half, whole = (float(re.search(r"and ([\d.]+) USD", question)[1]) for question in asked)
    assert half == pytest.approx(whole / 2, abs=0.01)
    assert provider.paths == []


def test_a_preview_shows_what_a_batch_would_hold_and_sends_nothing(provider):
    with opened(provider) as workspace:
        shown = workspace.preview(3, "synthesize", "instruction", n=5, context="persona", batch=True)
        assert len(shown) == 3
    assert provider.paths == []


def test_a_run_that_began_in_batches_goes_on_in_them_and_another_does_not_begin_to(provider):
    with opened(provider) as workspace:
        provider.habits = lambda n, asked: ("cancelled", [], [])
        with pytest.raises(ChatError, match="cancelled"):
            synthesize(workspace, n=5, batch=True)
        del provider.habits
        provider.habits = lambda n, asked: ("completed", [provider.answered(one) for one in asked], [])
        assert synthesize(workspace, n=5).status == "done"
        assert len(provider.batches) >= 2


def test_what_expires_is_asked_again_and_the_run_is_whole(provider):
    def habits(n, asked):
        late = {one["custom_id"] for one in asked[::3]} if n == 0 else set()
        done = [provider.answered(one) for one in asked if one["custom_id"] not in late]
        return "expired" if late else "completed", done, [never(key) for key in sorted(late)]

    provider.habits = habits
    with opened(provider) as workspace:
        done = synthesize(workspace, batch=True)
        again = [key for key, times in provider.bought().items() if times > 1]
        assert done.status == "done"
        assert len(again) == 10
        assert done.cost_usd == pytest.approx(sum(batch_cost(provider)) * (1 - 10 / len(provider.asked())))
        assert done.perhaps_billed_usd == 0


@pytest.mark.parametrize("model", ["simulated", "recorded"])
def test_a_model_without_a_provider_is_refused(model, tmp_path):
    with temporary_workspace(SEEDS) as workspace, pytest.raises(UsageError, match=r"--batch|recorded"):
        workspace.expand(model=model, batch=True, max_calls=2)


def test_what_makes_no_sense_in_batches_is_refused_with_the_reason(provider):
    with opened(provider) as workspace:
        with pytest.raises(UsageError, match="--until ends a run by what replies bring"):
            workspace.expand(batch=True, until={"covered": 0.9}, yes=True)
        with pytest.raises(UsageError, match="--concurrency says how many calls are in flight"):
            synthesize(workspace, batch=True, concurrency=4)
    assert provider.paths == []


def test_an_expansion_says_that_each_hop_waits_for_a_batch(provider):
    provider.answers = lambda body: json.dumps({"alters": []})
    notes: list[str] = []
    with opened(provider) as workspace:
        done = workspace.expand(batch=True, max_calls=10, note=notes.append)
        assert workspace.ledger.runs.get(done.run).settings["window"] == ExpandSettings.batch_window
    assert any("each hop from the seeds waits for a batch" in note for note in notes)
    assert SynthesizeSettings.batch_window > ExpandSettings.batch_window


def test_a_batch_that_a_run_without_them_does_not_look_for_is_told_of(provider):
    provider.looks = 10**9
    notes: list[str] = []
    with opened(provider) as workspace:
        assert synthesize(workspace, n=3, batch=True, stopping=lambda: bool(provider.batches)).status == "interrupted"
        workspace.abandon(workspace.runs()[-1].run)
        with serving() as server:
            server.answers = lambda body: http_answer(200, completion(content=reply(body)))
            workspace.settings.base_url = server.url
            synthesize(workspace, n=3, note=notes.append)
    assert any("batch_1" in note and "only a run with --batch takes it up" in note for note in notes)


def test_dead_letters_are_asked_again_in_batches_only_where_that_is_said(provider):
    provider.answers = lambda body: "I would rather not."
    with opened(provider) as workspace:
        lost = synthesize(workspace, n=4, batch=True)
        assert lost.dead_letters == 4
        provider.answers, before = useful, len(provider.batches)
        with serving() as server:
            server.answers = lambda body: http_answer(200, completion(content="I would rather not."))
            workspace.settings.base_url = server.url
            workspace.retry(run=lost.run, yes=True)
            assert server.asked
        single = workspace.runs()[-1].run
        assert len(provider.batches) == before
        workspace.settings.base_url = provider.url
        workspace.retry(run=single, yes=True, batch=True)
        assert len(provider.batches) == before + 1
        assert workspace.runs()[-1].samples == 4


def test_a_run_says_what_is_in_batches_and_so_does_who_gives_it_up(provider):
    provider.looks = 10**9
    notes: list[str] = []
    with opened(provider) as workspace:
        synthesize(workspace, n=3, batch=True, stopping=lambda: bool(provider.paths[2:]))
        run = workspace.runs()[-1].run
        report = workspace.run_report(run)
        assert (report.in_batches, report.uncertain) == (3, 0)
        workspace.note = notes.append
        workspace.abandon(run)
        provider.looks = 1
        done = synthesize(workspace, n=3, batch=True)
        assert done.status == "done"
    assert any("batch_1 of 3 requests goes on at" in note for note in notes)
    assert set(provider.bought().values()) == {1}


# In processes of their own


@pytest.fixture
def folder(tmp_path, provider):
    seeds = tmp_path / "seeds.jsonl"
    seeds.write_text("".join(json.dumps({"persona": seed}) + "\n" for seed in SEEDS))
    with init_workspace(tmp_path / "w") as made:
        made.import_personas(seeds)
    return tmp_path / "w"


WORDS = (
    "synthesize",
    "instruction",
    "--batch",
    "-n",
    "20",
    "--with",
    "persona",
    "--checks",
    "none",
    "--model",
    "openai:m",
    "--yes",
)


def begun(provider, folder: Path) -> subprocess.Popen:
    told = environment(folder, OPENAI_API_KEY=KEY)
    words = [*COMMAND, *WORDS, "--base-url", provider.url]
    return subprocess.Popen(words, env=told, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def finish(provider, folder: Path) -> str:
    return personagraph(*WORDS, "--base-url", provider.url, folder=folder, OPENAI_API_KEY=KEY)


KILLED_AT = {
    "its file is uploaded": ("POST /batches", "before"),
    "it is submitted, and the answer is on its way": ("POST /batches", "after"),
    "it is looked at": ("GET /batches/batch_1", "after"),
    "its results are fetched": ("content", "before"),
    "its file is deleted": ("DELETE", "before"),
}


@pytest.mark.parametrize("moment", KILLED_AT)
def test_a_process_that_is_killed_finds_its_batch_again_and_pays_once(provider, folder, moment):
    where, when = KILLED_AT[moment]
    killed: list[int] = []
    provider.answers = useful

    def kill() -> None:
        if not killed:
            killed.append(child.pid)
            os.kill(child.pid, signal.SIGKILL)
            child.wait()

    def refuses(method, path):
        if where in f"{method} {path}" and not killed and (when == "before" or where.startswith("GET")):
            kill()
        return (500, b"{}") if killed and not child_is_over else None

    child_is_over = False
    provider.refuses = refuses if (when == "before" or where.startswith("GET")) else provider.refuses
    provider.after = kill if (where, when) == ("POST /batches", "after") else provider.after
    provider.looks = 2
    child = begun(provider, folder)
    child.communicate(timeout=120)
    assert killed
    assert child.returncode == -signal.SIGKILL
    child_is_over = True
    finish(provider, folder)
    assert set(provider.bought().values()) == {1}, moment
    assert len(provider.asked()) == 20
    assert provider.files.keys().isdisjoint(batch["input_file_id"] for batch in provider.batches)


def test_ctrl_c_leaves_the_batch_and_says_how_to_come_back(provider, folder):
    provider.looks, provider.answers = 10**9, useful
    child = begun(provider, folder)
    wait_for(lambda: any(path.startswith("GET /batches/") for path in provider.paths))
    child.send_signal(signal.SIGINT)
    out, told = child.communicate(timeout=60)
    assert child.returncode == 130, told
    assert "batch_1 of 20 requests is at" in told
    assert "batch batch_1 is still at" in told
    assert "the same command" in told
    assert KEY not in out + told
    provider.looks = 1
    assert "done" in finish(provider, folder)
    assert set(provider.bought().values()) == {1}
    assert not any(KEY.encode() in file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_a_provider_that_is_down_ends_with_5_and_the_run_goes_on(provider, folder):
    provider.habits = lambda n, asked: ("completed", [b"<html>\n"], [])
    told = personagraph(*WORDS, "--base-url", provider.url, folder=folder, code=5, OPENAI_API_KEY=KEY)
    assert "the same command tries again" in told
