"""What the simulated world answers: for each prompt a function from what is asked to the data of the reply."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from random import Random
from typing import Any, NamedTuple

from personagraph.llm.simulated.acquaintance import knows, role
from personagraph.llm.simulated.inquiry import Inquiry
from personagraph.llm.simulated.pairs import judge, tie_large, tie_small
from personagraph.llm.simulated.people import LANGUAGES, Person, by_region, meet, phrases
from personagraph.text.english import article
from personagraph.types import UNKNOWN
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.vocabulary.languages import read_language
from personagraph.vocabulary.occupations import read_activity, titles
from personagraph.vocabulary.places import countries, read_region
from personagraph.vocabulary.relationships import ROLES

FAULTY = 0.02
"""The share of the people in replies that a guard turns down: the ego's own words, or a sentence without its end."""
KEEPS_TYPE = 0.95
"""How often a type of relationship that was asked for is answered."""
KEEPS_HINT: Mapping[str, float] = {"occupation": 0.66, "country": 0.91}
"""How often a hint is followed: as a real small model did from random egos (SmolLM2-135M-Instruct)."""
MEETINGS = 100
"""How many people an ego meets until one of them is an acquaintance: some ten, where no hint narrows them."""
_TAKES_ARTICLE = re.compile(r"^(United|Philippines|Netherlands|Gambia)|Republic$")
_LISTED = re.compile(r"\(([a-z|-]+)\)")
_TIES = ("and the", "of the", "for the", "with a")


def expand_small(asked: Inquiry) -> Mapping[str, Any]:
    """One alter in short fields; a title, a country or a detail that the schema does not allow is passed over."""
    form, rng = asked.form, asked.rng
    nameable = tuple(form["country"]["enum"])

    def telling(person: Person, hint: Mapping[str, str]) -> tuple[str, str]:
        country = hint["country"] if hint.get("country") in nameable else _country(person, nameable)
        return _title(person, hint, form["occupation"]["pattern"]), country

    found = _acquaintance(asked, asked.fields.get("hint"), telling)
    told = str(asked.fields.get("ego", "")).partition(" who ")[2]
    faults = (told, f"{found.person.detail} and the") if rng.random() < FAULTY else ()
    pattern = form["detail"]["pattern"]
    return {
        "occupation": found.title,
        "age": found.person.age,
        "country": found.country,
        "relation": _relation(asked, form["relation"]["enum"], found.sentence),
        "detail": next((fault for fault in faults if re.search(pattern, fault)), found.person.detail),
    }


def expand_large(asked: Inquiry) -> Mapping[str, Any]:
    """Up to as many alters as there is room for; a hint is for the first."""
    form = asked.form["alters"]
    hints = [asked.fields.get("hint"), *[None] * form["maxItems"]]
    return {"alters": [_alter(asked, hint) for hint in hints[: asked.rng.randint(1, form["maxItems"])]]}


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


def math_small(asked: Inquiry) -> Mapping[str, Any]:
    """Any of the things, places and occasions that there are, and any of the numbers."""
    return {
        name: asked.rng.choice(rule["enum"]) if "enum" in rule else asked.rng.randint(rule["minimum"], rule["maximum"])
        for name, rule in asked.form.items()
    }


def math_large(asked: Inquiry) -> Mapping[str, Any]:
    """A story, and its right answer."""
    rng = asked.rng
    a, b = rng.randint(3, 40), rng.randint(4, 30)
    c = rng.randint(1, a * b - 1)
    story = rng.choice(phrases("stories")).format(who=_somebody(meet(rng, asked.world)), a=a, b=b, c=c)
    working = f"{a} times {b} is {a * b}, and {a * b} less {c} is {a * b - c}."
    return {"problem": story[0].upper() + story[1:], "working": working, "answer": str(a * b - c)}


def instruction_small(asked: Inquiry) -> Mapping[str, Any]:
    """The end of a request, and advice as a clause."""
    rng = asked.rng
    advice = rng.choice(phrases("advice"))
    request = " ".join(rng.choice(phrases(name)) for name in ("aims", "things", "place", "occasion"))
    return {"request": request, "answer": advice[0].lower() + advice[1:]}


