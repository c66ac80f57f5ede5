"""The values that every other module passes around."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Attributes:
    """What is known about a persona; "unknown" is a value."""

    activity: str = "unknown"
    age: str = "unknown"
    sex: str = "unknown"
    region: str = "unknown"
    language: str = "unknown"
