"""On a real server: what an attack would gain without the first wall, that it gains nothing, and what others get."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import neo4j
import pytest

from personagraph.errors import StoreError
from personagraph.stores.neo4j.connection import Server, address_of
from personagraph.stores.neo4j.query.reading_only import FUNCTIONS, PROCEDURES
from personagraph.stores.neo4j.query.user_query import _operators
from personagraph.stores.neo4j.store import Neo4jStore
from tests.servers import OwnServer
from tests.stored import ask, driver, empty, fill, open_graph, people, tie
from tests.stores import cypher_attacks, cypher_honest

pytestmark = pytest.mark.neo4j

TELLING_OF_FILES_AND_GRAPHS = {"file", "linenumber", "graph.byname", "graph.byelementid"}
OPEN = """\
dbms.security.allow_csv_import_from_file_urls=true
internal.dbms.cypher_ip_blocklist=
server.directories.import=/
"""
"""A server that nobody has closed, such as a user's own may be."""


@pytest.fixture(scope="module")
def store(neo4j_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neo4jStore]:
    empty(neo4j_url)
    opened = open_graph(tmp_path_factory.mktemp("graph"), neo4j_url)
    assert isinstance(opened, Neo4jStore)
    a, b, c = people(3)
    fill(opened, a, b, c, tie(a, b), tie(c, b))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def line(neo4j_url: str) -> str:
    [(version,)] = ask(
        neo4j_url, "CALL dbms.components() YIELD name, versions WHERE name = 'Neo4j Kernel' RETURN versions[0]"
    )
    return "5.26" if str(version).startswith("5.") else "2026"


class Canary:
    """A file with a secret, and an address on loopback that counts who comes."""

    def __init__(self, folder: Path) -> None:
        self.visits = 0
        self.file = folder / "canary.csv"
        self.file.write_text("the secret of the canary\n")
        self.file.chmod(0o644)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listening.getsockname()[1]}/"
        threading.Thread(target=self._answer, daemon=True).start()

    def close(self) -> None:
        self._listening.close()

    def named_in(self, statement: str) -> str:
        """The statement with the canary where it names a file and an address."""
        return statement.replace("THE_FILE", self.file.as_uri()).replace("THE_ADDRESS", self.address)

    def _answer(self) -> None:
        while True:
            try:
                visitor, _ = self._listening.accept()
            except OSError:
                return
            self.visits += 1
            with visitor:
                visitor.recv(65536)
                visitor.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\nsecret\n")


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Canary]:
    bird = Canary(tmp_path_factory.mktemp("canary"))
    yield bird
    bird.close()


# ---- Who means well ----


def test_every_query_that_means_well_is_answered(store, line):
    asked = [*cypher_honest.HONEST, *(cypher_honest.OF_2026 if line == "2026" else ())]
    for statement in asked:
        try:
            store.query(statement, cypher_honest.PARAMETERS, limit=5, seconds=60)
        except StoreError as error:
            pytest.fail(f"{statement}: {error}")


def test_the_functions_that_may_be_called_are_those_of_the_server_that_only_compute(neo4j_url, line):
    known = {str(name).lower() for (name,) in ask(neo4j_url, "SHOW FUNCTIONS YIELD name")}
    if line == "2026":
        known |= {str(name).lower() for (name,) in ask(neo4j_url, "CYPHER 25 SHOW FUNCTIONS YIELD name")}
        assert known >= FUNCTIONS
    assert known - FUNCTIONS == TELLING_OF_FILES_AND_GRAPHS


def test_the_procedures_that_may_be_called_read_and_nothing_else(neo4j_url):
    modes = dict(ask(neo4j_url, "SHOW PROCEDURES YIELD name, mode"))
    assert {modes[name] for name in PROCEDURES} == {"READ"}


# ---- Who does not ----


def test_the_attacks_are_such_that_a_server_would_carry_out(neo4j_url, line):
    """Else it would show nothing that they are refused."""
    attacks = [*cypher_attacks.written_out(), *(cypher_attacks.OF_2026 if line == "2026" else ())]
    attacks += [cypher_attacks.nested(seed, seed % 5, "file:///x", "http://127.0.0.1:1/") for seed in range(40)]
    refused = {}
    with driver(neo4j_url) as (server, database), server.session(database=database) as session:
        for statement in attacks:
            try:
                session.run(f"EXPLAIN {statement}").consume()
            except neo4j.exceptions.Neo4jError as error:
                refused[statement] = error.message
    several = {statement for statement in refused if ";" in statement}
    profiled = {statement for statement in refused if "PROFILE" in statement}
    assert set(refused) == several | profiled, refused
    assert len(refused) < 8


