"""How alike words must be is said by a setting or an option, and kept with the run."""

import json
from pathlib import Path

import pytest

from personagraph.errors import ConfigError, UsageError
from personagraph.testing import temporary_workspace
from personagraph.workspace import dedup_file, open_workspace

ROWS = ["A nurse from Kent who knits", "A passionate, very dedicated nurse from Kent who knits"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps({"persona": text}) + "\n" for text in ROWS))
    return path


@pytest.mark.parametrize(("threshold", "kept"), [(None, 2), (0.9, 2), (0.5, 1), (1.0, 2)])
@pytest.mark.parametrize("method", ["partition", "minhash"])
def test_rows_are_one_from_the_threshold_on(file, tmp_path, method, threshold, kept):
    assert dedup_file(file, tmp_path / "out.jsonl", method=method, threshold=threshold).kept == kept


@pytest.mark.parametrize("threshold", [0.49, 1.01, float("nan")])
def test_a_threshold_that_is_none_is_refused(file, tmp_path, threshold):
    with pytest.raises(UsageError, match=r"it must be from 0\.5 to 1"):
        dedup_file(file, tmp_path / "out.jsonl", threshold=threshold)


def test_an_import_takes_the_threshold_of_the_option_and_keeps_it(file):
    with temporary_workspace() as made:
        done = made.import_personas(file, dedup="partition", threshold=0.5)
        assert (done.new, done.merged) == (1, 1)
        assert made.ledger.runs.all()[-1].settings["dedup_threshold"] == 0.5


def test_a_setting_out_of_range_is_refused():
    with temporary_workspace() as made, pytest.raises(ConfigError, match=r"greater than or equal to 0\.5"):
        open_workspace(made.folder, dedup_threshold=0.4)
