"""How merges are told: both texts, with the words in brackets that only one of them has."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from personagraph.text.scripts import LETTERS_A_WORD, systems
from personagraph.text.words import words

if TYPE_CHECKING:
    from personagraph.types import Assertion, Merge, Persona
    from personagraph.workspace.verbs.merges import Freed

_WORD = re.compile(r"\S+")
_MOST = 1_000_000
"""Pairs of words that are compared one with another; of longer texts all that lies between equal ends is marked."""

Spans = list[tuple[int, int]]


def differing(a: str, b: str) -> tuple[Spans, Spans]:
    """Where the words stand that only one of the texts has, in order, from and to which character of it.

    Case, punctuation and width are no difference. Scripts without spaces are compared by their letters.
    """
    ones, others = _tokens(a), _tokens(b)
    keys, other_keys = [_key(a[i:j]) for i, j in ones], [_key(b[i:j]) for i, j in others]
    found: tuple[Spans, Spans] = ([], [])
    for first, end, other_first, other_end in _unequal(keys, other_keys):
        for spans, tokens, said, (i, j) in (
            (found[0], ones, keys, (first, end)),
            (found[1], others, other_keys, (other_first, other_end)),
        ):
            if any(said[i:j]):
                spans.append((tokens[i][0], tokens[j - 1][1]))
    return found


def marked(text: str, spans: Spans) -> str:
    """The text with brackets around these places."""
    parts, at = [], 0
    for start, end in spans:
        parts += [text[at:start], "[", text[start:end], "]"]
        at = end
    return "".join([*parts, text[at:]])


def merge_json(merge: "Merge", other: str) -> dict[str, Any]:
    """A merge, the description that it is compared with, and the words that only one of the two has."""
    mine, others = differing(merge.description, other)
    told = {"merged": _cut(merge.description, mine), "other": _cut(other, others)}
    return {**asdict(merge), "other": other, "differing": told}


def merge_lines(merge: "Merge", other: str) -> list[str]:
    """A merge in two lines: both texts, marked."""
    mine, others = differing(merge.description, other)
    return [
        f"{merge.key}  {merge.method} {merge.score:.2f}  {marked(merge.description, mine)}",
        f"    is  {marked(other, others)}",
    ]


def shown_lines(merge: "Merge", into: "Persona", like: str, said: "Sequence[Assertion]") -> Iterator[str]:
    """All that is known of a merge; `like` is the persona's description that the merged one is most like."""
    mine, others = differing(merge.description, like)
    yield f"{merge.key}  by {merge.method}, score {merge.score:.3f}, in run {merge.run}"
    yield f"  merged  {merge.alias[:12]}  {marked(merge.description, mine)}"
    if like == into.description:
        yield f"  into    {into.id[:12]}  {marked(like, others)}"
    else:
        yield f"  like    {'':12}  {marked(like, others)}"
        yield f"  into    {into.id[:12]}  {into.description}"
    if not (mine or others):
        yield "  differs in no word"
    yield from (f"  said    {a.type} {a.source[:12]} → {a.target[:12]}  (call {a.call[:12] or 'none'})" for a in said)


def freed_line(freed: "Freed") -> str:
    """What became of a description that was merged because of the one that was undone."""
    where = f"is merged into {freed.persona[:12]} by {freed.method} {freed.score:.2f}"
    return f"  freed  {where if freed.method else 'is a persona of its own'}: {freed.description}"


def _cut(text: str, spans: Spans) -> list[str]:
    return [text[start:end] for start, end in spans]


def _tokens(text: str) -> Spans:
    """Where the words of a text stand; of a script that puts no space between them, its letters with their marks."""
    found: Spans = []
    for start, end in (word.span() for word in _WORD.finditer(text)):
        if systems(text[start:end]).isdisjoint(LETTERS_A_WORD):
            found.append((start, end))
            continue
        letters = [at for at in range(start, end) if at == start or unicodedata.category(text[at])[0] != "M"]
        found += zip(letters, [*letters[1:], end], strict=True)
    return found


def _key(word: str) -> str:
    return " ".join(words(word))


def _unequal(a: Sequence[str], b: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """From and to which words of each the texts differ."""
    shorter = min(len(a), len(b))
    start = next((i for i in range(shorter) if a[i] != b[i]), shorter)
    end = next((i for i in range(shorter - start) if a[-1 - i] != b[-1 - i]), shorter - start)
    one, other = a[start : len(a) - end], b[start : len(b) - end]
    if len(one) * len(other) > _MOST:
        yield start, len(a) - end, start, len(b) - end
        return
    for kind, i, j, k, m in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind != "equal":
            yield start + i, start + j, start + k, start + m
