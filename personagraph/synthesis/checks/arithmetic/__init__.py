"""Arithmetic that a model states: numbers in texts, units, and a small language of formulas, all within limits."""
