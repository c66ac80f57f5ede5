"""How steered ties are to mix: as those nobody steered, as a file says, or neutrally; fixed when the run begins."""

import json
from collections import Counter
from pathlib import Path

import pytest

from personagraph.errors import InputError, UsageError
from personagraph.graph.snapshot import Snapshot
from personagraph.llm.simulated import SimulatedBackend
from personagraph.steering.mixing.file import read_mixing
from personagraph.steering.mixing.mixing import LEAST, PRIOR, Mixing, mixing_of, unsteered
from personagraph.types import Attributes, Persona, Relationship
from personagraph.workspace import init_workspace

HEADER = "attribute,ego,alter,times\n"


def graph(pairs: list[tuple[str, str]], *, steering: int = 0, via: str = "") -> Snapshot:
    """Two new personas of these regions for each pair, tied."""
    people, ties = [], []
    for n, pair in enumerate(pairs):
        some = [
            Persona(
                f"{2 * n + at:032x}", f"P {n} {at}", 0, 2 * n + at, "import", "r1", attributes=Attributes(region=region)
            )
            for at, region in enumerate(pair)
        ]
        people += some
        ties.append(Relationship(f"k{n}", some[0].id, some[1].id, "FRIEND_OF", steering=steering, via=via))
    return Snapshot.build(people, ties)


def test_the_lifts_are_those_of_a_count_in_both_directions_drawn_towards_chance():
    pairs = [("oceania", "oceania")] * 40 + [("east_asia", "oceania")] * 9 + [("east_asia", "east_asia")] * 11
    found = unsteered(graph([*pairs, ("east_asia", "unknown")]), ("region",))
    counts = Counter((a, b) for pair in pairs for a, b in (pair, pair[::-1]))
    ends = Counter(a for a, b in counts.elements())
    for (a, b), times in found.lifts["region"].items():
        chance = ends[a] * ends[b] / counts.total()
        assert times == pytest.approx((counts[a, b] + PRIOR) / (chance + PRIOR), abs=0.001)
    assert found.times("region", "oceania", "oceania") > 1 > found.times("region", "east_asia", "oceania")
    assert found.times("region", "unknown", "oceania") == found.times("activity", "craft", "craft") == 1
    assert "60 by region" in found.about


@pytest.mark.parametrize(
    ("count", "more"), [(LEAST - 1, {}), (LEAST, {"steering": 2}), (LEAST, {"via": "similar"}), (0, {})]
)
def test_few_unsteered_relationships_steered_ones_and_links_say_nothing_of_how_people_mix(count, more):
    found = unsteered(graph([("oceania", "oceania")] * count, **more), ("region",))
    assert found.lifts == {}
    assert found.about.startswith("neutral")


def test_a_mixing_is_read_from_a_file_and_is_the_same_from_its_rows(tmp_path):
    (tmp_path / "m.csv").write_text(HEADER + "region,oceania,oceania,4\nactivity, craft ,child,0\n")
    found = read_mixing(tmp_path / "m.csv")
    assert (found.times("region", "oceania", "oceania"), found.times("activity", "craft", "child")) == (4.0, 0.0)
    assert mixing_of(found.rows(), found.about) == found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it is empty"),
        ("attribute,ego,alter\n", "its header should name attribute, ego, alter, times"),
        (HEADER, "no rows below the header"),
        (HEADER + "colour,red,red,1\n", "'colour' is no attribute"),
        (HEADER + "region,oceania,mars,1\n", "'mars' is no region"),
        (HEADER + "region,oceania,oceania,much\n", "times is 'much'"),
        (HEADER + "region,oceania,oceania,-1\n", "times is '-1'"),
        (HEADER + "region,oceania,oceania,inf\n", "times is 'inf'"),
        (HEADER + "region,oceania,oceania,1\nregion,oceania,oceania,2\n", "have a row already"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_line(tmp_path, text, said):
    (tmp_path / "m.csv").write_text(text)
    with pytest.raises(InputError, match=said) as error:
        read_mixing(tmp_path / "m.csv")
    assert "m.csv" in str(error.value)


@pytest.mark.parametrize("row", [["region", "a", "b"], ["region", "a", "b", "1"], ["region", "a", "b", -1.0]])
def test_rows_that_are_none_are_refused(row):
    with pytest.raises(ValueError, match="is no row of a mixing"):
        mixing_of([row], "")


def test_neutral_is_once_for_everybody():
    assert Mixing().times("region", "oceania", "east_asia") == 1


def test_a_run_keeps_its_mixing_and_a_policy_that_asks_for_nobody_in_particular_takes_none(tmp_path: Path):
    (tmp_path / "seeds.jsonl").write_text(
        "".join(json.dumps({"persona": f"A baker {n} from Lima"}) + "\n" for n in range(9))
    )
    (tmp_path / "m.csv").write_text(HEADER + "region,oceania,oceania,4\n")
    with init_workspace(tmp_path / "w") as made:
        made.import_personas(tmp_path / "seeds.jsonl")
        backend = SimulatedBackend(7)
        done = made.expand(backend=backend, policy="hint", mixing=tmp_path / "m.csv", max_calls=2)
        settings = made.ledger.runs.get(done.run).settings
        assert settings["mixing"].startswith("m.csv (")
        assert settings["lifts"] == [["region", "oceania", "oceania", 4.0]]
        done = made.expand(backend=backend, policy="bandit", mixing="unsteered", max_calls=2)
        assert made.ledger.runs.get(done.run).settings["lifts"] == []
        for option in ({"mixing": "neutral"}, {"unlinked": True}):
            with pytest.raises(UsageError, match="asks for nobody in particular; leave --"):
                made.expand(backend=backend, policy="bfs", max_calls=2, **option)
        with pytest.raises(InputError, match="cannot be read"):
            made.expand(backend=backend, policy="hint", mixing=tmp_path / "none.csv", max_calls=2)
