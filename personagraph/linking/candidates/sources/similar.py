"""People who are described as the ego is: colleagues, rivals, people in the same straits."""

from personagraph.linking.candidates.sources.source import CandidateSource, Outlook, Positions


def _propose(outlook: Outlook) -> Positions:
    return outlook.nearest[0]


SOURCE = CandidateSource(_propose, "who is described as the ego is")
