"""Planted edits of real descriptions: wordings of one persona, and other people who differ in one thing.

Each kind has two lists of words. Rules are made with DEVELOPMENT; FINAL is only measured with.
"""

import random
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

Edit = Callable[[str, random.Random], str]
"""From a description to an edited one; the same where it does not apply."""
Pairs = tuple[tuple[str, str], ...]


class Lists(NamedTuple):
    """The words that are planted."""

    praise: tuple[str, ...]
    titles: Pairs
    synonyms: Pairs
    added: tuple[str, ...]
    numbers: Pairs
    attributes: dict[str, Pairs]
    roles: tuple[str, ...]
    content: tuple[str, ...]
    names: tuple[str, ...]


DEVELOPMENT = Lists(
    praise=("dedicated", "passionate", "talented", "very devoted", "truly committed", "hard-working"),
    titles=(("doctor", "physician"), ("lawyer", "attorney"), ("software developer", "software engineer")),
    synonyms=(("buy", "purchase"), ("child", "kid"), ("movie", "film"), ("big", "large"), ("help", "assist")),
    added=("deaf", "retired", "rural", "local", "vegan", "left-handed", "former", "young", "unemployed", "Kenyan"),
    numbers=(("two", "three"), ("first", "second"), ("10", "12"), ("five", "six")),
    attributes={
        "place": (("American", "Nigerian"), ("Chinese", "Brazilian"), ("London", "Manila"), ("Indian", "Korean")),
        "age": (("young", "elderly"), ("teenager", "toddler"), ("retired", "young")),
        "sex": (("his", "her"), ("he", "she"), ("man", "woman"), ("boy", "girl")),
        "kin": (("mother", "father"), ("son", "daughter"), ("brother", "sister"), ("parent", "grandparent")),
        "stance": (("supports", "opposes"), ("loves", "hates"), ("likes", "dislikes")),
        "level": (("junior", "senior"), ("novice", "experienced")),
        "setting": (("rural", "urban"), ("local", "national"), ("public", "private")),
    },
    roles=("teacher", "student", "engineer", "nurse", "lawyer", "doctor", "artist", "farmer", "manager", "journalist"),
    content=("jazz", "chess", "furniture", "soil", "maritime", "poetry", "cotton", "opera", "marble", "honey"),
    names=("Ndidi Okafor", "Bella Grant", "Foxglove"),
)
FINAL = Lists(
    praise=("enthusiastic", "highly skilled", "gifted and brilliant", "diligent", "extremely hardworking", "wonderful"),
    titles=(("programmer", "coder"), ("teacher", "educator"), ("author", "writer"), ("realtor", "real estate agent")),
    synonyms=(("city", "metropolis"), ("car", "automobile"), ("often", "frequently"), ("job", "occupation")),
    added=("blind", "divorced", "suburban", "national", "Muslim", "part-time", "pregnant", "middle-aged", "Peruvian"),
    numbers=(("three", "four"), ("second", "third"), ("20", "30"), ("one", "nine")),
    attributes={
        "place": (("British", "Dutch"), ("Canadian", "Mexican"), ("Japanese", "Turkish"), ("Texas", "Ohio")),
        "age": (("young", "middle-aged"), ("elderly", "teenage"), ("child", "adult")),
        "sex": (("her", "his"), ("she", "he"), ("woman", "man"), ("female", "male")),
        "kin": (("father", "uncle"), ("daughter", "son"), ("wife", "husband"), ("sister", "cousin")),
        "stance": (("enjoys", "hates"), ("believes", "doubts"), ("appreciates", "criticizes")),
        "level": (("senior", "trainee"), ("professional", "amateur")),
        "setting": (("small", "huge"), ("local", "global"), ("online", "offline"), ("modern", "ancient")),
    },
    roles=(
        "scientist",
        "musician",
        "researcher",
        "writer",
        "chef",
        "pilot",
        "editor",
        "coach",
        "historian",
        "designer",
    ),
    content=("football", "ceramics", "legal", "ocean", "wool", "theology", "bamboo", "archery", "diesel", "perfume"),
    names=("Amara Lindqvist", "Jonas Petrov", "Riverton"),
)


def wordings(lists: Lists) -> dict[str, Edit]:
    """Kind → an edit that leaves the person the same."""
    return {
        "case": lambda text, rng: rng.choice((text.upper(), text.lower(), text.title())),
        "punctuation": lambda text, rng: rng.choice((text.rstrip(".") + "!", text.replace(",", ""), f'"{text}"')),
        "spacing": lambda text, rng: text.replace(" ", rng.choice(("  ", "\t ", " \n"))),
        "praise": lambda text, rng: _before_noun(text, rng.choice(lists.praise)),
        "word swap": _swapped_list,
        "clause swap": _swapped_clauses,
        "synonym": lambda text, rng: _replaced(text, _both(lists.synonyms), rng),
        "slip": _with_slip,
        "relative": _without_relative,
        "title": lambda text, rng: _replaced(text, _both(lists.titles), rng),
        "paraphrase": lambda text, rng: _replaced(text, _PARAPHRASES, rng),
    }


def others(lists: Lists) -> dict[str, Edit]:
    """Kind → an edit that makes another person of it."""
    attributes = {
        kind: (lambda text, rng, pairs=pairs: _replaced(text, pairs, rng)) for kind, pairs in lists.attributes.items()
    }
    return {
        **attributes,
        "role": lambda text, rng: _other_of(text, lists.roles, rng),
        "number": lambda text, rng: _replaced(text, lists.numbers, rng),
        "name": lambda text, rng: _other_name(text, lists.names, rng),
        "negation": _negated,
        "word": lambda text, rng: _other_content(text, lists.content, rng),
        "added": lambda text, rng: _before_noun(text, rng.choice(lists.added)),
    }


