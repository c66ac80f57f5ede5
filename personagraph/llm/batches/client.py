"""Buys replies by batches: what is asked at one time goes as one file, and comes back within hours, for less."""

import asyncio
import secrets
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial

from personagraph.errors import ChatError, ChatUnavailableError, ConfigError
from personagraph.ledger import Ledger
from personagraph.ledger.batches import BatchedRequest, SubmittedBatch
from personagraph.ledger.calls import Sent
from personagraph.llm.backend import Answer, Pace
from personagraph.llm.batches.endpoint import BatchEndpoint, BatchState, GoneError, NoBatchesError
from personagraph.llm.batches.intake import Intake, LostResultsError
from personagraph.llm.batches.patience import GROWING, Pauses, ProviderPatience
from personagraph.llm.batches.wants import WantedReply, Wants
from personagraph.llm.client.budget import Budget
from personagraph.llm.client.gate import Unsent
from personagraph.llm.client.remarks import Remarks
from personagraph.llm.threads import started
from personagraph.prompts.dialogue import Dialogue
from personagraph.types import Step

MOST, LARGEST = 50_000, 90_000_000
"""Requests, and bytes, of one batch: what providers take."""
OVERDUE = 26 * 3600.0
"""Seconds for which a batch is waited for; providers promise that it is over within 24 hours."""


class _UntoldError(ChatError):
    """Nobody can tell whether a batch began."""


