"""Word problems and puzzles as a small model would have them made, by seed."""

import random
from typing import Any

from personagraph.prompts import load
from personagraph.synthesis.checks.check import Draft
from personagraph.synthesis.tasks import TASKS
from personagraph.synthesis.tasks.task import Task
from personagraph.vocabulary.relationships import TYPES

PERSONAS = (
    "A 34-year-old lighthouse keeper from Norway who sings",
    "An opera singer from Mali",
    "A nurse from Peru who bakes",
    "A retired tax inspector who distrusts every receipt",
    "A football coach",
    "An engineer who builds bridges",
    "A librarian who restores maps",
)


def dialogue(task: str) -> Task:
    return TASKS[task].dialogues["small"]("scripted", b"secret")


def fields(rng: random.Random, kind: str) -> dict[str, Any]:
    """A persona with up to two neighbours, each connected somehow."""
    ego, *alters = rng.sample(PERSONAS, rng.randint(1, 3))
    types = [rng.choice(list(TYPES.values())) for _ in alters]
    ties = [
        {"phrase": rng.choice([t.forward, t.backward]), "type": t.name, "persona": alter}
        for t, alter in zip(types, alters, strict=True)
    ]
    return {"persona": ego, "ties": ties, "kind": kind}


def chosen(rng: random.Random, task: str) -> dict[str, Any]:
    """A reply that fits the prompt's schema."""
    rules = load(f"{task}-small").schema["properties"]
    return {
        name: rng.choice(rule["enum"]) if "enum" in rule else rng.randint(rule["minimum"], rule["maximum"])
        for name, rule in rules.items()
    }


def samples(task: str, n: int, seed: int = 0) -> list[Draft]:
    """So many samples, through all kinds in turn."""
    asked, made = dialogue(task), []
    kinds = asked.vary["kind"]
    for i in range(n):
        rng = random.Random(f"{seed} {i}")
        found = asked.read(fields(rng, kinds[i % len(kinds)]), chosen(rng, task))
        assert isinstance(found, Draft)
        made.append(found)
    return made
