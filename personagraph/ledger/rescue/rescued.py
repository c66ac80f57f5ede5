"""Takes what can be read out of a damaged ledger into a new one, and says what is missing."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from personagraph.ledger.calls import LAST_LOST, CallLog
from personagraph.ledger.ledger import KIND
from personagraph.ledger.losses import LOST
from personagraph.ledger.rescue.forms import FITS
from personagraph.ledger.runs import RUN
from personagraph.storage.damage.salvage import SavedRow, salvage
from personagraph.storage.database import Database
from personagraph.storage.migrations import load_migrations
from personagraph.types import Mark
from personagraph.vocabulary.relationships import relationship_key

RESCUED = "rescued"
"""The name under which a ledger remembers what a rescue could not find."""


@dataclass(slots=True)
class Losses:
    """What is missing of a ledger, as far as what is left can tell.

    `runs` are those whose own row is lost, `steps` and `verdicts` the numbers of steps by run, `replies` those of the
    steps whose paid replies are lost. `counts` has how many rows are lost by table; that of verdicts can be more than
    the steps that are known, since where nothing is left of a row, its step is not known.
    """

    counts: Counter[str] = field(default_factory=Counter)
    runs: list[str] = field(default_factory=list)
    steps: dict[str, list[int]] = field(default_factory=dict)
    verdicts: dict[str, list[int]] = field(default_factory=dict)
    replies: dict[str, list[int]] = field(default_factory=dict)
    cost: float = 0.0
    """What the lost replies had cost, in USD, as far as it is known."""
    words: list[str] = field(default_factory=list)
    """What is lost of what is true of the whole file: workspace, secret, …"""
    more: bool = False
    """Whether more rows can be lost than are known: what would have known of them is lost, too."""

    def __bool__(self) -> bool:
        return any(self.counts.values()) or bool(self.words) or self.more


@dataclass(slots=True)
class _Seen:
    """The numbers of rows that are in the table, those that any index knows, and what the indexes say of them."""

    rows: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    unnumbered: Counter[str] = field(default_factory=Counter)
    entries: defaultdict[str, dict[int, tuple[Any, ...]]] = field(default_factory=lambda: defaultdict(dict))
    steps: dict[tuple[str, int], str] = field(default_factory=dict)
    trees: frozenset[str] = frozenset()
    before: Counter[str] = field(default_factory=Counter)
    """Up to which number rows that no index knows were lost before, by table."""

    def lost(self, table: str, most: int) -> set[int]:
        """The numbers up to the last that are in no row: rows are numbered without a gap, as none is ever deleted."""
        return self._numbers(table, most) - self.rows[table]

    def sure(self, table: str, most: int) -> bool:
        """Whether the indexes know of every row: none but an index that lost a page has gaps itself."""
        return table in self.trees and self.entries[table].keys() >= self._numbers(table, most)

    def _numbers(self, table: str, most: int) -> set[int]:
        known = {n for n in self.rows[table] | self.entries[table].keys() if 0 < n <= most}
        return known | set(range(self.before[table] + 1, max(known, default=0) + 1))


def salvage_ledger(
    source: Path, target: Path, *, progress: Callable[[int, int], None] = lambda done, total: None
) -> Losses:
    """Fill a new ledger with what can be read of a damaged one, and mend what follows from the rest.

    Accepted items that are lost are made again from their verdicts; the row of a run that is lost, with nothing but its
    name. Runs that lack steps or verdicts are abandoned: they cannot go on.
    """
    with closing(Database(target, KIND)) as database:
        seen = _fill(database, source, progress)
        most = source.stat().st_size // 5 + 1000
        with database.transaction():
            _update(database)
            losses = _missing(database, seen, most)
            _mend_runs(database, losses)
    return losses


def catch_up(target: Path, applied: Mapping[str, int], mark: Mark, losses: Losses) -> None:
    """Let a new ledger know of what its graph says of the old one: steps that were decided, runs and sent attempts.

    What it does not have of these is lost; their numbers are not used again.
    """
    with closing(Database(target, KIND)) as database, database.transaction():
        decided = dict(map(tuple, database.rows("SELECT id, decided FROM run")))
        held = {run: n for run, n in applied.items() if RUN.fullmatch(run) and n > decided.get(run, 0)}
        if mark.runs > max((int(run[1:]) for run in decided), default=0):
            held.setdefault(f"r{mark.runs}", 0)
        if (sent := mark.attempts - _last_attempt(database)) > 0:
            losses.counts["attempt"] += sent
            losses.more = True
            _leave_attempts(database, mark.attempts)
        new = [run for run in held if run not in decided]
        _make_runs(database, new)
        losses.runs = sorted({*losses.runs, *new}, key=lambda run: int(run[1:]))
        losses.counts["run"] += len(new)
        for run, last in held.items():
            first = database.value("SELECT decided FROM run WHERE id = ?", (run,))
            planned = {row[0] for row in database.rows("SELECT n FROM step WHERE run = ?", (run,))}
            unplanned = set(range(last)) - planned - set(losses.steps.get(run, ()))
            losses.counts["step"] += len(unplanned)
            for known, more in ((losses.steps, unplanned), (losses.verdicts, set(range(first, last)))):
                if more:
                    known[run] = sorted({*known.get(run, ()), *more})
            database.execute("UPDATE run SET decided = ? WHERE id = ?", (last, run))
        if held:
            # A step that is lost had any number of verdicts.
            losses.counts["verdict"] = max(losses.counts["verdict"], sum(map(len, losses.verdicts.values())))
            losses.more = True
        _mend_runs(database, losses)


def book_again(target: Path) -> None:
    """Enter an attempt for each reply that has none left, so that what a run has spent stays booked."""
    with closing(Database(target, KIND)) as database, database.transaction():
        rows = database.rows("SELECT * FROM call WHERE key NOT IN (SELECT call FROM attempt) ORDER BY rowid")
        # The numbers of those that were lost are left to them.
        for id, call in enumerate(rows, _last_attempt(database) + 1):
            at, what = (call["received"],) * 2, (call["key"], call["run"], call["step"])
            database.execute(
                "INSERT INTO attempt (id, call, run, step, sent, ended, outcome, cost) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (id, *what, *at, "replied", call["cost"]),
            )


def keep_word(target: Path, name: str, value: str) -> None:
    """Enter what is true of a whole new ledger."""
    with closing(Database(target, KIND)) as database, database.transaction():
        database.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))


def _fill(database: Database, source: Path, progress: Callable[[int, int], None]) -> _Seen:
    seen, rows = _Seen(), defaultdict[tuple[str, bool], list[tuple[Any, ...]]](list)

    def flush() -> None:
        with database.transaction():
            for (table, numbered), some in rows.items():
                database.execute_many(_insert(database, table, numbered=numbered), some)
        rows.clear()

    found = salvage(source, KIND, FITS, progress)
    seen.trees = found.trees
    for row in found.rows:
        if row.entry_of:
            _note(seen, row)
        elif row.table != "migration":
            numbered = row.rowid is not None
            rows[row.table, numbered].append((*((row.rowid,) if numbered else ()), *row.values))
            if sum(map(len, rows.values())) >= 10_000:
                flush()
    flush()
    for table in _NUMBERED:
        seen.rows[table] = {row[0] for row in database.rows(f"SELECT rowid FROM {table}")}
    for table, last in _LOST_BEFORE.items():
        seen.before[table] = database.value(last) or 0
    return seen


def _update(database: Database) -> None:
    """Do to rows of an older version what a migration of data did: those that were saved can be from before it."""
    rows = database.rows("SELECT key, source, type, target, label FROM assertion WHERE type = 'RELATED_TO'")
    if any(row["key"] != relationship_key(*tuple(row)[1:]) for row in rows):
        database.carry_out(next(one for one in load_migrations(KIND.schema) if one.name == "own_words"))
        KIND.complete(database)


def _note(seen: _Seen, row: SavedRow) -> None:
    """Remember what an entry of an index knows."""
    if row.entry_of == "step_call" and isinstance(row.values[2], int):
        seen.steps[str(row.values[1]), row.values[2]] = str(row.values[0])
    elif row.rowid is not None and (row.entry_of in _KEYS or row.rowid not in seen.entries[row.table]):
        seen.entries[row.table][row.rowid] = row.values if row.entry_of in _KEYS else ()


_KEYS = {"sqlite_autoindex_call_1", "sqlite_autoindex_verdict_1"}
"""The indexes that have the key of a row."""


def _insert(database: Database, table: str, *, numbered: bool) -> str:
    names = [row[1] for row in database.rows(f"PRAGMA table_info({table})")]
    names = [*(["rowid"] if numbered else []), *names]
    return f"INSERT OR IGNORE INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"


def _missing(database: Database, seen: _Seen, most: int) -> Losses:
    losses = Losses()
    known = {row[0] for row in database.rows("SELECT id FROM run")}
    named = {row[0] for table in _OF_RUNS for row in database.rows(f"SELECT DISTINCT run FROM {table}")}
    lost = {f"r{n}" for n in seen.lost("run", most)} | {run for run in named if RUN.fullmatch(run)}
    losses.runs = sorted(lost - known, key=lambda run: int(run[1:]))
    _make_runs(database, losses.runs)
    # What a run took back when it was abandoned can have come up again from a page that was given up.
    stale = "DELETE FROM verdict WHERE step >= (SELECT decided FROM run WHERE run.id = verdict.run)"
    database.execute(stale)
    database.execute(stale.replace("verdict", "assertion"))
    _missing_steps(database, seen, losses)
    _missing_verdicts(database, seen, losses, most)
    _missing_calls(database, seen, losses, most)
    for table in ("attempt", "event"):
        losses.counts[table] = len(seen.lost(table, most))
    if (last := max(seen.lost("attempt", most), default=0)) > _last_attempt(database):
        _leave_attempts(database, last)
    losses.counts["run"] = len(losses.runs)
    losses.more = "step_call" not in seen.trees or not all(seen.sure(table, most) for table in _NUMBERED)
    # The secret is made for the first call.
    asked = losses.counts["call"] or losses.counts["attempt"] or database.value(_ASKED)
    for name in ("workspace", "secret") if asked else ("workspace",):
        if not database.value("SELECT 1 FROM meta WHERE name = ?", (name,)):
            losses.words.append(name)
    return losses


def _missing_steps(database: Database, seen: _Seen, losses: Losses) -> None:
    # Of a run that is entered as lost, those that its graph told of were never there.
    told = f"SELECT id, CASE status WHEN '{LOST}' THEN 0 ELSE decided END FROM run"
    for run, decided in database.rows(told):
        there = {row[0]: row[1] for row in database.rows("SELECT n, call FROM step WHERE run = ?", (run,))}
        calls = {call for call in there.values() if call}
        known = {n for (of, n), call in seen.steps.items() if of == run and n not in there and call not in calls}
        last = max([decided - 1, *there, *known])
        if lost := sorted((set(range(last + 1)) | known) - there.keys()):
            losses.steps[run] = lost
            losses.counts["step"] += len(lost)


def _missing_verdicts(database: Database, seen: _Seen, losses: Losses, most: int) -> None:
    there = {tuple(row) for row in database.rows("SELECT run, step, item FROM verdict")}
    decided = dict(map(tuple, database.rows("SELECT id, decided FROM run")))
    lost = seen.lost("verdict", most)
    where = defaultdict(set)
    for n, entry in seen.entries["verdict"].items():
        if n in lost and len(entry) == 4 and entry[:3] not in there and entry[1] < decided.get(entry[0], 0):
            where[entry[0]].add(entry[1])
    losses.verdicts = {run: sorted(steps) for run, steps in where.items()}
    losses.counts["verdict"] = len(lost)


def _missing_calls(database: Database, seen: _Seen, losses: Losses, most: int) -> None:
    there = {row[0] for row in database.rows("SELECT key FROM call")}
    unnumbered = len(there) - len(seen.rows["call"])
    lost, entries = seen.lost("call", most), seen.entries["call"]
    keys = {entry[0] for n, entry in entries.items() if n in lost and entry and entry[0] not in there}
    booked = {row[0] for row in database.rows("SELECT call FROM attempt WHERE outcome = 'replied'")}
    judged = {row[0] for row in database.rows("SELECT call FROM verdict WHERE outcome != 'dead' AND call != ''")}
    count = len(lost) - unnumbered
    if len(entries) < max([*seen.rows["call"], *entries, 0]):
        # The index has gaps of its own: there may have been more than it and the table know.
        keys |= (booked | judged) - there
        count = max(count, len(keys))
    where = defaultdict(set)
    for key in keys:
        for run, step, cost in database.rows(
            "SELECT run, step, max(cost) FROM attempt WHERE call = ? GROUP BY run, step", (key,)
        ):
            where[run].add(step)
            losses.cost += cost
    losses.replies = {run: sorted(steps) for run, steps in where.items()}
    losses.counts["call"] = count


def _last_attempt(database: Database) -> int:
    """The last number of an attempt that was sent, as far as is known."""
    return CallLog(database, datetime.now).next_attempt() - 1


def _leave_attempts(database: Database, last: int) -> None:
    """Have the ledger leave the numbers up to this one to attempts that were lost."""
    database.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (LAST_LOST, str(last)))


def _make_runs(database: Database, runs: Iterable[str]) -> None:
    """Enter runs whose own rows are lost: they decided what their verdicts say."""
    for run in runs:
        decided = database.value("SELECT max(step) + 1 FROM verdict WHERE run = ?", (run,)) or 0
        database.execute(
            "INSERT INTO run (number, id, command, decided, settings, limits, model, simulated, status, reason,"
            " started) VALUES (?, ?, ?, ?, '{}', '{}', '', 0, 'abandoned', 'it was lost', '')",
            (int(run[1:]), run, LOST, decided),
        )


def _mend_runs(database: Database, losses: Losses) -> None:
    """Give up unfinished runs that lack something they would need to go on."""
    holes = {*losses.steps, *losses.verdicts}
    if losses.counts["verdict"] > sum(map(len, losses.verdicts.values())):
        # Of some verdicts it is not known whose they were.
        holes |= {
            row[0] for row in database.rows("SELECT id FROM run WHERE status IN ('running','interrupted','failed')")
        }
    for run in holes:
        database.execute(
            "UPDATE run SET status = 'abandoned', reason = 'parts of it were lost'"
            " WHERE id = ? AND status IN ('running', 'interrupted', 'failed')",
            (run,),
        )
    database.execute("UPDATE run SET applied = min(applied, decided)")


_ASKED = "SELECT 1 FROM call UNION SELECT 1 FROM attempt UNION SELECT 1 FROM verdict WHERE call != ''"
"""Whether a model was ever asked, as far as is left of it."""
_NUMBERED = ("run", "call", "verdict", "attempt", "event")
_LOST_BEFORE = {
    "run": f"SELECT max(number) FROM run WHERE status = '{LOST}'",
    "attempt": f"SELECT CAST(value AS INTEGER) FROM meta WHERE name = '{LAST_LOST}'",
}
"""What tells up to which number a table lacks rows that somebody gave up (`store accept`)."""
_OF_RUNS = ("step", "call", "verdict", "attempt", "batch", "event", "assertion")
