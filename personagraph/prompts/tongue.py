"""In which language a reply is asked for, and whether it plainly came in another."""

from typing import NamedTuple

from personagraph.text.english import is_english
from personagraph.text.scripts import main_system, share_of
from personagraph.vocabulary.languages import language_name, language_systems

OWN = "own"
"""Stands for the language of the text or persona that a call is about."""
LANGUAGE = "language"
"""The guard that turns down what came in another language than was asked for."""
GLOSS = 0.25
"""Fewer letters of its writing system than this, and a text is not in a language: a name or a term may be in it."""


class Tongue(NamedTuple):
    """A language that is not English as ever: what the question calls it, and the writing systems it may have.

    `own` says that it is that of the text itself. `systems` is empty where the writing system tells nothing.
    """

    name: str
    own: bool
    systems: frozenset[str]

    def is_missed_by(self, text: str) -> bool:
        """Whether the text is plainly in another language, as its letters are those of another writing system."""
        return bool(self.systems and main_system(text)) and share_of(text, self.systems) < GLOSS


def tongue(language: str, text: str, *, own: str) -> Tongue | None:
    """The language of a reply about `text`; None for English about an English text, which need not be said.

    `language` is a tag, or OWN; `own` is what OWN is called in the question.
    """
    if language in (OWN, "en") and is_english(text):
        return None
    if language == OWN:
        system = main_system(text)
        return Tongue(own, True, frozenset({system} if system and system != "LATIN" else ()))
    return Tongue(language_name(language), False, language_systems(language))
