"""Composes a word problem from short fields: who it is about, what it is about, and a story that is computed."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from personagraph.attributes import read_activity
from personagraph.cast import pair, person
from personagraph.stories import STORIES, TRADES, Scene

GIVES = {"SELLS_TO": "sells", "TEACHES": "lends", "FRIEND_OF": "lends", "OPPOSES": "loses"}
"""What happens when things change hands between two people, by how they are connected; else they are given."""
_LIVING_WORDS = (
    "patients clients customers people children students pupils guests visitors players members friends fans women men"
    " families users readers viewers soldiers teams"
)
_LIVING = frozenset(_LIVING_WORDS.split())
_SENTENCE = re.compile(r"(^|[.?!] )([a-z])")


def guard(data: Mapping[str, Any], kind: str) -> tuple[str, str] | None:
    """The guard that turns the fields down, and what it saw: people instead of things, or a word again."""
    things = data["things"].split()
    people = things[-1] in _LIVING or read_activity(data["things"]) != "unknown"
    if people and kind in TRADES:
        return "people as things", data["things"]
    if len(set(things)) < len(things) or things[-1] in data["place"].split():
        return "repeats", f"{data['things']} {data['place']}"
    return None


def tell(data: Mapping[str, Any], persona: str, ties: Sequence[Mapping[str, str]], kind: str) -> tuple[str, str]:
    """The problem, and its solution: the working, then the answer on a line of its own.

    The persona and the first of the neighbours act in it; the neighbour is introduced by how they are connected.
    """
    ego, alter = (person(persona), None) if not ties else pair(persona, ties[0]["persona"])
    does = f"{data['verb']} {data['things']} {data['place']} {data['occasion']}"
    if alter is None:
        opening = f"{ego.first} {does}, and a friend helps."
    else:
        opening = f"{ego.first}, who {ties[0]['phrase']} {alter.first}, {does}."
    scene = Scene(
        ego=ego.again,
        alter=alter.again if alter else "the friend",
        gives=GIVES.get(ties[0]["type"], "gives") if ties else "gives",
        things=data["things"],
        first=data["first"],
        second=data["second"],
        third=data["third"],
    )
    told = STORIES[kind](scene)
    problem = _SENTENCE.sub(lambda m: m[1] + m[2].upper(), f"{opening} {told.question}")
    return problem, f"{told.working}\nAnswer: {told.answer}"
