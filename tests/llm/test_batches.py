"""Batches: one file for all that is asked, each reply in the ledger once, whatever the provider makes of it."""

import json
import threading
from pathlib import Path

import pytest

from personagraph.errors import ChatError, ChatUnavailableError
from personagraph.ledger import Ledger
from personagraph.llm.batches import intake
from personagraph.llm.batches.client import BatchClient
from personagraph.llm.batches.endpoint import BatchEndpoint
from personagraph.llm.batches.patience import Pauses
from personagraph.llm.client.budget import Budget
from personagraph.llm.client.prices import Price
from personagraph.llm.openai.backend import OpenAIBackend
from personagraph.types import Step, digest
from tests.llm.batching import KEY, completed, never, providing, result, wait_for
from tests.worlds import WorldDialogue

QUICK = Pauses(0.01, 0.05)
PRICE = Price(1_000.0, 10_000.0, 1_000.0)
GOOD = '{"a": 1}'


@pytest.fixture
def provider():
    with providing() as one:
        one.answers = lambda body: GOOD
        yield one


@pytest.fixture
def ledger(tmp_path: Path):
    one = Ledger(tmp_path / "ledger.sqlite3")
    one.runs.start("extract", {}, {}, model="m", simulated=False)
    yield one
    one.close()


def client_of(provider, ledger, **options) -> BatchClient:
    backend = OpenAIBackend("m", api_key=KEY, base_url=provider.url)
    return BatchClient(BatchEndpoint(backend), ledger, "r1", **{"pauses": QUICK, "patience": 1.0, **options})


def steps(n: int, first: int = 0):
    return [(Step(i, "ego", "world", {"ego": f"A baker {i}"}), digest(str(i))) for i in range(first, first + n)]


def ask(provider, ledger, n: int = 3, first: int = 0, **options):
    """What becomes of so many steps, and what the user was told of it."""
    client = client_of(provider, ledger, **options)
    try:
        futures = client.submit("r1", steps(n, first), WorldDialogue())
        answers = []
        for future in futures:
            client.awaited(future)
            answers.append(future.result(timeout=30))
    finally:
        client.close()
    return answers, client.remarks()


def test_all_that_is_asked_at_one_time_goes_in_one_file_by_the_keys_of_the_ledger(provider, ledger):
    answers, told = ask(provider, ledger, 5)
    assert [answer.data for answer in answers] == [{"a": 1}] * 5
    assert [one["custom_id"] for one in provider.asked()] == [key for _, key in steps(5)]
    assert {(one["method"], one["url"], one["body"]["model"]) for one in provider.asked()} == {
        ("POST", "/v1/chat/completions", "m")
    }
    assert (provider.batches[0]["endpoint"], provider.batches[0]["completion_window"]) == (
        "/v1/chat/completions",
        "24h",
    )
    assert provider.keys == {f"Bearer {KEY}"}
    assert any("batch batch_1 of 5 requests" in text for text in told)
    assert set(ledger.calls.replies()) == {key for _, key in steps(5)}
    assert ledger.batches.open() == []
    assert ledger.calls.uncertain("r1") == 0


def test_the_uploaded_file_is_deleted_when_it_is_over(provider, ledger):
    ask(provider, ledger)
    assert provider.deleted == [provider.batches[0]["input_file_id"]]
    assert ledger.batches.left_files(provider.url) == []


def test_a_file_that_is_not_deleted_is_told_of_and_deleted_when_the_next_is_over(provider, ledger):
    provider.refuses = lambda method, path: (500, b"{}") if method == "DELETE" else None
    _, told = ask(provider, ledger)
    assert any("did not delete it" in text for text in told)
    provider.refuses = lambda method, path: None
    ask(provider, ledger, 2, first=3)
    assert provider.deleted == [batch["input_file_id"] for batch in provider.batches]


def test_a_file_of_somebody_else_is_not_deleted_whatever_the_ledger_says(provider, ledger):
    mine = provider.keep([b"my own work"])
    provider.names[mine] = "thesis.jsonl"
    ask(provider, ledger, 1)
    with ledger.transaction():
        ledger._database.execute("UPDATE batch SET file = ?", (mine,))
    ask(provider, ledger, 1, first=1)
    assert provider.deleted == [batch["input_file_id"] for batch in provider.batches]
    assert mine in provider.files


