"""CONTRIBUTING.md says of the code what is so, and the README names everything that can be chosen by name."""

import re
from importlib import import_module

import pytest

from personagraph.exporting import FORMATS
from personagraph.graph.sampling import SAMPLERS
from personagraph.llm.models import MODELS
from personagraph.steering.policies import POLICIES
from personagraph.steering.targets import TARGETS
from personagraph.synthesis.formats import FORMATS as LAYOUTS
from personagraph.synthesis.tasks import TASKS
from tests.commands import ROOT, code_of, every_command

PACKAGE = ROOT / "personagraph"
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
FOLDERS = sorted(
    f"{folder.relative_to(PACKAGE)}/"
    for folder in PACKAGE.rglob("*")
    if folder.is_dir() and not set(folder.parts) & {"__pycache__"}
)
SECURITY = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
PATHS = sorted({span for span in re.findall(r"`([\w./-]+)`", PAGE) if "/" in span or re.search(r"\.\w{2,4}$", span)})
TABLES = re.findall(r"`([A-Z]+)` in `(personagraph\.[\w.]+)`", PAGE)
A_PART = {"dialogues.py", "guards.py", "readings.py", "work.py"}
"""Files that stand in several rooms."""
PATTERNS = {"prompts/NAME.toml"}
COMMANDS = [" ".join(words) for words, command in every_command().items() if not hasattr(command, "commands")]


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_folder_of_the_package_has_its_line(folder):
    assert f"`{folder}`" in PAGE


@pytest.mark.parametrize("path", [path for path in PATHS if path not in PATTERNS | A_PART])
def test_every_path_that_is_named_exists(path):
    assert (ROOT / path).exists() or (PACKAGE / path).exists()


@pytest.mark.parametrize("path", re.findall(r"`([\w./]+/[\w.]*)`", SECURITY))
def test_every_path_that_the_page_on_security_names_exists(path):
    assert (ROOT / path).exists() or (PACKAGE / path).exists()


def test_every_door_names_a_test_that_shows_it():
    doors = [line for line in SECURITY.splitlines() if line.startswith("| ") and not line.startswith("| door")]
    assert len(doors) >= 15
    assert all(re.search(r"`(tests|scripts)/", door.rsplit("|", 2)[1]) for door in doors)


def test_the_four_files_of_a_workflow_are_called_so():
    assert all(list(PACKAGE.glob(f"*/{name}")) for name in A_PART)


@pytest.mark.parametrize(("table", "module"), TABLES)
def test_every_registry_that_is_named_exists(table, module):
    assert getattr(import_module(module), table)


def test_every_room_is_on_the_floor_that_the_import_contract_gives_it():
    rows = re.findall(r"^\|\s*(\d*)\s*\| (`[^|]*`) \|", PAGE, re.MULTILINE)
    floors: list[set[str]] = []
    for number, rooms in rows:
        if number:
            floors.append(set())
        floors[-1] |= {room.strip("`").removesuffix("/").removesuffix(".py") for room in rooms.split()}
    contract = (ROOT / "pyproject.toml").read_text().split("layers = [")[1].split("]")[0]
    assert floors == [set(re.findall(r"\w+", line)) for line in re.findall(r'"(.*)"', contract)]


@pytest.mark.parametrize("name", [*POLICIES, *TARGETS, *SAMPLERS, *TASKS, *FORMATS, *LAYOUTS, *MODELS])
def test_the_readme_says_what_can_be_chosen_by_name(name):
    assert re.search(rf"\b{re.escape(name)}\b", README, re.IGNORECASE)


def test_the_readme_leads_here():
    assert "(CONTRIBUTING.md)" in README


@pytest.mark.parametrize("words", COMMANDS)
def test_no_help_leaves_a_registry_in_braces(words, capsys):
    assert code_of(*words.split(), "--help") == 0
    assert not re.search(r"\{[A-Z]+\}", capsys.readouterr().out)
