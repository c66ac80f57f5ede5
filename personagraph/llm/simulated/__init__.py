"""A made-up world that answers from tables, without a model: for scale tests, dry runs and examples."""

from personagraph.llm.simulated.backend import SimulatedBackend

__all__ = ["SimulatedBackend"]
