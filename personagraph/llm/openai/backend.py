"""Any OpenAI-compatible server, through the official SDK."""

import json
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from personagraph.errors import ChatError, ChatUnavailableError, ConfigError
from personagraph.llm.kind import BackendOptions, ModelKind, Named
from personagraph.llm.openai import completions, headers, refusals
from personagraph.llm.openai.completions import Completion
from personagraph.llm.openai.fallbacks import CAPS, Fallbacks, body_of
from personagraph.llm.openai.refusals import Refusal, error_in_reply, error_of
from personagraph.types import ChatReply, ChatRequest

if TYPE_CHECKING:
    import httpx2
    import openai
    from openai._types import RequestOptions

OPENAI = "https://api.openai.com/v1"
TIMEOUT = 120.0
_PLAIN: "RequestOptions" = {"headers": {"Content-Type": "application/json"}, "security": {"bearer_auth": True}}


class OpenAIBackend:
    """Chat Completions of a server: OpenAI's own, vLLM, Ollama, llama.cpp and others.

    `small` chooses the prompts for small models; `timeout` are the seconds that an attempt may take. Retries are the
    client's: the SDK's are off. `fallbacks` is what an earlier backend found out of the same server and model.
    Raises ConfigError for a key that no server can have given, and for an address that is none.
    """

    simulated = False
    free = False

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
        self._where = _place(base_url)
        self._cap = CAPS[0] if base_url else CAPS[1]
        self._base_url, self._timeout = base_url, timeout
        self._client: openai.AsyncOpenAI | None = None
        self._fallbacks = Fallbacks(fallbacks)

    @property
    def fallbacks(self) -> str:
        """What was found out that the server does not take, to be given to the next backend of this server and model.

        Empty while it takes everything.
        """
        return str(self._fallbacks)

    async def complete(self, request: ChatRequest) -> ChatReply:
        """One attempt.

        A server that does not take the whole request is asked for less from then on: the refused attempt raises
        ChatUnavailableError with a `retry_after` of 0.0, which no server's word gives.
        """
        without = self._fallbacks.of(request)
        began = time.monotonic()
        answer = await self._send(json.dumps(body_of(request, self.model, self._cap, without)).encode())
        latency = time.monotonic() - began
        told = headers.plain(answer.headers.raw)
        if answer.status_code >= 300:
            raise self._refused(request, without, self._refusal(answer, told))
        completion = self._completion(answer, told)
        self._fallbacks.taken(request, without)
        reply = completion._replace(text=refusals.without(self._key, completion.text))
        return ChatReply(**reply._asdict(), latency=latency, allowance=headers.allowance(told, time.time()))

    async def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        client, self._client = self._client, None
        if client:
            await client.close()

    async def _send(self, body: bytes) -> "httpx2.Response":
        """The whole answer, whatever its status. Raises ChatUnavailableError when there is none.

        It has neither cause nor context: the texts of the SDK's errors, and of what is under them, can hold the key.
        """
        import httpx2
        import openai

        from personagraph.llm.openai.connections import NoAnswerError, connect

        # Without an address the SDK would look for one by itself.
        client = self._client = self._client or connect(self._key, self._base_url or OPENAI, self._timeout)
        try:
            return await client.post("/chat/completions", cast_to=httpx2.Response, content=body, options=_PLAIN)
        except openai.APIStatusError as error:
            return error.response
        except openai.APIConnectionError as error:
            kind, lost = type(error.__cause__), str(error.__cause__ or "the connection was lost")
        if kind is httpx2.ConnectError:
            raise ChatUnavailableError(f"{self._where} cannot be reached ({lost}); check that it is up, then resume")
        if kind is NoAnswerError:
            raise self._no_completion(lost)
        told = f"{self._where} did not answer a call to its end ({lost})"
        raise ChatUnavailableError(f"{told}; check that it is up, then resume", billed=True)

    def _completion(self, answer: "httpx2.Response", told: Mapping[str, str]) -> Completion:
        """The chat completion in an answer. Raises ChatError for anything else."""
        try:
            data = completions.load(answer.content)
            if data.get("choices") or not data.get("error"):
                return completions.read(data)
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            lost = completions.kind_of(answer.content)
        else:
            raise error_in_reply(self._refusal(answer, told), self._where)
        raise self._no_completion(f"it sends {lost}")

    def _no_completion(self, what: str) -> ChatUnavailableError:
        told = f"{self._where} did not send a chat completion ({what})"
        remedy = "check that --base-url is the address of an OpenAI-compatible server, then resume"
        return ChatUnavailableError(f"{told}; {remedy}", billed=True, nonsense=True)

    def _refusal(self, answer: "httpx2.Response", told: Mapping[str, str]) -> Refusal:
        refusal = refusals.read(answer.status_code, answer.content, secret=self._key)
        now = time.time()
        return replace(refusal, retry_after=headers.retry_after(told, now), allowance=headers.allowance(told, now))

    def _refused(self, request: ChatRequest, without: tuple[str, ...], refusal: Refusal) -> ChatError:
        if not self._fallbacks.refused(request, without, refusal):
            return error_of(refusal, self._where, self.model)
        told = f"{self._where} does not take the whole request ({refusal.told})"
        return ChatUnavailableError(f"{told}; asking for less", retry_after=0.0, allowance=refusal.allowance)


def _place(base_url: str | None) -> str:
    """The address of the server without what may be secret in it. Raises ConfigError for one that is none."""
    if base_url is None:
        return "the OpenAI API"
    try:
        parts = urlsplit(base_url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError as error:
        raise ConfigError(f"--base-url is no address ({error}); give it as http://HOST:PORT/v1") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigError("--base-url is no address of a server; give it as http://HOST:PORT/v1")
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}{port}{parts.path}"


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
    named=lambda name: Named(name, small=False, free=False),
)
