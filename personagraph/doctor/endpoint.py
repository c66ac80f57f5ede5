"""Asks a model on a server one small question, and says what the server can do, and what runs will do about the rest.

It is asked as a run asks: with what is set of every request, and room for what the model thinks. Each call is counted
and told. A second one is made only when the first was refused: with less, as a run does it.
"""

import asyncio
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from personagraph.doctor.addresses import get
from personagraph.doctor.finding import Finding
from personagraph.errors import ChatError, ChatUnavailableError, ReplyFormatError
from personagraph.llm.backend import ChatBackend
from personagraph.llm.client.prices import Price
from personagraph.llm.openai import offered
from personagraph.llm.openai.caps import CAP_FROM, OTHER_CAP
from personagraph.llm.openai.fallbacks import FEW, FEW_TOPS, LOOSE, NO_TOPS, OBJECT, STRICT, WORDS, form_of
from personagraph.llm.openai.refusals import short
from personagraph.llm.parameters import LEAST_CAP
from personagraph.prompts.dialogue import Asking
from personagraph.types import ChatReply, ChatRequest

MOST_CALLS = 8
"""The question, and one more for each thing that the server does not take."""
SECONDS = 120.0
LONGEST_REPLY = 500
"""Tokens, some twenty for the answer. With the room for thoughts, or with max_tokens in place of both, it bounds what
the question costs."""
LONGEST_QUESTION = 400
"""Tokens, with the schema."""
TOPS = 20
"""The likeliest first tokens that are asked for, as many as `link` wants."""
_BIRD = "hoopoe"
_QUESTION = (
    {"role": "system", "content": f"You know one bird, the {_BIRD}, and answer every question about birds with it."},
    {"role": "user", "content": "Which bird do you know, and how many legs has it? Answer as JSON."},
)
_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {"q1_bird_name": {"type": "string"}, "q2_legs": {"type": "string", "enum": ["two", "four"]}},
    "required": ["q1_bird_name", "q2_legs"],
    "additionalProperties": False,
}
"""Of a shape that nobody falls into by chance: a server that does not hold to it answers with other names. It has none
of the limits that strict modes do not take, as the prompts for large models have none."""
_PARAMETERS: Mapping[str, Any] = {"temperature": 0.7, "max_tokens": LONGEST_REPLY, "seed": 1}
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


class Wanted(NamedTuple):
    """What a run would want of every request to the model, and what a user does for a longer reply, as a sentence."""

    asking: Asking
    remedy: str

    @property
    def cap(self) -> int:
        """The most tokens of the reply."""
        return int(self.asking.parameters(_PARAMETERS)["max_tokens"])


class _Outcome(NamedTuple):
    """The reply, or why there is none; and what the server said to each call before it."""

    reply: ChatReply | None
    error: ChatError | None
    refused: list[str]


def endpoint(backend: ChatBackend, server: ModelServer, wanted: Wanted) -> list[Finding]:
    """What the server of this backend can do, by one answer, and what that cost; or why there is none.

    The backend learns what to leave out, which the last finding says. Raises nothing, whatever the server sends.
    """
    asked, sent = asyncio.run(_asked(backend, wanted)), _sent(wanted, server.price)
    if asked.reply is None:
        return [*_unanswered(backend, server, asked), sent, *_refusals(asked), *_perhaps_billed(asked)]
    reply, without = asked.reply, _found(backend)
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
        _tops(reply, without),
        _thought(reply),
        _batches(server),
    ]
    return [*found, _cost(asked, reply, server.price), _learnt(without)]


async def _asked(backend: ChatBackend, wanted: Wanted) -> _Outcome:
    """Ask, and as often again with less as the backend says. The seconds are for all calls together."""
    refused: list[str] = []
    parameters = wanted.asking.parameters(_PARAMETERS)
    request = ChatRequest("doctor", "doctor", _QUESTION, _SCHEMA, parameters, {}, tops=TOPS)
    try:
        async with asyncio.timeout(SECONDS):
            for _ in range(MOST_CALLS):
                try:
                    return _Outcome(await backend.complete(request), None, refused)
                except ChatUnavailableError as error:
                    if error.retry_after != 0.0:
                        return _Outcome(None, error, refused)
                    refused.append(str(error).partition("; ")[0])
        told = f"the server refused {MOST_CALLS} calls, each for another reason; look at its log"
    except ChatError as error:
        return _Outcome(None, error, refused)
    except TimeoutError:
        told = f"the server did not answer within {SECONDS:g} seconds; try again when it is less busy"
        return _Outcome(None, ChatUnavailableError(told, billed=True), refused)
    finally:
        await backend.close()
    return _Outcome(None, ChatError(told), refused)


def _unanswered(backend: ChatBackend, server: ModelServer, asked: _Outcome) -> list[Finding]:
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


def _perhaps_billed(asked: _Outcome) -> list[Finding]:
    """That a call which brought no answer may be on the bill."""
    if not getattr(asked.error, "billed", False):
        return []
    return [Finding("cost", True, "the last call is perhaps on the bill: nobody said what it used")]


def _refusals(asked: _Outcome) -> list[Finding]:
    return [Finding("refused", True, f"{told}; asked again with less") for told in asked.refused]


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
    most = "" if price is None else f"; about {price.cost(LONGEST_QUESTION, wanted.cap, 0):.6f} USD at most"
    return Finding("asked", True, told + most)


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
    names = _SCHEMA["properties"]
    return isinstance(data, dict) and set(data) == set(names) and data["q2_legs"] in names["q2_legs"]["enum"]


def _system(reply: ChatReply, without: tuple[str, ...]) -> Finding:
    heard = _BIRD in reply.text.casefold()
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


def _tops(reply: ChatReply, without: tuple[str, ...]) -> Finding:
    """Whether the server tells how likely other words were: by that, `link` judges who knows whom."""
    words = "`link` goes by the words yes and no alone"
    if reply.tops:
        told = f"the server tells the {len(reply.tops)} likeliest first tokens"
    elif NO_TOPS in without:
        told = f"the server takes no question for them: {words}"
    else:
        told = f"the server takes the question, and this reply has none: without them, {words}"
    return Finding("log-probabilities", True, told)


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


def _cost(asked: _Outcome, reply: ChatReply, price: Price | None) -> Finding:
    calls = len(asked.refused) + 1
    told = f"{calls} call{'s' * (calls > 1)}" + (f", of which {calls - 1} refused" if calls > 1 else "")
    if price is None:
        return Finding("cost", True, f'{told}; the price is not known: [prices."NAME"] in personagraph.toml sets it')
    if not reply.metered:
        return Finding("cost", True, f"{told}; the server does not tell what it used")
    paid = price.cost(reply.prompt_tokens, reply.completion_tokens, reply.cached_tokens)
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