def planted(texts: list[str], edit: Edit, rng: random.Random) -> Iterator[tuple[str, str]]:
    """Each text to which the edit applies, with the edited one."""
    for text in texts:
        edited = edit(text, rng)
        if edited != text:
            yield text, edited


_PARAPHRASES: Pairs = (
    ("with an interest in", "who is interested in"),
    ("who is interested in", "with an interest in"),
    ("interested in", "with an interest in"),
    ("who is passionate about", "with a passion for"),
    ("passionate about", "with a passion for"),
    ("with a passion for", "passionate about"),
    ("who works as", "working as"),
    ("who has", "with"),
    ("with years of", "who has years of"),
    ("who is looking for", "looking for"),
    ("who is", ""),
)
_WORD = re.compile(r"[A-Za-z]+")


def _both(pairs: Pairs) -> Pairs:
    return (*pairs, *((b, a) for a, b in pairs))


def _before_noun(text: str, word: str) -> str:
    """With a word before the first noun, after the article."""
    found = re.match(r"(?i)(an?|the) ", text)
    return f"{'An' if word[0] in 'aeiou' else 'A'} {word} {text[found.end() :]}" if found else text


def _replaced(text: str, pairs: Pairs, rng: random.Random) -> str:
    there = [(old, new) for old, new in pairs if re.search(rf"\b{old}\b", text)]
    if not there:
        return text
    old, new = rng.choice(there)
    return re.sub(rf"\b{old}\b", new, text, count=1)


def _swapped_list(text: str, rng: random.Random) -> str:
    """The two single words around an "and" the other way round, where nothing but they are joined."""
    return re.sub(r"(?<=[a-z] )([a-z]+(?:s|ing)) and ([a-z]+(?:s|ing))(?=[.,]|$)", r"\2 and \1", text, count=1)


def _swapped_clauses(text: str, rng: random.Random) -> str:
    """The two clauses of "who … and …s …" the other way round."""
    return re.sub(r"^([^,]*?) who (\w+s [^,]*?) and (\w+s [^,.]*)(\.?)$", r"\1 who \3 and \2\4", text, count=1)


def _with_slip(text: str, rng: random.Random) -> str:
    """One inner letter of a long word left out, doubled, or changed with the next."""
    words = [found for found in _WORD.finditer(text) if len(found[0]) > 6 and found[0].islower()]
    if not words:
        return text
    word = rng.choice(words)
    at = word.start() + rng.randrange(1, len(word[0]) - 2)
    return rng.choice(
        (
            text[:at] + text[at + 1 :],
            text[:at] + text[at] + text[at:],
            text[:at] + text[at + 1] + text[at] + text[at + 2 :],
        )
    )


def _without_relative(text: str, rng: random.Random) -> str:
    """ "who works" → "working"."""
    found = re.search(r"\bwho (\w{3,}s)\b", text)
    if not found or found[1] in ("has", "was", "does", "always"):
        return text
    verb = found[1][:-2] if found[1].endswith(("ches", "shes", "sses", "xes", "oes")) else found[1][:-1]
    verb = verb[:-2] + "y" if verb.endswith("ie") and len(verb) > 3 else verb
    return text[: found.start()] + _ing(verb) + text[found.end() :]


def _ing(verb: str) -> str:
    if verb.endswith("e") and not verb.endswith("ee"):
        return verb[:-1] + "ing"
    doubles = re.search("(?:^|[^aeiou])[aeiou][bdgmnprt]$", verb) and len(verb) < 5
    return verb + verb[-1] * bool(doubles) + "ing"


def _other_of(text: str, words: tuple[str, ...], rng: random.Random) -> str:
    there = [word for word in words if re.search(rf"\b{word}\b", text)]
    if not there:
        return text
    old = rng.choice(there)
    return re.sub(rf"\b{old}\b", rng.choice([word for word in words if word != old]), text, count=1)


def _other_name(text: str, names: tuple[str, ...], rng: random.Random) -> str:
    found = re.search(r"(?<=[a-z] )[A-Z][a-z]+(?: [A-Z][a-z]+)+", text)
    return text[: found.start()] + rng.choice(names) + text[found.end() :] if found else text


def _negated(text: str, rng: random.Random) -> str:
    for old, new in (
        ("who is", "who is not"),
        ("who can", "who cannot"),
        ("who has", "who has no"),
        ("with", "without"),
    ):
        if re.search(rf"\b{old}\b", text):
            return re.sub(rf"\b{old}\b", new, text, count=1)
    return re.sub(r"\bwho (\w+)s\b", r"who never \1s", text, count=1)


def _other_content(text: str, words: tuple[str, ...], rng: random.Random) -> str:
    """One word that says something replaced by another."""
    there = [found for found in _WORD.finditer(text) if len(found[0]) > 3 and found[0].lower() not in _LIGHT]
    if not there:
        return text
    found = rng.choice(there)
    return text[: found.start()] + rng.choice(words) + text[found.end() :]


_LIGHT = frozenset(
    (
        *("also", "have", "been", "their", "they", "them", "this", "that", "these", "those", "with", "from", "which"),
        *("while", "when", "where", "into", "about", "very", "being", "other", "such"),
    )
)
