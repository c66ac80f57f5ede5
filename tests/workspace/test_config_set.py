"""`config set` writes one setting into a workspace's file as the user's own word: checked, confirmed, and in force."""

import json
import os
from pathlib import Path

import pytest

from personagraph.errors import ConfigError, InputError
from personagraph.workspace import init_workspace, open_workspace, set_setting, settings_to_confirm, trust
from personagraph.workspace.settings import FILE, Settings, load_settings
from personagraph.workspace.trust import GUARDED
from tests.commands import code_of
from tests.llm.ggufs import gguf
from tests.strangers import KINDS, Foreign
from tests.workspace.test_trust import SAID

A = "http://127.0.0.1:9/v1"


@pytest.fixture(autouse=True)
def own(tmp_path, monkeypatch) -> None:
    for name in [name for name in os.environ if name.startswith(("PERSONAGRAPH_", "OPENAI_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "configuration"))


@pytest.fixture
def folder(tmp_path) -> Path:
    init_workspace(tmp_path / "w").close()
    (tmp_path / "m.gguf").write_bytes(gguf())
    return tmp_path / "w"


def test_a_model_in_a_file_is_remembered_by_its_place_and_needs_no_further_confirmation(folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    set_setting(folder, "model", "local:m.gguf")
    monkeypatch.chdir("/")
    assert load_settings(folder).trusted("model") == f"local:{folder.parent}/m.gguf"
    assert [claim.confirmed for claim in settings_to_confirm(folder)] == [True]


def test_an_address_is_confirmed_with_it_and_nothing_else_in_the_file_is(folder):
    (folder / FILE).write_text('model = "openai:dear"\n')
    set_setting(folder, "base_url", A)
    settings = load_settings(folder)
    assert settings.trusted("base_url") == A
    with pytest.raises(ConfigError, match="not confirmed"):
        settings.trusted("model")


@pytest.mark.parametrize("name", [name for name in GUARDED if not isinstance(SAID[name], dict)])
def test_every_guarded_setting_that_is_set_is_in_force_and_leaves_what_was_confirmed_readable(name, folder):
    trust.confirm(folder.parent, {"model": "openai:before"})
    set_setting(folder, name, str(SAID[name]))
    assert load_settings(folder).trusted(name) == SAID[name]
    assert [(claim.name, claim.confirmed) for claim in settings_to_confirm(folder)] == [(name, True)]
    assert trust.confirmed(folder.parent) == {("model", "openai:before")}


def test_what_cannot_be_confirmed_is_not_written_and_what_cannot_be_written_is_not_confirmed(folder, monkeypatch):
    before = (folder / FILE).read_bytes()
    monkeypatch.setenv("XDG_CONFIG_HOME", "/dev/null")
    with pytest.raises(ConfigError, match="cannot be written to"):
        set_setting(folder, "max_tokens", "12000")
    assert (folder / FILE).read_bytes() == before
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder.parent / "configuration"))
    (folder / FILE).rename(folder.parent / "elsewhere.toml")
    (folder / FILE).symlink_to(folder.parent / "elsewhere.toml")
    with pytest.raises(ConfigError, match="is a link"):
        set_setting(folder, "max_tokens", "12000")
    assert trust.confirmed(folder) == set()


@pytest.mark.parametrize(
    ("name", "text", "value"), [("concurrency", "8", 8), ("patience", "1.5", 1.5), ("dedup", "minhash", "minhash")]
)
def test_a_value_is_of_the_kind_that_the_setting_is_of(name, text, value, folder):
    assert set_setting(folder, name, text) == (value, value)
    assert getattr(load_settings(folder), name) == value


def test_the_comments_of_the_file_and_its_other_settings_stay(folder):
    before = (folder / FILE).read_text().splitlines()
    set_setting(folder, "window", "64")
    set_setting(folder, "window", "32")
    after = (folder / FILE).read_text().splitlines()
    assert [line for line in after if line not in before] == ["window = 32"]
    assert [line for line in after if line in before] == before


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("goat", "1", "there is no setting 'goat'; there are store, model"),
        ("openai_api_key", "sk-secret", "set it in the environment"),
        ("store_password", "x", "set it in the environment"),
        ("store_password_file", "x", "set it in the environment"),
        ("prices", "1", "is a table; edit it"),
        ("concurrency", "many", "concurrency .*valid integer"),
        ("concurrency", "0", "greater than or equal to 1"),
        ("local_context", "10", "greater than or equal to 256"),
        ("base_url", "nonsense", "it must be an address"),
        ("base_url", "http://me:hunter2@host/v1", "it holds a password"),
        ("store", "mysql://x", "store .*it can be"),
        ("model", "nobody", "is not known; it can be local or local:FILE.gguf"),
        ("model", "local:", "is not known"),
        ("model", "local:nothing.gguf", "cannot be read"),
        ("model", "local:note.gguf", "is no GGUF file"),
        ("prompts", "huge", "prompts"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_nothing_is_written(name, text, says, folder, monkeypatch):
    monkeypatch.chdir(folder)
    (folder / "note.gguf").write_text("a note")
    before = (folder / FILE).read_bytes()
    with pytest.raises((ConfigError, InputError), match=says) as raised:
        set_setting(folder, name, text)
    assert "hunter2" not in str(raised.value)
    assert "sk-secret" not in str(raised.value)
    assert (folder / FILE).read_bytes() == before
    assert all(claim.confirmed for claim in settings_to_confirm(folder))


def test_a_folder_that_is_no_workspace_gets_no_file(tmp_path):
    with pytest.raises(ConfigError, match="is no workspace; `personagraph init"):
        set_setting(tmp_path, "model", "local")
    assert not (tmp_path / FILE).exists()


def test_a_workspace_without_a_settings_file_gets_one(folder):
    (folder / FILE).unlink()
    set_setting(folder, "window", "64")
    assert (folder / FILE).read_text() == "window = 64\n"


@pytest.mark.parametrize("kind", KINDS)
def test_a_settings_file_that_is_a_link_or_no_file_is_not_written_to(kind, folder, tmp_path):
    foreign = Foreign(tmp_path / "foreign", b'store = "sqlite"\n')
    (folder / FILE).unlink()
    make, _ = KINDS[kind]
    make(folder / FILE, foreign)
    with pytest.raises(ConfigError):
        set_setting(folder, "window", "64")
    foreign.check_untouched()


def test_the_command_says_what_it_wrote_and_when_the_environment_goes_before_it(folder, monkeypatch, capsys):
    where = ["--workspace", str(folder)]
    assert code_of("config", "set", "model", "simulated", *where) == 0
    assert capsys.readouterr().out == "model is simulated\n"
    monkeypatch.setenv("PERSONAGRAPH_WINDOW", "32")
    assert code_of("config", "set", "window", "64", "--json", *where) == 0
    said = capsys.readouterr()
    assert json.loads(said.out) == {"name": "window", "value": 64}
    assert "the environment goes before the file: window stays 32" in said.err


@pytest.mark.parametrize("name", ["decider", "language", "base_url"])
def test_a_setting_that_is_emptied_is_not_set_and_nothing_is_said_of_the_environment(name, folder, monkeypatch, capsys):
    where = ["--workspace", str(folder)]
    assert code_of("config", "set", name, "", *where) == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == (f"{name} is not set\n", "")
    assert code_of("config", "set", name, "", "--json", *where) == 0
    assert json.loads(capsys.readouterr().out) == {"name": name, "value": None}
    assert code_of("config", "show", *where) == 0
    assert f"{name:<22}not set" in capsys.readouterr().out.splitlines()
    value = {"decider": "static", "language": "fr", "base_url": A}[name]
    monkeypatch.setenv(f"PERSONAGRAPH_{name.upper()}", value)
    assert code_of("config", "set", name, "", *where) == 0
    assert f"the environment goes before the file: {name} stays {value} while" in capsys.readouterr().err


def test_a_variable_that_is_empty_is_told_as_not_set(folder, monkeypatch, capsys):
    monkeypatch.setenv("PERSONAGRAPH_DECIDER", "")
    assert code_of("config", "set", "decider", "static", "--workspace", str(folder)) == 0
    assert "decider stays not set while it says so" in capsys.readouterr().err


def test_what_is_set_is_asked_by_the_next_run(folder):
    (folder.parent / "seeds.csv").write_text("persona\nA goat herder of Mongolia\n")
    set_setting(folder, "model", "simulated")
    with open_workspace(folder) as workspace:
        workspace.import_personas(folder.parent / "seeds.csv")
        workspace.expand(max_calls=1)
        assert workspace.ledger.runs.all()[-1].settings["model"] == "simulated"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_can_be_set_or_says_where_it_is_kept(name, folder):
    known = {"store": "sqlite", "model": "simulated", "base_url": A, "prompts": "small", "dedup": "minhash"}
    known |= {"language": "pt-BR", "reasoning_effort": "low", "encoder": "static", "decider": "static"}
    known |= {"dedup_threshold": "0.8", "target": "world"}
    value = known.get(name, "300")
    if "password" in name or "key" in name:
        with pytest.raises(ConfigError, match="in the environment"):
            set_setting(folder, name, value)
    elif name in ("prices", "request", "models"):
        with pytest.raises(ConfigError, match=f"{name} is a table; edit it in .*{FILE}"):
            set_setting(folder, name, value)
    else:
        assert str(set_setting(folder, name, value)[0]) in (value, f"{value}.0")
