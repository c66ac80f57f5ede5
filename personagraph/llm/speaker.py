"""Speaks for the people of the simulated world: what a reply says, by the name of the property that is asked for."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from random import Random
from types import MappingProxyType
from typing import Any

from personagraph.attributes import countries, read_activity, read_language, read_region, titles
from personagraph.cells import UNKNOWN
from personagraph.llm.people import LANGUAGES, Person, by_region, meet, phrases, tell
from personagraph.llm.schemas import Schema, fits
from personagraph.readings import compose
from personagraph.relationships import ROLES

FAULTY = 0.02
"""The share of the objects in replies that a guard turns down: the ego's own words, or a sentence without its end."""
KEEPS_TYPE = 0.95
"""How often a type of relationship that was asked for is answered."""
KEEPS_HINT: Mapping[str, float] = {"occupation": 0.66, "country": 0.91}
"""How often a hint is followed: as a real small model did from random egos (SmolLM2-135M-Instruct)."""
_TAKES_ARTICLE = re.compile(r"^(United|Philippines|Netherlands|Gambia)|Republic$")


class Speaker:
    """What one object of a reply says, property by property, about one made-up person."""

    person: Person

    def __init__(self, asked: Mapping[str, Any], rng: Random, world: int) -> None:
        asked_for = asked.get("hint")
        hints = asked_for.items() if isinstance(asked_for, Mapping) else ()
        hint = {name: str(value) for name, value in hints if rng.random() < _kept(name)}
        self.rng = rng
        self.hint = hint
        self.type = asked.get("type") if rng.random() < KEEPS_TYPE else None
        self.person = meet(rng, world, activity=_activity(hint.get("occupation")), region=_region(hint.get("country")))
        self.fault = _fault(str(asked.get("ego", "")), self.person) if rng.random() < FAULTY else ()
        self.problem = next((str(asked[name]) for name in _PROBLEMS if asked.get(name)), "")

    def __call__(self, name: str, schema: Schema) -> Iterator[Any]:
        """Values for a property, best first; for a text of an unknown name, sentences."""
        if name in _KNOWN:
            yield from _KNOWN[name](self, schema)
        if "enum" not in schema and schema.get("type", "string") == "string":
            yield from (
                self.person.detail,
                _with_articles(f"A {_title(self)} who {self.person.detail}"),
                tell(self.rng),
                tell(self.rng),
            )

    def sentence(self) -> str:
        """The person as a description that stands on its own."""
        country, occupation = next(_countries(self, {})), next(_occupations(self, {}))
        article = "the " if _TAKES_ARTICLE.search(country) else ""
        return compose(self.person.age, occupation, article + country, self.person.detail)


def _kept(name: str) -> float:
    return KEEPS_HINT.get(name, min(KEEPS_HINT.values()))


def _fault(ego: str, person: Person) -> tuple[str, ...]:
    """What a guard turns down: the ego's own words, or, where they do not fit, a sentence without its end."""
    told = re.sub(r"[^A-Za-z0-9 ,'-]", "", ego.partition(" who ")[2])
    return tuple(text for text in (ego, told, f"{person.detail} and the") if text)


def _occupations(speaker: Speaker, schema: Schema) -> Iterator[str]:
    yield from _hinted(speaker, "occupation")
    if "enum" in schema:
        own = [title for title in schema["enum"] if _activity(title) == speaker.person.activity]
        yield speaker.person.pick(own or schema["enum"])
    else:
        yield _title(speaker, schema)


def _title(speaker: Speaker, schema: Schema = MappingProxyType({})) -> str:
    limits = (schema.get("pattern", ""), schema.get("minLength", 0), schema.get("maxLength", 200))
    return speaker.person.pick(_titles(speaker.person.activity, *limits) or titles(speaker.person.activity))


@lru_cache
def _titles(activity: str, pattern: str, least: int, most: int) -> tuple[str, ...]:
    schema = {"type": "string", "pattern": pattern, "minLength": least, "maxLength": most}
    return tuple(title for title in titles(activity) if fits(schema, title))


def _countries(speaker: Speaker, schema: Schema) -> Iterator[str]:
    yield from _hinted(speaker, "country")
    region, nameable = speaker.person.region, tuple(schema.get("enum", ()))
    yield speaker.person.pick((by_region(nameable).get(region) if nameable else countries(region)) or nameable)


def _hinted(speaker: Speaker, name: str) -> Iterator[str]:
    if name in speaker.hint:
        yield speaker.hint[name]


def _ages(speaker: Speaker, schema: Schema) -> Iterator[int | str]:
    age = speaker.person.age
    yield min(max(age, schema.get("minimum", age)), schema.get("maximum", age))
    yield speaker.person.band
    yield str(age)


