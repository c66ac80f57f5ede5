"""The verb that makes training data from drawn personas."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Unpack

from personagraph.errors import ConfigError
from personagraph.ledger import Run
from personagraph.llm.backend import ChatBackend
from personagraph.workspace.jobs import Asking, Job, ModelOptions
from personagraph.workspace.opened import check_known, check_positive
from personagraph.workspace.results import RunResult, SynthesisResult

if TYPE_CHECKING:
    from personagraph.runs.session import Work

CONTEXTS = {"persona": 0, "neighbours": 2}
"""How many neighbours a persona is shown with."""


class Synthesising(Asking):
    """The synthesising verb of a workspace."""

    def synthesize(
        self,
        task: str,
        *,
        n: int | None = None,
        context: str | None = None,
        sampler: str | None = None,
        around: str | None = None,
        hops: int | None = None,
        output: str | Path | None = None,
        **options: Unpack[ModelOptions],
    ) -> SynthesisResult:
        """`n` samples (10) of a task, math or instruction, each asked from one of the personas that a sampler draws.

        `context` is neighbours (the default: the persona with whom it is connected to, and how) or persona (alone).
        `around` and `hops` go to the sampler. The samples are written to `output` when the run is done, as JSONL in the
        `messages` form, each with its lineage, beside a manifest; by default below `samples/` in the workspace.
        """
        from personagraph.storage.atomic_files import check_writable

        job = self._synthesize_job(task, n=n, context=context, sampler=sampler, around=around, hops=hops)
        if output:
            check_writable(Path(output))
        return self._with_samples(self._carry_out(job, options), output)

    def _with_samples(self, done: RunResult, output: str | Path | None) -> SynthesisResult:
        """The result with the file of samples, which is written when the run is done; None for a run without a task."""
        task = self.ledger.runs.get(done.run).settings.get("task")
        if done.status != "done" or task is None:
            return SynthesisResult(done, None, {})
        from personagraph.storage.atomic_files import make_folder
        from personagraph.synthesis.samples import write_samples

        file = Path(output) if output else self.folder / "samples" / f"{done.run}-{task}.jsonl"
        if not output:
            make_folder(file.parent)
        return SynthesisResult(done, file, write_samples(self.ledger, done.run, file))

    def _synthesize_job(
        self,
        task: str,
        *,
        n: int | None = None,
        context: str | None = None,
        sampler: str | None = None,
        around: str | None = None,
        hops: int | None = None,
    ) -> Job:
        from personagraph.graph.sampling import SAMPLERS, TIED, check_options
        from personagraph.synthesis.dialogues import DIALOGUES

        check_known("task", task, DIALOGUES)
        check_known("with", context, CONTEXTS)
        check_known("sampler", sampler, SAMPLERS)
        check_positive(n=n, hops=hops)
        if self.store.is_empty():
            raise ConfigError("there is nobody to draw; `personagraph extract` or `personagraph import` comes first")
        centre = self.resolve(around).id if around else None

        def work_of(run: Run, backend: ChatBackend) -> "Work":
            return self._synthesis(self._drawn(run.settings), run, backend)

        given = {"task": task, "n": n, "context": context, "sampler": sampler, "around": centre, "hops": hops}
        defaults = {"n": 10, "context": "neighbours", "sampler": "random", "around": None, "hops": None}
        chosen = sampler or str(defaults["sampler"])
        if self.ledger.runs.unfinished() is None:
            check_options(1, chosen, around=centre, hops=hops)
            if chosen in TIED and not centre and not self.store.stats().relationships:
                raise ConfigError(
                    "nobody can be drawn: there are no relationships yet; `personagraph expand` brings some"
                )
        return Job("synthesize", given, defaults, work_of)

    def _synthesis(self, ids: Sequence[str], run: Run, backend: ChatBackend) -> "Work":
        """The work of a synthesis about these personas, by the settings of the run."""
        from personagraph.synthesis.dialogues import DIALOGUES
        from personagraph.synthesis.work import Synthesis

        s = run.settings
        dialogue = DIALOGUES[s["task"]][s["prompts"]](backend.model, self.ledger.secret, seed=s["seed"])
        return Synthesis(self.store, ids, dialogue, neighbours=CONTEXTS[s["context"]], seed=s["seed"])

    def _drawn(self, settings: Mapping[str, Any]) -> list[str]:
        """Whom the samples are asked from; when there are fewer than samples, they take turns."""
        from personagraph.graph.sampling import sample

        n, rng = settings["n"], Random(settings["seed"])
        where = {"around": settings["around"], "hops": settings["hops"]}
        ids = sample(self.store.snapshot(), n, settings["sampler"], rng=rng, **where)
        return [ids[i % len(ids)] for i in range(n)] if ids else []
