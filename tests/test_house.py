"""The house keeps its size: few modules in a room, no class name twice."""

import ast
import re
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "personagraph"
MODULES = sorted(PACKAGE.rglob("*.py"))
AT_THE_ROOT, IN_A_ROOM = 6, 12


@pytest.mark.parametrize("folder", sorted({module.parent for module in MODULES}), ids=lambda folder: folder.name)
def test_a_room_has_few_modules(folder):
    modules = [module.name for module in folder.glob("*.py") if module.name != "__init__.py"]
    assert len(modules) <= (AT_THE_ROOT if folder == PACKAGE else IN_A_ROOM), modules


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(PACKAGE)))
def test_a_module_opens_with_a_sentence_that_says_what_it_is_for(module):
    first = (ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or "").partition("\n")[0]
    assert first.endswith((".", ":"))


def test_no_class_name_stands_twice():
    places = defaultdict(list)
    for module in MODULES:
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(f"{module.relative_to(PACKAGE)}:{node.lineno}")
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_no_file_holds_both_sides_of_a_merge():
    root = PACKAGE.parent
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True).stdout
    marks = re.compile(rb"^(<{7}|>{7}) ", re.MULTILINE)
    files = [root / name for name in listed.split("\0") if name and (root / name).is_file()]
    assert files
    assert [str(file.relative_to(root)) for file in files if marks.search(file.read_bytes())] == []