def instruction_large(asked: Inquiry) -> Mapping[str, Any]:
    """A request of somebody's, and advice in three sentences."""
    person = meet(asked.rng, asked.world)
    request = asked.rng.choice(phrases("requests")).format(who=_somebody(person), country=_named(_country(person)))
    return {"request": request, "answer": f"{'. '.join(asked.rng.sample(phrases('advice'), 3))}."}


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
    "expand-small": expand_small,
    "expand-large": expand_large,
    "extract-small": extract_small,
    "extract-large": extract_large,
    "tie-small": tie_small,
    "tie-large": tie_large,
    "math-small": math_small,
    "math-large": math_large,
    "instruction-small": instruction_small,
    "instruction-large": instruction_large,
}
"""By prompt, what makes the data of a reply, which fits the schema of the request."""

WORDS: dict[str, Callable[[Inquiry], Mapping[str, float]]] = {"judge": judge}
"""By prompt whose reply is one word, what makes the likelihood of each word that it can be."""


class _Described(NamedTuple):
    """Somebody of the world with the title and the country that a reply tells."""

    person: Person
    title: str
    country: str

    @property
    def sentence(self) -> str:
        """The description, as a small model's is composed, and as a large one writes it."""
        age = self.person.age
        opening = f"{article(str(age)).capitalize()} {age}-year-old {self.title} from {self.country}"
        return f"{opening} who {self.person.detail}"


def _acquaintance(
    asked: Inquiry,
    hint: Mapping[str, str] | None,
    telling: Callable[[Person, Mapping[str, str]], tuple[str, str]],
) -> _Described:
    """Somebody whom the ego knows, or where there is none, anybody; a hint is mostly followed.

    `telling` gives the title and the country by which the reply can tell of a person, with what of the hint is kept.
    The rare ego that knows nobody of a kind meets a stranger.
    """
    wishes = ((name, value) for name, value in (hint or {}).items() if name in KEEPS_HINT)
    kept = {name: value for name, value in wishes if asked.rng.random() < KEEPS_HINT[name]}
    activity, region = _activity(kept.get("occupation", "")), _region(kept.get("country", ""))
    for _ in range(MEETINGS):
        person = meet(asked.rng, asked.world, activity=activity, region=region)
        found = _Described(person, *telling(person, kept))
        if "ego" not in asked.fields or knows(asked.world, asked.fields["ego"], found.sentence):
            break
    return found


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
    found = _acquaintance(
        asked, hint, lambda person, kept: (_title(person, kept), _named(kept.get("country") or _country(person)))
    )
    person, sentence = found.person, found.sentence
    if asked.rng.random() < FAULTY:
        sentence = asked.fields.get("ego") or f"{sentence} and the"
    language = LANGUAGES[person.region]
    attributes = {
        "activity": person.activity,
        "age": person.band,
        "sex": person.sex,
        "region": person.region,
        "language": read_language(language) if "enum" in form["language"] else language,
    }
    more = {name: person.pick(form[name]["enum"]) for name in ATTRIBUTES if name in form and name not in attributes}
    return {"description": sentence, "nature": "person", **attributes, **more}


def _title(person: Person, hint: Mapping[str, str], pattern: str = "") -> str:
    """The hint's occupation, else one of the person's activity, else one of any kind: the first that is allowed."""
    wished = hint.get("occupation", "")
    if wished and re.search(pattern, wished):
        return wished
    return person.pick(_titles(person.activity, pattern) or _titles("service", pattern))


@lru_cache
def _titles(activity: str, pattern: str) -> Sequence[str]:
    return tuple(title for title in titles(activity) if re.search(pattern, title))


def _country(person: Person, nameable: tuple[str, ...] = ()) -> str:
    """A country of the person's region, out of those that can be named; else any of these."""
    return person.pick((by_region(nameable).get(person.region) or nameable) if nameable else _countries(person.region))


@lru_cache
def _countries(region: str) -> Sequence[str]:
    return countries(region)


def _named(country: str) -> str:
    return f"the {country}" if _TAKES_ARTICLE.search(country) else country


def _somebody(person: Person) -> str:
    title = _title(person, {})
    return f"{article(title)} {title}"


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


@lru_cache(maxsize=4096)
def _activity(occupation: str) -> str | None:
    return _known(read_activity(occupation))


@lru_cache(maxsize=4096)
def _region(country: str) -> str | None:
    return _known(read_region(country))


def _known(value: str) -> str | None:
    return None if value == UNKNOWN else value
