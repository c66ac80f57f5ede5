"""A run with a model in a file: what its ledger keeps of it, and how it is found again."""

import os
from pathlib import Path

import pytest

from personagraph.errors import ChatError, ConfigError, InputError
from personagraph.workspace import init_workspace, open_workspace
from personagraph.workspace.settings import FILE, load_settings
from tests.llm.ggufs import CHAT, F32, gguf

pytest.importorskip("xllamacpp")
UNKNOWN = {**CHAT, "general.architecture": "nobody", "nobody.block_count": 2, "nobody.embedding_length": 64}
"""What llama.cpp does not load: a run gets as far as its first call."""


@pytest.fixture(autouse=True)
def own(tmp_path, monkeypatch) -> None:
    for name in [name for name in os.environ if name.startswith(("PERSONAGRAPH_", "OPENAI_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "configuration"))


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "m.gguf").write_bytes(gguf(UNKNOWN))
    (tmp_path / "seeds.csv").write_text("persona\nA goat herder of Mongolia\nA cook in Lima\n")
    with init_workspace(tmp_path / "w") as graph:
        graph.import_personas(tmp_path / "seeds.csv")
    monkeypatch.chdir(tmp_path / "models")
    return tmp_path / "w"


def test_a_run_keeps_where_the_file_is_and_goes_on_from_any_folder_without_its_name(folder, monkeypatch):
    with open_workspace(folder) as graph:
        with pytest.raises(ChatError, match="did not start from"):
            graph.expand(model="local:m.gguf")
        run = graph.ledger.runs.all()[-1]
    assert run.settings["model"] == f"local:{folder.parent}/models/m.gguf"
    assert run.model.startswith("m.gguf@")
    monkeypatch.chdir("/")
    with open_workspace(folder) as graph, pytest.raises(ChatError, match="did not start from"):
        graph.expand()


def test_a_file_of_the_same_name_with_something_else_in_it_does_not_go_on_with_a_run(folder):
    with open_workspace(folder) as graph, pytest.raises(ChatError):
        graph.expand(model="local:m.gguf")
    Path("m.gguf").write_bytes(gguf(UNKNOWN, data=b"\1" * 1024))
    with (
        open_workspace(folder) as graph,
        pytest.raises(ConfigError, match=r"asks m\.gguf@\w+, not m\.gguf@\w+;"),
    ):
        graph.expand()
    Path("m.gguf").unlink()
    with open_workspace(folder) as graph, pytest.raises(InputError, match="cannot be read"):
        graph.expand()


def test_the_same_file_in_another_place_goes_on_with_a_run(folder, tmp_path):
    with open_workspace(folder) as graph, pytest.raises(ChatError):
        graph.expand(model="local:m.gguf")
    Path("m.gguf").rename(tmp_path / "m.gguf")
    with open_workspace(folder) as graph, pytest.raises(ChatError, match="did not start from"):
        graph.expand(model=f"local:{tmp_path}/m.gguf")


@pytest.mark.parametrize(("shape", "prompt"), [((64, 4), "expand-small"), ((1_000_000, 2_000), "expand-large")])
def test_the_prompts_are_those_for_its_size_unless_the_user_says_otherwise(shape, prompt, folder):
    Path("m.gguf").write_bytes(gguf(CHAT, [(shape, F32 if shape[0] == 64 else 99)], data=bytes(1024)))
    with open_workspace(folder) as graph:
        [asked] = graph.preview(1, "expand", model="local:m.gguf")
        assert asked.prompt.startswith(prompt)
        assert graph.forecast("expand", model="local:m.gguf").model.startswith("m.gguf@")
    with open_workspace(folder, prompts="large") as graph:
        [asked] = graph.preview(1, "expand", model="local:m.gguf")
        assert asked.prompt.startswith("expand-large")


def test_a_relative_path_is_looked_for_beside_what_names_it(folder, monkeypatch):
    (folder / FILE).write_text('model = "local:m.gguf"\n')
    assert load_settings(folder).unconfirmed["model"].startswith(f"model local:{folder}/m.gguf stands in")
    monkeypatch.setenv("PERSONAGRAPH_MODEL", "local:m.gguf")
    assert load_settings(folder).model == f"local:{folder.parent}/models/m.gguf"
    monkeypatch.delenv("PERSONAGRAPH_MODEL")
    (own := folder.parent / "configuration" / "personagraph").mkdir(parents=True)
    (own / "settings.toml").write_text('model = "local:m.gguf"\n')
    (folder / FILE).unlink()
    assert load_settings(folder).model == f"local:{own}/m.gguf"


def test_context_and_processors_are_settings(folder, monkeypatch):
    Path("m.gguf").write_bytes(gguf(CHAT))
    monkeypatch.setenv("PERSONAGRAPH_LOCAL_CONTEXT", "8192")
    with open_workspace(folder) as graph, pytest.raises(ConfigError, match="local_context is 8,192"):
        graph.preview(1, "expand", model="local:m.gguf")
    monkeypatch.setenv("PERSONAGRAPH_LOCAL_THREADS", "0")
    with pytest.raises(ConfigError, match="local_threads"):
        load_settings(folder)


def test_a_model_without_a_template_is_remarked_upon_when_a_run_begins(folder):
    Path("m.gguf").write_bytes(gguf({k: v for k, v in UNKNOWN.items() if k != "tokenizer.chat_template"}))
    notes: list[str] = []
    with open_workspace(folder) as graph, pytest.raises(ChatError):
        graph.expand(model="local:m.gguf", note=notes.append)
    assert any("has no chat template" in note for note in notes)
