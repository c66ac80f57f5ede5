"""What is shipped for users' tests: temporary workspaces, scripted and recorded models, recordings and their faults."""

import json
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from personagraph import testing
from personagraph.errors import ChatError, ConfigError, InputError, ReplyFormatError
from personagraph.llm.simulated import SimulatedBackend
from personagraph.testing import RecordedBackend, ScriptedBackend, record, temporary_workspace
from personagraph.types import ChatReply, ChatRequest
from tests.commands import ROOT, personagraph
from tests.pipeline import Delayed, Passing

pytestmark = pytest.mark.slow

SEEDS = ("A beekeeper from Ghana who teaches children about the weather", "A ferry captain from Norway who sings")


@pytest.fixture(scope="module")
def recording(tmp_path_factory) -> Path:
    """A small expansion of SEEDS, recorded."""
    file = tmp_path_factory.mktemp("recording") / "small.jsonl"
    with temporary_workspace(SEEDS) as workspace:
        workspace.expand(backend=SimulatedBackend(), max_calls=12, calls_per_ego=2)
        assert record(workspace.folder, file) == 12
    return file


def lines(file: Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line]


def write_lines(file: Path, lines: list[dict]) -> Path:
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return file


# ---- importing, and the example ----


def test_importing_it_loads_nothing_heavy():
    heavy = ("numpy", "scipy", "networkx", "openai", "neo4j", "datasketch", "pydantic", "xllamacpp", "typer")
    code = f"import sys, personagraph.testing; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout == "[]\n"


def test_the_example_in_its_documentation_runs(tmp_path):
    text = testing.__doc__ or ""
    example = textwrap.dedent(text[text.index("    from pathlib") : text.index("When the pipeline asks")])
    shutil.copytree(ROOT / "examples" / "texts", tmp_path / "texts")
    names = {"__file__": str(tmp_path / "test_pipeline.py")}
    exec(compile(example, "the example", "exec"), names)
    names["make_the_recording"](SimulatedBackend())
    names["test_the_pipeline_gives_the_samples_that_it_gave"]()


# ---- temporary workspaces ----


def test_a_temporary_workspace_has_the_seeds_and_is_gone_at_the_end():
    with temporary_workspace(SEEDS) as workspace:
        folder = workspace.folder
        assert [(p.description, p.depth, p.run) for p in workspace.store.scan_personas()] == [
            (seed, 0, "r1") for seed in SEEDS
        ]
    assert not folder.exists()


def test_a_temporary_workspace_is_gone_after_an_error_too():
    folders = []

    def expand_nobody() -> None:
        with temporary_workspace() as workspace:
            folders.append(workspace.folder)
            workspace.expand(backend=SimulatedBackend())

    with pytest.raises(ConfigError, match="nobody to expand"):
        expand_nobody()
    assert not folders[0].exists()


def test_a_temporary_workspace_does_not_read_the_environment(monkeypatch):
    monkeypatch.setenv("PERSONAGRAPH_STORE", "neo4j://neo4j@127.0.0.1:1")
    monkeypatch.setenv("PERSONAGRAPH_PROMPTS", "large")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-not-for-tests")
    with temporary_workspace() as workspace:
        assert (workspace.settings.store, workspace.settings.prompts) == ("sqlite", None)
        assert workspace.settings.secret("openai_api_key") is None


def test_a_seed_or_a_setting_that_cannot_be_used_is_an_error():
    with pytest.raises(InputError, match="line 2"), temporary_workspace(["A sailor from Norway who sings", ""]):
        pass
    with pytest.raises(ConfigError, match="prompts"), temporary_workspace(prompts="huge"):
        pass
    with pytest.raises(ConfigError, match="colour"), temporary_workspace(colour="red"):
        pass


# ---- recording ----


def test_the_same_runs_give_the_same_recording_whatever_the_timing(recording, tmp_path):
    with temporary_workspace(SEEDS) as workspace:
        workspace.expand(backend=Delayed(SimulatedBackend()), max_calls=12, calls_per_ego=2, concurrency=9)
        record(workspace.folder, tmp_path / "again.jsonl")
    assert (tmp_path / "again.jsonl").read_bytes() == recording.read_bytes()


def test_a_line_says_what_was_asked_for_people_to_read(recording):
    first = lines(recording)[1]
    assert (first["step"], first["about"]) == ("r2.0", SEEDS[0][:60])
    assert first["prompt"].startswith("expand-small@")
    assert json.loads(first["reply"])["occupation"]


def test_what_cannot_be_recorded_is_an_error(recording, tmp_path):
    with pytest.raises(ConfigError, match="is no workspace"):
        record(tmp_path, tmp_path / "out.jsonl")
    with temporary_workspace(SEEDS) as workspace, pytest.raises(ConfigError, match="holds no reply"):
        record(workspace.folder, tmp_path / "out.jsonl")
    with temporary_workspace(SEEDS) as workspace:
        workspace.expand(backend=SimulatedBackend(), max_calls=1)
        with pytest.raises(ConfigError, match="its folder does not exist"):
            record(workspace.folder, tmp_path / "nowhere" / "out.jsonl")
    assert list(tmp_path.iterdir()) == []


# ---- replaying ----


def test_the_replies_of_one_of_several_models_are_replayed_by_its_name(tmp_path):
    models = {
        name: ScriptedBackend(lambda request, word=name: f"{word} says no", model=name, small=name == "tiny")
        for name in ("tiny", "vast")
    }
    with temporary_workspace(SEEDS) as workspace:
        for backend in models.values():
            workspace.expand(backend=backend, max_calls=1)
        file = tmp_path / "both.jsonl"
        assert record(workspace.folder, file) == 4, "each is asked again once"
        for path in (file, workspace.folder / "ledger.sqlite3"):
            with pytest.raises(ConfigError, match="2 models; choose one of tiny, vast"):
                RecordedBackend.of(path)
            with pytest.raises(ConfigError, match="no replies of huge; it has those of tiny, vast"):
                RecordedBackend.of(path, model="huge")
            assert {name: RecordedBackend.of(path, model=name).small for name in models} == {
                "tiny": True,
                "vast": False,
            }


