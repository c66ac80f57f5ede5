"""A sample as a generator makes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Sample:
    """A sample: what a model might have written, what was planted in it (nothing in a good one), and what tells.

    `decidable` is whether the fault can be told from what stands in the sample, without understanding its prose.
    """

    kind: str
    user: str
    assistant: str
    answer: str
    form: Mapping[str, Any] = field(default_factory=dict)
    answers: Sequence[str] = ()
    fault: str = ""
    decidable: bool = True
    checks: Sequence[str] = ("formula", "working")
