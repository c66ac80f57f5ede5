"""Any OpenAI-compatible server, through the official SDK."""

import json
import time
from collections.abc import Awaitable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from personagraph.errors import ChatError, ChatUnavailableError, ConfigError
from personagraph.llm.kind import BackendOptions, ModelKind, Named
from personagraph.llm.openai import completions, headers, offered, refusals
from personagraph.llm.openai.addresses import advice, place_of
from personagraph.llm.openai.caps import CAPS
from personagraph.llm.openai.completions import Completion, FailedChoiceError
from personagraph.llm.openai.fallbacks import Fallbacks, body_of, remarks_on
from personagraph.llm.openai.logprobs import together
from personagraph.llm.openai.refusals import Refusal, error_in_reply, error_of
from personagraph.types import ChatReply, ChatRequest

if TYPE_CHECKING:
    import httpx2
    import openai
    from openai._types import RequestOptions

OPENAI = "https://api.openai.com/v1"
TIMEOUT = 120.0
LISTING = 10.0
"""Seconds that a server may take to list its models."""
_PLAIN: "RequestOptions" = {"headers": {"Content-Type": "application/json"}, "security": {"bearer_auth": True}}


class OpenAIBackend:
    """Chat Completions of a server: OpenAI's own, vLLM, Ollama, llama.cpp and others.

    `small` chooses the prompts for small models; `timeout` are the seconds that an attempt may take. Retries are the
    client's: the SDK's are off. `fallbacks` is what an earlier backend found out of the same server and model.
    Raises ConfigError for a key that no server can have given, and for an address that is none.
    """

    simulated = False
    free = False
    batches = True
    """Its server may have an endpoint for batches."""
    sought = "a chat completion"
    """What a server is asked for, in the words of an error."""

    def __init__(
        self,
        model: str,
        *,
        api_key: str,
        base_url: str | None = None,
        small: bool = False,
        timeout: float = TIMEOUT,
        fallbacks: str = "",
    ) -> None:
        self.model = model
        self.small = small
        self._key = api_key.strip()
        if not self._key.isascii() or not self._key.isprintable() or " " in self._key:
            raise ConfigError("the key has characters that no key has: check OPENAI_API_KEY")
        self._where = place_of(base_url)
        self._cap = CAPS[0] if base_url else CAPS[1]
        self._base_url, self._timeout = base_url, timeout
        self._client: openai.AsyncOpenAI | None = None
        self._fallbacks = Fallbacks(fallbacks)
        self._models_listed: list[str] | None = None

    @property
    def fallbacks(self) -> str:
        """What was found out that the server does not take, to be given to the next backend of this server and model.

        Empty while it takes everything.
        """
        return str(self._fallbacks)

    @property
    def least_cap(self) -> int:
        """The lowest cap on the tokens of a reply that the server is known to take: no request should have a lower."""
        return self._fallbacks.least_cap

    async def complete(self, request: ChatRequest) -> ChatReply:
        """One attempt.

        A server that does not take the whole request is asked for less from then on: the refused attempt raises
        ChatUnavailableError with a `retry_after` of 0.0, which no server's word gives. One that takes no cap as low is
        to be asked with a higher one, by whoever pays for it (`lifted`).
        """
        without, body = self.asked(request)
        began = time.monotonic()
        answer = await self._send(json.dumps(body).encode())
        return await self.heard(answer, request, without, latency=time.monotonic() - began)

    async def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        client, self._client = self._client, None
        if client:
            await client.close()

    @property
    def where(self) -> str:
        """The address of the server, without what may be secret in it."""
        return self._where

    def asked(self, request: ChatRequest) -> tuple[tuple[str, ...], dict[str, Any]]:
        """What is sent of a request, and what of it is left out, as the server does not take it."""
        without = self._fallbacks.of(request)
        return without, body_of(request, self.model, self._cap, without)

    async def heard(
        self, answer: "httpx2.Response", request: ChatRequest, without: tuple[str, ...], *, latency: float = 0.0
    ) -> ChatReply:
        """The reply in an answer to a request that was sent without these. Raises as `complete` does."""
        told = headers.plain(answer.headers.raw)
        completion = self._completion(answer, told, request)
        if isinstance(completion, Refusal):
            raise await self._refused(request, without, completion)
        self._fallbacks.taken(request, without)
        if not completion.thought:
            self._fallbacks.told(request, without, completion.tops)
        tops = together((refusals.without(self._key, token), value) for token, value in completion.tops.items())
        completion = completion._replace(text=refusals.without(self._key, completion.text), tops=tops)
        allowance = headers.allowance(told, time.time())
        return ChatReply(**completion._asdict(), latency=latency, allowance=allowance, remarks=remarks_on(without))

    def refusal(self, answer: "httpx2.Response") -> Refusal:
        """What an answer says that is an error, without the key."""
        return self._refusal(answer, headers.plain(answer.headers.raw))

    def shows_key(self, text: str) -> bool:
        """Whether a text has the key in it."""
        return refusals.without(self._key, text) != text

    def connected(self, timeout: float, **limits: int) -> "openai.AsyncOpenAI":
        """The SDK's client of this server, with connections of its own; `limits` are those of `connect`."""
        from personagraph.llm.openai.connections import connect

        # Without an address the SDK would look for one by itself.
        return connect(self._key, self._base_url or OPENAI, timeout, **limits)

    async def _send(self, body: bytes, endpoint: str = "/chat/completions") -> "httpx2.Response":
        """The whole answer, whatever its status. Raises ChatUnavailableError when there is none."""
        import httpx2

        client = self._client = self._client or self.connected(self._timeout)
        return await self.answer_to(client.post(endpoint, cast_to=httpx2.Response, content=body, options=_PLAIN))

    async def answer_to(self, sending: "Awaitable[httpx2.Response]") -> "httpx2.Response":
        """What the server answers to what is being sent, whatever its status. Raises ChatUnavailableError for nothing.

        It has neither cause nor context: the texts of the SDK's errors, and of what is under them, can hold the key.
        """
        import httpx2
        import openai

        from personagraph.llm.openai.connections import NoAnswerError

        try:
            return await sending
        except openai.APIStatusError as error:
            return error.response
        except openai.APIConnectionError as error:
            kind, lost = type(error.__cause__), str(error.__cause__ or "the connection was lost")
        except httpx2.TransportError as error:  # while the body was read
            kind, lost = type(error), str(error) or "the connection was lost"
        if kind is httpx2.ConnectError:
            raise ChatUnavailableError(f"{self._where} cannot be reached ({lost}); check that it is up, then resume")
        if kind is NoAnswerError:
            raise self._no_completion(lost)
        told = f"{self._where} did not answer a call to its end ({lost})"
        raise ChatUnavailableError(f"{told}; check that it is up, then resume", billed=True)

    async def _models(self) -> list[str]:
        """The names of the models that the server lists; none when it does not."""
        import httpx2
        import openai

        if self._models_listed is None and self._client:
            with suppress(openai.OpenAIError, httpx2.HTTPError):
                answer = await self._client.get("/models", cast_to=httpx2.Response, options={"timeout": LISTING})
                self._models_listed = offered.names_in(answer.content, secret=self._key)
        return self._models_listed or []

    def _completion(
        self, answer: "httpx2.Response", told: Mapping[str, str], request: ChatRequest
    ) -> Completion | Refusal:
        """The chat completion in an answer, or what the server says instead. Raises ChatError for neither."""
        refusal = self._refusal(answer, told)
        if answer.status_code >= 300:
            return refusal
        try:
            data = completions.load(answer.content)
            if data.get("choices") or not data.get("error"):
                return completions.read(data, asks_object=request.schema is not None, tops=request.tops)
        except FailedChoiceError as failed:
            raise self._failed(failed, refusal) from None
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            lost = completions.kind_of(answer.content)
        else:
            return refusals.from_inside(refusal)
        if refusal.misplaced:
            return refusal
        raise self._no_completion(f"it sends {lost}{refusal.said and f': {refusal.said}'}")

    def _failed(self, failed: FailedChoiceError, refusal: Refusal) -> ChatError:
        """The error to raise for a choice that is an error, which is an outage behind the server, or for none."""
        used = ChatReply(**failed.used._asdict())
        if failed.error is None:
            return self._no_completion("it has no choice in it", used)
        said = refusals.read(200, json.dumps({"error": failed.error}).encode(), secret=self._key)
        said = replace(said, retry_after=refusal.retry_after, allowance=refusal.allowance)
        return error_in_reply(refusals.from_inside(said), self._where, self.model, behind=True, used=used)

    def _no_completion(self, what: str, used: ChatReply | None = None) -> ChatUnavailableError:
        told = f"{self._where} did not send {self.sought} ({what})"
        remedy = f"{advice(self._where)}, then resume"
        return ChatUnavailableError(f"{told}; {remedy}", billed=True, nonsense=True, used=used)

    def _refusal(self, answer: "httpx2.Response", told: Mapping[str, str]) -> Refusal:
        refusal = refusals.read(answer.status_code, answer.content, secret=self._key)
        now = time.time()
        return replace(refusal, retry_after=headers.retry_after(told, now), allowance=headers.allowance(told, now))

    async def _refused(self, request: ChatRequest, without: tuple[str, ...], refusal: Refusal) -> ChatError:
        """The error to raise for what the server says instead of a completion; with 200, it may be on the bill."""
        if self._fallbacks.refused(request, without, refusal):
            told = f"{self._where} does not take the whole request ({refusal.told})"
            less = f"{told}; asking for less"
            return ChatUnavailableError(less, retry_after=0.0, billed=refusal.inside, allowance=refusal.allowance)
        if refusal.lacks_model and not refusal.spent:
            refusal = replace(refusal, offered=offered.told(await self._models(), self.model))
        if refusal.inside:
            return error_in_reply(refusal, self._where, self.model)
        return error_of(refusal, self._where, self.model)


def _made(options: BackendOptions) -> OpenAIBackend:
    base_url = options.base_url()
    if not options.key and not base_url:
        raise ConfigError(
            "openai:… needs the environment variable OPENAI_API_KEY (and --base-url for a server that is not OpenAI's)"
        )
    known = options.fallbacks(options.name)
    return OpenAIBackend(options.name, api_key=options.key or "none", base_url=base_url, fallbacks=known)


KIND = ModelKind(
    _made,
    "OpenAI's, or a server that is compatible",
    shape="openai:NAME",
    named=lambda name: Named(name, small=False, free=False, batches=True),
)
