"""Writes the card of a dataset: README.md with the front matter that the Hugging Face hub reads."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from personagraph.errors import UsageError
from personagraph.synthesis.checks.check import OUTCOMES
from personagraph.synthesis.formats.sample_format import SampleFormat
from personagraph.vocabulary.languages import LANGUAGES

FILE = "README.md"
UNKNOWN = "unknown"
"""What the hub calls a licence that nobody has said."""
SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
MORE = "n>1M"
FIELDS = {
    "id": "a hash of the text and of the call that made it",
    "task": "what was asked for",
    "answer": "what a grader compares; empty where there is none",
    "check": "the outcome of all checks",
    "reason": "why it is that",
    "checks": "the figures that this rests on: a text that is JSON",
    "about": "what was asked for, as a field and a difficulty: a text that is JSON",
    "lineage": "run, step, call, model, prompt, personas, relationships, sources, calls that told of it besides, the"
    " checker, and whether anything was simulated",
}
NOT_FOR = (
    "as evidence of what people like those described think, know, want or are able to do: the personas are invented,"
    " or taken from a file, and a model wrote what it supposes of them",
    "to assess, select or profile real people",
    "as a benchmark: what is only agreed on, or unchecked, may be wrong, and the model that wrote it would do well on"
    " itself",
    "where the terms of the models that made it forbid to train on their output",
)


def checked_licence(licence: str) -> str:
    """The licence as the hub writes it. Raises UsageError for what cannot be its identifier."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.+-]{0,63}", licence):
        shown = licence if len(licence) <= 64 else f"{licence[:64]}…"
        raise UsageError(f"--licence {shown!r} is no identifier of a licence, as cc-by-4.0, apache-2.0 or other")
    return licence.lower()


def card(kind: SampleFormat, name: str, manifest: Mapping[str, Any]) -> str:
    """The card of the dataset that the manifest tells of. Nothing that a model wrote is in it."""
    return "\n".join([*_front_matter(name, manifest), *_text(kind, name, manifest)]) + "\n"


def _front_matter(name: str, manifest: Mapping[str, Any]) -> Iterator[str]:
    """YAML in which every text is quoted as in JSON, which YAML reads."""
    yield "---"
    yield f"license: {json.dumps(manifest['licence'])}"
    yield f"pretty_name: {json.dumps(name, ensure_ascii=False)}"
    if language := _language(manifest):
        yield f"language: [{json.dumps(language)}]"
    yield 'task_categories: ["text-generation"]'
    yield f'tags: ["synthetic", "personas", {json.dumps(manifest["settings"]["task"])}]'
    yield f'size_categories: ["{next((told for most, told in SIZES if manifest["rows"] < most), MORE)}"]'
    yield "configs:"
    yield "- config_name: default"
    yield "  data_files:"
    for file in manifest["files"]:
        yield f"  - split: {file['split']}"
        yield f"    path: {json.dumps(file['name'].rpartition('/')[2])}"
    yield "---"
    yield ""


def _text(kind: SampleFormat, name: str, manifest: Mapping[str, Any]) -> Iterator[str]:
    settings, counts = manifest["settings"], f"{manifest['samples']:,} samples, {manifest['rows']:,} rows"
    yield f"# {_plain(name)}"
    yield ""
    yield f"{counts}, of the task {_code(settings['task'])}: {kind.about}."
    yield "Synthetic: language models wrote them, each about a persona of a graph that personagraph grew."
    if manifest["simulated"]:
        yield "**Part of it is simulated**: a made-up world stood in for a model or for personas. It is for trials."
    yield ""
    yield "## How it was made"
    yield ""
    yield from _list(
        [
            f"Generator: {_code(manifest['model'])}, asked with the prompts {_codes(manifest['prompts'])}.",
            f"Checker: {_code(manifest['checker'])}."
            if manifest["checker"]
            else "No second model checked the answers.",
            f"Shown to the model: {_code(settings.get('context', ''))}; drawn by the sampler"
            f" {_code(settings.get('sampler', ''))} with the seed {settings.get('seed', 0)}.",
            f"{manifest['dead_letters']:,} replies could not be read, and {sum(manifest['rejected'].values()):,} were"
            " turned down by guards.",
            *(f"{n:,} samples are left out: {why}." for why, n in manifest["left_out"].items()),
            f"Licence: {_code(manifest['licence'])}"
            f"{', as nobody has said it' if manifest['licence'] == UNKNOWN else ''}.",
        ]
    )
    yield from _table(["check", "samples", "what it says"], _checks(manifest))
    yield "## Files"
    yield ""
    files = ((_code(f["name"].rpartition("/")[2]), f["split"], f"{f['rows']:,}") for f in manifest["files"])
    yield from _table(["file", "split", "rows"], files)
    yield from _split(manifest.get("split"))
    yield "## Fields"
    yield ""
    fields = {**kind.columns, **FIELDS}
    yield from _table(["field", "what it holds"], ((_code(field), told) for field, told in fields.items()))
    yield f"Read by `datasets.load_dataset`; {kind.loads}."
    yield ""
    yield "## What it must not be used for"
    yield ""
    yield from _list(NOT_FOR)


def _checks(manifest: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    for outcome, n in manifest["checks"].items():
        yield _code(outcome), f"{n:,}", OUTCOMES.get(outcome, "")


def _split(split: Mapping[str, Any] | None) -> Iterator[str]:
    """How the rows were divided."""
    if not split:
        return
    asked = ", ".join(f"{side} {share:g}" for side, share in split["shares"].items())
    yield (
        f"Split by communities of the graph (Leiden), with the seed {split['seed']}: all samples about people of a"
        f" community, and all that show any of them, are on one side. Asked for: {asked}. The largest community has"
        f" {split['largest_community']:.1%} of the rows. {split['straddling']:,} samples show people of two sides, and"
        f" are in no file. {split['relationships_across']:,} of {split['relationships']:,} relationships between people"
        " who are shown lead from one side to another."
    )
    yield ""


def _language(manifest: Mapping[str, Any]) -> str:
    """The tag of the language that was asked for; empty where each persona has its own."""
    code = str(manifest["settings"].get("language") or "en").partition("-")[0]
    return code if code in LANGUAGES else ""


def _list(items: Iterable[str]) -> Iterator[str]:
    yield from (f"- {item}" for item in items)
    yield ""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)
    yield ""


def _plain(text: str) -> str:
    """A text in which Markdown finds nothing to do."""
    return re.sub(r"([\\`*_{}\[\]<>#|])", r"\\\1", " ".join(text.split()))


def _code(text: object) -> str:
    """A text as code, on one line."""
    return f"`{' '.join(str(text).replace('`', '’').replace('|', '¦').split()) or '–'}`"


def _codes(texts: Iterable[str]) -> str:
    return ", ".join(map(_code, texts))
