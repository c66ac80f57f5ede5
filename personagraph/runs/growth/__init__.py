"""A graph as it grows: what wants to enter, who that is, how far from a seed, and what is to be written of it."""

from personagraph.runs.growth.arrivals import GROUNDED, PERSON, Arrival, Link, Rejected
from personagraph.runs.growth.finder import Finder, add_all, know
from personagraph.runs.growth.growth import Changes, Growth, StandIn
from personagraph.runs.growth.verdicts import known_detail, known_of, merge_of, noted, persona_of, rejection

__all__ = [
    "GROUNDED",
    "PERSON",
    "Arrival",
    "Changes",
    "Finder",
    "Growth",
    "Link",
    "Rejected",
    "StandIn",
    "add_all",
    "know",
    "known_detail",
    "known_of",
    "merge_of",
    "noted",
    "persona_of",
    "rejection",
]
