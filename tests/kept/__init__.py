"""A workspace that an earlier version of personagraph made, kept to be opened by every later one; see README.md."""
