"""What a server says that a call used: believed when it can be true, and never to the budget's loss when it cannot."""

from dataclasses import replace

import pytest

from personagraph.llm.client.budget import Budget
from personagraph.llm.client.prices import FREE, Price
from personagraph.llm.client.remarks import Remarks
from personagraph.llm.client.usage import DENSEST, doubts, fewest_tokens, most_of_prompt
from personagraph.types import ChatReply, ChatRequest

PRICE = Price(input=1_000.0, output=10_000.0, cached=100.0)
PROMPT = "You are asked who is connected to the persona below, and how. Answer with one JSON object alone. " * 20
ENGLISH = "A retired harbour pilot from Valparaiso who teaches night classes in celestial navigation to dock workers. "
REQUEST = ChatRequest("k", "p", ({"role": "user", "content": PROMPT},), None, {"max_tokens": 300}, {})


def used(prompt: int, completion: int, text: str = ENGLISH * 5, **more) -> ChatReply:
    return ChatReply(text, prompt_tokens=prompt, completion_tokens=completion, **more)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        (ENGLISH * 5, 95),
        (ENGLISH, 14),  # a vocabulary with tokens of several words
        ("一个在成都经营茶馆的退休数学老师，每周教孩子们下围棋。", 14),
        ("ครูเกษียณที่สอนภาษาไทยให้ผู้อพยพ", 8),
        ('{"alters": [{"text": "A baker", "type": "SELLS_TO"}]}', 4),  # what the grammar forces is not counted
        ("{" + " \n" * 1_500, 14),  # a token can be a long run of white space
        ("=" * 500, 4),
        ("", 0),
        ("\n", 0),
        ("telecommunications", 1),
        ("👩🏽‍🔬" * 12, 8),
    ],
)
def test_an_honest_count_is_believed_in_any_script_and_with_any_vocabulary(text, tokens):
    assert doubts(used(430, tokens, text), REQUEST) == []
    reply = used(430, tokens, text, cached_tokens=400)
    assert Budget(PRICE).cost(reply, REQUEST) == PRICE.cost(430, tokens, 400)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (used(430, 0), "too few"),
        (used(430, 1), "too few"),
        (used(430, len(ENGLISH) * 5 // DENSEST - 2), "too few"),
        (used(1, 95), "too few"),
        (used(0, 0, metered=False), "untold"),
        (used(30, 95, metered=False, doubt="900 tokens from a cache in a prompt of 30"), "at odds"),
    ],
)
def test_a_count_that_cannot_be_true_is_booked_at_the_most_that_the_call_can_have_cost(reply, kind):
    assert [doubt.kind for doubt in doubts(reply, REQUEST)] == [kind]
    assert Budget(PRICE).cost(reply, REQUEST) == Budget(PRICE).worst(REQUEST) > PRICE.cost(430, 95)


@pytest.mark.parametrize("reply", [used(430, 301), used(430, 4_000), used(430, 10**9), used(10**6, 95)])
def test_a_count_beyond_what_was_asked_for_is_booked_as_it_is_since_it_may_be_billed(reply):
    [doubt] = doubts(reply, REQUEST)
    assert (doubt.kind, doubt.believed) == ("too many", True)
    assert Budget(PRICE).cost(reply, REQUEST) == PRICE.cost(reply.prompt_tokens, reply.completion_tokens)


def test_of_a_lie_in_one_count_and_an_excess_in_the_other_the_larger_sum_is_booked():
    reply = used(1, 10**6)
    assert Budget(PRICE).cost(reply, REQUEST) == PRICE.cost(1, 10**6) > Budget(PRICE).worst(REQUEST)


def test_a_text_far_beyond_the_cap_is_booked_by_its_bytes_when_its_count_is_a_lie():
    text = ENGLISH * 1_000
    assert fewest_tokens(text) > 300
    cost = Budget(PRICE).cost(used(430, 5, text), REQUEST)
    assert cost == PRICE.cost(most_of_prompt(REQUEST), len(text.encode()))


def remarks(budget: Budget, *replies: ChatReply) -> list[str]:
    told = Remarks(budget)
    for reply in replies:
        booked = ChatReply(
            reply.text,
            prompt_tokens=reply.prompt_tokens,
            completion_tokens=reply.completion_tokens,
            metered=reply.metered,
            doubt=reply.doubt,
            cost=budget.cost(reply, REQUEST),
        )
        told.look(booked, REQUEST, budget.worst(REQUEST))
    return told.new()


def test_each_kind_of_doubt_is_said_once_and_says_what_is_booked():
    [few, untold] = remarks(Budget(PRICE), used(430, 0), used(430, 1), used(0, 0, metered=False), used(2, 1))
    assert "0 tokens for a reply that has at least" in few
    assert "the most that it can have cost" in few
    assert "does not say what its replies use" in untold


def test_a_reply_that_costs_more_than_was_set_aside_is_told_and_so_is_the_limit_that_it_passes():
    many, exceeded = remarks(Budget(PRICE, limit=10**6), used(430, 4_000))
    assert "4,000 tokens for a reply that may have 300" in many
    assert "booked as the server says" in many
    assert "no limit here can bound" in exceeded
    *_, passed = remarks(Budget(PRICE, limit=10.0), used(430, 4_000))
    assert passed.startswith("--max-cost is passed")


@pytest.mark.parametrize(("cap", "says"), [(1, "`--reasoning-effort low` gives it room"), (300, "--max-tokens 9000")])
def test_who_thought_until_the_cap_is_told_what_helps_and_of_one_word_no_higher_cap_does(cap, says):
    told = Remarks(Budget(FREE))
    told.look(ChatReply("<think>", "length", thought=True), replace(REQUEST, parameters={"max_tokens": cap}), 0.0)
    [remark] = told.new()
    assert says in remark
    assert ("max_tokens" in remark) == (cap > 1)


def test_where_no_money_hangs_on_it_nothing_is_said():
    assert remarks(Budget(FREE), used(430, 0), used(0, 0, metered=False), used(430, 10**9)) == []


def test_a_sum_that_is_less_than_its_parts_is_said_and_the_parts_are_booked():
    reply = used(430, 95, doubt="12 tokens in all, and 430 and 95 in its parts")
    assert "12 tokens in all" in remarks(Budget(PRICE), reply)[0]
    assert Budget(PRICE).cost(reply, REQUEST) == PRICE.cost(430, 95)
