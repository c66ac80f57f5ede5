"""Sets one setting in a text of TOML, and leaves every other line of it as it is."""

import json
import re
from collections.abc import Callable
from io import StringIO
from typing import Any

Parse = Callable[[str], dict[str, Any]]


def with_setting(text: str, name: str, value: str | int | float, parse: Parse) -> str:
    """The text with this setting: in its line, with the comment behind it; else below a comment that shows it.

    What `parse` makes of it is what it was, but for the setting. Raises ValueError for a text of which that is not so.
    """
    lines = list(StringIO(text))  # which ends lines where TOML does
    tables = (n for n, line in enumerate(lines) if re.match(r"\s*\[", line))
    end = next(tables, len(lines))
    # JSON writes all of a text as TOML does, but for one character.
    written = f"{name} = {json.dumps(value, ensure_ascii=False)}".replace("\x7f", "\\u007f")
    place = _place(lines[:end], rf"\s*[\"']?{re.escape(name)}[\"']?\s*=")
    if place is not None:
        lines[place] = f"{written}{_comment(lines[place], parse)}\n"
    else:
        shown = _place(lines[:end], rf"\s*#\s*{re.escape(name)}\s*=")
        at = end if shown is None else shown + 1
        if at and not lines[at - 1].endswith("\n"):
            lines[at - 1] += "\n"
        lines.insert(at, f"{written}\n")
    changed = "".join(lines)
    if parse(changed) != {**parse(text), name: value}:
        raise ValueError("its lines are not one for each setting")
    return changed


def _place(lines: list[str], pattern: str) -> int | None:
    return next((n for n, line in enumerate(lines) if re.match(pattern, line)), None)


def _comment(line: str, parse: Parse) -> str:
    """The comment behind a setting, with the space before it."""
    for found in re.finditer("#", line):
        before = line[: found.start()].rstrip()
        try:
            parse(before)
        except ValueError:
            continue
        return line[len(before) :].rstrip()
    return ""
