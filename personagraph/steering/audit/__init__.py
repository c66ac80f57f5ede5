"""The audit of a graph: whom it has, whom it leaves out, how that came, and what its figures cannot say."""

from typing import Any

from personagraph.steering.audit.facts import AuditFacts
from personagraph.steering.audit.section import Section
from personagraph.steering.audit.sections import (
    aims,
    cells,
    crosstab,
    depth,
    gateways,
    growth,
    limits,
    marginals,
    pairs,
    people,
    readings,
    ties,
)

SECTIONS: dict[str, Section] = {
    "people": people.SECTION,
    "attributes": marginals.SECTION,
    "cells": cells.SECTION,
    "depth": depth.SECTION,
    "pairs": pairs.SECTION,
    "joint": crosstab.SECTION,
    "readings": readings.SECTION,
    "ties": ties.SECTION,
    "gateways": gateways.SECTION,
    "growth": growth.SECTION,
    "aims": aims.SECTION,
    "limits": limits.SECTION,
}
"""By the name that the report has them under, in the order in which they are told."""


def audit(facts: AuditFacts) -> dict[str, Any]:
    """What each section found, by its name; those with nothing to report are left out."""
    found = {name: section.measure(facts) for name, section in SECTIONS.items()}
    return {name: values for name, values in found.items() if values is not None}


__all__ = ["SECTIONS", "AuditFacts", "Section", "audit"]
