"""What the simulated world writes where samples are asked for, answers, and says of them; and any form else."""

import re
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, Final

from personagraph.llm.simulated.described import country_of, named, title_of
from personagraph.llm.simulated.inquiry import Inquiry
from personagraph.llm.simulated.people import Person, meet, phrases
from personagraph.text.english import article

WRONG: Final = 0.05
"""The share of the answers that are not right, whoever gives them."""
FIRST_NAMES: Final = ("Ana", "Ben", "Cleo", "Dora", "Emil")
NEXT: Final = ("{} comes right before {}.", "{} sees the back of {}.", "{} is followed by {}.")
_NUMBER = re.compile(r"\d+")
_FEW: Final = 2
SHORT: Final = 140
"""Texts that are to be shorter are a few words."""


def math_small(asked: Inquiry) -> Mapping[str, Any]:
    """Any of the things, places and occasions that there are, and any of the numbers."""
    return {
        name: asked.rng.choice(rule["enum"]) if "enum" in rule else asked.rng.randint(rule["minimum"], rule["maximum"])
        for name, rule in asked.form.items()
    }


def math_large(asked: Inquiry) -> Mapping[str, Any]:
    """A story with its formula, and an answer that is right most of the time."""
    rng = asked.rng
    a, b = rng.randint(3, 40), rng.randint(4, 30)
    c = rng.randint(1, a * b - 1)
    story = rng.choice(phrases("stories")).format(who=_somebody(meet(rng, asked.world)), a=a, b=b, c=c)
    said = a * b - c + (rng.random() < WRONG)
    return {
        "problem": story[0].upper() + story[1:],
        "givens": [{"name": name, "value": value} for name, value in (("a", a), ("b", b), ("c", c))],
        "working": f"{a} × {b} = {a * b}. {a * b} − {c} = {a * b - c}.",
        "formula": "a * b - c",
        "answer": str(said),
    }


def logic_large(asked: Inquiry) -> Mapping[str, Any]:
    """Who comes in which place, with a clue for each neighbour in the order; the solution is right most of the time."""
    rng = asked.rng
    who = rng.sample(FIRST_NAMES, 4)
    pairs = [(who[n], who[n + 1]) for n in range(len(who) - 1)]
    told = " ".join(
        said.format(one, other) for said, (one, other) in zip(rng.sample(NEXT, 3), rng.sample(pairs, 3), strict=True)
    )
    order = [who[1], who[0], *who[2:]] if rng.random() < WRONG else who
    return {
        "problem": f"{', '.join(sorted(who))} stand in a queue. {told} In which order do they stand?",
        "who": sorted(who),
        "sorts": [],
        "clues": [{"clue": "right before", "of": list(pair), "by": ""} for pair in pairs],
        "solution": [{"who": name, "is": [place]} for place, name in enumerate(order, 1)],
        "working": f"{who[0]} has nobody before, and {who[-1]} nobody behind; the rest is said.",
        "answer": ", ".join(order),
    }


def instruction_small(asked: Inquiry) -> Mapping[str, Any]:
    """The end of a request, and advice as a clause."""
    rng = asked.rng
    advice = rng.choice(phrases("advice"))
    request = " ".join(rng.choice(phrases(name)) for name in ("aims", "things", "place", "occasion"))
    return {"request": request, "answer": advice[0].lower() + advice[1:]}


def instruction_large(asked: Inquiry) -> Mapping[str, Any]:
    """A request of somebody's, and advice in three sentences."""
    person = meet(asked.rng, asked.world)
    request = asked.rng.choice(phrases("requests")).format(who=_somebody(person), country=named(country_of(person)))
    return {"request": request, "answer": f"{'. '.join(asked.rng.sample(phrases('advice'), 3))}."}


def knowledge_small(asked: Inquiry) -> Mapping[str, Any]:
    """What a question is about, and advice as an answer."""
    rng = asked.rng
    about = f"{rng.choice(phrases('things'))} {rng.choice(phrases('place'))}"
    return {"question": about, "answer": f"{rng.choice(phrases('advice'))}."}


def knowledge_large(asked: Inquiry) -> Mapping[str, Any]:
    """A question about somebody's work, and advice as a text."""
    rng = asked.rng
    who = _somebody(meet(rng, asked.world))
    text = rng.sample(phrases("advice"), 4)
    question = f"What should one know of the work of {who} {rng.choice(phrases('place'))}?"
    return {"question": question, "text": f"{'. '.join(text)}.", "claims": [f"{one}." for one in text[:3]]}


def character_small(asked: Inquiry) -> Mapping[str, Any]:
    """Somebody who does what people of this world do."""
    rng = asked.rng
    role = rng.choice([one for one in phrases("does") if re.search(asked.form["role"]["pattern"], one)])
    advice = rng.choice([one for one in phrases("advice") if re.search(asked.form["line"]["pattern"], f"{one}.")])
    wants = f"to {rng.choice(phrases('aims'))} {rng.choice(phrases('things'))} {rng.choice(phrases('place'))}"
    return {"name": rng.choice(FIRST_NAMES), "role": role, "wants": wants, "line": f"{advice}."}


def character_large(asked: Inquiry) -> Mapping[str, Any]:
    """Somebody who does what people of this world do, in sentences."""
    rng, person = asked.rng, meet(asked.rng, asked.world)
    name, does = rng.choice(FIRST_NAMES), rng.sample(phrases("does"), 4)
    told = [f"{name} {one}." for one in does]
    advice = rng.sample(phrases("advice"), 3)
    return {
        "name": f"{name} {rng.choice(phrases('where')).split()[-1].capitalize()}",
        "role": f"{name} is {_somebody(person)}. {told[0]}",
        "look": told[1],
        "manner": told[2],
        "wants": f"{advice[0]}.",
        "secret": f"{told[3]} Nobody knows.",
        "tie": f"{name} knows {_somebody(meet(rng, asked.world))}.",
        "line": f"{advice[1]}.",
        "quest": f"{advice[2]}.",
    }


