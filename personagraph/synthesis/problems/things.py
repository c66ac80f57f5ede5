"""The things that problems and puzzles are about: what one is called, what is done with them, and plausible amounts."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from personagraph.vocabulary.reference import table

COUNTED = {"clothes": "pieces of clothing"}
"""What is told of with a number before it in other words."""
ON = frozenset({"carts", "pallets", "racks", "shelves", "trays"})
"""What things lie on; the other holders have them inside."""
WEIGHED = frozenset({"bags", "boxes", "crates"})
"""Holders that somebody would weigh."""
_TRADES_WORDS = "bakes builds cooks draws grows makes packs paints prints raises sells serves sews"
TRADES = frozenset(_TRADES_WORDS.split())
"""What somebody does with things that others buy from them."""
_PARTICIPLES = {
    **{"build": "built", "draw": "drawn", "give": "given", "grow": "grown", "make": "made", "plan": "planned"},
    **{"sell": "sold", "sew": "sewn", "study": "studied", "write": "written"},
}
_ONE_OF = {"boxes": "box", "bunches": "bunch", "shelves": "shelf"}


@dataclass(frozen=True, slots=True)
class Thing:
    """One row of the table of things.

    `holders` are what it is packed in, empty for what cannot be handed over; `scale` says how many there plausibly are
    (few, some, many); `price` is about what one brings in dollars and `minutes` about how long one takes, 0 where
    nobody would say.
    """

    many: str
    one: str
    verb: str
    holders: str
    scale: str
    price: int
    minutes: int

    @property
    def sort(self) -> str:
        """goods, which can be packed and handed over; animals; or tasks, which are only done."""
        if self.holders:
            return "goods"
        return "animals" if self.verb == "raises" else "tasks"

    @property
    def do(self) -> str:
        """The verb after "to"."""
        return "study" if self.verb == "studies" else self.verb.removesuffix("s")

    @property
    def done(self) -> str:
        """The participle: "printed", "drawn"."""
        return _PARTICIPLES.get(self.do) or f"{self.do.removesuffix('e')}ed"

    @property
    def holder(self) -> str:
        """One of the holders."""
        return _ONE_OF.get(self.holders, self.holders.removesuffix("s"))

    @property
    def inside(self) -> str:
        """Whether things are in or on a holder."""
        return "on" if self.holders in ON else "in"

    @property
    def traded(self) -> bool:
        """Whether somebody could buy them from the one who has them."""
        return bool(self.price and self.verb in TRADES and self.sort != "tasks")

    @property
    def unit(self) -> str:
        """The unit of time in which several are done: an hour, a day or a week; empty where none is."""
        if not self.minutes:
            return ""
        return "hour" if self.minutes <= 20 else "day" if self.minutes <= 180 else "week"

    @property
    def pace(self) -> int:
        """About how many are done in that unit."""
        return max(2, {"hour": 60, "day": 480, "week": 2400, "": 0}[self.unit] // max(self.minutes, 1))


@lru_cache
def things() -> Mapping[str, Thing]:
    """Every thing by its name in the table."""
    return {
        row["things"]: Thing(
            COUNTED.get(row["things"], row["things"]),
            row["one"],
            row["verb"],
            row["holders"],
            row["scale"],
            int(row["price"] or 0),
            int(row["minutes"] or 0),
        )
        for row in table("things")
    }