@pytest.mark.parametrize("remote", ["../files/x", "a b", "x" * 999])
def test_a_name_that_the_ledger_has_of_a_batch_is_asked_for_only_where_it_can_be_one(provider, ledger, remote):
    provider.looks = 10**9
    client = client_of(provider, ledger)
    [future] = client.submit("r1", steps(1), WorldDialogue())
    client.awaited(future)
    wait_for(lambda: ledger.batches.open() and ledger.batches.open()[0].remote)
    client.close()
    with ledger.transaction():
        ledger._database.execute("UPDATE batch SET remote = ?", (remote,))
    provider.paths.clear()
    with pytest.raises(ChatUnavailableError, match="none that a provider gives"):
        ask(provider, ledger, 1)
    assert provider.paths == []


def test_a_reply_in_the_ledger_is_not_asked_again(provider, ledger):
    ask(provider, ledger, 3)
    ask(provider, ledger, 4)
    assert len(provider.asked(1)) == 1


def test_a_reply_that_does_not_fit_is_asked_once_more_in_the_next_batch(provider, ledger):
    provider.answers = lambda body: "no" if len(body["messages"]) == 1 and "baker 1" in str(body) else GOOD
    answers, _ = ask(provider, ledger, 3)
    assert [answer.data for answer in answers] == [{"a": 1}] * 3
    assert [len(batch["asked"]) for batch in provider.batches] == [3, 1]
    assert answers[1].call == provider.asked(1)[0]["custom_id"] != steps(3)[1][1]
    assert ledger.calls.reply(steps(3)[1][1]).text == "no"


def test_a_reply_that_stays_unusable_is_an_answer_without_data(provider, ledger):
    provider.answers = lambda body: "no"
    answers, _ = ask(provider, ledger, 1)
    assert (answers[0].data, answers[0].refused) == (None, False)


def test_nothing_leaves_before_somebody_waits(provider, ledger):
    client = client_of(provider, ledger)
    first = client.submit("r1", steps(2), WorldDialogue())
    second = client.submit("r1", steps(2, first=2), WorldDialogue())
    client.awaited(first[0])
    assert second[1].result(timeout=30).data == {"a": 1}
    client.close()
    assert len(provider.batches) == 1


def test_it_waits_while_the_batch_is_at_work(provider, ledger):
    provider.looks = 4
    answers, _ = ask(provider, ledger)
    assert answers[0].data == {"a": 1}
    assert provider.paths.count("GET /batches/batch_1") == 4


def test_costs_are_the_budgets_and_settled(provider, ledger):
    budget = Budget(PRICE)
    ask(provider, ledger, 3, budget=budget)
    assert budget.spent == pytest.approx(3 * PRICE.cost(70, 20))
    assert (budget.reserved, budget.perhaps_billed) == (pytest.approx(0), 0)
    assert ledger.accounts.booked("r1").total == pytest.approx(budget.spent)


def worst_of(n: int = 1) -> float:
    dialogue = WorldDialogue()
    return sum(Budget(PRICE).worst(dialogue.request(step.fields, key)) for step, key in steps(n))


def test_the_worst_of_a_whole_batch_is_set_aside_and_what_does_not_fit_waits_for_what_comes_back(provider, ledger):
    budget, held = Budget(PRICE, limit=worst_of(2) * 1.2), []
    provider.after = lambda: held.append((budget.reserved, ledger.accounts.booked("r1").uncertain))
    answers, told = ask(provider, ledger, 4, budget=budget)
    assert len(provider.batches[0]["asked"]) == 2
    assert held[0] == (pytest.approx(worst_of(2)), pytest.approx(worst_of(2)))
    assert answers[0].data == {"a": 1}
    assert budget.spent <= budget.limit
    assert any("--max-cost" in text for text in told)


def test_what_never_fits_is_never_sent(provider, ledger):
    client = client_of(provider, ledger, budget=Budget(PRICE, limit=worst_of() / 2))
    futures = client.submit("r1", steps(2), WorldDialogue())
    client.awaited(futures[0])
    assert [future.result(timeout=30) for future in futures] == [None, None]
    assert client.exhausted
    assert provider.paths == []
    client.close()


def test_expired_requests_are_asked_again_and_paid_once(provider, ledger):
    def habits(n, asked):
        if n == 0:
            return "expired", [provider.answered(asked[0])], [never(one["custom_id"]) for one in asked[1:]]
        return "completed", [provider.answered(one) for one in asked], []

    provider.habits, budget = habits, Budget(PRICE)
    answers, _ = ask(provider, ledger, 3, budget=budget)
    assert [answer.data for answer in answers] == [{"a": 1}] * 3
    assert [len(batch["asked"]) for batch in provider.batches] == [3, 2]
    assert (budget.spent, budget.perhaps_billed) == (pytest.approx(3 * PRICE.cost(70, 20)), 0)


