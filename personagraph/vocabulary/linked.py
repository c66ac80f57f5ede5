"""How it was found that two personas who were in the graph already are tied."""

from collections.abc import Mapping

BOTH = "both"
"""What a relationship has that both of its ends assert."""
ASKED = "asked"
"""What an assertion has of an end that was asked for what the other had asserted."""
DENIED = "denied"
"""What an assertion has that says that there is no such relationship."""
VIA: Mapping[str, str] = {
    "similar": "they are described alike",
    "imagined": "one is like somebody whom a model imagined for the other",
    "complementary": "what they do goes together",
    "near": "they share a region or a community",
    "closure": "somebody knows both",
    "bridge": "they were in parts of the graph that nothing joined",
    "random": "drawn by lot",
    "grounded": "one stands for somebody whom a model imagined for the other, without being judged",
    ASKED: "one end had asserted it, and the other was asked",
}
"""The sources of links, by name, and what each means."""
