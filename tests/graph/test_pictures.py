"""Pictures of distributions: SVG that parses, with the points at their places, whatever was measured."""

import xml.etree.ElementTree as ElementTree
from math import log10
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagraph.graph.metrics import METRICS
from personagraph.graph.metrics.metric import MetricOptions
from personagraph.graph.pictures.chart import Axis, log_axis
from personagraph.graph.pictures.distributions import PANELS, distributions
from personagraph.graph.snapshot import Snapshot
from tests.graph.test_metrics import graphs
from tests.stored import people, tie

SVG = "{http://www.w3.org/2000/svg}"


def drawn(snapshot: Snapshot, *names: str) -> ElementTree.Element:
    """The picture of a graph, read as XML."""
    measured = {name: METRICS[name].measure(snapshot, MetricOptions()).values for name in names or PANELS}
    return parsed(distributions(measured))


def parsed(svg: str) -> ElementTree.Element:
    """A picture of ours, read as XML."""
    return ElementTree.fromstring(svg)  # noqa: S314


def texts(picture: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in picture.iter(f"{SVG}text")]


def star(count: int) -> Snapshot:
    """One persona next to all the others."""
    everyone = people(count)
    return Snapshot.build(everyone, [tie(everyone[0], other) for other in everyone[1:]])


@settings(max_examples=25, deadline=None)
@given(graphs())
def test_every_mark_is_inside_of_the_picture(graph):
    picture = drawn(graph)
    width, height = (float(picture.attrib[name]) for name in ("width", "height"))
    for element in picture.iter():
        for name, most in (("cx", width), ("cy", height), ("x", width), ("y", height), ("x1", width), ("y2", height)):
            assert 0 <= float(element.attrib.get(name, 0)) <= most


@pytest.mark.parametrize("most", [2, 30, 999, 4_000_000])
def test_every_text_is_inside_of_its_panel(most):
    tail: dict[str, Any] = {"from": 1, "personas": most, "exponent": 2.5}
    measured: dict[str, Any] = {
        "degree": {"distribution": [[1, most], [most, 1]], "tail": tail},
        "distances": {"distribution": {str(hops): 1 / 30 for hops in range(1, 31)}, "farther": 0.1},
        "communities": {"sizes": [[most, most], [1, most]]},
    }
    for text in parsed(distributions(measured)).iter(f"{SVG}text"):
        said = text.text or ""
        wide = (len(said) - said.count(",") / 2) * float(text.attrib["font-size"]) * 0.55
        left = float(text.attrib["x"]) - wide * {"start": 0, "middle": 0.5, "end": 1}[text.attrib["text-anchor"]]
        assert left >= 0
        assert left + wide <= 360


def test_what_the_line_is_stands_where_no_point_is():
    values = METRICS["degree"].measure(star(60), MetricOptions()).values
    even = {"distribution": [[60, 500], [80, 400], [99, 100]], "tail": {"from": 60, "personas": 1000, "exponent": 9.0}}
    falling = {"distribution": [[k, 1000 // k] for k in range(1, 99)], "tail": even["tail"] | {"from": 9}}
    for measured in (values | {"tail": even["tail"] | {"from": 1}}, even, falling):
        picture = parsed(distributions({"degree": measured}))
        [told] = [text for text in picture.iter(f"{SVG}text") if "power law" in (text.text or "")]
        left, below = float(told.attrib["x"]), float(told.attrib["y"])
        right, above = left + len(told.text or "") * 6, below - 9
        for dot in picture.iter(f"{SVG}circle"):
            assert not (left <= float(dot.attrib["cx"]) <= right and above <= float(dot.attrib["cy"]) <= below)


def test_a_panel_stands_for_each_metric_that_was_measured_in_their_order():
    assert [text for text in texts(drawn(star(5))) if text in TITLES] == list(TITLES)
    assert [text for text in texts(drawn(star(5), "distances")) if text in TITLES] == ["Distances"]


TITLES = ("Neighbours", "Distances", "Communities")


@pytest.mark.parametrize("count", [0, 1])
def test_nothing_to_draw_is_said_in_words(count):
    picture = drawn(Snapshot.build(people(count), []))
    said = texts(picture)
    assert {"nobody has a neighbour", "no two personas are connected"} <= set(said)
    assert not list(picture.iter(f"{SVG}rect"))[1:]


def test_degrees_are_told_by_how_many_have_at_least_so_many():
    [panel] = drawn(star(11), "degree").iter(f"{SVG}g")
    places = [(float(dot.attrib["cx"]), float(dot.attrib["cy"])) for dot in panel.iter(f"{SVG}circle")]
    # Eleven have one neighbour or more, one of them has ten: a decade to the right, log10(11) decades of two below.
    (left, first), (right, last) = places
    assert right - left == pytest.approx(360 - 62 - 32, abs=0.2)
    assert last - first == pytest.approx(log10(11) / 2 * (320 - 44 - 48), abs=0.2)


def test_a_bar_stands_for_the_share_at_each_distance():
    picture = drawn(star(11), "distances")
    bars = [float(bar.attrib["height"]) for bar in picture.iter(f"{SVG}rect")][1:]
    assert bars[0] / bars[1] == pytest.approx(20 / 90, abs=0.01)


def test_the_fitted_tail_is_drawn_with_its_exponent():
    tail: dict[str, Any] = {"from": 2, "personas": 400, "exponent": 2.5}
    values = {"distribution": [[0, 7], [1, 600], [2, 300], [4, 90], [9, 10]], "tail": tail}
    picture = parsed(distributions({"degree": values}))
    [line] = picture.iter(f"{SVG}polyline")
    heights = [float(point.split(",")[1]) for point in line.attrib["points"].split()]
    assert heights == sorted(heights)
    assert "power law, exponent 2.50, from 2" in texts(picture)


@settings(max_examples=60)
@given(st.lists(st.integers(1, 10**7), min_size=1, max_size=5))
def test_an_axis_of_decades_holds_its_values_and_has_few_ticks(values):
    axis = log_axis("x", values)
    assert all(0 <= axis.part(value) <= 1 for value in values)
    assert 2 <= len(axis.ticks()) <= 8


@settings(max_examples=60)
@given(st.floats(1e-4, 1), st.integers(1, 40))
def test_an_axis_of_shares_or_hops_has_few_ticks(most, hops):
    shares = [Axis("y", 0, most, is_share=True).told(tick) for tick in Axis("y", 0, most, is_share=True).ticks()]
    assert 2 <= len(shares) == len(set(shares)) <= 9
    assert all(tick == int(tick) for tick in Axis("x", 0.4, hops + 0.6).ticks())
