"""What every graph store does with a batch: all or nothing, once, in order."""

import threading
from dataclasses import replace
from itertools import pairwise

import pytest

from personagraph.errors import ConfigError, StoreError
from personagraph.types import Attributes, Batch, Merge, Persona, Removal, Source, SourceLink, Stats, persona_id
from personagraph.vocabulary.relationships import relationship_key
from tests.stored import fill, open_graph, people, persona, tie

BOOK = Source("s1", "file:book.txt", "00ff", "It was a dark and stormy night")


def everything(store):
    return (
        list(store.scan_personas()),
        list(store.scan_relationships()),
        store.source_links(),
        store.merges(),
        store.stats(),
    )


def merge(key: str, into: Persona, description: str = "a maker of chairs, number 0") -> Merge:
    return Merge(key, persona_id(description), description, into.id, "jaccard", 0.93, "r1")


def test_what_is_written_is_read_back_field_by_field(store):
    stated = Attributes(activity="craft", age="adult", sex="female", region="asia", language="th")
    a = Persona(persona_id("a"), "a \u0000 b\n'“", None, 7, "text", "r9", "group", stated, True, '{"é":"\\u0000"}')
    b = persona("b", 3, depth=2)
    ab = tie(a, b, label="knows", confidence=0.25, former=True, steering=2, calls=("c2", "c1"), via="closure")
    ba = tie(b, a, agreement="denied")
    link = SourceLink("s1", a.id, "LIKELY_TO_DISLIKE", ("c1",))
    batch = Batch("r1", 0, 1, (a, b), {}, (ab, ba), (BOOK,), (link,), (merge("r1.0.2", b),))
    store.write(batch)
    assert everything(store) == (
        [b, a],
        sorted([ab, ba], key=lambda r: r.source),
        [(BOOK, link)],
        [merge("r1.0.2", b)],
        Stats(2, 2, 1, 1, {2: 1, None: 1}, {"TEACHES": 2}),
    )


def test_an_empty_graph_has_nothing(store):
    assert everything(store) == ([], [], [], [], Stats(0, 0, 0, 0, {}, {}))
    assert store.applied("r1") == 0


def test_a_batch_moves_the_applied_number_of_its_run_alone(store):
    store.write(Batch("r1", 0, 3))
    store.write(Batch("r2", 0, 1))
    store.write(Batch("r1", 3, 4))
    assert [store.applied(run) for run in ("r1", "r2", "r3")] == [4, 1, 0]


def test_a_batch_that_is_applied_already_changes_nothing(store):
    a, b = people(2)
    store.write(Batch("r1", 0, 2, (a,)))
    store.write(Batch("r1", 0, 2, (b,)))
    store.write(Batch("r1", 0, 1, (), {a.id: 5}))
    assert list(store.scan_personas()) == [a]
    assert store.applied("r1") == 2


@pytest.mark.parametrize(("first", "last"), [(3, 4), (1, 3), (0, 3)])
def test_a_batch_that_leaves_a_gap_or_is_cut_differently_is_refused(store, first, last):
    store.write(Batch("r1", 0, 2))
    with pytest.raises(StoreError, match=f"Steps {first} to {last} of run r1 cannot be written: the graph holds 2"):
        store.write(Batch("r1", first, last, tuple(people(1))))
    assert store.stats().personas == 0
    assert store.applied("r1") == 2


def test_a_persona_that_states_what_is_no_attribute_is_refused(store):
    fit, unfit = persona("a"), persona("b", 1, attributes=Attributes(shoe="41", sex="female"))
    with pytest.raises(StoreError, match=f"Persona {unfit.id} states shoe"):
        fill(store, fit, unfit)
    assert store.is_empty()


