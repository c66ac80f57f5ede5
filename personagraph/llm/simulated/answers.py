"""What the simulated world answers: for each prompt a function from what is asked to the data of the reply."""

import re
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

from personagraph.llm.simulated.acquaintance import role
from personagraph.llm.simulated.described import acquaintance, country_of, named, title_of
from personagraph.llm.simulated.inquiry import Inquiry
from personagraph.llm.simulated.pairs import judge, tie_large, tie_small
from personagraph.llm.simulated.people import LANGUAGES, Person, phrases
from personagraph.llm.simulated.samples import SAMPLES
from personagraph.text.english import article
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.vocabulary.languages import read_language
from personagraph.vocabulary.relationships import ROLES
from personagraph.vocabulary.sexes import SEX_WORDS

FAULTY = 0.02
"""The share of the people in replies that a guard turns down: the ego's own words, or a sentence without its end."""
KEEPS_TYPE = 0.95
"""How often a type of relationship that was asked for is answered."""
_LISTED = re.compile(r"\(([a-z|-]+)\)")
_TIES = ("and the", "of the", "for the", "with a")


def expand_small(asked: Inquiry) -> Mapping[str, Any]:
    """One alter in short fields; a title, a country or a detail that the schema does not allow is passed over."""
    form, rng = asked.form, asked.rng
    nameable = tuple(form["country"]["enum"])

    def telling(person: Person, hint: Mapping[str, str]) -> tuple[str, str]:
        country = hint["country"] if hint.get("country") in nameable else country_of(person, nameable)
        return title_of(person, hint, form["occupation"]["pattern"]), country

    found = acquaintance(asked, asked.fields.get("hint"), telling)
    told = str(asked.fields.get("ego", "")).partition(" who ")[2]
    faults = (told, f"{found.person.detail} and the") if rng.random() < FAULTY else ()
    pattern = form["detail"]["pattern"]
    least, most = form["age"]["minimum"], form["age"]["maximum"]
    said = {"occupation": found.title, "age": min(max(found.person.age, least), most), "country": found.country}
    if "sex" in form:
        said["sex"] = _allowed(form["sex"], SEX_WORDS[found.person.sex], found.person)
    if "relation" in form:
        said["relation"] = _relation(asked, form["relation"]["enum"], found.sentence)
    return {**said, "detail": next((fault for fault in faults if re.search(pattern, fault)), found.person.detail)}


def expand_large(asked: Inquiry) -> Mapping[str, Any]:
    """Up to as many alters as there is room for; hints are for the first."""
    form = asked.form["alters"]
    hints = [*_hints(asked), *[None] * form["maxItems"]]
    return {"alters": [_alter(asked, hint) for hint in hints[: asked.rng.randint(1, form["maxItems"])]]}


def alone_large(asked: Inquiry) -> Mapping[str, Any]:
    """As many people as there is room for, each by a hint."""
    form = asked.form["people"]
    hints = [*_hints(asked), *[None] * form["maxItems"]][: form["maxItems"]]
    return {"people": [_written(asked, form["items"]["properties"], hint) for hint in hints]}


def extract_small(asked: Inquiry) -> Mapping[str, Any]:
    """A persona by role, told in words of the passage; what a detail opens with stands at the head of its pattern."""
    form, rng = asked.form, asked.rng
    topic = form["topic"]["pattern"]
    words = sorted(set(re.findall(r"\b[a-z]{2,14}\b", asked.fields.get("passage", ""))))
    words = [word for word in words if re.search(topic, f"the {word}")] or list(phrases("subjects"))
    kinds, names = (found.split("|") for found in _LISTED.findall(form["role"]["pattern"]))
    role = f"{rng.choice(kinds)} {rng.choice(names)}"
    said = {"topic": _about(words, rng), "role": f"{article(role)} {role}"}
    if "detail" in form:
        opening = form["detail"]["pattern"].removeprefix("^").partition(" (")[0]
        said["detail"] = f"{opening} {_about(words, rng)}"
    return said


def extract_large(asked: Inquiry) -> Mapping[str, Any]:
    """A few personas, who have nothing to do with the passage."""
    people = []
    for _ in range(asked.rng.randint(1, asked.form["personas"]["maxItems"])):
        people.append(_written(asked, asked.form["personas"]["items"]["properties"]))
    return {"personas": people}


def annotate_small(asked: Inquiry) -> Mapping[str, Any]:
    """What the work of the one described is, in words."""
    [text] = asked.fields["people"]
    return {"activity": ATTRIBUTES["activity"].value(text).replace("_", " ")}


