"""requirements.lock holds what pyproject.toml asks for, and nothing about where or on which machine it was made."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "requirements.lock").read_text()
HEAVY = (ROOT / "requirements-heavy.lock").read_text()


def pins(lock: str) -> dict[str, str]:
    """The versions in a lock, by the package."""
    return {canonicalize_name(name): version for name, version in re.findall(r"^([\w.-]+)==(\S+)", lock, re.MULTILINE)}


PINS = pins(LOCK)


def direct_requirements() -> list[Requirement]:
    """What pyproject.toml names, but for the extra that the lock leaves out for its size."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [names for extra, names in project["optional-dependencies"].items() if extra != "sentence-transformers"]
    return [Requirement(text) for names in (project["dependencies"], *extras) for text in names]


def test_every_direct_dependency_is_pinned_within_its_range() -> None:
    unmet = [
        str(r) for r in direct_requirements() if not r.specifier.contains(PINS.get(canonicalize_name(r.name), "0"))
    ]
    assert unmet == []


def test_the_heavy_lock_has_the_same_versions_and_what_it_is_for_besides() -> None:
    heavy = pins(HEAVY)
    assert {name: heavy.get(name) for name in PINS} == PINS
    data = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extra = data["project"]["optional-dependencies"]["sentence-transformers"]
    besides = [Requirement(text) for text in (*extra, *data["dependency-groups"]["heavy"])]
    assert [str(r) for r in besides if not r.specifier.contains(heavy.get(canonicalize_name(r.name), "0"))] == []


@pytest.mark.parametrize("lock", [LOCK, HEAVY], ids=["requirements", "heavy"])
def test_every_pin_has_a_hash(lock: str) -> None:
    entries = re.split(r"\n(?=[\w.-]+==)", lock)
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("lock", [LOCK, HEAVY], ids=["requirements", "heavy"])
def test_it_names_no_index_no_folder_and_no_address(lock: str) -> None:
    assert re.findall(r"^.*(?:--index|--extra-index|--find-links|://|file:| @ ).*$", lock, re.MULTILINE) == []
