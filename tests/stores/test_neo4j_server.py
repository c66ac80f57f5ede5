"""The server that scripts/neo4j starts answers queries, and is what we say we support."""

import neo4j
import pytest

pytestmark = pytest.mark.neo4j


def test_the_server_answers_in_a_supported_release(neo4j_url: str, neo4j_password: str) -> None:
    address = neo4j_url.replace("://neo4j@", "://")
    with neo4j.GraphDatabase.driver(address, auth=("neo4j", neo4j_password), connection_timeout=10) as driver:
        query = "CALL dbms.components() YIELD name, versions WHERE name = 'Neo4j Kernel' RETURN versions[0] AS version"
        [record] = driver.execute_query(query, database_="neo4j").records
    assert record["version"].startswith(("5.26.", "2026."))
