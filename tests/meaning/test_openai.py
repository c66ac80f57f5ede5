"""Embeddings over real HTTP: what is sent and kept, what it costs, and what becomes of answers that are none."""

import base64
import json
import re
from array import array
from contextlib import contextmanager

import numpy as np
import pytest

from personagraph.errors import BudgetExceededError, ChatError, ConfigError
from personagraph.ledger import Ledger
from personagraph.llm.client.budget import Budget
from personagraph.llm.client.client import ChatClient
from personagraph.llm.client.prices import Price
from personagraph.llm.client.retries import Retries
from personagraph.llm.embeddings import A_CALL, Embeddings
from personagraph.llm.openai.embeddings import OpenAIEmbeddings
from personagraph.meaning.encoders import encoder_named
from personagraph.workspace.settings import fixed_settings
from personagraph.workspace.spending.encoders import encoder_of
from tests.llm.answering import KEY, Server, answer, error, serving

PRICE = Price(1.0, 0.0, 1.0)
"""USD for a million tokens of text."""
FEW = Retries(attempts=2, pause=0.01, patience=0.0)
TEXTS = ["a nurse", "a chess player"]


def vector(text: str) -> list[float]:
    return [float(len(text)), 1.0, -2.0, 0.5]


def embedded(texts, *, coded: bool = True, usage=True, **more) -> bytes:
    def said(text: str) -> object:
        return base64.b64encode(array("f", vector(text)).tobytes()).decode() if coded else vector(text)

    data = [{"object": "embedding", "index": n, "embedding": said(text)} for n, text in enumerate(texts)]
    tokens = sum(map(len, texts))
    told = {"usage": {"prompt_tokens": tokens, "total_tokens": tokens}} if usage else {}
    return json.dumps({"object": "list", "data": data, "model": "e", **told, **more}).encode()


@pytest.fixture
def server():
    with serving() as one:
        one.answers = lambda body: answer(200, embedded(body["input"]))
        yield one


@contextmanager
def buying(server: Server, tmp_path, *, run: str = "", budget: Budget | None = None, model: str = "e"):
    ledger = Ledger(tmp_path / "ledger.db")
    backend = OpenAIEmbeddings(model, api_key=KEY, base_url=server.url)
    client = ChatClient(backend, ledger, concurrency=4, retries=FEW, budget=budget)
    try:
        yield encoder_named(f"openai:{model}", Embeddings(client, model, run)), ledger
    finally:
        client.close()
        ledger.close()


def failing(server: Server, tmp_path, body: bytes, status: int = 200) -> str:
    server.sends(answer(status, body))
    with buying(server, tmp_path) as (encoder, _), pytest.raises(ChatError) as caught:
        encoder.encode(TEXTS)
    return str(caught.value)


@pytest.mark.parametrize("coded", [True, False])
def test_vectors_come_in_base64_or_in_digits_and_have_the_length_one(server, tmp_path, coded):
    server.answers = lambda body: answer(200, embedded(body["input"], coded=coded))
    with buying(server, tmp_path) as (encoder, _):
        rows = encoder.encode(TEXTS)
        assert encoder.dims == 4
    expected = np.array([vector(text) for text in TEXTS], dtype=np.float32)
    assert rows == pytest.approx(expected / np.linalg.norm(expected, axis=1, keepdims=True))
    [(headers, asked)] = server.asked
    assert server.paths == ["POST /v1/embeddings"]
    assert headers["authorization"] == f"Bearer {KEY}"
    assert asked == {"model": "e", "input": TEXTS, "encoding_format": "base64"}


def test_many_texts_go_in_few_calls_and_come_back_in_their_order(server, tmp_path):
    texts = ["x" * (n % 90 + 1) for n in range(5 * A_CALL + 1)]
    with buying(server, tmp_path) as (encoder, _):
        rows = encoder.encode(texts)
    assert len(server.asked) == 6
    assert (rows == encoder_rows(texts)).all()


