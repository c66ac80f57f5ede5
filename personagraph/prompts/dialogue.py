"""What every dialogue with a model shares: a prompt file, asked of one model, and the checked reply."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from personagraph.prompts import Example, Prompt, load, parse, render
from personagraph.prompts.retold import retells
from personagraph.prompts.tongue import Tongue, tongue
from personagraph.types import ChatReply, ChatRequest, digest


class Dialogue(Protocol):
    """How the question of a step is put to a model, and how the reply becomes data.

    `fields` are the step's; `items` is how many personas a reply can bring.
    """

    items: int

    def prompt_of(self, fields: Mapping[str, Any]) -> str:
        """The name of the prompt, with its version, in whose words the step is asked."""

    def ask(self, fields: Mapping[str, Any]) -> str:
        """A hash of the prompt's version, the model, its parameters and the fields."""

    def request(self, fields: Mapping[str, Any], key: str) -> ChatRequest:
        """The call, ready to send."""

    def parse(self, fields: Mapping[str, Any], reply: ChatReply) -> Mapping[str, Any]:
        """The reply as data. Raises ReplyFormatError."""


ONE_WORD = 1
"""The cap of a prompt whose reply is read off its first token."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What a user wants of every request, beside what its prompt file says of it.

    `max_tokens` is the cap on a reply instead of the prompt's, `room` what is added to the prompt's, and `more` other
    parameters, which go before the prompt's. One word stays one word, whatever cap is wanted of texts.
    """

    max_tokens: int | None = None
    room: int = 0
    more: Mapping[str, Any] = field(default_factory=dict)

    def parameters(self, own: Mapping[str, Any]) -> dict[str, Any]:
        """Those of a request whose prompt asks for these of its `own`."""
        cap = own["max_tokens"] + self.room
        cap = min(cap, self.max_tokens or cap) if own["max_tokens"] == ONE_WORD else self.max_tokens or cap
        return {**own, **self.more, "max_tokens": cap}

    def __str__(self) -> str:
        """Tells two of them apart; empty when the prompts' own parameters hold."""
        return "" if self == Asking() else json.dumps([self.max_tokens, self.room, self.more], sort_keys=True)


