"""Runs a loop over arrays as it stands where it is short, and compiled where that pays."""

import sys
from collections.abc import Callable
from functools import cache
from typing import Any

_PAYS = 1_000_000
"""So many steps take the interpreter as long as it takes to load the compiler; a twentieth, once that is done."""


def loop_for(steps: int, loop: Callable[..., Any]) -> Callable[..., Any]:
    """The loop for about so many steps. Either way it gives the same, if it is written for both.

    It calls no other function of ours, and does not rely on the width of integers.
    """
    pays = _PAYS // 20 if "numba" in sys.modules else _PAYS
    return loop if steps < pays else _machine_code(loop)


@cache
def _machine_code(loop: Callable[..., Any]) -> Callable[..., Any]:
    from personagraph.arrays.compiled import compiled

    return compiled(loop)
