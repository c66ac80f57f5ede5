"""Takes a statement in Cypher apart into words, names, texts, numbers and marks, as both lines of Neo4j do.

Each character is looked at a bounded number of times. Where the lines, or the server's own two readers, could take a
statement apart differently, it is refused, so that what was looked at is what the server carries out.
"""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from personagraph.errors import StoreError

LONGEST = 100_000
"""Characters that a statement may have."""
DEEPEST = 200
"""How many brackets may stand within each other: the server reads them by recursion."""

_BRACKETS = {")": "(", "]": "[", "}": "{"}
_MARKS = frozenset(
    # The last are what Neo4j takes for a dash, and for the ends of an arrow.
    "!%&()*+,-./:;<=>?[]^{|}~$\u2010\u2011\u2012\u2013\u2014\u2015\ufe58\ufe63\uff0d"
    "\u27e8\u3008\ufe64\uff1c\u27e9\u3009\ufe65\uff1e"
)
_PAIRS = ("..", "::", "+=")
_DIGITS = frozenset("0123456789")
_HEX = _DIGITS | frozenset("abcdefABCDEF")
_BEGIN_OR_END_SOMETHING = frozenset("'\"`\\/*\n\r")


class Piece(NamedTuple):
    """A piece of a statement; remarks and white space are none.

    The text of a name in backticks, and of a text, is what stands between the quotes; that of a parameter its name.
    """

    kind: Literal["word", "name", "text", "number", "parameter", "mark"]
    text: str
    at: int

    @property
    def keyword(self) -> str:
        """The word in capitals, or nothing for what cannot be a keyword."""
        return self.text.upper() if self.kind == "word" and self.text.isascii() else ""

    @property
    def mark(self) -> str:
        """The mark, or nothing for anything else."""
        return self.text if self.kind == "mark" else ""

    @property
    def names(self) -> bool:
        """Whether it can be a name, or a part of one."""
        return self.kind in ("word", "name")


def pieces(statement: str) -> list[Piece]:
    """The pieces of a statement. Raises StoreError for one that is too long or deep, or cannot be taken apart."""
    if len(statement) > LONGEST:
        raise StoreError(f"the query has {len(statement)} characters; it may have {LONGEST}: give data as parameters")
    found, open_brackets = list[Piece](), list[Piece]()
    for piece in _each(statement):
        if piece.kind != "mark" and found and found[-1].mark == "$":
            piece = piece._replace(kind="parameter") if piece.kind != "text" else piece
            if piece.kind == "parameter":
                found.pop()
        found.append(piece)
        if piece.mark in ("(", "[", "{"):
            open_brackets.append(piece)
            if len(open_brackets) > DEEPEST:
                raise _refused(statement, piece.at, f"more than {DEEPEST} brackets within each other", "flatten it")
        elif (wanted := _BRACKETS.get(piece.mark)) and (not open_brackets or open_brackets.pop().mark != wanted):
            raise _refused(statement, piece.at, f"a {piece.mark} that closes no {wanted}", "balance the brackets")
    if open_brackets:
        raise _refused(statement, open_brackets[-1].at, f"a {open_brackets[-1].mark} that is not closed", "close it")
    return found


def _each(read: str) -> Iterator[Piece]:
    at, length = 0, len(read)
    while at < length:
        char, pair = read[at], read[at : at + 2]
        if char.isspace() and char != "\x85":  # which Cypher 5 takes for a part of the word before it
            at += 1
        elif pair in ("//", "/*"):
            end = _end_of_remark(read, at)
            if _unescaped(read, at, end) != read[at:end]:
                raise _refused(read, at, r"\u in a remark", "write the character itself")
            at = end
        elif char in "'\"":
            end = _end_of_text(read, at)
            yield Piece("text", _unescaped(read, at + 1, end - 1), at)
            at = end
        elif char == "`":
            end = _end_of_name(read, at)
            yield Piece("name", _unescaped(read, at + 1, end - 1).replace("``", "`"), at)
            at = end
        elif char in _DIGITS or (char == "." and pair[1:] in _DIGITS):
            end = _end_of_number(read, at)
            yield Piece("number", read[at:end], at)
            at = end
        elif char.isidentifier():
            end = _end_of_word(read, at)
            yield Piece("word", read[at:end], at)
            at = end
        elif char in _MARKS:
            yield Piece("mark", pair if pair in _PAIRS else char, at)
            at += 2 if pair in _PAIRS else 1
        else:
            raise _refused(
                read,
                at,
                f"the character {_shown(char)} outside of texts",
                "write it in a text, or a name in `backticks`",
            )


