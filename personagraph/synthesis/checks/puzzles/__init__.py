"""Puzzles with a form: what they state, how they are told, and all their solutions."""
