"""Reads the files of a batch's results, line by line; whatever they hold, they say nothing of what was not asked."""

import json
from collections import Counter
from collections.abc import Collection, Iterator
from typing import IO, Any, NamedTuple

LONGEST = 4_000_000
"""Bytes of a line, as of an answer to a single call."""
BROKEN, REPEATED, FOREIGN = "no lines of results", "lines of what had one before", "lines of what was not asked"
_NEVER_RUN = ("batch_expired", "batch_cancelled", "batch_canceled")


class ResultLine(NamedTuple):
    """What came of a request: an answer with a status and a body, or `never_run`, the code of why there is none."""

    key: str
    status: int
    body: Any
    never_run: str = ""


def read(
    file: IO[bytes], asked: Collection[str], before: Collection[str], seen: set[str], odd: "Counter[str]"
) -> Iterator[ResultLine]:
    """The first line of each key that was asked, in the order of the file; `seen` gets them, of several files in turn.

    Other lines are counted in `odd`, by what they are, but for those of keys that were taken `before`.
    """
    for line in _lines(file):
        found = _result(line) if line is not None else None
        if found is None:
            odd[BROKEN] += 1
        elif found.key in before:
            continue
        elif found.key not in asked:
            odd[FOREIGN] += 1
        elif found.key in seen:
            odd[REPEATED] += 1
        else:
            seen.add(found.key)
            yield found


def _lines(file: IO[bytes]) -> Iterator[bytes | None]:
    """The lines that are not empty; None for one that is too long."""
    while line := file.readline(LONGEST):
        if len(line) == LONGEST and not line.endswith(b"\n"):
            while (rest := file.readline(LONGEST)) and not rest.endswith(b"\n"):
                pass
            yield None
        elif line.strip():
            yield line


def _result(line: bytes) -> ResultLine | None:
    try:
        data = json.loads(line)
        key, response, error = data["custom_id"], data.get("response"), data.get("error")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    if not isinstance(key, str):
        return None
    if isinstance(response, dict) and response.get("body") is not None:
        status = response.get("status_code", 200)
        return ResultLine(key, status if isinstance(status, int) and 100 <= status < 600 else 500, response["body"])
    code = error.get("code") if isinstance(error, dict) else None
    if code in _NEVER_RUN:
        return ResultLine(key, 0, None, code.partition("_")[2])
    if error is None:
        return None
    told = str(response.get("status_code") if isinstance(response, dict) else code)
    status = int(told) if told.isascii() and told.isdecimal() and len(told) == 3 else 0
    return ResultLine(key, status if 400 <= status < 600 else 500, {"error": error})
