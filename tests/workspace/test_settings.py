"""Settings: options, then environment, then file, then defaults; faults name the setting; secrets show nowhere."""

import pytest

from personagraph.errors import ConfigError
from personagraph.workspace import confirm_settings, settings_to_confirm
from personagraph.workspace.settings import FILE, PASSWORD_FILES, SECRETS, Settings, load_settings, write_settings


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    for name in (
        "STORE",
        "STORE_PASSWORD",
        "STORE_PASSWORD_FILE",
        "TARGET_PASSWORD",
        "TARGET_PASSWORD_FILE",
        "MODEL",
        "BASE_URL",
        "PROMPTS",
        "DEDUP",
        "CONCURRENCY",
    ):
        monkeypatch.delenv(f"PERSONAGRAPH_{name}", raising=False)
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def test_options_go_before_the_environment_that_before_the_file_that_before_defaults(tmp_path, monkeypatch):
    assert load_settings(tmp_path).model == "local"
    (tmp_path / FILE).write_text('model = "simulated"\nconcurrency = 9\n')
    assert load_settings(tmp_path).model == "simulated"
    monkeypatch.setenv("PERSONAGRAPH_MODEL", "openai:gpt")
    assert load_settings(tmp_path).model == "openai:gpt"
    assert load_settings(tmp_path, model="local", dedup=None).model == "local"
    assert load_settings(tmp_path).concurrency == 9


def test_a_new_file_records_the_store_and_an_old_one_is_kept(tmp_path):
    write_settings(tmp_path, store="neo4j://neo4j@localhost:7687")
    write_settings(tmp_path, store="sqlite")
    confirm_settings(tmp_path, settings_to_confirm(tmp_path))
    assert load_settings(tmp_path).store == "neo4j://neo4j@localhost:7687"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('modle = "x"', "'modle', which is no setting; there are store, model"),
        ("concurrency = 0", "concurrency.*greater than or equal to 1"),
        ('dedup = "fuzzy"', "dedup.*'content' or 'partition' or 'minhash'"),
        ('encoder = "hunter22"', "encoder.*static, sentence-transformers:NAME, openai:NAME"),
        ("model =", "cannot be read as TOML"),
        ('store_password = "hunter22"', "holds store_password"),
        ('openai_api_key = "hunter22"', "holds openai_api_key"),
        ('OPENAI_API_KEY = "hunter22"', "holds OPENAI_API_KEY"),
        ('PERSONAGRAPH_STORE_PASSWORD = "hunter22"', "holds PERSONAGRAPH_STORE_PASSWORD"),
        ('store_password_file = "hunter22"', "holds store_password_file.*environment, or in your own settings.toml"),
        ('target_password_file = "hunter22"', "holds target_password_file"),
        ('Store_Password_File = "hunter22"', "holds Store_Password_File"),
        ('OPENAI_BASE_URL = "http://hunter22/v1"', "'OPENAI_BASE_URL', which is no setting"),
        ('_env_file = "hunter22"', "'_env_file', which is no setting"),
        ("a = " + "[" * 5000, "cannot be read as TOML"),
        ("concurrency = " + "9" * 5000, "cannot be read as TOML"),
        ('store = "neo4j://neo4j:hunter22@localhost"', "holds a password"),
        ('store = "postgres://localhost"', "it can be sqlite, or neo4j://"),
    ],
)
def test_a_fault_names_the_setting_and_the_file_and_shows_no_secret(tmp_path, text, says):
    (tmp_path / FILE).write_text(text)
    with pytest.raises(ConfigError, match=says) as caught:
        load_settings(tmp_path)
    assert "hunter22" not in str(caught.value)
    assert FILE in str(caught.value)


def test_a_wrong_option_is_named_as_the_option(tmp_path):
    with pytest.raises(ConfigError, match="--prompts"):
        load_settings(tmp_path, prompts="huge")


def test_secrets_come_from_the_environment_and_are_not_printed(tmp_path, monkeypatch):
    monkeypatch.setenv("PERSONAGRAPH_STORE_PASSWORD", "hunter22")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-hunter22")
    settings = load_settings(tmp_path)
    assert settings.secret("store_password") == "hunter22"
    assert settings.secret("openai_api_key") == "sk-hunter22"
    assert "hunter22" not in f"{settings} {settings!r} {settings.model_dump()} {settings.model_dump_json()}"


def test_the_stores_password_can_lie_in_a_file(tmp_path, monkeypatch):
    secret = tmp_path / "secret"
    secret.write_text("hunter22 \n")
    monkeypatch.setenv("PERSONAGRAPH_STORE_PASSWORD_FILE", str(secret))
    settings = load_settings(tmp_path)
    assert settings.secret("store_password") == "hunter22 "
    assert "hunter22" not in repr(settings)


