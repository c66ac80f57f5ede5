"""A backend that answers from what was recorded: a run replayed, offline, exactly, and for nothing."""

from collections import deque
from pathlib import Path

from personagraph.errors import ChatError, ConfigError, ReplyFormatError
from personagraph.llm.kind import ModelKind
from personagraph.llm.recording import Recorded, Recording, about, asked, read
from personagraph.types import ChatReply, ChatRequest


class RecordedBackend:
    """Answers each request with the recorded reply of the same key, and refuses what was refused.

    Tokens are counted as they were recorded; time and cost are none. A request that was answered later than it was
    first refused gets what it got, in that order. Failures that a retry overcame are not part of a recording.
    """

    free = True

    def __init__(self, recording: Recording) -> None:
        self.model = recording.model
        self.small = recording.small
        self.simulated = recording.simulated
        self.prompts = frozenset(call.prompt for call in recording.calls)
        """The prompts, with their versions, that it has replies to."""
        self._recording = recording
        self._calls: dict[str, deque[Recorded]] = {}
        for call in recording.calls:
            self._calls.setdefault(call.key, deque()).append(call)

    @classmethod
    def of(cls, path: str | Path, *, model: str | None = None) -> "RecordedBackend":
        """What answers from a recording (`personagraph.testing.record`), or from a ledger.sqlite3 itself.

        `model` says whose replies, when it holds those of several. Raises ConfigError when there is no such file or
        model, InputError naming the line of a recording that cannot be read.
        """
        found = {recording.model: recording for recording in read(Path(path))}
        if not found:
            raise ConfigError(f"{path} holds no reply of a model: run something with one first")
        if model is None and len(found) > 1:
            raise ConfigError(f"{path} has replies of {len(found)} models; choose one of {', '.join(sorted(found))}")
        chosen = model or next(iter(found))
        if chosen not in found:
            raise ConfigError(f"{path} has no replies of {chosen}; it has those of {', '.join(sorted(found))}")
        return cls(found[chosen])

    async def complete(self, request: ChatRequest) -> ChatReply:
        """The recorded reply. Raises ReplyFormatError for a recorded refusal, ChatError for what was not recorded."""
        calls = self._calls.get(request.key)
        if not calls:
            raise ChatError(self._missing(request))
        call = calls.popleft() if len(calls) > 1 else calls[0]
        if call.reply is None:
            raise ReplyFormatError(call.refusal, "")
        return call.reply

    async def close(self) -> None:
        """Nothing to release."""

    def _missing(self, request: ChatRequest) -> str:
        """Why there is no reply, as far as the recording can tell."""
        name = request.prompt.partition("@")[0]
        prompts = self.prompts
        versions = sorted(prompt for prompt in prompts if prompt.partition("@")[0] == name)
        same = [
            c.step for c in self._recording.calls if c.prompt == request.prompt and c.asked == asked(request.fields)
        ]
        if not versions:
            why = f"it has no call of that prompt, only of {', '.join(prompts)}"
        elif request.prompt not in versions:
            why = f"it was made with {', '.join(versions)}, and this version of personagraph asks otherwise"
        elif same:
            why = (
                f"step {same[0]} asked the same, but with another seed, in other words, "
                "or after a reply that was read otherwise; or it was not asked so often"
            )
        else:
            why = "nobody asked that: the input, an option, or a reply before it was another one"
        return (
            f"the recording of {self.model} has no reply to the call {request.key} ({request.prompt}, about "
            f'"{about(request.fields)}"): {why}. Replay the inputs and options of the recorded run, or record it anew'
        )


KIND = ModelKind(
    lambda options: RecordedBackend.of(options.name),
    "a ledger.sqlite3, or a recording, that answers again",
    shape="recorded:FILE",
    file=True,
)
