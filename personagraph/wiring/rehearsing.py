"""Rehearses a run: the real workflow in scratch copies of the workspace, answered by the simulated world."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, cast

from personagraph.errors import ConfigError
from personagraph.forecasting import Evidence, Seen, Start
from personagraph.forecasting.remembering import decided_steps, seen, sizes
from personagraph.ledger import Ledger, Run
from personagraph.ledger.steps import Decided, Planned
from personagraph.llm.budget import Budget
from personagraph.llm.prices import FREE, Price
from personagraph.llm.simulated import SimulatedBackend
from personagraph.ordered import WINDOW, Limits, Session
from personagraph.protocols import ChatBackend, Progress, Tick
from personagraph.stores.sqlite import SQLiteStore
from personagraph.wiring.asking import Asking, Job, salt_of
from personagraph.wiring.browsing import AXES
from personagraph.wiring.opened import LEDGER
from personagraph.wiring.rehearsal import Rehearsal
from personagraph.wiring.scratch import copy_workspace
from personagraph.wiring.storing import GRAPH

if TYPE_CHECKING:
    from personagraph.llm.client import ChatClient
    from personagraph.ordered import Work

CALLS = 1200
"""How many calls are rehearsed in all, at most."""
RUNS, FEW_RUNS = 8, 3
"""How many runs are rehearsed; of a LARGE graph few, since each has to read it."""
LARGE = 5000


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What one rehearsal showed: the steps whose replies were made up, and before them those whose replies are known.

    `known` has these with their egos' depths and the depths of whom they brought. `is_cut` says that a real run would
    have gone on.
    """

    steps: Sequence[Seen]
    known: Sequence[tuple[Seen, int | None, Sequence[int | None]]]
    client: Rehearsal
    work: "Work"
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Rehearsing:
    """A run that is to be rehearsed. `stage` is the workspace that the job was made by, and is given scratch copies.

    `generated` is how many personas of the graph such runs made, of `people` in all.
    """

    stage: Asking
    job: Job
    run: Run
    backend: ChatBackend
    price: Price | None
    people: int
    generated: int
    stopping: Callable[[], bool]
    progress: Progress

    def carry_out(self) -> list[Rehearsed]:
        """Rehearse it some times; each time the simulated world answers otherwise. Raises ConfigError without room."""
        ledger, store = self.stage.ledger, self.stage.store
        runs, shown = FEW_RUNS if self.people > LARGE else RUNS, list[Rehearsed]()
        try:
            with TemporaryDirectory(prefix="personagraph-") as scratch:
                whole = Path(scratch) / "whole"
                whole.mkdir()
                copied = copy_workspace(ledger, store, whole, self.run if self.run.unfinished else None)
                for number in range(runs):
                    folder = copytree(whole, Path(scratch) / str(number))
                    shown.append(self._in(folder, copied, number, ledger, runs))
                    rmtree(folder)
        except OSError as error:
            raise ConfigError(f"there is no room for a scratch copy of the graph: {error}; set TMPDIR") from error
        finally:
            self.stage.ledger, self.stage.store = ledger, store
        return shown

    def _in(self, folder: Path, copied: Run | None, number: int, real: Ledger, runs: int) -> Rehearsed:
        """One rehearsal, in a scratch copy."""
        stage, run, most = self.stage, self.run, CALLS // runs
        stage.ledger = Ledger(folder / LEDGER)
        stage.store = SQLiteStore.open(folder / GRAPH, stage.ledger.workspace)
        worst = Budget(self.price or FREE).worst
        client = Rehearsal(self._world(number), real.calls.reply, worst, salt=str(number))
        try:
            scratch = copied or stage.ledger.runs.start(
                run.command, run.settings, run.limits, model=run.model, simulated=run.simulated
            )
            limit = run.limits.get("max_calls")
            cut = scratch.decided + most
            Session(
                work := self.job.work_of(scratch, self.backend),
                scratch,
                ledger=stage.ledger,
                store=stage.store,
                client=cast("ChatClient", client),
                limits=Limits(min(limit or cut, cut), run.limits.get("max_personas")),
                window=run.settings.get("window", WINDOW),
                salt=salt_of(run),
                stopping=self.stopping,
                progress=self._meter(number, min(limit or cut, cut) - scratch.decided, runs),
            ).carry_out()
            if self.stopping():
                raise KeyboardInterrupt
            ended = stage.ledger.runs.get(scratch.id)
            is_cut = ended.reason == "max-calls reached" and (limit is None or cut < limit)
            return self._seen(scratch, ended, client, work, is_cut=is_cut)
        finally:
            stage.store.close()
            stage.ledger.close()

    def _world(self, number: int) -> ChatBackend:
        """Who answers: the simulated world that is to be asked, or any, where a real model is."""
        if isinstance(self.backend, SimulatedBackend) and self.backend.simulated:
            return self.backend
        return SimulatedBackend(0 if self.backend.simulated else number + 1)

    def _meter(self, number: int, most: int, runs: int) -> Progress:
        begun = self.run.decided

        def tell(tick: Tick) -> None:
            self.progress(Tick(number * most + tick.done - begun, runs * most, 0, {}))

        return tell

    def _seen(self, scratch: Run, ended: Run, client: Rehearsal, work: "Work", *, is_cut: bool) -> Rehearsed:
        imported = self.people - (self.generated if self.backend.simulated else 0)
        size, steps, known = sizes(imported), list[Seen](), list[tuple[Seen, int | None, Sequence[int | None]]]()
        for planned, decided in decided_steps(self.stage.ledger, ended, first=scratch.decided):
            asked = client.asked.get(planned.call)
            one = seen(planned, decided, axes=AXES, size=size(decided), asked=asked)
            if planned.step.n not in client.reused:
                steps.append(one)
            elif planned.step.n == scratch.decided + len(known):
                known.append((one, *self._depths(planned, decided)))
        return Rehearsed(steps, known, client, work, is_cut)

    def _depths(self, planned: Planned, decided: Decided) -> tuple[int | None, Sequence[int | None]]:
        """How deep the ego is, and each persona that it brought; for texts, which have no depth, None."""
        if self.run.command != "expand":
            return None, ()
        new = [v.persona for v in decided.verdicts if v.outcome == "new"]
        ego, *alters = self.stage.store.personas([planned.step.subject, *new])
        return ego.depth, [alter.depth for alter in alters]


def evidence(shown: Sequence[Rehearsed]) -> Evidence:
    """All steps of the rehearsals whose replies were made up."""
    return Evidence([step for one in shown for step in one.steps])


def start_of(shown: Rehearsed, *, size: int, waiting: dict[int, int] | None, repeats: int, samples: bool) -> Start:
    """Where a forecast begins: behind the known steps; `waiting` are those who would be asked at the very beginning."""
    for _, depth, brought in shown.known if waiting is not None else ():
        assert waiting is not None
        for at, count in ((depth, -1), *((deep, repeats) for deep in brought)):
            if at is not None:
                waiting[at] = waiting.get(at, 0) + count
    let_in, rejected, dead = (sum(one.kind[i] for one, _, _ in shown.known) for i in range(3))
    merged = sum(one.merged for one, _, _ in shown.known)
    new = 0 if samples else let_in - merged
    return Start(
        calls=len(shown.known),
        new=new,
        merged=merged,
        rejected=rejected,
        dead=dead,
        samples=let_in if samples else 0,
        size=size + new,
        waiting=waiting,
    )
