"""Asks a model on a server two small questions, and says what the server can do, and what runs do about the rest."""

import asyncio
import json
from collections.abc import Sequence
from typing import NamedTuple

from personagraph.doctor.addresses import get
from personagraph.doctor.finding import Finding
from personagraph.doctor.questions import (
    BIRD,
    LONGEST_QUESTION,
    LONGEST_WORD_QUESTION,
    SCHEMA,
    AskedQuestion,
    Wanted,
    ask,
)
from personagraph.errors import ChatError, ReplyFormatError
from personagraph.llm.backend import ChatBackend
from personagraph.llm.client.prices import Price
from personagraph.llm.openai import offered
from personagraph.llm.openai.caps import CAP_FROM, OTHER_CAP
from personagraph.llm.openai.fallbacks import FEW, FEW_TOPS, LOOSE, NO_TOPS, OBJECT, STRICT, WORDS, form_of
from personagraph.llm.openai.refusals import short
from personagraph.llm.parameters import LEAST_CAP
from personagraph.types import ChatReply

_FORMS = {
    STRICT: "the server takes a JSON schema",
    LOOSE: "the server takes a JSON schema without limits, which is what it is sent",
    OBJECT: "the server takes no JSON schema: JSON is asked for, and the schema told in words",
    WORDS: "the server takes no JSON schema: it is told in words",
}
_FOUND = {
    OTHER_CAP: "the cap on tokens goes by its other name",
    CAP_FROM: f"the cap on tokens is {LEAST_CAP} at least",
    "no_system_role": "what the system says is told by the user",
    FEW_TOPS: f"log-probabilities of the {FEW} likeliest tokens are asked for",
    NO_TOPS: "no log-probabilities are asked for",
    **{form: told for form, told in _FORMS.items() if form != STRICT},
}
"""What runs do for each thing that was found out, in words."""


class ModelServer(NamedTuple):
    """Where a model is asked: the address, ending in /v1, the key, and what a call costs, None when nobody knows."""

    url: str
    key: str
    price: Price | None


def endpoint(backend: ChatBackend, server: ModelServer, wanted: Wanted) -> list[Finding]:
    """What the server of this backend can do, by its answers, and what they cost; or why there are none.

    The backend learns what to leave out, which the last finding says. Raises nothing, whatever the server sends.
    """
    asked, sent = asyncio.run(ask(backend, wanted)), _sent(wanted, server.price)
    first = asked[0]
    if first.reply is None:
        return [*_unanswered(backend, server, first), sent, *_refusals(asked), *_perhaps_billed(first)]
    reply, without = first.reply, _found(backend)
    found = [
        Finding(
            "server",
            True,
            f"{backend.model} answered in {reply.latency:.1f} s, {'to the key' if server.key else 'without a key'}",
        ),
        sent,
        *_refusals(asked),
        *(Finding("left out", True, told) for told in reply.remarks),
        _form(reply, without, wanted),
        _system(reply, without),
        _usage(reply),
        _tops(asked[1:], without),
        _thought(reply),
        _batches(server),
    ]
    return [*found, _cost(asked, server.price), *_perhaps_billed(asked[-1]), _learnt(without)]


def _unanswered(backend: ChatBackend, server: ModelServer, asked: AskedQuestion) -> list[Finding]:
    """Why there is no answer; where the server lists models, and this is none of them, that is why."""
    error = asked.error or ChatError("there is no answer")
    detail, _, remedy = str(error).partition("; ")
    remedy = remedy.replace(", then resume", ", then ask again")
    if isinstance(error, ReplyFormatError):
        remedy = "see what the server logs; runs will fare no better"
    found = [Finding("server", False, detail, remedy or "see what the server logs")]
    listed = _models(server)
    if listed and backend.model not in listed:
        told = f"the server lists no {backend.model}; it lists {offered.told(listed, backend.model)}"
        found.append(Finding("model", False, told, "name one of these with --model openai:NAME"))
    return found


def _perhaps_billed(asked: AskedQuestion) -> list[Finding]:
    """That a call which brought no answer may be on the bill."""
    if not getattr(asked.error, "billed", False):
        return []
    return [Finding("cost", True, "the last call is perhaps on the bill: nobody said what it used")]


def _refusals(asked: Sequence[AskedQuestion]) -> list[Finding]:
    return [Finding("refused", True, f"{told}; asked again with less") for one in asked for told in one.refused]


def _sent(wanted: Wanted, price: Price | None) -> Finding:
    """How long a reply was asked for, beside what runs ask for, and what that may cost."""
    asking, cap = wanted.asking, f"max_tokens {wanted.cap:,}"
    if asking.max_tokens:
        told = f"{cap}, as runs send"
    elif asking.room:
        told = f"{cap}, of which {asking.room:,} are for what the model thinks; runs add as many to the prompts' caps"
    else:
        told = f"{cap}; runs send the caps of their prompts, without room for thoughts"
    told += f"; with {', '.join(asking.more)}, as runs send" if asking.more else ""
    if price is not None:
        most = price.cost(LONGEST_QUESTION, wanted.cap, 0) + price.cost(LONGEST_WORD_QUESTION, LEAST_CAP, 0)
        told += f"; about {most:.6f} USD at most, with the question for one word"
    return Finding("asked", True, told)


