"""Who knows whom in the simulated world: a fixed fact that its alters, its judgements and its ties all keep to."""

import asyncio
from collections.abc import Iterator, Mapping
from functools import cache
from random import Random
from statistics import fmean
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu

from personagraph.expansion.dialogues import ShortFields, WholeSentences
from personagraph.linking.dialogues import PairDialogue, ShortTieDialogue, TieDialogue
from personagraph.llm.simulated import SimulatedBackend
from personagraph.llm.simulated.acquaintance import (
    ERRS,
    KNOWN_ALIKE,
    KNOWN_UNLIKE,
    is_alike,
    knows,
    odds,
    role,
)
from personagraph.prompts.dialogue import PromptDialogue
from personagraph.runs.growth import Arrival, Link
from personagraph.vocabulary.relationships import ROLES, TYPES

SECRET = b"secret"
WORLD = 0


@cache
def people() -> tuple[str, ...]:
    """Some of the world, none twice."""
    dialogue, backend = WholeSentences("simulated", SECRET), SimulatedBackend()
    found = dict[str, None]()
    for n in range(250):
        fields = {"ego": f"A walker number {n}", "type": None, "hint": None}
        reply = asyncio.run(backend.complete(dialogue.request(fields, dialogue.ask(fields))))
        for item in dialogue.read(fields, dialogue.parse(fields, reply)):
            if isinstance(item, Arrival):
                found[item.description] = None
    return tuple(found)


def pairs(count: int) -> Iterator[tuple[str, str]]:
    rng = Random(5)
    for _ in range(count):
        yield tuple(rng.sample(people(), 2))


def asked(dialogue: PromptDialogue, fields: Mapping[str, Any], world: int = WORLD) -> Mapping[str, Any]:
    return dialogue.parse(
        fields, asyncio.run(SimulatedBackend(world).complete(dialogue.request(fields, dialogue.ask(fields))))
    )


def area(known: list[float], unknown: list[float]) -> float:
    return mannwhitneyu(known, unknown).statistic / len(known) / len(unknown)


@given(st.text(), st.text(), st.integers(0, 9))
def test_it_is_the_same_in_either_order(a, b, world):
    assert knows(world, a, b) == knows(world, b, a)
    type, forward = ROLES[role(world, a, b)]
    if a != b:
        assert ROLES[role(world, b, a)] == (type, forward if TYPES[type].symmetric else not forward)


def test_the_alike_know_each_other_ten_times_as_often_as_others_as_the_constants_say():
    known = {True: [0, 0], False: [0, 0]}
    for a, b in pairs(20_000):
        counts = known[is_alike(a, b)]
        counts[0] += knows(WORLD, a, b)
        counts[1] += 1
    assert known[True][0] / known[True][1] == pytest.approx(KNOWN_ALIKE, rel=0.1)
    assert known[False][0] / known[False][1] == pytest.approx(KNOWN_UNLIKE, rel=0.15)


@pytest.mark.parametrize(
    ("a", "b", "alike"),
    [
        ("A maize farmer from Kenya", "A retired teacher from Kenya", True),
        ("A dance teacher", "A writer on teaching", True),
        ("A 34-year-old cook", "A 35-year-old poet", False),
        ("A cook working without a recipe", "A poet working without rhyme", False),
        ("Учитель истории", "Школьный учитель", True),
        ("", "", False),
    ],
)
def test_they_are_alike_who_share_a_word_with_content(a, b, alike):
    assert is_alike(a, b) == alike


def test_another_world_has_other_acquaintances():
    told = [[knows(world, a, b) for a, b in pairs(2_000)] for world in range(2)]
    assert 0 < sum(map(int.__and__, *told)) < min(map(sum, told)) / 2


@pytest.mark.parametrize("make", [ShortFields, WholeSentences])
@pytest.mark.parametrize("hint", [None, {"occupation": "mason", "country": "Nepal"}])
def test_whom_it_names_as_an_alter_the_ego_knows(make, hint):
    dialogue, named = make("simulated", SECRET), list[bool]()
    for ego in people()[:150]:
        fields = {"ego": ego, "type": None, "hint": hint}
        read = dialogue.read(fields, asked(dialogue, fields))
        named += [knows(WORLD, ego, item.description) for item in read if isinstance(item, Arrival)]
    assert len(named) > 100
    assert fmean(named) > 0.97


def test_what_it_says_of_an_alter_unasked_is_what_it_says_of_the_two_later():
    dialogue, same = WholeSentences("simulated", SECRET), list[bool]()
    for ego in people()[:150]:
        fields = {"ego": ego, "type": None, "hint": None}
        for item in dialogue.read(fields, asked(dialogue, fields)):
            if isinstance(item, Arrival) and item.link and item.link.type in dict(ROLES.values()):
                same.append(ROLES[role(WORLD, ego, item.description)] == item.link[:2])
    assert fmean(same) > 0.9


def test_its_judgements_tell_acquaintances_from_others_as_a_real_model_did():
    rng, drawn = Random(1), list[tuple[bool, float, float]]()
    for ego in people()[:200]:
        told = [(knows(WORLD, ego, other), odds(rng, WORLD, ego, other)) for other in people()[200:300]]
        mean = fmean(value for _, value in told)
        drawn += [(known, value, value - mean) for known, value in told]
    by_odds, by_difference = ([[row[n] for row in drawn if row[0] == known] for known in (True, False)] for n in (1, 2))
    assert area(*by_odds) == pytest.approx(0.90, abs=0.015)
    assert area(*by_difference) == pytest.approx(0.98, abs=0.01)
    assert 0.05 < fmean(value > 0 for value in by_odds[0]) < 0.25
    assert fmean(value > 0 for value in by_odds[1]) < 0.01


@pytest.mark.parametrize("make", [ShortTieDialogue, TieDialogue])
def test_it_tells_of_ties_between_those_who_know_each_other_but_for_its_errors(make):
    dialogue, told = make("simulated", SECRET), {True: list[Any](), False: list[Any]()}
    for a, b in pairs(1_500):
        known = knows(WORLD, a, b)
        if known or len(told[False]) < 400:
            told[known].append((role(WORLD, a, b), asked(dialogue, {"a": a, "b": b})["relation"]))
    assert fmean(said == "none" for _, said in told[False]) == pytest.approx(1 - ERRS, abs=0.04)
    assert fmean(said == "none" for _, said in told[True]) == pytest.approx(ERRS, abs=0.05)
    assert fmean(said == so for so, said in told[True] if said != "none") > 1 - 2 * ERRS


def test_both_ends_tell_of_the_same_tie_but_for_its_errors():
    dialogue, agree = TieDialogue("simulated", SECRET), list[bool]()
    for a, b in pairs(1_500):
        if not knows(WORLD, a, b):
            continue
        one, other = (dialogue.read(f, asked(dialogue, f)) for f in ({"a": a, "b": b}, {"a": b, "b": a}))
        if isinstance(one, Link) and isinstance(other, Link):
            agree.append(one.type == other.type and (TYPES[one.type].symmetric or one.forward != other.forward))
    assert len(agree) > 50
    assert fmean(agree) > 1 - 3 * ERRS


def test_a_judgement_is_odds_that_can_be_read():
    a, b = next(pairs(1))
    read = asked(PairDialogue("simulated", SECRET), {"a": a, "b": b})
    assert set(read) == {"odds", "said"}
    assert -10 < read["odds"] < 5