def test_what_is_known_of_somebody_can_change_with_its_bases(store):
    a = persona("a", attributes=Attributes(activity="craft", sex="female"))
    b = persona("b", 1, attributes=Attributes(region="oceania"))
    fill(store, a, b)
    now = Attributes(sex="female", age="65+"), Attributes(sex="label", age="model")
    store.write(Batch("r2", 0, 1, known={a.id: now}))
    changed = replace(a, attributes=now[0], bases=now[1])
    assert list(store.scan_personas()) == [changed, b]
    assert store.in_cell({"age": "65+"}) == [changed]
    assert store.in_cell({"activity": "craft"}) == []
    told = store.snapshot()
    assert [told.bases.names[code] for code in told.bases.codes] == ["age:model sex:label", ""]
    assert [told.attributes["age"].names[code] for code in told.attributes["age"].codes] == ["65+", "unknown"]


def test_what_is_known_of_nobody_is_refused_and_nothing_is_written(store):
    a = persona("a")
    fill(store, a)
    nobody = Batch(
        "r2", 0, 1, known={a.id: (Attributes(sex="male"), Attributes()), "f" * 32: (Attributes(), Attributes())}
    )
    with pytest.raises(StoreError, match="nothing was written"):
        store.write(nobody)
    assert list(store.scan_personas()) == [a]
    assert store.applied("r2") == 0


def test_rows_replace_rows_with_the_same_key(store):
    a, b = people(2)
    link = SourceLink("s1", a.id, "LIKELY_TO_READ", ("c1",))
    store.write(Batch("r1", 0, 1, (a, b), {}, (tie(a, b),), (BOOK,), (link,), (merge("r1.0.0", a),)))
    a2, ab2 = replace(a, depth=None, entry=9, nature="group"), tie(a, b, label="now", confidence=0.5, calls=("c9",))
    book2, link2 = replace(BOOK, excerpt=""), replace(link, calls=("c1", "c2"))
    store.write(Batch("r1", 1, 2, (a2,), {}, (ab2,), (book2,), (link2,), (merge("r1.0.0", b),)))
    assert everything(store) == (
        [b, a2],
        [ab2],
        [(book2, link2)],
        [merge("r1.0.0", b)],
        Stats(2, 1, 1, 1, {0: 1, None: 1}, {"TEACHES": 1}),
    )


def test_of_rows_with_the_same_key_in_one_batch_the_last_counts(store):
    a, b = people(2)
    link = SourceLink("s1", a.id, "LIKELY_TO_READ")
    ties, links = (tie(a, b, label="first"), tie(a, b, label="last")), (link, replace(link, calls=("c",)))
    merges = (merge("r1.0.0", a), merge("r1.0.0", b))
    store.write(Batch("r1", 0, 1, (a, replace(a, depth=4), b), {}, ties, (BOOK,), links, merges))
    assert store.personas([a.id])[0].depth == 4
    assert [r.label for r in store.scan_relationships()] == ["last"]
    assert [link.calls for _, link in store.source_links()] == [("c",)]
    assert [m.persona for m in store.merges()] == [b.id]


def test_depths_change_those_who_are_there_and_those_who_come_in_the_same_batch(store):
    a, b, c = people(3)
    fill(store, a, b)
    store.write(Batch("r1", 1, 2, (c,), {a.id: 4, b.id: None, c.id: 1}))
    assert [p.depth for p in store.scan_personas()] == [4, None, 1]
    assert store.stats().by_depth == {1: 1, 4: 1, None: 1}


