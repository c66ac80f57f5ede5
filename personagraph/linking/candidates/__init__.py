"""Who may know an ego, of all who are there: a few from several sources, and what they are for."""

from personagraph.linking.candidates.aims import AIMS, EVERYTHING, Aim
from personagraph.linking.candidates.candidates import Candidates, Prospect
from personagraph.linking.candidates.sources import SOURCES

__all__ = ["AIMS", "EVERYTHING", "SOURCES", "Aim", "Candidates", "Prospect"]
