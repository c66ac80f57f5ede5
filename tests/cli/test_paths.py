"""`path` and `neighbours` as a user calls them: between personas, between groups, all and the best."""

import json
import shlex
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from personagraph.cli import main
from personagraph.errors import ConfigError
from personagraph.workspace import init_workspace, open_workspace
from tests.graphs import persona, tie
from tests.stored import fill

FISHER = {"activity": "agriculture", "region": "west_central_africa"}
FISHER_CELL = "activity=agriculture,region=west_central_africa"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two fishers reach two engineers: over a harbour master who knows everyone, or over a teacher and her pupil."""
    one, two = persona("A fisher of Ghana", 0, **FISHER), persona("A fisher of Togo", 1, **FISHER)
    master, teacher, pupil = (
        persona(f"A {name}", i) for i, name in enumerate(("harbour master", "teacher", "pupil"), 2)
    )
    ada, lee = (persona(f"A software engineer named {name}", i) for i, name in enumerate(("Ada", "Lee"), 5))
    crowd = [persona(f"A sailor of ship {i}", 10 + i) for i in range(30)]
    ties = [tie(master, other) for other in [one, two, ada, lee, *crowd]]
    ties += [tie(a, b, "MENTORS") for a, b in pairwise([one, teacher, pupil, ada])]
    with init_workspace(tmp_path / "w") as workspace:
        fill(workspace.store, one, two, master, teacher, pupil, ada, lee, *crowd, *ties)
    return tmp_path / "w"


@pytest.fixture
def said(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Runs a command in this process: its stdout, or with a `code` that is not 0 its stderr."""

    def run(words: str, code: int = 0) -> str:
        monkeypatch.setattr(sys, "argv", ["personagraph", *shlex.split(words), "--workspace", str(folder)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        assert ended.value.code == code, err
        return out if code == 0 else err

    return run


@pytest.fixture
def asked(said: Callable[..., str]) -> Callable[[str], dict]:
    """Runs a command in this process: its JSON."""
    return lambda words: json.loads(said(f"{words} --json"))


def told(path: dict) -> list[str]:
    return [p["description"] for p in path["personas"]]


def test_the_shortest_path_leads_through_the_hub_unless_it_is_avoided(asked):
    assert told(asked("path 'fisher ghana' ada")) == [
        "A fisher of Ghana", "A harbour master", "A software engineer named Ada",
    ]  # fmt: skip
    around = asked("path 'fisher ghana' ada --avoid 'harbour master'")
    assert (around["hops"], told(around)[1:3]) == (3, ["A teacher", "A pupil"])
    assert asked("path 'fisher togo' ada --avoid 'harbour master'")["found"] is False
    assert asked("path 'fisher ghana' ada --type MENTORS --directed")["hops"] == 3


def test_a_persona_is_no_hop_away_from_itself(asked):
    assert (asked("path teacher teacher")["hops"], told(asked("path teacher teacher"))) == (0, ["A teacher"])


def test_the_best_paths_go_round_the_hub_and_say_what_they_cost(asked, said):
    best = asked("path 'fisher ghana' ada --best 5")
    assert (best["found"], best["count"], best["hops"]) == (True, 2, 3)
    assert [path["hops"] for path in best["paths"]] == [3, 2]
    assert best["paths"][0]["cost"] < best["paths"][1]["cost"]
    assert best["paths"][0]["confidence"] == 0.125
    lines = said("path 'fisher ghana' ada --best 2")
    assert "the 2 best paths; a path costs -log(confidence)" in lines
    assert "3 hops, confidence 0.125\nA fisher of Ghana\n  mentors a teacher,\n  who mentors a pupil," in lines


def test_groups_are_counted_and_connected_by_the_shortest_of_their_paths(asked, said):
    question = f"path --from-cell {FISHER_CELL} --to-search 'software engineer'"
    found = asked(question)
    assert (found["hops"], found["from"]["personas"], found["to"]["personas"], found["in_both"]) == (2, 2, 2, 0)
    every = asked(f"{question} --all --limit 3")
    assert (every["count"], len(every["paths"]), {path["hops"] for path in every["paths"]}) == (4, 3, {2})
    best = asked(f"{question} --best 5")
    assert [(told(path)[0], told(path)[-1]) for path in best["paths"]] == [
        ("A fisher of Ghana", "A software engineer named Ada"),
        ("A fisher of Togo", "A software engineer named Lee"),
    ]
    lines = said(question)
    assert lines.startswith(
        f"from 2 personas in {FISHER_CELL}\nto 2 personas found by 'software engineer'\nA fisher of"
    )


def test_one_end_can_be_a_persona_and_a_cell_narrows_a_search(asked):
    assert asked("path teacher --to-search 'software engineer'")["hops"] == 2
    assert asked("path --from-search 'software engineer' teacher")["hops"] == 2
    narrowed = asked(f"path --from-cell {FISHER_CELL} --from-search togo ada")
    assert (narrowed["from"]["personas"], told(narrowed)[0]) == (1, "A fisher of Togo")
    assert len(asked("path teacher --to-search 'software engineer' --best 5")["paths"]) == 2


def test_a_persona_in_both_groups_is_told_to_be_no_hop_away(said):
    lines = said(f"path --from-cell {FISHER_CELL} --to-search 'fisher togo'")
    assert lines.split("\n")[2:4] == ["1 persona in both: no hop away", "A fisher of Togo."]


def test_neighbours_tell_their_distance_and_how_many_there_are_at_each(asked, said):
    found = asked(f"neighbours --from-cell {FISHER_CELL} --hops 2")
    assert found["by_hop"] == {"1": 2, "2": 33}
    assert found["from"]["personas"] == 2
    lines = said("neighbours teacher --hops 2 --directed --type MENTORS")
    assert [line.partition("  ")[0] for line in lines.rstrip().split("\n")] == [
        "1 hop",
        "2 hops",
        "1 at 1 hop, 1 at 2 hops",
    ]


def test_no_path_says_which_limit_excludes_one_and_how_long_it_is_without(asked, said):
    question = "path 'fisher togo' ada --avoid 'harbour master'"
    why = asked(question)["why"]
    assert why["components"] is False
    assert (why["reached"]["from"]["personas"], why["reached"]["to"]["personas"]) == (1, 4)
    assert why["without"] == [{"options": ["avoid"], "hops": 2}]
    for more in ("", " --all", " --best 3"):
        assert said(question + more).split("\n")[:-1] == [
            "no path: 1 persona can be reached from the start, and the end from 4 personas, within what was asked",
            "through those whom --avoid leaves out, there is one of 2 hops",
        ]
    assert said("path 'fisher togo' ada --max-hops 1").startswith("no path within so many hops\nwithout --max-hops")


def test_no_path_between_components_says_how_large_they_are_and_who_would_join_them(folder, asked, said):
    hermit, friend = persona("A hermit", 90), persona("A friend of solitude", 91)
    with open_workspace(folder) as workspace:
        fill(workspace.store, hermit, friend, tie(hermit, friend), run="r2")
    assert said("path hermit ada --type MENTORS").split("\n")[:-1] == [
        "no path: the start is in a component of 2 personas, the end in one of 37 personas,"
        " and no relationship joins them",
        "any relationship between the two would; the best connected are",
        f"  A hermit  ({hermit.id[:12]}, 1 relationship)",
        f"  A harbour master  ({persona('A harbour master', 2).id[:12]}, 34 relationships)",
    ]
    why = asked("path hermit ada")["why"]
    assert (why["components"], why["reached"]["to"]["best_connected"]["relationships"]) == (True, 34)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("path teacher nobody-at-all", "nobody is named by 'nobody-at-all'"),
        ("path teacher", "1 of 2 personas are named"),
        ("path teacher pupil --to-search ada", "2 of 1 personas are named"),
        ("neighbours", "--from-cell or --from-search"),
        ("path teacher pupil --best 0", "--best is 0; it must be 1 or more"),
        ("path teacher pupil --all --limit 0", "--limit is 0; it must be 1 or more"),
        ("path teacher pupil --limit 5", "give --all too"),
        ("path teacher pupil --all --best 5", "give one of them"),
        ("path teacher pupil --avoid teacher", "--avoid: the persona"),
        ("path teacher --to-search 'software engineer' --avoid ada --avoid lee", "an end is left empty"),
        ("path teacher --to-cell region=west_africa", "it can be north_africa, west_central_africa"),
        ("path teacher --to-cell job=farmer", "these are activity, age, sex, region, language"),
        ("path teacher --to-cell farmers", "not attribute=value"),
    ],
)  # fmt: skip
def test_bad_questions_are_one_line_that_says_what_to_do_and_usage_errors(said, words, says):
    assert says in said(words, 2)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("path teacher --to-search plumber", "nobody is in the search 'plumber'"),
        ("path teacher --to-cell activity=craft", "nobody is in the cell activity=craft"),
    ],
)
def test_a_group_of_nobody_is_no_usage_error(said, words, says):
    assert says in said(words, 1)


def test_the_whole_graph_is_read_again_once_a_run_has_changed_it(folder):
    with open_workspace(folder) as workspace:
        assert len(workspace.paths("fisher ghana", "ada", best=5).paths) == 2
        run = workspace.ledger.runs.start("import", {}, {}).id
        fisher, ada = workspace.resolve("fisher ghana"), workspace.resolve("ada")
        fill(workspace.store, tie(fisher, ada), run=run)
        assert len(workspace.paths("fisher ghana", "ada", best=5).paths) == 3
        with pytest.raises(ConfigError, match="--max-hops is 0"):
            workspace.paths("fisher ghana", "ada", max_hops=0)
