"""The budget: the worst case is reserved first, and what a call did cost is booked afterwards."""

import asyncio
from pathlib import Path

import pytest

from personagraph.errors import ChatUnavailableError
from personagraph.ledger import Ledger
from personagraph.linking.dialogues import PairDialogue
from personagraph.llm.client.budget import Budget, likely_tokens
from personagraph.llm.client.client import ChatClient
from personagraph.llm.client.prices import FREE, Price, price_of
from personagraph.llm.client.retries import Retries
from personagraph.llm.client.usage import OVERHEAD
from personagraph.llm.openai.backend import OpenAIBackend
from personagraph.llm.scripted import ScriptedBackend
from personagraph.testing import temporary_workspace
from personagraph.types import ChatReply, ChatRequest, Step
from personagraph.workspace.settings import PriceSetting
from tests.llm import answering
from tests.worlds import WorldDialogue, answer, expansion, import_seeds, open_workspace

PRICE = Price(input=1_000.0, output=10_000.0, cached=100.0)
"""A tenth of a cent for a token asked, a cent for one answered."""


def request(text: str = "Who?", *, most: int = 100) -> ChatRequest:
    return ChatRequest("k", "p", ({"role": "user", "content": text},), None, {"max_tokens": most}, {})


def test_the_worst_case_is_a_token_for_each_byte_and_the_longest_reply():
    worst = Budget(PRICE).worst(request("é" * 50))
    assert worst >= PRICE.cost(100, 100)
    assert Budget(FREE).worst(request()) == 0


def test_a_call_for_one_word_reserves_one_token_of_a_reply_and_costs_what_it_used():
    dialogue = PairDialogue("m", b"secret")
    asked = dialogue.request({"a": "A baker", "b": "A miller"}, "0" * 64)
    words = sum(len(turn["content"]) + OVERHEAD for turn in asked.messages)
    assert Budget(PRICE).worst(asked) == pytest.approx(PRICE.cost(words, 1))
    assert Budget(PRICE).cost(ChatReply("Yes", "length", 140, 1), asked) == pytest.approx(PRICE.cost(140, 1))
    assert likely_tokens(asked) < words / 3


@pytest.mark.parametrize(("limit", "sent"), [(10.0, [1]), (20.0, [1, 16])])
def test_where_a_server_takes_no_cap_of_one_token_the_most_that_a_reply_may_have_is_set_aside(tmp_path, limit, sent):
    ledger, price, dialogue = Ledger(tmp_path / "ledger.sqlite3"), Price(0.0, 1_000_000.0, 0.0), PairDialogue("m", b"s")
    usage = {"prompt_tokens": 150, "completion_tokens": 2}
    refused = answering.error("max_tokens: expected a value >= 16", param="max_tokens")
    with answering.serving() as server:
        server.answers = lambda body: (
            answering.answer(400, refused)
            if body["max_tokens"] < 16
            else answering.answer(200, answering.completion(usage, content="Yes"))
        )
        backend = OpenAIBackend("m", api_key=answering.KEY, base_url=server.url)
        client = ChatClient(backend, ledger, budget=Budget(price, limit=limit))
        try:
            step = Step(0, "e", dialogue.prompt, {"a": "A baker", "b": "A miller"})
            [future] = client.submit("r1", [(step, "0" * 64)], dialogue)
            found = future.result(timeout=10)
        finally:
            client.close()
        assert [asked.body["max_tokens"] for asked in server.asked] == sent
    assert (found and found.data) == ({"odds": None, "said": "yes"} if len(sent) > 1 else None)
    assert ledger.calls.cost("r1") == (2.0 if len(sent) > 1 else 0.0)


def test_a_cache_that_costs_more_than_the_prompt_is_the_worst_case():
    budget = Budget(Price(1.0, 1.0, cached=10.0))
    reply = ChatReply("", prompt_tokens=900, completion_tokens=5, cached_tokens=900)
    assert budget.worst(request("x" * 1_000)) >= budget.cost(reply, request())


def test_cached_tokens_cost_less_and_a_reply_without_counts_costs_the_worst():
    budget = Budget(PRICE)
    assert budget.cost(ChatReply("", prompt_tokens=100, completion_tokens=1, cached_tokens=90), request()) == (
        pytest.approx(0.01 + 0.009 + 0.01)
    )
    assert budget.cost(ChatReply("", metered=False), request()) == budget.worst(request())


def test_an_attempt_that_could_go_over_the_limit_does_not_leave_until_another_gives_back_its_reserve():
    budget = Budget(PRICE, limit=10.0, spent=4.0)
    budget.reserve(5.0)
    assert not budget.has_room(2.0)
    budget.settle(5.0, 0.5)
    assert budget.has_room(5.5)
    assert not budget.has_room(5.6)


