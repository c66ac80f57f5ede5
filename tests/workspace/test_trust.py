"""What is confirmed holds for one value in one folder; it lies beside the user's own settings, out of others' reach."""

import json
import multiprocessing
import os
import re
import stat
import time
from pathlib import Path
from typing import Any

import pytest

from personagraph.errors import ConfigError
from personagraph.workspace import trust
from personagraph.workspace.settings import FILE, claims, fixed_settings, load_settings, write_settings
from tests.commands import COMMAND, code_of, every_command
from tests.sessions import Started
from tests.terminals import Session

A, B = "http://127.0.0.1:9/v1", "http://127.0.0.1:10/v1"


@pytest.fixture(autouse=True)
def own(tmp_path, monkeypatch) -> Path:
    """The user's own configuration folder, which is not there yet."""
    for name in [name for name in os.environ if name.startswith(("PERSONAGRAPH_", "OPENAI_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "configuration"))
    return tmp_path / "configuration" / "personagraph"


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / FILE).write_text(f'base_url = "{A}"\n')
    return tmp_path / "w"


def settings(own: Path, text: str) -> Path:
    own.mkdir(parents=True, exist_ok=True)
    (own / "settings.toml").write_text(text)
    return own / "settings.toml"


def test_what_is_kept_is_readable_by_the_user_alone_and_holds_no_more_than_what_was_confirmed(folder, own):
    os.umask(before := os.umask(0))
    try:
        os.umask(0)
        trust.confirm(folder, {"base_url": A})
    finally:
        os.umask(before)
    assert stat.S_IMODE(own.stat().st_mode) == 0o700
    assert stat.S_IMODE((own / trust.CONFIRMED).stat().st_mode) == 0o600
    kept = json.loads((own / trust.CONFIRMED).read_text())
    assert kept == {"confirmed": [{"folder": str(folder.resolve()), "name": "base_url", "value": A}]}
    assert {file.name for file in own.iterdir()} == {trust.CONFIRMED, "confirmed.lock"}


def test_each_value_is_confirmed_by_itself_and_for_its_setting(folder):
    trust.confirm(folder, {"base_url": A})
    trust.confirm(folder, {"model": B})
    assert load_settings(folder).trusted("base_url") == A
    for said in (B, f"{A}/", A.replace("127.0.0.1", "localhost"), A.upper().replace("HTTP", "http")):
        (folder / FILE).write_text(f'base_url = "{said}"\n')
        with pytest.raises(ConfigError, match="is not confirmed, so nothing was sent there; `personagraph trust"):
            load_settings(folder).trusted("base_url")


def test_folders_that_are_gone_are_forgotten(folder, tmp_path):
    (tmp_path / "other").mkdir()
    trust.confirm(tmp_path / "other", {"base_url": A})
    (tmp_path / "other").rmdir()
    trust.confirm(folder, {"base_url": A})
    (tmp_path / "other").mkdir()
    assert trust.confirmed(tmp_path / "other") == set()
    assert trust.confirmed(folder) == {("base_url", A)}


def test_a_folder_whose_name_is_no_text_is_confirmed_like_any_other(tmp_path):
    odd = tmp_path / os.fsdecode(b'od\xffd "\n')
    odd.mkdir()
    trust.confirm(odd, {"base_url": A})
    assert trust.confirmed(odd) == {("base_url", A)}


SAID = {
    "store": "neo4j://neo4j@elsewhere:7687",
    "base_url": A,
    "model": "openai:m",
    "encoder": "sentence-transformers:/somebody/elses/model",
    "decider": "sentence-transformers:/elsewhere/model",
    "ask_above_calls": 7,
    "ask_above_usd": 0.5,
    "prices": {"m": {"input": 1, "output": 2.5}},
    "max_tokens": 12000,
    "reasoning_effort": "low",
    "request": {"top_k": 20, "stop": ["\u0085"]},
    "models": {"m": {"max_tokens": 9}},
}
"""A value for each setting that a folder does not decide alone, as its file has it."""


@pytest.mark.parametrize("name", trust.GUARDED)
def test_whatever_a_setting_holds_can_be_confirmed_and_read_again(name, folder):
    trust.confirm(folder, {"base_url": A})
    trust.confirm(folder, {name: SAID[name]})
    assert trust.confirmed(folder) == {("base_url", A), *trust.claimed({name: SAID[name]}).items()}


INSTEAD = {
    "store": "sqlite",
    "base_url": B,
    "model": "openai:mine",
    "encoder": "openai:text-embedding-3-small",
    "decider": "sentence-transformers:mine",
    "ask_above_calls": 3,
    "ask_above_usd": 0.25,
    "prices": {"m": {"input": 2, "output": 3}},
    "max_tokens": 500,
    "reasoning_effort": "high",
    "request": {"top_k": 1},
    "models": {"m": {"max_tokens": 8}},
}


@pytest.mark.parametrize("name", trust.GUARDED)
def test_whatever_a_refusal_names_goes_before_what_the_folder_says(name, folder, monkeypatch):
    (folder / FILE).write_text(f"{name} = {_toml(SAID[name])}\n")
    with pytest.raises(ConfigError, match="is not confirmed") as caught:
        load_settings(folder).trusted(name)
    remedies = re.findall(r"PERSONAGRAPH_\w+|--[a-z]\S*[a-z]", str(caught.value).partition("this folder, or ")[2])
    assert remedies
    wanted = fixed_settings(**{name: INSTEAD[name]})
    options = {option for parameter in every_command()["expand",].params for option in parameter.opts}
    for remedy in remedies:
        if remedy.startswith("--"):
            assert remedy in options
            assert remedy == f"--{name.replace('_', '-')}"
            found = load_settings(folder, **{name: INSTEAD[name]})
        else:
            said = INSTEAD[name] if isinstance(INSTEAD[name], str) else json.dumps(INSTEAD[name])
            monkeypatch.setenv(remedy, said)
            found = load_settings(folder)
            monkeypatch.delenv(remedy)
        assert found.trusted(name) == getattr(wanted, name)


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {_toml(part)}" for name, part in value.items()) + "}"
    return json.dumps(value)


def _confirm(folder: Path, n: int) -> None:
    trust.confirm(folder, {"model": f"openai:{n}"})


def test_confirmations_at_the_same_moment_are_all_kept(folder):
    context = multiprocessing.get_context("fork")
    several = [context.Process(target=_confirm, args=(folder, n)) for n in range(12)]
    for one in several:
        one.start()
    for one in several:
        one.join(30)
    assert trust.confirmed(folder) == {("model", f"openai:{n}") for n in range(12)}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        "null",
        '"confirmed"',
        '{"confirmed": null}',
        '{"confirmed": ["folder"]}',
        '{"confirmed": [{"folder": "/", "name": "store"}]}',
        '{"confirmed": [{"folder": "/", "name": "store", "value": true}]}',
        '{"confirmed": [], "all": true}',
        "[" * 100_000,
        "\x00\xff",
        " " * 1_000_001,
    ],
)
def test_a_damaged_file_is_told_and_trusts_nothing(folder, own, text):
    own.mkdir(parents=True)
    (own / trust.CONFIRMED).write_text(text)
    for asked in (lambda: load_settings(folder), lambda: trust.confirm(folder, {"base_url": A})):
        with pytest.raises(ConfigError, match=r"confirmed.json keeps what you confirmed.*mend it, or delete it"):
            asked()
    assert (own / trust.CONFIRMED).read_text() == text
    (folder / FILE).write_text('store = "sqlite"\nmodel = "simulated"\n')
    assert load_settings(folder).store == "sqlite", "what needs no confirmation does not ask for any"


