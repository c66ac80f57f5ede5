"""Cuts a long text into passages that a model can read, and chooses a few of them."""

import re
from collections.abc import Iterator

MOST = 3
_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")
_FULL_STOPS = "。！？｡។៕။"
"""Ends of sentences in scripts that put no space after them."""
_SENTENCE = re.compile(r"(?<=[.!?…؟۔।॥։።፧])[\"'”’)\]»]{0,3}\s+" + rf"|(?<=[{_FULL_STOPS}])(?![」』”’）)])|\n")
_WORD = re.compile(r"\s+")


def passages(text: str, *, longest: int, most: int = MOST) -> list[str]:
    """At most `most` passages of at most `longest` characters each, in the order of the text.

    The text is cut at the ends of paragraphs, where one is too long at the ends of sentences, and where one is too long
    between words; only a run of characters without any space is cut within. Of more passages than `most`, those are
    taken with which each `most`-th part of the text begins: the first always, since it says most about the text.
    """
    pieces = list(_pieces(text, longest))
    if len(pieces) <= most:
        return pieces
    return [pieces[i * len(pieces) // most] for i in range(most)]


def excerpt(text: str, longest: int = 300) -> str:
    """The beginning of a text on one line, cut between words where spaces part them."""
    line = " ".join(text[: 2 * longest].split())
    if len(line) <= longest:
        return line
    cut = line[: longest - 1]
    whole = cut.rsplit(" ", 1)[0]
    # Where no space parts words, the last one may stand far ahead of the cut.
    return (whole if len(whole) > longest // 2 else cut) + "…"


def _pieces(text: str, longest: int) -> Iterator[str]:
    """The whole text in passages, each as full as its paragraphs allow."""
    paragraphs = (part for whole in _PARAGRAPH.split(text) for part in _fitting(whole.strip(), longest))
    yield from _filled(paragraphs, "\n\n", longest)


def _fitting(paragraph: str, longest: int) -> Iterator[str]:
    if len(paragraph) <= longest:
        yield paragraph
        return
    sentences = (part for sentence in _SENTENCE.split(paragraph) for part in _by_words(sentence.strip(), longest))
    yield from _filled(sentences, " ", longest)


def _by_words(sentence: str, longest: int) -> Iterator[str]:
    if len(sentence) <= longest:
        yield sentence
        return
    words = (word[i : i + longest] for word in _WORD.split(sentence) for i in range(0, len(word), longest))
    yield from _filled(words, " ", longest)


def _filled(parts: Iterator[str], between: str, longest: int) -> Iterator[str]:
    """Parts joined as long as they fit."""
    joined = ""
    for part in parts:
        if joined and len(joined) + len(between) + len(part) > longest:
            yield joined
            joined = part
        elif part:
            joined = f"{joined}{between}{part}" if joined else part
    if joined:
        yield joined
