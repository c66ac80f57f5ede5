"""What a cell of the ledger can hold when its page was damaged: whatever it is, the ledger says so."""

import pytest

from personagraph.errors import StoreError
from personagraph.ledger.cells import object_in


def test_an_object_is_read():
    assert object_in('{"a": [1]}') == {"a": [1]}


@pytest.mark.parametrize("cell", [None, 1.5, "", "{", b"\xff\x00"])
def test_a_cell_without_json_is_a_damaged_ledger(cell):
    with pytest.raises(StoreError, match="the ledger is damaged: a cell of it is no JSON"):
        object_in(cell)
