"""What every graph store answers: by ids, prefixes and words, neighbours, paths, scans and counts."""

import time
from dataclasses import replace
from itertools import pairwise

import pytest

from personagraph.errors import PersonaNotFoundError, StoreError
from personagraph.exporting import Selection, to_networkx
from personagraph.graph.counts import by_depth, by_type
from personagraph.stores.rows import persona_from, relationship_from
from personagraph.types import Batch, Merge, Persona, Removal, Source, SourceLink
from tests.stored import fill, people, persona, tie


def ids(personas: list[Persona]) -> list[str]:
    return [p.id for p in personas]


def chain(store, length: int, type: str = "TEACHES") -> list[Persona]:
    made = people(length)
    fill(store, *made, *(tie(a, b, type) for a, b in pairwise(made)))
    return made


def rows_of(pages, made) -> list:
    return [made(row) for page in pages for row in zip(*page, strict=True)]


def test_personas_come_in_the_order_of_the_ids_as_often_as_asked(store):
    a, b, c = people(3)
    fill(store, a, b, c)
    assert store.personas([c.id, a.id, c.id]) == [c, a, c]
    assert store.personas([]) == []


def test_the_first_id_that_is_missing_is_named(store):
    (a,) = people(1)
    fill(store, a)
    with pytest.raises(PersonaNotFoundError, match="'x1'"):
        store.personas([a.id, "x1", "x2"])


def test_ids_with_a_prefix_are_sorted_and_limited(store):
    made = [Persona(id, id, 0, i, "import", "r1") for i, id in enumerate(["ab2", "b", "ab1", "a", "a%", "a_b", "A"])]
    fill(store, *made)
    assert store.ids_with_prefix("ab") == ["ab1", "ab2"]
    assert store.ids_with_prefix("a") == ["a", "a%", "a_b", "ab1", "ab2"]
    assert store.ids_with_prefix("a", limit=2) == ["a", "a%"]
    assert store.ids_with_prefix("") == sorted(p.id for p in made)
    assert store.ids_with_prefix("a.*") == []


def test_neighbours_are_nearest_first_then_by_entry(store):
    a, b, c, d, e = people(5)
    fill(store, a, b, c, d, e, tie(a, c), tie(b, a), tie(c, d), tie(d, a, "FRIEND_OF"), tie(d, e))
    assert [(n.persona, n.hops) for n in store.neighbours([a.id], hops=2)] == [(b, 1), (c, 1), (d, 1), (e, 2)]
    assert ids([n.persona for n in store.neighbours([a.id], hops=1)]) == ids([b, c, d])
    assert [(n.persona, n.hops) for n in store.neighbours([a.id, e.id], hops=9)] == [(b, 1), (c, 1), (d, 1)]


def test_neighbours_can_be_limited_directed_and_of_some_types(store):
    a, b, c, d, e = people(5)
    fill(store, a, b, c, d, e, tie(a, c), tie(b, a), tie(c, d, "FRIEND_OF"), tie(e, d, "TREATS"))
    assert ids([n.persona for n in store.neighbours([a.id], hops=9, limit=2)]) == ids([b, c])
    assert store.neighbours([a.id], hops=9, limit=0) == []
    some = store.neighbours([a.id], hops=9, types=["TEACHES", "TREATS"])
    assert ids([n.persona for n in some]) == ids([b, c])
    assert ids([n.persona for n in store.neighbours([a.id], hops=9, types=["MANAGES"])]) == []
    assert ids([n.persona for n in store.neighbours([b.id], hops=2, directed=True)]) == ids([a, c])
    assert store.neighbours([c.id], hops=9, types=["TEACHES"], directed=True) == []


def test_a_missing_persona_has_neither_neighbours_nor_paths(store):
    (a,) = people(1)
    fill(store, a)
    with pytest.raises(PersonaNotFoundError, match="'x'"):
        store.neighbours([a.id, "x"], hops=1)
    with pytest.raises(PersonaNotFoundError, match="'x'"):
        store.shortest_path(a.id, "x")
    with pytest.raises(PersonaNotFoundError, match="'x'"):
        store.shortest_path("x", a.id)