def test_what_expires_again_and_again_stops_the_run(provider, ledger):
    provider.habits = lambda n, asked: ("expired", [], [never(one["custom_id"]) for one in asked])
    with pytest.raises(ChatUnavailableError, match=r"asked in 4 batches, without an answer in any .*expired"):
        ask(provider, ledger, 2)
    assert len(provider.batches) == intake.TIMES
    assert ledger.accounts.booked("r1").total == 0


def test_a_batch_that_expired_without_files_is_asked_again(provider, ledger):
    provider.habits = lambda n, asked: (
        ("completed", [provider.answered(one) for one in asked], []) if n else ("expired", [], [])
    )
    assert ask(provider, ledger, 2)[0][1].data == {"a": 1}


def test_a_batch_that_failed_as_a_whole_stops_the_run_with_the_providers_reason_and_costs_nothing(provider, ledger):
    provider.habits = lambda n, asked: ("failed", [], [])
    provider.more = {"errors": {"data": [{"code": "invalid_json_line", "message": f"line is bad {KEY}", "line": 2}]}}
    with pytest.raises(ChatError, match=r"refused batch batch_1 as a whole \(line is bad \[key\], line 2\)"):
        ask(provider, ledger)
    assert ledger.batches.open() == []
    assert ledger.accounts.booked("r1").total == 0


def test_too_much_at_once_is_submitted_in_smaller_batches(provider, ledger):
    def habits(n, asked):
        if len(asked) > 2:
            provider.more = {"errors": {"data": [{"code": "token_limit_exceeded", "message": "Enqueued token limit"}]}}
            return "failed", [], []
        provider.more = {}
        return "completed", [provider.answered(one) for one in asked], []

    provider.habits = habits
    answers, told = ask(provider, ledger, 5)
    assert [answer.data for answer in answers] == [{"a": 1}] * 5
    assert [len(batch["asked"]) for batch in provider.batches] == [5, 2, 2, 1]
    assert any("takes no 5 requests at once" in text for text in told)


def test_a_cancelled_batch_keeps_what_was_answered_and_stops_the_run_which_then_goes_on(provider, ledger):
    def habits(n, asked):
        if n == 0:
            return "cancelled", [provider.answered(asked[0])], []
        return "completed", [provider.answered(one) for one in asked], []

    provider.habits = habits
    client = client_of(provider, ledger)
    futures = client.submit("r1", steps(3), WorldDialogue())
    client.awaited(futures[2])
    with pytest.raises(ChatUnavailableError, match=r"batch_1 was cancelled at .*, 2 of 3 unanswered"):
        futures[2].result(timeout=30)
    client.close()
    assert futures[0].result(timeout=1).data == {"a": 1}
    assert [answer.data for answer in ask(provider, ledger, 3)[0]] == [{"a": 1}] * 3
    assert len(provider.asked(1)) == 2


def test_a_line_that_says_that_the_server_failed_is_asked_again_and_one_that_is_refused_is_not(provider, ledger):
    def habits(n, asked):
        error = {"error": {"message": "the length is too much", "code": "context_length_exceeded"}}
        if n:
            return "completed", [provider.answered(one) for one in asked], []
        return (
            "completed",
            [provider.answered(asked[0])],
            [
                result(asked[1]["custom_id"], {"error": {"message": "overloaded"}}, 503),
                result(asked[2]["custom_id"], error, 400),
            ],
        )

    provider.habits = habits
    answers, _ = ask(provider, ledger, 3)
    assert [answer.data for answer in answers] == [{"a": 1}, {"a": 1}, None]
    assert answers[2].refused
    assert "too much" in answers[2].error
    assert [len(batch["asked"]) for batch in provider.batches] == [3, 1]


def test_a_server_that_does_not_take_the_schema_is_asked_for_less_in_the_next_batch(provider, ledger):
    def habits(n, asked):
        refused = {"error": {"message": "response_format is not supported", "param": "response_format"}}
        lines = [
            result(one["custom_id"], refused, 400) if "response_format" in one["body"] else provider.answered(one)
            for one in asked
        ]
        return "completed", lines, []

    provider.habits = habits
    answers, _ = ask(provider, ledger, 3)
    assert {len(batch["asked"]) for batch in provider.batches} == {3}
    assert [answer.data for answer in answers] == [{"a": 1}] * 3


