"""What an answer of the simulated world is made from."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any


@dataclass(frozen=True, slots=True)
class Inquiry:
    """The fields of the step, the properties that the reply must have, chance, and the number of the world."""

    fields: Mapping[str, Any]
    form: Mapping[str, Any]
    rng: Random
    world: int
