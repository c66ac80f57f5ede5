"""Tells the line of thought that reasoning models put before an answer from the answer."""

import re

_THOUGHT = r"think|thinking|thought|reasoning|analysis|reflection"
_THOUGHT_BEGINS = re.compile(
    rf"\s*(?:<(?:\w+:)?(?:{_THOUGHT})>|\[THINK\]|◁think▷|<\|begin_of_thought\|>|<\|channel\|>analysis<)", re.IGNORECASE
)
_THOUGHT_ENDS = re.compile(
    rf".*(?:</(?:\w+:)?(?:{_THOUGHT})>|\[/THINK\]|◁/think▷|<\|end_of_thought\|>|<\|channel\|>final<\|message\|>)",
    re.I | re.S,
)


def answer_of(text: str) -> str:
    """What a text says after a line of thought, whose beginning may be missing; the whole text when that has no end."""
    end = _end(text)
    return text[end:].strip() if end else text


def begins_thought(text: str) -> bool:
    """Whether a text is a line of thought that has not come to its end."""
    return bool(_THOUGHT_BEGINS.match(text)) and not _end(text)


def holds_thought(text: str) -> bool:
    """Whether a text begins with a line of thought, of which the beginning or the end may be missing."""
    return bool(_THOUGHT_BEGINS.match(text)) or _end(text) > 0


def _end(text: str) -> int:
    """Where a line of thought ends before an answer; 0 where none does."""
    ended = None if text.lstrip().startswith("{") else _THOUGHT_ENDS.match(text)
    return ended.end() if ended else 0