def test_odd_lines_are_left_out_and_told_of_and_what_is_missing_is_asked_again(provider, ledger):
    def habits(n, asked):
        if n:
            return "completed", [provider.answered(one) for one in asked], []
        other = result(asked[0]["custom_id"], completed('{"a": 2}'))
        lines = [provider.answered(asked[0]), other, result("f" * 32, completed(GOOD)), b"<html>\n", b"[1]\n", b"\n"]
        lines += [b'{"custom_id": 7}\n', b"[" * 100_000 + b"\n", b'{"custom_id": "x', b"\xff\n"]
        return "completed", lines, []

    provider.habits, budget = habits, Budget(PRICE)
    answers, told = ask(provider, ledger, 2, budget=budget)
    assert [answer.data for answer in answers] == [{"a": 1}] * 2
    assert len(provider.asked(1)) == 1
    assert {text.partition(" had ")[2] for text in told if " had " in text} == {
        "1 lines of what had one before, which were left out",
        "1 lines of what was not asked, which were left out",
        "5 no lines of results, which were left out",
    }
    assert budget.perhaps_billed == pytest.approx(worst_of(2) - worst_of(1), rel=0.01)
    assert "f" * 32 not in ledger.calls.replies()


@pytest.mark.parametrize("depth", [*range(800, 1000, 7), 3000])
def test_a_reply_that_is_nested_deeply_stops_nothing(provider, ledger, depth):
    def habits(n, asked):
        deep = f'{{"custom_id": "{asked[0]["custom_id"]}", "response": {{"status_code": 200, "body": '.encode()
        line = deep + b'{"choices": ' + b"[" * depth + b"]" * depth + b"}}}\n"
        lines = [provider.answered(one) for one in asked]
        return "completed", lines if n else [line, *lines[1:]], []

    provider.habits = habits
    assert [answer.data for answer in ask(provider, ledger, 2)[0]] == [{"a": 1}] * 2


def test_a_list_of_batches_without_an_end_is_not_gone_through_for_ever(provider, ledger, monkeypatch):
    monkeypatch.setattr("personagraph.llm.batches.endpoint.PAGES", 3)
    lost = iter([True])
    page = json.dumps({"data": [{"id": "batch_other"}], "has_more": True}).encode()
    provider.refuses = lambda method, path: (200, page) if (method, path) == ("GET", "/batches") else None

    def after():
        if next(lost, False):
            raise ConnectionError

    provider.after = after
    answers, told = ask(provider, ledger, patience=20.0)
    assert answers[0].data == {"a": 1}
    assert provider.paths.count("GET /batches") == 3
    assert any("lists more batches" in text for text in told)


def test_results_that_are_none_stop_the_run_and_stay_to_be_read_again(provider, ledger):
    provider.habits = lambda n, asked: ("completed", [b"<html>log in</html>\n"], [])
    with pytest.raises(ChatUnavailableError, match=r"cannot be had .*the same command tries again"):
        ask(provider, ledger)
    [batch] = ledger.batches.open()
    provider.files[provider.batches[0]["output_file_id"]] = b"".join(
        json.dumps(provider.answered(one)).encode() + b"\n" for one in provider.asked()
    )
    assert [answer.data for answer in ask(provider, ledger)[0]] == [{"a": 1}] * 3
    assert set(provider.bought().values()) == {1}, batch


def test_results_of_absurd_size_are_not_read(provider, ledger, monkeypatch):
    monkeypatch.setattr(intake, "SPARE", 1000)
    monkeypatch.setattr(intake, "REPLY", 1000)
    provider.habits = lambda n, asked: ("completed", [b"x" * 1_000_000 + b"\n"] * 3, [])
    with pytest.raises(ChatUnavailableError, match=r"more than 4,000 bytes"):
        ask(provider, ledger)
    assert len(ledger.batches.open()) == 1


def test_a_line_of_absurd_length_is_left_out(provider, ledger):
    def habits(n, asked):
        if n:
            return "completed", [provider.answered(one) for one in asked], []
        long = result(asked[1]["custom_id"], completed("x" * 5_000_000))
        return "completed", [provider.answered(asked[0]), long], []

    provider.habits = habits
    monkeyed, intake.REPLY = intake.REPLY, 10_000_000
    try:
        answers, told = ask(provider, ledger, 2)
    finally:
        intake.REPLY = monkeyed
    assert [answer.data for answer in answers] == [{"a": 1}] * 2
    assert any("1 no lines of results" in text for text in told)


