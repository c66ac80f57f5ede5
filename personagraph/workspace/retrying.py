"""The verb that asks dead letters again."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from personagraph.errors import ConfigError
from personagraph.ledger import Run
from personagraph.llm.backend import ChatBackend
from personagraph.types import Step
from personagraph.workspace.growing import Growing
from personagraph.workspace.jobs import Job, ModelOptions
from personagraph.workspace.results import SynthesisResult
from personagraph.workspace.synthesising import Synthesising

if TYPE_CHECKING:
    from personagraph.runs.session import Work


class Retrying(Growing, Synthesising):
    """The retrying verb of a workspace, and those whose work it does again."""

    def retry(
        self,
        letters: Sequence[str] = (),
        *,
        run: str | None = None,
        output: str | Path | None = None,
        **options: Unpack[ModelOptions],
    ) -> SynthesisResult:
        """Ask dead letters again, by their names (run.step), of one run, or all: each is a step of a new run.

        They are asked afresh, with the prompts that they were asked with, by default of the same model. What becomes of
        the replies is what the letters' own command makes of them; samples are written to `output`, or below `samples/`
        in the workspace. Raises ConfigError when there is none to ask, or when they are of several commands.
        """
        from personagraph.storage.atomic_files import check_writable

        job = self._retry_job(letters, run=run)
        if output and "task" not in job.defaults:
            raise ConfigError(f"--output is for samples; these dead letters are of {job.defaults['command']}")
        if output:
            check_writable(Path(output))
        return self._with_samples(self._carry_out(job, options), output)

    def _retry_job(self, letters: Sequence[str] = (), *, run: str | None = None) -> Job:
        """The job of an unfinished retry, or of a new one with the settings of the newest of the letters' runs."""
        from personagraph.runs.retrying import COMMAND

        unfinished = self.ledger.runs.unfinished()
        given = {"letters": list(dict.fromkeys(letters)) or None, "of_run": run}
        if unfinished and unfinished.command == COMMAND:
            return Job(COMMAND, given, unfinished.settings, self._retried)
        waiting = self._waiting(given)
        origins = {id: self.ledger.runs.get(id) for id in dict.fromkeys(key.rpartition(".")[0] for key in waiting)}
        kinds = {id: _kind(origin) for id, origin in origins.items()}
        if len(set(kinds.values())) > 1:
            told = ", ".join(f"{id} ({' '.join(kind)} prompts)" for id, kind in kinds.items())
            raise ConfigError(f"the dead letters are of different kinds: {told}; retry those of one, with --run")
        [*_, origin] = origins.values()
        settings = {**origin.settings, "command": _command(origin), "letters": None, "of_run": None, "fresh": True}
        if self.settings.prompts not in (None, settings["prompts"]):
            raise ConfigError(
                f"these dead letters were asked with {settings['prompts']} prompts, and are asked again with them; "
                f"leave --prompts {self.settings.prompts} out"
            )
        return Job(COMMAND, given, settings, self._retried, model=settings.pop("model"))

    def _waiting(self, wanted: Mapping[str, Any], *, before: str | None = None) -> list[str]:
        """The letters that are to be asked, oldest first; those of the run `before` are not. Raises ConfigError."""
        from personagraph.runs.dead_letters import named

        run, letters = wanted["of_run"], wanted["letters"]
        if run:
            self.ledger.runs.get(run)
        found = [letter.key for letter in self.ledger.steps.dead_letters(run=run, limit=None) if letter.run != before]
        if before is None:
            for key in letters or ():
                if key not in found and (again := self.ledger.steps.retried_as(named(self.ledger, key).key)):
                    raise ConfigError(f"the dead letter {key} was asked again, as {again}")
                if key not in found:
                    raise ConfigError(f"the dead letter {key} is not of run {run}")
            if not found:
                raise ConfigError(f"there are no dead letters{f' of run {run}' if run else ''} to retry")
        return [key for key in reversed(found) if letters is None or key in letters]

    def _retried(self, run: Run, backend: ChatBackend) -> "Work":
        """The letters that this run has planned, then those that wait; decided by the work that they came from."""
        from personagraph.runs.retrying import Retrying

        works: Mapping[str, Callable[[Run, ChatBackend], Work]] = {
            "expand": self._expansion,
            "extract": partial(self._extraction, ()),
            "synthesize": partial(self._synthesis, ()),
        }
        asked = [planned.step.retries for planned in self.ledger.steps.planned(run.id)]
        waiting = [key for key in self._waiting(run.settings, before=run.id) if key not in set(asked)]
        return Retrying(works[run.settings["command"]](run, backend), [*asked, *waiting], self._step_of)

    def _step_of(self, letter: str) -> Step:
        run, _, n = letter.rpartition(".")
        return self.ledger.steps.step(run, int(n)).step


def _command(run: Run) -> str:
    """The command whose work the run does: for a retry, that of its letters."""
    return str(run.settings.get("command", run.command))


def _kind(run: Run) -> tuple[str, ...]:
    """What the letters of one retry have in common: command, task, size of prompts."""
    return tuple(part for part in (_command(run), run.settings.get("task"), run.settings["prompts"]) if part)