def test_a_path_ignores_direction_unless_told(store):
    made = chain(store, 5)
    path = store.shortest_path(made[4].id, made[0].id)
    assert path is not None
    assert path.hops == 4
    assert path.personas == tuple(reversed(made))
    assert path.relationships == tuple(tie(a, b) for a, b in zip(made[3::-1], made[:0:-1], strict=True))
    assert store.shortest_path(made[4].id, made[0].id, directed=True) is None
    directed = store.shortest_path(made[0].id, made[4].id, directed=True)
    assert directed is not None
    assert directed.personas == tuple(made)


def test_a_path_may_be_bounded_and_of_some_types(store):
    a, b, c, d = people(4)
    fill(store, a, b, c, d, tie(a, b), tie(b, c), tie(c, d), tie(a, d, "FRIEND_OF"))
    assert store.shortest_path(a.id, d.id).hops == 1
    assert store.shortest_path(a.id, d.id, types=["TEACHES"]).hops == 3
    assert store.shortest_path(a.id, d.id, types=["TEACHES"], max_hops=3).hops == 3
    assert store.shortest_path(a.id, d.id, types=["TEACHES"], max_hops=2) is None
    assert store.shortest_path(a.id, d.id, types=["TREATS"]) is None


def test_a_path_to_oneself_has_no_hops_and_a_path_to_a_stranger_is_none(store):
    a, b = people(2)
    fill(store, a, b)
    path = store.shortest_path(a.id, a.id)
    assert path is not None
    assert (path.personas, path.relationships) == ((a,), ())
    assert store.shortest_path(a.id, b.id) is None


def test_a_path_of_hundreds_of_hops_is_found(store):
    made = chain(store, 150)
    assert store.shortest_path(made[0].id, made[-1].id).hops == 149
    assert store.shortest_path(made[0].id, made[-1].id, max_hops=148) is None


def test_a_path_takes_the_most_confident_relationship_then_the_lowest_key(store):
    a, b, c = people(3)
    between = [tie(a, b, t, confidence=0.5) for t in ("TREATS", "MANAGES", "MENTORS")]
    best = tie(b, a, "SELLS_TO", confidence=0.9)
    fill(store, a, b, c, *between, best, tie(b, c))
    assert store.shortest_path(a.id, c.id).relationships == (best, tie(b, c))
    lowest = min(between, key=lambda r: r.key)
    assert store.shortest_path(a.id, c.id, directed=True).relationships == (lowest, tie(b, c))
    only = store.shortest_path(a.id, b.id, types=["MANAGES"])
    assert only.relationships == (between[1],)


def test_paths_and_neighbours_stay_among_personas(store):
    a, b = people(2)
    book = Source("s1", "u", "h", "")
    links = tuple(SourceLink("s1", p.id, "LIKELY_TO_READ") for p in (a, b))
    merges = tuple(
        Merge(f"r1.0.{i}", "same", "the same alias", p.id, "jaccard", 1.0, "r1") for i, p in enumerate((a, b))
    )
    store.write(Batch("r1", 0, 1, (a, b), sources=(book,), source_links=links, merges=merges))
    assert store.shortest_path(a.id, b.id) is None
    assert store.neighbours([a.id], hops=6) == []
    assert store.relationships_at([a.id]) == []
    assert list(store.scan_relationships()) == []
    assert store.stats().by_type == {}


def test_relationships_among_ids_have_both_ends_there(store):
    a, b, c = people(3)
    ties = [tie(a, b), tie(a, b, "FRIEND_OF"), tie(b, a), tie(b, c), tie(c, a)]
    fill(store, a, b, c, *ties)
    order = sorted(ties[:3], key=lambda r: (r.source, r.target, r.type))
    assert store.relationships([a.id, b.id, a.id, "nobody"]) == order
    assert store.relationships([a.id]) == []
    assert store.relationships([]) == []


def test_relationships_of_a_persona_have_it_at_either_end(store):
    a, b, c = people(3)
    ties = [tie(a, b), tie(c, a), tie(a, c, "FRIEND_OF"), tie(b, c)]
    fill(store, a, b, c, *ties)
    assert store.relationships_at([a.id]) == sorted(ties[:3], key=lambda r: (r.source, r.target, r.type))
    assert store.relationships_at(["nobody"]) == []


