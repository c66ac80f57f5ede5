"""Texts as vectors: what makes them, and which of them lie near."""
