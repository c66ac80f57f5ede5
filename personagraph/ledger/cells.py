"""Reads the objects that the ledger keeps as JSON in a cell."""

import json
from typing import Any

from personagraph.errors import StoreError


def object_in(cell: str) -> Any:
    """What is in a cell. Raises StoreError when that is no JSON any more."""
    try:
        return json.loads(cell)
    except (TypeError, ValueError) as error:
        raise StoreError(
            f"the ledger is damaged: a cell of it is no JSON ({str(cell)[:40]}…); `personagraph store check` says what"
            " else, and `personagraph store rescue TO` saves what can be saved into a new workspace"
        ) from error
