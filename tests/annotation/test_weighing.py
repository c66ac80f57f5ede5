"""Statements are weighed alike, whatever came between: a stop, an undone merge, a letter asked again, damage."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from personagraph.ledger.rescue.forms import FITS
from personagraph.ledger.steps import Decided, Planned
from personagraph.llm.scripted import ScriptedBackend
from personagraph.types import ChatRequest, Step, Verdict, persona_id
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.workspace import Workspace
from tests.annotation.graphs import check_told, known, let_in, workspace_at

TEACHERS = [f"A teacher of village {n}" for n in range(25)]
HUMMING = "Somebody who hums beside the {} every single morning"
POTTERS = (
    "A potter who teaches village children to paint bowls",
    "A potter who teaches the village children to paint bowls",
)


@pytest.fixture
def plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """An empty workspace in SQLite."""
    with workspace_at(tmp_path / "w", None, monkeypatch) as made:
        yield made


def naming(alter: Callable[[str], str | None]) -> ScriptedBackend:
    """A model that names this alter of each ego, who works as a teacher, as it states; None is no answer."""

    def answer(request: ChatRequest) -> str:
        if (text := alter(request.fields["ego"])) is None:
            return "I would rather not."
        said = {"relation": "friend of", "label": "", "confidence": 0.9, "former": False, "nature": "person"}
        said |= {**dict.fromkeys(ATTRIBUTES, "unknown"), "activity": "professionals", "description": text}
        return json.dumps({"alters": [said]})

    return ScriptedBackend(answer, small=False)


def test_what_was_rejected_earns_no_belief_where_a_run_goes_on_as_it_earned_none_before(plain):
    claims, ledger = {"claims": {"activity": "agreed"}}, plain.ledger
    run = ledger.runs.start("expand", {}, {}, model="scripted", simulated=False).id
    verdicts = Verdict(0, "rejected", "self", "", claims), Verdict(1, "new", "", "", claims)
    ledger.steps.plan(run, [Planned(Step(0, ""), "", "")])
    ledger.steps.enter(run, [Decided(0, "", verdicts)])
    assert list(ledger.steps.claims(run, last=1)) == [({"activity": "agreed"}, 1)]


def test_a_statement_whose_merge_is_undone_counts_once(plain):
    let_in(plain, POTTERS[0], "A baker of flat bread")
    plain.expand(backend=naming(lambda ego: POTTERS[1] if "baker" in ego else None), hops=1, max_calls=2)
    before = plain.annotate().statements["scripted"]
    assert before["activity"]["contradicted"] == 1, "a potter is none of the professionals"
    plain.undo_merge(plain.merges()[0].key)
    assert plain.annotate().statements["scripted"] == before
    check_told(plain)


def test_a_letter_that_is_asked_again_is_weighed_by_how_its_run_fared(plain):
    let_in(plain, *TEACHERS)
    last = HUMMING.format("river")
    told = [*(f"A teacher with {n} blue chalks in a box" for n in range(24)), None]
    plain.expand(backend=naming(lambda ego: told[TEACHERS.index(ego)]), hops=1, max_calls=25)
    assert plain.retry(backend=naming(lambda ego: last)).run.new == 1
    assert known(plain)[last]["activity"] == ("professionals", "stated")
    check_told(plain)


PERSONA = persona_id(HUMMING)
ROW = {"run": "r1", "step": 0, "item": 0, "call": "", "persona": PERSONA}
PERSON = {"description": HUMMING, "origin": "persona", "nature": "person", "stated": {}, "simulated": False, "entry": 0}
KNOWN = {"known": {"age": "65+"}, "bases": "age:words"}


@pytest.mark.parametrize(
    ("outcome", "more", "fits"),
    [
        ("new", {**KNOWN, "claims": {"age": "agreed"}}, True),
        ("new", {}, True),
        ("new", {**KNOWN, "known": {"agf": "65+"}}, False),
        ("new", {**KNOWN, "bases": "age:words region"}, True),
        ("new", {**KNOWN, "bases": "age words"}, False),
        ("new", {**KNOWN, "claims": {"age": ["agreed"]}}, False),
        ("annotated", KNOWN, True),
        ("annotated", {**KNOWN, "bases": "ag\x01:words"}, False),
        ("annotated", {**KNOWN, "known": {"age": 65}}, False),
        ("tried", {"claims": {"age": "silent"}, "said": {}}, True),
        ("tried", {"claims": {"shoe": "agreed"}, "said": {}}, False),
    ],
)
def test_a_damaged_row_of_what_is_known_is_none(outcome, more, fits):
    assert FITS["verdict"]({**ROW, "outcome": outcome, "detail": json.dumps({**PERSON, **more})}) is fits