def test_relationships_at_several_personas_come_once_each(store):
    a, b, c, d = people(4)
    ties = [tie(a, b), tie(c, a), tie(a, c, "FRIEND_OF"), tie(c, d), tie(b, a)]
    fill(store, a, b, c, d, *ties)
    order = sorted(ties, key=lambda r: (r.source, r.target, r.type))
    assert store.relationships_at([a.id, b.id, a.id, "nobody"]) == [r for r in order if r != tie(c, d)]
    assert store.relationships_at([d.id, a.id]) == order
    assert store.relationships_at([]) == []


def test_source_links_are_those_of_a_persona_or_of_a_source_or_all_in_order(store):
    a, b = people(2)
    sources = tuple(Source(id, f"file:{id}", "h", f"text of {id}") for id in ("s2", "s1", "s3"))
    links = [SourceLink(s, p.id, t) for s in ("s1", "s2") for p in (a, b) for t in ("LIKELY_TO_READ", "LIKELY_TO_LIKE")]
    store.write(Batch("r1", 0, 1, (a, b), sources=sources, source_links=tuple(links)))
    by_id = {s.id: s for s in sources}
    order = [(by_id[k.source], k) for k in sorted(links, key=lambda k: (k.source, k.persona, k.type))]
    assert store.source_links() == order
    assert store.source_links(personas=[a.id]) == [pair for pair in order if pair[1].persona == a.id]
    assert store.source_links(source="s2") == [pair for pair in order if pair[1].source == "s2"]
    assert store.source_links(personas=[b.id], source="s1") == [
        pair for pair in order if (pair[1].persona, pair[1].source) == (b.id, "s1")
    ]
    assert store.source_links(source="s3") == []
    assert store.source_links(personas=[b.id, "nobody", a.id, b.id]) == order
    assert store.source_links(personas=[]) == []
    assert store.source_links(personas=[], source="s1") == []


def test_merges_come_by_run_then_by_step_and_item_as_numbers(store):
    a, b = people(2)
    keys = ["r1.2.0", "r1.10.0", "r1.10.2", "r1.10.11", "r10.1.0", "r2.1.0"]
    made = [Merge(k, "al", "text", (a, b)[i % 2].id, "jaccard", 0.95, k.rsplit(".", 2)[0]) for i, k in enumerate(keys)]
    store.write(Batch("r1", 0, 1, (a, b), merges=tuple(reversed(made))))
    assert [m.key for m in store.merges()] == ["r1.2.0", "r1.10.0", "r1.10.2", "r1.10.11", "r2.1.0", "r10.1.0"]
    assert store.merges(persona=b.id) == [made[1], made[3], made[5]]
    assert store.merges(persona="nobody") == []