def _unescaped(read: str, at: int, end: int) -> str:
    r"""The part with a character for each \uXXXX, which the server makes before it reads anything else.

    What begins or ends a text, a name or a remark may not be written so, and nothing outside of texts and names: then
    a statement has the same pieces before and after, and for a server that counts either way.
    """
    made = list[str]()
    while 0 <= (slash := read.find("\\", at, end)) < end:
        made.append(read[at:slash])
        at = min(slash + 2, end)
        if read[slash + 1 : at] != "u":
            made.append(read[slash:at])
            continue
        digits = read[at : min(at + 4, end)]
        if len(digits) != 4 or not _HEX.issuperset(digits):
            raise _refused(read, slash, r"a \u without four hexadecimal digits", r"write \\u for the two as such")
        char = chr(int(digits, 16))
        if char in _BEGIN_OR_END_SOMETHING:
            raise _refused(read, slash, f"{_shown(char)} as \\u{digits}", "write the character itself")
        made.append(char)
        at += 4
    return "".join(made) + read[at:end]


def _end_of_remark(read: str, at: int) -> int:
    if read[at + 1] == "*":
        end = read.find("*/", at + 2)
        if end < 0:
            raise _refused(read, at, "a remark that has no end", "end it with */")
        return end + 2
    while at < len(read) and read[at] not in "\n\r":
        at += 1
    return at


def _end_of_text(read: str, at: int) -> int:
    quote, end = read[at], at + 1
    while end < len(read) and read[end] != quote:
        end += 2 if read[end] == "\\" else 1
    if end >= len(read):
        raise _refused(read, at, "a text that has no end", f"end it with {quote}")
    return end + 1


def _end_of_name(read: str, at: int) -> int:
    end = at + 1
    while True:
        end = read.find("`", end) + 1
        if not end:
            raise _refused(read, at, "a name in backticks that has no end", "end it with `")
        if read[end : end + 1] != "`":
            return end
        end += 1


def _end_of_word(read: str, at: int) -> int:
    end = at
    while end < len(read) and _in_word(read[end]):
        end += 1
    if read[end : end + 1] in ("'", '"'):
        # Cypher 25 takes s'…' for a text with expressions in it, Cypher 5 for a word and a text.
        raise _refused(read, at, f"{read[at:end][-20:]} before a quotation mark", "put a space between, or join with +")
    if read[end : end + 1] == "$":
        # Cypher 5 takes a$b for one name, Cypher 25 for a name and a parameter.
        raise _refused(read, at, f"{read[at:end][-20:]} before a $", "put a space between")
    return end


def _end_of_number(read: str, at: int) -> int:
    if read[at : at + 2] in ("0x", "0o"):
        end = _run(read, at + 2, _HEX)
    else:
        end = _run(read, at, _DIGITS)
        if read[end : end + 1] == "." and read[end + 1 : end + 2] in _DIGITS:
            end = _run(read, end + 1, _DIGITS)
        signed = read[end + 1 : end + 2] in ("+", "-")
        if read[end : end + 1] in ("e", "E") and read[end + 1 + signed : end + 2 + signed] in _DIGITS:
            end = _run(read, end + 1 + signed, _DIGITS)
    if end < len(read) and (_in_word(read[end]) or read[end] == "$"):
        raise _refused(read, at, f"{read[at : end + 1][-20:]} as a number", "put a space after the number")
    return end


def _run(read: str, at: int, of: frozenset[str]) -> int:
    """Where the characters of the set end, and underscores among them."""
    while at < len(read) and (read[at] in of or read[at] == "_"):
        at += 1
    return at


def _in_word(char: str) -> bool:
    return f"_{char}".isidentifier()


def _shown(char: str) -> str:
    return f"U+{ord(char):04X}" if not char.isprintable() or not char.isascii() else char


def _refused(read: str, at: int, what: str, remedy: str) -> StoreError:
    line = read.count("\n", 0, at) + 1
    return StoreError(f"the query has {what} in line {line}; {remedy}")
