"""Composes a word problem from short fields: who it is about, what it is about, and a structure that is computed."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, Final

from personagraph.synthesis.names import pair, person
from personagraph.synthesis.problems.composing import WordProblem, compose
from personagraph.synthesis.problems.things import Thing, things
from personagraph.synthesis.problems.wording import wording
from personagraph.vocabulary.relationships import TYPES

GIVES = {"SELLS_TO": "sells", "TEACHES": "lends", "FRIEND_OF": "lends", "OPPOSES": "loses"}
"""What happens when things change hands between two people, by how they are connected; else they are given."""
BUYS = TYPES["SELLS_TO"].backward
"""Told so, it is the neighbour who sells."""
DIFFICULTIES: Final[Mapping[str, tuple[int, int]]] = {
    f"{operations} operation{'s' * (operations > 1)}, {distractors} number{'s' * (distractors != 1)} not needed": (
        operations,
        distractors,
    )
    for operations, distractors in (
        *((1, 0), (2, 0), (3, 0), (2, 1), (3, 1), (4, 0)),
        *((2, 0), (3, 2), (4, 1), (1, 1), (3, 0), (4, 2)),
    )
}
"""How hard a problem is, by what it is called: its operations, and the numbers that are told and not needed."""


def tell(
    data: Mapping[str, Any], persona: str, ties: Sequence[Mapping[str, str]], kind: str, rng: Random
) -> WordProblem:
    """The problem, with its solution, at the difficulty that `kind` names.

    The persona and the first of the neighbours act in it; the neighbour is introduced by how they are connected.
    """
    thing = things()[data["things"]]
    operations, distractors = DIFFICULTIES[kind]
    chosen = [data[name] for name in ("first", "second", "third")]
    people = _people(data, thing, persona, ties, rng)
    return compose(thing, people, rng, operations=operations, distractors=distractors, chosen=chosen)


def _people(
    data: Mapping[str, Any], thing: Thing, persona: str, ties: Sequence[Mapping[str, str]], rng: Random
) -> dict[str, str]:
    """Who acts in the problem, and the sentence that it begins with."""
    ego, alter = pair(persona, ties[0]["persona"]) if ties else (person(persona), None)
    names = ego.again, alter.again if alter else "the friend"
    opening = rng.choice(wording()["opening"]["tied" if alter else "alone"])
    told = opening.format(
        ego_first=ego.first,
        alter_first=alter.first if alter else "",
        tie=ties[0]["phrase"] if ties else "",
        does=thing.verb,
        things=thing.many,
        place=data["place"],
        occasion=data["occasion"],
    )
    gives = "gives" if not ties or ties[0]["phrase"].endswith(BUYS) else GIVES.get(ties[0]["type"], "gives")
    return {"ego": names[0], "alter": names[1], "seller": names[0], "buyer": names[1], "gives": gives, "opening": told}
