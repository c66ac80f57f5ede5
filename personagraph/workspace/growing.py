"""The verbs that grow the graph: import, extract, expand; each wires up a run and hands it to one workflow."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from personagraph.errors import ConfigError, InputError
from personagraph.ledger import Run
from personagraph.llm.backend import ChatBackend
from personagraph.progress import Progress
from personagraph.steering.policies.policy import Policy
from personagraph.workspace.jobs import Asking, Job, ModelOptions
from personagraph.workspace.opened import check_known, check_positive
from personagraph.workspace.pacing import found_line
from personagraph.workspace.parts import POLICIES, growth_of, policy_of
from personagraph.workspace.results import RunResult, result_of

if TYPE_CHECKING:
    from personagraph.runs.session import Work
    from personagraph.text.documents import Corpus


class Growing(Asking):
    """The growing verbs of a workspace."""

    def import_personas(
        self,
        path: str | Path,
        *,
        field: str = "persona",
        strict: bool = False,
        dedup: str | None = None,
        stopping: Callable[[], bool] = lambda: False,
        progress: Progress = lambda tick: None,
        note: Callable[[str], None] = lambda text: None,
    ) -> RunResult:
        """Let the personas of a JSONL or CSV file in as seeds. Raises InputError; if `strict`, also for one bad row."""
        from personagraph.importing.personas import Importing
        from personagraph.runs.session import Session
        from personagraph.text.descriptions import Descriptions

        rows = Descriptions(Path(path), field)
        bad = tuple((str(path), row.line, row.fault) for row in rows.faults)
        if strict and bad:
            raise InputError(f"{bad[0][2]} (and {len(bad) - 1} more rows cannot be used)", path, bad[0][1])
        settings = {"input": rows.sha256, "field": field, "dedup": self._dedup(dedup)}
        with self._run("import", settings, {}, note=note, stopping=stopping) as run:
            work = Importing(rows, growth_of(self.ledger, self.store, run), run=run.id)
            ledger, store = self.ledger, self.store
            session = Session(work, run, ledger=ledger, store=store, stopping=stopping, progress=progress)
            if session.found:
                note(found_line(run, session.found))
            session.carry_out()
        return result_of(self.ledger, run.id, bad)

    def extract(
        self,
        paths: Sequence[str | Path],
        *,
        field: str | None = None,
        calls_per_text: int | None = None,
        verbs: Sequence[str] | None = None,
        grains: Sequence[str] | None = None,
        **options: Unpack[ModelOptions],
    ) -> RunResult:
        """Let in, as seeds, whom a model names as likely to read, write, like or dislike the texts, coarse or fine.

        `paths` are files (plain text, Markdown, JSONL, CSV), folders, or `-` for the standard input; `field` names the
        field of rows. Each text is asked about `calls_per_text` times (1), going round `verbs` and `grains`. Texts that
        cannot be used are in the result's `faults`. Raises InputError when none can.
        """
        job = self._extract_job(paths, field=field, calls_per_text=calls_per_text, verbs=verbs, grains=grains)
        return self._carry_out(job, options)

    def expand(
        self,
        *,
        policy: str | None = None,
        hops: int | None = None,
        calls_per_ego: int | None = None,
        **options: Unpack[ModelOptions],
    ) -> RunResult:
        """Grow the graph from persona to persona by a policy, bfs or hint, to `hops` from the seeds.

        An unfinished expansion goes on, with its own settings unless given.
        """
        return self._carry_out(self._expand_job(policy=policy, hops=hops, calls_per_ego=calls_per_ego), options)

    def _extract_job(
        self,
        paths: Sequence[str | Path],
        *,
        field: str | None = None,
        calls_per_text: int | None = None,
        verbs: Sequence[str] | None = None,
        grains: Sequence[str] | None = None,
    ) -> Job:
        from personagraph.extraction.work import GRAINS, VERBS
        from personagraph.text.documents import Corpus

        check_positive(calls_per_text=calls_per_text)
        for option, values, known in (("verb", verbs, VERBS), ("grain", grains, GRAINS)):
            for value in values or ():
                check_known(option, value, dict.fromkeys(known))
        corpus = Corpus([str(path) for path in paths], field=field)

        defaults = {"calls_per_text": 1, "verbs": list(VERBS), "grains": list(GRAINS)}
        given: dict[str, Any] = {"input": corpus.sha256, "calls_per_text": calls_per_text}
        given |= {"verbs": list(verbs) if verbs else None, "grains": list(grains) if grains else None}
        work_of = partial(self._extraction, corpus)
        return Job("extract", given, defaults, work_of, tuple(corpus.faults), documents=corpus)

    def _extraction(self, documents: "Corpus | tuple[()]", run: Run, backend: ChatBackend) -> "Work":
        """The work of an extraction from these texts, by the settings of the run."""
        from personagraph.extraction.dialogues import DIALOGUES
        from personagraph.extraction.work import Extraction, questions

        s = run.settings
        dialogue = DIALOGUES[s["prompts"]](backend.model, self.ledger.secret, seed=s["seed"])
        asked = questions(
            documents,
            longest=dialogue.longest,
            calls_per_text=s["calls_per_text"],
            verbs=s["verbs"],
            grains=s["grains"],
        )
        growth, total = growth_of(self.ledger, self.store, run), len(documents) * s["calls_per_text"]
        return Extraction(growth, asked, dialogue, run=run.id, total=total)

    def _expand_job(
        self, *, policy: str | None = None, hops: int | None = None, calls_per_ego: int | None = None
    ) -> Job:
        check_positive(hops=hops, calls_per_ego=calls_per_ego)
        check_known("policy", policy, POLICIES)
        if self.store.is_empty():
            raise ConfigError(
                "there is nobody to expand; `personagraph extract` or `personagraph import` brings the first ones in"
            )

        given = {"policy": policy, "hops": hops, "calls_per_ego": calls_per_ego}
        return Job("expand", given, {"policy": "bfs", "hops": 6, "calls_per_ego": 1}, self._expansion)

    def _expansion(self, run: Run, backend: ChatBackend) -> "Work":
        """The work of an expansion, by the settings of the run."""
        from personagraph.expansion.dialogues import DIALOGUES
        from personagraph.expansion.work import Expansion, acquaint

        s = run.settings
        dialogue = DIALOGUES[s["prompts"]](backend.model, self.ledger.secret, seed=s["seed"])
        chooser: Policy = policy_of(run, self.ledger, dialogue.countries)
        acquaint(chooser, self.store.scan_personas())
        return Expansion(growth_of(self.ledger, self.store, run), chooser, dialogue, run=run.id)
