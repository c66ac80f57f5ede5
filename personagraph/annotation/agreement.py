"""How well annotators do on labelled personas: what they read of what can be read, and what of it is right."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from personagraph.annotation.labels import Values
from personagraph.steering.shares import wilson
from personagraph.text.english import may_be_english
from personagraph.types import UNKNOWN, Attributes
from personagraph.vocabulary.attributes import ATTRIBUTES

ENGLISH, OTHER = "English", "other languages"


class Judged(NamedTuple):
    """A labelled persona: the acceptable values by attribute, the second labels, and what each annotator says of it."""

    description: str
    labels: Mapping[str, Values]
    again: Mapping[str, Values]
    annotated: Mapping[str, Attributes]


@dataclass(slots=True)
class Score:
    """Of so many `labelled` personas, `readable` are those whose words say the attribute by the label.

    `read` have a value by the annotator, `right` an acceptable one; `missed` are readable and have none. `confusion`
    counts the wrong ones by (best label, value).
    """

    labelled: int = 0
    readable: int = 0
    read: int = 0
    right: int = 0
    missed: int = 0
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, labels: Values, value: str) -> None:
        """Count one persona."""
        self.labelled += 1
        self.readable += UNKNOWN not in labels
        self.read += value != UNKNOWN
        self.right += value != UNKNOWN and value in labels
        self.missed += value == UNKNOWN and UNKNOWN not in labels
        if value != UNKNOWN and value not in labels:
            self.confusion[labels[0], value] += 1

    @property
    def found(self) -> int:
        """How many of the readable have a value."""
        return self.readable - self.missed

    def to_json(self) -> dict[str, Any]:
        """The counts with the two shares and their 95 % intervals, and the confusion as rows."""
        return {
            "labelled": self.labelled,
            "readable": self.readable,
            "read": self.read,
            "right": self.right,
            "share_read": interval(self.found, self.readable),
            "share_right": interval(self.right, self.read),
            "confusion": [[label, value, n] for (label, value), n in self.confusion.most_common()],
        }


@dataclass(slots=True)
class Agreement:
    """`scores` by annotator, attribute, and English or other languages; `twice` counts those that were labelled twice.

    Of each attribute: how many have two labels, and how many of these have the same best one.
    """

    personas: int = 0
    scores: dict[tuple[str, str, str], Score] = field(default_factory=dict)
    twice: dict[str, tuple[int, int]] = field(default_factory=dict)

    def score(self, annotator: str, name: str) -> Score:
        """Those of all languages together."""
        whole = Score()
        for (who, attribute, _), score in self.scores.items():
            if (who, attribute) == (annotator, name):
                for count in ("labelled", "readable", "read", "right", "missed"):
                    setattr(whole, count, getattr(whole, count) + getattr(score, count))
                whole.confusion += score.confusion
        return whole

    def to_json(self) -> dict[str, Any]:
        """Nested by annotator, attribute and language."""
        found: dict[str, Any] = {}
        for (annotator, name, language), score in self.scores.items():
            found.setdefault(annotator, {}).setdefault(name, {})[language] = score.to_json()
        twice = {name: {"labelled_twice": n, "alike": interval(same, n)} for name, (n, same) in self.twice.items()}
        return {"personas": self.personas, "annotators": found, "self_agreement": twice}


def agreement(judged: Iterable[Judged]) -> Agreement:
    """The scores of all annotators on labelled personas.

    An annotator that has nothing to say of an attribute of anybody has no score of it.
    """
    found = Agreement()
    for description, labels, again, annotated in judged:
        found.personas += 1
        language = ENGLISH if may_be_english(description) else OTHER
        for name in (name for name in ATTRIBUTES if name in labels):
            for annotator, attributes in annotated.items():
                score = found.scores.setdefault((annotator, name, language), Score())
                score.add(labels[name], attributes[name])
            if name in again:
                n, same = found.twice.get(name, (0, 0))
                found.twice[name] = (n + 1, same + (again[name][0] == labels[name][0]))
    silent = {(annotator, name) for annotator, name, _ in found.scores if not found.score(annotator, name).read}
    found.scores = {key: found.scores[key] for key in sorted(found.scores, key=_order) if key[:2] not in silent}
    return found


def interval(hits: int, n: int) -> list[float] | None:
    """A share with its 95 % interval (Wilson 1927): [share, low, high]; None of nothing."""
    return [hits / n, *wilson(hits, n)] if n else None


def _order(key: tuple[str, str, str]) -> tuple[bool, str, int, str]:
    annotator, name, language = key
    return annotator != "reader", annotator, [*ATTRIBUTES].index(name), language
