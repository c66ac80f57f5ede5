"""The graph in an SQLite file, the embedded default."""
