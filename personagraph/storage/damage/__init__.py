"""What is wrong with a file of SQLite, and what can still be read of one that is damaged."""
