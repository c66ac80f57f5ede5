"""Who is there, as arrays by position that grow while a run goes on: descriptions, attributes, ties."""

from personagraph.linking.people.acquaintance import Acquaintance
from personagraph.linking.people.crowd import Crowd
from personagraph.linking.people.described import Described

__all__ = ["Acquaintance", "Crowd", "Described"]
