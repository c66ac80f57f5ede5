"""The words of problems: what each beginning and operation is told with, for goods, animals and tasks."""

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

from personagraph.synthesis.problems.things import Thing
from personagraph.text.english import article

PARTS = {2: "half", 3: "a third", 4: "a quarter", 5: "a fifth"}
"""What a fraction is called."""
_SENTENCE = re.compile(r"(^|[.?!] )([a-z])")


@lru_cache
def wording() -> Mapping[str, Any]:
    """The file of wordings, as it stands."""
    return tomllib.loads((files(__package__) / "wording.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1024)
def tellings(name: str, field: str, sort: str) -> tuple[Any, ...]:
    """What stands under a name: `tells`, `asks`, `results` or `hides`, of this sort of things; empty for nothing."""
    found = wording()[name].get(field, ())
    return tuple(found.get(sort, ()) if isinstance(found, dict) else found)


def them(name: str, sort: str) -> str:
    """What the things are called that a beginning or an operation ends with."""
    found = wording()[name].get("what", "all the {things}")
    return str(found[sort] if isinstance(found, dict) else found)


def count(number: int, noun: tuple[str, str]) -> str:
    """A number with its noun, which is (one, many): "1 apple", "2 apples"."""
    return f"{number} {noun[number != 1]}"


def sentences(text: str) -> str:
    """The text with a capital letter at the head of each sentence, and single spaces."""
    return _SENTENCE.sub(lambda m: m[1] + m[2].upper(), " ".join(text.split()))


class TellingFields(dict[str, str]):
    """The fields of a telling, by name; `n_things` is the number `n` with its noun."""

    def __init__(self, thing: Thing, people: Mapping[str, str]) -> None:
        super().__init__(people)
        unit = thing.unit or "hour"
        self["things"], self["thing"], self["a_thing"] = thing.many, thing.one, f"{article(thing.one)} {thing.one}"
        self["holders"], self["holder"], self["inside"] = thing.holders, thing.holder, thing.inside
        self["a_holder"] = f"{article(thing.holder)} {thing.holder}"
        self["does"], self["do"], self["done"] = thing.verb, thing.do, thing.done
        self["unit"], self["units"] = unit, f"{unit}s"
        self["per"], self["one_unit"] = f"{article(unit)} {unit}", f"one {unit}"
        self._nouns = {
            "things": (thing.one, thing.many),
            "holders": (thing.holder, thing.holders),
            "units": (unit, f"{unit}s"),
            "people": ("person", "people"),
            "groups": {"goods": ("group", "groups"), "tasks": ("day", "days"), "animals": ("pen", "pens")}[thing.sort],
        }

    def counted(self, number: int, noun: str) -> str:
        """The number with its noun in the right form."""
        return count(number, self._nouns.get(noun) or (noun.removesuffix("s"), noun))

    def unit_of(self, number: int, noun: str) -> str:
        """The noun alone, as it stands after the number."""
        return self.counted(number, noun).partition(" ")[2]

    def with_numbers(self, **numbers: int) -> "TellingFields":
        """The same words with these numbers."""
        made = TellingFields.__new__(TellingFields)
        dict.update(made, self)
        made._nouns = self._nouns
        made.update({name: str(number) for name, number in numbers.items()})
        return made

    def __missing__(self, field: str) -> str:
        name, _, noun = field.partition("_")
        return self.counted(int(self[name]), noun)
