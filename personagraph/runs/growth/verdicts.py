"""What is written into the detail of a verdict, and the personas and merges that are read from it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from personagraph.runs.growth.arrivals import UNSTATED, Rejected
from personagraph.text.mended_json import Mended
from personagraph.types import Attributes, Merge, Persona, Step, Verdict
from personagraph.vocabulary.attributes import bases_of, bases_text


def rejection(item: int, read: Rejected, data: Mapping[str, Any]) -> Verdict:
    """The verdict on an item that a guard turned down; its detail has the reply, and the attributes that are known."""
    detail = {"fault": read[1], "item": dict(data)}
    if len(read) == 3 and (known := read[2].known()):
        detail["stated"] = known
    return Verdict(item, "rejected", read[0], "", detail)


def noted(verdict: Verdict, data: Mapping[str, Any]) -> Verdict:
    """The verdict, with `repaired` in its detail when the reply that it judges had to be mended."""
    return replace(verdict, detail={**verdict.detail, "repaired": True}) if isinstance(data, Mended) else verdict


def persona_of(run: str, verdict: Verdict, depth: int | None = None) -> Persona:
    """The persona that a verdict lets in, at a depth, which the verdict does not know."""
    detail = verdict.detail
    attributes, bases = known_of(detail)
    return Persona(
        id=verdict.persona,
        description=detail["description"],
        depth=depth,
        entry=detail["entry"],
        origin=detail["origin"],
        run=run,
        nature=detail["nature"],
        attributes=attributes,
        simulated=detail["simulated"],
        fields=detail.get("fields", ""),
        bases=bases,
    )


def known_detail(attributes: Attributes, bases: Attributes) -> dict[str, Any]:
    """What a verdict keeps of what is known of a persona."""
    return {"known": attributes.known(), "bases": bases_text(bases)}


def known_of(detail: Mapping[str, Any]) -> tuple[Attributes, Attributes]:
    """What a verdict says is known, and on what grounds; one of an older version has what was stated alone."""
    known, bases = detail["known"] if "known" in detail else detail["stated"], detail.get("bases")
    return Attributes(**known) if known else UNSTATED, bases_of(bases) if bases else UNSTATED


def merge_of(run: str, step: Step, verdict: Verdict) -> Merge:
    """The merge that a verdict made."""
    detail = verdict.detail
    return Merge(
        key=f"{run}.{step.n}.{verdict.item}",
        alias=detail["alias"],
        description=detail["description"],
        persona=verdict.persona,
        method=verdict.reason,
        score=detail["score"],
        run=run,
    )
