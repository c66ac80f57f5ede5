"""Personas and networks that exist already."""
