"""People who are tied to the ego already: the other end of what one end asserted is asked."""

from personagraph.linking.candidates.sources.source import CandidateSource, Outlook, Positions


def _propose(outlook: Outlook) -> Positions:
    return outlook.known.of(outlook.ego)


SOURCE = CandidateSource(_propose, "tied to the ego already", tied=True)