def broken_batches() -> dict[str, Batch]:
    a, b = people(2)
    stranger = persona("nobody knows them")
    link = SourceLink("s1", a.id, "LIKELY_TO_READ")
    good = Batch("r1", 1, 2, (b,), {a.id: 3}, (tie(a, b),), (BOOK,), (link,), (merge("r1.1.0", b),))
    lonely = replace(tie(a, b), target=stranger.id, key=tie(a, stranger).key)
    tied = tie(a, b, "FRIEND_OF")
    backwards = replace(
        tied, key=relationship_key(tied.target, tied.type, tied.source), source=tied.target, target=tied.source
    )
    return {
        "a depth of a stranger": replace(good, depths={stranger.id: 1}),
        "a relationship to a stranger": replace(good, relationships=(tie(a, b), lonely)),
        "a relationship from a stranger": replace(good, relationships=(tie(stranger, b),)),
        "a link of a stranger": replace(good, source_links=(link, replace(link, persona=stranger.id))),
        "a link to no source": replace(good, source_links=(replace(link, source="s9"),)),
        "a merge into a stranger": replace(good, merges=(merge("r1.1.0", stranger),)),
        "a type that is none": replace(good, relationships=(replace(tie(a, b), type="LOVES"),)),
        "a link with a type for personas": replace(good, source_links=(replace(link, type="TEACHES"),)),
        "a link found by what finds none": replace(good, relationships=(replace(tie(a, b), via="\x1f"),)),
        "an agreement that is none": replace(good, relationships=(replace(tie(a, b), agreement="maybe"),)),
        "another key": replace(good, relationships=(replace(tie(a, b), key="k"),)),
        "a symmetric type not in id order": replace(good, relationships=(backwards,)),
        "a persona tied to itself": replace(good, relationships=(tie(a, a),)),
        "a merge whose key is of another form": replace(good, merges=(merge("r1.x", b),)),
        "half a character": replace(good, personas=(replace(b, description="half \ud83d"),)),
        "a score that is no number": replace(good, merges=(replace(merge("r1.1.0", b), score=float("inf")),)),
        "a confidence that is no number": replace(good, relationships=(replace(tie(a, b), confidence=float("nan")),)),
    }


@pytest.mark.parametrize("fault", broken_batches())
def test_a_batch_with_one_bad_row_changes_nothing(store, fault):
    fill(store, people(1)[0])
    before = everything(store)
    with pytest.raises(StoreError):
        store.write(broken_batches()[fault])
    assert everything(store) == before
    assert store.applied("r1") == 1


def test_a_store_that_refused_a_batch_takes_the_next(store):
    a, b = people(2)
    fill(store, a)
    with pytest.raises(StoreError):
        fill(store, tie(a, b))
    fill(store, b, tie(a, b))
    assert store.stats().relationships == 1


def test_removal_takes_out_what_is_named(store):
    a, b, c = people(3)
    links = tuple(SourceLink("s1", p.id, type) for p in (a, b) for type in ("LIKELY_TO_READ", "LIKELY_TO_LIKE"))
    ties = (tie(a, b), tie(b, c), tie(a, b, "FRIEND_OF"))
    merges = (merge("r1.0.0", a), merge("r1.0.1", a))
    store.write(Batch("r1", 0, 1, (a, b, c), {}, ties, (BOOK,), links, merges))
    gone = Removal(
        relationships=(tie(a, b).key, "nothing"),
        source_links=(("s1", a.id, "LIKELY_TO_READ"), ("s9", "x", "LIKELY_TO_READ")),
        merges=("r1.0.0", "r9.9.9"),
    )
    store.write(Batch("r1", 1, 2, removed=gone))
    assert set(store.scan_relationships()) == set(ties[1:])
    assert {link for _, link in store.source_links()} == set(links) - {SourceLink("s1", a.id, "LIKELY_TO_READ")}
    assert store.merges() == [merges[1]]
    assert store.stats().personas == 3


def test_a_removed_persona_goes_with_all_that_is_tied_to_it(store):
    a, b, c = people(3)
    links = (SourceLink("s1", a.id, "LIKELY_TO_READ"), SourceLink("s1", b.id, "LIKELY_TO_READ"))
    merges = (merge("r1.0.0", a), merge("r1.0.1", a), merge("r1.0.2", b))
    store.write(Batch("r1", 0, 1, (a, b, c), {}, (tie(a, b), tie(c, a), tie(b, c)), (BOOK,), links, merges))
    store.write(Batch("r1", 1, 2, removed=Removal(personas=(a.id, "nobody"))))
    after = everything(store)
    assert after == ([b, c], [tie(b, c)], [(BOOK, links[1])], [merges[2]], Stats(2, 1, 1, 1, {0: 2}, {"TEACHES": 1}))
    assert store.search("chair number 0") == []