class BatchClient:
    """One server's batch endpoint, driven by an event loop in a thread of its own; it is a `Client`.

    Steps are gathered until somebody waits for one of them (`awaited`): then all go in one file, as far as the budget
    has room for the worst case of each, and the batch is in the ledger before it is submitted. An open batch of the
    ledger is taken up, whoever submitted it: what it holds is not asked again. Once `stopping` says so, batches are
    left at the provider; whoever goes on finds them. `patience` are the seconds for which a server may fail us.
    """

    def __init__(
        self,
        endpoint: BatchEndpoint,
        ledger: Ledger,
        run: str,
        *,
        budget: Budget | None = None,
        pauses: Pauses = GROWING,
        patience: float = 900.0,
        most: int = MOST,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._endpoint, self._ledger, self._run = endpoint, ledger, run
        self._budget, self._most, self._closing, self._stopping = budget or Budget(), most, False, stopping
        self._patience = ProviderPatience(pauses, patience, lambda: self._closing or stopping())
        self._remarks = Remarks(self._budget)
        self._told, self._said = deque[str](), set[str]()
        self._open = self._taken_up()
        held = {request.key: None for batch in self._open for request in ledger.batches.unheard(batch)}
        self._wants = Wants(ledger.calls, held)
        self._intake = Intake(endpoint, ledger, run, self._budget, self._remarks, self._wants, self._say)
        self._states: dict[int, BatchState] = {}
        self._exhausted, self._alone, self._looks = False, False, 0
        self._awaited: Future[Answer | None] | None = None
        self._loop = asyncio.new_event_loop()
        self._work: asyncio.Task[None] | None = None
        self._thread = started(self._carry_out, self._loop, "batches")

    @property
    def exhausted(self) -> bool:
        """Whether the budget has no room for the next call."""
        return self._exhausted

    @property
    def pace(self) -> Pace:
        """How the client stands: what is in batches counts as in flight."""
        budget, batches = self._budget, list(self._open)
        told = "; ".join(_standing(batch, self._states.get(batch.id)) for batch in batches)
        size = sum(batch.size for batch in batches)
        return Pace(size, self._most, told, budget.spent, budget.perhaps_billed, self._patience.trouble)

    def changes(self) -> list[tuple[int, str]]:
        """None: how much is in flight is nobody's to change."""
        return []

    def remarks(self) -> list[str]:
        """What the user should know of batches, and of the money that was spent, since the last call."""
        return [*(self._told.popleft() for _ in range(len(self._told))), *self._remarks.new()]

    def submit(self, run: str, steps: Sequence[tuple[Step, str]], dialogue: Dialogue) -> "list[Future[Answer | None]]":
        """Gather steps, each with the key of its call; a batch leaves when one is `awaited`.

        A future has None if the step was never sent; it raises ChatError when the provider fails.
        """
        return self._wants.add(run, steps, dialogue)

    def awaited(self, reply: "Future[Answer | None]") -> None:
        """Somebody waits for this reply, and submits nothing more before it comes."""
        self._awaited = reply

    def close(self, *, drain: bool = True) -> None:
        """Stop looking, and leave batches where they are; with `drain`, one that begins gets its name first."""
        self._closing = True
        if not drain and self._work:
            self._loop.call_soon_threadsafe(self._work.cancel)
        self._thread.join()

    def _carry_out(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._work = self._loop.create_task(self._until_the_end())
        try:
            self._loop.run_until_complete(self._work)
        except asyncio.CancelledError:
            self._wants.release()
        finally:
            self._loop.run_until_complete(self._endpoint.close())
            self._loop.close()

    async def _until_the_end(self) -> None:
        error: BaseException | None = None
        try:
            while True:
                await self._patience.rest(0.0)
                if self._awaited is not None and not self._awaited.done():
                    await self._go_on()
                else:
                    await self._patience.rest(0.01)
        except Unsent:
            if not self._stopping():
                await self._tidy()
            if self._open:
                self._say(f"{self._whose()} still at {self._endpoint.place}: the same command takes up the replies")
        except Exception as failure:  # whoever waits must hear of it, or would wait for ever
            error = failure
        self._wants.release(error)

    async def _go_on(self) -> None:
        """Submit what is gathered, and look at what was submitted, once."""
        while await self._submit_some():
            self._looks = 0
        for batch in list(self._open):
            if not batch.remote:
                await self._name(batch, is_unsure=True)
        # What has no name was given up.
        batches, over = [batch for batch in self._open if batch.remote], False
        for batch in batches:
            over = await self._looked_at(batch) or over
        if batches and not over:
            await self._patience.look_again(self._looks)
            self._looks += 1

    async def _submit_some(self) -> bool:
        """Submit one batch of what is gathered; whether there was something to submit that may be."""
        if self._alone and self._open:
            return False
        lines: list[bytes] = []
        asked: list[tuple[str, WantedReply, float]] = []
        size = 0
        for key, wanted in self._wants.gathered()[: self._most]:
            request = self._endpoint.lifted(wanted.request())
            reserve, line = self._budget.worst(request), self._endpoint.line(request)
            if not self._budget.has_room(reserve):
                self._refuse(reserve, is_first=not lines)
                break
            if size + len(line) > LARGEST and lines:
                break
            self._budget.reserve(reserve)
            lines.append(line)
            asked.append((key, wanted, reserve))
            size += len(line)
        if not lines:
            return False
        token = f"personagraph-{secrets.token_hex(8)}"
        try:
            file = await self._patience.with_retries(
                lambda: self._endpoint.upload(token, b"".join(lines)), nonsense=False
            )
        except BaseException as error:
            for _, _, reserve in asked:
                self._budget.settle(reserve, 0.0)
            raise self._explained(error) from None
        first = self._ledger.calls.take_attempt(len(lines))
        sent = [
            Sent(first + i, key, wanted.run, wanted.step.n, reserve) for i, (key, wanted, reserve) in enumerate(asked)
        ]
        place, begin = self._endpoint.place, self._ledger.batches.begin
        batch = await asyncio.to_thread(begin, self._run, self._endpoint.model, place, token, file, sent)
        self._open.append(batch)
        self._wants.sent([key for key, _, _ in asked])
        await self._name(batch)
        return True

    def _refuse(self, reserve: float, *, is_first: bool) -> None:
        """The budget has no room for the next request: it waits for what comes back, or is never sent."""
        if self._open or not is_first:
            self._say(
                "not all that may be asked fits --max-cost at its worst: the rest goes in a later batch, if it does"
            )
            return
        self._remarks.refused(reserve)
        self._exhausted = True
        self._wants.release()

    async def _name(self, batch: SubmittedBatch, *, is_unsure: bool = False) -> None:
        """Have the provider begin the batch, unless it has, and enter its name for it."""
        since, failures, remote = time.monotonic(), 0, ""
        while not remote:
            try:
                if is_unsure:
                    remote = await self._patience.unless_stopped(self._found(batch))
                # Nothing may come between a batch that begins and its name in the ledger.
                remote = remote or await self._endpoint.submit(batch.file, batch.token)
            except _UntoldError as error:
                await self._intake.forgotten(batch, str(error))
                return await self._ended(batch)
            except ChatUnavailableError as error:
                failures, is_unsure = failures + 1, True
                await self._patience.after(error, failures, since)
            except ChatError as error:
                await self._intake.refused(batch, str(error))
                await self._ended(batch)
                raise self._explained(error) from None
        self._patience.trouble = ""
        await asyncio.to_thread(self._ledger.batches.named, batch.id, remote)
        self._open[self._open.index(batch)] = batch = batch._replace(remote=remote)
        self._say(
            f"batch {remote} of {batch.size:,} requests is at {batch.place}, which answers within 24 hours; Ctrl-C"
            " leaves it there, and the same command takes up the replies"
        )

    async def _found(self, batch: SubmittedBatch) -> str:
        """The name of a batch of which we do not know whether it began; empty when it did not.

        Raises _UntoldError where the provider does not tell: it is as with a call that was cut off in flight.
        """
        try:
            return await self._endpoint.find(batch.file, batch.token)
        except NoBatchesError as error:
            raise _UntoldError(f"nobody tells whether it began: {error}") from None

    async def _looked_at(self, batch: SubmittedBatch) -> bool:
        """Look at a batch, and take what came of it; whether it is over."""
        try:
            state = await self._patience.with_retries(lambda: self._endpoint.state(batch.remote))
        except GoneError as error:
            return await self._lose(batch, error)
        self._states[batch.id] = state
        if not state.is_over:
            if not state.is_known:
                self._say(
                    f"batch {batch.remote} is said to be {state.status or 'nothing'}, which is no status that we know"
                )
            if time.time() - batch.submitted > OVERDUE:
                raise ChatUnavailableError(
                    f"{batch.place} has not ended batch {batch.remote} after {OVERDUE / 3600:.0f} hours; the same"
                    " command looks again"
                )
            return False
        if state.status == "failed":
            await self._failed(batch, state)
            return True
        try:
            found = await self._intake.take(batch, state, partial(self._patience.with_retries, nonsense=False))
        except LostResultsError as error:
            return await self._lose(batch, error)
        await self._ended(batch)
        if failure := self._intake.give(found):
            raise failure
        return True

    async def _failed(self, batch: SubmittedBatch, state: BatchState) -> None:
        """The provider took none of it: ask for less at a time if that was the reason, or give up."""
        reason = state.reason or "it does not say why"
        keys = await self._intake.refused(batch, reason)
        await self._ended(batch)
        if not (state.too_many and batch.size > 1):
            raise ChatError(
                f"{batch.place} refused batch {batch.remote} as a whole ({reason}); nothing of it was bought"
            )
        self._most, self._alone = max(1, batch.size // 2), True
        self._wants.back(keys)
        self._say(f"{batch.place} takes no {batch.size:,} requests at once ({reason}): {self._most:,} from now on")

    async def _lose(self, batch: SubmittedBatch, why: ChatError) -> bool:
        """What a batch brought cannot be had: with its run it is given up, and its reserve stays booked."""
        if self._ledger.runs.get(batch.run).status == "abandoned":
            await self._intake.forgotten(batch, str(why))
            await self._ended(batch)
            return True
        key = "; check that OPENAI_API_KEY is of the project that submitted it" if isinstance(why, GoneError) else ""
        raise ChatUnavailableError(
            f"what batch {batch.remote} brought cannot be had ({why}){key}; the same command tries again; if it is"
            f" lost, `personagraph runs abandon {batch.run}` gives it up, and what it held is bought anew"
        ) from why

    async def _ended(self, batch: SubmittedBatch) -> None:
        """It is over."""
        self._open = [other for other in self._open if other.id != batch.id]
        self._states.pop(batch.id, None)
        await self._patience.unless_stopped(self._tidy())

    async def _tidy(self) -> None:
        """Have the provider delete the files of batches that are over, of earlier sessions, too."""
        for left in self._ledger.batches.left_files(self._endpoint.place):
            try:
                await self._endpoint.delete(left.file)
            except ChatError as error:
                self._say(f"{left.place} still has the file of a batch that is over, and did not delete it ({error})")
                return
            await asyncio.to_thread(self._ledger.batches.deleted, left.id)

    def _taken_up(self) -> list[SubmittedBatch]:
        """The batches that go on. Raises ConfigError where the run has one at another provider."""
        endpoint, found = self._endpoint, self._ledger.batches.open()
        for batch in found:
            if batch.run == self._run and batch.place != endpoint.place:
                raise ConfigError(
                    f"{batch.size:,} requests of run {batch.run} are in a batch at {batch.place}, and base_url is that"
                    f" of {endpoint.place}, so nothing was asked; set it as it was, or give the run up with"
                    f" `personagraph runs abandon {batch.run}`"
                )
        found = [batch for batch in found if (batch.place, batch.model) == (endpoint.place, endpoint.model)]
        reserved = sum(_own(self._ledger.batches.unheard(batch), self._run) for batch in found)
        # It was booked as perhaps billed, like all that was sent and not heard of.
        self._budget.perhaps_billed = max(0.0, self._budget.perhaps_billed - reserved)
        self._budget.reserve(reserved)
        return found

    def _explained(self, error: BaseException) -> BaseException:
        if not isinstance(error, NoBatchesError):
            return error
        return ChatError(
            f"{self._endpoint.place} has no batch endpoint ({error}); give the run up with `personagraph runs abandon"
            f" {self._run}` and leave --batch out, or name another server with --base-url: nothing was bought"
        )

    def _whose(self) -> str:
        names = [batch.remote or batch.token for batch in self._open]
        return f"batch {names[0]} is" if len(names) == 1 else f"batches {', '.join(names)} are"

    def _say(self, text: str) -> None:
        if text not in self._said:
            self._said.add(text)
            self._told.append(text)


def _own(requests: Sequence[BatchedRequest], run: str) -> float:
    return sum(request.reserve for request in requests if request.run == run)


def _standing(batch: SubmittedBatch, state: BatchState | None) -> str:
    if state is None:
        return f"batch {batch.remote}" if batch.remote else "a batch that begins"
    told = f", {state.done:,} of {state.total:,} done" if state.total else ""
    return f"batch {batch.remote}: {state.status}{told}"
