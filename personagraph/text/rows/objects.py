"""Reads objects of JSON: a line each, as a stream, or all in one document, an array or one after another."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from itertools import count, islice
from typing import Any, BinaryIO, NamedTuple

from personagraph.text.files import BEGINNING, encoding_of, no_text
from personagraph.text.plain import has_half_character
from personagraph.text.rows.lines import LONGEST, Line, lines
from personagraph.text.rows.names import missing, places

LONGEST_WHOLE = 100_000_000
"""Bytes of a document that is read as a whole, unpacked: its objects take some twenty times as much memory."""
OPEN_AT_ONCE = 32
"""Values in one another, all cut off at the same place, that are looked at before the rest is taken for one."""
_decode = json.JSONDecoder().raw_decode
_BETWEEN = re.compile(r"[\s,]*")
_PART = re.compile(r'"(?:[^"\\\n]|\\.)*"?|[{}\[\]]')
_WORD = re.compile(r"[^,\n\]}]+")
_INDENT = re.compile(r"(?:\A|\n)([ \t]*)\Z")


class _Uncounted(str):
    """A document in which no error of JSON looks for its line: that takes longer the further down it is."""

    __slots__ = ()

    def count(self, *_: object) -> int:
        return 0

    def rfind(self, *_: object) -> int:
        return -1


class Row(NamedTuple):
    """The fields of a row, or what is wrong with it; `line` is the last of its lines, or its number in a document.

    `raw` is an object of JSON that stands on one line, as it stands there; `name` is what the field that was asked for
    is called in this row. In a table, a cell that is missing is None.
    """

    line: int
    fields: Mapping[str, Any]
    fault: str = ""
    spoils: bool = False
    raw: str = ""
    name: str = ""


def json_rows(file: BinaryIO, field: str, *, required: bool = True, longest: int = LONGEST) -> Iterator[Row]:
    """The objects of a file, of which those cannot be used that have no such field, when it is required.

    Lines are streamed, an object each. A document (an array, objects over several lines, or one object that holds an
    array of them, or one for each of its names) is read as a whole, and the line of a row is its number there.
    """
    first = _first_lines(file, longest)
    if not first:
        return
    if first[0].spoils or _has_a_line_each(first, field):
        for line in lines(file, longest=longest):
            if line.fault:
                yield Row(line.number, {}, line.fault, line.spoils)
            elif text := _bare(line).rstrip(","):
                yield _row(line.number, text, field, required=required)
        return
    text, fault = _whole(file)
    if fault:
        yield Row(1, {}, fault, spoils=True)
        return
    bare, numbers = text.strip("\ufeff \t\r\n"), count(1)
    for value, raw, fault in _values(text):
        if has_half_character(raw):
            yield Row(next(numbers), {}, "not UTF-8; convert the file first")
        elif len(raw) == len(bare) and (inner := _inner(value, field)) is not None:
            yield from (_of(next(numbers), each, "", field, required=required) for each in inner)
        elif fault or len(raw) > longest:
            fault = fault or f"it is {len(raw):,} characters long, at most {longest:,} are read"
            yield Row(next(numbers), {}, fault)
        else:
            yield _of(next(numbers), value, "" if "\n" in raw else raw, field, required=required)


def begins_with_json(file: BinaryIO) -> bool:
    """Whether a file looks like JSON: by its first sign, or by how most of its first lines begin."""
    file.seek(0)
    beginning = file.read(BEGINNING)
    file.seek(0)
    encoding = encoding_of(beginning)
    text = beginning.decode(encoding, "ignore").lstrip("\ufeff \t\r\n")
    first = [line.lstrip()[:1] for line in text.splitlines() if line.strip()]
    return text[:1] in ("[", "{") or first.count("{") * 2 > len(first)


def is_array_or_lines(file: BinaryIO) -> bool:
    """Whether a file of JSON holds rows, in an array or on a line each, and no "nodes" of a network."""
    text = _bare(*(_first_lines(file, LONGEST)[:1] or [Line(1, "")]))
    if text.startswith("["):
        return True
    try:
        value, _ = _decode(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and "nodes" not in value


def _first_lines(file: BinaryIO, longest: int) -> list[Line]:
    """The first two lines that are not blank."""
    with closing(lines(file, longest=longest)) as found:
        return [*islice((line for line in found if line.fault or _bare(line)), 2)]


def _has_a_line_each(found: Sequence[Line], field: str) -> bool:
    """Whether each line is an object by itself, as the first ones tell."""
    first, second = found[0], found[1] if len(found) > 1 else None
    text = _bare(first)
    if text.startswith("["):
        return False
    if first.fault:
        return second is not None
    try:
        value, end = _decode(text)
    except json.JSONDecodeError as error:
        # The first line of an object that goes on below, or one that is damaged.
        return second is None or error.pos < len(text)
    except (ValueError, RecursionError):
        return True
    if text[end:].lstrip(" \t,")[:1] == "{":
        return False
    return second is not None or _inner(value, field) is None


def _whole(file: BinaryIO) -> tuple[str, str]:
    """The text of a document, or why it is not read."""
    file.seek(0)
    content = file.read(LONGEST_WHOLE + 1)
    if len(content) > LONGEST_WHOLE:
        fault = f"is longer than {LONGEST_WHOLE:,} bytes, and one document of JSON is read as a whole"
        return "", f"{fault}; write it as JSONL, a line for each row"
    if fault := no_text(content[:BEGINNING]):
        return "", fault
    encoding = encoding_of(content)
    try:
        return content.decode(encoding, "surrogateescape" if encoding == "utf-8-sig" else "strict"), ""
    except UnicodeDecodeError:
        return "", f"is not {encoding.upper()}, as its first bytes say; convert it"


def _values(text: str) -> Iterator[tuple[Any, str, str]]:
    """The values of a document, or of the arrays in it: each with its text, or with what is wrong with it."""
    text, at, is_open, failed, again = _Uncounted(text), 0, False, -1, 0
    while True:
        at = _next(text, at)
        if at == len(text):
            if is_open:
                yield None, "", "the array is not closed; is the file cut off?"
            return
        if text[at] == "[" and not is_open:
            is_open, at = True, at + 1
        elif text[at] == "]" and is_open:
            is_open, at = False, at + 1
        else:
            try:
                value, end = _decode(text, at)
                yield value, text[at:end], ""
            except (ValueError, RecursionError) as error:
                pos = getattr(error, "pos", -1)
                again = again + 1 if pos == failed else 0
                failed = pos
                end = _end(text, at, in_one=isinstance(error, RecursionError))
                if again > OPEN_AT_ONCE:
                    end = max(end, pos)
                yield None, text[at:end], "not JSON"
            at = end


def _next(text: str, at: int) -> int:
    found = _BETWEEN.match(text, at)
    return found.end() if found else at


def _end(text: str, at: int, *, in_one: bool) -> int:
    """Where a value ends that is no JSON: with its last bracket, or where the next line begins as it does.

    One that is nested too deep for the decoder is taken in one: each line in it would be nested as deep.
    """
    if text[at] not in "{[":
        found = _WORD.match(text, at)
        return found.end() if found else at + 1
    # Only so far back as a line may be indented: this is done for each value that is none.
    begins = None if in_one else _INDENT.search(text[max(0, at - 200) : at])
    below = text.find(f"\n{begins[1]}{text[at]}", at + 1) if begins else -1
    end, depth = (below if below >= 0 else len(text)), 0
    for part in _PART.finditer(text, at, end):
        if part[0][0] != '"':
            depth += 1 if part[0] in "{[" else -1
            if depth == 0:
                return part.end()
    return end


def _inner(value: Any, field: str) -> list[Any] | None:
    """The objects in an object that is none itself: in its one array of them, or one for each of its names."""
    if not isinstance(value, dict) or field.casefold() in map(str.casefold, value):
        return None
    if isinstance(nodes := value.get("nodes"), list):
        return nodes
    arrays = [each for each in value.values() if isinstance(each, list) and any(isinstance(o, dict) for o in each)]
    if len(arrays) == 1:
        return arrays[0]
    if value and all(isinstance(each, dict) for each in value.values()):
        return [{"id": name, **each} for name, each in value.items()]
    return None


def _row(number: int, text: str, field: str, *, required: bool) -> Row:
    try:
        data, end = _decode(text)
    except (ValueError, RecursionError):
        end = -1
    if end != len(text):
        return Row(number, {}, "not JSON")
    return _of(number, data, text, field, required=required)


def _of(number: int, data: Any, raw: str, field: str, *, required: bool) -> Row:
    """The row that a value is."""
    if not isinstance(data, dict):
        return Row(number, {}, "not a JSON object")
    if not required or field in data:
        return Row(number, data, "", False, raw, field)
    names = tuple(data)
    try:
        found = places(names, frozenset({field})).get(field)
    except ValueError as error:
        return Row(number, {}, str(error))
    if found is None:
        return Row(number, {}, missing("field", field, sorted(names)))
    return Row(number, data, raw=raw, name=names[found])


def _bare(line: Line) -> str:
    return line.text.removeprefix("\ufeff").strip()
