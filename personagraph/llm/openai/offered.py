"""Which models a server has, as it lists them: for a user who named one that it has not."""

import json
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from personagraph.llm.openai.refusals import short

MOST = 6
LONGEST = 80


def names_in(body: bytes, *, secret: str) -> list[str]:
    """The names in an answer to /models, in its order; none when it is no such answer."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return []
    listed = next((data[name] for name in ("data", "models") if data.get(name)), []) if isinstance(data, dict) else data
    rows = [row for row in listed if isinstance(row, Mapping)] if isinstance(listed, list) else []
    names = [row.get("id") or row.get("name") or row.get("model") for row in rows]
    return [short(name, secret) for name in names if isinstance(name, str) and 0 < len(name) <= LONGEST]


def told(names: Iterable[str], model: str) -> str:
    """The names, the nearest to that of the model first, as many as a line holds; empty when there are none."""
    known = list(dict.fromkeys(names))
    lower = {name.lower(): name for name in reversed(known)}
    near = [lower[name] for name in get_close_matches(model.lower(), lower, n=MOST, cutoff=0.4)]
    shown = list(dict.fromkeys((*near, *known)))[:MOST]
    more = len(known) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more > 0 else "")