def tools_large(asked: Inquiry) -> Mapping[str, Any]:
    """A tool of two parameters; most calls fit it."""
    rng = asked.rng
    aim, thing = rng.choice(phrases("aims")), rng.choice(phrases("things"))
    value = "all" if rng.random() < WRONG else rng.randint(1, 9)
    arguments = [{"name": "count", "value": value}, {"name": "place", "value": rng.choice(phrases("place"))}]
    return {
        "need": f"I often have to {aim} {thing}; I need something that does it for me.",
        "name": f"{aim}_{thing.replace(' ', '_')}",
        "description": f"It can {aim} {thing}.",
        "parameters": [
            {"name": "count", "type": "integer", "about": "how many", "required": True, "values": []},
            {"name": "place", "type": "string", "about": "where", "required": False, "values": []},
        ],
        "calls": [{"request": f"{aim.capitalize()} some {thing}, please.", "arguments": arguments[:n]} for n in (1, 2)],
        "bad_calls": [arguments[1:]],
    }


def solve(asked: Inquiry) -> Mapping[str, Any]:
    """What a story comes to, by its three numbers; or one's own order of a queue; right most of the time."""
    problem, rng = asked.fields["problem"], asked.rng
    numbers = [int(n) for n in _NUMBER.findall(problem)]
    if len(numbers) > _FEW:
        a, b, c = numbers[-3:]
        said = str(a * b - c + (rng.random() < WRONG))
        return {"working": f"{a} × {b} = {a * b}. {a * b} − {c} = {a * b - c}.", "answer": said}
    steps = [(one, other) for said in NEXT for one, other in re.findall(said.format(r"(\w+)", r"(\w+)"), problem)]
    after, behind = dict(steps), {other for _, other in steps}
    order = [one for one, _ in steps if one not in behind][:1]
    while order and order[-1] in after:
        order.append(after[order[-1]])
    return {"working": "It follows from what is said.", "answer": ", ".join(order) or "cannot be answered"}


def criticise(asked: Inquiry) -> Mapping[str, Any]:
    """No fault, most of the time."""
    if asked.rng.random() < WRONG:
        return {"reason": "Something is missing in what is said.", "verdict": "unanswerable"}
    return {"reason": "All that it takes is said.", "verdict": "sound"}


def converse(asked: Inquiry) -> Mapping[str, Any]:
    """Two who give each other advice in turn."""
    said = asked.rng.sample(phrases("advice"), 5)
    return {"turns": [{"by": ("first", "second")[n % 2], "says": f"{text}."} for n, text in enumerate(said)]}


def anything(asked: Inquiry) -> Mapping[str, Any]:
    """What fits a form that nobody here knows, such as that of a task of the user's own; as far as forms are plain."""
    return {name: _fitting(rule, asked.rng) for name, rule in asked.form.items()}


def _fitting(rule: Mapping[str, Any], rng: Random) -> Any:
    """A value that a schema allows."""
    if "const" in rule:
        return rule["const"]
    if "enum" in rule:
        return rng.choice(rule["enum"])
    named = rule.get("type", "string")
    kind = named if isinstance(named, str) else named[0]
    if kind == "object":
        return {name: _fitting(one, rng) for name, one in rule.get("properties", {}).items()}
    if kind == "array":
        return _list(rule, rng)
    if kind in ("integer", "number"):
        return rng.randint(*_between(rule))
    if kind == "boolean":
        return rng.random() < 0.5
    return None if kind == "null" else _text(rule, rng)


def _list(rule: Mapping[str, Any], rng: Random) -> list[Any]:
    least = rule.get("minItems", 0)
    return [_fitting(rule.get("items", {}), rng) for _ in range(min(max(least, _FEW), rule.get("maxItems", 9)))]


def _between(rule: Mapping[str, Any]) -> tuple[int, int]:
    least = int(rule.get("minimum", rule.get("exclusiveMinimum", 0) + 1))
    return least, max(least, int(rule.get("maximum", least + 40)))


def _text(rule: Mapping[str, Any], rng: Random) -> str:
    if rule.get("maxLength", SHORT) < SHORT:
        return rng.choice(phrases("things"))[: rule["maxLength"] - 1]
    said = ". ".join(rng.sample(phrases("advice"), 2))
    while len(said) < rule.get("minLength", 0):
        said += f". {rng.choice(phrases('advice'))}"
    return f"{said[: rule.get('maxLength', len(said) + 1) - 1]}."


def _somebody(person: Person) -> str:
    title = title_of(person, {})
    return f"{article(title)} {title}"


SAMPLES: Final[Mapping[str, Callable[[Inquiry], Mapping[str, Any]]]] = {
    "math-small": math_small,
    "logic-small": math_small,
    "tools-small": math_small,
    "math-large": math_large,
    "logic-large": logic_large,
    "instruction-small": instruction_small,
    "instruction-large": instruction_large,
    "knowledge-small": knowledge_small,
    "knowledge-large": knowledge_large,
    "character-small": character_small,
    "character-large": character_large,
    "tools-large": tools_large,
    "solve": solve,
    "criticise": criticise,
    "converse": converse,
}
"""By the prompt of a step of a synthesis, what makes the data of a reply."""
