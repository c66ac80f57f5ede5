"""What the ledger tells of its calls, dead letters, rejected items and runs."""

import pytest

from personagraph.errors import ChatUnavailableError
from personagraph.ledger import Ledger
from personagraph.ledger.calls import Failed, Sent
from personagraph.llm.client.prices import Price
from personagraph.llm.scripted import ScriptedBackend
from personagraph.runs.report import report
from personagraph.stores.graph_store import GraphStore
from personagraph.types import ChatReply, ChatRequest, digest
from tests.worlds import answer, expansion, import_seeds, open_workspace

World = tuple[GraphStore, Ledger, ScriptedBackend]


def priced(request: ChatRequest) -> ChatReply:
    return ChatReply(answer(request), prompt_tokens=10, completion_tokens=90, cost=0.25, latency=0.5)


PRICE = Price(input=25_000, output=0, cached=0)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """An import, and an expansion that failed at first."""
    store, ledger = open_workspace(tmp_path_factory.mktemp("views"))
    import_seeds(store, ledger)
    calls: list[str] = []

    def failing(request: ChatRequest) -> ChatReply:
        calls.append(request.key)
        if len(calls) > 9:
            raise ChatUnavailableError("the server went away")
        return priced(request)

    with pytest.raises(ChatUnavailableError):
        expansion(store, ledger, ScriptedBackend(failing), max_calls=30, price=PRICE)
    backend = ScriptedBackend(priced)
    expansion(store, ledger, backend, max_calls=30, price=PRICE)
    return store, ledger, backend


def test_calls_are_listed_newest_first_one_entry_a_request(world):
    _, ledger, backend = world
    listed = ledger.calls.listed(limit=1000)
    assert listed[0]["key"] in backend.requests[-4:]
    assert len({call["key"] for call in listed}) == len(listed)
    sent = [call["sent"] for call in listed]
    assert sent == sorted(sent, reverse=True)
    assert [call["key"] for call in ledger.calls.listed(limit=3)] == [call["key"] for call in listed[:3]]
    assert sum(call["attempts"] for call in listed) > len(listed), "some were sent again after the failure"


def test_calls_are_filtered_by_run_model_prompt_and_outcome(world):
    _, ledger, _ = world
    everything = len(ledger.calls.listed(limit=1000))
    assert everything == len(ledger.calls.listed(run="r2", model="scripted", outcome="replied", limit=1000))
    assert len(ledger.calls.listed(prompt="world", limit=1000)) == everything
    for none in ({"run": "r1"}, {"model": "other"}, {"prompt": "other"}, {"outcome": "failed"}):
        assert ledger.calls.listed(**none) == []
    with pytest.raises(TypeError, match="colour"):
        ledger.calls.listed(colour="red")


def test_a_call_that_never_brought_a_reply_is_uncertain_or_failed(tmp_path):
    ledger = Ledger(tmp_path / "ledger.sqlite3")
    run = ledger.runs.start("expand", {}, {}, model="m")
    ledger.calls.enter([Sent(1, "one", run.id, 0), Failed(1, "went away")])
    ledger.calls.enter([Sent(2, "two", run.id, 1), Failed(2, "went away"), Sent(3, "two", run.id, 1)])
    listed = {call["key"]: call for call in ledger.calls.listed(run=run.id)}
    assert (listed["one"]["outcome"], listed["one"]["error"], listed["one"]["reply"]) == ("failed", "went away", None)
    assert (listed["two"]["outcome"], listed["two"]["attempts"], listed["two"]["uncertain"]) == ("uncertain", 2, 1)
    [totals] = ledger.calls.totals(run=run.id)
    assert (totals.model, totals.calls, totals.attempts, totals.failed, totals.uncertain) == ("m", 2, 3, 2, 1)


def test_totals_add_up_what_the_attempts_and_replies_took(world):
    _, ledger, _ = world
    [totals] = ledger.calls.totals()
    listed = ledger.calls.listed(limit=1000)
    assert (totals.run, totals.model, totals.prompt) == ("r2", "scripted", "world")
    assert totals.calls == len(listed) >= 30
    assert totals.attempts == totals.calls + totals.failed + totals.uncertain
    assert totals.failed >= 2
    assert totals.prompt_tokens == 10 * totals.calls
    assert totals.completion_tokens == 90 * totals.calls
    assert totals.cost == pytest.approx(0.25 * totals.calls)
    assert totals.seconds == pytest.approx(0.5 * totals.calls)
    assert ledger.calls.totals(model="other") == []


def test_dead_letters_show_the_last_raw_reply(world):
    store, ledger, _ = world
    letters = ledger.steps.dead_letters()
    assert letters
    assert letters == ledger.steps.dead_letters(run="r2")
    assert letters[:1] == ledger.steps.dead_letters(limit=1)
    assert ledger.steps.dead_letters(run="r1") == []
    for letter in letters:
        assert (letter.run, letter.prompt, letter.error, letter.reply) == (
            "r2",
            "world",
            "not JSON",
            "I would rather not.",
        )
        [ego] = store.personas([letter.subject])
        assert digest(ego.description).startswith("0")


def test_rejected_items_come_last_first_with_the_text_that_a_guard_saw(world):
    _, ledger, _ = world
    found = ledger.steps.rejected("r2", limit=1000)
    counted = {reason: n for (outcome, reason), n in ledger.steps.outcomes("r2").items() if outcome == "rejected"}
    assert {r.reason for r in found} == set(counted)
    assert len(found) == sum(counted.values())
    assert [(r.step, r.item) for r in found] == sorted(((r.step, r.item) for r in found), reverse=True)
    cut = ledger.steps.rejected("r2", reason="cut", limit=2)
    assert [r.text for r in cut] == ["stopped in mid-sentence"] * len(cut)
    assert cut == [r for r in found if r.reason == "cut"][:2]


def test_the_report_of_a_run_agrees_with_the_graph_and_the_ledger(world):
    store, ledger, _ = world
    told = report(ledger, store, "r2")
    stats = store.stats()
    assert told.run.status == "done"
    assert told.run.limits["max_calls"] == 30
    assert sum(told.outcomes["new"].values()) == sum(told.depths.values()) == stats.personas - 10
    assert told.depths == {depth: n for depth, n in stats.by_depth.items() if depth}
    assert told.outcomes["dead"] == {"not JSON": len(ledger.steps.dead_letters())}
    assert told.calls == len(ledger.calls.listed(limit=1000))
    assert told.cost_usd == pytest.approx(0.25 * told.calls)
    assert told.attempts == told.calls + told.failed + told.uncertain
    assert told.reused == 0
    assert told.pace is not None
    assert told.pace > 1


def test_an_import_has_a_report_without_calls(world):
    store, ledger, _ = world
    told = report(ledger, store, "r1")
    assert (told.outcomes, told.depths) == ({"new": {"": 10}}, {0: 10})
    assert (told.calls, told.attempts, told.cost_usd, told.pace) == (0, 0, 0.0, None)
