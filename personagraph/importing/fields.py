"""What a row says besides its description, as a persona keeps it; and what an export of ours had put there."""

import json
import re
from collections.abc import Mapping
from math import isfinite
from typing import Any

from personagraph.steering.evidence import BASES, READ
from personagraph.text.plain import has_half_character
from personagraph.types import Attributes, persona_id
from personagraph.vocabulary.attributes import ATTRIBUTES, bases_of

LONGEST_FIELDS = 100_000
"""Characters of what is kept of a row besides the description, in JSON."""
DEEPEST = 100
"""Lists and objects within each other in it."""
_EXPORTED = frozenset(("id", "entry", "origin", "run", "simulated"))
"""What every export says of every persona, however else it leaves out what is not known."""
_ID = re.compile("[0-9a-f]{32}")
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
_NONE = Attributes()
_TOO_DEEP = f"what it says besides the description is nested more than {DEEPEST} levels deep"


def kept(others: Mapping[str, Any], description: str) -> tuple[str, str]:
    """What else a row says in JSON, as `Persona.fields` has it ("" for nothing), and what is wrong with it.

    It is written by name, without spaces. A number that JSON does not have is a text ("nan"), and half a surrogate
    pair an escape, so that everything can hold it. Of a row of an export, it is what the persona's own row said: the
    other columns of an export are left out, as the graph that it comes into says them of the persona itself. A row is
    one of an export when it has its columns, and its id is that of this description.
    """
    own = _own(others) if is_exported(others, description) else others
    if not own:
        return "", ""
    try:
        text = _ENCODER.encode(own)
    except (ValueError, RecursionError):
        if _is_deep(own, DEEPEST):
            return "", _TOO_DEEP
        text = _ENCODER.encode(_finite(own))
    if len(text) > LONGEST_FIELDS:
        said = f"besides the description it has {len(text):,} characters, at most {LONGEST_FIELDS:,} are kept"
        return "", f"{said}; leave the longest column out"
    if text.count("[") + text.count("{") > DEEPEST and _is_deep(own, DEEPEST):
        return "", _TOO_DEEP
    if has_half_character(text):
        text = "".join(json.dumps(c)[1:-1] if has_half_character(c) else c for c in text)
    return text, ""


def fault_of(others: Mapping[str, Any], description: str) -> str:
    """What is wrong with what else a row says; empty when it can be kept."""
    return kept(others, description)[1]


def is_exported(others: Mapping[str, Any], description: str) -> bool:
    """Whether an export of ours wrote the row: others have columns of these names, but not the hash as an id.

    GML numbers its nodes, and has the id as the label.
    """
    if not others.keys() >= _EXPORTED:
        return False
    ids = (persona_id(description), persona_id(description.removeprefix("'")))
    return others["id"] in ids or others.get("label") in ids


def is_simulated(others: Mapping[str, Any], description: str) -> bool:
    """Whether a row of an export says of its persona that no real model wrote it."""
    return is_exported(others, description) and str(others["simulated"]).lower() == "true"


def known(stated: Attributes, others: Mapping[str, Any], description: str) -> tuple[Attributes, Attributes]:
    """What a row states that counts as it stands, and on what grounds, where they are others than a column.

    An export tells on what grounds its graph knew them. What that had read from the words is left out: they are read
    again.
    """
    told = others.get("bases")
    if not isinstance(told, str) or not told or not is_exported(others, description):
        return stated, _NONE
    grounds = {name: one for name, one in bases_of(told).known().items() if name in ATTRIBUTES and one in BASES}
    left = {name: value for name, value in stated.known().items() if grounds.get(name) not in READ}
    return Attributes(**left), Attributes(**{name: one for name, one in grounds.items() if name in left})


def unguarded(description: str, others: Mapping[str, Any]) -> str:
    """The description of a row without the apostrophe that an export put before it, for spreadsheets.

    There it is known by the row's id, which is a hash of the description: no other apostrophe is taken.
    """
    without = description.removeprefix("'")
    return without if without != description and persona_id(without) == others.get("id") else description


def cells_of(others: Mapping[str, Any]) -> dict[str | int, str]:
    """The same as a table has it: every value is a text, empty where it is none and no number.

    A name stands there in small letters, too, unless another field has that very name.
    """
    found: dict[str | int, str] = {}
    for name, value in others.items():
        found.setdefault(name.strip().casefold(), _cell(value))
    return found | {name: _cell(value) for name, value in others.items()}


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _own(others: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the row of a persona said that is exported."""
    ours = {*_EXPORTED, "depth", "nature", "fields", "bases", *ATTRIBUTES}
    more = {name: value for name, value in others.items() if name not in ours}
    # GML and GEXF have the id of a node as its label, too.
    if _ID.fullmatch(str(more.get("label"))):
        del more["label"]
    return {**_object(others.get("fields")), **more}


def _object(said: object) -> Mapping[str, Any]:
    """The fields as an export has them: in CSV an apostrophe may stand before them, too."""
    try:
        found = json.loads(said.removeprefix("'")) if isinstance(said, str) and said else said or {}
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {"fields": said}


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {name: _finite(held) for name, held in value.items()}
    return [_finite(held) for held in value] if isinstance(value, list) else value


def _is_deep(value: Any, levels: int) -> bool:
    held = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels < 0 or any(_is_deep(one, levels - 1) for one in held)
