"""A folder that somebody else made takes nothing: no key, no password, no text, not even a connection."""

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from personagraph.errors import ChatError, ConfigError
from personagraph.llm.scripted import ScriptedBackend
from personagraph.testing import temporary_workspace
from personagraph.types import ChatReply
from personagraph.workspace import (
    check_store,
    confirm_settings,
    copy_store,
    examine,
    init_workspace,
    open_workspace,
    settings_to_confirm,
)
from tests.commands import code_of, every_command
from tests.listening import Listener, attempts, listening

pytestmark = pytest.mark.slow

KEY = "sk-proj-Zq7marker4key"
PASSWORD = "Vx9markerpassword"
COMMANDS = {
    words: command
    for words, command in every_command().items()
    if words and not hasattr(command, "commands") and words != ("trust",)
}
VALUES = {
    "file": "seeds.csv",
    "files": "note.txt",
    "folder": ".",
    "letter": "r2.1",
    "merge": "r1.0.0",
    "output": "out.json",
    "persona": "goat",
    "ego": "goat",
    "run": "r1",
    "source": "goat",
    "target": "cook",
    "task": "math",
    "text": "goat",
    "to": "sqlite:copy.sqlite3",
}
"""For what a command requires, by the name of the parameter."""
MORE = {
    ("expand",): ["--max-calls", "1"],
    ("extract",): ["--max-calls", "1"],
    ("synthesize",): ["-n", "1"],
    ("query",): [],
    ("import-graph",): [],
}
NEW_FOLDERS = [("backup",), ("store", "rescue")]
OFF_THE_SETTINGS = ("config set", "config show", "dedup", "doctor", "store check", "init", "restore", "store rescue")
"""What does its work whatever the settings file says of the store, or says what it did not look at."""
ASKING = [words for words, command in COMMANDS.items() if {"base_url", "max_calls"} <= {p.name for p in command.params}]
BY_NAME = ("annotate",)
"""Asks a model only where the command itself names one."""
READING = ["stats", "search", "show", "coverage", "sample", "runs list", "runs show", "calls", "merges list"]
READING += ["dead-letters list", "dead-letters show", "export", "config show", "store check", "store copy"]


def words_of(words: tuple[str, ...]) -> list[str]:
    """The command with all that it requires."""
    asked = [*words]
    for parameter in COMMANDS[words].params:
        value = VALUES.get(parameter.name, "goat")
        if words == ("query",) and parameter.name == "file":
            value = "hubs_and_who_hangs_on_them"
        if words in NEW_FOLDERS and parameter.name == "to":
            value = "../elsewhere"
        if parameter.required and parameter.param_type_name == "argument":
            asked.append(value)
        elif parameter.required:
            asked += [parameter.opts[0], value]
    asked += ["--format", "json"] if words == ("export",) else []
    return [*asked, *MORE.get(words, [])]


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of three with a dead letter, r2.1, as a stranger may pack it."""
    folder = tmp_path_factory.mktemp("packed") / "w"
    with init_workspace(folder) as graph:
        (folder / "seeds.csv").write_text("persona\nA goat herder of Mongolia\nA cook in Lima\nA clerk of Ghana\n")
        graph.import_personas(folder / "seeds.csv")
        graph.expand(backend=ScriptedBackend(lambda request: ChatReply("no")), max_calls=2)
    (folder / "note.txt").write_text("The ferry will not run on Monday. Ask at the harbour office for the timetable.")
    return folder


@pytest.fixture
def listener() -> Iterator[Listener]:
    """The stranger's server."""
    with listening() as one:
        yield one


@pytest.fixture
def usual() -> Iterator[Listener]:
    """The server that is asked when nobody names one: OpenAI's, which no test may ask."""
    with listening() as one:
        yield one


