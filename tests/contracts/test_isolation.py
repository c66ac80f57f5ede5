"""What a reader sees of a graph that is being written to."""

import threading

from personagraph.types import Batch
from tests.stored import open_graph, people, tie


def test_a_snapshot_shows_one_state_of_a_graph_that_grows_meanwhile(store, graph_url, tmp_path):
    """Each batch adds a persona and ties it to the last one: a whole state has one relationship less than personas."""
    made = people(61)
    store.write(Batch("r1", 0, 1, (made[0],)))
    other = open_graph(tmp_path, graph_url)
    faults: list[BaseException] = []

    def grow() -> None:
        try:
            for n in range(1, len(made)):
                other.write(Batch("r1", n, n + 1, (made[n],), relationships=(tie(made[n - 1], made[n]),)))
        except BaseException as error:
            faults.append(error)

    writer = threading.Thread(target=grow)
    writer.start()
    sizes = set()
    while writer.is_alive():
        snapshot = store.snapshot()
        assert len(snapshot.sources) == len(snapshot.ids) - 1
        sizes.add(len(snapshot.ids))
    writer.join()
    other.close()
    assert not faults
    assert len(store.snapshot().ids) == 61
    assert len(sizes) > 3, "the graph must have been seen while it grew"
