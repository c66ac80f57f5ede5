"""What was asked for, and what came: regions, how hard they were asked for, and those that were not reached."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from personagraph.steering.audit.facts import AuditFacts
from personagraph.steering.audit.section import Section, Values, aligned, counted, percent
from personagraph.steering.audit.wishes import LEVELS, told_of
from personagraph.vocabulary.attributes import ATTRIBUTES

MOST_TOLD = 12
"""Regions that text lists of each kind."""
NAMES: Mapping[str, str] = dict(zip(LEVELS, ("with a hint", "with a narrowed reply", "without an ego"), strict=True))
"""How hard it was asked, by level."""


def _measure(facts: AuditFacts) -> Values | None:
    """What came of the wishes of steered calls; each region has how many are in it `now`, None for what is no cell.

    `unreached` are the regions that nobody came into, those where nobody is first, then those asked for most.
    """
    if not facts.history.wishes:
        return None
    found = told_of(facts.history.wishes)
    for one in found["regions"]:
        one["now"] = _now(facts, one["region"])
    unreached = [one for one in found["regions"] if not one["right"]]
    return {**found, "unreached": sorted(unreached, key=lambda one: (bool(one["now"]), -one["asked"]))}


def _now(facts: AuditFacts, region: Mapping[str, str]) -> int | None:
    """How many of the graph are in a region."""
    columns = facts.graph.attributes
    if not region.keys() <= columns.keys():
        return None
    there = np.ones(len(facts.graph), np.bool_)
    for axis, value in region.items():
        names = list(columns[axis].names)
        there &= columns[axis].codes == (names.index(value) if value in names else -1)
    return int(there.sum())


def region_text(region: Mapping[str, str]) -> str:
    """A region as people name it, and as `--cell` takes it."""
    return ",".join(f"{axis}={value}" for axis, value in region.items()) or "nobody in particular"


def tried_text(one: Values) -> str:
    """How often a region was asked for, and how hard."""
    levels = [f"{NAMES[level]} {n:,}" for level, n in one["by_level"].items() if n]
    return f"{counted(one['asked'], 'time')}: {', '.join(levels)}"


def share_text(one: Values) -> str:
    """A share with its interval, such as 72 % (63 % to 79 %)."""
    if one["share"] is None:
        return "–"
    low, high = one["interval"]
    return f"{percent(one['share'])} ({percent(low)} to {percent(high)})"


def _lines(values: Values) -> Sequence[str]:
    lines = [
        f"asked for {NAMES[one['level']]} {counted(one['asked'], 'time')}: {one['came']:,} came, {one['right']:,} into"
        f" the region meant, {share_text(one)}"
        for one in values["levels"]
    ]
    lines += [
        f"  {one['attribute']} as the hint named it: {one['right']:,} of {one['known']:,} who came and of whom it is"
        f" known, {share_text(one)}"
        for one in values["attributes"]
        if one["attribute"] in ATTRIBUTES
    ]
    regions, unreached = values["regions"], values["unreached"]
    lines.append(f"regions asked for: {len(regions):,}; reached: {len(regions) - len(unreached):,}")
    rows = [(f"  {region_text(one['region'])}", *_row(one)) for one in regions if one["right"]][:MOST_TOLD]
    lines += aligned(rows)
    if unreached:
        lines.append(f"asked for, and not reached: {len(unreached):,}")
        rows = [(f"  {region_text(one['region'])}", _there(one), tried_text(one)) for one in unreached[:MOST_TOLD]]
        lines += aligned(rows)
        if len(unreached) > MOST_TOLD:
            lines.append(f"  and {len(unreached) - MOST_TOLD:,} more, which --json lists")
    return lines


def _row(one: Values) -> tuple[str, ...]:
    return f"asked {one['asked']:,}", f"came into it {one['right']:,}", share_text(one)


def _there(one: Values) -> str:
    return "–" if one["now"] is None else "nobody there" if not one["now"] else f"{one['now']:,} there"


def unreached_rows(values: Values) -> list[tuple[Any, ...]]:
    """Of each region that was not reached: its name, how many are there, how it was tried, what came instead."""
    return [
        (region_text(one["region"]), _there(one), tried_text(one), f"{one['came']:,}") for one in values["unreached"]
    ]


SECTION = Section(
    _measure,
    _lines,
    "What was asked for, and what came",
    "Only calls that hinted at somebody. Who came counts as in the region when all that it names is known of them, and"
    " is so; the share is of all times that it was asked for, so that who was turned down, or is not known, is missing"
    " from it; intervals are Wilson's of 95 %. Not reached is what nobody came into by being asked for.",
)
