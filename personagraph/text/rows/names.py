"""Finds fields and columns by name, in whatever case a file writes them, and says which there are."""

from collections.abc import Collection, Sequence, Set
from functools import lru_cache

LONGEST_SHOWN = 100
"""Characters of what a fault quotes of a row."""
Name = str | int
_LIKELY = "persona description text bio biography profile about summary content body message post review name"
"""What fields of descriptions and of texts are called, the likelier first."""


@lru_cache(maxsize=256)
def places(names: tuple[str, ...], asked: Set[Name], spare: Set[Name] = frozenset()) -> dict[Name, int]:
    """Where each column stands that is asked for and there: by its number, by its name, or else in another case.

    Spaces around names do not count. Raises ValueError for a name that several columns have, unless it is a spare one.
    """
    bare = [name.strip() for name in names]
    folded = [name.casefold() for name in bare]
    found: dict[Name, int] = {number: number - 1 for number in range(1, len(names) + 1) if number in asked}
    for name in asked:
        if isinstance(name, str):
            same = [n for n, other in enumerate(names) if other == name]
            same = same or [n for n, other in enumerate(bare) if other == name.strip()]
            same = same or [n for n, other in enumerate(folded) if other == name.strip().casefold()]
            if len(same) > 1 and name not in spare:
                raise ValueError(f"{len(same)} columns are called {shown(name)}, and one is needed")
            found.update((name, place) for place in same[:1])
    return found


def named(header: Sequence[str]) -> list[str]:
    """The names of the columns, each once: one that has none is called by its number, a second one by its count."""
    found: dict[str, None] = {}
    for number, name in enumerate(header, 1):
        bare = name.strip() or f"column {number}"
        count = 1
        name = bare
        while name in found:
            name, count = f"{bare}.{count}", count + 1
        found[name] = None
    return [*found]


def missing(kind: str, field: str, names: Collection[str]) -> str:
    """What is wrong with a file or row that has only these names; and which of them may be meant."""
    likely = _likely([name.strip() for name in names if name.strip()], field)
    meant = f"did you mean --field {shown(likely) if ' ' in likely else likely}?" if likely else "--field names one"
    return f"no {kind} {field!r}; it has {some(names) or 'none'}; {meant}"


def shown(text: object) -> str:
    """What a fault quotes of a row, in quotes, cut where it is long."""
    return repr(_cut(str(text)))


def some(names: Collection[str], most: int = 8) -> str:
    """The first of the names, each cut where it is long."""
    first = [_cut(name) for name in [*names][:most]]
    return ", ".join(first) + (f" and {len(names) - most} more" if len(names) > most else "")


def _likely(names: Sequence[str], field: str) -> str:
    """The name that may be meant: one like it, then one that is usual, whole or as a part."""
    words = (field.strip().casefold(), *_LIKELY.split())
    short = [name for name in names if len(name) <= LONGEST_SHOWN]
    whole = (name for word in words for name in short if name.casefold() == word)
    part = (name for word in words[:-1] if word for name in short if word in name.casefold())
    return next(whole, next(part, ""))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
