"""The batch endpoint of an OpenAI-compatible server: files and batches, by the official SDK, read with suspicion."""

import json
import re
from collections.abc import Awaitable, Mapping
from typing import IO, TYPE_CHECKING, Any, Literal, NamedTuple

from personagraph.errors import ChatError, ChatUnavailableError, ConfigError
from personagraph.llm.backend import ChatBackend, lifted
from personagraph.llm.openai import completions, refusals
from personagraph.llm.openai.backend import OpenAIBackend
from personagraph.types import ChatReply, ChatRequest

if TYPE_CHECKING:
    import httpx2
    import openai

TIMEOUT, TRANSFER = 60.0, 900.0
"""Seconds that a question about a batch may take, and sending or fetching a file."""
PATH: Literal["/v1/chat/completions"] = "/v1/chat/completions"
LABEL = "personagraph"
"""Under this name a batch carries our word for it."""
LISTED, PAGES = 100, 20
"""Batches on a page of a list, and how many pages are looked at."""
_WAITING = ("validating", "in_progress", "finalizing", "cancelling", "queued", "pending", "running")
OVER = ("completed", "expired", "cancelled", "failed")
_OF_ONE = ("told of a batch", "told of a file", "sent a file", "deleted a file")
_ID = re.compile(r"[A-Za-z0-9][\w.:-]{0,199}", re.ASCII)
_TOO_MANY = re.compile(r"token_limit_exceeded|enqueued|too many (requests|lines|tokens)|file.{0,20}too large", re.I)
_ALREADY = re.compile(r"^(canceled|canceling)$")


