"""Writes the samples of a run in a format: one file, or a folder with a card, each beside its manifest."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from personagraph.errors import ConfigError, InputError, NothingToWriteError, UsageError
from personagraph.graph.selection import ids_digest
from personagraph.ledger import Ledger
from personagraph.storage.atomic_files import check_writable, folder, replacing
from personagraph.synthesis.dataset import card, llama_factory
from personagraph.synthesis.dataset.overview import Overview, Split, overview
from personagraph.synthesis.dataset.split import SIDES
from personagraph.synthesis.formats import DEFAULT, FORMATS
from personagraph.synthesis.formats.sample_format import Row, SampleFormat
from personagraph.synthesis.samples import Sample, samples
from personagraph.text.files import text_of

MANIFEST = ".manifest.json"
LARGEST_MANIFEST = 10_000_000


def write_samples(
    ledger: Ledger,
    run_id: str,
    output: Path,
    *,
    format: str = DEFAULT,
    outcomes: Sequence[str] | None = None,
    split: Split | None = None,
    licence: str = card.UNKNOWN,
) -> dict[str, Any]:
    """Write the run's samples to `output`, and then `OUTPUT.manifest.json` beside it; the manifest.

    A name with an ending is one file; one without is a folder with a file for each side of the split, README.md as the
    dataset's card, and dataset_info.json where LLaMA-Factory reads the format. `outcomes` are those of the checks whose
    samples are written; by default all but those that the format leaves out.
    All of it takes its place only when it is complete; the same ledger (and for a split the same graph) gives the same
    bytes. Raises NothingToWriteError when the run made no samples or none that the format can hold, ConfigError when it
    is no synthesis, and when the output cannot be written; UsageError for an option that is wrong.
    """
    kind, licence = format_of(format), card.checked_licence(licence)
    output = check_output(output, format, in_parts=split is not None)
    told = overview(samples(ledger, run_id), kind, outcomes, split)
    _check_rows(ledger, run_id, told, format, outcomes)
    earlier = _earlier(output)
    with ExitStack() as opened:
        names = {side: output for side in SIDES if told.rows[side]}
        texts: Sequence[str] = ()
        if is_folder := _is_folder(output):
            opened.enter_context(folder(output))
            names = {side: output / f"{side}{kind.ending}" for side in names}
            texts = (card.FILE, *((llama_factory.FILE,) if kind.trainer else ()))
        manifest = output.with_name(output.name + MANIFEST)
        targets = [*names.values(), *(output / text for text in texts), manifest]
        *written, last = opened.enter_context(replacing(targets))
        files = [
            _file(file, path, output.parent, kind.pieces(_rows(samples(ledger, run_id), told, side, kind)))
            | {"split": side, "rows": told.rows[side]}
            for (side, path), file in zip(names.items(), written, strict=False)
        ]
        done = {"format": format, "files": files, **_counts(told), "licence": licence, **_origin(ledger, run_id)}
        if is_folder:
            pages = [card.card(kind, output.name, done)]
            if kind.trainer:
                places = [(side, path.name) for side, path in names.items()]
                pages.append(llama_factory.dataset_info(kind, output.name, places))
            beside = zip(pages, texts, written[len(names) :], strict=True)
            done["files"] = files + [_file(f, output / name, output.parent, [p.encode()]) for p, name, f in beside]
        last.write((json.dumps(done, ensure_ascii=False, indent=2) + "\n").encode())
    for path in earlier - set(targets) if is_folder else ():
        if path.is_file() and not path.is_symlink():
            path.unlink()
    return done


def format_of(name: str) -> SampleFormat:
    """The format of this name. Raises UsageError when there is none, ConfigError when a package is missing."""
    if name not in FORMATS:
        raise UsageError(f"--format {name!r} is not known; it can be {', '.join(FORMATS)}")
    FORMATS[name].check_can_be_written(name)
    return FORMATS[name]


def check_output(output: Path, format: str, *, in_parts: bool) -> Path:
    """The output as it is written to. Raises ConfigError for one that cannot be, before anything is paid for.

    A folder that is there must be empty, or hold what was written here before.
    """
    output = output.absolute() if output.name not in ("", "..") else Path(os.path.realpath(output))
    if not output.name:
        raise ConfigError(f"{output} is no place for samples; name a file or a folder as --output")
    if _is_folder(output):
        _check_folder(output)
    elif in_parts:
        raise UsageError(f"--split writes a folder with a file for each part; name one, as {output.with_suffix('')}")
    elif format_of(format).ending == ".parquet" and output.suffix != ".parquet":
        raise UsageError(f"--format {format} writes Parquet, which {output.name} does not say; end it in .parquet")
    else:
        check_writable(output)
    return output


def _is_folder(output: Path) -> bool:
    """Whether the name is that of a folder: one that is there, or that has no ending but a number ("data-0.9")."""
    return output.is_dir() or not output.suffix or output.suffix[1:].isdigit()


def _check_folder(output: Path) -> None:
    """Raises ConfigError for a file, for a folder of others, and where no folder can be."""
    if output.is_dir() and not output.is_symlink():
        if any(output.iterdir()) and not _earlier(output):
            raise ConfigError(f"{output} has files in it that no manifest of samples tells of; name a new folder")
    elif output.exists() or output.is_symlink():
        raise ConfigError(f"{output} is there and no folder; name a new one, or a file that ends in .jsonl")
    elif not output.parent.is_dir():
        raise ConfigError(f"{output} cannot be written: its folder does not exist; make it first")


def _earlier(output: Path) -> set[Path]:
    """The files of the dataset that was written to a folder before, as its manifest tells; no others than we write.

    What an earlier dataset leaves in the folder would be taken by loaders for a part of the new one.
    """
    manifest = output.with_name(output.name + MANIFEST)
    try:
        data = json.loads(text_of(manifest, longest=LARGEST_MANIFEST)) if manifest.is_file() else None
    except (ValueError, RecursionError, InputError):
        return set()
    if not isinstance(data, dict) or "samples" not in data or not isinstance(data.get("files"), list):
        return set()
    told = {str(file.get("name")) for file in data["files"] if isinstance(file, dict)}
    endings = {kind.ending for kind in FORMATS.values()}
    ours = [*(f"{side}{ending}" for side in SIDES for ending in endings), card.FILE, llama_factory.FILE]
    return {output / name for name in ours if f"{output.name}/{name}" in told}


def _check_rows(ledger: Ledger, run_id: str, told: Overview, format: str, outcomes: Sequence[str] | None) -> None:
    """Raises NothingToWriteError when there is nothing to write, saying why."""
    if told.rows:
        return
    if not told.found:
        made = ", ".join(f"{n} {outcome} ({reason})" for (outcome, reason), n in ledger.steps.outcomes(run_id).items())
        raise NothingToWriteError(f"run {run_id} made no samples: {made or 'nothing was asked'}; nothing is written")
    why = "; ".join(f"of {n:,} samples {reason}" for reason, n in told.left_out.items())
    instead = f"`personagraph samples {run_id}` with another --outcome or --format writes them"
    raise NothingToWriteError(f"no sample of run {run_id} can be written as {format}: {why}; {instead}")


def _rows(made: Iterable[Sample], told: Overview, side: str, kind: SampleFormat) -> Iterator[Row]:
    """The rows of a side."""
    for sample, place in zip(made, told.sides, strict=True):
        if place >= 0 and SIDES[place] == side:
            yield from kind.rows(sample)


def _file(file: BinaryIO, path: Path, root: Path, pieces: Iterable[bytes]) -> dict[str, Any]:
    """Write the pieces; what the manifest says of the file, whose name is relative to the manifest's folder."""
    hashed, size = sha256(), 0
    for piece in pieces:
        hashed.update(piece)
        size += file.write(piece)
    return {"name": path.relative_to(root).as_posix(), "bytes": size, "sha256": hashed.hexdigest()}


