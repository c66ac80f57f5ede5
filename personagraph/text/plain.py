"""Takes out of a text what is obeyed and not read: by a terminal, an editor, a model, or whoever compares two texts."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

MOST_MARKS = 8
"""Combining marks in a row; no script stacks more, and a flood of them covers the lines around it."""
_JOINERS = "\u200c\u200d"
"""Persian, Indic scripts and emoji need them, each after a character of theirs."""
_LOOSE_JOINER = re.compile(f"(?<![^\x00-\x7f{_JOINERS}])[{_JOINERS}]")
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
_SELECTORS = range(0xE0100, 0xE01F0)
"""Letters and marks by category, which nobody sees."""
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")


def plain(text: str, *, kept: str = "") -> str:
    """The text with a space for each control character, and without characters that nobody sees.

    Joiners stay where a script needs them, and what is in `kept` stays. What turns text round, private and unassigned
    characters and halves of characters go too; of more than MOST_MARKS combining marks in a row, the rest is cut.
    """
    if (text.isascii() and text.isprintable()) or all(map(_is_harmless, set(text))):
        return text
    taken = obeyed(text) - set(kept)
    return _tamed(text.translate({ord(c): "" if _is_unseen(c) else " " for c in taken}), "")


def has_half_character(text: str) -> bool:
    """Whether half a surrogate pair is in the text, which UTF-8 cannot hold."""
    return not text.isascii() and _HALF_CHARACTER.search(text) is not None


def visible(text: str) -> str:
    """The same with U+FFFD in the place of every such character, line breaks and tabs too: one line stays one."""
    return _tamed(text.translate(dict.fromkeys(map(ord, obeyed(text)), "\ufffd")), "\ufffd")


def obeyed(text: Iterable[str]) -> set[str]:
    """The characters of the text that are not to be read; joiners are not among them."""
    unusual = [c for c in set(text) if not " " <= c <= "~"]
    return {c for c in unusual if (not c.isprintable() and _is_obeyed(c)) or _is_filler(c)}


@lru_cache(maxsize=20_000)
def _is_harmless(character: str) -> bool:
    """Whether a character stays wherever it stands."""
    is_mark = unicodedata.category(character)[0] == "M"
    return character.isprintable() and not is_mark and character not in _JOINERS and not _is_filler(character)


def _is_obeyed(character: str) -> bool:
    category = unicodedata.category(character)
    return (category[0] == "C" or category in ("Zl", "Zp")) and character not in _JOINERS


def _is_filler(character: str) -> bool:
    return character in _FILLERS or ord(character) in _SELECTORS


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) == "Cf" or _is_filler(character)


def _tamed(text: str, instead: str) -> str:
    """The text without joiners that join nothing, and without floods of combining marks."""
    if text.isascii():
        return text
    marks = re.escape("".join(c for c in set(text) if unicodedata.category(c)[0] == "M"))
    if marks:
        text = re.sub(f"([{marks}]{{{MOST_MARKS}}})[{marks}]+", r"\1", text)
    return _LOOSE_JOINER.sub(instead, text)