def encoder_rows(texts) -> np.ndarray:
    rows = np.array([vector(text) for text in texts], dtype=np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_what_is_in_the_ledger_is_not_bought_again(server, tmp_path):
    for _ in range(2):
        with buying(server, tmp_path, budget=Budget(PRICE)) as (encoder, ledger):
            rows = encoder.encode(TEXTS)
            [totals] = ledger.calls.totals()
    assert len(server.asked) == 1
    assert (rows == encoder_rows(TEXTS)).all()
    assert (totals.model, totals.prompt, totals.calls, totals.prompt_tokens) == ("e", "embed", 1, 21)
    assert totals.cost == pytest.approx(21e-6)


def test_vectors_are_placed_by_the_numbers_that_the_server_gives_them(server, tmp_path):
    def reversed_(body):
        said = json.loads(embedded(body["input"]))
        return answer(200, json.dumps({**said, "data": said["data"][::-1]}).encode())

    server.answers = reversed_
    with buying(server, tmp_path) as (encoder, _):
        assert (encoder.encode(TEXTS) == encoder_rows(TEXTS)).all()


def test_a_text_without_a_word_is_not_sent_and_is_all_zeros(server, tmp_path):
    with buying(server, tmp_path) as (encoder, _):
        rows = encoder.encode(["a nurse", "", "..."])
        assert rows.any(axis=1).tolist() == [True, False, False]
        assert encoder.encode([]).shape == (0, 4)
    assert [asked.body["input"] for asked in server.asked] == [["a nurse"]]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (embedded(TEXTS[:1]), "1 vectors for 2 texts"),
        (embedded([*TEXTS, "more"]), "3 vectors for 2 texts"),
        (json.dumps({"data": [{"embedding": [1.0, float("nan")]}, {"embedding": [1.0, 2.0]}]}).encode(), "no number"),
        (
            json.dumps({"data": [{"embedding": [1.0, 1e300]}, {"embedding": [1.0, 2.0]}]}).encode(),
            "too large|no number",
        ),
        (json.dumps({"data": [{"embedding": [0.0, 0.0]}, {"embedding": [1.0, 2.0]}]}).encode(), "zeros"),
        (json.dumps({"data": [{"embedding": [1.0]}, {"embedding": [1.0, 2.0]}]}).encode(), "1 and 2 numbers"),
        (json.dumps({"data": [{"embedding": []}, {"embedding": []}]}).encode(), "0 numbers"),
        (json.dumps({"data": [{"embedding": "no*base64"}, {"embedding": "AA"}]}).encode(), "base64"),
        (json.dumps({"data": [{"embedding": [True]}, {"embedding": ["a"]}]}).encode(), "no lists of numbers"),
        (json.dumps({"data": [{"index": 0, "embedding": [1.0]}] * 2}).encode(), "numbered otherwise"),
        (json.dumps({"data": "x"}).encode(), "JSON of another kind"),
        (b"[1]", "JSON of another kind"),
        (b"<html>log in</html>", "a web page"),
        (b"", "nothing"),
    ],
)
def test_an_answer_that_is_no_vector_for_each_text_is_an_error_that_says_so(server, tmp_path, said, told):
    message = failing(server, tmp_path, said)
    assert "did not send embeddings" in message
    assert re.search(told, message)


def test_vectors_of_another_length_than_before_are_an_error(server, tmp_path):
    with buying(server, tmp_path) as (encoder, _):
        encoder.encode(TEXTS)
        server.sends(answer(200, json.dumps({"data": [{"embedding": [1.0, 2.0]}]}).encode()))
        with pytest.raises(ChatError, match="vectors of 2 numbers after some of 4"):
            encoder.encode(["a third"])


def test_a_server_without_the_model_or_without_embeddings_is_told_apart(server, tmp_path):
    lacking = failing(server, tmp_path, error("The model `e` does not exist", code="model_not_found"), 404)
    assert "has no model e" in lacking
    assert "encoder" in lacking
    assert "has no embeddings" in failing(server, tmp_path, b"<html><title>404 Not Found</title></html>", 404)


def test_the_key_stands_in_no_message(server, tmp_path):
    assert KEY not in failing(server, tmp_path, error(f"bad key {KEY}"), 401)


def test_a_call_that_could_cost_more_than_is_left_is_not_made(server, tmp_path):
    budget = Budget(PRICE, limit=1e-6)
    with (
        buying(server, tmp_path, budget=budget) as (encoder, _),
        pytest.raises(BudgetExceededError, match="max-cost"),
    ):
        encoder.encode(TEXTS)
    assert server.asked == []


def test_what_another_budget_of_the_run_has_booked_is_not_there_to_spend():
    run = Budget(limit=1.0, spent=0.7)
    vectors = Budget(PRICE, limit=1.0, beside=run)
    assert vectors.has_room(0.3)
    assert not vectors.has_room(0.31)
    vectors.reserve(0.3)
    assert not run.has_room(0.01)
    run.settle(0.0, 0.1)
    assert vectors.is_exceeded


def test_the_setting_makes_an_encoder_that_buys_through_the_ledger_and_says_what_has_no_price(server, tmp_path):
    ledger, notes = Ledger(tmp_path / "ledger.db"), []
    settings = fixed_settings(openai_api_key=KEY, base_url=server.url)
    with encoder_of("openai:e", settings, ledger, note=notes.append) as encoder:
        assert (encoder.encode(TEXTS) == encoder_rows(TEXTS)).all()
    assert "the price of e is not known" in notes[0]
    [call] = ledger.calls.totals()
    assert call.calls == 1
    with pytest.raises(ConfigError, match="max-cost"), encoder_of("openai:e", settings, ledger, limit=1.0):
        pass
    with encoder_of("static", settings, ledger) as encoder:
        assert encoder.name.startswith("static-")


def test_without_a_key_and_without_another_server_nothing_is_asked(tmp_path):
    with (
        pytest.raises(ConfigError, match="OPENAI_API_KEY"),
        encoder_of("openai:e", fixed_settings(), Ledger(tmp_path / "l")),
    ):
        pass
    with pytest.raises(ConfigError, match="nothing here may buy"):
        encoder_named("openai:e")