class PromptDialogue:
    """Asks with our prompt of that name, or one of the caller's; subclasses say how a step's fields fill the prompt's.

    `prompt` is then the name with the version, "expand-small@3", as the ledger and lineage have it.
    `seed` changes what is asked; `secret` is what the delimiters around untrusted text are derived from. `items` is how
    many personas a reply can bring. `language` is that of the reply, as `personagraph.prompts.tongue` has it, and
    `subject` the field whose own language it may be. `before` asks in the words of earlier versions.
    """

    items = 1
    asking = Asking()
    """What the user wants of every request; by default nothing but what the prompt says."""
    subject = ""

    def __init__(
        self,
        prompt: str | Prompt,
        model: str,
        secret: bytes,
        *,
        seed: int = 0,
        language: str = "",
        before: bool = False,
    ) -> None:
        self._file = load(prompt, before=before) if isinstance(prompt, str) else prompt
        self.prompt = f"{self._file.name}@{self._file.version}"
        self._model = model
        self._secret = secret
        self._seed = seed
        self._language = language

    def prompt_of(self, fields: Mapping[str, Any]) -> str:
        """This dialogue's one prompt."""
        return self.prompt

    def tongue(self, fields: Mapping[str, Any]) -> Tongue | None:
        """The language that the reply is asked in; None where it is English and nothing need be said of it."""
        elsewhere = self._file.elsewhere
        if elsewhere is None or not self._language:
            return None
        return tongue(self._language, fields[self.subject], own=elsewhere.own)

    def wished(self, fields: Mapping[str, Any]) -> Prompt:
        """The prompt as it is asked where the fields wish for something that its file has words for."""
        return self._file

    def worded(self, fields: Mapping[str, Any]) -> Prompt:
        """The prompt in the words for that language."""
        prompt = self.wished(fields)
        return prompt.abroad if self.tongue(fields) else prompt

    def given(self, fields: Mapping[str, Any]) -> Mapping[str, str]:
        """What the prompt is filled with."""
        return fields

    def examples(self, fields: Mapping[str, Any]) -> Sequence[Example]:
        """The examples that the call shows; which, where they change, follows from what is asked and the seed."""
        if self._file.dealt:
            return self._file.examples_for(json.dumps([self._seed, fields], sort_keys=True))
        return self._file.examples

    def retells(self, fields: Mapping[str, Any], text: str) -> bool:
        """Whether the text of a reply says what an example says that the call showed."""
        return retells(text, self.examples(fields), known=fields[self.subject])

    def schema(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """What is sent as the form of the reply: the prompt's schema, or a narrower one; nothing where it is empty."""
        return self.worded(fields).schema

    def ask(self, fields: Mapping[str, Any]) -> str:
        """A hash of the prompt, the model, the seed, the fields, the words that they are put in, and the parameters."""
        asked = json.dumps([fields, self._filled(fields)], sort_keys=True)
        more = [told] if (told := str(self.asking)) else []
        return digest(self.worded(fields).digest, self._model, str(self._seed), asked, *more)

    @property
    def longest_reply(self) -> int:
        """How many tokens a reply can have, thoughts included."""
        return int(self.asking.parameters(self._file.parameters)["max_tokens"])

    @property
    def longest_answer(self) -> int:
        """How many tokens the prompt asks for at most."""
        return int(self._file.parameters["max_tokens"])

    def messages(self, fields: Mapping[str, Any], key: str) -> tuple[Mapping[str, str], ...]:
        """The words of the call.

        The delimiter is derived from the key, so that a replay is exact and no text can guess it.
        """
        mark = hmac.new(self._secret, key.encode(), hashlib.sha256).hexdigest()[:6]
        return render(self.worded(fields), self._filled(fields), mark, examples=self._told_in(fields))

    def request(self, fields: Mapping[str, Any], key: str) -> ChatRequest:
        """The call, ready to send."""
        parameters = {**self.asking.parameters(self._file.parameters), "seed": int(key[:7], 16)}
        messages, own = self.messages(fields, key), frozenset(self.asking.more)
        schema = self.schema(fields) or None
        return ChatRequest(key, self.prompt, messages, schema, parameters, fields, own, self._file.tops)

    def parse(self, fields: Mapping[str, Any], reply: ChatReply) -> Mapping[str, Any]:
        """The reply as data that fits the prompt's schema."""
        prompt, asked = self.worded(fields), self.tongue(fields)
        shown = self.examples(fields) if prompt.dealt else None
        systems = asked.systems if asked else ()
        return parse(prompt, prompt.schema, reply, self._filled(fields), systems=systems, shown=shown)

    def strays(self, fields: Mapping[str, Any], text: str) -> bool:
        """Whether the text of a reply is plainly not in the language that was asked for: its letters tell."""
        asked = self.tongue(fields)
        return asked is not None and asked.is_missed_by(text)

    def _filled(self, fields: Mapping[str, Any]) -> Mapping[str, str]:
        asked = self.tongue(fields)
        return {**self.given(fields), "language": asked.name} if asked else self.given(fields)

    def _told_in(self, fields: Mapping[str, Any]) -> Sequence[Example]:
        """The examples, all of which are English, and ask for that."""
        asked, shown = self.tongue(fields), self.examples(fields)
        language = asked.name if asked and asked.own else "English"
        return [({**said, "language": language}, reply) for said, reply in shown] if asked else shown


ASKED = "asked"
"""The field of a step that names the dialogue which asks it, where a work has several."""
GROW = "expand"
"""The name of the dialogue by which an expansion lets people in; a step without the field is asked by it."""
ALONE = "alone"
"""The name of the one by which an expansion asks for somebody whom nobody need know."""


class Dialogues:
    """Several dialogues of one work, by name: the field ASKED of a step says which of them puts its question.

    That one sees the other fields alone, so that a call has the key that it has where the dialogue is the only one.
    """

    def __init__(self, **of: Dialogue) -> None:
        self._of = of
        self.items = max(dialogue.items for dialogue in of.values())

    def prompt_of(self, fields: Mapping[str, Any]) -> str:
        """The prompt of the dialogue that the step is asked by."""
        return self.of(fields).prompt_of(without_asked(fields))

    @property
    def first(self) -> Dialogue:
        """The one that was named first."""
        return next(iter(self._of.values()))

    def of(self, fields: Mapping[str, Any]) -> Dialogue:
        """The one that asks a step with these fields: the first, where they do not say."""
        return self._of[fields[ASKED]] if ASKED in fields else self.first

    def named(self) -> dict[str, Dialogue]:
        """All of them, by name."""
        return dict(self._of)

    def ask(self, fields: Mapping[str, Any]) -> str:
        """What that one gives."""
        return self.of(fields).ask(without_asked(fields))

    def request(self, fields: Mapping[str, Any], key: str) -> ChatRequest:
        """What that one asks."""
        return self.of(fields).request(without_asked(fields), key)

    def parse(self, fields: Mapping[str, Any], reply: ChatReply) -> Mapping[str, Any]:
        """What that one makes of the reply."""
        return self.of(fields).parse(without_asked(fields), reply)


def without_asked(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the dialogue that asks a step sees of its fields."""
    return {name: value for name, value in fields.items() if name != ASKED}
