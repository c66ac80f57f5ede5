"""Composes a word problem from short fields: who it is about, what it is about, and a story that is computed."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from personagraph.synthesis.names import pair, person
from personagraph.synthesis.stories import STORIES, WITHOUT_HANDS, Scene
from personagraph.vocabulary.reference import table
from personagraph.vocabulary.relationships import TYPES

GIVES = {"SELLS_TO": "sells", "TEACHES": "lends", "FRIEND_OF": "lends", "OPPOSES": "loses"}
"""What happens when things change hands between two people, by how they are connected; else they are given."""
BUYS = TYPES["SELLS_TO"].backward
"""Told so, it is the neighbour who sells: the two change their parts in the story."""
_SENTENCE = re.compile(r"(^|[.?!] )([a-z])")


def tell(data: Mapping[str, Any], persona: str, ties: Sequence[Mapping[str, str]], kind: str) -> tuple[str, str]:
    """The problem, and its solution: the working, then the answer on a line of its own.

    The persona and the first of the neighbours act in it; the neighbour is introduced by how they are connected. Of
    what cannot be packed another kind of problem is told.
    """
    things = data["things"]
    verb, packed = _things()[things]
    if not packed and kind not in WITHOUT_HANDS:
        kind = WITHOUT_HANDS[tuple(STORIES).index(kind) % len(WITHOUT_HANDS)]
    ego, alter = pair(persona, ties[0]["persona"]) if ties else (person(persona), None)
    does = f"{verb} {things} {data['place']} {data['occasion']}"
    if alter is None:
        opening = f"{ego.first} {does}, and a friend helps."
    else:
        opening = f"{ego.first}, who {ties[0]['phrase']} {alter.first}, {does}."
    names = ego.again, alter.again if alter else "the friend"
    if ties and ties[0]["phrase"].endswith(BUYS):
        names = names[1], names[0]
    scene = Scene(
        *names,
        gives=GIVES.get(ties[0]["type"], "gives") if ties else "gives",
        things=things,
        first=data["first"],
        second=data["second"],
        third=data["third"],
    )
    told = STORIES[kind](scene)
    problem = _SENTENCE.sub(lambda m: m[1] + m[2].upper(), f"{opening} {told.question}")
    return problem, f"{told.working}\nAnswer: {told.answer}"


@lru_cache
def _things() -> Mapping[str, tuple[str, bool]]:
    """What is done with each thing, and whether it can be packed and handed over."""
    return {row["things"]: (row["verb"], row["packed"] == "yes") for row in table("things")}
