"""Takes up what came of a batch: into the ledger first, then to whoever waits for it."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import IO

from personagraph.errors import ChatError, ChatUnavailableError, ReplyFormatError, StoreError
from personagraph.ledger import Ledger
from personagraph.ledger.batches import BatchedRequest, SubmittedBatch
from personagraph.ledger.calls import Entry, Failed, Received
from personagraph.llm.batches.endpoint import BatchEndpoint, BatchState, GoneError
from personagraph.llm.batches.results import ResultLine, read
from personagraph.llm.batches.wants import Wants
from personagraph.llm.client.budget import Budget
from personagraph.llm.client.remarks import Remarks
from personagraph.types import ChatReply, ChatRequest

REPLY, SPARE = 200_000, 1_000_000
"""Bytes of results for each request, at most, and besides."""
TIMES, LESS = 4, 12
"""How often a request is put into a batch, and how often where a server takes only a part of it."""
AT_ONCE = 500
"""Results that are entered in one commit."""
COMPLETED, CANCELLED = "completed", "cancelled"


class LostResultsError(ChatError):
    """The results of a batch are not there, or nothing that could be results."""


Patiently = Callable[[Callable[[], Awaitable[None]]], Awaitable[None]]
"""Calls again while the server cannot answer."""


class Intake:
    """Enters replies and failures as they came; settles what was set aside for them, as far as the run pays for it."""

    def __init__(
        self,
        endpoint: BatchEndpoint,
        ledger: Ledger,
        run: str,
        budget: Budget,
        remarks: Remarks,
        wants: Wants,
        say: Callable[[str], None],
    ) -> None:
        self._endpoint, self._ledger, self._run = endpoint, ledger, run
        self._budget, self._remarks, self._wants, self._say = budget, remarks, wants, say
        self._asked: Counter[str] = Counter()
        self._less: Counter[str] = Counter()

    async def take(self, batch: SubmittedBatch, state: BatchState, patiently: Patiently) -> "Found":
        """Enter the results of a batch that is over, which is then ended; `give` has to follow.

        Raises LostResultsError when there are no results to be had, or nothing that could be some; then nothing is
        entered.
        """
        unheard = {one.key: one for one in self._ledger.batches.unheard(batch)}
        found, odd = Found(), Counter[str]()
        with ExitStack() as files:
            held = [
                await self._fetched(files.enter_context(tempfile.TemporaryFile()), file, batch, patiently)
                for file in (state.output, state.errors)
                if file
            ]
            before = self._ledger.batches.keys(batch) - unheard.keys()
            for line in (line for file in held for line in read(file, unheard, before, found.seen, odd)):
                if not line.never_run:
                    await self._hear(unheard[line.key], line, found)
                else:
                    found.seen.discard(line.key)
                if len(found.entries) >= AT_ONCE:
                    await asyncio.to_thread(self._ledger.calls.enter, found.entries)
                    found.entries = []
        if state.status == COMPLETED and unheard and not found.seen:
            raise LostResultsError("its results hold no answer to what was asked")
        for what, count in odd.items():
            self._say(f"the results of batch {batch.remote} had {count:,} {what}, which were left out")
        missing = [one for one in unheard.values() if one.key not in found.seen]
        for one in missing:
            self._miss(one, state, found)
        await asyncio.to_thread(self._end, batch, state.status, found.entries)
        if missing and state.status == CANCELLED:
            told = f"batch {batch.remote} was cancelled at {batch.place}, {len(missing):,} of {batch.size:,} unanswered"
            found.error = found.error or ChatUnavailableError(f"{told}; the same command asks them again")
        return found

    async def _hear(self, one: BatchedRequest, line: ResultLine, found: "Found") -> None:
        """Take what a line of results says."""
        wanted = self._wants.of(one.key)
        # Nobody waits for what an earlier run had asked, and this one does not.
        request = (
            self._endpoint.lifted(wanted.request()) if wanted else ChatRequest(one.key, one.prompt, (), None, {}, {})
        )
        try:
            reply = await self._endpoint.reply(request, line.status, line.body)
        except ChatError as error:
            cost = self._budget.failed(error, request, one.reserve) if isinstance(error, ChatUnavailableError) else 0.0
            self._fail(one, str(error), cost, found)
            if isinstance(error, ReplyFormatError):
                found.got[one.key] = error
            elif isinstance(error, ChatUnavailableError):
                found.again[one.key] = error
            else:
                found.error = found.error or error
            return
        cost = self._budget.cost(reply, request) if wanted or reply.metered else one.reserve
        reply = replace(reply, cost=cost)
        self._remarks.look(reply, request, one.reserve)
        self._settle(one, cost, answered=True)
        model = self._endpoint.model
        found.entries.append(Received(one.attempt, one.key, one.run, one.step, request.prompt, model, reply))
        found.got[one.key] = reply

    def _miss(self, one: BatchedRequest, state: BatchState, found: "Found") -> None:
        """Take it that the results say nothing of a request: nobody knows whether a batch that is complete bills it."""
        is_complete = state.status == COMPLETED
        why = "the results of its batch have nothing of it" if is_complete else f"its batch was {state.status} before"
        self._fail(one, why, one.reserve if is_complete else 0.0, found)
        if state.status != CANCELLED:
            found.again[one.key] = ChatUnavailableError(why)
            if not is_complete:
                found.expired.add(one.key)

    def _fail(self, one: BatchedRequest, why: str, cost: float, found: "Found") -> None:
        self._settle(one, cost, answered=False)
        found.entries.append(Failed(one.attempt, why, cost))

    def give(self, found: "Found") -> ChatError | None:
        """Give to whoever waits what was found; what has no answer is asked again, but a few times only.

        Why the run cannot go on, if it cannot.
        """
        others = any(isinstance(got, ChatReply) for got in found.got.values())
        for key, error in found.again.items():
            gone = self._given_up(key, error, others=others and key not in found.expired)
            if isinstance(gone, ReplyFormatError):
                found.got[key] = gone
            elif gone:
                found.error = found.error or gone
        self._wants.settle(found.got)
        self._wants.back(found.again.keys() - found.got.keys())
        return found.error

    async def refused(self, batch: SubmittedBatch, why: str) -> list[str]:
        """Nothing of the batch was carried out, and nothing is paid for; the keys of what it held."""
        return await self._unanswered(batch, why, is_paid=False)

    async def forgotten(self, batch: SubmittedBatch, why: str) -> None:
        """What the batch brought cannot be had: the most that it can have cost stays booked, and it is asked again."""
        self._say(
            f"batch {batch.remote or batch.token} is given up ({why}): the most that it can have cost stays booked"
        )
        self._wants.back(await self._unanswered(batch, why, is_paid=True))

    async def _unanswered(self, batch: SubmittedBatch, why: str, *, is_paid: bool) -> list[str]:
        unheard = self._ledger.batches.unheard(batch)
        for one in unheard:
            self._settle(one, one.reserve if is_paid else 0.0, answered=False)
        failed = [Failed(one.attempt, why, one.reserve if is_paid else 0.0) for one in unheard]
        await asyncio.to_thread(self._end, batch, why if is_paid else "refused", failed)
        return [one.key for one in unheard]

    def _end(self, batch: SubmittedBatch, outcome: str, entries: Sequence[Entry]) -> None:
        with self._ledger.transaction():
            self._ledger.calls.enter(entries)
            self._ledger.batches.end(batch.id, outcome)

    async def _fetched(self, held: IO[bytes], file: str, batch: SubmittedBatch, patiently: Patiently) -> IO[bytes]:
        """The file of results, in one that is empty."""

        async def fetch() -> None:
            held.seek(0)
            held.truncate()
            await self._endpoint.fetch(file, held, SPARE + REPLY * batch.size)

        try:
            await patiently(fetch)
        except OSError as error:
            raise StoreError(
                f"no room for the results of a batch ({error.strerror}); make some, then resume"
            ) from error
        except GoneError as error:
            raise LostResultsError(str(error)) from error
        except ChatUnavailableError as error:
            if not error.nonsense:
                raise
            raise LostResultsError(str(error).partition(";")[0]) from error
        held.seek(0)
        return held

    def _settle(self, one: BatchedRequest, cost: float, *, answered: bool) -> None:
        """Book what a request cost, or may have cost, as far as it is this run's."""
        if one.run == self._run:
            self._budget.settle(one.reserve, cost, answered=answered)

    def _given_up(self, key: str, error: ChatUnavailableError, *, others: bool) -> ChatError | None:
        """Why a request that failed is asked no more; None while it is asked again."""
        if error.retry_after == 0.0 and not error.limited:
            self._less[key] += 1
            return error if self._less[key] >= LESS else None
        self._asked[key] += 1
        if self._asked[key] < TIMES:
            return None
        told = f"asked in {TIMES} batches, without an answer in any ({error})"
        return ReplyFormatError(f"the server answers others; {told}", "") if others else ChatUnavailableError(told)


@dataclass(slots=True)
class Found:
    """What the results of a batch come to so far: what was heard, what is asked again, what is still to be entered."""

    seen: set[str] = field(default_factory=set)
    got: dict[str, ChatReply | ReplyFormatError] = field(default_factory=dict)
    again: dict[str, ChatUnavailableError] = field(default_factory=dict)
    expired: set[str] = field(default_factory=set)
    entries: list[Entry] = field(default_factory=list)
    error: ChatError | None = None