def test_prices_are_the_users_first_and_a_dated_name_has_the_price_of_its_model():
    assert price_of("gpt-4o-mini-2024-07-18", {}) == price_of("gpt-4o-mini", {})
    assert price_of("gpt-4o-mini", {"gpt-4o-mini": PRICE}) == PRICE
    assert price_of("a-model-of-my-own", {}) is None


def paid(request: ChatRequest) -> ChatReply:
    return ChatReply(answer(request), prompt_tokens=30, completion_tokens=20)


@pytest.mark.parametrize("limit", [0.0, 0.3, 0.8, 1.3])
def test_a_run_never_costs_more_than_its_limit_whatever_fails(tmp_path, limit):
    store, ledger = open_workspace(tmp_path)
    import_seeds(store, ledger)
    count = 0

    def failing(request: ChatRequest) -> ChatReply:
        nonlocal count
        count += 1
        if count % 4 == 0:
            raise ChatUnavailableError("cut off", billed=count % 8 == 0)
        return paid(request)

    backend = ScriptedBackend(failing, delay=lambda request: 0.001)
    options = {"price": Price(1_000.0, 10.0, 0.0), "max_cost": limit, "concurrency": 8, "max_calls": 60}
    options["retries"] = Retries(attempts=6, pause=0.001, patience=5.0)
    run = expansion(store, ledger, backend, **options)
    assert ledger.calls.cost(run.id) <= limit
    assert run.reason == "max-cost reached"
    assert (count == 0) == (limit == 0.0)
    if limit:
        assert ledger.calls.cost(run.id) > limit - 0.2, "it does not stop long before"


def test_uncertain_attempts_of_an_earlier_session_stay_booked(tmp_path: Path):
    store, ledger = open_workspace(tmp_path)
    import_seeds(store, ledger)
    started = asyncio.Event()

    class Hanging(ScriptedBackend):
        async def complete(self, request: ChatRequest) -> ChatReply:
            started.set()
            await asyncio.sleep(60)
            raise AssertionError("cancelled before")

    run = ledger.runs.start("expand", {}, {}, model="scripted")
    client = ChatClient(Hanging(paid), ledger, budget=Budget(PRICE, limit=100.0))
    client.submit(run.id, [(Step(0, "e", "world", {"ego": "A baker"}), "k")], WorldDialogue())
    while not started.is_set():
        pass
    client.close(drain=False)
    reserved = Budget(PRICE).worst(WorldDialogue().request({"ego": "A baker"}, "k"))
    assert ledger.calls.uncertain(run.id) == 1
    assert ledger.calls.cost(run.id) == pytest.approx(reserved)
    assert ledger.accounts.booked(run.id) == (0, 0, pytest.approx(reserved))
    ledger.runs.end(run.id, "abandoned")


SMALL = Price(1_000.0, 10.0, 0.0)


def test_what_is_set_aside_for_a_step_that_rests_is_not_spent_by_later_ones(tmp_path):
    store, ledger = open_workspace(tmp_path)
    import_seeds(store, ledger)
    first: list[str] = []

    def limited_at_first(request: ChatRequest) -> ChatReply:
        first.append(request.key)
        if request.key == first[0] and first.count(request.key) < 4:
            raise ChatUnavailableError("too many", limited=True, retry_after=0.2)
        return paid(request)

    options = {"price": SMALL, "max_cost": 0.5, "concurrency": 8, "retries": Retries(pause=0.001, patience=60.0)}
    run = expansion(store, ledger, ScriptedBackend(limited_at_first), **options)
    assert run.reason == "max-cost reached"
    assert run.decided > 0
    bought = {call["step"] for call in ledger.calls.listed(run=run.id, outcome="replied", limit=1000)}
    assert (run.status == "done") == (bought == set(range(run.decided))), "what is bought is decided, or waits"


def test_a_run_whose_cost_limit_left_bought_replies_waiting_goes_on_with_a_higher_one(tmp_path):
    store, ledger = open_workspace(tmp_path)
    import_seeds(store, ledger)
    bought: list[str] = []

    def bad_at_first(request: ChatRequest) -> ChatReply:
        bought.append(request.key)
        # As dear as the worst case, so that no reserve comes back.
        text = "no" if len(bought) == 1 else answer(request)
        return ChatReply(text, metered=False)

    options = {"price": SMALL, "concurrency": 8, "max_calls": 60}
    run = expansion(store, ledger, ScriptedBackend(bad_at_first), max_cost=0.6, **options)
    assert (run.status, run.reason, run.decided) == ("interrupted", "max-cost reached", 0)
    before = list(bought)
    assert len(before) > 3
    run = expansion(store, ledger, ScriptedBackend(bad_at_first), max_cost=50.0, **options)
    assert (run.status, run.reason) == ("done", "max-calls reached")
    assert not set(before) & set(bought[len(before) :])


