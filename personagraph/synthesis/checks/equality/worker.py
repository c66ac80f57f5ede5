"""Compares mathematical answers by math-verify: a program of its own that reads pairs as lines of JSON.

It is run by its path and imports nothing of ours, so it starts with what math-verify needs and knows no settings. Each
line in is [one, other]; each line out true, false or null, null being whatever cannot be parsed or told.
"""

import json
import os
import sys
from typing import Any, Final

LONGEST: Final = 1000
MEMORY: Final = 2 * 1024**3


def bounded() -> None:
    """Bound the memory of this process, where the system can: a computation that grows ends with an error."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def compare(one: str, other: str) -> bool | None:
    """Whether the two are equal; None when either cannot be parsed, or the comparison fails in any way."""
    from math_verify import LatexExtractionConfig, parse, verify

    try:
        first, second = (
            parse(
                text if "\\boxed" in text or "$" in text else f"${text}$",
                extraction_config=[LatexExtractionConfig()],
                fallback_mode="no_fallback",
                parsing_timeout=None,
                raise_on_error=True,
            )
            for text in (one, other)
        )
        if not first or not second:
            return None
        is_same = verify(first, second, timeout_seconds=None, raise_on_error=True)
        return bool(is_same or verify(second, first, timeout_seconds=None, raise_on_error=True))
    except Exception:  # whatever happens inside, nothing is told of the answers
        return None


def serve() -> None:
    """Answer line by line until the input ends."""
    bounded()
    # What is printed by libraries is no answer: it goes where nobody reads it.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for line in sys.stdin.buffer:
        pair: Any = json.loads(line)
        told = compare(*pair) if all(len(text) <= LONGEST for text in pair) else None
        answers.write(json.dumps(told) + "\n")
        answers.flush()


if __name__ == "__main__":
    serve()
