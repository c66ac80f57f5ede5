"""The table of attributes: what can be known of a persona beside its description. A new one is one row of it.

Its columns in the stores (which a migration of each makes), the cells that coverage counts, the fields of exports, the
columns of networks and the closed vocabularies of prompts are those of this table.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Any

from personagraph.types import UNKNOWN, Attributes, Persona
from personagraph.vocabulary.ages import AGES, read_age
from personagraph.vocabulary.languages import LANGUAGES, read_language
from personagraph.vocabulary.occupations import ACTIVITIES, read_activity
from personagraph.vocabulary.places import HEADINGS, REGIONS, read_region
from personagraph.vocabulary.sexes import SEXES, read_sex


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute. Raises ValueError for a name that is no lower-case identifier, or that is a persona's own field.

    `values` are its known values, in the order in which cells are listed; to these comes "unknown". `read` makes one of
    them out of words, and gives "unknown" rather than a guess. About one persona in `one_in` has the same value: who
    is in a cell is looked up by the attribute with the most. `titles` are what values are called where they do not say
    it themselves, `headings` where there is little room. `columns` are other names under which a file may have it, and
    which it is taken from where there is none of its own. `wish` is what a hint calls the words for it, or empty where
    no hint names it. `listed` says whether coverage lists values that nobody has.
    """

    name: str
    values: tuple[str, ...]
    read: Callable[[str], str]
    one_in: int
    titles: Mapping[str, str] = field(default_factory=dict)
    headings: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    wish: str = ""
    listed: bool = True

    def __post_init__(self) -> None:
        taken = {one.name for one in fields(Persona)}
        if not self.name.isidentifier() or self.name != self.name.lower() or self.name in taken:
            raise ValueError(f"an attribute cannot be called {self.name!r}")

    def value(self, said: str) -> str:
        """What is said, where that is a value, or the one that it can be read as; else "unknown"."""
        found = said if said in self.values else self.read(said)
        return found if found in self.values else UNKNOWN


ATTRIBUTES: dict[str, Attribute] = {
    attribute.name: attribute
    for attribute in (
        Attribute(
            "activity",
            tuple(ACTIVITIES),
            read_activity,
            one_in=10,
            titles=ACTIVITIES,
            columns=("occupation",),
            wish="occupation",
        ),
        Attribute("age", AGES, read_age, one_in=4, wish="age"),
        Attribute("sex", SEXES, read_sex, one_in=2, columns=("gender",), wish="sex"),
        Attribute(
            "region",
            tuple(REGIONS),
            read_region,
            one_in=8,
            titles=REGIONS,
            headings=HEADINGS,
            columns=("country",),
            wish="country",
        ),
        Attribute("language", LANGUAGES, read_language, one_in=5, wish="language", listed=False),
    )
}
"""By name. Whoever adds one does so before a workspace is opened, whose stores must have its columns."""


def bases_text(bases: Attributes) -> str:
    """The grounds on which attributes are known, as a column has them, such as "activity:words region:stated"."""
    told = bases.known()
    return " ".join(f"{name}:{told[name]}" for name in ATTRIBUTES if name in told) if told else ""


@lru_cache(maxsize=100_000)
def bases_of(text: str) -> Attributes:
    """The grounds in a column; of a damaged one, what can be made of it."""
    return Attributes(**dict(part.partition(":")[::2] for part in text.split()))


def stated(said: Mapping[str, Any]) -> Attributes:
    """What a reply says of each attribute, in the order of the table; unknown are those that it was not asked for."""
    return Attributes(**{name: attribute.value(said[name]) for name, attribute in ATTRIBUTES.items() if name in said})
