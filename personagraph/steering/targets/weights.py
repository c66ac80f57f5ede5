"""How much likelier than another somebody is to be drawn, so that those who are drawn are as a target wants."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.snapshot import Categorical
from personagraph.vocabulary.cells import Cell


def weights(
    attributes: Mapping[str, Categorical], axes: Sequence[str], wanted: Mapping[Cell, float]
) -> NDArray[np.float64]:
    """The weight of everybody (n,): the share wanted of their cell, by how many are in it; 0 where none is wanted.

    So whoever is in a cell that is far below its target weighs most, and those of a cell together weigh what is wanted
    of it. Who is in no cell for certain weighs nothing.
    """
    columns = [attributes[axis] for axis in axes]
    sizes = tuple(max(len(column.names), 1) for column in columns)
    codes = np.ravel_multi_index(tuple(column.codes.astype(np.int64) for column in columns), sizes)
    found, places, counts = np.unique(codes, return_inverse=True, return_counts=True)
    cells = zip(*(numbers.tolist() for numbers in np.unravel_index(found, sizes)), strict=True)
    shares = [
        wanted.get(tuple(column.names[code] for column, code in zip(columns, cell, strict=True)), 0.0) for cell in cells
    ]
    each: NDArray[np.float64] = (np.array(shares, np.float64) / counts)[places]
    return each
