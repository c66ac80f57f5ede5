"""The page of the report: it stands alone, tells what the report says, and shows texts of strangers as texts."""

import itertools
import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from personagraph.cli.page.beside import comparison_page
from personagraph.cli.page.page import page
from personagraph.graph.snapshot import Categorical
from personagraph.steering.audit import SECTIONS, Section, audit
from personagraph.steering.audit.comparison import compared
from personagraph.steering.audit.facts import Entrants, GrowthHistory, RunTally
from personagraph.steering.audit.wishes import Wish
from personagraph.types import Attributes
from tests.browser import show
from tests.graphs import tie
from tests.steering.audit.audited import facts
from tests.stored import persona

NASTY = '<script>document.title="taken"</script><img src=x onerror=alert(1)>"&\'\u202e'


def some(count: int = 120):
    regions, activities = ("south_asia", "north_america", "oceania"), ("craft", "professionals", "student")
    people = [
        persona(
            f"person {n}",
            n,
            depth=n % 2,
            attributes=Attributes(region=regions[n % 3], activity=activities[n % 2], sex="male" if n % 5 else "female"),
            bases=Attributes(region="words", activity="stated"),
        )
        for n in range(count)
    ]
    ties = [tie(one, other) for one, other in itertools.pairwise(people)]
    came = [(one, other, 0, "TEACHES") for one, other in itertools.pairwise(people)]
    return people, ties, came


class Tags(HTMLParser):
    """The tags of a page with their attributes, and whether all are closed in order."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "line", "circle", "link"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def found():
    people, ties, came = some()
    return audit(facts(people, ties, came=came))


def test_the_page_has_every_section_asks_for_nothing_and_closes_what_it_opens(found):
    markup = page(found)
    read = Tags(markup)
    assert read.open == []
    assert {one["id"] for tag, one in read.tags if tag == "section"} == set(found)
    assert not {tag for tag, _ in read.tags} & {"script", "img", "link", "iframe", "object", "embed"}
    assert not [one for _, one in read.tags for name, value in one.items() if name == "href" and value[0] != "#"]
    assert not re.search(r"url\(|@import|https?:", markup)
    assert page(found) == markup


@pytest.mark.parametrize("count", [0, 1])
def test_a_graph_with_hardly_anybody_has_a_page_too(count):
    assert Tags(page(audit(facts(some(count)[0])))).open == []


def test_a_value_from_outside_is_shown_and_not_obeyed(found):
    strange = json.loads(json.dumps(found).replace("south_asia", json.dumps(NASTY)[1:-1]))
    markup = page(strange)
    assert not {tag for tag, _ in Tags(markup).tags} & {"script", "img"}
    assert "&lt;script&gt;" in markup
    assert "\u202e" not in markup


def test_a_section_that_the_page_does_not_know_is_shown_by_its_lines(found, monkeypatch):
    own = Section(lambda facts: {"n": 1}, lambda values: ["<seven> things"], "Own section", "About it")
    monkeypatch.setitem(SECTIONS, "own", own)
    assert "&lt;seven&gt; things" in page({**found, "own": {"n": 1}})


@pytest.mark.parametrize("count", [2, 3])
def test_reports_side_by_side_have_a_page_too_that_escapes_their_names(found, count):
    people, ties, _ = some(60)
    reports = {NASTY: found, "b": audit(facts(people, ties)), "c": found}
    markup = comparison_page(compared(dict(list(reports.items())[:count])))
    read = Tags(markup)
    assert read.open == []
    assert not {tag for tag, _ in read.tags} & {"script", "img"}
    assert not re.search(r"url\(|@import|https?:", markup)


def grown(wishes=()):
    """A report of people who came by calls, some of them wished for."""
    people, ties, _ = some(60)
    at = np.arange(1, 57)
    came = Entrants(
        np.full(56, -1), np.arange(4, 60), np.full(56, 2, np.int8), Categorical.of("" for _ in at), at.astype(np.int64)
    )
    tally = RunTally("r2", "expand", "m", False, {("new", ""): 56}, 60, 0.0, 0.0)
    history = GrowthHistory(came, np.zeros(60, np.int64), (tally,), wishes=wishes, decided=60)
    return audit(facts(people, ties, history=history))


def test_what_was_not_reached_is_in_the_page_with_what_was_tried_and_so_is_the_curve():
    said = {"activity": "clerks", "region": NASTY}
    wishes = [Wish(tuple(said.items()), {"activity": "clerks"}, level, "rejected", {}) for level in ("2", "2", "3")]
    markup = page(grown(wishes))
    read = Tags(markup)
    assert read.open == []
    assert not {tag for tag, _ in read.tags} & {"script", "img"}
    assert "Asked for, and not reached: 1 region" in markup
    assert "3 times: with a hint 2, without an ego 1" in markup
    assert len([one for tag, one in read.tags if tag == "polyline" and "points" in one]) == 5


def test_curves_of_groups_have_bands_a_legend_and_names_that_are_escaped():
    reports = dict.fromkeys("abcdef", grown())
    names = dict.fromkeys("abc", NASTY) | dict.fromkeys("de", "types")
    markup = comparison_page(compared(reports, names))
    read = Tags(markup)
    assert read.open == []
    assert not {tag for tag, _ in read.tags} & {"script", "img"}
    kinds = [one.get("class") or "" for _, one in read.tags]
    assert sum("band" in kind for kind in kinds) == 5, "of three runs there is a band, of two and of one there is none"
    assert sum("curve" in kind for kind in kinds) == 5 * 3 + 3
    assert "types (2 runs)" in markup
    assert "</svg>f</span>" in markup


@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True])
def test_a_browser_opens_the_page_without_a_complaint_and_without_a_request(found, tmp_path, dark):
    file = tmp_path / "page.html"
    strange = json.loads(json.dumps(found).replace("south_asia", json.dumps(NASTY)[1:-1]))
    file.write_text(page(strange), encoding="utf-8")
    shown = show(
        file,
        "document.title",
        "[...document.querySelectorAll('svg')].every(one => one.getBoundingClientRect().height > 40)",
        "document.querySelectorAll('svg circle').length",
        "getComputedStyle(document.body).backgroundColor",
        "getComputedStyle(document.querySelector('svg text')).fill",
        "document.documentElement.scrollWidth <= innerWidth",
        dark=dark,
    )
    title, plots_stand, circles, paper, ink, fits = shown.answers
    assert title == "Whom the graph has, and whom it leaves out"
    assert (plots_stand, fits) == (True, True)
    assert circles > 30
    assert (_brightness(paper) < 128) == dark
    assert abs(_brightness(paper) - _brightness(ink)) > 100
    assert shown.requests == [file.as_uri()]
    assert shown.complaints == []
    assert len(shown.picture) > 20_000


@pytest.mark.browser
def test_the_page_fits_a_telephone(found, tmp_path):
    file = tmp_path / "page.html"
    file.write_text(page(found), encoding="utf-8")
    shown = show(file, "document.documentElement.scrollWidth", width=390)
    assert shown.answers[0] <= 390


def _brightness(colour: str) -> float:
    red, green, blue = map(int, re.findall(r"\d+", colour)[:3])
    return 0.3 * red + 0.6 * green + 0.1 * blue
