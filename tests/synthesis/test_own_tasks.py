"""A task in a file of the user's own makes samples as ours do; a file that cannot is refused, with what is wrong."""

import json
import tomllib
from pathlib import Path

import pytest

from personagraph.errors import ConfigError, InputError, UsageError
from personagraph.prompts import load
from personagraph.synthesis.samples import samples
from personagraph.synthesis.tasks import TASKS
from personagraph.synthesis.tasks.own import fault_of_own
from personagraph.workspace import init_workspace

OWN = Path(__file__).with_name("own.toml")
TEXT = OWN.read_text(encoding="utf-8")


@pytest.fixture
def workspace(tmp_path):
    rows = [json.dumps({"persona": f"A baker of Lima who sells {n} kinds of bread"}) for n in range(6)]
    (tmp_path / "people.jsonl").write_text("\n".join(rows), encoding="utf-8")
    with init_workspace(tmp_path / "w") as opened:
        opened.import_personas(tmp_path / "people.jsonl")
        yield opened


def test_a_file_of_ones_own_makes_samples_with_all_checks_it_names(workspace):
    done = workspace.synthesize(str(OWN), n=6, context="persona", model="simulated")
    assert done.run.samples + done.run.set_apart == 6
    made = list(samples(workspace.ledger, done.run.run))
    assert {json.loads(one["about"])["tone"] for one in made} == {"merry", "grave"}
    for one in made:
        assert one["task"] == "own"
        assert one["messages"][0]["content"].endswith("What am I?")
        assert json.loads(one["checks"])["asked"] == 2
    manifest = json.loads((done.written.output.with_name(done.written.output.name + ".manifest.json")).read_text())
    assert manifest["settings"]["own"] == TEXT, "what made the samples is kept with them"


def test_a_run_with_a_file_goes_on_with_that_text_and_with_no_other(workspace, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(TEXT, encoding="utf-8")
    began = workspace.synthesize(str(file), n=6, context="persona", model="simulated", stopping=lambda: True)
    assert began.run.status == "interrupted"
    file.write_text(TEXT.replace("You write riddles", "You write bad riddles"), encoding="utf-8")
    with pytest.raises(ConfigError, match="own"):
        workspace.synthesize(str(file), n=6, context="persona", model="simulated")
    file.write_text(TEXT, encoding="utf-8")
    assert workspace.synthesize(str(file), n=6, context="persona", model="simulated").run.status == "done"


def test_our_own_tasks_for_large_models_pass_what_a_users_file_has_to(tmp_path):
    for name in TASKS:
        prompt = load(f"{name}-large")
        assert prompt.sample["user"]
        assert prompt.vary


BAD = {
    "no TOML": ("= =", "is no TOML"),
    "an unknown part": ('sistem = "x"\n' + TEXT, "has 'sistem', which no task has"),
    "no template": (TEXT.replace("template =", "description ="), "has 'description', which no task has"),
    "nobody shown": (TEXT.replace("<{mark}>\n{people}\n</{mark}>\n", ""), "template must show the people once"),
    "people without marks": (
        TEXT.replace("<{mark}>\n{people}\n</{mark}>", "{people}"),
        "template must show the people",
    ),
    "a field that nothing fills": (
        TEXT.replace("a {tone} riddle", "a {mood} riddle"),
        "has {mood}, which nothing fills",
    ),
    "a value that is used nowhere": (
        TEXT.replace("a {tone} riddle", "a riddle"),
        "vary.tone is used nowhere",
    ),
    "no values": (TEXT.replace('tone = ["merry", "grave"]', "tone = []"), "vary.tone must be a list of 1 to 1,000"),
    "a reserved name": (TEXT.replace("tone", "mark"), "vary.mark cannot be called so"),
    "no such field of the reply": (
        TEXT.replace('answer = "{thing}"', 'answer = "{object}"'),
        "sample.answer has {object}",
    ),
    "a field that may be missing": (TEXT.replace('["riddle", "thing"]', '["riddle"]'), "sample.assistant has {thing}"),
    "an unknown check": (TEXT.replace('"critic"]', '"oracle"]'), "sample.checks has 'oracle'"),
    "agreement without an answer": (TEXT.replace('answer = "{thing}"', ""), "'agreement', which compares answers"),
    "a check without its form": (TEXT.replace('"critic"]', '"formula"]'), "sample.form does not name it"),
    "a schema that allows nothing": (
        TEXT.replace("maxLength = 60", "maxLength = 60, minLength = 70"),
        "allows no answer",
    ),
    "a schema of no object": (TEXT.replace('[schema]\ntype = "object"', '[schema]\ntype = "array"'), 'type = "object"'),
    "a schema that is none": (TEXT.replace('thing = { type = "string"', 'thing = { type = "strange"'), "schema: "),
    "too many tokens": (TEXT.replace("max_tokens = 300", "max_tokens = 3000000"), "parameters.max_tokens must be"),
    "no user": (TEXT.replace('user = "{riddle} What am I?"', 'user = " "'), "sample.user must say"),
    "a number as a template": (TEXT.replace('answer = "{thing}"', "answer = 7"), "sample.answer must be a text"),
    "an example that does not fit": (
        TEXT.replace('thing = "loaf"', "thing = 7"),
        "example 1 has a reply that does not fit",
    ),
    "an example without a field": (TEXT.replace('people = "A baker", ', ""), "example 1 has no text for 'people'"),
}


@pytest.mark.parametrize("fault", BAD)
def test_a_file_that_cannot_be_used_is_refused_before_the_first_call(workspace, tmp_path, fault):
    text, told = BAD[fault]
    assert text != TEXT, "the fault is there"
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        workspace.synthesize(str(file), context="persona", model="simulated")
    assert told in str(raised.value)
    assert "mine.toml" in str(raised.value)
    assert [run.command for run in workspace.runs()] == ["import"], "no run was begun"


def test_a_file_may_leave_out_what_can_be_left_out():
    data = tomllib.loads(TEXT)
    assert not {"version", "fields"} & data.keys()
    least = TEXT[: TEXT.index("[parameters]")] + TEXT[TEXT.index("[schema]") : TEXT.index("[[examples]]")]
    assert fault_of_own("least", least) == ""


def test_a_file_that_is_not_there_or_has_an_odd_name_is_named(workspace, tmp_path):
    with pytest.raises(InputError, match="there is no such file"):
        workspace.synthesize(str(tmp_path / "gone.toml"), context="persona", model="simulated")
    odd = tmp_path / "two words.toml"
    odd.write_text(TEXT, encoding="utf-8")
    with pytest.raises(InputError, match="a task is called after its file"):
        workspace.synthesize(str(odd), context="persona", model="simulated")
    with pytest.raises(UsageError, match=r"or a file of your own that ends in \.toml"):
        workspace.synthesize("riddles", context="persona", model="simulated")
