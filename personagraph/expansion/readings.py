"""Reads what a model answered about an alter: composes or cleans the description, reads attributes, asks the guards."""

from collections.abc import Collection, Mapping
from typing import Any

from personagraph.expansion.guards import Alter, first_guard, is_open
from personagraph.prompts import clean
from personagraph.runs.growth import Arrival, Link, Rejected
from personagraph.text.english import article
from personagraph.text.scripts import main_system, word_count
from personagraph.types import UNKNOWN, Attributes
from personagraph.vocabulary.ages import read_age
from personagraph.vocabulary.attributes import stated
from personagraph.vocabulary.faults.ages import stated_years
from personagraph.vocabulary.faults.people import is_occupation
from personagraph.vocabulary.occupations import read_activity
from personagraph.vocabulary.places import read_region
from personagraph.vocabulary.relationships import OWN_WORDS, ROLES, read_words

SHORTEST, LONGEST = 25, 400
"""Characters of a description in Latin letters; in others, twice as many where they are no more than MOST words."""
FEWEST, MOST = 4, 65
"""Words of a description in any script."""
OTHER = "other"


def read_short(
    data: Mapping[str, Any], *, ego: str, named: str | None, capped: bool = False, copied: Collection[str] = ()
) -> Arrival | Rejected:
    """The alter of a reply in short fields, or the first guard that turned it down.

    `named` is the type that was asked for, if any; `capped` says that the detail stopped where nothing more would fit;
    `copied` are the occupations of the examples, which the model must not say again.
    """
    occupation, detail = " ".join(data["occupation"].split()), " ".join(data["detail"].split())
    description = compose(data["age"], occupation, data["country"], detail)
    type, forward = ROLES[data["relation"]]
    alter = Alter(description, detail, type, forward, occupation, data["age"])
    fault = (
        ("cut" if capped or is_open(detail) else "")
        or ("type" if named not in (None, type) else "")
        or ("example" if occupation in copied and occupation not in ego else "")
        or ("occupation" if not is_occupation(occupation) else "")
        or first_guard(alter, ego)
    )
    attributes = Attributes(
        activity=read_activity(occupation), age=read_age(data["age"]), region=read_region(data["country"])
    )
    if fault:
        return fault, description, attributes
    link = Link(type, forward, data["relation"], confidence=0.5)
    return Arrival(description, "persona", attributes, link=link, exact=True)


def read_written(data: Mapping[str, Any], *, ego: str, named: str | None) -> Arrival | Rejected:
    """The alter of one item whose description the model wrote itself, or the first guard that turned it down.

    A relation that is "other" is what the model's words say of the ego: the type that they name, else TIED_TO with them
    as label; without words it is turned down.
    """
    description = " ".join(clean(data["description"]).split())
    words = " ".join(clean(data["label"], longest=80).split())
    other = data["relation"] == OTHER
    type, forward, own = read_words(words) if other else (*ROLES[data["relation"]], "")
    label = own if type in OWN_WORDS else words if other else data["relation"]
    told = description.partition(" who ")[2] or description
    alter = Alter(description, told, type, forward, years=stated_years(description))
    attributes = stated(data)
    fault = (
        ("length" if not _has_length(description) else "")
        or ("type" if named not in (None, type) else "")
        or ("label" if other and not words else "")
        or ("contradiction" if _denies(attributes, alter) else "")
        or first_guard(alter, ego)
    )
    if fault:
        return fault, description, attributes
    link = Link(type, forward, label, data["confidence"], data["former"])
    return Arrival(description, "persona", attributes, nature=data["nature"], link=link)


def compose(age: int, occupation: str, country: str, detail: str) -> str:
    """The sentence: "An 18-year-old maize farmer from Kenya who …"."""
    return f"{article(str(age)).capitalize()} {age}-year-old {occupation} from {country} who {detail.rstrip(' ,-')}"


def _has_length(description: str) -> bool:
    """Whether it is about a sentence long. Latin letters are counted, too: some of its languages have words of one."""
    words, letters = word_count(description), len(description)
    if main_system(description) in (None, "LATIN"):
        return words >= FEWEST and SHORTEST <= letters <= LONGEST
    return words >= FEWEST and (letters <= LONGEST or (words <= MOST and letters <= 2 * LONGEST))


def _denies(attributes: Attributes, alter: Alter) -> bool:
    """Whether the age that is stated beside the description is another one than the description's own."""
    return alter.years is not None and UNKNOWN != attributes["age"] != read_age(alter.years)
