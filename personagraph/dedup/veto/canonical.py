"""What the words of a description say when descriptions are compared: one token for all that say the same.

Two descriptions are candidates for one persona when they have the same `key_tokens`, those that are counted as often
where they are English, or come to have them when a word of one of them that is a slip of spelling is replaced, wherever
it stands, by the word that it may stand for, before phrases are found.
Who does what to whom is not in that: candidates are compared by `differs`.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import product

from personagraph.dedup.veto.english import base, is_known, reads_as_english
from personagraph.dedup.veto.lexicon import Sense, known_phrases, negates, plain, senses
from personagraph.dedup.veto.marks import NOT_PLAIN, marked
from personagraph.dedup.veto.tongues.compare import tongue_tokens
from personagraph.text import english
from personagraph.text.words import words
from personagraph.vocabulary.reference import english_words, table

__all__ = ["NOT_PLAIN", "canonical", "exact_form", "key_tokens", "may_slip", "participle", "phrases"]

_NAMED = ("place", "town", "language", "number")
"""Categories of the lexicon in which one value is one meaning ("american" and "united states")."""
_JOINED = ("co", "non", "anti", "multi", "pre", "post", "inter", "micro", "semi", "over", "under", "self")
"""What is written as one word or as two ("co worker")."""
_SIZES = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
_OLDEST = 120
_SHORTEST_SLIP = 4
RELATIVE = "who"
"""The exact form of the relatives that may stand for one another."""
UNCOUNTED = frozenset({"she", "he"})
"""What says no more when it is said twice."""
_RELATIVES = frozenset({RELATIVE, "which", "that"})
_PRAISE = ("praise", "praise_of_people", "degree")
_ALWAYS_SILENT = frozenset({"an", "the"})


@lru_cache(maxsize=1 << 17)
def canonical(word: str) -> str:
    """What an English word, in lower case and without apostrophes, says; "" for one that says nothing.

    Nothing is said by articles, relatives, auxiliaries, neutral prepositions and praise. Inflected forms, spellings,
    numbers, peoples and their countries, and synonyms have one form.
    """
    if word in _silent():
        return ""
    for form in dict.fromkeys((word, base(word))):
        if (said := _one().get((form,))) or (said := _named((form,))):
            return said
    return _synonym(base(word))


@lru_cache(maxsize=1)
def phrases() -> Mapping[tuple[str, ...], str]:
    """Sequences of words, as `words` gives them, that say one thing, and what they say; "" where it is nothing.

    They are looked for from the left, the longest first, before `canonical`.
    """
    found: dict[tuple[str, ...], str] = {}
    for phrase, said in (
        *_hand_phrases(),
        *_ages(),
        *_round_numbers(),
        *_named_phrases(),
        *_joined(),
        *_phrases_of_wordnet(),
    ):
        found.setdefault(phrase, said)
    return found


@lru_cache(maxsize=1 << 17)
def exact_form(word: str) -> str:
    """The form under which candidates with equal sequences surely say the same; "" for a word that is left out of them.

    It holds for texts that are plain (no match of `NOT_PLAIN`) and English. Left out are articles; of "a" it
    depends on where it stands ("hepatitis A"), as it does of praise.
    """
    if word in _RELATIVES:
        return RELATIVE
    return "" if word in _ALWAYS_SILENT else word


@lru_cache(maxsize=1 << 17)
def participle(word: str) -> str:
    """The form in -ing of a verb in the present, which alone says what that says after a relative; "" if there is none.

    "who works" is "working", where nothing is negated in the text, and nobody for or against anything.
    """
    first = base(word)
    if word not in (first, first + "s", first + "es", first.removesuffix("y") + "ies") or not canonical(word):
        return ""
    found = (first.removesuffix("e") + "ing", first + "ing", first + first[-1] + "ing")
    return next((form for form in found if is_form(form, first) and canonical(form) == canonical(word)), "")


def key_tokens(description: str) -> tuple[str, ...]:
    """What the words of a description say, in order, in any language; it may be empty."""
    text = marked(description)
    found = words(text)
    if reads_as_english(found):
        return in_canonical_words(found if text.isascii() else [plain(word) for word in found])
    return tongue_tokens(description)


def in_canonical_words(found: Sequence[str]) -> tuple[str, ...]:
    """The canonical tokens of the words of a text in English, in order."""
    return tuple(said for said, _ in canonical_spans(found) if said)


def canonical_spans(found: Sequence[str]) -> Iterator[tuple[str, int]]:
    """What each phrase or word says, "" included, and how many words it has, in order."""
    known, longest = phrases(), _longest()
    index = 0
    while index < len(found):
        word = found[index]
        for length in range(min(longest.get(word, 1), len(found) - index), 1, -1):
            said = known.get(tuple(found[index : index + length]))
            if said is not None:
                break
        else:
            said, length = canonical(word), 1
        yield said, length
        index += length


def may_slip(unknown: str, known: str) -> bool:
    """Whether the first, which is no English word, may be a misspelling of the second, which is one.

    A slip leaves the first and the last letter, or changes their order: other words for her or him differ in the last
    ("maestro", "maestra"), or in one e more ("employé", "employée"). Nor is it one where a single consonant makes
    another person ("planner", "planer").
    """
    if min(len(unknown), len(known)) < _SHORTEST_SLIP or not (unknown + known).isalpha():
        return False
    ends = unknown[0] == known[0] and (unknown[-1] == known[-1] or sorted(unknown) == sorted(known))
    if not ends or not _is_one_edit(unknown, known) or is_known(unknown) or not is_known(known):
        return False
    return not (negates(unknown, known) or _is_feminine(unknown, known) or _doubles_away(unknown, known))


@lru_cache(maxsize=1)
def _meanings() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    read = tomllib.loads((files(__package__) / "meanings.toml").read_text(encoding="utf-8"))
    return {kind: {name: tuple(line.split(", ")) for name, line in lines.items()} for kind, lines in read.items()}


@lru_cache(maxsize=1)
def _silent() -> frozenset[str]:
    """The single words that say nothing; no other form of them says nothing, too."""
    return frozenset(word for line in _meanings()["nothing"].values() for word in line if " " not in word)


@lru_cache(maxsize=1)
def praise() -> Mapping[str, str]:
    """Each word and phrase that praises or strengthens, and of which kind it is."""
    return {word: kind for kind in _PRAISE for word in _meanings()["nothing"][kind]}


def is_listed(word: str) -> bool:
    """Whether the word itself, in this form, is in the lists of synonyms written by hand."""
    return (word,) in _one()


@lru_cache(maxsize=1)
def _one() -> Mapping[tuple[str, ...], str]:
    """Word or phrase of the lists written by hand → what stands for it."""
    return {tuple(phrase.split()): line[0] for line in _meanings()["one"].values() for phrase in line}


@lru_cache(maxsize=1)
def _synonyms() -> Mapping[str, str]:
    return {row["phrase"]: row["says"] for row in table("synonyms")}


def _synonym(word: str) -> str:
    """What stands for a word by WordNet; nothing that is said becomes nothing."""
    other = _synonyms().get(word, word)
    if other in _silent():
        return word
    return _one().get(tuple(other.split()), other)


def _named(phrase: tuple[str, ...]) -> str:
    """What names a place, a language or a number, with all else that it says ("englishman")."""
    said = senses(phrase) or ()
    return _spelled(said) if any(sense.category in _NAMED for sense in said) else ""


def _spelled(said: Sequence[Sense]) -> str:
    """The numbers themselves; of all else the category, too."""
    if len(said) == 1 and said[0].category == "number":
        return said[0].value
    return " ".join(sorted(f"{sense.category}={sense.value}" for sense in said if sense.category != "role"))


def _hand_phrases() -> Iterator[tuple[tuple[str, ...], str]]:
    """The phrases written by hand, of each word all regular forms; what says nothing only as it is spelled there."""
    for line in _meanings()["nothing"].values():
        for phrase in line:
            if " " in phrase:
                kept = [
                    [form for form in _forms(word) if not form.endswith("ed") or form == word]
                    for word in phrase.split()
                ]
                yield from ((found, "") for found in product(*kept))
    for found, said in _one().items():
        if len(found) > 1:
            yield from ((forms, said) for forms in product(*map(_forms, found)))


def _ages() -> Iterator[tuple[tuple[str, ...], str]]:
    """ "44 year old", "forty four years of age", "aged 44"."""
    spelled: dict[int, list[tuple[str, ...]]] = {n: [(str(n),)] for n in range(1, _OLDEST + 1)}
    for spelled_out, n in english.NUMBERS.items():
        spelled[n].append(tuple(spelled_out.split("-")))
    for n, names in spelled.items():
        for name in names:
            after = (("year", "old"), ("years", "old"), ("years", "of", "age"), ("yo",), ("y", "o"))
            phrases_of_age = [(*name, *unit) for unit in after] + [(before, *name) for before in ("aged", "age")]
            yield from ((phrase, f"{n} years") for phrase in phrases_of_age)
            if len(name) > 1:
                yield name, str(n)


def _round_numbers() -> Iterator[tuple[tuple[str, ...], str]]:
    """ "two hundred", "2 million"."""
    for unit, size in _SIZES.items():
        yield ("a", unit), str(size)
        for spelled_out, n in english.NUMBERS.items():
            yield from (((*name, unit), str(n * size)) for name in (spelled_out.split("-"), [str(n)]))


def _named_phrases() -> Iterator[tuple[tuple[str, ...], str]]:
    for phrase in known_phrases():
        if len(phrase) > 1 and (said := _named(phrase)):
            yield phrase, said


def _joined() -> Iterator[tuple[tuple[str, ...], str]]:
    known = english_words()
    for word in known:
        for prefix in _JOINED:
            rest = word.removeprefix(prefix)
            if rest != word and len(rest) > 3 and rest in known:
                yield (prefix, rest), canonical(word)


def _phrases_of_wordnet() -> Iterator[tuple[tuple[str, ...], str]]:
    for phrase, says in _synonyms().items():
        *stem, last = phrase.split()
        if stem and (said := canonical(says)):
            yield from (((*stem, form), said) for form in (last, last + "s"))


@lru_cache(maxsize=1 << 12)
def _forms(word: str) -> tuple[str, ...]:
    """The word and the English words that are regular forms of it, and how these are spelled with an s for a z."""
    first = base(word)
    stem = first.removesuffix("e")
    other = (
        *(first, first + "s", first + "es", first.removesuffix("y") + "ies", stem + "ed", stem + "ing"),
        *(first + first[-1] + "ed", first + first[-1] + "ing"),
    )
    found = (word, *(form for form in other if is_form(form, first)))
    return tuple(dict.fromkeys((*found, *(form.replace("iz", "is") for form in found))))


def is_form(form: str, of: str) -> bool:
    """Whether the first is an English word and a form of the second, or it itself."""
    return form in english_words() and base(form) == of


@lru_cache(maxsize=1)
def _longest() -> Mapping[str, int]:
    """First word → how many words its longest phrase has."""
    found: dict[str, int] = {}
    for phrase in phrases():
        found[phrase[0]] = max(found.get(phrase[0], 1), len(phrase))
    return found


def _is_feminine(a: str, b: str) -> bool:
    """Whether one is the other with one e more at its end, as of French words for her."""
    shorter, longer = sorted((a.removesuffix("s"), b.removesuffix("s")), key=len)
    return longer == shorter + "e" and longer.endswith("ee")


def _doubles_away(unknown: str, known: str) -> bool:
    """Whether a consonant, doubled in the known word, is of another word in the unknown one ("planer")."""
    shorter, longer = unknown.removesuffix("s"), known.removesuffix("s")
    return longer == f"{shorter[:-2]}{shorter[-3]}er" and shorter.endswith("er") and is_known(shorter[:-1])


def _is_one_edit(a: str, b: str) -> bool:
    """Whether one letter inserted, left out or changed, or two neighbours swapped, make `b` of `a`."""
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    x, y = a[start:], b[start:]
    return x[1:] == y[1:] or x[1:] == y or x == y[1:] or (x[:2] == y[1::-1] and x[2:] == y[2:])
