"""Reads what a model answered about two people: how likely it is that they know each other, and what ties them."""

import math
import re
from collections.abc import Mapping
from typing import Any

from personagraph.linking.guards import OF_WORDS, ToldTie, first_guard
from personagraph.prompts import clean
from personagraph.runs.growth import Link, Rejected
from personagraph.text.thoughts import answer_of, begins_thought, holds_thought
from personagraph.types import ChatReply
from personagraph.vocabulary.relationships import OWN_WORDS, ROLES, read_words

YES, NO = "yes", "no"
NONE, OTHER = "none", "other"
"""What a relation can be beside a role: there is none; or one that no role names."""
LONGEST_HOW, LONGEST_WORDS = 160, 80
"""Characters of what ties two that are kept, and of words that name a type of their own."""
LEAST = 1e-6
"""No word counts as less likely."""
TELLING = 0.1
"""The share of yes and no together, of the first word, below which their odds say nothing: it is another."""
UNSURE = 0.5
"""The confidence of a model that is not asked for it."""
_OPENING = re.compile(r"^(?:the )?first (?:person|one) ", re.IGNORECASE)
"""What the words are to continue, and models say again."""
_LETTERS = re.compile(r"[^\W\d_]+")


def read_odds(reply: ChatReply) -> float | None:
    """ln P(yes) - ln P(no) of the first word, by the likeliest first tokens with their log-probabilities.

    In whatever case, and with whatever marks and spaces, "yes" is yes. Of one that is not among the tokens, no more is
    known than that it is no likelier than any of them, or than what they leave: it counts as that likely, and none as
    less likely than LEAST. None where they have less than TELLING together, and where the first word is a thought.
    """
    likely = [math.exp(p) for p in reply.tops.values()]
    shares = [sum(p for token, p in zip(reply.tops, likely, strict=True) if _word(token) == word) for word in (YES, NO)]
    if sum(shares) < TELLING or holds_thought(reply.text):
        return None
    unseen = min(1.0 - sum(likely), *likely)
    yes, no = (max(share or unseen, LEAST) for share in shares)
    return math.log(yes) - math.log(no)


def read_word(reply: ChatReply) -> str:
    """The first word of a reply after what the model thought, "yes" or "no"; "" for any other, and for a refusal."""
    if reply.finish not in ("stop", "length") or begins_thought(reply.text):
        return ""
    first = _LETTERS.search(answer_of(reply.text))
    said = first[0].casefold() if first else ""
    return said if said in (YES, NO) else ""


def read_tie(data: Mapping[str, Any], *, a: str, b: str) -> Link | Rejected | None:
    """The tie that a reply tells of the first of two people, or the first guard that turned it down; None for none.

    Its label is how the model says that they know each other; words that are of no use are left out. A relation that is
    "other" is the type that the words for it name, in whichever direction; else TIED_TO with these as label, without
    which it is turned down.
    """
    how = _OPENING.sub("", " ".join(clean(data["how"], longest=LONGEST_HOW).split()))
    if data["relation"] == NONE:
        return None
    words = " ".join(clean(data.get("label", ""), longest=LONGEST_WORDS).split())
    type, forward, own = read_words(words) if data["relation"] == OTHER else (*ROLES[data["relation"]], "")
    label = own if type in OWN_WORDS else how
    told = ToldTie(type, forward, how, own)
    fault = "label" if type in OWN_WORDS and not own else first_guard(told, a, b)
    if fault in OF_WORDS and type not in OWN_WORDS:
        label, fault = "", first_guard(told._replace(how=""), a, b)
    if fault:
        return fault, label
    return Link(type, forward, label, data.get("confidence", UNSURE), data.get("former", False))


def _word(token: str) -> str:
    """The letters of a token, in lower case; tokens of some vocabularies begin with a mark in place of a space."""
    return "".join(_LETTERS.findall(token.removeprefix("Ġ").removeprefix("Ċ"))).casefold()
