"""What the model behind the server says: an answer that fits the schema, or one of the ways in which models fail to.

It depends on the request alone, never on when or how often it comes: a run that is disturbed and one that is not
must hear the same.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any, NamedTuple

from personagraph.llm.simulated.answers import ANSWERS, Inquiry
from personagraph.prompts import load


class Asked(NamedTuple):
    """What a request is known by: its seed, and how many messages it has (the second time a reply is asked for, more).

    An adapter may leave out the rest, or say it in other ways, between two attempts.
    """

    seed: int
    turns: int


class Said(NamedTuple):
    """The message of a completion."""

    text: str | None
    finish: str = "stop"
    refusal: str | None = None


def tokens(said: str) -> tuple[int, int]:
    """What a completion uses: tokens of the prompt, and of the reply."""
    return 500, len(said) // 4


@dataclass(frozen=True, slots=True)
class World:
    """Who is there to be met, drawn from `people` draws, and the share of replies that are `unruly`."""

    seed: int = 0
    people: int = 4096
    unruly: float = 0.0

    def says(self, asked: Asked, schema: Mapping[str, Any] | None, told: str) -> Said:
        """The reply to a request; `told` is its first message, which no adapter rewrites."""
        rng = Random(f"{self.seed}:{asked.seed}:{asked.turns}")
        text = _fitting(told, json.dumps(schema), self.seed, rng.randrange(self.people))
        if rng.random() >= self.unruly:
            return Said(text)
        return UNRULY[rng.choice(list(UNRULY))](text, told, rng)


A_WORLD = World()


@lru_cache(maxsize=4096)
def _fitting(told: str, schema: str, world: int, draw: int) -> str:
    """An answer to the prompt that begins like this, which fits the schema; without one, a sentence."""
    known = json.loads(schema)
    if known is None:
        return "Somebody who keeps bees would be a good choice."
    prompt = next(name for name in ANSWERS if load(name).system == told)
    question = Inquiry({}, known["properties"], Random(f"{world}:{draw}"), world)
    return json.dumps(ANSWERS[prompt](question), ensure_ascii=False)


def _fenced(text: str, told: str, rng: Random) -> Said:
    return Said(f"```json\n{text}\n```")


def _in_prose(text: str, told: str, rng: Random) -> Said:
    return Said(f"Sure! Here is what you asked for:\n\n{text}\n\nLet me know if you need anything else.")


def _twice(text: str, told: str, rng: Random) -> Said:
    return Said(f"{text}\n{text}")


def _cut_off(text: str, told: str, rng: Random) -> Said:
    return Said(text[: rng.randrange(1, len(text))], "length")


def _cut_off_unsaid(text: str, told: str, rng: Random) -> Said:
    return Said(text[: rng.randrange(1, len(text))])


def _refused(text: str, told: str, rng: Random) -> Said:
    return Said(None, "stop", "I can't help with that.")


def _refused_in_the_text(text: str, told: str, rng: Random) -> Said:
    return Said("I'm sorry, but I cannot invent people.")


def _filtered(text: str, told: str, rng: Random) -> Said:
    return Said(None, "content_filter")


def _empty(text: str, told: str, rng: Random) -> Said:
    return Said(rng.choice(["", " ", None]))


def _white_space(text: str, told: str, rng: Random) -> Said:
    """It goes on for as long as it may: a server stops at the tokens that were asked for."""
    return Said(text[:1] + " \n" * 1_500, "length")


def _echo(text: str, told: str, rng: Random) -> Said:
    return Said(told)


def _other_schema(text: str, told: str, rng: Random) -> Said:
    """A rule of the schema broken in one place, or another kind of thing altogether."""
    try:
        data = json.loads(text)
    except ValueError:
        return Said("[]")
    broken: list[Any] = [[data], {}, {**data, "note": "extra"}, dict.fromkeys(data), {name: [{}] for name in data}, 7]
    return Said(json.dumps(rng.choice(broken)))


def _no_text_at_all(text: str, told: str, rng: Random) -> Said:
    """JSON that no file takes: half a character, a zero byte, no number, nesting without end."""
    odd = ['"\\ud800"', '"\\u0000"', "NaN", "1e999", "[" * 5_000]
    return Said(f'{{"alters": {rng.choice(odd)}}}')


UNRULY: Mapping[str, Callable[[str, str, Random], Said]] = {
    "fenced": _fenced,
    "in prose": _in_prose,
    "twice": _twice,
    "cut off": _cut_off,
    "cut off unsaid": _cut_off_unsaid,
    "refused": _refused,
    "refused in the text": _refused_in_the_text,
    "filtered": _filtered,
    "empty": _empty,
    "white space": _white_space,
    "echo": _echo,
    "other schema": _other_schema,
    "no text at all": _no_text_at_all,
}
"""What models say instead, from (an answer that fits, the first message, randomness)."""
