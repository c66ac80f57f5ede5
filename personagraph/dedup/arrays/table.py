"""Who has a signature: a hash table from 32-bit signatures to numbers, in which a number may be under many."""

import numpy as np
import numpy.typing as npt

from personagraph.arrays.columns import GrowingColumn, Saved, check_range
from personagraph.arrays.compiled import compiled

Signatures = npt.NDArray[np.uint32]
"""What is like something shares a signature with it; what shares one by chance costs a comparison, and nothing else."""

MOST = 8
"""Numbers that are kept under one signature to which they are only offered."""


@compiled
def add_signatures(signatures, number, heads, nodes, count):  # type: ignore[no-untyped-def]
    """Enter a number under signatures, where there is room for them; how many nodes there are then."""
    mask = np.uint32(len(heads) - 1)
    for signature in signatures:
        at = signature & mask
        nodes[count, 0] = np.int32(signature)
        nodes[count, 1] = number
        nodes[count, 2] = heads[at]
        count += 1
        heads[at] = count
    return count


@compiled
def _add(signatures, numbers, heads, nodes, count):  # type: ignore[no-untyped-def]
    for index in range(len(signatures)):
        count = add_signatures(signatures[index : index + 1], numbers[index], heads, nodes, count)
    return count


@compiled
def offer_signature(signature, number, heads, nodes, count):  # type: ignore[no-untyped-def]
    """Enter a number under a signature if fewer than `MOST` are there, or else in place of the highest.

    How many nodes there are then, and the number that has no place; -1 for none.
    """
    at, there, highest = signature & np.uint32(len(heads) - 1), 0, 0
    node = heads[at]
    while node and there < MOST:
        if nodes[node - 1, 0] == np.int32(signature):
            if nodes[node - 1, 1] == number:
                return count, -1
            if there == 0 or nodes[node - 1, 1] > nodes[highest - 1, 1]:
                highest = node
            there += 1
        node = nodes[node - 1, 2]
    if there < MOST:
        nodes[count, 0] = np.int32(signature)
        nodes[count, 1] = number
        nodes[count, 2] = heads[at]
        heads[at] = count + 1
        return count + 1, -1
    left = nodes[highest - 1, 1]
    if left < number:
        return count, number
    nodes[highest - 1, 1] = number
    return count, left


@compiled
def _offer(signatures, numbers, heads, nodes, count, left):  # type: ignore[no-untyped-def]
    for index in range(len(signatures)):
        count, left[index] = offer_signature(signatures[index], numbers[index], heads, nodes, count)
    return count


@compiled
def _near(signatures, heads, nodes, found):  # type: ignore[no-untyped-def]
    """How many numbers are under the signatures; so many as there is room for are put into `found`."""
    mask, count = np.uint32(len(heads) - 1), 0
    for signature in signatures:
        node = heads[signature & mask]
        while node:
            if nodes[node - 1, 0] == np.int32(signature):
                if count < len(found):
                    found[count] = nodes[node - 1, 1]
                count += 1
            node = nodes[node - 1, 2]
    return count


@compiled
def _remove(signature, number, heads, nodes):  # type: ignore[no-untyped-def]
    at = signature & np.uint32(len(heads) - 1)
    before, node = 0, heads[at]
    while node and not (nodes[node - 1, 0] == np.int32(signature) and nodes[node - 1, 1] == number):
        before, node = node, nodes[node - 1, 2]
    if node and before:
        nodes[before - 1, 2] = nodes[node - 1, 2]
    elif node:
        heads[at] = nodes[node - 1, 2]


@compiled
def _relink(heads, nodes, count, linked):  # type: ignore[no-untyped-def]
    mask = np.uint32(len(heads) - 1)
    for node in range(count):
        at = np.uint32(nodes[node, 0]) & mask
        if linked[node]:
            nodes[node, 2] = heads[at]
            heads[at] = node + 1


@compiled
def _linked(heads, nodes, linked):  # type: ignore[no-untyped-def]
    for node in heads:
        while node:
            linked[node - 1] = True
            node = nodes[node - 1, 2]


class SignatureTable:
    """Numbers by their signatures. Adding and finding take the same time however many there are."""

    def __init__(self) -> None:
        self.nodes = GrowingColumn(np.int32, width=3)
        self._heads = np.zeros(64, np.int32)
        self._buffer = np.empty(64, np.int32)

    def saved(self) -> Saved:
        """All of it, as it can be written to a file."""
        return {"nodes": self.nodes.saved(), "heads": (self._heads, len(self._heads))}

    def take(self, saved: Saved, count: int) -> None:
        """Hold what was saved, where it lies, for numbers below `count`. Raises ValueError when it is no such table."""
        self.nodes.take(saved["nodes"])
        nodes, heads = self.nodes.rows(), saved["heads"][0]
        if heads.dtype != np.int32 or heads.ndim != 1 or not len(heads) or len(heads) & (len(heads) - 1):
            raise ValueError("signatures have no such table")
        check_range(heads, 0, len(nodes) + 1, "the chains of signatures")
        check_range(nodes[:, 1], 0, count, "what has signatures")
        # A chain leads to nodes that were made before, and so comes to an end.
        if (nodes[:, 2] < 0).any() or (nodes[:, 2] > np.arange(len(nodes))).any():
            raise ValueError("the chains of signatures lead astray")
        self._heads = heads

    def add(self, signatures: Signatures, numbers: npt.NDArray[np.int32]) -> None:
        """Enter each number under the signature beside it."""
        heads, nodes = self.reserve(len(signatures))
        self.nodes.size = _add(signatures, numbers, heads, nodes, self.nodes.size)

    def offer(self, signatures: Signatures, numbers: npt.NDArray[np.int32]) -> list[int]:
        """Enter each number under the signature beside it, where it is not; of many the lowest `MOST` stay.

        Those that have no place under one of them. Which stay does not depend on the order in which they are offered.
        """
        heads, nodes = self.reserve(len(signatures))
        left = np.empty(len(signatures), np.int32)
        self.nodes.size = _offer(signatures, numbers, heads, nodes, self.nodes.size, left)
        return sorted(set(left[left >= 0].tolist()))

    def reserve(self, more: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """The heads of the chains and the nodes, with room for so many nodes more."""
        nodes, count = self.nodes.reserve(more), self.nodes.size + more
        if count > len(self._heads):
            linked = np.zeros(self.nodes.size, np.bool_)
            _linked(self._heads, nodes, linked)
            self._heads = np.zeros(1 << count.bit_length(), np.int32)
            _relink(self._heads, nodes, self.nodes.size, linked)
        return self._heads, nodes

    def near(self, signatures: Signatures) -> list[int]:
        """The numbers under any of the signatures, in ascending order, each once."""
        count = _near(signatures, self._heads, self.nodes.data, self._buffer)
        if count > len(self._buffer):
            self._buffer = np.empty(2 * count, np.int32)
            _near(signatures, self._heads, self.nodes.data, self._buffer)
        return sorted(set(self._buffer[:count].tolist()))

    def remove(self, signatures: Signatures, number: int) -> None:
        """Take the number from under the signatures; where it is not, nothing happens."""
        for signature in signatures:
            _remove(signature, number, self._heads, self.nodes.data)
