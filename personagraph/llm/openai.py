"""Any OpenAI-compatible server, through the official SDK."""

import time
from typing import Any

from personagraph.errors import ChatError, ChatUnavailableError, ReplyFormatError
from personagraph.types import ChatReply, ChatRequest

TIMEOUT = 120.0
PASSING = (408, 409, 425, 429)
"""What a server answers when a retry may help."""
_REMEDIES = {
    401: "check OPENAI_API_KEY",
    403: "check OPENAI_API_KEY, and that it may use this model",
    404: "check the name of the model, and that --base-url ends in /v1",
}
UNANSWERABLE = (400, 413, 422)
"""What it answers when it takes no offence at us, but at this one request: its length, or what a filter saw in it."""


class OpenAIBackend:
    """Chat Completions of a server: OpenAI's own, vLLM, Ollama, llama.cpp and others.

    `small` chooses the prompts for small models; `timeout` are the seconds that an attempt may take. Retries are the
    client's: the SDK's are off.
    """

    simulated = False
    free = False

    def __init__(
        self, model: str, *, api_key: str, base_url: str | None = None, small: bool = False, timeout: float = TIMEOUT
    ) -> None:
        from openai import AsyncOpenAI

        self.model = model
        self.small = small
        self._where = base_url or "the OpenAI API"
        self._cap = "max_tokens" if base_url else "max_completion_tokens"
        self._client = AsyncOpenAI(api_key=api_key, base_url=base_url, max_retries=0, timeout=timeout)

    async def complete(self, request: ChatRequest) -> ChatReply:
        """One attempt."""
        import openai

        began = time.monotonic()
        try:
            raw = await self._client.chat.completions.with_raw_response.create(
                model=self.model,
                messages=request.messages,  # type: ignore[arg-type]
                extra_body=_body(request, self._cap),
            )
            reply = _reply(raw.http_response.json())
        except openai.APIConnectionError as error:
            raise ChatUnavailableError(f"{self._where}: {_short(error)}; check that it is up, then resume") from error
        except openai.APIStatusError as error:
            if error.status_code in PASSING or error.status_code >= 500:
                raise ChatUnavailableError(f"{self._where}: {_short(error)}; wait a little, then resume") from error
            if error.status_code in UNANSWERABLE:
                raise ReplyFormatError(f"refused by {self._where}: {_short(error)}", "") from error
            remedy = _REMEDIES.get(error.status_code, "see what the server logs")
            raise ChatError(f"{self._where} refused a call to {self.model}: {_short(error)}; {remedy}") from error
        except (ValueError, LookupError, TypeError) as error:
            raise ChatUnavailableError(f"{self._where} sent something that is no chat completion") from error
        return ChatReply(**reply, latency=time.monotonic() - began)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()


def _body(request: ChatRequest, cap: str) -> dict[str, Any]:
    """What is sent besides the messages; OpenAI itself calls the cap on tokens by a newer name than most servers do."""
    body = {cap if name == "max_tokens" else name: value for name, value in request.parameters.items()}
    if request.schema is not None:
        schema = {"name": "reply", "strict": True, "schema": request.schema}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    return body


def _reply(data: dict[str, Any]) -> dict[str, Any]:
    choice, usage = data["choices"][0], data.get("usage") or {}
    refusal = choice["message"].get("refusal")
    return {
        "text": _text(choice["message"].get("content")) or refusal or "",
        "finish": "refusal" if refusal else choice.get("finish_reason") or "stop",
        "prompt_tokens": max(0, int(usage.get("prompt_tokens") or 0)),
        "completion_tokens": max(0, int(usage.get("completion_tokens") or 0)),
        "cached_tokens": max(0, int((usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0)),
    }


def _text(content: Any) -> str:
    """The text of a message, also when it comes in parts. Raises TypeError for anything else."""
    if isinstance(content, list):
        return "".join(_text(part["text"]) for part in content if part.get("type") == "text")
    if not isinstance(content, str | None):
        raise TypeError("the content is no text")
    return content or ""


def _short(error: Exception) -> str:
    status = getattr(error, "status_code", None)
    return type(error).__name__ if status is None else f"{type(error).__name__} ({status})"
