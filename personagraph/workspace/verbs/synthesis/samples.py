"""The verb that writes the samples of a run again, in any format, and how every verb that makes samples writes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from personagraph.errors import ConfigError, NothingToWriteError
from personagraph.ledger import Run
from personagraph.storage.workspace_files import SAMPLES
from personagraph.workspace.options import strict_options
from personagraph.workspace.results import RunResult, SynthesisResult, WrittenSamples
from personagraph.workspace.run_settings import SynthesizeSettings, settings_of

if TYPE_CHECKING:
    from personagraph.synthesis.dataset.split import Shares
    from personagraph.workspace.workspace import Workspace

COMMAND = "synthesize"
SHOWN = 2
"""Samples that a result has beside the file."""


class WritingOptions(TypedDict, total=False):
    """How samples are written. None is not given."""

    format: str | None
    """One of `personagraph.synthesis.formats.FORMATS`; by default messages."""
    split: Sequence[float] | None
    """The shares of train, validation and test, divided by communities of the graph; the output is a folder then."""
    licence: str | None
    """What the dataset's card says, as cc-by-4.0."""
    outcomes: Sequence[str] | None
    """The outcomes of checks whose samples are written; by default all but disputed, where a format has no pairs."""


@strict_options
def samples(
    workspace: "Workspace",
    run: str,
    output: str | Path | None = None,
    *,
    seed: int | None = None,
    **options: Unpack[WritingOptions],
) -> WrittenSamples:
    """Write the samples of a finished synthesis; nothing is asked of a model.

    An `output` whose name has an ending is one file; one without is a folder, with a dataset's card and what
    LLaMA-Factory reads; by default it lies below `samples/` in the workspace. `seed` decides how they are split, by
    default that of the run. Raises ConfigError when the run is unfinished, has no samples, or none that the format can
    hold, and as exports do for the output.
    """
    found = finished_synthesis(workspace, run)
    place = Destination.of(output, **options)
    place.check(workspace)
    return place.write(workspace, found, seed=seed)


def finished_synthesis(workspace: "Workspace", run: str) -> Run:
    """The run. Raises ConfigError when it makes no samples, or is unfinished."""
    found = workspace.ledger.runs.get(run)
    if found.work != COMMAND:
        raise ConfigError(f"run {found.id} is of the command {found.command}, which makes no samples")
    if found.unfinished:
        raise ConfigError(
            f"run {found.id} is {found.status}: the same command goes on with it; or give it up with"
            f" `personagraph runs abandon {found.id}`, and take what it brought"
        )
    return found


@dataclass(frozen=True, slots=True)
class Destination:
    """Where samples go, and how; None as `output` is below `samples/` in the workspace."""

    output: Path | None
    format: str
    shares: "Shares | None"
    licence: str
    outcomes: tuple[str, ...] | None

    @classmethod
    def of(cls, output: str | Path | None, **options: Unpack[WritingOptions]) -> "Destination":
        """Raises UsageError for an option that is wrong, ConfigError for a package that is missing."""
        from personagraph.synthesis.dataset.card import UNKNOWN, checked_licence
        from personagraph.synthesis.dataset.split import Shares
        from personagraph.synthesis.dataset.write import format_of
        from personagraph.synthesis.formats import DEFAULT
        from personagraph.synthesis.formats.sample_format import checked_outcomes

        format, split, outcomes = options.get("format") or DEFAULT, options.get("split"), options.get("outcomes")
        format_of(format)
        return cls(
            Path(output) if output else None,
            format,
            None if split is None else Shares.of(split),
            checked_licence(options.get("licence") or UNKNOWN),
            checked_outcomes(outcomes) if outcomes else None,
        )

    def check(self, workspace: "Workspace") -> None:
        """Raises ConfigError when nothing could be written there, before anything is paid for."""
        from personagraph.storage.atomic_files import check_folder
        from personagraph.synthesis.dataset.write import check_output

        if self.output:
            check_output(self.output, self.format, in_parts=self.shares is not None)
        else:
            check_folder(workspace.folder / SAMPLES)

    def write(self, workspace: "Workspace", run: Run, *, seed: int | None = None) -> WrittenSamples:
        """Write the samples of a run."""
        from personagraph.storage.atomic_files import make_folder
        from personagraph.synthesis.dataset.overview import Split
        from personagraph.synthesis.dataset.write import write_samples
        from personagraph.synthesis.samples import samples as samples_of

        settings = settings_of(run, SynthesizeSettings)
        split = None
        if self.shares:
            split = Split(self.shares, settings.seed if seed is None else seed, workspace.snapshot())
        if self.output is None:
            make_folder(workspace.folder / SAMPLES)
        output = self.output or workspace.folder / SAMPLES / self._name(run, settings.task)
        manifest = write_samples(
            workspace.ledger,
            run.id,
            output,
            format=self.format,
            outcomes=self.outcomes,
            split=split,
            licence=self.licence,
        )
        return WrittenSamples(output, manifest, tuple(islice(samples_of(workspace.ledger, run.id), SHOWN)))

    def _name(self, run: Run, task: str) -> str:
        """What the output is called that nobody named."""
        from personagraph.synthesis.formats import DEFAULT, FORMATS

        form = "" if self.format == DEFAULT else f"-{self.format}"
        return f"{run.id}-{task}{form}{'' if self.shares else FORMATS[self.format].ending}"


def with_samples(workspace: "Workspace", done: RunResult, place: Destination) -> SynthesisResult:
    """The result with the samples, written when the run is done; without, where none are made."""
    run = workspace.ledger.runs.get(done.run)
    if done.status != "done" or run.work != COMMAND or not done.samples + done.set_apart:
        return SynthesisResult(done, None)
    try:
        return SynthesisResult(done, place.write(workspace, run))
    except NothingToWriteError as error:
        workspace.note(str(error))
        return SynthesisResult(done, None)
