"""The command that tells where samples fail: to people, to programs, as a page; and the command line that goes on."""

import json
import shlex

import pytest

from personagraph import init_workspace
from personagraph.types import Batch
from tests.browser import show
from tests.commands import personagraph
from tests.stored import fill
from tests.synthesis.failures.planted import FIELDS, Fault, figures, solved, verdict
from tests.synthesis.formats.made import entered
from tests.workspace.test_failures import BY, FAULT, PEOPLE

NASTY = '<script>alert(1)</script>\x1b[31m"; rm -rf / #'


def held(workspace, verdicts, **settings):
    """A run whose steps the store holds, too, as a command wants it."""
    run = entered(workspace.ledger, verdicts, **settings)
    workspace.store.write(Batch(run, workspace.store.applied(run), len(verdicts)))
    return run


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("failing")
    with init_workspace(folder / "w") as made:
        fill(made.store, *PEOPLE)
        held(made, solved([one.id for one in PEOPLE], 2400, FAULT, 0))
        held(made, [verdict(PEOPLE[0].id, "computed")] * 3)
        held(made, solved([one.id for one in PEOPLE], 400, Fault(field=FIELDS[0], rate=0.9), 3), task="logic")
        hostile = [verdict(PEOPLE[0].id, "disputed", reason=NASTY, about={NASTY: NASTY}, form={"skeleton": NASTY})] * 9
        held(made, [*hostile, *(verdict(PEOPLE[0].id, checks=figures(2, 0)) for _ in range(200))])
    return folder


def test_people_programs_and_a_page_are_told_where_samples_fail(folder):
    file, page = folder / "weak.csv", folder / "failures.html"
    words = ("failures", "r1", "--by", ",".join(BY))
    told = json.loads(personagraph(*words, "--target", file, "--html", page, "--json", folder=folder / "w"))
    assert told["written"] == [str(file), str(page)]
    assert {row["value"] for row in told["groups"] if row["answer"] == "weak"} == {
        "activity=craft,region=oceania",
        FIELDS[1],
    }
    said = personagraph(*words, folder=folder / "w")
    for line in ("2,400 samples, 2,400 counted", "math, by field", "by persona: activity, region", "why they fail"):
        assert line in said
    assert "agreed, and wrong all the same" in said
    html = page.read_text()
    assert html.startswith("<!doctype html>")
    assert "activity=craft,region=oceania" in html


def test_the_command_line_that_is_told_goes_on_at_the_weak_cell(folder):
    file = folder / "again's.csv"
    said = personagraph("failures", "r1", "--target", file, folder=folder / "w")
    lines = [line.strip() for line in said.splitlines() if line.strip().startswith("personagraph ")]
    assert [shlex.split(line)[1] for line in lines] == ["synthesize", "expand"]
    words = shlex.split(lines[0])[1:]
    assert words[words.index("--set") :] == ["--set", f"field={FIELDS[1]}", "--workspace", str(folder / "w")]
    large = ("--with", "persona", "--model", "simulated", "--prompts", "large", "--dry-run")
    assert "10 samples, up to 4 calls for each" in personagraph(*words, *large, folder=folder / "w")
    grown = personagraph(*shlex.split(lines[1])[1:], "--model", "simulated", "--dry-run", folder=folder / "w")
    assert "expand with simulated" in grown


def test_a_run_of_which_nothing_can_be_counted_says_what_would_help(folder):
    said = personagraph("failures", "r2", folder=folder / "w")
    assert "not counted: 3, composed by code, and nobody was asked to solve it" in said
    assert "nothing can be said: none of the 3 samples can be counted" in said
    assert "no target can be made" in personagraph(
        "failures", "r2", "--target", folder / "none.csv", folder=folder / "w", code=1
    )
    assert not (folder / "none.csv").exists()


def test_what_is_weak_without_a_target_is_still_asked_for_again(folder):
    said = personagraph("failures", "r3", folder=folder / "w")
    assert f"personagraph synthesize logic -n 10 --set field={FIELDS[0]}" in said


@pytest.mark.browser
def test_the_page_shows_a_dot_for_each_group_and_loads_nothing(folder):
    page = folder / "shown.html"
    told = json.loads(personagraph("failures", "r1", "r4", "--html", page, "--json", folder=folder / "w"))
    circles = 'document.querySelectorAll("svg circle").length'
    shown = show(page, circles, 'document.querySelectorAll("script, img").length')
    assert shown.answers == [len(told["groups"]), 0]
    assert shown.requests == [page.as_uri()]
    assert shown.complaints == []


def test_texts_of_strangers_are_texts_on_the_terminal_in_the_page_and_in_the_command_line(folder):
    page = folder / "hostile.html"
    said = personagraph("failures", "r4", "--html", page, folder=folder / "w")
    assert "\x1b" not in said
    assert "<script>alert" not in page.read_text()
    lines = [line.strip() for line in said.splitlines() if line.strip().startswith("personagraph ")]
    assert all("rm" not in shlex.split(line) for line in lines)
    told = json.loads(personagraph("failures", "r4", "--json", folder=folder / "w"))
    assert any(NASTY in word for line in told["go_on"] for word in line) == any(
        row["answer"] == "weak" and row["kind"] == "asked" for row in told["groups"]
    )


@pytest.mark.parametrize(
    ("words", "why", "code"),
    [
        (("r9",), "r9", 2),
        (("r1", "--target", "world"), "name it world.csv", 2),
        (("r1", "--by", "activty"), "did you mean activity", 2),
        (("r1", "--html", "none/page.html"), "its folder does not exist", 1),
    ],
)
def test_what_cannot_be_done_ends_with_what_to_do(folder, words, why, code):
    assert why in personagraph("failures", *words, folder=folder / "w", code=code)
