"""Planted faults are found, and good samples are let through; the generators know nothing of the checks."""

import ast
from pathlib import Path

import pytest

from tests.synthesis.checks.figures import KINDS, Figures, figures, table

FOUND, REFUSED, CONFIRMED, DECIDABLE = 0.95, 0.02, 0.95, 0.5


@pytest.fixture(scope="module", params=[1, 20261130])
def told(request: pytest.FixtureRequest) -> dict[str, Figures]:
    made = figures(request.param)
    print(table(made))
    return made


@pytest.mark.slow
def test_of_four_hundred_planted_faults_at_least_half_can_be_decided(told):
    planted = sum(counted.planted.total() for counted in told.values())
    assert planted >= 400
    assert sum(counted.decidable.total() for counted in told.values()) >= DECIDABLE * planted


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_decidable_faults_are_found(kind, told):
    assert told[kind].found.total() >= FOUND * told[kind].decidable.total(), table(told)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_good_samples_are_not_refused_and_nearly_all_are_confirmed(kind, told):
    assert told[kind].refused <= REFUSED * told[kind].good, table(told)
    assert told[kind].confirmed >= CONFIRMED * told[kind].good, table(told)


def test_the_generators_know_nothing_of_the_checks():
    for file in (Path(__file__).parent / "planted").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not any(name.startswith("personagraph") for name in names), file
