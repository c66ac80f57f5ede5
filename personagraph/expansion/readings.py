"""Reads what a model answered about an alter: composes or cleans the description, reads attributes, asks the guards."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from personagraph.expansion.guards import Alter, echoes, first_guard, is_open
from personagraph.prompts import clean
from personagraph.runs.growth import Arrival, Link, Rejected
from personagraph.steering.hints import keys
from personagraph.text.english import article
from personagraph.text.scripts import main_system, word_count
from personagraph.types import UNKNOWN, Attributes
from personagraph.vocabulary.ages import read_age
from personagraph.vocabulary.attributes import ATTRIBUTES, stated
from personagraph.vocabulary.faults.ages import stated_years
from personagraph.vocabulary.faults.people import is_occupation
from personagraph.vocabulary.relationships import OWN_WORDS, ROLES, read_words
from personagraph.vocabulary.sexes import SEX_WORDS, read_sex, title_sex

SHORTEST, LONGEST = 25, 400
"""Characters of a description in Latin letters; in others, twice as many where they are no more than MOST words."""
FEWEST, MOST = 4, 65
"""Words of a description in any script."""
OTHER = "other"
UNLINKED = "unlinked"
"""The origin of somebody who was asked for without an ego."""


def read_short(
    data: Mapping[str, Any],
    *,
    ego: str = "",
    named: str | None = None,
    shown: Iterable[str] = (),
    capped: bool = False,
    copied: Collection[str] = (),
) -> Arrival | Rejected:
    """The alter of a reply in short fields, or the first guard that turned it down.

    Without a relation it is somebody whom nobody need know, and there is no `ego`. `named` is the type that was asked
    for, if any, `shown` are descriptions that a hint showed; `capped` says that the detail stopped where nothing more
    would fit; `copied` are the occupations of the examples, which the model must not say again.
    """
    occupation, detail = _plain(data["occupation"]), _plain(data["detail"])
    sex, description = read_sex(data.get("sex", "")), composed(data)
    type, forward = ROLES[data["relation"]] if "relation" in data else ("", True)
    alter = Alter(description, detail, type, forward, occupation, data["age"])
    fault = (
        ("cut" if capped or is_open(detail) else "")
        or ("type" if named not in (None, type) else "")
        or ("example" if occupation in copied and occupation not in ego else "")
        or ("occupation" if not is_occupation(occupation) else "")
        or ("contradiction" if sex != UNKNOWN and title_sex(occupation) not in (UNKNOWN, sex) else "")
        or first_guard(alter, ego)
        or ("echo" if any(echoes(alter, one) for one in shown) else "")
    )
    said = {**data, "occupation": occupation, "age": f"{data['age']} years old"}
    attributes = Attributes(
        **{name: ATTRIBUTES[name].read(str(said[key])) for name, key in keys().items() if key in said}
    )
    if fault:
        return fault, description, attributes
    if not type:
        return Arrival(description, UNLINKED, attributes, exact=True)
    link = Link(type, forward, data["relation"], confidence=0.5)
    return Arrival(description, "persona", attributes, link=link, exact=True)


def read_written(
    data: Mapping[str, Any], *, ego: str = "", named: str | None = None, shown: Iterable[str] = ()
) -> Arrival | Rejected:
    """The alter of one item whose description the model wrote itself, or the first guard that turned it down.

    A relation that is "other" is what the model's words say of the ego: the type that they name, else TIED_TO with them
    as label; without words it is turned down. Without a relation it is somebody whom nobody need know. `shown` are
    descriptions that hints showed.
    """
    description, link = _plain(clean(data["description"])), _link(data)
    told = description.partition(" who ")[2] or description
    type, forward = (link.type, link.forward) if link else ("", True)
    alter = Alter(description, told, type, forward, years=stated_years(description))
    attributes = stated(data)
    fault = (
        ("length" if not _has_length(description) else "")
        or ("type" if named not in (None, type) else "")
        or ("label" if link and data["relation"] == OTHER and not _words(data) else "")
        or ("contradiction" if _denies(attributes, alter) else "")
        or first_guard(alter, ego)
        or ("echo" if any(echoes(alter, one) for one in shown) else "")
    )
    if fault:
        return fault, description, attributes
    origin = "persona" if link else UNLINKED
    return Arrival(description, origin, attributes, nature=data["nature"], link=link)


def compose(age: int, occupation: str, country: str, detail: str, sex: str = UNKNOWN) -> str:
    """The sentence: "An 18-year-old maize farmer from Kenya who …".

    A sex stands before an occupation which does not say it: "female maize farmer".
    """
    words = f"{SEX_WORDS[sex]} {occupation}" if sex in SEX_WORDS and title_sex(occupation) != sex else occupation
    return f"{article(str(age)).capitalize()} {age}-year-old {words} from {country} who {detail.rstrip(' ,-')}"


def composed(data: Mapping[str, Any]) -> str:
    """The sentence of a reply in short fields."""
    occupation, detail = _plain(data["occupation"]), _plain(data["detail"])
    return compose(data["age"], occupation, data["country"], detail, read_sex(data.get("sex", "")))


def _plain(text: str) -> str:
    """The text in one line."""
    return " ".join(text.split())


def _words(data: Mapping[str, Any]) -> str:
    """What a reply says of a tie that is none of the list."""
    return _plain(clean(data["label"], longest=80))


def _link(data: Mapping[str, Any]) -> Link | None:
    """The tie that a reply tells, if it tells one."""
    if "relation" not in data:
        return None
    words, other = _words(data), data["relation"] == OTHER
    type, forward, own = read_words(words) if other else (*ROLES[data["relation"]], "")
    label = own if type in OWN_WORDS else words if other else data["relation"]
    return Link(type, forward, label, data["confidence"], data["former"])


def _has_length(description: str) -> bool:
    """Whether it is about a sentence long. Latin letters are counted, too: some of its languages have words of one."""
    words, letters = word_count(description), len(description)
    if main_system(description) in (None, "LATIN"):
        return words >= FEWEST and SHORTEST <= letters <= LONGEST
    return words >= FEWEST and (letters <= LONGEST or (words <= MOST and letters <= 2 * LONGEST))


def _denies(attributes: Attributes, alter: Alter) -> bool:
    """Whether the age that is stated beside the description is another one than the description's own."""
    return alter.years is not None and UNKNOWN != attributes["age"] != read_age(alter.years)
