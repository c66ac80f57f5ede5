"""Where candidates come from: each source is a module, and names people for one ego."""

from personagraph.linking.candidates.sources import (
    asked,
    bridge,
    closure,
    complementary,
    imagined,
    lot,
    near,
    similar,
)
from personagraph.linking.candidates.sources.source import CandidateSource

SOURCES: dict[str, CandidateSource] = {
    "similar": similar.SOURCE,
    "imagined": imagined.SOURCE,
    "complementary": complementary.SOURCE,
    "near": near.SOURCE,
    "closure": closure.SOURCE,
    "bridge": bridge.SOURCE,
    "random": lot.SOURCE,
    "asked": asked.SOURCE,
}
"""By the name that an assertion has as `via`, in the order in which they are told."""