def annotate_large(asked: Inquiry) -> Mapping[str, Any]:
    """What is read in each of the descriptions, as far as the form asks for it."""
    form = asked.form["people"]["items"]["properties"]
    names = [name for name in form if name in ATTRIBUTES]
    told = ({name: ATTRIBUTES[name].value(text) for name in names} for text in asked.fields["people"])
    return {"people": [{"n": n, **said} for n, said in enumerate(told, 1)]}


ANSWERS: dict[str, Callable[[Inquiry], Mapping[str, Any]]] = {
    "annotate-small": annotate_small,
    "annotate-large": annotate_large,
    "alone-small": expand_small,
    "alone-large": alone_large,
    "expand-small": expand_small,
    "expand-large": expand_large,
    "extract-small": extract_small,
    "extract-large": extract_large,
    "tie-small": tie_small,
    "tie-large": tie_large,
    **SAMPLES,
}
"""By prompt, what makes the data of a reply, which fits the schema of the request."""

WORDS: dict[str, Callable[[Inquiry], Mapping[str, float]]] = {"judge": judge}
"""By prompt whose reply is one word, what makes the likelihood of each word that it can be."""


def _hints(asked: Inquiry) -> Sequence[Mapping[str, str] | None]:
    """The wishes of a call, in order."""
    several: Sequence[Mapping[str, str]] | None = asked.fields.get("hints")
    return several or [asked.fields.get("hint")]


def _allowed(rule: Mapping[str, Any], value: str, person: Person) -> str:
    """The value, or where the form does not allow it, one that it does, always the same for a person."""
    return value if value in rule.get("enum", [value]) else person.pick(rule["enum"])


def _alter(asked: Inquiry, hint: Mapping[str, str] | None) -> Mapping[str, Any]:
    """One alter as a large model writes it, with the tie."""
    rng = asked.rng
    form = asked.form["alters"]["items"]["properties"]
    told = _written(asked, form, hint)
    relation = _relation(asked, form["relation"]["enum"], told["description"])
    return {
        **told,
        "relation": relation,
        "label": "" if relation in ROLES else rng.choice(phrases("labels")),
        "former": rng.random() < 0.5,
        "confidence": round(rng.random(), 2),
    }


def _written(asked: Inquiry, form: Mapping[str, Any], hint: Mapping[str, str] | None = None) -> Mapping[str, Any]:
    """How a large model describes somebody: a sentence, with the attributes beside it that the form asks for.

    One that the people of the world do not have is a value of the form, always the same for a person.
    """
    found = acquaintance(
        asked, hint, lambda person, kept: (title_of(person, kept), named(kept.get("country") or country_of(person)))
    )
    person, sentence = found.person, found.sentence
    if asked.rng.random() < FAULTY:
        sentence = asked.fields.get("ego") or f"{sentence} and the"
    language = found.kept.get("language") or LANGUAGES[person.region]
    attributes = {
        "activity": person.activity,
        "age": person.band,
        "sex": person.sex,
        "region": person.region,
        "language": read_language(language) if "enum" in form["language"] else language,
    }
    attributes = {name: _allowed(form[name], value, person) for name, value in attributes.items()}
    more = {name: person.pick(form[name]["enum"]) for name in ATTRIBUTES if name in form and name not in attributes}
    return {"description": sentence, "nature": "person", **attributes, **more}


def _relation(asked: Inquiry, roles: Sequence[str], alter: str) -> str:
    """What the ego is to the one described, of the roles that may be named: the type that was asked for, or what is so.

    Where neither is among them, it is drawn by the skewed prior: what stands first is named most.
    """
    named = asked.fields.get("type") if asked.rng.random() < KEEPS_TYPE else None
    able = [role for role in roles if role in ROLES and ROLES[role][0] == named] or roles
    drawn = asked.rng.choices(able, weights=[1 / (1 + rank) ** 0.5 for rank in range(len(able))])[0]
    if "ego" not in asked.fields or drawn not in ROLES:
        return drawn
    between = role(asked.world, asked.fields["ego"], alter)
    return between if between in able else drawn


def _about(words: Sequence[str], rng: Random) -> str:
    """What a text is about: two of its words, tied together."""
    one, other = rng.sample(words, 2) if len(words) > 1 else (words[0], words[0])
    return f"the {one} {rng.choice(_TIES)} {other}"
