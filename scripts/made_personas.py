"""Made-up personas for measurements of pace: any number of rows, the same for a seed, one in ten of them a duplicate.

They say nothing about quality, which is measured on real rows. Like real ones they have 8 to 25 words, and names and
numbers that nobody has met before, so that the vocabulary grows with the rows.
"""

from collections.abc import Iterator, Mapping, Sequence
from random import Random

from personagraph.llm.simulated.people import phrases
from personagraph.vocabulary.reference import table

RATE = 0.1
"""The share of rows that are an earlier row again, in one of the ways of SAME."""
SAME: Mapping[str, float] = {
    "exact": 0.3,
    "case": 0.1,
    "punctuation": 0.1,
    "spacing": 0.1,
    "wording": 0.2,
    "praise": 0.1,
    "slip": 0.1,
}
"""How a duplicate differs from the row that it is, and how often."""
RECENT = 50_000
"""A duplicate is of one of the last so many rows."""
_SYLLABLES = ("ka", "ro", "vin", "tal", "me", "su", "dor", "lin", "ba", "ze", "mar", "ko", "pel", "ia", "shu", "gre")
_QUALITIES = (
    *("quiet", "stubborn", "retired", "young", "curious", "anxious", "cheerful", "frugal", "restless", "bilingual"),
    *("local", "rural", "self-taught", "ambitious", "sceptical", "shy", "former", "freelance", "deaf", "left-handed"),
)


def personas(count: int, seed: int = 0) -> Iterator[tuple[str, str]]:
    """Descriptions, and of what kind each is: "new", or a key of SAME."""
    rng = Random(seed)
    tables = {
        "title": [row["title"] for row in table("occupations") if row["role"] in ("hint", "title")],
        "place": [row["place"] for row in table("places")],
        "things": [(row["verb"], row["things"]) for row in table("things")],
    }
    recent: list[str] = []
    for number in range(count):
        if recent and rng.random() < RATE:
            kind = rng.choices(tuple(SAME), tuple(SAME.values()))[0]
            yield _again(rng.choice(recent), kind, rng), kind
        else:
            made = _made(rng, tables)
            if len(recent) < RECENT:
                recent.append(made)
            else:
                recent[number % RECENT] = made
            yield made, "new"


def _made(rng: Random, tables: Mapping[str, Sequence]) -> str:  # type: ignore[type-arg]
    title = rng.choice(tables["title"])
    words = f"{rng.choice(_QUALITIES)} {title}" if rng.random() < 0.6 else title
    text = f"{'An' if words[0] in 'aeiou' else 'A'} {words}"
    if rng.random() < 0.5:
        text += f" from {rng.choice(tables['place'])}"
    if rng.random() < 0.2:
        name = "".join(rng.choices(_SYLLABLES, k=rng.randint(2, 4))).capitalize()
        text += f" at the {name} {rng.choice(('Institute', 'Clinic', 'Works', 'School'))}"
    clauses = []
    if rng.random() < 0.6:
        clauses.append(f"who works {rng.choice(phrases('where'))}")
    if rng.random() < 0.5:
        verb, things = rng.choice(tables["things"])
        clauses.append(f"who {verb} {things}")
    if not clauses or rng.random() < 0.5:
        clauses.append(f"who {rng.choice(phrases('does'))}")
    if rng.random() < 0.4:
        clauses.append(rng.choice(phrases("also")))
    if rng.random() < 0.15:
        clauses.append(f"has {rng.randint(2, 40)} years of experience")
    return f"{text} {' and '.join(clauses)}"


def _again(text: str, kind: str, rng: Random) -> str:
    if kind == "case":
        return text.upper() if rng.random() < 0.3 else text.lower()
    if kind == "punctuation":
        return f"{text.replace(' and ', ', and ', 1)}."
    if kind == "spacing":
        return f" {text.replace(' who', '  who')} "
    if kind == "wording":
        return text.replace("who works", "working", 1) if "who works" in text else text.replace("who ", "that ", 1)
    if kind == "praise":
        article, _, rest = text.partition(" ")
        return f"A {rng.choice(('dedicated', 'passionate', 'skilled'))} {rest}" if article else text
    if kind == "slip":
        words = text.split()
        long = [i for i, word in enumerate(words) if len(word) > 5 and word.isalpha() and word.islower()]
        if long:
            at = rng.choice(long)
            cut = rng.randint(1, len(words[at]) - 2)
            words[at] = words[at][:cut] + words[at][cut + 1 :]
        return " ".join(words)
    return text