def _cut_off(reply: ChatReply, wanted: Wanted) -> Finding:
    """That there was no room for the whole reply, and whose doing that is."""
    used = reply.completion_tokens or wanted.cap
    if used <= wanted.cap // 2:
        told = f"the server ended the reply after {used:,} tokens, of {wanted.cap:,} that were asked for"
        return Finding("JSON schema", False, told, "let the server take longer texts (its context), or name another")
    thought = reply.thought
    why = "the model thinks before it answers, and used up" if thought else "the model does not come to an end within"
    return Finding("JSON schema", False, f"{why} the {used:,} tokens of a reply", wanted.remedy)


def _form(reply: ChatReply, without: tuple[str, ...], wanted: Wanted) -> Finding:
    """Whether the reply has the form that was asked for."""
    form = form_of(without)
    told = _FORMS[form]
    if reply.finish == "length":
        return _cut_off(reply, wanted)
    if _fits(reply.text):
        return Finding("JSON schema", True, f"{told}, and the answer fits it")
    said = short(reply.text, "")[:80]
    if form == STRICT:
        return Finding(
            "JSON schema", True, f"{told}, and does not hold to it (it answered {said!r}): replies are mended"
        )
    remedy = "name a model that answers in JSON, or look at a run's dead letters before a long one"
    return Finding("JSON schema", False, f"{told}; the answer does not fit it: {said!r}", remedy)


def _fits(text: str) -> bool:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return False
    names = SCHEMA["properties"]
    return isinstance(data, dict) and set(data) == set(names) and data["q2_legs"] in names["q2_legs"]["enum"]


def _system(reply: ChatReply, without: tuple[str, ...]) -> Finding:
    heard = BIRD in reply.text.casefold()
    if "no_system_role" in without:
        return Finding("system role", True, "the server knows none: what the system says is told by the user")
    if heard:
        return Finding("system role", True, "the model heeds it")
    return Finding("system role", True, "the server takes it; the answer does not show that the model heeds it")


def _usage(reply: ChatReply) -> Finding:
    if not reply.metered:
        told = (
            "the server does not tell the tokens of a call: costs are counted by the length of texts, at their highest"
        )
        return Finding("usage", True, told)
    told = f"{reply.prompt_tokens} tokens of the prompt, {reply.completion_tokens} of the reply"
    return Finding("usage", True, f"{told}{f'; doubtful: {reply.doubt}' if reply.doubt else ''}")


def _tops(asked: Sequence[AskedQuestion], without: tuple[str, ...]) -> Finding:
    """Whether the server tells how likely other words were, asked for one: by that, `link` judges who knows whom."""
    name, words = "log-probabilities", "`link` goes by the words yes and no alone"
    if not asked or (asked[0].reply and asked[0].reply.thought):
        return Finding(name, True, f"not asked for: the first token is one of the model's thoughts, so {words}")
    reply = asked[0].reply
    if reply is None:
        told = str(asked[0].error).partition("; ")[0]
        return Finding(name, False, f"no answer in one word, as `link` wants it: {told}", "see what the server logs")
    if reply.tops:
        told = f"the server tells the {len(reply.tops)} likeliest first tokens"
    elif NO_TOPS in without:
        told = f"the server takes no question for them: {words}"
    else:
        told = f"the server takes the question, and this reply has none: without them, {words}"
    return Finding(name, True, told)


def _thought(reply: ChatReply) -> Finding:
    if not reply.thought:
        return Finding("thinking", True, "the model answers without thinking first, as far as the reply shows")
    told = (
        "the model thinks before it answers, and what it thinks is paid for; max_tokens and reasoning_effort bound it"
    )
    return Finding("thinking", True, told)


def _batches(server: ModelServer) -> Finding:
    """Whether the server has the API for batches; none is begun, and personagraph uses none."""
    statuses = {name: get(f"{server.url}/{name}?limit=1", server.key).status for name in ("batches", "files")}
    has = all(status == 200 for status in statuses.values())
    told = ", ".join(f"/{name} {status or 'does not answer'}" for name, status in statuses.items())
    return Finding("batches", True, f"{'the server lists its batches' if has else 'none'} ({told}); none was begun")


def _cost(asked: Sequence[AskedQuestion], price: Price | None) -> Finding:
    refused, replies = sum(len(one.refused) for one in asked), [one.reply for one in asked if one.reply]
    calls = len(asked) + refused
    told = f"{calls} call{'s' * (calls > 1)}" + (f", of which {refused} refused" if refused else "")
    if price is None:
        return Finding("cost", True, f'{told}; the price is not known: [prices."NAME"] in personagraph.toml sets it')
    if not all(reply.metered for reply in replies):
        return Finding("cost", True, f"{told}; the server does not tell what it used")
    paid = sum(price.cost(reply.prompt_tokens, reply.completion_tokens, reply.cached_tokens) for reply in replies)
    return Finding("cost", True, f"{told}, {paid:.6f} USD")


def _learnt(without: tuple[str, ...]) -> Finding:
    """What runs leave out at this server."""
    if not without:
        return Finding("found out", True, "runs ask for all of it: nothing is left out")
    told = ", ".join(f"{name} ({_FOUND[name]})" if name in _FOUND else name for name in without)
    return Finding("found out", True, f"runs leave out or replace: {told}")


def _found(backend: ChatBackend) -> tuple[str, ...]:
    return tuple(name for name in getattr(backend, "fallbacks", "").split(",") if name)


def _models(server: ModelServer) -> list[str]:
    """The names that the server lists, in its order; none when it does not."""
    return offered.names_in(get(f"{server.url}/models", server.key).body, secret=server.key)
