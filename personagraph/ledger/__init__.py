"""The ledger: the log of every run, step, call, verdict and assertion. The graph is its projection."""

from personagraph.ledger.ledger import Ledger
from personagraph.ledger.runs import Run

__all__ = ["Ledger", "Run"]