@pytest.mark.parametrize(
    ("text", "says"), [("", "is empty"), ("\n", "is empty"), ("hunter22\nx", "more than one line")]
)
def test_a_file_with_no_password_or_more_than_one_is_told_and_its_text_not_shown(tmp_path, monkeypatch, text, says):
    secret = tmp_path / "secret"
    secret.write_text(text)
    monkeypatch.setenv("PERSONAGRAPH_STORE_PASSWORD_FILE", str(secret))
    settings = load_settings(tmp_path)
    with pytest.raises(ConfigError, match=says) as caught:
        settings.secret("store_password")
    assert str(secret) in str(caught.value)
    assert "hunter22" not in str(caught.value)


def test_a_password_file_that_is_not_there_or_one_beside_a_password_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("PERSONAGRAPH_STORE_PASSWORD_FILE", str(tmp_path / "none"))
    with pytest.raises(ConfigError, match=r"none.*cannot be read: No such file"):
        load_settings(tmp_path).secret("store_password")
    monkeypatch.setenv("PERSONAGRAPH_STORE_PASSWORD", "hunter22")
    with pytest.raises(ConfigError, match="both set"):
        load_settings(tmp_path).secret("store_password")


def test_the_address_of_browser_is_told_from_that_of_bolt(tmp_path):
    with pytest.raises(ConfigError, match=r"address of Browser.*neo4j://"):
        load_settings(tmp_path, store="http://localhost:7474")


@pytest.mark.parametrize("said", ["true", "false"])
@pytest.mark.parametrize("name", [name for name in Settings.model_fields if name not in (*SECRETS, *PASSWORD_FILES)])
def test_no_setting_is_true_or_false_which_would_count_as_a_number(name, said, tmp_path):
    (tmp_path / FILE).write_text(f"{name} = {said}\n")
    with pytest.raises(ConfigError, match=rf"{name} \(in .*\): it must not be true or false"):
        load_settings(tmp_path)


@pytest.mark.parametrize("text", ["[models.m]\nmax_tokens = true\n", "[prices.m]\ninput = true\noutput = 1\n"])
def test_nothing_that_is_set_of_one_model_is_true_or_false_but_a_parameter_of_a_request(text, tmp_path):
    (tmp_path / FILE).write_text(text)
    with pytest.raises(ConfigError, match="it must not be true or false"):
        load_settings(tmp_path)
    (tmp_path / FILE).write_text("[models.m]\nrequest = { include_reasoning = false }\n")
    assert "models" in load_settings(tmp_path).unconfirmed


def test_the_folder_of_an_encoder_is_looked_for_beside_the_file_that_names_it_and_holds_once_confirmed(tmp_path):
    (tmp_path / FILE).write_text('encoder = "sentence-transformers:./model"\n')
    assert load_settings(tmp_path).encoder == "static"
    with pytest.raises(ConfigError, match=r"encoder .* is not confirmed, so nothing was encoded by it"):
        load_settings(tmp_path).trusted("encoder")
    confirm_settings(tmp_path, settings_to_confirm(tmp_path))
    assert load_settings(tmp_path).trusted("encoder") == f"sentence-transformers:{tmp_path}/model"


def test_the_encoder_of_the_package_needs_nobodys_word(tmp_path):
    (tmp_path / FILE).write_text('encoder = "static"\n')
    assert settings_to_confirm(tmp_path) == []


def test_the_environment_is_read_in_any_case_and_its_own_name_of_an_address_goes_first(tmp_path, monkeypatch):
    monkeypatch.setenv("personagraph_concurrency", "7")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    assert load_settings(tmp_path).base_url == "http://127.0.0.1:1/v1"
    monkeypatch.setenv("PERSONAGRAPH_BASE_URL", "http://127.0.0.1:2/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-one")
    found = load_settings(tmp_path)
    assert (found.concurrency, found.base_url, found.secret("openai_api_key")) == (7, "http://127.0.0.1:2/v1", "sk-one")


def test_a_table_in_the_environment_is_json_and_what_is_none_is_refused_unshown(tmp_path, monkeypatch):
    monkeypatch.setenv("PERSONAGRAPH_PRICES", '{"openai:m": {"input": 1, "output": 2}}')
    assert load_settings(tmp_path).prices["openai:m"].output == 2
    for said in ("sk-hunter22", '{"a":', "[" * 100_000):
        monkeypatch.setenv("PERSONAGRAPH_PRICES", said)
        with pytest.raises(ConfigError, match="PERSONAGRAPH_PRICES is no JSON; give it as") as refused:
            load_settings(tmp_path)
        assert said not in str(refused.value)
    monkeypatch.setenv("PERSONAGRAPH_PRICES", "3")
    with pytest.raises(ConfigError, match="prices"):
        load_settings(tmp_path)
