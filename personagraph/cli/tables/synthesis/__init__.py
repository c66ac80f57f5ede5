"""Tells what came of a synthesis."""