def test_a_removed_source_goes_with_its_links(store):
    a, b = people(2)
    paper = Source("s2", "file:paper.txt", "01", "")
    links = tuple(SourceLink(s, a.id, "LIKELY_TO_WRITE") for s in ("s1", "s2"))
    store.write(Batch("r1", 0, 1, (a, b), sources=(BOOK, paper), source_links=links))
    store.write(Batch("r1", 1, 2, removed=Removal(sources=("s1", "s9"))))
    assert store.source_links() == [(paper, links[1])]
    assert store.stats().sources == 1
    assert store.stats().personas == 2


def test_removals_come_before_what_the_same_batch_enters(store):
    a, b = people(2)
    fill(store, a, b, tie(a, b))
    again = replace(a, depth=3)
    store.write(Batch("r1", 1, 2, (again,), removed=Removal(personas=(a.id,), relationships=(tie(a, b).key,))))
    assert list(store.scan_personas()) == [again, b]
    assert list(store.scan_relationships()) == []


def test_a_batch_of_thousands_is_one_batch(store):
    many = people(3000)
    ties = tuple(tie(a, b) for a, b in pairwise(many))
    store.write(Batch("r1", 0, 1, tuple(many), relationships=ties))
    assert store.stats().personas == 3000
    assert store.stats().relationships == 2999


def test_the_graph_is_there_when_it_is_opened_again(store, graph_url, tmp_path):
    fill(store, *people(2))
    store.close()
    store.close()
    again = open_graph(tmp_path, graph_url)
    assert again.stats().personas == 2
    assert again.applied("r1") == 1
    again.close()


def test_a_closed_store_says_so(store):
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.stats()


def test_a_graph_of_another_workspace_is_refused(store, graph_url, tmp_path):
    with pytest.raises(ConfigError, match="is the graph of workspace w, not of w2"):
        open_graph(tmp_path, graph_url, workspace="w2")


def test_of_two_writers_with_the_same_batch_one_writes(store, graph_url, tmp_path):
    other = open_graph(tmp_path, graph_url)
    for n in range(5):
        batch = Batch("r1", n, n + 1, tuple(people(n + 1)))
        writers = [threading.Thread(target=one.write, args=(batch,)) for one in (store, other)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
    other.close()
    assert store.applied("r1") == 5
    assert store.stats().personas == 5


def test_two_labels_between_the_same_two_are_two_relationships_and_one_is_taken_out_alone(store):
    a, b = people(2)
    said = [tie(a, b, "TIED_TO", label=label) for label in ("reports to", "is the landlord of")]
    back, plain = tie(b, a, "TIED_TO", label="reports to"), tie(a, b, "TIED_TO")
    loose = [tie(a, b, "RELATED_TO", label=label) for label in ("plays chess with", "sings with", "")]
    every = [*said, back, plain, *loose]
    fill(store, a, b, *every)
    in_order = sorted(every, key=lambda r: (r.source, r.target, r.type, r.key))
    assert list(store.scan_relationships()) == in_order
    assert store.relationships([a.id, b.id]) == store.relationships_at([b.id]) == in_order
    assert store.stats().by_type == {"TIED_TO": 4, "RELATED_TO": 3}
    store.write(Batch("r1", 1, 2, removed=Removal(relationships=(said[0].key, loose[0].key))))
    assert list(store.scan_relationships()) == [r for r in in_order if r not in (said[0], loose[0])]


def test_the_same_label_in_whatever_case_is_one_relationship_and_the_later_row_holds(store):
    a, b = people(2)
    fill(store, a, b, tie(a, b, "TIED_TO", label="reports to"))
    later = tie(a, b, "TIED_TO", label="Reports  to", confidence=0.5)
    fill(store, later)
    assert list(store.scan_relationships()) == [later]


def test_a_key_that_leaves_the_label_out_is_refused(store):
    a, b = people(2)
    made = tie(a, b, "TIED_TO", label="reports to")
    with pytest.raises(StoreError, match="a key that is not its own"):
        fill(store, a, b, replace(made, key=relationship_key(a.id, "TIED_TO", b.id)))