class RefusingOnce(Passing):
    """A model that refuses the first request, and takes it later."""

    refused = False

    async def complete(self, request: ChatRequest) -> ChatReply:
        if self.refused:
            return await super().complete(request)
        self.refused = True
        raise ReplyFormatError("refused by the server: it does not like ferries", "")


def test_a_request_that_was_refused_first_and_answered_later_is_replayed_so(tmp_path):
    text = tmp_path / "ferry.txt"
    text.write_text("The ferry will not run on Monday. Ask at the harbour office for the timetable.")

    def twice(workspace, backend) -> list[tuple[int, int]]:
        runs = [workspace.extract([text], backend=backend) for _ in range(2)]
        return [(run.new, run.dead_letters) for run in runs]

    with temporary_workspace() as workspace:
        assert twice(workspace, RefusingOnce(SimulatedBackend())) == [(0, 1), (1, 0)]
        record(workspace.folder, tmp_path / "ferry.jsonl")
    first, second = lines(tmp_path / "ferry.jsonl")[1:]
    assert first["key"] == second["key"]
    with temporary_workspace() as workspace:
        assert twice(workspace, RecordedBackend.of(tmp_path / "ferry.jsonl")) == [(0, 1), (1, 0)]
        assert "does not like ferries" in workspace.dead_letters()[0].error


def test_the_command_line_replays_a_recording(recording, tmp_path):
    folder = tmp_path / "w"
    personagraph("init", folder, folder=folder)
    write_lines(tmp_path / "seeds.jsonl", [{"persona": seed} for seed in SEEDS])
    personagraph("import", tmp_path / "seeds.jsonl", folder=folder)
    words = ("expand", "--model", f"recorded:{recording}", "--calls-per-ego", "2")
    personagraph(*words, "--max-calls", "12", folder=folder)
    said = personagraph(*words, "--max-calls", "13", folder=folder, code=1)
    *progress, error = said.splitlines()
    assert "has no reply to the call" in error
    assert all(" of 13 calls, " in line for line in progress), "told only by a slow machine"


# ---- what is missing in a recording ----


def missing(file: Path, seeds=SEEDS, **options) -> str:
    """What a replay of an expansion says that lacks a call."""
    with temporary_workspace(seeds) as workspace, pytest.raises(ChatError) as caught:
        workspace.expand(backend=RecordedBackend.of(file), **{"max_calls": 12, "calls_per_ego": 2, **options})
    return str(caught.value)


def test_another_input_is_named_as_the_reason(recording):
    said = missing(recording, ("A baker from Peru who whistles", *SEEDS))
    assert 'about "A baker from Peru who whistles"' in said
    assert "nobody asked that: the input, an option, or a reply before it was another one" in said


def test_another_seed_is_named_as_a_reason(recording):
    said = missing(recording, seed=5)
    assert f'about "{SEEDS[0][:60]}"' in said
    assert "step r2.0 asked the same, but with another seed" in said


def test_asking_more_often_is_named_as_a_reason(recording):
    assert "or it was not asked so often" in missing(recording, calls_per_ego=3)


def test_another_prompt_and_another_version_of_it_are_named_as_the_reason(recording, tmp_path):
    head, *calls = lines(recording)
    older = write_lines(
        tmp_path / "older.jsonl", [head, *({**c, "prompt": "expand-small@0", "key": "0"} for c in calls)]
    )
    assert "it was made with expand-small@0, and this version of personagraph asks otherwise" in missing(older)
    other = write_lines(tmp_path / "other.jsonl", [head, *({**c, "prompt": "poem@1", "key": "0"} for c in calls)])
    assert "it has no call of that prompt, only of poem@1" in missing(other)


def test_of_several_missing_calls_the_first_in_order_is_named(recording, tmp_path):
    head, *calls = lines(recording)
    gone = calls[2]
    holed = write_lines(tmp_path / "holed.jsonl", [head, *(c for c in calls if c["step"] not in ("r2.2", "r2.3"))])
    for _ in range(5):
        backend = Delayed(RecordedBackend.of(holed))
        with temporary_workspace(SEEDS) as workspace, pytest.raises(ChatError, match=gone["key"]):
            workspace.expand(backend=backend, max_calls=12, calls_per_ego=2, concurrency=8)


def test_a_file_that_is_no_recording_is_an_error_that_names_the_line(recording, tmp_path):
    good = recording.read_text(encoding="utf-8")
    for text, what in (
        ("", "is empty"),
        ("not json\n", "line 1: is no line of a recording"),
        (good.split("\n", 1)[1], "line 1: is no line of a recording"),
        (good + '{"step": "r9.9", "key": "k"}\n', "line 14: is no line of a recording"),
        (good.replace('"recording": 1', '"recording": 2'), "line 1: is of version 2"),
        (good + "[]\n", "line 14: is no line of a recording"),
    ):
        file = tmp_path / "bad.jsonl"
        file.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=what):
            RecordedBackend.of(file)
    with pytest.raises(ConfigError, match="is no ledger and no recording"):
        RecordedBackend.of(tmp_path / "nowhere.jsonl")
    (tmp_path / "latin.jsonl").write_bytes(b'{"recording": 1, "model": "caf\xe9"}\n')
    with pytest.raises(InputError, match="line 1"):
        RecordedBackend.of(tmp_path / "latin.jsonl")
