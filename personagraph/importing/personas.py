"""Imports personas from a file: PersonaHub's JSONL, or any JSONL or CSV with a field of descriptions."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import Any

from personagraph.importing.fields import cells_of, is_simulated, kept, known, unguarded
from personagraph.importing.networks.mapping import Column
from personagraph.importing.networks.values import NATURES, Vocabulary
from personagraph.runs.growth import Arrival, Changes, Growth
from personagraph.runs.work import KnownSteps
from personagraph.text.descriptions import DescribedRow, Descriptions, cleaned
from personagraph.text.scripts import word_count
from personagraph.types import Step, Verdict

CHUNK = 200
AHEAD = 10 * CHUNK
"""Rows that are read for duplicates together: more than a step has, as a few at a time take twice as long."""
LOOKED_AT = 1_000
"""Rows at the top of a file by which it is told whether it holds people or texts."""
LONGEST_PERSON = 60
"""Words of a description; few people are described in more."""


class Importing(KnownSteps):
    """The work of an import: a step for every CHUNK rows, without a model.

    A persona keeps what else its row says; where columns have the names of attributes, or of the nature, also as these,
    in any case and as far as they can be read; `columns` says of an attribute which column it is. `unread` counts the
    values that cannot be read, by attribute. A row that is merged into a persona leaves that one as it is, and what it
    says is in the ledger alone. Rows of steps that an earlier session carried out are read past.
    """

    dialogue = None

    def __init__(
        self,
        rows: Descriptions | Sequence[DescribedRow],
        growth: Growth,
        *,
        run: str,
        columns: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._rows, self._read = iter(rows), 0
        self._ahead: deque[tuple[DescribedRow, Arrival | None]] = deque()
        """The rows that come next, which the growth is prepared for."""
        self.total = -(-len(rows) // CHUNK)
        self._growth = growth
        self._run = run
        # By the small letters of its name, under which every cell stands, too.
        self._columns = {name: Column(column=column.casefold()) for name, column in columns.items()}
        self._vocabulary = Vocabulary()
        self.unread = self._vocabulary.unread

    def next_step(self, n: int) -> Step | None:
        """The next chunk of rows."""
        return Step(n, subject="") if n < self.total else None

    def decide(self, step: Step, data: Mapping[str, Any]) -> Iterator[Verdict]:
        """A verdict a row: new, merged, or rejected with the line and the fault."""
        for item, (row, arrival) in enumerate(self._rows_of(step, self._growth.prepare_in_order)):
            if arrival is None:
                yield Verdict(item, "rejected", "malformed", "", {"line": row.line, "fault": row.fault})
            else:
                yield self._growth.judge(item, arrival)

    def _rows_of(
        self, step: Step, prepare: Callable[[Sequence[str]], None]
    ) -> Iterator[tuple[DescribedRow, Arrival | None]]:
        """The rows of the next step that is looked at, each with what arrives by it, None for a bad one.

        `prepare` is told of all that come next when some are read.
        """
        past, self._read = step.n * CHUNK - self._read, (step.n + 1) * CHUNK
        self._rows = islice(self._rows, past, None) if past else self._rows
        for _ in range(CHUNK):
            if not self._ahead:
                self._look_ahead(prepare)
            if not self._ahead:
                return
            yield self._ahead.popleft()

    def _look_ahead(self, prepare: Callable[[Sequence[str]], None]) -> None:
        """Read the next rows."""
        self._ahead.extend((row, None if row.fault else self._arrival(row)) for row in islice(self._rows, AHEAD))
        prepare([arrival.description for _, arrival in self._ahead if arrival])

    def _arrival(self, row: DescribedRow) -> Arrival:
        if not row.fields:
            return Arrival(row.description, "import")
        cells = cells_of(row.fields)
        nature = cells.get("nature", "").strip()
        said = self._vocabulary.attributes(self._columns, cells)
        stated, grounds = known(said, row.fields, row.description)
        return Arrival(
            cleaned(unguarded(row.description, row.fields)),
            "import",
            stated,
            nature if nature in NATURES else "person",
            fields=kept(row.fields, row.description)[0],
            simulated=is_simulated(row.fields, row.description),
            exact=True,
            grounds=grounds,
        )

    def fold(self, step: Step, verdict: Verdict) -> None:
        """Let the persona in; the rows of a step that an earlier session decided are read together, too."""
        if step.n * CHUNK >= self._read:
            deque(self._rows_of(step, self._growth.prepare), maxlen=0)
        self._growth.fold(self._run, step, verdict)

    def collect(self) -> Changes:
        """What the chunks brought."""
        return self._growth.collect()


def texts_among(rows: Iterable[DescribedRow]) -> str:
    """How many of the first rows are too long for descriptions of people, in words; empty unless most are."""
    found = [row.description for row in islice(rows, LOOKED_AT) if not row.fault]
    long = sum(word_count(description) > LONGEST_PERSON for description in found)
    if 2 * long <= len(found):
        return ""
    return f"{long} of the first {len(found)} rows have more than {LONGEST_PERSON} words"
