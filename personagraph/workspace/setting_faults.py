"""What of a run's settings this version cannot work with: a newer one wrote it, or a stranger."""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from typing import Any, get_type_hints

from personagraph.errors import UsageError
from personagraph.graph.selection import selection_from
from personagraph.prompts.tongue import OWN
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.workspace.run_settings import (
    SETTINGS,
    ExpandSettings,
    LinkSettings,
    ModelSettings,
    SynthesizeSettings,
    shares_wanted,
)


def fault_of(settings: Mapping[str, Any], work: str) -> tuple[str, str]:
    """A setting of a run that this version cannot work with, and what is wrong with it; empty where all is well.

    Such are what a newer version writes, or a stranger.
    """
    from pydantic import TypeAdapter, ValidationError

    from personagraph.dedup.rules import METHODS
    from personagraph.vocabulary.languages import language_tag

    kind = SETTINGS.get(work, ModelSettings)
    hints = get_type_hints(kind)
    for field in fields(kind):
        if field.name not in settings:
            if field.default is MISSING:
                return field.name, "which is missing"
            continue
        try:
            TypeAdapter(hints[field.name]).validate_python(settings[field.name], strict=True)
        except ValidationError as error:
            said = error.errors()[0]["msg"]
            return field.name, said[:1].lower() + said[1:]
    held = kind.of(settings)
    for name, value, known in (("prompts", held.prompts, ("small", "large")), ("dedup", held.dedup, METHODS)):
        if value not in known:
            return name, f"it should be {' or '.join(known)}"
    if isinstance(held, SynthesizeSettings) and (fault := _fault_of_task(held) or _fault_of_drawing(held)):
        return fault
    if isinstance(held, LinkSettings) and (fault := _fault_of_linking(held)):
        return fault
    if isinstance(held, ExpandSettings):
        if not 0 <= held.link < 100:
            return "link", "it should be from 0 to 99"
        if held.ground is not None and not 0 < held.ground < 1:
            return "ground", "it should be above 0 and below 1"
        if said := _fault_of_lifts(held.lifts or ()):
            return "lifts", said
        if held.until and (said := _fault_of_until(held.until)):
            return "until", said
        if not {*held.by} <= {*ATTRIBUTES} or not held.by or len({*held.by}) < len(held.by):
            return "by", f"it should be different ones of {', '.join(ATTRIBUTES)}"
        try:
            shares_wanted(held)
        except ValueError as error:
            return "target", str(error)
    if not 0.5 <= held.dedup_threshold <= 1:
        return "dedup_threshold", "it should be from 0.5 to 1"
    if held.language not in ("", OWN):
        try:
            language_tag(held.language)
        except ValueError:
            return "language", "it is no language that is known"
    return "", ""


def _fault_of_task(held: SynthesizeSettings) -> tuple[str, str] | None:
    from personagraph.synthesis.checks import CHECKS
    from personagraph.synthesis.tasks import TASKS
    from personagraph.synthesis.tasks.own import fault_of_own

    if held.own:
        fault = fault_of_own(held.task, held.own)
        return ("own", fault) if fault else None
    if held.task not in TASKS:
        return "task", f"it should be {', '.join(TASKS)}, or one of your own with its text"
    if odd := [name for name in held.checks or () if name not in CHECKS]:
        return "checks", f"there is no {odd[0]!r}; they can be {', '.join(CHECKS)}"
    return None


def _fault_of_drawing(held: SynthesizeSettings) -> tuple[str, str] | None:
    from personagraph.workspace.drawing.draw import check_draw, draw_in

    try:
        selection_from(held.selection or {})
    except UsageError as error:
        return "selection", str(error)
    try:
        check_draw(draw_in(held))
    except UsageError as error:
        return "drawing" if held.drawing else "sampler", str(error)
    return None


def _fault_of_lifts(rows: Sequence[Sequence[str | float]]) -> str:
    from personagraph.steering.mixing.mixing import mixing_of

    try:
        mixing_of(rows, "")
    except ValueError as error:
        return str(error)
    return ""


def _fault_of_until(until: Mapping[str, float]) -> str:
    from personagraph.steering.stops import Until

    try:
        Until.of(until)
    except UsageError as error:
        return str(error)
    return ""


def _fault_of_linking(held: LinkSettings) -> tuple[str, str] | None:
    from personagraph.linking.candidates import AIMS, SOURCES

    if held.aim and held.aim not in AIMS:
        return "aim", f"it should be {' or '.join(AIMS)}"
    mix = held.mix or {}
    if not {*mix} <= {*SOURCES} or (held.mix is not None and not sum(mix.values()) > 0 <= min(mix.values())):
        return "mix", f"it should have shares of {', '.join(SOURCES)}"
    if held.candidates < 1:
        return "candidates", "it should be 1 or more"
    for name, share in (("ground", held.ground), ("false_links", held.false_links)):
        if share is not None and not 0 < share < 1:
            return name, "it should be above 0 and below 1"
    return None