def _counts(told: Overview) -> Mapping[str, Any]:
    return {
        "samples": told.samples,
        "rows": told.rows.total(),
        "checks": dict(sorted(told.checks.items())),
        "left_out": dict(told.left_out),
        "prompts": sorted(told.prompts),
        "simulated": told.simulated,
        "split": told.split,
    }


def _origin(ledger: Ledger, run_id: str) -> Mapping[str, Any]:
    """What the run was asked to do, and what became of the steps that gave no sample.

    The model is the one that answered: where it was run from, or replayed from, is not part of what was made.
    """
    run, outcomes = ledger.runs.get(run_id), ledger.steps.outcomes(run_id)
    asked = dict.fromkeys(planned.step.subject for planned in ledger.steps.planned(run_id))
    rejected = {reason: n for (outcome, reason), n in sorted(outcomes.items()) if outcome == "rejected"}
    return {
        "run": run.id,
        "status": run.status,
        "model": run.model,
        "checker": str(run.settings.get("checker") or ""),
        "settings": {name: value for name, value in run.settings.items() if name != "model"},
        "drawn": {"personas": len(asked), "ids_sha256": ids_digest(asked)},
        "rejected": rejected,
        "dead_letters": sum(n for (outcome, _), n in outcomes.items() if outcome == "dead"),
    }
