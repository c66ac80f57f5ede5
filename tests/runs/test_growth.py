"""Numbers of entry: each is given once, whoever was removed before."""

import random

import pytest

from personagraph.importing.networks.work import SameText
from personagraph.llm.scripted import ScriptedBackend
from personagraph.runs.growth import Arrival, Growth
from personagraph.types import Batch, Removal, Step
from tests.worlds import answer, expansion, import_seeds, open_workspace


@pytest.mark.parametrize("removed", [1, 5, 12])
def test_who_enters_after_a_removal_gets_a_number_that_nobody_has(tmp_path, removed):
    store, ledger = open_workspace(tmp_path)
    import_seeds(store, ledger)
    expansion(store, ledger, ScriptedBackend(answer), max_calls=20)
    before = list(store.scan_personas())
    gone = random.Random(removed).sample(before[:-1], removed)
    undoing = ledger.runs.start("undo", {}, {})
    store.write(Batch(undoing.id, 0, 1, removed=Removal(personas=tuple(p.id for p in gone))))
    ledger.runs.end(undoing.id, "done")
    expansion(store, ledger, ScriptedBackend(answer), max_calls=20)
    after = [p.entry for p in store.scan_personas()]
    assert len(after) == len(set(after)) > len(before) - removed
    new = after[len(before) - removed :]
    assert new == list(range(len(before), len(before) + len(new))), "they come after everybody, in order"


@pytest.mark.parametrize("watched", [False, True])
def test_who_entered_is_remembered_only_for_who_watches(watched):
    growth = Growth(SameText(), set())
    if watched:
        growth.watch()
    for n, text in enumerate(("A baker of rye", "A weaver of mats", "a BAKER of rye")):
        growth.fold("r1", Step(0, ""), growth.judge(n, Arrival(text, "import", fields='{"n":1}')))
    entered, reached = growth.news()
    assert [(p.description, p.depth, p.fields) for p in entered] == [
        ("A baker of rye", 0, ""),
        ("A weaver of mats", 0, ""),
    ] * watched
    assert reached == {}
    assert [(p.entry, p.depth, p.fields) for p in growth.collect().personas] == [(0, 0, '{"n":1}'), (1, 0, '{"n":1}')]
    assert growth.news() == ([], {})
    assert growth.collect().personas == []
