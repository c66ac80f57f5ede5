"""The trainers' own code reads every format: Hugging Face datasets, TRL, Axolotl and LLaMA-Factory, as on PyPI."""

import json
import subprocess
import sys

import pytest

from personagraph.synthesis.formats import FORMATS
from scripts.loaders import READERS
from scripts.rivals import CACHE
from tests.commands import ROOT
from tests.synthesis.formats.made import LONG, PARTS, entered, every_kind, sample

pytestmark = [pytest.mark.heavy, pytest.mark.trainers]


@pytest.fixture
def loaded(workspace, tmp_path):
    """What every library made of every format, and the manifests."""
    if not (CACHE / "loaders" / "bin" / "python").exists():
        pytest.skip("the trainers are not installed (6 GB): python -m scripts.loaders FOLDER installs them")
    people = [persona.id for persona in workspace.store.scan_personas()]
    many = [*every_kind(people), sample("How long?", LONG[:20_000], people=people[:1], rejected=["Short."])]
    run = entered(workspace.ledger, many)
    wrote = {name: workspace.samples(run, tmp_path / name, format=name, split=PARTS).manifest for name in FORMATS}
    command = [sys.executable, "-m", "scripts.loaders", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout), wrote


@pytest.mark.timeout(900)
def test_every_library_reads_every_row_of_every_format_that_it_is_said_to_read(loaded):
    found, wrote = loaded
    assert set(found) == set(FORMATS) == set(READERS)
    for name, libraries in found.items():
        rows = {file["split"]: file["rows"] for file in wrote[name]["files"] if "split" in file}
        assert libraries["datasets"]["splits"] == sorted(rows)
        for library, told in libraries.items():
            assert told["rows"] == rows["train"], (name, library)
        if FORMATS[name].trainer:
            by_name = {name if side == "train" else f"{name}-{side}": n for side, n in rows.items()}
            assert libraries["llama-factory"]["by_name"] == by_name
    assert "What is 0 + 0?<|im_end|>" in found["messages"]["trl"]["example"]
    assert found["messages"]["axolotl"]["learned"].startswith("It is 0.")
    assert found["preference"]["trl"]["example"]["rejected"].startswith("It is 0.<")
    assert '"arguments": {"n": 0, "by_0": [0]}' in found["tools"]["trl"]["example"]
    assert '"arguments": {"n": 0, "by_0": [0]}' in found["tools"]["axolotl"]["learned"]
    [call] = json.loads(found["tools"]["llama-factory"]["example"]["_response"][0]["content"])
    assert call == {"name": "count_0", "arguments": {"n": 0, "by_0": [0]}}
