"""Asks for the thinnest cells without an ego: nobody is asked whom they know, and nobody is tied to anybody by it."""

from dataclasses import replace

from personagraph.steering.policies.deficits import ALONE
from personagraph.steering.policies.hint import ThinnestCells, parts
from personagraph.steering.policies.policy import PolicyFacts, PolicyKind, PolicyOptions


def _made(options: PolicyOptions, facts: PolicyFacts) -> ThinnestCells:
    made = parts(replace(options, hops=0), facts, rungs=(ALONE,))  # nobody is near enough to be asked
    return ThinnestCells(*made, asked=facts.asked(), seed=options.seed, at_once=facts.at_once)


KIND = PolicyKind(
    _made,
    "ask for the thinnest cells without an ego: nobody is tied to anybody by it",
    endless=True,
    aims=True,
    by=True,
    learns=True,
    alone=True,
)
