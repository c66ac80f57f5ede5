"""Annotators: from a description to attributes. They see the description, and neither its ego nor its type or hint."""

from personagraph.steering.annotators import reader
from personagraph.steering.annotators.annotator import Annotator

ANNOTATORS: dict[str, Annotator] = {"reader": reader.ANNOTATOR}
"""By name; the first is the default."""