def _relations(speaker: Speaker, schema: Schema) -> Iterator[str]:
    """A type by the skewed prior: what stands first among those that may be named is named most."""
    values = tuple(schema.get("enum", ROLES))
    asked_for = [value for value in values if speaker.type in (value, ROLES.get(value, ("",))[0])]
    values = tuple(asked_for) or values
    yield speaker.rng.choices(values, weights=[1 / (1 + rank) ** 0.5 for rank in range(len(values))])[0]


def _details(speaker: Speaker, schema: Schema) -> Iterator[str]:
    yield from speaker.fault
    yield speaker.person.detail


def _descriptions(speaker: Speaker, schema: Schema) -> Iterator[str]:
    yield from speaker.fault[:1]
    yield speaker.sentence()


def _questions(speaker: Speaker, schema: Schema) -> Iterator[str]:
    rng = speaker.rng
    a, b = rng.randint(3, 40), rng.randint(4, 30)
    story = rng.choice(phrases("stories"))
    speaker.problem = _with_articles(story.format(title=_title(speaker), a=a, b=b, c=rng.randint(1, a * b - 1)))
    yield speaker.problem


def _answers(speaker: Speaker, schema: Schema) -> Iterator[int | str]:
    """The right answer to a story of this world, asked for now or made up before; else advice."""
    if numbers := _numbers(speaker.problem):
        a, b, c = numbers
        yield from (a * b - c, str(a * b - c))
    yield from _workings(speaker, schema)


def _workings(speaker: Speaker, schema: Schema) -> Iterator[str]:
    """How the answer is found."""
    if numbers := _numbers(speaker.problem):
        a, b, c = numbers
        yield f"{a} times {b} is {a * b}, and {a * b} less {c} is {a * b - c}."
    yield from _advice(speaker, schema)


def _numbers(problem: str) -> tuple[int, int, int] | None:
    """The three numbers of a story of this world; None for another."""
    numbers = [int(number) for number in re.findall(r"\d{1,9}", problem)]
    return (numbers[0], numbers[1], numbers[2]) if len(numbers) == 3 else None


def _advice(speaker: Speaker, schema: Schema) -> Iterator[str]:
    picked = speaker.rng.sample(phrases("advice"), 3)
    yield from (f"{'. '.join(picked)}.", f"{picked[0]}.", picked[1], picked[2])


def _requests(speaker: Speaker, schema: Schema) -> Iterator[str]:
    told = {"title": _title(speaker), "country": next(_countries(speaker, {}))}
    requests = phrases("requests")
    yield from (_with_articles(request.format(**told)) for request in speaker.rng.sample(requests, len(requests)))


def _with_articles(text: str) -> str:
    return re.sub(r"\b([Aa]) (?=[aeio]|u(?!ni|se))", r"\1n ", text)


def _languages(speaker: Speaker, schema: Schema) -> Iterator[str]:
    language = LANGUAGES[speaker.person.region]
    yield from (language, read_language(language))


def _from_table(name: str) -> Callable[[Speaker, Schema], Iterator[str]]:
    return lambda speaker, schema: iter(speaker.rng.sample(phrases(name), len(phrases(name))))


@lru_cache(maxsize=4096)
def _activity(occupation: str | None) -> str | None:
    return _known(read_activity(occupation or ""))


@lru_cache(maxsize=4096)
def _region(country: str | None) -> str | None:
    return _known(read_region(country or ""))


def _known(value: str) -> str | None:
    return None if value == UNKNOWN else value


_PROBLEMS = ("question", "problem", "exercise")
_KNOWN: Mapping[str, Callable[[Speaker, Schema], Iterator[Any]]] = {
    **dict.fromkeys(("occupation", "role", "profession"), _occupations),
    "activity": lambda speaker, schema: iter((speaker.person.activity,)),
    "age": _ages,
    "sex": lambda speaker, schema: iter((speaker.person.sex,)),
    "country": _countries,
    "region": lambda speaker, schema: iter((speaker.person.region,)),
    "language": _languages,
    "nature": lambda speaker, schema: iter(("person",)),
    **dict.fromkeys(("relation", "relationship", "type"), _relations),
    "detail": _details,
    **dict.fromkeys(("description", "persona"), _descriptions),
    **dict.fromkeys(_PROBLEMS, _questions),
    **dict.fromkeys(("answer", "solution", "result"), _answers),
    **dict.fromkeys(("working", "workings", "steps", "explanation", "reasoning"), _workings),
    **dict.fromkeys(("instruction", "request", "task"), _requests),
    **dict.fromkeys(("response", "advice"), _advice),
    **{name: _from_table(name) for name in ("topic", "things", "place", "occasion")},
}
"""What the world knows to say, by the name of the property."""
