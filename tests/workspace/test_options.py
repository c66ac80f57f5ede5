"""What a verb makes of options: those that it does not have are refused, and the nearest one is named."""

import pytest

from personagraph.testing import ScriptedBackend, temporary_workspace
from personagraph.workspace.options import ModelOptions, own_options
from personagraph.workspace.verbs.forecast import JOBS


@pytest.fixture
def workspace():
    with temporary_workspace(["A potter from Peru", "A tailor from Togo"]) as made:
        yield made


@pytest.mark.parametrize(
    ("verb", "arguments", "wrong", "right"),
    [
        ("expand", (), "max_cals", "max_calls"),
        ("expand", (), "polcy", "policy"),
        ("extract", (["."],), "calls_per_txt", "calls_per_text"),
        ("synthesize", ("math",), "samplr", "sampler"),
        ("synthesize", ("math",), "outptu", "output"),
        ("retry", (), "alow_mixed", "allow_mixed"),
    ],
)
def test_a_misspelt_option_is_an_error_that_names_the_nearest_one(workspace, verb, arguments, wrong, right):
    with pytest.raises(TypeError, match=rf"{verb}\(\) has no option '{wrong}'; did you mean '{right}'\?"):
        getattr(workspace, verb)(*arguments, **{wrong: 3})
    assert [run.command for run in workspace.runs()] == ["import"], "nothing was begun"


@pytest.mark.parametrize("ahead", ["preview", "forecast"])
def test_a_look_ahead_refuses_what_the_verb_would(workspace, ahead):
    arguments = (1, "expand") if ahead == "preview" else ("expand",)
    with pytest.raises(TypeError, match="did you mean 'max_calls'"):
        getattr(workspace, ahead)(*arguments, max_cals=3)


@pytest.mark.parametrize("verb", JOBS)
def test_every_option_of_a_job_is_one_of_its_verb(workspace, verb):
    every_run = set(ModelOptions.__annotations__)
    assert set(own_options(JOBS[verb])) - every_run <= set(own_options(getattr(type(workspace), verb)))


def test_an_option_that_is_none_counts_as_not_given(workspace):
    done = workspace.expand(policy=None, hops=None, max_calls=1, seed=None, backend=ScriptedBackend(lambda r: "{}"))
    assert done.calls == 1
