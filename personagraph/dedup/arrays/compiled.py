"""Compiles loops over arrays, and keeps what is compiled for the next process where there is a place for it."""

from collections.abc import Callable
from typing import Any

import numba


def compiled(loop: Callable[..., Any]) -> Callable[..., Any]:
    """The same function as machine code, made when it is first called with arguments of its types.

    Beside the module, or else in the user's cache; where nothing can be written, it is compiled in each process.
    """
    try:
        made: Callable[..., Any] = numba.njit(cache=True)(loop)
    except RuntimeError:  # numba found no place to write to
        made = numba.njit(loop)
    return made
