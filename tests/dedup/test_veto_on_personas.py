"""On real personas: a planted difference is never merged, and planted wording at Jaccard ≥ 0.9 almost always is."""

import json
import re
from pathlib import Path

import pytest

from personagraph.dedup.veto.veto import differs
from personagraph.text.words import jaccard, word_set

SWAPS = [
    ("American", "Nigerian"),
    ("Chinese", "Brazilian"),
    ("London", "Manila"),
    ("retired", "young"),
    ("student", "teacher"),
    ("teacher", "student"),
    ("supports", "opposes"),
    ("two", "three"),
    ("mother", "father"),
    ("first", "second"),
]


@pytest.fixture(scope="module")
def personas(shared_data: Path) -> list[str]:
    lines = (shared_data / "personas" / "personahub.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["persona"] for line in lines]


def swapped(persona: str, old: str, new: str) -> str:
    return re.sub(rf"\b{old}\b", new, persona, count=1)


def test_a_planted_difference_is_never_merged(personas: list[str]):
    planted = [(p, swapped(p, old, new)) for p in personas for old, new in SWAPS]
    changed = [(a, b) for a, b in planted if a != b]
    assert len(changed) > 100
    assert [(a, b) for a, b in changed if differs(a, b) is None] == []


def test_case_spacing_and_punctuation_are_never_kept_apart(personas: list[str]):
    plain = [p for p in personas if p.isascii()]
    edits = [lambda p: p.lower(), lambda p: p.upper(), lambda p: p.rstrip(".") + "!", lambda p: f"  {p}  "]
    assert [(p, differs(p, edit(p))) for p in plain for edit in edits if differs(p, edit(p))] == []


@pytest.mark.slow
def test_added_adjectives_and_swapped_lists_are_rarely_kept_apart(personas: list[str]):
    edits = [
        lambda p: re.sub(r"^An? (\w)", lambda found: f"A dedicated {found[1]}", p),
        lambda p: re.sub(r"\b([a-z]+) and (?!(?:has|is|was)\b)([a-z]+)\b", r"\2 and \1", p, count=1),
    ]
    pairs = [(p, edit(p)) for p in personas for edit in edits]
    near = [(a, b) for a, b in pairs if a != b and jaccard(word_set(a), word_set(b)) >= 0.9]
    vetoed = [(a, b) for a, b in near if differs(a, b)]
    assert len(near) > 1000
    assert len(vetoed) < len(near) / 100