def test_merges_are_found_by_their_key_and_by_their_description(store):
    a, b = people(2)
    made = [
        Merge(f"r1.{i}.0", f"al{i % 2}", f"text {i % 2}", (a, b)[i // 4].id, "jaccard", 0.95, "r1") for i in range(8)
    ]
    store.write(Batch("r1", 0, 1, (a, b), merges=tuple(reversed(made))))
    assert store.merges(key="r1.3.0") == [made[3]]
    assert store.merges(key="r1.30.0") == []
    assert store.merges(alias="al1") == made[1::2]
    assert store.merges(alias="al1", persona=b.id) == made[5::2]
    assert store.merges(key="r1.3.0", persona=b.id) == []
    assert store.merges(key="r1.3.0", alias="al1", persona=a.id) == [made[3]]


def test_a_graph_is_empty_until_somebody_is_in_it_and_again_when_all_are_gone(store):
    assert store.is_empty()
    store.write(Batch("r1", 0, 1, sources=(Source("s1", "u", "h", ""),)))
    assert store.is_empty(), "a text is nobody"
    (a,) = people(1)
    store.write(Batch("r1", 1, 2, (a,)))
    assert not store.is_empty()
    store.write(Batch("r1", 2, 3, removed=Removal(personas=(a.id,))))
    assert store.is_empty()


def test_scans_are_ordered_whatever_the_order_of_writing(store):
    made = people(30)
    ties = [tie(a, b, t) for a in made[:6] for b in made[6:12] for t in ("TEACHES", "FRIEND_OF", "MANAGES")]
    fill(store, *reversed(made), *reversed(ties))
    assert list(store.scan_personas()) == made
    assert list(store.scan_relationships()) == sorted(ties, key=lambda r: (r.source, r.target, r.type))


def test_a_scan_that_is_given_up_does_not_stand_in_the_way_of_writing(store):
    fill(store, *people(2500))
    scan = store.scan_personas()
    next(scan)
    fill(store, persona("one more", 9999))
    del scan
    assert store.stats().personas == 2501


def test_counts_are_by_depth_and_type(store):
    made = [persona(f"number {i}", i, depth) for i, depth in enumerate([2, 0, None, 0, 10, 1])]
    fill(store, *made, tie(made[0], made[1]), tie(made[1], made[0]), tie(made[0], made[1], "FRIEND_OF"))
    stats = store.stats()
    assert list(stats.by_depth.items()) == [(0, 2), (1, 1), (2, 1), (10, 1), (None, 1)]
    assert list(stats.by_type.items()) == [("FRIEND_OF", 1), ("TEACHES", 2)]
    assert (stats.personas, stats.relationships) == (6, 3)
    kinds = ("personas", "relationships", "sources", "merges")
    assert [store.size(kind) for kind in kinds] == [getattr(stats, kind) for kind in kinds] == [6, 3, 0, 0]
    assert by_depth(store.snapshot()) == stats.by_depth
    assert by_type(store.snapshot()) == stats.by_type


def test_what_a_run_brought_is_counted_by_depth_and_nothing_of_other_runs(store):
    made = [persona(f"number {i}", i, depth) for i, depth in enumerate([2, 0, None, 0, 10])]
    other = replace(persona("of another run", 9, 1), run="r7")
    fill(store, *made, other)
    assert list(store.depths_of(made[0].run).items()) == [(0, 2), (2, 1), (10, 1), (None, 1)]
    assert store.depths_of("r7") == {1: 1}
    assert store.depths_of("r99") == {}


def test_relationships_among_many_take_little_more_than_for_one_of_them(store):
    made = chain(store, 4000)
    seconds = []
    for _ in range(3):  # the machine may be busy with something else, but hardly each time
        began = time.monotonic()
        assert len(store.relationships(ids(made))) == 3999
        seconds.append(time.monotonic() - began)
    assert min(seconds) < 3, "a look for each pair took 5 s, one for each persona 0.1 s"


def test_a_cell_of_what_is_no_attribute_is_refused(store):
    with pytest.raises(StoreError, match="nature is none"):
        store.in_cell({"nature": "group"})


@pytest.mark.parametrize("count", [0, 1, 3, 40, 60])
def test_pages_have_the_same_rows_as_scans_of_all_or_of_some(store, count):
    made = chain(store, 60)
    loose = tie(made[7], made[2], "FRIEND_OF")
    fill(store, loose, tie(made[1], made[2], "MENTORS"), tie(made[2], made[1], "MENTORS"))
    assert rows_of(store.persona_pages(), persona_from) == list(store.scan_personas())
    assert rows_of(store.relationship_pages(), relationship_from) == list(store.scan_relationships())
    some = [p.id for p in made[:count]]
    assert rows_of(store.persona_pages(some), persona_from) == made[:count]
    shuffled = [*reversed(some), *some[:1]]
    among = rows_of(store.relationship_pages(shuffled), relationship_from)
    assert among == [r for r in store.scan_relationships() if {r.source, r.target} <= set(some)]
    assert (loose in among) == (count > 7)


def test_pages_leave_out_who_is_not_there(store):
    made = chain(store, 6)
    for some in ([made[1].id, "0" * 32], [made[1].id, *["0" * 32] * 9]):
        assert rows_of(store.persona_pages(some), persona_from) == [made[1]]
        assert rows_of(store.relationship_pages(some), relationship_from) == []


def test_an_empty_graph_has_no_pages(store):
    for ids in (None, [], ["0" * 32]):
        assert [*store.persona_pages(ids)] == [*store.relationship_pages(ids)] == []


def test_the_same_selection_means_the_same_in_every_store(store):
    made = chain(store, 30)
    hermit = persona("A hermit", 30, depth=None)
    fill(store, hermit, tie(made[4], made[9], "FRIEND_OF"))
    for selection, expected in (
        (Selection(around=made[4].id, hops=2, types=("TEACHES",)), made[2:7]),
        (Selection(path=(made[2].id, made[11].id)), [*made[2:5], *made[9:12]]),
        (Selection(search="maker chair 1", depth="0"), [made[1], *made[10:20]]),
        (Selection(depth="none", runs=("r1",)), [hermit]),
    ):
        assert list(to_networkx(store, selection)) == [p.id for p in expected]