@pytest.fixture
def folder(grown: Path, tmp_path: Path, usual: Listener, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The stranger's folder, unpacked, where the user stands, with a key and a password in the environment."""
    shutil.copytree(grown, tmp_path / "w")
    for name in [name for name in os.environ if name.startswith(("PERSONAGRAPH_", "OPENAI_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("PERSONAGRAPH_STORE_PASSWORD", PASSWORD)
    monkeypatch.setenv("PERSONAGRAPH_PATIENCE", "0")
    for module in ("llm.openai.backend", "doctor.models"):
        monkeypatch.setattr(f"personagraph.{module}.OPENAI", f"http://127.0.0.1:{usual.port}/v1")
    monkeypatch.chdir(tmp_path / "w")
    return tmp_path / "w"


def says(folder: Path, listener: Listener, *names: str, **more: str) -> None:
    """Let the folder's settings file name the listener."""
    at = {"base_url": f"http://127.0.0.1:{listener.port}/v1", "store": f"bolt://neo4j@127.0.0.1:{listener.port}"}
    named = {**{name: at[name] for name in names}, **more}
    (folder / "personagraph.toml").write_text("".join(f"{name} = {json.dumps(v)}\n" for name, v in named.items()))


def run(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """Run a command here; its exit code, stdout and stderr, which hold no secret."""
    code = code_of(*words)
    said = capsys.readouterr()
    for secret in (KEY, PASSWORD):
        assert secret not in said.out + said.err
    return code, said.out, said.err


@pytest.mark.parametrize(("option", "code"), [([], 0), (["--dry-run"], 2), (["--preview", "1"], 2)])
def test_annotate_asks_no_model_that_it_was_not_given(option, code, folder, listener, capsys):
    says(folder, listener, "base_url", model="openai:gpt-5-pro")
    run(["runs", "abandon", "r2"], capsys)
    with attempts() as tried:
        assert run(["annotate", *option], capsys)[0] == code
    assert (tried, listener.connections) == ([], 0)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("names", [("base_url",), ("store",), ("base_url", "store")], ids="+".join)
def test_no_command_connects_to_what_only_the_folder_names(words, names, folder, listener, usual, capsys):
    says(folder, listener, *names)
    asks = words in ASKING
    with attempts() as tried:
        code, out, err = run([*words_of(words), *(["--model", "openai:m"] if asks else [])], capsys)
    name = " ".join(words)
    # The doctor asks the usual server with the key that is for it.
    assert tried == [] or (name, "base_url" in names, usual.connections) == ("doctor", False, 1)
    assert listener.connections == 0
    assert "Usage:" not in err, err
    if asks or ("store" in names and name not in OFF_THE_SETTINGS):
        assert (code, "is not confirmed" in err) == (1, True), err
        assert "personagraph trust" in err
    elif name in READING and "store" not in names:
        assert code == 0, err
    elif name in ("doctor", "store check", "config show"):
        assert "is not confirmed" in out + err


@pytest.mark.parametrize("words", [words for words in ASKING if words != BY_NAME], ids=" ".join)
@pytest.mark.parametrize("option", ["--preview", "--dry-run", ""])
@pytest.mark.parametrize("model", ["openai:gpt-5-pro", "recorded:/dev/zero", "recorded:/etc/passwd"])
def test_no_command_asks_a_model_that_only_the_folder_names(words, option, model, folder, listener, capsys):
    if option and option not in {p.opts[0] for p in COMMANDS[words].params}:
        return
    says(folder, listener, "base_url", model=model)
    if words == ("dead-letters", "retry"):
        amend(folder, model, finished=True)
    with attempts() as tried:
        asked = [*words_of(words), *{"--preview": ["--preview", "1"], "": []}.get(option, [option])]
        code, _, err = run(asked, capsys)
    assert (tried, listener.connections, code) == ([], 0, 1)
    assert "is not confirmed" in err or "you never did" in err
    assert model in err


def amend(folder: Path, model: str, *, finished: bool) -> None:
    """Let the ledger say that its expansion asked this model, and perhaps goes on."""
    with sqlite3.connect(folder / "ledger.sqlite3") as ledger:
        [(number, settings)] = ledger.execute("SELECT number, settings FROM run WHERE command = 'expand'")
        status = "done" if finished else "interrupted"
        changed = (json.dumps({**json.loads(settings), "model": model}), model.partition(":")[2], status, number)
        ledger.execute("UPDATE run SET settings = ?, model = ?, status = ? WHERE number = ?", changed)
    ledger.close()


def test_a_run_that_the_folder_left_unfinished_asks_nobody_until_the_user_names_the_model(folder, usual, capsys):
    amend(folder, "openai:m", finished=False)
    code, _, err = run(["expand", "--max-calls", "3"], capsys)
    assert (code, usual.connections) == (1, 0)
    assert "name it with --model openai:m" in err
    run(["expand", "--model", "openai:m", "--max-calls", "3"], capsys)
    named = usual.connections
    assert named > 0
    run(["expand", "--max-calls", "3"], capsys)
    assert usual.connections > named, "the same run goes on without the name, for it was named for this folder"


def test_a_model_that_cannot_be_kept_for_the_folder_is_asked_and_that_is_told(folder, usual, capsys, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", "/dev/null")
    _, _, err = run(["expand", "--model", "openai:m", "--max-calls", "1"], capsys)
    assert "name the model again: /dev/null/personagraph cannot be written to" in err
    assert usual.connections > 0


def test_workspaces_of_tests_need_no_configuration_and_leave_none(tmp_path, monkeypatch, listener):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))
    settings = {"base_url": f"http://127.0.0.1:{listener.port}/v1", "openai_api_key": KEY, "patience": 0}
    with temporary_workspace(["A cook in Lima"], model="openai:m", **settings) as workspace:
        with pytest.raises(ChatError):
            workspace.expand(max_calls=1)
        seen = listener.connections
        with pytest.raises(ChatError):
            workspace.expand()
        assert listener.connections > seen > 0
    assert not (tmp_path / "own").exists()


def test_another_model_of_the_same_name_is_not_the_one_that_was_named(folder, usual, capsys, tmp_path):
    amend(folder, "openai:m", finished=False)
    recording = {"recording": 1, "model": "m", "small": True, "simulated": False}
    (tmp_path / "mine.jsonl").write_text(json.dumps(recording) + "\n")
    run(["expand", "--model", f"recorded:{tmp_path / 'mine.jsonl'}", "--max-calls", "3"], capsys)
    code, _, err = run(["expand", "--max-calls", "3"], capsys)
    assert (code, usual.connections) == (1, 0)
    assert "you never did" in err


@pytest.mark.parametrize("model", [["x"], {"a": 1}, 7, "local:x", "nobody"])
def test_a_ledger_with_a_model_that_is_none_is_an_error_in_words(model, folder, usual, capsys):
    amend(folder, "openai:m", finished=False)
    with sqlite3.connect(folder / "ledger.sqlite3") as ledger:
        ledger.execute("UPDATE run SET settings = json_set(settings, '$.model', json(?))", [json.dumps(model)])
    ledger.close()
    code, _, err = run(["expand", "--max-calls", "3"], capsys)
    assert (code in (1, 2), usual.connections) == (True, 0)
    assert err.startswith("personagraph: ")


def test_what_is_trusted_is_used_and_what_the_file_says_later_is_not(folder, listener, capsys):
    says(folder, listener, "base_url")
    ask = ["expand", "--model", "openai:m", "--max-calls", "1"]
    code, out, _ = run(["trust", "--yes"], capsys)
    assert (code, f"base_url = http://127.0.0.1:{listener.port}/v1" in out) == (0, True)
    run(ask, capsys)
    assert f"Bearer {KEY}".encode() in listener.taken
    with listening() as another:
        says(folder, another, "base_url")
        code, _, err = run(ask, capsys)
        assert (code, another.connections) == (1, 0)
        assert "is not confirmed" in err
        # Spelling it otherwise is another value, too.
        says(folder, listener, base_url=f"http://127.0.0.1:{listener.port}/v1/")
        assert run(ask, capsys)[0] == 1
        says(folder, listener, "base_url")
        before = listener.connections
        run(ask, capsys)
        assert (listener.connections > before, another.connections) == (True, 0)


def test_a_store_that_is_trusted_gets_the_connection_and_nothing_else_does(folder, listener, capsys):
    says(folder, listener, "store", "base_url")
    confirm_settings(folder, [claim for claim in settings_to_confirm(folder) if claim.name == "store"])
    code, _, err = run(["stats"], capsys)
    assert (code, listener.connections > 0) == (5, True), err
    assert listener.taken.startswith(b"\x60\x60\xb0\x17"), "that is Bolt"
    assert b"POST" not in listener.taken
    assert [(claim.name, claim.confirmed) for claim in settings_to_confirm(folder)] == [
        ("store", True),
        ("base_url", False),
    ]


def test_a_confirmation_holds_for_its_folder_by_whatever_name_and_for_no_copy(folder, tmp_path, listener, capsys):
    says(folder, listener, "store")
    run(["trust", "--yes"], capsys)
    (tmp_path / "link").symlink_to(folder)
    assert run(["stats", "--workspace", str(tmp_path / "link")], capsys)[0] == 5
    assert run(["stats", "--workspace", "../w"], capsys)[0] == 5
    shutil.copytree(folder, tmp_path / "copy")
    seen = listener.connections
    code, _, err = run(["stats", "--workspace", str(tmp_path / "copy")], capsys)
    assert (code, "is not confirmed" in err) == (1, True)
    folder.rename(tmp_path / "moved")
    os.chdir(tmp_path)
    assert run(["stats", "--workspace", "moved"], capsys)[0] == 1
    assert listener.connections == seen


def test_what_the_user_says_goes_before_the_folder_and_needs_no_confirmation(folder, listener, capsys, monkeypatch):
    with listening() as stranger:
        says(folder, stranger, "base_url", "store")
        mine, store = f"http://127.0.0.1:{listener.port}/v1", ["--store", "sqlite"]
        run(["expand", "--model", "openai:m", "--max-calls", "1", "--base-url", mine, *store], capsys)
        seen = listener.connections
        assert seen > 0
        monkeypatch.setenv("OPENAI_BASE_URL", mine)
        run(["expand", "--model", "openai:m", "--max-calls", "1", *store], capsys)
        assert listener.connections > seen
        with open_workspace(folder, store="sqlite", base_url=mine) as workspace:
            assert (workspace.settings.store, workspace.settings.base_url) == ("sqlite", mine)
        assert stranger.connections == 0


def test_the_usual_server_is_not_asked_in_the_place_of_one_that_is_not_confirmed(folder, listener, usual, capsys):
    says(folder, listener, "base_url")
    assert run(["expand", "--model", "openai:m", "--max-calls", "1"], capsys)[0] == 1
    run(["doctor"], capsys)
    assert (usual.connections, listener.connections) == (0, 0)
    run(["expand", "--model", "openai:m", "--max-calls", "1", "--base-url", ""], capsys)
    assert (usual.connections > 0, listener.connections) == (True, 0), "but where the user says so"


def test_the_doctor_asks_no_model_and_no_address_that_only_the_folder_names(folder, listener, usual, capsys):
    says(folder, listener, "base_url", model="openai:gpt-5-pro")
    mine = f"http://127.0.0.1:{usual.port}/v1"
    with attempts() as tried:
        for words in (["--model", "openai:m"], ["--base-url", mine]):
            code, _, err = run(["doctor", *words], capsys)
            assert (code, "is not confirmed" in err) == (1, True)
    assert tried == []
    run(["doctor", "--model", "openai:m", "--base-url", mine], capsys)
    assert (usual.connections > 0, listener.connections) == (True, 0), "but where the user says so"


@pytest.mark.parametrize("kind", ["file", "pipe"])
def test_a_file_of_a_model_that_only_the_folder_names_is_not_opened(kind, folder, listener, capsys):
    place = folder / "m.gguf"
    place.write_bytes(b"GGUF") if kind == "file" else os.mkfifo(place)
    says(folder, listener, model="local:m.gguf")
    for words in (["expand", "--max-calls", "1"], ["expand", "--dry-run"], ["expand", "--preview", "1"]):
        code, _, err = run(words, capsys)
        assert (code, f"model local:{place} stands in" in err) == (1, True), err
        assert "nothing was asked of it" in err
    code, out, _ = run(["doctor"], capsys)
    assert (code, "m.gguf@" in out, "not looked at: model" in out) == (1, False, True)
    run(["trust", "--yes"], capsys)
    code, _, err = run(["expand", "--max-calls", "1"], capsys)
    assert code == 1
    assert "ends in the middle of its head" in err if kind == "file" else "is no regular file, but a pipe" in err


def test_the_doctor_says_what_it_did_not_look_at(folder, listener):
    says(folder, listener, "base_url", "store", model="openai:gpt-5-pro")
    found = {finding.name: finding for finding in examine(folder)}
    for name in ("base_url", "store", "model"):
        assert not found[name].ok
        assert found[name].detail.startswith(f"not looked at: {name} ")
        assert found[name].remedy.startswith("`personagraph trust")
    *_, store = check_store(folder)
    assert (store.ok, store.detail) == (False, found["store"].detail)
    assert listener.connections == 0


def test_a_copy_from_or_to_what_the_folder_names_looks_up_no_name(folder, listener, capsys):
    says(folder, listener, store="neo4j://neo4j@db.stranger.example")
    with attempts() as tried, pytest.raises(ConfigError, match="is not confirmed"):
        copy_store(folder, "sqlite:copy.sqlite3")
    assert tried == []
    assert copy_store(folder, "sqlite:copy.sqlite3", source="sqlite").personas == 3


def test_a_folder_cannot_name_a_file_that_is_read_as_a_password(folder, listener, capsys, tmp_path):
    (tmp_path / "id_rsa").write_text("hunter22\n")
    for name in ("store_password_file", "target_password_file"):
        says(folder, listener, "store", **{name: str(tmp_path / "id_rsa")})
        code, out, err = run(["stats"], capsys)
        assert (code, "hunter22" in out + err, listener.connections) == (1, False, 0)
        assert f"holds {name}" in err


def test_prices_of_a_folder_do_not_count_before_they_are_confirmed(folder, usual, capsys, monkeypatch):
    toml = folder / "personagraph.toml"
    for said in ('"gpt-4o-mini"]\ninput = 0\noutput = 0', '"gpt-4o-mini"]\ninput = 0.1\noutput = 0.1\ncached = 0'):
        toml.write_text(f"[prices.{said}\n")
        for words in (["--max-cost", "1"], [], ["--dry-run"]):
            code, _, err = run(["expand", "--model", "openai:gpt-4o-mini", "--max-calls", "1", *words], capsys)
            assert (code, usual.connections) == (1, 0)
            assert "nothing was bought at them" in err
    assert run(["expand", "--model", "simulated", "--allow-mixed", "--max-calls", "1"], capsys)[0] == 0
    monkeypatch.setenv("PERSONAGRAPH_PRICES", '{"gpt-4o-mini": {"input": 1, "output": 2}}')
    toml.write_text(
        '[prices."gpt-4o-mini"]\ninput = 0\noutput = 0\ncached = 0\n[prices.other]\ninput = 1\noutput = 1\n'
    )
    with pytest.raises(ConfigError, match="not confirmed"):
        open_workspace(folder).settings.trusted("prices")
    run(["trust", "--yes"], capsys)
    with open_workspace(folder) as workspace:
        prices = workspace.settings.trusted("prices")
    assert prices["gpt-4o-mini"].cached is None, "a price is of one mind"
    assert prices["other"].input == 1


def test_files_of_an_environment_that_lie_in_a_folder_are_not_read(folder, listener, capsys):
    address = f"http://127.0.0.1:{listener.port}/v1"
    for name in (".env", "settings.toml", ".netrc", "openai.toml", "pyproject.toml"):
        (folder / name).write_text(
            f'OPENAI_BASE_URL="{address}"\nPERSONAGRAPH_BASE_URL="{address}"\nbase_url="{address}"\n'
        )
    with open_workspace(folder) as workspace:
        assert workspace.settings.base_url is None
    assert "base_url              not set" in run(["config", "show"], capsys)[1]


def test_nothing_is_asked_of_another_server_than_the_settings_say(folder, listener, usual, capsys, monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{listener.port}/v1")
    monkeypatch.setenv("PERSONAGRAPH_BASE_URL", "")
    run(["expand", "--model", "openai:m", "--max-calls", "1"], capsys)
    assert (usual.connections > 0, listener.connections) == (True, 0)


def test_what_init_was_told_is_confirmed_by_that(folder, listener, tmp_path, capsys, monkeypatch):
    pytest.importorskip("neo4j")
    store = f"bolt://neo4j@127.0.0.1:{listener.port}"
    assert run(["init", str(tmp_path / "new"), "--store", store], capsys)[0] == 5
    assert not (tmp_path / "own").exists(), "what was not made is not confirmed"
    says(folder, listener, "store")
    seen = listener.connections
    assert run(["init"], capsys)[0] == 1
    code, _, err = run(["init", "--store", "sqlite"], capsys)
    assert (code, "says that the graph is in" in err) == (1, True)
    assert listener.connections == seen


def test_a_new_workspace_keeps_the_store_that_it_was_made_with(tmp_path, monkeypatch):
    from personagraph.stores import STORES
    from personagraph.stores.kind import StoreKind, StoreOptions
    from personagraph.stores.sqlite.store import SQLiteStore

    def opened(options: StoreOptions) -> Any:
        return SQLiteStore.open(options.folder / "mine.db", options.workspace)

    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))
    monkeypatch.setitem(STORES, "mine", StoreKind("Mine", "mine:", lambda url: True, opened, lambda url, folder: url))
    init_workspace(tmp_path / "w", store="mine:a").close()
    open_workspace(tmp_path / "w").close()
    monkeypatch.setenv("PERSONAGRAPH_STORE", "mine:b")
    init_workspace(tmp_path / "by-environment").close()
    monkeypatch.delenv("PERSONAGRAPH_STORE")
    open_workspace(tmp_path / "by-environment").close()
    told: list[str] = []
    monkeypatch.setenv("XDG_CONFIG_HOME", "/dev/null")
    init_workspace(tmp_path / "unkept", store="mine:a", note=told.append).close()
    assert "name the store with --store: /dev/null/personagraph cannot be written to" in told[0]
    with pytest.raises(ConfigError, match="is not confirmed"):
        open_workspace(tmp_path / "unkept")