def test_a_file_that_others_can_write_to_or_that_is_another_users_is_not_read(folder, own):
    trust.confirm(folder, {"base_url": A})
    kept = own / trust.CONFIRMED
    for mode in (0o620, 0o602, 0o666):
        kept.chmod(mode)
        with pytest.raises(ConfigError, match="others can write to it"):
            load_settings(folder)
    kept.chmod(0o644)
    assert load_settings(folder).base_url == A
    if os.geteuid() == 0:
        os.chown(kept, 12345, 12345)
        with pytest.raises(ConfigError, match="another user's"):
            load_settings(folder)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: os.symlink("/dev/zero", path)])
def test_what_is_no_regular_file_is_told_at_once(folder, own, make):
    own.mkdir(parents=True)
    for file in (own / trust.CONFIRMED, own / "settings.toml", folder / FILE):
        file.unlink(missing_ok=True)
        (folder / FILE).write_text(f'base_url = "{A}"\n') if file.parent == own else None
        make(file)
        began = time.monotonic()
        with pytest.raises(ConfigError, match=r"is not a regular file|is a (link|pipe|folder|device)"):
            load_settings(folder)
        assert time.monotonic() - began < 1
        file.rmdir() if file.is_dir() else file.unlink()


def test_the_settings_of_a_folder_are_not_read_or_made_through_a_link(folder, tmp_path):
    (folder / FILE).rename(tmp_path / "elsewhere.toml")
    (folder / FILE).symlink_to(tmp_path / "elsewhere.toml")
    with pytest.raises(ConfigError, match="is a link"):
        load_settings(folder)
    (folder / FILE).unlink()
    (folder / FILE).symlink_to(tmp_path / "made.toml")
    with pytest.raises(ConfigError):
        write_settings(folder, store="sqlite")
    assert not (tmp_path / "made.toml").exists()


