"""Where the graph is kept: SQLite in a file, or a Neo4j server."""
