"""Runs a loop over arrays as it stands where it is short, and compiled where that pays."""

import sys
from collections.abc import Callable
from typing import Any

_PAYS = 1_000_000
"""So many steps take the interpreter as long as it takes to load the compiler; a twentieth, once that is done."""
_compiled: dict[Callable[..., Any], Callable[..., Any]] = {}
"""The loops that this process has as machine code, which are used for any number of steps."""


def loop_for(steps: int, loop: Callable[..., Any]) -> Callable[..., Any]:
    """The loop for about so many steps. Either way it gives the same, if it is written for both.

    It calls no other function of ours, and does not rely on the width of integers.
    """
    pays = _PAYS // 20 if "numba" in sys.modules else _PAYS
    if loop not in _compiled and steps >= pays:
        from personagraph.arrays.compiled import compiled

        _compiled[loop] = compiled(loop)
    return _compiled.get(loop, loop)
