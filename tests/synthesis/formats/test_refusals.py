"""What cannot be written is refused before anything is, and what is there already stays or is replaced as a whole."""

from dataclasses import replace

import pytest

from personagraph.errors import ConfigError, UsageError
from personagraph.synthesis.dataset.write import write_samples
from personagraph.synthesis.formats import FORMATS
from personagraph.types import Batch
from tests.synthesis.formats.made import PARTS, contents, entered, read, sample


class FullError(Exception):
    """What a disk says that is full."""


def test_a_folder_of_others_is_not_written_into(workspace, run, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "README.md").write_text("my own")
    with pytest.raises(ConfigError, match="has files in it that no manifest of samples tells of"):
        workspace.samples(run, tmp_path / "mine", split=PARTS)
    assert contents(tmp_path) == {"mine/README.md": b"my own"}


def test_an_earlier_dataset_is_replaced_and_nothing_of_it_is_left_for_a_loader_to_find(workspace, run, tmp_path):
    workspace.samples(run, tmp_path / "data", split=PARTS)
    (tmp_path / "data" / "notes.txt").write_text("mine")
    (tmp_path / "data" / "test.parquet").write_text("mine, too")
    workspace.samples(run, tmp_path / "data", format="prompt-completion")
    names = {path.name for path in (tmp_path / "data").iterdir()}
    assert names == {"README.md", "train.jsonl", "notes.txt", "test.parquet"}
    assert "completion" in read(tmp_path / "data" / "train.jsonl")[0]


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"samples": 1, "files": [{"name": "data/../../x"}, 3, {}]}',
        '{"samples":1,"files":null}',
        "[" * 9999,
    ],
)
def test_a_manifest_that_was_tampered_with_opens_no_folder(workspace, run, tmp_path, text):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "train.jsonl").write_text("mine")
    (tmp_path / "data.manifest.json").write_text(text)
    with pytest.raises(ConfigError, match="no manifest of samples"):
        workspace.samples(run, tmp_path / "data")


def test_a_file_that_is_there_is_replaced_as_a_whole(workspace, run, tmp_path):
    (tmp_path / "a.jsonl").write_text("old")
    workspace.samples(run, tmp_path / "a.jsonl")
    assert len(read(tmp_path / "a.jsonl")) == 24


def test_a_link_is_refused(workspace, run, tmp_path):
    (tmp_path / "real.jsonl").write_text("mine")
    (tmp_path / "a.jsonl").symlink_to("real.jsonl")
    (tmp_path / "real").mkdir()
    (tmp_path / "data").symlink_to("real")
    for name in ("a.jsonl", "data"):
        with pytest.raises(ConfigError, match=r"is a link|is there and no folder"):
            workspace.samples(run, tmp_path / name)
    assert (tmp_path / "real.jsonl").read_text() == "mine"
    assert not list((tmp_path / "real").iterdir())


def test_a_file_for_several_parts_and_a_folder_that_is_a_file_are_refused(workspace, run, tmp_path):
    with pytest.raises(UsageError, match="--split writes a folder"):
        workspace.samples(run, tmp_path / "a.jsonl", split=PARTS)
    (tmp_path / "data").write_text("mine")
    with pytest.raises(ConfigError, match="is there and no folder"):
        workspace.samples(run, tmp_path / "data")
    with pytest.raises(UsageError, match=r"end it in .parquet"):
        workspace.samples(run, tmp_path / "a.jsonl", format="parquet")
    with pytest.raises(ConfigError, match="its folder does not exist"):
        workspace.samples(run, tmp_path / "no" / "data")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_a_name_with_a_number_behind_a_point_is_a_folder(workspace, run, tmp_path):
    workspace.samples(run, tmp_path / "data-0.9", split=PARTS)
    assert (tmp_path / "data-0.9" / "train.jsonl").is_file()


def test_without_a_name_it_lies_below_samples_in_the_workspace(workspace, run):
    for options, name in (
        ({}, f"{run}-math.jsonl"),
        ({"format": "parquet"}, f"{run}-math-parquet.parquet"),
        ({"format": "alpaca", "split": PARTS}, f"{run}-math-alpaca"),
    ):
        assert workspace.samples(run, **options).output == workspace.folder / "samples" / name
        assert (workspace.folder / "samples" / name).exists()


def test_one_that_made_no_samples_is_refused_with_what_it_made(workspace, tmp_path):
    run = entered(workspace.ledger, [])
    with pytest.raises(ConfigError, match="made no samples: nothing was asked; nothing is written"):
        workspace.samples(run, tmp_path / "a.jsonl")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("status", ["running", "interrupted", "failed"])
def test_an_unfinished_one_is_refused_until_it_is_given_up(workspace, tmp_path, status):
    run = entered(workspace.ledger, [sample("How many?", "Two.")], status=status)
    with pytest.raises(ConfigError, match=f"is {status}.*runs abandon {run}"):
        workspace.samples(run, tmp_path / "a.jsonl")
    workspace.store.write(Batch(run, 0, 1))
    workspace.abandon(run)
    done = workspace.samples(run, tmp_path / "a.jsonl")
    assert (done.manifest["status"], done.manifest["samples"]) == ("abandoned", 1)


def test_one_of_another_command_or_none_is_refused(workspace, tmp_path):
    file = tmp_path / "seeds.jsonl"
    file.write_text('{"persona": "A diver of Crete"}\n')
    other = workspace.import_personas(file).run
    with pytest.raises(ConfigError, match="of the command import, which makes no samples"):
        workspace.samples(other, tmp_path / "a.jsonl")
    with pytest.raises(UsageError, match="r99"):
        workspace.samples("r99", tmp_path / "a.jsonl")


def test_an_unknown_format_or_outcome_is_refused_with_those_that_are_known(workspace, run, tmp_path):
    with pytest.raises(UsageError, match="--format 'yaml' is not known; it can be messages, prompt-completion"):
        workspace.samples(run, tmp_path / "a.jsonl", format="yaml")
    with pytest.raises(UsageError, match="--outcome 'right' is not known; it can be unanswerable or disputed"):
        workspace.samples(run, tmp_path / "a.jsonl", outcomes=["right"])


def test_nothing_is_left_of_a_file_that_could_not_be_finished(workspace, run, tmp_path, monkeypatch):
    def pieces(rows):
        yield b"one"
        raise FullError

    monkeypatch.setitem(FORMATS, "full", replace(FORMATS["messages"], pieces=pieces))
    with pytest.raises(FullError):
        write_samples(workspace.ledger, run, tmp_path / "data", format="full")
    assert not list(tmp_path.iterdir())
