"""Saves what can be read of a ledger that was damaged."""
