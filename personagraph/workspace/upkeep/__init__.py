"""What is done with a workspace from outside: examine it, check, migrate and copy its store, deduplicate a file."""
