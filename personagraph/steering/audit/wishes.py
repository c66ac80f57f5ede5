"""What steered calls asked for, and what came of each wish: by region, by attribute, by how hard it was asked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from personagraph.steering.shares import wilson
from personagraph.types import UNKNOWN
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.vocabulary.cells import PAIR

Region = tuple[tuple[str, str], ...]
"""Values of attributes, such as (("activity", "craft"), ("region", "oceania")); or (("group", its name),)."""
GROUP: Final = "group"
"""The axis of a region that is no cell of attributes."""
LEVELS: Final = ("2", "2 narrowed", "3")
"""How hard it was asked: a hint; a reply that allows nothing else; without anybody who knows them."""
CAME: Final = ("new", "merged", "linked")
"""Outcomes by which somebody is there."""


class Wish(NamedTuple):
    """A wish for one alter: the region that was meant, what the hint said, and what became of it.

    `outcome` is empty where the reply had nobody for it. `known` is what is known of whoever came.
    """

    region: Region
    said: Mapping[str, str]
    level: str
    outcome: str
    known: Mapping[str, str]


@dataclass(slots=True)
class _Count:
    asked: int = 0
    came: int = 0
    known: int = 0
    right: int = 0
    new: int = 0
    levels: dict[str, int] = field(default_factory=dict)

    def add(self, wish: Wish, wanted: Mapping[str, str]) -> None:
        """Count a wish for these values."""
        self.asked += 1
        self.levels[wish.level] = self.levels.get(wish.level, 0) + 1
        if wish.outcome in CAME:
            self.came += 1
            is_known = all(wish.known.get(axis, UNKNOWN) != UNKNOWN for axis in wanted)
            self.known += is_known
            is_right = is_known and all(wish.known[axis] == value for axis, value in wanted.items())
            self.right += is_right
            self.new += is_right and wish.outcome == "new"

    def to_json(self, of: int) -> dict[str, Any]:
        """The counts, and the share of `of` that is right, with its interval."""
        told = {name: getattr(self, name) for name in ("asked", "came", "known", "right", "new")}
        share = {"share": self.right / of, "interval": list(wilson(self.right, of))} if of else {}
        return {**told, **({"share": None, "interval": None} | share)}


def told_of(wishes: Iterable[Wish]) -> dict[str, Any]:
    """What came of wishes, as JSON has it: by level, by region (asked most first), and by attribute that hints named.

    `right` of a region is who came into it, and its `share` is of all times it was asked for: whoever was turned down,
    or is not known, did not come into it. Of an attribute it is of those who came and of whom it is known.
    """
    levels: dict[str, _Count] = {}
    regions: dict[Region, _Count] = {}
    attributes: dict[str, _Count] = {}
    for wish in wishes:
        wanted = dict(wish.region)
        levels.setdefault(wish.level, _Count()).add(wish, wanted)
        regions.setdefault(wish.region, _Count()).add(wish, wanted)
        for axis, value in wish.said.items():
            attributes.setdefault(axis, _Count()).add(wish, {axis: value})
    return {
        "asked": sum(count.asked for count in levels.values()),
        "levels": [
            {"level": level, **levels[level].to_json(levels[level].asked)} for level in LEVELS if level in levels
        ],
        "regions": [
            {
                "region": dict(region),
                "by_level": {level: count.levels.get(level, 0) for level in LEVELS},
                **count.to_json(count.asked),
            }
            for region, count in sorted(regions.items(), key=lambda one: (-one[1].asked, one[0]))
        ],
        "attributes": [
            {"attribute": axis, **attributes[axis].to_json(attributes[axis].known)}
            for axis in ATTRIBUTES
            if axis in attributes
        ],
    }


def region_of(aim: Iterable[str] | None, said: Mapping[str, str]) -> Region:
    """The region that a step aimed at: the cell that it names, else what its hint says."""
    if aim is None:
        return tuple(said.items())
    values = tuple(aim)
    if len(values) == len(PAIR) and all(v in ATTRIBUTES[axis].values for axis, v in zip(PAIR, values, strict=True)):
        return tuple(zip(PAIR, values, strict=True))
    axes = [next((axis for axis in ATTRIBUTES if value in ATTRIBUTES[axis].values), "") for value in values]
    if all(axes) and len(set(axes)) == len(axes):
        return tuple(zip(axes, values, strict=True))
    return ((GROUP, ", ".join(values)),)
