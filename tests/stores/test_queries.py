"""Every Cypher file says what it takes and gives, and is used; every name that the code uses is there."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from personagraph.errors import QueryNotFoundError
from personagraph.stores.neo4j.queries import CYPHER, query
from personagraph.vocabulary.relationships import SOURCE_TYPES, TYPES

ROOT = Path(__file__).resolve().parents[2]
NAMES = sorted(str(file.relative_to(CYPHER).with_suffix("")) for file in CYPHER.rglob("*.cypher"))
STATEMENTS = [name for name in NAMES if not name.startswith("schema/")]
OURS = [name for name in STATEMENTS if not name.startswith("worth_knowing/")]
CODE = "\n".join(file.read_text() for file in (ROOT / "personagraph").rglob("*.py"))


class Header(NamedTuple):
    """The comment on top of a query, and the statement under it."""

    about: str
    params: list[str]
    returns: list[str]
    statement: str


def header(name: str) -> Header:
    text = (CYPHER / f"{name}.cypher").read_text()
    found = re.fullmatch(r"((?://.*\n)+)// params: (.*)\n// returns: (.*)\n((?!//)[\s\S]*)", text)
    assert found, f"{name} needs three kinds of header lines: what it does, params, returns"
    return Header(found[1], listed(found[2], "none"), listed(found[3], "nothing"), found[4])


def listed(words: str, nothing: str) -> list[str]:
    return [] if words == nothing else words.split(", ")


def returned(statement: str) -> list[str]:
    """The names of the columns of the last RETURN."""
    _, found, last = statement.rpartition("\nRETURN ") if "\nRETURN " in statement else statement.rpartition("RETURN ")
    if not found or re.search(r"\bRETURN\b", statement) is None:
        return []
    columns = re.split(r"\n(?:ORDER BY|LIMIT)\b", last.rstrip(";\n"))[0]
    while columns != (columns := re.sub(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}", "", columns)):
        pass
    return [column.split()[-1] for column in columns.split(",")]


@pytest.mark.parametrize("name", NAMES)
def test_the_header_names_the_parameters_that_the_text_uses(name):
    top = header(name)
    assert sorted(top.params) == sorted(set(re.findall(r"\$(\w+)", top.statement)))


@pytest.mark.parametrize("name", NAMES)
def test_the_header_names_the_columns_that_the_text_returns(name):
    top = header(name)
    assert top.returns == returned(top.statement)


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_file_is_one_statement_in_the_common_subset_of_both_release_lines(name):
    statement = header(name).statement
    assert statement.count(";") == 1
    assert statement.endswith(";\n")
    assert "CYPHER" not in statement


def test_the_files_are_those_that_the_code_names():
    named = set(re.findall(r'"((?:read|write)/\w+)"', CODE))
    assert named == set(OURS)


def test_there_are_ten_queries_for_users():
    assert len(STATEMENTS) - len(OURS) == 10


def test_a_name_that_is_no_file_is_told():
    with pytest.raises(QueryNotFoundError, match="read/nothing"):
        query("read/nothing")


def test_each_type_has_a_unique_key_and_is_among_those_that_are_removed_and_read():
    schema = "".join(file.read_text() for file in (CYPHER / "schema").iterdir())
    assert set(re.findall(r"FOR \(\)-\[r:(\w+)\]-\(\) REQUIRE r.key IS UNIQUE", schema)) == set(TYPES)
    removed = re.search(r"\[r:([^\]]+)\]", query("write/remove_relationships"))
    assert removed
    assert re.split(r"\|\s*", removed[1]) == list(TYPES)
    for type in SOURCE_TYPES.values():
        assert type in query("read/source_links")
