"""How much memory this process may use, as far as the system tells."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_GROUPS, _OWN_GROUP, _MEMORY = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup"), Path("/proc/meminfo")
_OLD_LIMIT = _GROUPS / "memory" / "memory.limit_in_bytes"


class Memory(NamedTuple):
    """In bytes: what there is for this process at all, a container's limit included, and what is free now."""

    total: int | None
    free: int | None


def memory() -> Memory:
    """What the system tells; None for what it does not."""
    limits = [_number(file) for file in (*_limits(), _OLD_LIMIT)]
    told = [limit for limit in (_physical(), *limits) if limit]
    total, free = min(told, default=None), _available()
    return Memory(total, min(total, free) if total and free else free)


def _physical() -> int | None:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return None


def _limits() -> Iterator[Path]:
    """The files with the limits of the groups that this process is in, and of those above."""
    lines = [line for line in _text(_OWN_GROUP).splitlines() if line.startswith("0::/")]
    for line in lines:
        group = Path(line.removeprefix("0::/"))
        yield from (_GROUPS / above / "memory.max" for above in (group, *group.parents))


def _available() -> int | None:
    for line in _text(_MEMORY).splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return None


def _number(file: Path) -> int | None:
    text = _text(file).strip()
    return int(text) if text.isdecimal() else None


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""
