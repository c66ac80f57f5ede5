"""Stub."""

RESCUED = "rescued"