def test_a_batch_of_a_run_that_was_given_up_is_let_go_when_its_results_cannot_be_had(provider, ledger):
    provider.habits = lambda n, asked: (
        ("completed", [], []) if not n else ("completed", [provider.answered(one) for one in asked], [])
    )
    with pytest.raises(ChatUnavailableError):
        ask(provider, ledger, budget=Budget(PRICE))
    ledger.runs.end("r1", "abandoned")
    answers, told = ask(provider, ledger, budget=Budget(PRICE))
    assert [answer.data for answer in answers] == [{"a": 1}] * 3
    assert any("is given up" in text for text in told)
    assert ledger.accounts.booked("r1").failed == pytest.approx(worst_of(3))


def test_a_status_that_is_unknown_is_told_of_and_waited_for(provider, ledger):
    states = iter(["pondering", "pondering", "COMPLETED"])

    def habits(n, asked):
        status = next(states)
        provider.batches[n].pop("output_file_id", None)
        if status == "COMPLETED":
            provider.batches[n]["output_file_id"] = provider.keep([provider.answered(one) for one in asked])
        return status, [], []

    provider.habits = habits
    answers, told = ask(provider, ledger)
    assert answers[0].data == {"a": 1}
    assert sum("pondering" in text for text in told) == 1


def test_a_batch_that_never_ends_is_not_waited_for_longer_than_promised(provider, ledger, monkeypatch):
    monkeypatch.setattr("personagraph.llm.batches.client.OVERDUE", 0.3)
    provider.looks = 10**9
    with pytest.raises(ChatUnavailableError, match="the same command looks again"):
        ask(provider, ledger)
    provider.looks = 1
    assert ask(provider, ledger)[0][0].data == {"a": 1}
    assert set(provider.bought().values()) == {1}


@pytest.mark.parametrize("status", [404, 405, 501])
@pytest.mark.parametrize("path", ["/files", "/batches"])
def test_a_server_without_the_endpoint_is_told_of(provider, ledger, status, path):
    provider.refuses = lambda method, where: (status, b'{"detail": "Not Found"}') if where == path else None
    with pytest.raises(ChatError, match=r"has no batch endpoint .*runs abandon r1.* leave --batch out"):
        ask(provider, ledger)
    assert ledger.batches.open() == []
    assert ledger.accounts.booked("r1").total == 0


def test_a_key_that_is_refused_is_told_of_without_the_key(provider, ledger):
    said = json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}"}}).encode()
    provider.refuses = lambda method, path: (401, said)
    with pytest.raises(ChatError, match="OPENAI_API_KEY") as raised:
        ask(provider, ledger)
    assert KEY not in str(raised.value)
    assert KEY.encode() not in Path(ledger._database.path).read_bytes()


def test_a_server_that_is_busy_is_asked_again_and_one_that_stays_so_stops_the_run(provider, ledger):
    busy = iter(range(3))
    provider.refuses = lambda method, path: (503, b"{}") if next(busy, None) is not None else None
    assert ask(provider, ledger)[0][0].data == {"a": 1}
    provider.refuses = lambda method, path: (503, b"{}")
    with pytest.raises(ChatUnavailableError, match="503"):
        ask(provider, ledger, 1, first=9, patience=0.1)


def test_a_submission_whose_answer_is_lost_is_found_and_not_made_twice(provider, ledger):
    lost = iter([True])

    def after():
        if next(lost, False):
            raise ConnectionError

    provider.after = after
    answers, _ = ask(provider, ledger, patience=20.0)
    assert answers[0].data == {"a": 1}
    assert len(provider.batches) == 1


def test_where_batches_are_not_listed_a_lost_submission_is_asked_again_and_stays_booked(provider, ledger):
    lost, budget = iter([True]), Budget(PRICE)
    provider.refuses = lambda method, path: (404, b"{}") if (method, path) == ("GET", "/batches") else None

    def after():
        if next(lost, False):
            raise ConnectionError

    provider.after = after
    answers, told = ask(provider, ledger, budget=budget, patience=20.0)
    assert answers[0].data == {"a": 1}
    assert budget.perhaps_billed == pytest.approx(worst_of(3))
    assert any("stays booked" in text for text in told)