def test_the_users_own_settings_are_trusted_and_stand_behind_the_workspaces(folder, own):
    settings(own, f'base_url = "{B}"\nmodel = "openai:mine"\nconcurrency = 7\n')
    (folder / FILE).write_text("concurrency = 3\n")
    mine = load_settings(folder)
    assert (mine.trusted("base_url"), mine.trusted("model"), mine.concurrency) == (B, "openai:mine", 3)
    (folder / FILE).write_text(f'base_url = "{B}"\nmodel = "openai:mine"\n')
    assert load_settings(folder).unconfirmed == {}, "what the user says himself"
    for said in (A, ""):
        (folder / FILE).write_text(f'base_url = "{said}"\n')
        assert set(load_settings(folder).unconfirmed) == {"base_url"}, "the key of one server goes to no other"


@pytest.mark.parametrize("name", ["store_password", "target_password", "openai_api_key", "OPENAI_API_KEY"])
def test_the_users_own_settings_hold_no_secret_either(folder, own, name):
    settings(own, f'{name} = "hunter22"\n')
    with pytest.raises(ConfigError, match=rf"settings.toml holds {name}: take it out") as caught:
        load_settings(folder)
    assert "hunter22" not in str(caught.value)


def test_the_users_own_settings_name_the_file_of_a_password_beside_them_or_in_the_home(
    folder, own, monkeypatch, tmp_path
):
    settings(own, 'store_password_file = "secrets/store"\ntarget_password_file = "~/target"\n')
    (own / "secrets").mkdir()
    (own / "secrets" / "store").write_text("hunter22\n")
    (tmp_path / "target").write_text("hunter33\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(folder)
    (folder / "secrets").mkdir()
    (folder / "secrets" / "store").write_text("a stranger's")
    mine = load_settings(folder)
    assert (mine.secret("store_password"), mine.secret("target_password")) == ("hunter22", "hunter33")
    monkeypatch.setenv("PERSONAGRAPH_STORE_PASSWORD", "of the environment")
    assert load_settings(folder).secret("store_password") == "of the environment"
    monkeypatch.delenv("PERSONAGRAPH_STORE_PASSWORD")
    monkeypatch.setenv("PERSONAGRAPH_STORE_PASSWORD_FILE", str(tmp_path / "target"))
    assert load_settings(folder).secret("store_password") == "hunter33"


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (os.mkfifo, "not a regular file"),
        (os.mkdir, "not a regular file"),
        (lambda path: os.symlink("/dev/zero", path), "not a regular file"),
        (lambda path: Path(path).write_text("hunter22" * 1000), "more than 4,096 bytes"),
        (lambda path: Path(path).write_bytes(b"hunter22\xff"), "not UTF-8"),
    ],
)
def test_a_file_that_can_hold_no_password_is_told_at_once(folder, monkeypatch, tmp_path, make, says):
    make(tmp_path / "secret")
    monkeypatch.setenv("PERSONAGRAPH_STORE_PASSWORD_FILE", str(tmp_path / "secret"))
    began = time.monotonic()
    with pytest.raises(ConfigError, match=says) as caught:
        load_settings(folder).secret("store_password")
    assert "hunter22" not in str(caught.value)
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("named", ["", "configuration", "./configuration", "~"])
def test_no_configuration_is_looked_for_where_one_stands(folder, named, monkeypatch, tmp_path):
    monkeypatch.chdir(folder)
    for place in (named or ".", ".config", "."):
        settings(folder / place / "personagraph", 'model = "openai:stranger"\n')
        settings(folder / place / ".config" / "personagraph", 'model = "openai:stranger"\n')
    monkeypatch.setenv("XDG_CONFIG_HOME", named)
    for home in (str(tmp_path / "home"), "", ".", "w"):
        monkeypatch.setenv("HOME", home)
        monkeypatch.setattr("pwd.getpwuid", lambda uid: type("Entry", (), {"pw_dir": str(tmp_path / "home")}))
        assert trust.own_folder() == tmp_path / "home" / ".config" / "personagraph"
        assert load_settings(folder).model == "local"


def test_without_a_home_everything_works_that_needs_no_confirmation(folder, monkeypatch):
    def nobody(uid: int) -> None:
        raise KeyError(uid)

    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.delenv("HOME")
    monkeypatch.setattr("pwd.getpwuid", nobody)
    assert load_settings(folder).store == "sqlite"
    with pytest.raises(ConfigError, match="no home folder to keep it in; set XDG_CONFIG_HOME"):
        trust.confirm(folder, {"base_url": A})


