"""The verb that draws personas."""

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from personagraph.types import Persona
from personagraph.workspace.drawing.asked import DrawOptions, count_of, sampled_from, sampler_for
from personagraph.workspace.options import check_positive, strict_options

if TYPE_CHECKING:
    from personagraph.workspace.workspace import Workspace

COUNT = 10


@strict_options
def sample(
    workspace: "Workspace",
    sampler: str | None = None,
    *,
    n: int | None = None,
    seed: int = 0,
    output: str | Path | None = None,
    **options: Unpack[DrawOptions],
) -> list[Persona]:
    """`n` personas (10) of the graph, or of a part of it, that a sampler draws, by id; fewer when it finds no more.

    `sampler` is one of `personagraph.graph.sampling.SAMPLERS`: by default ego where `around` is given, else random.
    `drawn_from` names a file: those whom it is of are drawn, all of them unless `n` is given. `output` gets them as
    JSONL, with a manifest beside it from which the same are drawn again. Walks the whole graph. Raises ConfigError
    where nobody is meant, or can be drawn.
    """
    from personagraph.storage.atomic_files import check_writable
    from personagraph.workspace.drawing.draw import SamplePlan, drawn
    from personagraph.workspace.drawing.origin import write_sample

    check_positive(n=n)
    if output is not None:
        check_writable(Path(output))
    chosen = sampler_for(sampler, options.get("around"))
    meant, own = sampled_from(workspace, chosen, **options)
    count = count_of(meant, options.get("drawn_from"), n) or COUNT
    draw = SamplePlan(sampler=chosen, n=count, seed=seed, options=own, selection=meant)
    people = workspace.store.personas(sorted(drawn(workspace, draw).ids))
    if output is not None:
        write_sample(workspace, draw, people, Path(output))
    return people
