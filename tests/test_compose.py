"""docker-compose.yml gives the server that scripts/neo4j gives: the same release, settings and environment."""

import re
import runpy
import sys

import pytest

from tests.commands import ROOT

COMPOSE = (ROOT / "docker-compose.yml").read_text()


@pytest.fixture(scope="module")
def scripted():
    """What scripts/neo4j says of the newest line: its release and its settings."""
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        names = runpy.run_path(str(ROOT / "scripts" / "neo4j"))
    finally:
        sys.path.remove(str(ROOT / "scripts"))
    line = names["LINES"]["2026"]
    settings = [*names["SETTINGS"].splitlines(), *line.settings]
    return line.version, dict(setting.split("=", 1) for setting in settings)


def test_the_release_is_the_one_that_the_tests_run_on(scripted):
    assert f"image: neo4j:{scripted[0]}-community\n" in COMPOSE


def test_every_setting_is_one_that_the_tested_server_accepts(scripted):
    """The image reads NEO4J_a_b__c as the setting a.b_c, and does not start with one that the server does not know."""
    named = re.findall(r"^ +NEO4J_(?!AUTH)(\w+):", COMPOSE, re.MULTILINE)
    assert named
    for name in named:
        assert name.replace("__", "\0").replace("_", ".").replace("\0", "_") in scripted[1]


def test_what_would_reach_the_network_is_off_in_both(scripted):
    for name in ("dbms.usage_report.enabled", "server.fleet_discovery.enabled", "dbms.fleet_manager.enabled"):
        assert scripted[1][name] == "false"
        assert f'NEO4J_{name.replace("_", "__").replace(".", "_")}: "false"' in COMPOSE


def test_no_file_is_read_and_no_address_fetched_by_either(scripted):
    walls = {
        "dbms.security.allow_csv_import_from_file_urls": "false",
        "internal.dbms.cypher_ip_blocklist": "0.0.0.0/0,::/0",
        "server.directories.import": "import",
    }
    for name, value in walls.items():
        assert scripted[1][name] == value
        spelled = f"NEO4J_{name.replace('_', '__').replace('.', '_')}"
        assert re.search(rf'^ +{spelled}: "?{re.escape(value)}"?$', COMPOSE, re.MULTILINE)


def test_ports_are_open_on_loopback_only():
    ports = re.findall(r'^ +- "([\d.:]+)"$', COMPOSE, re.MULTILINE)
    assert ports == ["127.0.0.1:7474:7474", "127.0.0.1:7687:7687"]


def test_the_password_comes_from_our_variable_and_has_no_default():
    assert 'NEO4J_AUTH: "neo4j/${PERSONAGRAPH_STORE_PASSWORD:?' in COMPOSE
    assert ":-" not in COMPOSE


def test_data_outlives_the_container_in_a_volume_that_is_declared():
    mounted = re.findall(r"^ +- (\w+):/\w+$", COMPOSE, re.MULTILINE)
    declared = re.findall(r"^  (\w+):$", COMPOSE.partition("\nvolumes:\n")[2], re.MULTILINE)
    assert "data" in mounted
    assert mounted == declared


def test_the_server_is_healthy_once_a_query_works():
    assert "'RETURN 1'" in re.search(r"healthcheck:\n(?: +.*\n)+", COMPOSE)[0]