def test_what_was_bought_at_an_unknown_price_counts_once_the_price_is_known(tmp_path):
    with temporary_workspace([f"A keeper of lighthouse number {n}" for n in range(20)]) as workspace:
        backend = ScriptedBackend(
            lambda request: ChatReply("no", prompt_tokens=1000, completion_tokens=1000), model="mine", free=False
        )
        stopping = lambda: len(backend.requests) > 8  # noqa: E731
        assert workspace.expand(backend=backend, stopping=stopping, concurrency=2, yes=True).status == "interrupted"
        sent = len(backend.requests)
        workspace.settings.prices["mine"] = PriceSetting(input=1_000.0, output=0.0)
        done = workspace.expand(backend=backend, max_cost=sent * 1.0)
        assert done.reason == "max-cost reached"
        assert len(backend.requests) == sent


def test_a_reply_that_costs_more_than_was_set_aside_is_told_at_once_and_ends_the_run_at_the_limit(tmp_path):
    """Also a call that has its reserve already, and rests, is not sent any more."""
    store, ledger = open_workspace(tmp_path)
    import_seeds(store, ledger)
    noted: list[str] = []

    def billed_tenfold(request: ChatRequest) -> ChatReply:
        if request.key != backend.requests[0]:
            raise ChatUnavailableError("too many", limited=True, retry_after=0.3)
        return ChatReply(answer(request), prompt_tokens=500_000, completion_tokens=100)

    backend = ScriptedBackend(billed_tenfold, delay=lambda request: 0.05)
    options = {"concurrency": 3, "retries": Retries(pause=0.001, patience=60.0), "note": noted.append}
    run = expansion(store, ledger, backend, price=SMALL, max_cost=100.0, **options)
    assert run.reason == "max-cost reached"
    assert len(backend.requests) == 3, "what was in flight came back, and nothing more left"
    assert any("--max-cost is passed" in text for text in noted)
    kept = [event.detail["text"] for event in ledger.events.of(run.id) if event.kind == "remark"]
    assert kept == noted


def test_what_brought_no_reply_is_booked_beside_the_cost_also_when_a_retry_brought_one(tmp_path):
    store, ledger = open_workspace(tmp_path)
    import_seeds(store, ledger)

    def cut_off_at_first(request: ChatRequest) -> ChatReply:
        if backend.requests.count(request.key) == 1:
            raise ChatUnavailableError("cut off", billed=len(backend.requests) % 2 == 0)
        return ChatReply(answer(request), prompt_tokens=30, completion_tokens=90)

    backend = ScriptedBackend(cut_off_at_first)
    retries = Retries(pause=0.001, patience=60.0)
    run = expansion(store, ledger, backend, price=SMALL, max_calls=20, concurrency=4, retries=retries)
    booked = ledger.accounts.booked(run.id)
    replies = ledger.calls.listed(run=run.id, outcome="replied", limit=1000)
    assert booked.answered == pytest.approx(len(replies) * SMALL.cost(30, 90))
    assert booked.perhaps_billed == pytest.approx(sum(call["perhaps_billed"] for call in replies))
    assert booked.perhaps_billed > 0
    assert ledger.calls.cost(run.id) == pytest.approx(booked.total)
    assert booked.total == pytest.approx(sum(call["cost"] for call in replies))
    assert ledger.accounts.last_failure(run.id) == "", "everything has a reply"


def test_a_budget_that_a_few_lost_calls_helped_to_use_up_is_reached_and_no_failure(tmp_path):
    store, ledger = open_workspace(tmp_path)
    import_seeds(store, ledger)

    def lossy(request: ChatRequest) -> ChatReply:
        if len(backend.requests) % 3 == 0:
            raise ChatUnavailableError("cut off", billed=True)
        return paid(request)

    backend = ScriptedBackend(lossy)
    run = expansion(store, ledger, backend, price=SMALL, max_cost=0.8, retries=Retries(pause=0.001, patience=60.0))
    assert run.reason == "max-cost reached"


def test_a_budget_that_a_silent_server_used_up_is_a_failure_and_goes_on_with_a_higher_one(tmp_path):
    store, ledger = open_workspace(tmp_path)
    import_seeds(store, ledger)

    def lost(request: ChatRequest) -> ChatReply:
        raise ChatUnavailableError("m was silent; check that it is up, then resume", billed=True)

    options = {"price": SMALL, "retries": Retries(pause=0.001, patience=60.0), "max_calls": 20}
    for _ in range(2):
        with pytest.raises(ChatUnavailableError, match=r"m was silent; check that it is up, then resume with a higher"):
            expansion(store, ledger, ScriptedBackend(lost), max_cost=0.3, **options)
        assert ledger.runs.all()[-1].status == "failed"
    assert ledger.calls.cost(ledger.runs.all()[-1].id) <= 0.3
    run = expansion(store, ledger, ScriptedBackend(paid), max_cost=50.0, **options)
    assert (run.status, run.reason) == ("done", "max-calls reached")
