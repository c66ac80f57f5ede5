"""Which words name somebody by work, as far as the tables and the endings of nouns tell."""

import re
from functools import lru_cache

from personagraph.text.english import head_end, phrase, singulars
from personagraph.types import UNKNOWN
from personagraph.vocabulary.occupations import read_activity
from personagraph.vocabulary.reference import table


def is_occupation(text: str) -> bool:
    """Whether the words name work, or what somebody is instead: known in the tables, or with the head of such a name.

    "fact checker" is one although no table has it; "a man in his twenties", "solar power" and "fan" are none.
    """
    found = phrase(text, determiners=True)
    found = found[: head_end(found)]
    if not found or _NOT_IN_AN_OCCUPATION & set(found):
        return False
    head = found[-1]
    if read_activity(text) != UNKNOWN or (len(found) > 1 and head in _heads()):
        return True
    return head not in _NO_WORK and bool(_AGENT.search(head))


def is_person(noun: str) -> bool:
    """Whether the noun names somebody by work: a title of one word, or the head of a longer one that ends like it."""
    return noun in _single_titles() or (noun in _heads() and bool(_AGENT.search(noun)))


@lru_cache
def _heads() -> frozenset[str]:
    """The last words of all known titles of two or more words."""
    titles = [phrase(row["title"]) for row in table("occupations")]
    return frozenset(form for title in titles if len(title) > 1 for form in singulars(title[head_end(title) - 1]))


@lru_cache
def _single_titles() -> frozenset[str]:
    return frozenset(row["title"] for row in table("occupations") if " " not in row["title"])


_AGENT = re.compile(r"(?:er|or|ist|ian|ant|ent|eer|wright|smith|maker|keeper|maid|wife|person|woman|man|hand)s?$")
_NO_WORK_WORDS = (
    "power water paper computer number order matter center centre other another summer winter river tower weather "
    "career gender daughter mother father brother sister ever never over under after her letter offer member answer "
    "color colour floor door error factor sector minor major senior junior fever cancer dinner flower corner border "
    "restaurant plant giant moment parent content event talent different important ancient elephant government "
    "environment human woman man person indian american asian russian italian christian fan lover follower "
    "supporter winner user consumer customer patient recipient descendant resident citizen inhabitant stranger "
    "teenager youngster believer thinker survivor competitor participant opponent lady guy boy girl friend neighbor "
    "neighbour partner client hand management department equipment development treatment movement element document "
    "animal creature character color per for or er"
)
_NO_WORK = frozenset(_NO_WORK_WORDS.split())
_NOT_IN_AN_OCCUPATION_WORDS = (
    "a an the his her my your their he she they it is was are has have who that this with from by mr mrs"
)
_NOT_IN_AN_OCCUPATION = frozenset(_NOT_IN_AN_OCCUPATION_WORDS.split())
