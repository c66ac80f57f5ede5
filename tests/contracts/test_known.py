"""What is known of a persona can change: every store writes it with the batch, and reads it with each persona."""

import pytest

from personagraph.errors import StoreError
from personagraph.types import Attributes, Batch
from tests.stored import fill, people, persona, tie

KNOWN = Attributes(activity="craft", region="oceania"), Attributes(activity="label", region="model")
COOK, SMITH = (
    persona("A cook of soups", 0, attributes=Attributes(sex="female"), bases=Attributes(sex="words")),
    persona("A smith of gates", 1),
)


def told(store) -> list[tuple[Attributes, Attributes]]:
    return [(person.attributes, person.bases) for person in store.scan_personas()]


def test_what_is_known_takes_the_place_of_what_was_and_nobody_else_changes(store):
    fill(store, COOK, SMITH, tie(COOK, SMITH))
    store.write(Batch("r1", 1, 2, known={COOK.id: KNOWN}))
    assert told(store) == [KNOWN, (SMITH.attributes, SMITH.bases)]
    assert store.personas([COOK.id])[0].bases["region"] == "model"
    assert [p.id for p in store.in_cell({"activity": "craft", "region": "oceania"})] == [COOK.id]
    assert store.in_cell({"sex": "female"}) == []
    assert [len(store.relationships([COOK.id, SMITH.id])), store.stats().personas] == [1, 2]


def test_the_arrays_have_values_and_grounds(store):
    fill(store, COOK, SMITH)
    store.write(Batch("r1", 1, 2, known={SMITH.id: KNOWN}))
    graph = store.snapshot()
    assert [graph.bases.names[code] for code in graph.bases.codes] == ["sex:words", "activity:label region:model"]
    activity = graph.attributes["activity"]
    assert [activity.names[code] for code in activity.codes] == ["unknown", "craft"]


def test_everything_can_become_unknown_again(store):
    fill(store, COOK)
    store.write(Batch("r1", 1, 2, known={COOK.id: (Attributes(), Attributes())}))
    assert told(store) == [(Attributes(), Attributes())]


def test_a_batch_that_is_written_twice_changes_nothing_the_second_time(store):
    fill(store, COOK)
    store.write(Batch("r1", 1, 2, known={COOK.id: KNOWN}))
    store.write(Batch("r1", 2, 3, known={COOK.id: (Attributes(), Attributes())}))
    store.write(Batch("r1", 1, 2, known={COOK.id: KNOWN}))
    assert told(store) == [(Attributes(), Attributes())]


def test_an_attribute_that_nobody_knows_is_refused_and_nothing_is_written(store):
    fill(store, COOK, SMITH)
    bad = {SMITH.id: KNOWN, COOK.id: (Attributes(shoe="43"), Attributes())}
    with pytest.raises(StoreError, match="shoe"):
        store.write(Batch("r1", 1, 2, known=bad))
    assert (told(store)[1], store.applied("r1")) == ((SMITH.attributes, SMITH.bases), 1)


def test_many_are_written_at_once(store):
    crowd = people(2_500)
    fill(store, *crowd)
    store.write(Batch("r1", 1, 2, known={person.id: KNOWN for person in crowd}))
    assert set(told(store)) == {KNOWN}


def test_somebody_who_is_not_there_cannot_be_known(store):
    fill(store, COOK)
    with pytest.raises(StoreError):
        store.write(Batch("r1", 1, 2, known={COOK.id: KNOWN, SMITH.id: KNOWN}))
    assert (told(store), store.applied("r1")) == ([(COOK.attributes, COOK.bases)], 1)
