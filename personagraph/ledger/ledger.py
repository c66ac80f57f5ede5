"""Opens a ledger file and hands out its parts: runs, steps, calls, verdicts with their assertions."""

import re
import secrets
from collections.abc import Callable, Container
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

from personagraph.ledger.account import Accounts, OutcomeLog
from personagraph.ledger.assertions import AssertionLog, complete_keys
from personagraph.ledger.batches import BatchLog
from personagraph.ledger.calls import CallLog
from personagraph.ledger.events import EventLog
from personagraph.ledger.losses import LossLog
from personagraph.ledger.merges import MergeLog, parted
from personagraph.ledger.runs import RunLog
from personagraph.ledger.steps import StepLog
from personagraph.storage.database import Database, Kind
from personagraph.types import Assertion, Mark, digest

KIND = Kind("ledger", 0x5047474C, Path(__file__).parent / "schema", complete_keys)
"""Its header says PGGL."""

_WORD = re.compile(r"([0-9]{1,18})\.([0-9]{1,18})\.[0-9a-f]+")


def _now() -> datetime:
    return datetime.now(UTC)


class Ledger:
    """One workspace's ledger. Every write is on disk when it returns; `transaction` groups several into one.

    Raises ConfigError for a file that is something else, StoreError when it cannot be read or written,
    SchemaVersionError when a newer version wrote it.
    """

    def __init__(self, path: Path, *, clock: Callable[[], datetime] = _now) -> None:
        self._database = Database(path, KIND)
        self.runs = RunLog(self._database, clock)
        self.steps = StepLog(self._database)
        self.calls = CallLog(self._database, clock)
        self.batches = BatchLog(self._database, clock)
        self.assertions = AssertionLog(self._database)
        self.events = EventLog(self._database, clock)
        self.accounts = Accounts(self._database)
        self.merges = MergeLog(self._database)
        self.losses = LossLog(self._database, clock)
        self.outcomes = OutcomeLog(self._database)

    @property
    def workspace(self) -> str:
        """The id that the store must carry too; made with the file."""
        return self._meta("workspace", lambda: secrets.token_hex(8))

    def adopt(self, workspace: str) -> None:
        """Give a new ledger the id of a workspace whose graph is there already."""
        self._meta("workspace", lambda: workspace)

    @property
    def secret(self) -> bytes:
        """What the delimiters around untrusted text are derived from; another each time where none can be kept."""
        return bytes.fromhex(self._meta("secret", lambda: secrets.token_hex(32)))

    @property
    def mark(self) -> Mark:
        """How far the ledger is: what the store remembers, to know again one that lacks its latest part."""
        return Mark(self.runs.last, self.calls.next_attempt() - 1)

    def word(self, runs: Container[str], *, like: str = "") -> str:
        """What tells these runs, and all that is entered by now, from those of another ledger; a word of few letters.

        `like` is such a word of before: then what was entered by then, so that the two are equal when this ledger went
        on from there, and not when it is an older copy, went another way since, or has another form by now.
        """
        points = _WORD.fullmatch(like)
        latest = [self._database.number(f"SELECT max(rowid) FROM {table}") for table in ("call", "event")]
        call, event = map(int, points.groups()) if points else latest
        bought = self._database.rows("SELECT key, received, latency, reply FROM call WHERE rowid = ?", (call,))
        met = self._database.rows("SELECT run, at, kind, detail FROM event WHERE id = ?", (event,))
        form = self._database.value("SELECT max(version) FROM migration")
        begun = (f"{run.id} {run.started}" for run in self.runs.all() if run.id in runs)
        parts = (ascii(part) for row in (*bought, *met) for part in row)
        return f"{call}.{event}.{digest(self.workspace, str(form), *begun, *parts)}"

    def remembered(self, name: str) -> str:
        """What was remembered under this name, or ""."""
        return str(self._database.value("SELECT value FROM meta WHERE name = ?", (name,)) or "")

    def remember(self, name: str, value: str) -> None:
        """Keep a word for later sessions."""
        with self._database.transaction():
            self._database.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def transaction(self) -> AbstractContextManager[None]:
        """Group what is written inside into one commit."""
        return self._database.transaction()

    def abandon(self, run: str, *, applied: int) -> None:
        """End a run for good: what it decided beyond the steps that the store holds is taken back, replies are kept."""
        beyond = self.steps.decided(run, first=applied, last=self.runs.get(run).decided)
        with self.transaction():
            for verdict in (verdict for decided in beyond for verdict in decided.verdicts):
                if apart := parted(verdict):
                    self.assertions.enter(Assertion(**row) for row in verdict.detail["moved"])
                    self.assertions.may_merge(*apart)
            self.assertions.remove_from(run, applied)
            self.steps.forget(run, first=applied)
            self.runs.end(run, "abandoned")

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _meta(self, name: str, make: Callable[[], str]) -> str:
        found = self._database.value("SELECT value FROM meta WHERE name = ?", (name,))
        if found is None and self._database.read_only:
            return make()
        if found is None:
            with self._database.transaction():
                self._database.execute("INSERT OR IGNORE INTO meta VALUES (?, ?)", (name, make()))
            found = self._database.value("SELECT value FROM meta WHERE name = ?", (name,))
        return str(found)