@pytest.mark.parametrize("place", ["/dev/null", "/proc/nowhere"])
def test_a_configuration_folder_that_cannot_be_written_is_told(folder, place, monkeypatch, capsys):
    monkeypatch.setenv("XDG_CONFIG_HOME", place)
    assert set(load_settings(folder).unconfirmed) == {"base_url"}
    assert code_of("trust", "--yes", "--workspace", str(folder)) == 1
    assert "cannot be written to" in (said := capsys.readouterr().err)
    assert "set XDG_CONFIG_HOME" in said


@pytest.mark.slow
def test_a_home_that_is_read_only_is_told(folder, own):
    own.mkdir(parents=True)
    own.chmod(0o500)
    done = Started("trust", "--yes", folder=folder, bound=True).end()
    assert (done.code, "cannot be written to (Permission denied)" in done.err) == (1, True)


def test_trust_lists_asks_nobody_without_a_terminal_and_confirms_what_was_listed(folder, capsys):
    (folder / FILE).write_text(f'base_url = "{A}"\nmodel = "openai:m"\n[prices.m]\ninput = 1\noutput = 2\n')
    words = ("trust", "--workspace", str(folder))
    assert code_of(*words) == 1
    said = capsys.readouterr()
    assert f"base_url = {A}\n    not confirmed; is sent OPENAI_API_KEY" in said.out
    assert 'prices = {"m": {"input": 1, "output": 2}}' in said.out
    assert "nothing was confirmed" in said.err
    assert code_of(*words, "--json") == 1
    told = json.loads(capsys.readouterr().out)["settings"]
    assert [(one["name"], one["confirmed"]) for one in told] == [
        ("base_url", False),
        ("model", False),
        ("prices", False),
    ]
    assert trust.confirmed(folder) == set()
    assert code_of(*words, "--yes", "--json") == 0
    told = json.loads(capsys.readouterr().out)["settings"]
    assert [(one["name"], one["value"]) for one in told if one["confirmed"]][:2] == [
        ("base_url", A),
        ("model", "openai:m"),
    ]
    assert code_of(*words) == 0
    assert load_settings(folder).unconfirmed == {}


def test_trust_has_nothing_to_ask_of_a_folder_that_names_nothing(tmp_path, own, capsys):
    write_settings(tmp_path, store="sqlite")
    assert code_of("trust", "--workspace", str(tmp_path)) == 0
    assert code_of("trust", "--yes", "--workspace", str(tmp_path / "none")) == 0
    assert "names nothing" in capsys.readouterr().out.replace("name nothing", "names nothing")
    assert not own.exists()


def test_an_address_that_looks_like_another_is_shown_letter_by_letter(folder, capsys):
    (folder / FILE).write_text('base_url = "https://api.open\u0430i.com/v1"\nmodel = "openai:\\u202e\\u001b[2Jx"\n')
    code_of("trust", "--workspace", str(folder))
    said = capsys.readouterr().out
    assert r"https://api.open\u0430i.com/v1" in said
    assert "\x1b" not in said
    assert "\u202e" not in said


def test_no_value_passes_for_another_line_of_the_list(folder, capsys):
    (folder / FILE).write_text('model = "openai:x\\n    confirmed; is asked\\rbase_url = https://api.openai.com/v1"\n')
    code_of("trust", "--workspace", str(folder))
    assert capsys.readouterr().out.splitlines() == [
        r"model = openai:x\n    confirmed; is asked\rbase_url = https://api.openai.com/v1",
        "    not confirmed; is asked at its price, or is a file that is read",
    ]


def test_a_long_value_is_shown_whole_before_it_is_confirmed(folder, capsys):
    (folder / FILE).write_text(f'base_url = "http://{"a" * 5000}.example/end"\n')
    code_of("trust", "--workspace", str(folder))
    assert ".example/end" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize(("answer", "agreed"), [("y", True), ("yes", True), ("", False), ("n", False), ("\x04", False)])
def test_on_a_terminal_a_person_is_asked_and_what_he_saw_is_what_is_confirmed(folder, answer, agreed):
    session = Session(COMMAND[2], "trust", "--workspace", folder)
    session.read_until(lambda text: "[y/N]" in text)
    (folder / FILE).write_text(f'base_url = "{B}"\n')
    os.write(session.terminal, f"{answer}\n".encode() if answer != "\x04" else b"\x04")
    session.read_all()
    assert session.wait() == (0 if agreed else 1)
    assert [(claim.value, claim.confirmed) for claim in claims(folder)] == [(B, False)]
    assert trust.confirmed(folder) == ({("base_url", A)} if agreed else set())


def test_a_setting_that_the_user_gives_makes_nonsense_of_the_folder_harmless(folder, monkeypatch):
    monkeypatch.setenv("PERSONAGRAPH_STORE", "sqlite")
    for said in ("5", '"nonsense"', "[1]", "1979-05-27"):
        (folder / FILE).write_text(f"store = {said}\n")
        assert load_settings(folder).trusted("store") == "sqlite"
