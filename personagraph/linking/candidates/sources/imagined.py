"""People who are like somebody whom a model imagined for the ego: a mother and her librarian, a patient and a nurse."""

from personagraph.linking.candidates.sources.source import CandidateSource, Outlook, Positions, in_turns


def _propose(outlook: Outlook) -> Positions:
    """The nearest to each of the imagined, then the second nearest to each, and so on."""
    return in_turns(outlook.near_imagined())


SOURCE = CandidateSource(_propose, "who is like somebody whom a model imagined for the ego")
