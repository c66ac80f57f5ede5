"""The verb that extracts personas from texts."""

from collections.abc import Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from personagraph.ledger import Run
from personagraph.llm.backend import ChatBackend
from personagraph.workspace.index.known import growth_of
from personagraph.workspace.jobs import Job, carry_out
from personagraph.workspace.options import ModelOptions, check_known, check_positive, strict_options
from personagraph.workspace.results import RunResult
from personagraph.workspace.run_settings import ExtractSettings, settings_of
from personagraph.workspace.spending.ahead import MARK, SHOWN, Ahead
from personagraph.workspace.verbs.imports import check_none

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
    separator: str | None = None,
    strict: bool = False,
    calls_per_text: int | None = None,
    verbs: Sequence[str] | None = None,
    grains: Sequence[str] | None = None,
    **options: Unpack[ModelOptions],
) -> RunResult:
    """Let in, as seeds, whom a model names as likely to read, write, like or dislike the texts, coarse or fine.

    `paths` are files (plain text, Markdown, JSON, tables), folders, or `-` for the standard input; `field` names the
    field of rows, `separator` that of tables. Each text is asked about `calls_per_text` times (1), going round `verbs`
    and `grains`. Texts that cannot be used are in the result's `faults`. Raises InputError when none can, and if
    `strict`, when one cannot.
    """
    # The texts are read before the lock is held: a pipe may take its time.
    own: dict[str, Any] = {"calls_per_text": calls_per_text, "verbs": verbs, "grains": grains}
    job = extract_job(workspace, paths, field=field, separator=separator, strict=strict, **own)
    return carry_out(workspace, lambda: job, options)


def extract_job(
    workspace: "Workspace",
    paths: Sequence[str | Path],
    *,
    field: str | None = None,
    separator: str | None = None,
    strict: bool = False,
    calls_per_text: int | None = None,
    verbs: Sequence[str] | None = None,
    grains: Sequence[str] | None = None,
) -> Job:
    """What `extract` asks for. Raises ConfigError for a bad option, InputError for texts that cannot be used."""
    from personagraph.extraction.work import GRAINS, VERBS
    from personagraph.text.documents import Corpus
    from personagraph.text.rows.headers import separator_named

    check_positive(calls_per_text=calls_per_text)
    for option, values, known in (("verb", verbs, VERBS), ("grain", grains, GRAINS)):
        for value in values or ():
            check_known(option, value, known)
    corpus = Corpus([str(path) for path in paths], field=field, separator=separator_named(separator))
    if strict:
        check_none(corpus.unusable)

    defaults = {"calls_per_text": 1, "verbs": list(VERBS), "grains": list(GRAINS)}
    given: dict[str, Any] = {"input": corpus.sha256, "calls_per_text": calls_per_text}
    given |= {"verbs": list(verbs) if verbs else None, "grains": list(grains) if grains else None}
    work, ahead = partial(extraction_of, workspace, corpus), partial(_ahead, corpus)
    return Job("extract", given, defaults, work, ahead, tuple(corpus.faults))


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
    dialogue = DIALOGUES[settings.prompts](
        run.model, secret, seed=settings.seed, language=settings.language, before=not settings.dealt
    )
    dialogue.asking = settings.asking
    return dialogue


def _ahead(documents: "Corpus", run: Run) -> Ahead:
    """What an extraction is still to ask of these texts."""
    from personagraph.extraction.work import questions

    settings, dialogue = settings_of(run, ExtractSettings), extraction_dialogue(run, MARK)
    spaced = islice(documents, 0, None, max(1, len(documents) // SHOWN))
    asked = questions(spaced, longest=dialogue.longest, verbs=settings.verbs, grains=settings.grains)
    fields = [{"passage": q.passage, "verb": q.verb, "grain": q.grain} for q in islice(asked, SHOWN)]
    total = len(documents) * settings.calls_per_text
    note = f"{len(documents)} texts, {settings.calls_per_text} for each"
    return Ahead(dialogue, lambda brings: total - run.decided, fields, note)
