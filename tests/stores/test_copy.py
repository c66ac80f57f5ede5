"""Copying a graph to another store: all of it, also after a kill, and nothing else."""

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from personagraph.errors import StoreError
from personagraph.stores import copy as copying
from personagraph.stores.copy import DifferentError, contents, copy
from personagraph.stores.graph_store import GraphStore
from personagraph.types import Batch, Merge, Source, SourceLink
from tests.graphs import nasty
from tests.stored import empty, open_graph, people, tie

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
CHILD = """
import os, sys, time
from pathlib import Path
from personagraph.stores import copy
from tests.stored import open_graph
copy.BATCH = 10
source, target = (open_graph(Path(folder), url or None) for folder, url in (sys.argv[1:3], sys.argv[3:5]))
write = target.write
target.write = lambda batch: (time.sleep(0.02), write(batch))
copy.copy(source, target, ["r1", "r2"], workspace="w")
"""


def filled(store: GraphStore, count: int = 60) -> GraphStore:
    """A graph with something of everything, in the steps of two runs."""
    nobody, bonds = nasty()
    some = [replace(p, entry=p.entry + len(nobody), run="r2") for p in people(count)]
    sources = tuple(Source(f"s{i}", f"file:{i}", "0" * 64, f"It's «{i}»\n") for i in range(13))
    links = tuple(SourceLink(f"s{i}", some[i].id, "LIKELY_TO_READ", ("c",)) for i in range(12))
    merges = tuple(Merge(f"r2.{i}.0", f"a{i}", f"Maker {i}", some[i].id, "jaccard", 0.9, "r2") for i in range(11))
    nobody[0] = replace(nobody[0], fields='{"notes":"=1"}')
    store.write(Batch("r1", 0, 3, tuple(nobody), relationships=tuple(bonds)))
    ties = tuple(
        tie(a, b, label="x", via="near", agreement="both") for a in some[: count // 2] for b in some[count // 2 :]
    )
    store.write(Batch("r2", 0, 7, tuple(some), relationships=ties, sources=sources, source_links=links, merges=merges))
    return store


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source"
    folder.mkdir()
    store = filled(open_graph(folder))
    yield store
    store.close()


@pytest.fixture
def target(tmp_path, graph_url):
    store = open_graph(tmp_path, graph_url)
    yield store
    store.close()


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(copying, "BATCH", 10)


def test_everything_arrives_and_both_ways_give_the_same_hash(source, target, tmp_path):
    done = copy(source, target, ["r1", "r2", "r3"], workspace="w")
    assert done == contents(source, ["r1", "r2"]) == contents(target, ["r1", "r2"])
    assert list(target.scan_personas()) == list(source.scan_personas())
    assert list(target.scan_relationships()) == list(source.scan_relationships())
    assert list(target.scan_sources()) == list(source.scan_sources())
    assert target.source_links() == source.source_links()
    assert target.merges() == source.merges()
    assert [target.applied(run) for run in ("r1", "r2", "r3")] == [3, 7, 0]
    assert target.search("maker chair 59") == source.search("maker chair 59")
    (tmp_path / "back").mkdir()
    back = open_graph(tmp_path / "back")
    assert copy(target, back, ["r1", "r2"], workspace="w") == done
    back.close()


def test_a_copy_that_is_complete_is_checked_again_and_not_written_again(source, target):
    assert copy(source, target, ["r1", "r2"], workspace="w") == copy(source, target, ["r1", "r2"], workspace="w")


def test_a_copy_that_was_stopped_goes_on_behind_the_last_batch(source, target):
    left = 5

    def stopping() -> bool:
        nonlocal left
        left -= 1
        return left < 0

    assert copy(source, target, ["r1", "r2"], workspace="w", stopping=stopping) is None
    assert 0 < target.stats().personas < source.stats().personas
    seen: list[tuple[int, int]] = []
    assert copy(source, target, ["r1", "r2"], workspace="w", progress=lambda done, total: seen.append((done, total)))
    total = sum((s := source.stats(), s.personas + s.relationships + s.sources + s.merges)[1:])
    assert seen[-1] == (total, total)


def test_a_target_that_holds_something_else_is_refused_and_left_alone(source, target):
    target.write(Batch("r1", 0, 1, tuple(people(2))))
    with pytest.raises(DifferentError, match="holds 2 personas already"):
        copy(source, target, ["r1", "r2"], workspace="w")
    assert target.stats().personas == 2


def test_a_copy_begun_before_the_graph_changed_is_refused(source, target):
    left = iter([False, False, True])
    assert copy(source, target, ["r1", "r2"], workspace="w", stopping=lambda: next(left)) is None
    source.write(Batch("r2", 7, 8))
    with pytest.raises(DifferentError, match="begun again"):
        copy(source, target, ["r1", "r2"], workspace="w")


def test_a_target_that_was_changed_during_the_copy_is_found_out(source, target):
    copy(source, target, ["r1", "r2"], workspace="w")
    first = next(iter(target.scan_personas()))
    target.write(Batch("r2", 7, 8, depths={first.id: 5}))
    with pytest.raises(DifferentError, match="differ"):
        copy(source, target, ["r1", "r2"], workspace="w")


def test_killed_at_some_moments_the_copy_is_complete_in_the_end(source, target, tmp_path, graph_url):
    source.close()
    command = [sys.executable, "-c", CHILD, str(tmp_path / "source"), "", str(tmp_path), graph_url or ""]
    kills = 0
    for after in (0.3, 0.5, 0.7, 0.9):
        child = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
        time.sleep(after)
        child.kill()
        kills += child.wait() != 0
    assert subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=120).returncode == 0
    assert kills
    source = open_graph(tmp_path / "source")
    assert contents(source, ["r1", "r2"]) == contents(target, ["r1", "r2"])
    source.close()


def test_another_workspaces_store_is_refused(tmp_path, graph_url):
    open_graph(tmp_path, graph_url).close()
    with pytest.raises(Exception, match="is the graph of workspace w"):
        open_graph(tmp_path, graph_url, workspace="other")
    empty(graph_url)


def test_a_broken_target_is_a_store_error(source, target):
    target.close()
    with pytest.raises(StoreError):
        copy(source, target, ["r1"], workspace="w")
