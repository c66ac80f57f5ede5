"""`store check`, `store migrate` and `query`: what they print, and how they end."""

import json
import sqlite3
import subprocess
from pathlib import Path

import pytest

from personagraph.cli.query import parameter
from personagraph.errors import ConfigError
from tests.commands import COMMAND, environment, personagraph
from tests.stored import ask, empty

pytestmark = pytest.mark.slow


@pytest.fixture
def grown(tmp_path: Path) -> Path:
    """A workspace on SQLite with two people."""
    personagraph("init", tmp_path, folder=tmp_path)
    rows = tmp_path / "people.jsonl"
    rows.write_text('{"persona": "A potter in Peru"}\n{"persona": "A nurse in Kenya, \\u001b[31mred"}\n')
    personagraph("import", rows, folder=tmp_path)
    return tmp_path


def checked(folder: Path, *, code: int = 0, **more: str) -> dict[str, tuple[bool, str]]:
    """Each finding of `store check` by name: whether it is ok, and its text. What is wrong has a remedy."""
    command = [*COMMAND, "store", "check", "--json"]
    surroundings = environment(folder, **more)
    done = subprocess.run(command, capture_output=True, text=True, env=surroundings, timeout=180, check=False)
    assert done.returncode == code, done.stderr
    told = json.loads(done.stdout)
    assert told["ok"] == (code == 0)
    assert all(finding["remedy"] for finding in told["findings"] if not finding["ok"])
    return {finding["name"]: (finding["ok"], finding["detail"]) for finding in told["findings"]}


def test_a_sound_store_is_ok_and_every_line_says_so(grown):
    told = personagraph("store", "check", folder=grown)
    assert all(line.startswith("ok ") for line in told.splitlines())
    found = checked(grown)
    assert list(found) == [
        "ledger",
        "entries",
        "file",
        "schema",
        "workspace",
        "descriptions",
        "counts",
        "applied",
        "reach",
        "projection",
    ]
    assert found["counts"][1].startswith("2 personas, 0 relationships")


def test_a_graph_that_lacks_what_the_ledger_says_it_holds_is_wrong(grown):
    with sqlite3.connect(grown / "graph.sqlite3") as file:
        file.execute("UPDATE run SET applied = 0")
    file.close()
    ok, told = checked(grown, code=1)["applied"]
    assert not ok
    assert "steps of r1" in told


def test_a_store_that_lost_an_index_or_is_another_workspaces_is_wrong(grown):
    with sqlite3.connect(grown / "graph.sqlite3") as file:
        file.execute("DROP INDEX persona_by_entry")
        file.execute("UPDATE workspace SET id = 'other'")
    file.close()
    found = checked(grown, code=1)
    assert found["schema"] == (False, "missing: persona_by_entry")
    assert not found["workspace"][0]


def test_a_missing_or_damaged_file_is_wrong_and_left_alone(grown):
    graph = grown / "graph.sqlite3"
    graph.write_bytes(b"x" * 5000)
    assert not checked(grown, code=1)["file"][0]
    graph.unlink()
    assert "is not there" in checked(grown, code=1)["file"][1]
    assert not graph.exists()


def test_migrating_an_up_to_date_store_says_that_there_is_nothing_to_do(grown):
    assert "nothing to do" in personagraph("store", "migrate", folder=grown)


def test_migrating_makes_no_empty_graph_where_one_was_lost(grown):
    (grown / "graph.sqlite3").unlink()
    assert "holds no graph" in personagraph("store", "migrate", folder=grown, code=1)
    assert not (grown / "graph.sqlite3").exists()


def test_a_query_on_sqlite_says_what_to_use_instead(grown):
    told = personagraph("query", "strongest_path", folder=grown, code=1)
    assert "needs Neo4j" in told
    assert "personagraph path" in told


def test_a_folder_that_is_no_workspace_is_told(tmp_path):
    assert "personagraph init" in personagraph("store", "check", folder=tmp_path, code=1)
    assert "personagraph init" in personagraph("store", "migrate", folder=tmp_path, code=1)


@pytest.mark.parametrize("text", ["name", "=1", "two words=1", "list=[1"])
def test_a_parameter_of_another_form_is_refused(grown, text):
    assert "--param" in personagraph("query", "strongest_path", "--param", text, folder=grown, code=2)


@pytest.mark.parametrize("text", ["9223372036854775808", "1e400"])
def test_a_number_that_no_database_holds_is_refused(text):
    with pytest.raises(ConfigError, match=r"--param x.*too large"):
        parameter(f"x={text}")