def test_the_plan_does_not_show_what_the_words_do(store):
    nested = "RETURN [x IN [1] | COLLECT { CALL db.ping() YIELD success RETURN success }] AS z"
    summary = store._server.plan(nested, {}, seconds=60)
    assert summary.query_type == "r"
    assert {operator for operator, _ in _operators(summary.plan)} == {"ProduceResults", "Projection"}
    columns, rows, _ = store._server.look(nested, {}, rows=1, seconds=60, unnamed=lambda rows: [])
    assert (columns, rows) == (["z"], [[[[True]]]])
    with pytest.raises(StoreError, match=r"calls db\.ping"):
        store.query(nested, {}, limit=1, seconds=60)


def test_nothing_is_gained_by_an_attack_and_nothing_changes(store, neo4j_url, canary):
    def state() -> list[object]:
        nodes = ask(neo4j_url, "MATCH (n) RETURN count(n), sum(size(keys(n)))")
        return [nodes, ask(neo4j_url, "SHOW INDEXES YIELD name"), ask(neo4j_url, "SHOW USERS YIELD user")]

    before = state()
    attacks = [*cypher_attacks.written_out(), *cypher_attacks.OF_2026, *cypher_attacks.UNREADABLE]
    attacks += [cypher_attacks.nested(seed, seed % 9, canary.file.as_uri(), canary.address) for seed in range(200)]
    for statement in (*attacks, *cypher_attacks.OF_PLUGINS):
        with pytest.raises(StoreError):
            store.query(canary.named_in(statement), {}, limit=5, seconds=60)
    assert state() == before
    assert canary.visits == 0


LOADS = [
    *("LOAD CSV FROM 'THE_FILE' AS r RETURN r", "LOAD CSV FROM 'THE_ADDRESS' AS r RETURN r"),
    "RETURN [x IN [1] | COLLECT { LOAD CSV FROM 'THE_FILE' AS r RETURN r }] AS z",
    "RETURN [x IN [1] | COLLECT { LOAD CSV FROM 'THE_ADDRESS' AS r RETURN r }] AS z",
]
FILES = (
    "file:///etc/hostname",
    "file:///../password",
    "file:////etc/hostname",
    "FILE:///etc/hostname",
    "file:canary.csv",
)
HOSTS = (
    "127.0.0.1",
    "localhost",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "0.0.0.0",
    "0",
    "2130706433",
    "127.1",
    "u:p@127.0.0.1",
)
SCHEMES = ("http", "https", "ftp", "HTTP")


@pytest.fixture(scope="module")
def own(neo4j_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnServer]:
    server = OwnServer(tmp_path_factory.mktemp("server") / "home")
    yield server
    server.stop()


@pytest.mark.timeout(600)
def test_a_server_of_scripts_neo4j_reads_no_file_and_fetches_no_address(own, canary):
    own.start()
    (own.home / "import" / "canary.csv").write_text("secret\n")
    port = canary.address.strip("/").rpartition(":")[2]
    urls = [canary.file.as_uri(), "file:///canary.csv", *FILES]
    urls += [f"{scheme}://{host}:{port}" for scheme in SCHEMES for host in HOSTS]
    for url, answer in zip(urls, loaded(own, *(f"LOAD CSV FROM '{url}' AS r RETURN r" for url in urls)), strict=True):
        assert answer == "Neo.ClientError.Statement.ExternalResourceFailed", url
    assert canary.visits == 0


@pytest.mark.timeout(600)
def test_a_server_that_is_open_gives_its_files_to_nobody_who_asks_through_a_query(own, canary):
    own.start(OPEN)
    for statement, answer in zip(LOADS, loaded(own, *map(canary.named_in, LOADS)), strict=True):
        assert "secret" in str(answer), f"anybody else can ask {statement}"
    assert canary.visits == len(LOADS) / 2
    graph = Neo4jStore(Server(address_of(own.url), own.password), "w")
    attacks = [canary.named_in(statement) for statement in (*LOADS, *cypher_attacks.written_out())]
    attacks += [cypher_attacks.nested(seed, seed % 9, canary.file.as_uri(), canary.address) for seed in range(200)]
    for statement in attacks:
        with pytest.raises(StoreError):
            graph.query(statement, {}, limit=5, seconds=60)
    graph.close()
    assert canary.visits == len(LOADS) / 2


def loaded(own: OwnServer, *statements: str) -> Iterator[object]:
    """What a server answers to anybody who has its password and a driver: rows, or the code of what went wrong."""
    address = address_of(own.url)
    with (
        neo4j.GraphDatabase.driver(address.uri, auth=(address.user, own.password)) as opened,
        opened.session(database=address.database) as session,
    ):
        for statement in statements:
            try:
                yield [record.values() for record in session.run(statement)]
            except neo4j.exceptions.Neo4jError as error:
                yield error.code
