"""The verb that extracts personas from texts."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from personagraph.ledger import Run
from personagraph.llm.backend import ChatBackend
from personagraph.workspace.jobs import Job, carry_out
from personagraph.workspace.options import ModelOptions, check_known, check_positive, strict_options
from personagraph.workspace.results import RunResult
from personagraph.workspace.run_settings import ExtractSettings, settings_of
from personagraph.workspace.runs import growth_of

if TYPE_CHECKING:
    from personagraph.extraction.dialogues import FullPortraits, ShortPortraits
    from personagraph.runs.work import Work
    from personagraph.text.documents import Corpus
    from personagraph.workspace.workspace import Workspace


@strict_options
def extract(
    workspace: "Workspace",
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
    # The texts are read before the lock is held: a pipe may take its time.
    job = extract_job(workspace, paths, field=field, calls_per_text=calls_per_text, verbs=verbs, grains=grains)
    return carry_out(workspace, lambda: job, options)


def extract_job(
    workspace: "Workspace",
    paths: Sequence[str | Path],
    *,
    field: str | None = None,
    calls_per_text: int | None = None,
    verbs: Sequence[str] | None = None,
    grains: Sequence[str] | None = None,
) -> Job:
    """What `extract` asks for. Raises ConfigError for a bad option, InputError for texts that cannot be used."""
    from personagraph.extraction.work import GRAINS, VERBS
    from personagraph.text.documents import Corpus

    check_positive(calls_per_text=calls_per_text)
    for option, values, known in (("verb", verbs, VERBS), ("grain", grains, GRAINS)):
        for value in values or ():
            check_known(option, value, known)
    corpus = Corpus([str(path) for path in paths], field=field)

    defaults = {"calls_per_text": 1, "verbs": list(VERBS), "grains": list(GRAINS)}
    given: dict[str, Any] = {"input": corpus.sha256, "calls_per_text": calls_per_text}
    given |= {"verbs": list(verbs) if verbs else None, "grains": list(grains) if grains else None}
    work_of = partial(extraction_of, workspace, corpus)
    return Job("extract", given, defaults, work_of, tuple(corpus.faults), documents=corpus)


def extraction_of(workspace: "Workspace", documents: "Corpus | tuple[()]", run: Run, backend: ChatBackend) -> "Work":
    """The work of an extraction from these texts, by the settings of the run."""
    from personagraph.extraction.work import Extraction, questions

    settings, dialogue = settings_of(run, ExtractSettings), extraction_dialogue(run, workspace.ledger.secret)
    asked = questions(
        documents,
        longest=dialogue.longest,
        calls_per_text=settings.calls_per_text,
        verbs=settings.verbs,
        grains=settings.grains,
    )
    total = len(documents) * settings.calls_per_text
    return Extraction(growth_of(workspace, run), asked, dialogue, run=run.id, total=total)


def extraction_dialogue(run: Run, secret: bytes) -> "FullPortraits | ShortPortraits":
    """How the texts of a run are asked about."""
    from personagraph.extraction.dialogues import DIALOGUES

    settings = settings_of(run, ExtractSettings)
    return DIALOGUES[settings.prompts](run.model, secret, seed=settings.seed, language=settings.language)