def test_a_parameter_is_the_number_that_json_has():
    given = [parameter(f"x={text}")[1] for text in ("9223372036854775807", "1e5", "-2.5E-1", "007", '"12"')]
    assert given == [9223372036854775807, 100000.0, -0.25, "007", "12"]


@pytest.mark.parametrize("seconds", ["nan", "inf", "0", "1e300"])
def test_a_time_that_is_none_is_refused(grown, seconds):
    told = personagraph("query", "strongest_path", "--timeout", seconds, folder=grown, code=2)
    assert "--timeout is" in told


@pytest.fixture
def on_neo4j(neo4j_url: str, neo4j_password: str, tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """A workspace on Neo4j with two people, and the environment that reaches it: the password lies in a file."""
    empty(neo4j_url)
    secret = tmp_path / "password"
    secret.write_text(neo4j_password + "\n")
    surroundings = {"PERSONAGRAPH_STORE": neo4j_url, "PERSONAGRAPH_STORE_PASSWORD_FILE": str(secret)}
    folder = tmp_path / "w"
    personagraph("init", folder, folder=folder, **surroundings)
    rows = tmp_path / "people.jsonl"
    rows.write_text('{"persona": "A potter in Peru"}\n{"persona": "A nurse in Kenya, \\u001b[31mred"}\n')
    personagraph("import", rows, folder=folder, **surroundings)
    return folder, surroundings


@pytest.mark.neo4j
def test_a_store_on_neo4j_is_checked_and_mended(on_neo4j, neo4j_url):
    folder, surroundings = on_neo4j
    found = checked(folder, **surroundings)
    assert list(found) == [
        "ledger",
        "entries",
        "server",
        "schema",
        "rules",
        "workspace",
        "counts",
        "applied",
        "reach",
        "projection",
    ]
    assert "community edition" in found["server"][1]
    ask(neo4j_url, "DROP INDEX persona_age")
    assert found != checked(folder, code=1, **surroundings)
    assert "index persona_age, which was missing" in personagraph("store", "migrate", folder=folder, **surroundings)
    ask(neo4j_url, "MATCH (m:PersonagraphMigration {version: 3}) DELETE m")
    assert checked(folder, code=1, **surroundings)["schema"] == (False, "migrations 3 are missing")
    assert "migration 3 (captions)" in personagraph("store", "migrate", folder=folder, **surroundings)
    ask(neo4j_url, "MATCH (r:Run) SET r.applied = 0")
    assert not checked(folder, code=1, **surroundings)["applied"][0]
    ask(neo4j_url, "MATCH (m:PersonagraphMigration {version: 2}) SET m.checksum = 'x'")
    assert "another form" in personagraph("store", "migrate", folder=folder, code=1, **surroundings)
    assert "another form" in checked(folder, code=1, **surroundings)["schema"][1]


@pytest.mark.neo4j
def test_a_query_on_neo4j_prints_a_table_or_json_that_no_terminal_obeys(on_neo4j, tmp_path):
    folder, surroundings = on_neo4j
    file = tmp_path / "mine.cypher"
    file.write_text(
        "// Everybody.\nMATCH (p:Persona) WHERE p.entry >= $first RETURN p, p.entry AS entry ORDER BY entry;\n"
    )
    table = personagraph("query", file, "--param", "first=0", folder=folder, **surroundings)
    assert table.splitlines()[0].split() == ["p", "entry"]
    assert "(Persona A potter in Peru)" in table
    assert table.splitlines()[-1] == "(2 rows)"
    given = personagraph("query", file, "--param", "first=1", "--json", folder=folder, **surroundings)
    [row] = json.loads(given)["rows"]
    assert row["p"]["properties"]["description"].startswith("A nurse in Kenya")
    assert "\x1b" not in table + given
    assert "is not allowed" in refused(tmp_path, "LOAD CSV FROM 'file:///x' AS l RETURN l", folder, surroundings)
    assert "only reads" in refused(tmp_path, "MATCH (p) DETACH DELETE p", folder, surroundings)
    assert "empty" in refused(tmp_path, ";", folder, surroundings)
    assert "strongest_path" in personagraph("query", "nothing.cypher", folder=folder, code=1, **surroundings)


def refused(tmp_path: Path, statement: str, folder: Path, surroundings: dict[str, str]) -> str:
    file = tmp_path / "refused.cypher"
    file.write_text(statement)
    return personagraph("query", file, folder=folder, code=1, **surroundings)
