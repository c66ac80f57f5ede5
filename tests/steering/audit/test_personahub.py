"""The audit of PersonaHub against the world says what docs/coverage.md says of it."""

import json
from pathlib import Path

import pytest

from personagraph.steering.audit import audit
from personagraph.types import Attributes
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.vocabulary.reading.descriptions import read_description
from tests.steering.audit.audited import facts
from tests.stored import persona

DOC = Path(__file__).parents[3] / "docs/coverage.md"


@pytest.fixture(scope="module")
def found(shared_data):
    lines = (shared_data / "personas" / "personahub.jsonl").read_text(encoding="utf-8").splitlines()
    read = [read_description(json.loads(line)["persona"]) for line in lines]
    bases = [Attributes(**dict.fromkeys(one.known(), "words")) for one in read]
    return audit(
        facts([persona(f"p {n}", n, attributes=one, bases=bases[n]) for n, one in enumerate(read)], target="world")
    )


def test_activity_is_read_of_two_thirds(found):
    people = found["people"]
    assert people["personas"] == 2489
    assert people["attributes"]["activity"]["words"] / 2489 >= 0.65


def test_who_is_missing_is_told_with_intervals(found):
    answers = {
        row["cell"][0]: row["answer"]
        for axis in ("activity", "age", "sex", "region")
        for row in found["attributes"][axis]["rows"]
    }
    assert set(answers) == {value for axis in ("activity", "age", "sex", "region") for value in ATTRIBUTES[axis].values}
    lacking = {value for value, answer in answers.items() if answer == "under"}
    assert {"south_asia", "east_asia", "west_central_africa", "craft", "operators", "service", "clerks"} <= lacking
    assert {answers[value] for value in ("north_america", "western_europe", "professionals")} == {"enough"}
    assert answers["north_africa"] == "inconclusive"


def test_the_page_of_the_documents_has_the_figures_of_the_code(found):
    text = DOC.read_text(encoding="utf-8")
    rows = {row["cell"][0]: row for axis in ("region", "activity") for row in found["attributes"][axis]["rows"]}
    for value, told in (("south_asia", "South Asia"), ("operators", "plant and machine operators")):
        low, high = rows[value]["ratio_interval"]
        assert f"| {told} | {rows[value]['now']} |" in text
        assert f"×{rows[value]['ratio']:.2f} ({low:.2f} to {high:.2f})" in text
    assert found["cells"]["answers"]["under"] == 0
    assert f"region, {found['cells']['answers']['inconclusive']}:" in text
