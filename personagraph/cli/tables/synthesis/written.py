"""Tells how samples were written: where, which of them, how they were split, and the first of them."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from personagraph.cli.terminal.render import indented

if TYPE_CHECKING:
    from personagraph.synthesis.samples import Sample
    from personagraph.workspace import WrittenSamples


def written_lines(written: "WrittenSamples") -> Iterator[str]:
    """Where the samples are, what was left out, how they were split, and the first of them as a conversation."""
    manifest = written.manifest
    yield f"written to {written.output}"
    yield from (f"{n:,} samples are left out, as {why}" for why, n in manifest["left_out"].items())
    if manifest["split"]:
        yield from _split(manifest, manifest["split"])
    for sample in written.first:
        yield from _sample(sample)


def _split(manifest: Mapping[str, Any], split: Mapping[str, Any]) -> Iterator[str]:
    rows = dict.fromkeys(split["shares"], 0)
    rows |= {file["split"]: file["rows"] for file in manifest["files"] if "split" in file}
    parts = (
        f"{side} {n:,} ({n / manifest['rows']:.1%}, asked for {split['shares'][side]:.1%})" for side, n in rows.items()
    )
    yield f"rows by community: {', '.join(parts)}"
    for side, share in split["shares"].items():
        if share and not rows[side]:
            yield f"nothing is left for {side}, as no community is cut: give more samples, or another --seed"
    if split["largest_community"] > max(split["shares"].values()):
        yield (
            f"one community alone has {split['largest_community']:.1%} of the rows, more than any part was to have:"
            " it is in one part all the same"
        )


def _sample(sample: "Sample") -> Iterator[str]:
    yield ""
    for message in sample["messages"]:
        yield from indented(f"{message['role']}: {message['content']}")
    about = ", ".join(id[:12] for id in sample["lineage"]["personas"].split())
    yield f"({sample['check']}; about {about})"
