"""Which vectors lie near others: an index that grows, in eight bits a number, in memory and on disk."""

from personagraph.meaning.nearest.index import Nearest

__all__ = ["Nearest"]
