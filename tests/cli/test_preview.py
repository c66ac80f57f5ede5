"""`--preview` of every command that has it, together with every other option of that command."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from personagraph.llm.scripted import ScriptedBackend
from personagraph.types import Attributes, ChatReply
from personagraph.workspace import init_workspace
from tests.commands import code_of, every_command
from tests.graphs import persona, tie
from tests.stored import fill

pytestmark = pytest.mark.slow

ASKING = {words: command for words, command in every_command().items() if "preview" in {p.name for p in command.params}}
ARGUMENTS = {"files": ["note.txt"], "task": ["math"], "letters": ["r1.1"]}
VALUES = {
    "--answers": "3",
    "--checker": "simulated",
    "--checks": "formula",
    "--set": "kind=1 operation, 0 numbers not needed",
    "--shots": "none",
    "--separator": ",",
    "--max-tokens": "900",
    "--reasoning-effort": "low",
    "--language": "own",
    "--around": "goat herder",
    "--base-url": "http://127.0.0.1:9/v1",
    "--calls-per-ego": "2",
    "--cell": "region=unknown",
    "--community": "1",
    "--depth": "0-1",
    "--ids": "ids.txt",
    "--labels": "labels.csv",
    "--manifest": "all.manifest.json",
    "--path": "goat herder",
    "--search": "a",
    "--type": "TEACHES",
    "--calls-per-text": "2",
    "--concurrency": "3",
    "--dedup": "minhash",
    "--aim": "bridges",
    "--by": "activity,age",
    "--candidates": "2",
    "--false-links": "0.1",
    "--field": "body",
    "--format": "alpaca",
    "--from": "all.manifest.json",
    "--grain": "fine",
    "--ground": "0.7",
    "--hops": "2",
    "--licence": "cc-by-4.0",
    "--link": "10",
    "--max-calls": "7",
    "--max-cost": "1.5",
    "--max-personas": "9",
    "--mix": "similar=3,random=1",
    "--mixing": "unsteered",
    "--model": "simulated",
    "--outcome": "agreed",
    "--output": "out.jsonl",
    "--per-call": "2",
    "--per-type": "2",
    "--policy": "hint",
    "--preview": "1",
    "--prompts": "small",
    "--restart": "0.2",
    "--run": "r1",
    "--sampler": "ego",
    "--seed": "5",
    "--split": "0.9,0.05,0.05",
    "--store": "sqlite",
    "--target": "world",
    "--until": "covered=0.95,each=20",
    "--verb": "write",
    "--with": "persona",
    "--workspace": ".",
    "-n": "3",
}
SECOND = {"--path": ["cook"]}
"""The second value of an option that takes two."""
ONLY_TOGETHER = {
    ("synthesize",): {
        "--hops": ["--around", "goat herder"],
        "--per-type": ["--sampler", "ego"],
        "--restart": ["--sampler", "walk"],
        "--even": ["--sampler", "communities"],
        "--by": ["--sampler", "deficit", "--by", "activity"],
        "--target": ["--sampler", "deficit", "--by", "activity"],
    },
    ("expand",): {option: ["--policy", "hint"] for option in ("--target", "--by", "--mixing", "--unlinked")},
}
"""What a command takes only with another option."""

OTHERWISE = {("synthesize",): {"--restart", "--even", "--by", "--target"}}
"""What a command does not take beside its other options: each says how another sampler draws."""

OF_A_PROVIDER = {"--batch": ["--model", "openai:m", "--base-url", "http://127.0.0.1:9/v1"]}
"""What any command takes only with a model that somebody provides, and so not beside all others."""

NOT_AHEAD = {"--check"}
"""What asks no model, and so looks at nothing ahead."""


def words_of(option: str) -> list[str]:
    return [option, VALUES[option], *SECOND.get(option, ())] if option in VALUES else [option]


def options_of(words: tuple[str, ...]) -> list[str]:
    """The options of a command; what needs a value has one above, or the command line refuses it."""
    return [p.opts[0] for p in ASKING[words].params if p.opts[0].startswith("-") and p.opts[0] not in NOT_AHEAD]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace of three, two of whom know each other, with a text beside it, and a dead letter, r1.1."""
    work = {"goat herder": "agriculture", "cook": "service", "clerk": "clerks"}
    people = (persona(f"A {name}", n, activity=activity) for n, (name, activity) in enumerate(work.items()))
    herder, cook, clerk = (replace(one, bases=Attributes(activity="words")) for one in people)
    with init_workspace(tmp_path) as graph:
        fill(graph.store, herder, cook, clerk, tie(herder, cook))
        graph.expand(backend=ScriptedBackend(lambda request: ChatReply("no")), max_calls=2, allow_mixed=True)
    (tmp_path / "ids.txt").write_text(f"{herder.id}\n{cook.id}\n")
    (tmp_path / "all.manifest.json").write_text('{"selection": {}}')
    (tmp_path / "labels.csv").write_text(f"id,activity\n{herder.id},agriculture\n")
    (tmp_path / "note.txt").write_text("The ferry will not run on Monday. Ask at the harbour office for the timetable.")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_commands_that_ask_a_model_can_be_previewed():
    assert {" ".join(words) for words in ASKING} == {
        "annotate",
        "extract",
        "expand",
        "link",
        "synthesize",
        "dead-letters retry",
    }


@pytest.mark.usefixtures("folder")
def test_what_asks_no_model_is_not_previewed(capsys):
    check = ("annotate", "--labels", "labels.csv", "--check")
    assert code_of(*check) == 0
    for more in (("--model", "simulated"), ("--model", "simulated", "--preview", "1"), ("--dry-run",)):
        assert code_of(*check, *more) == 2
        assert "--model" in capsys.readouterr().err


@pytest.mark.parametrize("words", ASKING, ids=" ".join)
def test_a_preview_goes_with_all_options_at_once_and_with_each_alone(words, folder, capsys):
    arguments = [word for p in ASKING[words].params for word in ARGUMENTS.get(p.name, ())]
    model = (
        ["--model", "simulated", "--allow-mixed"] if "--allow-mixed" in options_of(words) else ["--model", "simulated"]
    )
    files = sorted(folder.iterdir())
    apart = {"--base-url", "--manifest"} if words == ("synthesize",) else {"--base-url"}
    apart |= OTHERWISE.get(words, set()) | OF_A_PROVIDER.keys()
    every = [word for option in options_of(words) if option not in apart for word in words_of(option)]
    assert code_of(*words, *arguments, *every) == 0, capsys.readouterr().err
    assert len(json.loads(capsys.readouterr().out)["requests"]) == 1
    for option in options_of(words):
        also = ONLY_TOGETHER.get(words, {}).get(option, OF_A_PROVIDER.get(option, []))
        code = code_of(*words, *arguments, *model, "--preview", "1", *words_of(option), *also)
        said = capsys.readouterr()
        assert code == 0, (option, said.err)
        assert any(asked in said.out for asked in ("goat herder", "clerk", "ferry")), (option, said.out)
    assert sorted(folder.iterdir()) == files, "nothing is written"
