"""What is known of a persona by all that came with it, with its descriptions read as they are read now."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from personagraph.annotation.arrivals import Arrived
from personagraph.steering.evidence import weigh
from personagraph.types import Attributes, Persona
from personagraph.vocabulary.attributes import ATTRIBUTES

Known = tuple[Attributes, Attributes]
"""What is known, and on what grounds."""
_UNSTATED = Attributes()
NOTHING: Known = (_UNSTATED, _UNSTATED)
_OWN: Mapping[str, int] = {"field": 1, "agreed": 2, "words": 2, "stated": 5}
_MERGED: Mapping[str, int] = {"field": 3, "agreed": 3, "words": 3, "stated": 5}
_GIVEN: Mapping[str, int] = {"label": 0, "model": 4}
_KEPT: Mapping[str, int] = {"field": 1, "stated": 5, "": 6}
_WEAKEST = 99
"""The strength of each ground, 0 the strongest: a label, then what the persona's own description and row say, then what
those say that were merged into it, then what a model annotated, and at last what a model stated."""


def known_by(
    persona: Persona,
    arrived: Sequence[Arrived],
    *,
    believes: Callable[[str, str], bool],
    given: Known = NOTHING,
    is_told: bool = True,
) -> Known:
    """What is known of a persona with whom this arrived: of each attribute what stands on the strongest grounds.

    `believes` says of a model and an attribute whether a statement counts that no words bear out. What was labelled or
    annotated before stays, unless something stronger says otherwise; `given` is labelled or annotated now, and comes
    before that. Of equals, the first counts. Where `is_told` is false, nobody knows any more with what the persona
    came, and what is known of it that its words do not say stays as it is.
    """
    if not arrived and is_told and given is NOTHING and _GIVEN.keys().isdisjoint(persona.bases.known().values()):
        # Of most an import only the words speak, and there is nothing to weigh against each other.
        seen = weigh(persona.description, _UNSTATED)
        return seen.attributes, seen.bases
    values, bases, strengths = dict[str, str](), dict[str, str](), dict[str, int]()
    for strength_of, attributes, grounds in _said(persona, arrived, believes, given, is_told):
        for name, basis in grounds.known().items():
            if (strength := strength_of.get(basis, _WEAKEST)) < strengths.get(name, _WEAKEST):
                values[name], bases[name], strengths[name] = attributes[name], basis, strength
    return _in_order(values), _in_order({name: basis for name, basis in bases.items() if basis})


def _said(
    persona: Persona, arrived: Sequence[Arrived], believes: Callable[[str, str], bool], given: Known, is_told: bool
) -> Iterator[tuple[Mapping[str, int], Attributes, Attributes]]:
    """Each thing that says something of the persona: the strength of its grounds, the values, and the grounds."""
    yield _GIVEN, *given
    yield _GIVEN, persona.attributes, persona.bases
    if all(one.description for one in arrived):
        seen = weigh(persona.description, _UNSTATED)
        yield _OWN, seen.attributes, seen.bases
    if not is_told:
        yield _KEPT, persona.attributes, _grounds_of(persona)
    for description, stated, exact, model, told in arrived:
        trusted = partial(believes, model)
        seen = weigh(description or persona.description, stated, exact=exact, believes=trusted, grounds=told)
        yield (_MERGED if description else _OWN), seen.attributes, seen.bases


def _grounds_of(persona: Persona) -> Attributes:
    """The grounds of all that is known of a persona; empty where there are none."""
    told = persona.bases.known()
    return Attributes(**{name: told.get(name, "") for name in persona.attributes.known()})


def _in_order(said: Mapping[str, str]) -> Attributes:
    return Attributes(**{name: said[name] for name in ATTRIBUTES if name in said})
