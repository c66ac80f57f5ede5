"""Crashes that are armed at commits: before the n-th of a process or after it, whatever the commit is about."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from personagraph.storage.database import Database
from tests.worlds import Crash


class Bomb:
    """Kills the process at the n-th moment before or after a commit; a dead process writes nothing any more.

    `moments` counts those that there were, `fired` says whether it went off. None as a fuse only counts.
    """

    def __init__(self, fuse: int | None) -> None:
        self._fuse = fuse
        self._lock = threading.Lock()
        self.moments = 0

    @property
    def fired(self) -> bool:
        return self._fuse is not None and self.moments >= self._fuse

    def __call__(self) -> None:
        with self._lock:
            self.moments += 1
            if self.fired:
                raise Crash


@contextmanager
def mined(bomb: Bomb) -> Iterator[None]:
    """Every transaction of a database, of a ledger as of a graph, can die before its commit and after it."""
    plain = Database.transaction

    @contextmanager
    def transaction(database: Database) -> Iterator[None]:
        with plain(database):
            outermost = database._depth == 1
            yield
            if outermost:
                bomb()
        if outermost:
            bomb()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "transaction", transaction)
        yield
