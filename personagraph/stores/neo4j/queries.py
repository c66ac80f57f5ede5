"""Loads Cypher by name: every statement lies in a file of its own under `cypher/`."""

import re
from functools import cache
from pathlib import Path

from personagraph.errors import QueryNotFoundError

_PACKAGE = Path(__file__).parents[2]
CYPHER = next(folder for folder in (_PACKAGE / "cypher", _PACKAGE.parent / "cypher") if folder.is_dir())
"""The folder: inside the package when it was installed from a wheel, beside it in a checkout."""


@cache
def query(name: str) -> str:
    """The statement in `cypher/NAME.cypher`, as in `read/personas`. Raises QueryNotFoundError.

    A statement that is written for activity is that for another attribute by the name of `read/in_cell_by_one[age]`.
    """
    name, _, attribute = name.removesuffix("]").partition("[")
    file = CYPHER / f"{name}.cypher"
    if not file.is_file():
        raise QueryNotFoundError(f"there is no query {name!r} in {CYPHER}")
    text = file.read_text(encoding="utf-8").rstrip().removesuffix(";")
    return re.sub(r"\bactivity\b", attribute, text) if attribute else text
