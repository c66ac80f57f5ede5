"""What wants to enter a graph: descriptions, with what ties them to it, or what a guard turned down."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from personagraph.types import Attributes, Verdict

GROUNDED, PERSON = "grounded", "person"
UNSTATED = Attributes()
"""One object for all of whom nothing is known, as is most often so."""
Rejected = tuple[str, str] | tuple[str, str, Attributes]
"""The name of the guard that turned an item of a reply down, what it saw, and what the item says of its attributes."""


class Link(NamedTuple):
    """How an arrival is tied to what is there: to an ego by a relationship that is proposed, or to a source.

    `forward` says that the ego is the source of the relationship. One of `ego` and `source` is an id, the other empty;
    a reader of replies leaves both to the work, which knows whom it asked.
    """

    type: str
    forward: bool = True
    label: str = ""
    confidence: float = 1.0
    former: bool = False
    ego: str = ""
    source: str = ""
    via: str = ""

    @classmethod
    def of(cls, verdict: Verdict) -> "Link | None":
        """The link that a verdict has in its detail; None where it has none."""
        found = verdict.detail.get("link")
        return cls(**found) if found else None

    def to_json(self) -> dict[str, Any]:
        """The link as the ledger has it."""
        if self.source:
            return {"source": self.source, "type": self.type}
        told = self._asdict()
        del told["source"]
        if not self.via:
            del told["via"]
        return told


@dataclass(frozen=True, slots=True)
class Arrival:
    """A description that wants to enter, and how it is tied to what is there; an import is tied to nothing.

    `stated` is what was said of its attributes; `exact` says that a column did, or what the description was composed
    from, so that it holds, on other `grounds` where an export told them. `fields` is what else its row says, and
    `simulated` that it was marked so before, as a persona has them.
    """

    description: str
    origin: str
    stated: Attributes = UNSTATED
    nature: str = "person"
    link: Link | None = None
    fields: str = ""
    simulated: bool = False
    exact: bool = False
    grounds: Attributes = UNSTATED
