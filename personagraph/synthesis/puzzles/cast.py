"""Who is in a puzzle: the persona, its neighbours, and others where more are needed; and which things."""

from collections.abc import Mapping, Sequence
from random import Random

from personagraph.synthesis.names import PersonName, pair, person
from personagraph.synthesis.problems.things import Thing, things


def people(
    persona: str, ties: Sequence[Mapping[str, str]], others: Sequence[str], rng: Random, n: int
) -> list[PersonName]:
    """The names of n people, all called differently: the persona first, then neighbours, then some of `others`."""
    named = [person(persona)]
    for tie in ties[: n - 1]:
        _, alter = pair(persona, tie["persona"])
        if alter.again.casefold() not in {name.again.casefold() for name in named}:
            named.append(alter)
    for told in rng.sample(list(others), len(others)):
        again = f"the {told.partition(' ')[2]}"
        if len(named) < n and again not in {name.again.casefold() for name in named}:
            named.append(PersonName(told, again))
    return named


def belongings(chosen: Sequence[str], rng: Random, n: int) -> list[Thing]:
    """N different things that can be handed over: those that were chosen, then others that are treated alike."""
    table = things()
    found = {name: table[name] for name in chosen if table[name].holders}
    first = next(iter(found.values()), None)
    alike = [name for name, thing in table.items() if thing.holders and first and thing.verb == first.verb]
    more = [name for name, thing in table.items() if thing.holders]
    for names in (alike, more):
        for name in rng.sample(names, min(len(names), n)):
            if name not in found and len(found) < n:
                found[name] = table[name]
    return list(found.values())[:n]


def listed(texts: Sequence[str]) -> str:
    """Texts as a list in a sentence: "a, b and c"."""
    return f"{', '.join(texts[:-1])} and {texts[-1]}" if len(texts) > 1 else texts[0]
