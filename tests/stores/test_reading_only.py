"""What a query may hold is told from its words, before a server hears of it: attacks are refused, and nobody else."""

import time
from pathlib import Path

import pytest

from personagraph.errors import StoreError
from personagraph.stores.neo4j.queries import CYPHER
from personagraph.stores.neo4j.query.cypher_lexer import DEEPEST, LONGEST, pieces
from personagraph.stores.neo4j.query.reading_only import refuse_more_than_reading
from tests.stores import cypher_attacks, cypher_honest

READ = sorted((CYPHER / "read").iterdir()) + sorted((CYPHER / "worth_knowing").iterdir())
WRITTEN = sorted((CYPHER / "write").iterdir()) + sorted((CYPHER / "schema").iterdir())
OWN = ("server.cypher", "await_indexes.cypher")
"""What we ask the server ourselves, with procedures that a user has no need of."""
EVERY = (
    *cypher_attacks.written_out(),
    *cypher_attacks.OF_PLUGINS,
    *cypher_attacks.OF_2026,
    *cypher_attacks.UNREADABLE,
)


def said(statement: str) -> str:
    """Why a statement is refused; nothing when it is not."""
    try:
        refuse_more_than_reading(statement)
    except StoreError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("statement", EVERY)
def test_an_attack_is_refused_in_one_line(statement):
    assert said(statement)
    assert said(statement).isprintable()


def test_the_attacks_are_many():
    assert len(set(cypher_attacks.written_out())) >= 200
    assert len(set(EVERY)) >= 300


@pytest.mark.parametrize("depth", range(13))
def test_an_attack_is_refused_however_deep_it_is_nested_and_disguised(depth):
    for seed in range(40):
        statement = cypher_attacks.nested(1000 * depth + seed, depth)
        assert said(statement), statement


@pytest.mark.parametrize("statement", [*cypher_honest.HONEST, *cypher_honest.OF_2026])
def test_a_query_that_means_well_is_not_refused(statement):
    assert said(statement) == ""


def test_the_queries_that_mean_well_are_many():
    assert len(set(cypher_honest.HONEST)) >= 130


@pytest.mark.parametrize("file", READ, ids=lambda file: file.stem)
def test_the_queries_that_come_along_are_not_refused(file: Path):
    assert bool(said(file.read_text(encoding="utf-8"))) == (file.name in OWN)


@pytest.mark.parametrize("file", WRITTEN, ids=lambda file: file.stem)
def test_what_we_write_with_is_refused(file: Path):
    for statement in filter(str.strip, file.read_text(encoding="utf-8").split(";\n")):
        assert "would change" in said(statement) or statement.lstrip().startswith("//")


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("RETURN [x IN [1] | COLLECT { LOAD CSV FROM 'http://127.0.0.1:1/' AS r RETURN r }] AS z", "LOAD CSV"),
        ("RETURN COUNT { CALL db.ping() YIELD success RETURN success } AS n", "calls db.ping; it may call db.index"),
        ("RETURN apoc . /* of */ load.json('x') AS n", "calls apoc.load.json, which is not known"),
        ("RETURN `apoc.load.json`('x') AS n", "calls apoc.load.json, which is not known"),
        ("MATCH (n) SET n.x = 1", "would change the graph"),
        ("SHOW USERS", "SHOW INDEXES and SHOW CONSTRAINTS"),
        ("USE other RETURN 1", "USE"),
        ("MATCH (n) CALL (n) { RETURN 1 AS x } IN 3 CONCURRENT TRANSACTIONS RETURN x", "IN TRANSACTIONS"),
        ("RETURN 1; RETURN 2", "one statement"),
        ("CYPHER 25 runtime=slotted RETURN 1", "CYPHER 5 and CYPHER 25"),
        ("RETURN s'{1}' AS x", "s before a quotation mark in line 1; put a space between, or join with +"),
        ("RETURN 1\nAS `x", "a name in backticks that has no end in line 2"),
        ("RETURN '\\u12' AS x", "four hexadecimal digits"),
        ("RETURN 1 AS x -- remark — or not\x07", "U+0007 outside of texts"),
    ],
)
def test_the_reason_says_what_it_was_and_where(statement, says):
    assert says in said(statement)


def test_a_statement_has_a_greatest_length_and_depth():
    assert said(f"RETURN '{'x' * (LONGEST - 9)}'") == ""
    assert f"may have {LONGEST}" in said(f"RETURN '{'x' * LONGEST}'")
    assert said(f"RETURN {'(' * DEEPEST}1{')' * DEEPEST} AS x") == ""
    for begin, end in ("()", "[]", ("{a: ", "}"), ("COLLECT { RETURN ", " AS x }")):
        assert f"more than {DEEPEST} brackets" in said(f"RETURN {begin * 20_000}1{end * 20_000} AS x"[:LONGEST])


PIECES = (
    *("(", "`", "'", '"', "\\", "\\u", "/", "//", "//\n", "/*", "/**/", "/*/*", "a.", "a. ", "`a`.", "`` ", "$", "a$"),
    *(
        "0x",
        "1_",
        "1e",
        "CALL ",
        "call a.",
        "show indexes ",
        "load ",
        "show all ",
        "a(1)",
        "[1]",
        "{a:1}",
        "x\u0300",
        "\u00a0",
        ";",
        "'\\'",
    ),
)


@pytest.mark.parametrize("piece", PIECES)
def test_reading_a_statement_takes_time_in_proportion_to_its_length(piece):
    def seconds(length: int) -> float:
        statement = (piece * length)[:length]
        best = float("inf")
        for _ in range(3):
            began = time.process_time()
            said(statement)
            best = min(best, time.process_time() - began)
        return best

    assert seconds(20_000) < 40 * max(seconds(2_000), 0.0005)


def test_a_statement_is_taken_apart_into_what_the_server_sees():
    found = pieces(
        "MATCH (n:`a``b`) // it's\rWHERE n.x >= 1.5e3 AND n.`\\u0041\\` <> 'it\\'s' RETURN $p, $`q`, n[1..2]"
    )
    assert [(piece.kind, piece.text) for piece in found if piece.kind not in ("mark", "word")] == [
        ("name", "a`b"),
        ("number", "1.5e3"),
        ("name", "A\\"),
        ("text", "it\\'s"),
        ("parameter", "p"),
        ("parameter", "q"),
        ("number", "1"),
        ("number", "2"),
    ]