@pytest.mark.parametrize("name", [None, 7, "../files/secret", "a/b", "", "x" * 1000, KEY])
def test_a_name_that_is_none_is_not_asked_for(provider, ledger, name):
    provider.more = {}
    provider.refuses = lambda method, path: (
        (200, json.dumps({"id": name}).encode()) if (method, path) == ("POST", "/files") else None
    )
    with pytest.raises(ChatUnavailableError, match="no name"):
        ask(provider, ledger)
    assert provider.paths == ["POST /files"]


def test_a_batch_that_the_provider_does_not_know_any_more_stays_to_be_looked_for(provider, ledger):
    provider.looks = 10**9
    provider.refuses = lambda method, path: (404, b"{}") if path == "/batches/batch_1" else None
    with pytest.raises(ChatUnavailableError, match="OPENAI_API_KEY is of the project that submitted it"):
        ask(provider, ledger)
    provider.refuses, provider.looks = (lambda method, path: None), 1
    assert ask(provider, ledger)[0][0].data == {"a": 1}
    assert set(provider.bought().values()) == {1}


def test_a_page_that_comes_instead_of_a_state_is_no_end(provider, ledger):
    pages = iter(range(3))
    provider.refuses = lambda method, path: (
        (200, b"<html>log in</html>") if path == "/batches/batch_1" and next(pages, None) is not None else None
    )
    assert ask(provider, ledger)[0][0].data == {"a": 1}


def test_when_it_is_stopped_the_batch_goes_on_at_the_provider_and_the_next_client_takes_it_up(provider, ledger):
    provider.looks, stop = 10**9, threading.Event()
    client = client_of(provider, ledger, stopping=stop.is_set)
    futures = client.submit("r1", steps(3), WorldDialogue())
    client.awaited(futures[0])
    wait_for(lambda: any(path.startswith("GET /batches/") for path in provider.paths))
    stop.set()
    assert [future.result(timeout=10) for future in futures] == [None] * 3
    client.close()
    assert any("batch_1 is still at" in text and "same command" in text for text in client.remarks())
    assert ledger.calls.uncertain("r1") == 0
    assert ledger.calls.standing("r1", [])["in_batches"] == 3
    provider.looks, budget = 1, Budget(PRICE, perhaps_billed=ledger.accounts.booked("r1").perhaps_billed)
    assert [answer.data for answer in ask(provider, ledger, budget=budget)[0]] == [{"a": 1}] * 3
    assert set(provider.bought().values()) == {1}


def test_what_is_reserved_for_a_batch_that_is_taken_up_is_settled(provider, ledger):
    provider.looks = 10**9
    client = client_of(provider, ledger, budget=Budget(PRICE))
    [future] = client.submit("r1", steps(1), WorldDialogue())
    client.awaited(future)
    wait_for(lambda: ledger.batches.open() and ledger.batches.open()[0].remote)
    client.close()
    booked = ledger.accounts.booked("r1").perhaps_billed
    assert booked == pytest.approx(worst_of())
    provider.looks, budget = 1, Budget(PRICE, perhaps_billed=booked)
    ask(provider, ledger, 1, budget=budget)
    assert (budget.reserved, budget.perhaps_billed) == (pytest.approx(0), pytest.approx(0))
    assert budget.spent == pytest.approx(PRICE.cost(70, 20))


def test_a_batch_at_another_address_is_not_looked_for_here(provider, ledger):
    from personagraph.errors import ConfigError

    provider.looks = 10**9
    client = client_of(provider, ledger)
    [future] = client.submit("r1", steps(1), WorldDialogue())
    client.awaited(future)
    wait_for(lambda: ledger.batches.open() and ledger.batches.open()[0].remote)
    client.close()
    with providing() as other, pytest.raises(ConfigError, match="are in a batch at"):
        client_of(other, ledger)


def test_results_that_were_taken_before_a_crash_are_not_taken_twice(provider, ledger, monkeypatch):
    monkeypatch.setattr(intake, "AT_ONCE", 2)
    enter, count = ledger.calls.enter, iter(range(100))

    def dying(entries):
        if next(count) == 1:
            raise RuntimeError("the power is gone")
        enter(entries)

    monkeypatch.setattr(ledger.calls, "enter", dying)
    with pytest.raises(RuntimeError):
        ask(provider, ledger, 5)
    monkeypatch.setattr(ledger.calls, "enter", enter)
    assert ledger.calls.count() == 2
    answers, told = ask(provider, ledger, 5)
    assert [answer.data for answer in answers] == [{"a": 1}] * 5
    assert set(provider.bought().values()) == {1}
    assert not any(" had " in text for text in told)
