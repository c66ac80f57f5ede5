"""Loads Cypher by name: every statement lies in a file of its own under `cypher/`."""

from functools import cache
from pathlib import Path

from personagraph.errors import QueryNotFoundError

_PACKAGE = Path(__file__).parents[2]
CYPHER = next(folder for folder in (_PACKAGE / "cypher", _PACKAGE.parent / "cypher") if folder.is_dir())
"""The folder: inside the package when it was installed from a wheel, beside it in a checkout."""


@cache
def query(name: str) -> str:
    """The statement in `cypher/NAME.cypher`, as in `read/personas`. Raises QueryNotFoundError."""
    file = CYPHER / f"{name}.cypher"
    if not file.is_file():
        raise QueryNotFoundError(f"there is no query {name!r} in {CYPHER}")
    return file.read_text(encoding="utf-8").rstrip().removesuffix(";")
