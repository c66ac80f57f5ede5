"""The verbs over the ledger: runs, calls, dead letters, merges."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from personagraph.errors import ConfigError
from personagraph.ledger import Run
from personagraph.prompts.dialogue import Dialogue
from personagraph.types import Assertion, Merge, Persona
from personagraph.workspace.opened import Opened, check_known
from personagraph.workspace.parts import dialogue_of
from personagraph.workspace.results import RunResult, result_of

if TYPE_CHECKING:
    from personagraph.ledger.calls import CallTotals
    from personagraph.ledger.steps import DeadLetter, Rejected
    from personagraph.runs.dead_letters import Told
    from personagraph.runs.report import RunReport
    from personagraph.runs.undoing import Undoing

_NO_MERGE = "there is no merge {!r}; `personagraph merges list` shows them"


class Accounting(Opened):
    """What a workspace knows of its own work, and takes back."""

    def runs(self) -> list[RunResult]:
        """What every run brought, oldest first."""
        return [result_of(self.ledger, run.id) for run in self.ledger.runs.all()]

    def run_report(self, run_id: str) -> "RunReport":
        """How a run stands: settings, what came of it by reason, calls, pace. Raises ConfigError for no such run."""
        from personagraph.runs.report import report

        return report(self.ledger, self.store, run_id)

    def rejected(self, run_id: str, *, reason: str | None = None, limit: int = 20) -> "list[Rejected]":
        """What guards turned down in a run, the last first."""
        return self.ledger.steps.rejected(self.ledger.runs.get(run_id).id, reason=reason, limit=limit)

    def calls(self, *, limit: int = 100, **filters: str | None) -> list[dict[str, Any]]:
        """Calls, newest first; filtered by run, model, prompt and outcome (replied, failed, uncertain)."""
        check_known("outcome", filters.get("outcome"), dict.fromkeys(("replied", "failed", "uncertain")))
        if run := filters.get("run"):
            self.ledger.runs.get(run)
        return self.ledger.calls.listed(limit=limit, **filters)

    def call_totals(self, **filters: str | None) -> "list[CallTotals]":
        """What the calls add up to, by run, model and prompt; filtered as in `calls`."""
        return self.ledger.calls.totals(**filters)

    def dead_letters(self, *, run: str | None = None, limit: int = 100) -> "list[DeadLetter]":
        """Replies that stayed unusable after one more try and were not retried since, newest first."""
        if run:
            self.ledger.runs.get(run)
        return self.ledger.steps.dead_letters(run=run, limit=limit)

    def dead_letter(self, letter: str) -> "Told":
        """All of a dead letter, named as run.step: what was asked, what came back, and why it could not be used.

        Raises ConfigError when there is none of that name.
        """
        from personagraph.runs.dead_letters import named, tell

        return tell(self.ledger, named(self.ledger, letter), self._dialogue)

    def export_dead_letters(self, output: str | Path, *, run: str | None = None) -> int:
        """Write all of each dead letter, newest first, as JSONL; how many. Raises ConfigError for a bad file."""
        from personagraph.runs.dead_letters import export

        if run:
            self.ledger.runs.get(run)
        return export(self.ledger, Path(output), self._dialogue, run=run)

    def _dialogue(self, run: Run) -> Dialogue:
        return dialogue_of(run, self.ledger.secret)

    def abandon(self, run_id: str) -> None:
        """Give an unfinished run up: what it applied stays. Raises ConfigError when it is not unfinished."""
        from personagraph.storage.writer_lock import writer

        with writer(self.folder):
            run = self.ledger.runs.get(run_id)
            if not run.unfinished:
                raise ConfigError(f"run {run.id} is {run.status}; only an unfinished run can be abandoned")
            self.ledger.abandon(run.id, applied=self.store.applied(run.id))

    def merges(self, name: str | None = None) -> list[Merge]:
        """The merges into one persona, or all, oldest first."""
        return self.store.merges(persona=self.resolve(name).id if name else None)

    def merge(self, key: str) -> tuple[Merge, Persona, list[Assertion]]:
        """A merge, the persona that it went into, and what was said of the merged description.

        Raises ConfigError when there is no such merge.
        """
        alike = self._alike(key)
        if not alike:
            raise ConfigError(_NO_MERGE.format(key))
        said = self.ledger.assertions.of_alias(alike[0].alias, alike[0].persona)
        merge = next(merge for merge in alike if merge.key == key)
        return merge, self.store.personas([alike[0].persona])[0], said

    def undo_merge(self, key: str, *, note: Callable[[str], None] = lambda text: None) -> Persona:
        """Let a merged description be a persona of its own, with what was said of it; the persona that it became.

        `key` is the merge's (`run.step.item`). Every merge of the same description into the same persona is taken back,
        and none is made again; `note` hears of a wait for the server. Raises ConfigError when there is no such merge.
        """
        from personagraph.runs.session import Session

        unfinished = self.ledger.runs.unfinished()
        if not (unfinished and unfinished.command == "undo") and not self._alike(key):
            raise ConfigError(_NO_MERGE.format(key))
        with self._run("undo", {"merge": key}, {}, note=note) as run:
            Session(self._undoing(key, run.id), run, ledger=self.ledger, store=self.store).carry_out()
        return self.store.personas([self.ledger.steps.verdict(run.id, 0, 0).persona])[0]

    def _alike(self, key: str) -> list[Merge]:
        """The merge with this key with all of the same description into the same persona, oldest first; or none."""
        found = self.store.merges(key=key)
        return self.store.merges(alias=found[0].alias, persona=found[0].persona) if found else []

    def _undoing(self, key: str, run: str) -> "Undoing":
        from personagraph.runs.undoing import Undoing

        def arrived(key: str) -> Mapping[str, Any]:
            run, step, item = key.rsplit(".", 2)
            return self.ledger.steps.verdict(run, int(step), int(item)).detail

        return Undoing(
            self._alike(key),
            self.store.scan_personas(),
            said_of=self.ledger.assertions.of_alias,
            arrived=arrived,
            grounds=lambda: (self.ledger.assertions.all(), self.ledger.steps.seeds()),
            run=run,
        )
