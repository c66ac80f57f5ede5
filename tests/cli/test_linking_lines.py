"""What a run of linking says of the types that its model told."""

from collections.abc import Mapping

import pytest

from personagraph.cli.tables.linking import link_lines
from personagraph.workspace import LinkResult

NOT_TOLD_APART = "nearly all have one type"


def lines(types: Mapping[str, int]) -> str:
    trial = {"known": 0, "random": 0}
    done = LinkResult(None, {"tell": 9}, trial, {"similar": 9}, types, 0, 0, 0, 0, (9, 3), (None, None))
    return "\n".join(link_lines(done))


@pytest.mark.parametrize(
    ("types", "is_said"),
    [
        ({"TEACHES": 147}, True),
        ({"TEACHES": 16, "FRIEND_OF": 4}, True),
        ({"TEACHES": 15, "FRIEND_OF": 5}, False),
        ({"TEACHES": 19}, False),
        ({}, False),
    ],
)
def test_a_model_that_gives_nearly_all_ties_one_type_is_said_not_to_tell_them_apart(types, is_said):
    assert (NOT_TOLD_APART in lines(types)) == is_said
    assert all(f"{count} {type}" in lines(types) for type, count in types.items())
