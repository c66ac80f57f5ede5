"""The annotator that needs no model: it reads titles, names of places, number words and the form of the sentence."""

from personagraph.steering.annotators.annotator import Annotator
from personagraph.vocabulary.reading.descriptions import read_description

ANNOTATOR = Annotator(read_description, basis="words", about="reads titles, places and ages from the words, at once")
