"""What needs no opened workspace: what is missing on this machine, the settings in force, duplicates in a file."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from personagraph.progress import Progress
from personagraph.workspace.options import check_known
from personagraph.workspace.settings import SECRETS, load_settings
from personagraph.workspace.stores import LEDGER, open_store, opened_ledger, place_of

if TYPE_CHECKING:
    from personagraph.dedup.file import Deduplicated
    from personagraph.doctor import Finding


def examine(folder: str | Path, *, store: str | None = None, try_model: bool = False) -> "list[Finding]":
    """What personagraph needs, one finding each, with a remedy for what is missing."""
    from personagraph import doctor
    from personagraph.doctor import database_files

    path = Path(folder)
    settings, is_workspace = load_settings(path, store=store), (path / LEDGER).is_file()

    def unfinished() -> str | None:
        with opened_ledger(path) as ledger:
            run = ledger.runs.unfinished()
            return f"{run.id} ({run.command})" if run else None

    def graph() -> str:
        with opened_ledger(path) as ledger, closing(open_store(settings.store, path, settings, ledger)) as opened:
            counts = opened.stats()
            return f"{settings.store}: {counts.personas} personas, {counts.relationships} relationships"

    def files() -> "list[Finding]":
        graph = place_of(settings.store, path)
        named = {"ledger": path / LEDGER} | ({"graph": graph} if isinstance(graph, Path) and graph.is_file() else {})
        return [database_files.file(name, file, full=False) for name, file in named.items()]

    return doctor.examine(
        path,
        files=files if is_workspace else list,
        workspace=is_workspace,
        unfinished=unfinished,
        store=graph if is_workspace else None,
        model=settings.model,
        try_model=try_model,
        key=settings.secret("openai_api_key"),
        base_url=settings.base_url,
    )


def shown_settings(folder: str | Path, *, store: str | None = None) -> dict[str, Any]:
    """The settings in force; of secrets only whether they are set."""
    settings = load_settings(Path(folder), store=store)
    shown = settings.model_dump(exclude=set(SECRETS))
    return {**shown, **{name: "set" if settings.has(name) else None for name in SECRETS}}


def dedup_file(
    path: str | Path,
    output: str | Path,
    *,
    field: str = "persona",
    merged: str | Path | None = None,
    method: str | None = None,
    progress: Progress = lambda tick: None,
) -> "Deduplicated":
    """Write the first row of each persona of a file to `output`; by the rules of the graph, without a workspace."""
    from functools import partial

    from personagraph.dedup.file import deduplicate_file
    from personagraph.dedup.rules import INDEXES, Deduplicator
    from personagraph.dedup.stream import deduplicate
    from personagraph.dedup.veto.veto import differs

    check_known("dedup", method, INDEXES)
    decide = partial(deduplicate, known=Deduplicator(INDEXES[method or next(iter(INDEXES))].make(), differs))
    report = Path(merged) if merged else None
    return deduplicate_file(Path(path), Path(output), decide, field=field, merged=report, progress=progress)
