"""What the rows of the ledger's tables must be, by what their values say of each other; for rows that were damaged."""

import json
import re
from collections.abc import Mapping
from typing import Any

from personagraph.ledger.losses import LOST
from personagraph.ledger.merges import MERGED, TAKEN_BACK
from personagraph.ledger.runs import RUN
from personagraph.storage.damage.salvage import Fits
from personagraph.types import Assertion, persona_id
from personagraph.vocabulary.attributes import ATTRIBUTES, bases_of
from personagraph.vocabulary.relationships import SOURCE_TYPES, TYPES, relationship_key

_KEY = re.compile(r"[0-9a-f]{32}")


def _object(text: str) -> bool:
    return isinstance(json.loads(text), dict)


def _of_run(row: Mapping[str, Any]) -> bool:
    return bool(RUN.fullmatch(row["run"])) and all(row.get(name, 0) >= 0 for name in ("step", "item"))


def _decided(row: Mapping[str, Any]) -> bool:
    """Whether it is of a run; what was taken over from a graph stands in steps below number 0."""
    return bool(RUN.fullmatch(row["run"])) and row.get("item", 0) >= 0


def _is_run(row: Mapping[str, Any]) -> bool:
    good = row["id"] == f"r{row['number']}" and row["decided"] >= 0 and row["applied"] >= 0
    return good and row["status"] in _STATUSES and _object(row["settings"]) and _object(row["limits"])


def _is_step(row: Mapping[str, Any]) -> bool:
    known = json.loads(row["context"]).keys() <= _CONTEXT
    return known and _decided(row) and _object(row["fields"]) and _is_key(row["call"], row["ask"])


def _is_verdict(row: Mapping[str, Any]) -> bool:
    if not (_decided(row) and _is_key(row["call"])):
        return False
    detail, persona, outcome = json.loads(row["detail"]), row["persona"], row["outcome"]
    if outcome in ("new", *MERGED, *TAKEN_BACK):
        own = persona_id(detail["description"])
        named = persona == own if outcome not in MERGED else detail["alias"] in ("", own)
        known = isinstance(detail["score"] if outcome in MERGED else detail["entry"], int | float)
        known = known and isinstance(detail.get("fields", ""), str) and ("known" not in detail or _is_known(detail))
        if not (named and known and detail.keys() >= _PERSON and detail["stated"].keys() <= ATTRIBUTES.keys()):
            return False
    if (outcome == "annotated" and not _is_known(detail)) or not _are_claims(detail.get("claims", {})):
        return False
    if outcome in TAKEN_BACK:
        whole = all(one.keys() | _LATER == _ASSERTION for one in detail["moved"])
        return whole and bool(_KEY.fullmatch(detail["from"]))
    link = detail.get("link")
    return outcome in _OUTCOMES and (not link or (link.keys() <= _LINK and link["type"] in _TYPES))


def _is_known(detail: Mapping[str, Any]) -> bool:
    """Whether it says of attributes that there are what is known, each as a text, and on what grounds."""
    known, bases = detail["known"], bases_of(detail["bases"]).known()
    return {*known, *bases} <= ATTRIBUTES.keys() and all(isinstance(value, str) for value in known.values())


def _are_claims(claims: Mapping[str, Any]) -> bool:
    """Whether it says of attributes that there are what became of what was stated of them, each as a text."""
    return claims.keys() <= ATTRIBUTES.keys() and all(isinstance(claim, str) for claim in claims.values())


def _is_assertion(row: Mapping[str, Any]) -> bool:
    ends = {row["ego"], row["persona"]} == {row["source"], row["target"]}
    return _decided(row) and has_key(row) and ends and _is_key(row["call"], row["alias"]) and row["type"] in _TYPES


def has_key(row: Mapping[str, Any]) -> bool:
    """Whether a relationship or an assertion has the key of what it says, or the one from before that had own words."""
    ends = row["source"], row["type"], row["target"]
    return bool(row["key"] == relationship_key(*ends, row["label"]) or row["key"] == relationship_key(*ends))


_STATUSES = {"running", "interrupted", "failed", "done", "abandoned", LOST}
_CONTEXT = {"uri", "sha256", "excerpt", "merges", "personas", "relationships", "sources", "simulated"}
_CONTEXT |= {"aims", "before", "memo", "of"}
_ASKED_ABOUT = {"annotated", "tried", "imagined", "judged", "declined"}
_SAMPLED = {"sample", "set_apart", "conversed", "drafted", "answered", "criticised"}
_OUTCOMES = {"new", "linked", "rejected", "dead", *_SAMPLED, *_ASKED_ABOUT, *MERGED, *TAKEN_BACK}
_PERSON = {"description", "origin", "nature", "stated", "simulated"}
_LINK = {"type", "forward", "label", "confidence", "former", "ego", "source", "via"}
_ASSERTION = set(Assertion._fields)
_LATER = {"via"}
"""What assertions have since, and those of an older version do not."""
_TYPES = {*TYPES, *SOURCE_TYPES.values()}


def _is_key(*keys: str) -> bool:
    return all(not key or _KEY.fullmatch(key) for key in keys)


FITS: Mapping[str, Fits] = {
    "meta": lambda row: {"workspace": 16, "secret": 64}.get(row["name"], len(row["value"])) == len(row["value"]),
    "run": _is_run,
    "step": _is_step,
    "call": lambda row: _of_run(row) and bool(_KEY.fullmatch(row["key"])) and (not row["tops"] or _object(row["tops"])),
    "attempt": lambda row: _of_run(row) and bool(_KEY.fullmatch(row["call"])),
    "batch": lambda row: bool(RUN.fullmatch(row["run"])) and 0 < row["first"] <= row["last"],
    "verdict": _is_verdict,
    "assertion": _is_assertion,
    "event": lambda row: _of_run(row) and _object(row["detail"]),
    "keep_apart": lambda row: bool(RUN.fullmatch(row["run"])) and _is_key(row["alias"], row["persona"]),
}
"""What the rows of each table must be."""