class BatchState(NamedTuple):
    """How a batch stands: the provider's word for it, what is done of it, and its files, empty where there is none.

    `reason` says why it failed; `too_many` that it was refused for how much was asked at once.
    """

    remote: str
    status: str
    done: int = 0
    total: int = 0
    output: str = ""
    errors: str = ""
    reason: str = ""
    too_many: bool = False

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes."""
        return self.status in OVER

    @property
    def is_known(self) -> bool:
        """Whether its status is one that we know."""
        return self.is_over or self.status in _WAITING


class NoBatchesError(ChatError):
    """The server has no such endpoint."""


class GoneError(ChatError):
    """The provider has no batch or file of that name, or does not show it to us."""


class BatchEndpoint:
    """Uploads, submits, looks and fetches; each is one attempt.

    Errors are those of `ChatBackend.complete`: ChatUnavailableError where a later attempt may help, another ChatError
    where the server refuses us. None holds the key.
    """

    def __init__(self, backend: OpenAIBackend) -> None:
        self._backend = backend
        self.model, self.place = backend.model, backend.where
        self._client: openai.AsyncOpenAI | None = None
        self._without: dict[str, tuple[str, ...]] = {}

    def line(self, request: ChatRequest) -> bytes:
        """A request as a line of the file; its key is what the answer is known by."""
        without, body = self._backend.asked(request)
        if without:
            self._without[request.key] = without
        told = {"custom_id": request.key, "method": "POST", "url": PATH, "body": body}
        return json.dumps(told).encode() + b"\n"

    def lifted(self, request: ChatRequest) -> ChatRequest:
        """The request with a cap that the server takes."""
        return lifted(request, self._backend)

    async def upload(self, name: str, body: bytes) -> str:
        """The provider's name of a new file."""
        client = self._backend.connected(TRANSFER)
        try:
            sending = client.files.with_raw_response.create(file=(f"{name}.jsonl", body), purpose="batch")
            return self._name(await self._asked(sending, "took a file"))
        finally:
            await client.close()

    async def submit(self, file: str, token: str) -> str:
        """The provider's name of a new batch of a file. What it costs, nobody knows when this fails as unavailable."""
        told = {LABEL: token}
        sending = self._control.batches.with_raw_response.create(
            input_file_id=file, endpoint=PATH, completion_window="24h", metadata=told
        )
        return self._name(await self._asked(sending, "took a batch"))

    async def find(self, file: str, token: str) -> str:
        """The provider's name of the batch that was submitted with a file; empty when it never was.

        Raises NoBatchesError when the server lists no batches, or too many.
        """
        after: dict[str, Any] = {}
        for _ in range(PAGES):
            listing = self._control.batches.with_raw_response.list(limit=LISTED, **after)
            data = await self._asked(listing, "listed its batches")
            page = data.get("data")
            batches = [each for each in page if isinstance(each, Mapping)] if isinstance(page, list) else []
            for each in batches:
                held = each.get("metadata")
                if each.get("input_file_id") == file or (isinstance(held, Mapping) and held.get(LABEL) == token):
                    return self._name(each)
            if data.get("has_more") is not True or not batches:
                return ""
            after = {"after": self._name(batches[-1])}
        raise NoBatchesError(f"{self.place} lists more batches than we look through ({LISTED * PAGES:,})")

    async def state(self, remote: str) -> BatchState:
        """How a batch stands. Raises GoneError where there is none of that name."""
        data = await self._asked(self._control.batches.with_raw_response.retrieve(_given(remote)), "told of a batch")
        status = data.get("status")
        if not isinstance(status, str):
            raise self._nonsense("told of a batch")
        counts = data.get("request_counts")
        counts = counts if isinstance(counts, Mapping) else {}
        reason, said = self._reason(data.get("errors"))
        return BatchState(
            remote,
            _plain(status),
            _count(counts.get("completed")) + _count(counts.get("failed")),
            _count(counts.get("total")),
            self._file(data.get("output_file_id")),
            self._file(data.get("error_file_id")),
            reason,
            bool(_TOO_MANY.search(said)),
        )

    async def fetch(self, file: str, into: IO[bytes], largest: int) -> None:
        """Write what a file holds. Raises GoneError without one, ChatUnavailableError beyond `largest` bytes."""
        import httpx2
        import openai

        client = self._backend.connected(TRANSFER, largest=largest)

        async def sent() -> httpx2.Response:
            async with client.files.with_streaming_response.content(_given(file)) as answer:
                async for some in answer.iter_bytes():
                    into.write(some)
                return answer.http_response

        try:
            self._whole(await self._backend.answer_to(sent()), "sent a file")
        except openai.OpenAIError:
            raise self._nonsense("sent a file") from None
        finally:
            await client.close()

    async def delete(self, file: str) -> None:
        """Have the provider delete a file that is ours; one that is not there is deleted.

        Its name is what the ledger of a folder says, which may be somebody else's: what we did not upload stays.
        """
        try:
            told = await self._asked(self._control.files.with_raw_response.retrieve(_given(file)), "told of a file")
            if str(told.get("filename") or LABEL).startswith(LABEL):
                await self._asked(self._control.files.with_raw_response.delete(file), "deleted a file")
        except GoneError:
            return

    async def reply(self, request: ChatRequest, status: int, body: Any) -> ChatReply:
        """The reply in a line of results. Raises as `ChatBackend.complete` does."""
        import httpx2

        try:
            text = body if isinstance(body, str) else json.dumps(body)
        except RecursionError:
            text = ""  # which is no reply either
        answer = httpx2.Response(status, content=text.encode("utf-8", "replace"))
        without = self._without.pop(request.key, None)
        return await self._backend.heard(
            answer, request, self._backend.asked(request)[0] if without is None else without
        )

    async def close(self) -> None:
        """Release the connections, those of the backend, too."""
        client, self._client = self._client, None
        if client:
            await client.close()
        await self._backend.close()

    @property
    def _control(self) -> "openai.AsyncOpenAI":
        self._client = self._client or self._backend.connected(TIMEOUT)
        return self._client

    async def _asked(self, sending: Awaitable[Any], did: str) -> Mapping[str, Any]:
        """The object that the server answers with."""

        async def sent() -> "httpx2.Response":
            answer: httpx2.Response = (await sending).http_response
            return answer

        answer = self._whole(await self._backend.answer_to(sent()), did)
        try:
            data = completions.load(answer.content)
        except ValueError:
            data = None
        if not isinstance(data, Mapping):
            raise self._nonsense(did)
        return data

    def _whole(self, answer: "httpx2.Response", did: str) -> "httpx2.Response":
        """The answer, unless it is an error, which is raised."""
        if answer.status_code < 300:
            return answer
        refusal = self._backend.refusal(answer)
        told = f"{self.place} has not {did} ({refusal.told})"
        if refusal.status in refusals.ELSEWHERE:
            # The same status says of a name that nothing has it, and of an address that nothing is there.
            kind = GoneError if did in _OF_ONE else NoBatchesError
            raise kind(told)
        if refusal.status in refusals.UNANSWERABLE:
            raise ChatError(told)
        raise refusals.error_of(refusal, self.place, self.model)

    def _reason(self, errors: Any) -> tuple[str, str]:
        """Why a batch failed, for people, and with its codes."""
        data = errors.get("data") if isinstance(errors, Mapping) else errors
        first = next((each for each in data if isinstance(each, Mapping)), {}) if isinstance(data, list) else {}
        said = self._backend.refusal(_error(first))
        line = f", line {first['line']}" if isinstance(first.get("line"), int) else ""
        return f"{said.said or said.code}{line}", f"{said.code} {said.said}"

    def _name(self, data: Mapping[str, Any]) -> str:
        """What the provider calls something. Raises ChatUnavailableError for what is no name, or has the key in it."""
        name = _checked(data.get("id"))
        return _checked(None if self._backend.shows_key(name) else name)

    def _file(self, name: Any) -> str:
        return name if isinstance(name, str) and _ID.fullmatch(name) and not self._backend.shows_key(name) else ""

    def _nonsense(self, did: str) -> ChatUnavailableError:
        told = f"{self.place} has not {did}: what it sends is something else"
        return ChatUnavailableError(f"{told}; check the address, then resume", billed=True, nonsense=True)


def endpoint_of(backend: ChatBackend) -> BatchEndpoint:
    """The batch endpoint of the server of a model. Raises ConfigError for a model of a kind that has none."""
    if isinstance(backend, OpenAIBackend):
        return BatchEndpoint(backend)
    raise ConfigError(f"{backend.model} has no server with a batch endpoint")


def _error(error: Mapping[str, Any]) -> "httpx2.Response":
    import httpx2

    return httpx2.Response(400, content=json.dumps({"error": {**error}}).encode())


def _plain(status: str) -> str:
    """The status in the words of the protocol."""
    said = re.sub(r"[^a-z_]", "", status.lower())[:40]
    return _ALREADY.sub(lambda found: found[0].replace("cel", "cell"), said)


def _checked(name: Any) -> str:
    if isinstance(name, str) and _ID.fullmatch(name):
        return name
    told = "a batch or a file has no name that could be one; see what the provider says"
    raise ChatUnavailableError(told, billed=True, nonsense=True)


def _given(name: str) -> str:
    """A name that the ledger has. Raises GoneError for what no provider can have given."""
    if _ID.fullmatch(name):
        return name
    raise GoneError("its name is none that a provider gives")


def _count(number: Any) -> int:
    return number if isinstance(number, int) and 0 <= number < 10**9 else 0
