"""What the scripted model of the kept workspace says: a function of what it is asked about, and of nothing else."""

import json
import random
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from personagraph.testing import ScriptedBackend
from personagraph.types import ChatReply, ChatRequest

MODEL = "gpt-4.1-mini"
TRADES = (
    ("beekeeper", "agriculture"),
    ("ferry pilot", "operators"),
    ("school librarian", "professionals"),
    ("tailor", "craft"),
    ("court clerk", "clerks"),
    ("goat herder", "agriculture"),
    ("laboratory technician", "technicians"),
    ("hotel manager", "managers"),
    ("street musician", "professionals"),
    ("fish trader", "service"),
    ("window cleaner", "elementary"),
)
PLACES = (
    ("Ghana", "west_central_africa", "en"),
    ("Peru", "latin_america", "es"),
    ("Japan", "east_asia", "ja"),
    ("Poland", "eastern_europe", "pl"),
    ("Kenya", "east_southern_africa", "sw"),
    ("Vietnam", "southeast_asia", "vi"),
    ("São Tomé", "west_central_africa", "pt"),
)
HABITS = (
    "keeps a diary of every storm since 1987 and reads it aloud at weddings",
    "mends broken radios on Sundays, and listens to “distant” stations until dawn",
    "draws maps of footpaths that no official atlas has ever shown",
    "bakes flat bread for strangers while the night trains are late",
    "collects proverbs about rain from five valleys and prints them on cloth",
    "trains young rowers before sunrise, whatever the river looks like",
    "writes long letters to newspapers about noise, lamps and empty benches",
    "plays chess by post with opponents on three continents",
    "grows 40 kinds of chilli on a roof above the market hall",
)
RELATIONS = ("works with", "friend of", "teaches", "learns from", "sells to", "lives near", "admires", "other")
LABELS = ("once shared a boat with", "pije kawę z", "argues about football with")
PEOPLE = 47
DAMPED = 6
"""Of so many egos, one is answered in prose: a dead letter, until the model is willing."""


def person(number: int) -> dict[str, Any]:
    """One of the people whom everybody in this world knows, with the attributes that are stated beside it."""
    trade, activity = TRADES[number % len(TRADES)]
    country, region, language = PLACES[number % len(PLACES)]
    return {
        "description": f"A {trade} from {country} who {HABITS[number % len(HABITS)]}",
        "activity": activity,
        "age": ("25-44", "45-64", "unknown")[number % 3],
        "sex": ("female", "male", "unknown", "unknown")[number % 4],
        "region": region,
        "language": language,
        "nature": "person",
    }


def answer(request: ChatRequest, *, willing: bool = False) -> ChatReply:
    """The reply, with the tokens that it took. `willing`: also to those whom it would not tell anything."""
    fields = request.fields
    said = _ANSWERS[request.prompt.partition("@")[0]](fields, random.Random(json.dumps(fields, sort_keys=True)))
    if "ego" in fields and not willing and random.Random(fields["ego"]).randrange(DAMPED) == 0:
        return ChatReply("I would rather not say: «sorry».\r\n", "stop", 310, 12, 64)
    text = json.dumps(said, ensure_ascii=False)
    return ChatReply(text, "stop", 300 + len(text) % 50, len(text) // 4, 64)


def backend(
    *,
    willing: bool = False,
    answered: Callable[..., ChatReply] = answer,
    delay: Callable[[ChatRequest], float] | None = None,
) -> ScriptedBackend:
    """The model of this world, which plays one that is paid for."""
    model = partial(answered, willing=willing)
    return ScriptedBackend(model, model=MODEL, small=False, free=False, delay=delay or (lambda request: 0.0))


def _alters(fields: Mapping[str, Any], rng: random.Random) -> Mapping[str, Any]:
    return {"alters": [_alter(rng) for _ in range(rng.randint(2, 4))]}


def _alter(rng: random.Random) -> Mapping[str, Any]:
    alter, relation = person(rng.randrange(PEOPLE)), rng.choice(RELATIONS)
    if rng.random() < 0.4:
        alter["description"] = alter["description"].replace(" who ", " who gladly ")
    if rng.random() < 0.1:
        alter["description"] = "A fan of chess"
    label = rng.choice(LABELS) if relation == "other" and rng.random() < 0.8 else ""
    return {
        **alter,
        "relation": relation,
        "label": label,
        "former": rng.random() < 0.2,
        "confidence": rng.randrange(2, 10) / 10,
    }


def _short_alter(fields: Mapping[str, Any], rng: random.Random) -> Mapping[str, Any]:
    hint = fields["hint"] or {"occupation": "bus driver", "country": "Peru"}
    detail = rng.choice(("repairs", "collects")) + " old clocks in " + rng.choice(("a small harbour", "a railway town"))
    return {**hint, "age": rng.randint(20, 60), "relation": "friend of", "detail": detail}


def _portraits(fields: Mapping[str, Any], rng: random.Random) -> Mapping[str, Any]:
    return {"personas": [person(rng.randrange(PEOPLE)) for _ in range(2)] + [person(3)]}


def _request(fields: Mapping[str, Any], rng: random.Random) -> Mapping[str, Any]:
    thing = rng.choice(("lease", "boat engine", "school play", "vegetable stall"))
    end = rng.choice(("before the rains begin?", "without a permit?", "for the"))
    request = f"How can I find somebody who looks after my {thing} {end}"
    return {"request": request, "answer": f"Ask two neighbours who have had a {thing} of their own, and write it down."}


def _exercise(fields: Mapping[str, Any], rng: random.Random) -> Mapping[str, Any]:
    numbers = {"first": rng.randint(5, 60), "second": rng.randint(2, 12), "third": rng.randint(2, 9)}
    return {
        "things": rng.choice(("maps", "radios")),
        "place": "at the market",
        "occasion": "for the weekend",
        **numbers,
    }


_ANSWERS: Mapping[str, Callable[[Mapping[str, Any], random.Random], Mapping[str, Any]]] = {
    "expand-large": _alters,
    "expand-small": _short_alter,
    "extract-large": _portraits,
    "instruction-large": _request,
    "math-small": _exercise,
}
