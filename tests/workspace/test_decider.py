"""What the setting `decider` does: who is one persona by what words mean, where the word of a list does not say it."""

import json
from pathlib import Path

import pytest

from personagraph.errors import ConfigError
from personagraph.meaning.encoders import ENCODERS
from personagraph.meaning.encoders.encoder import EncoderKind
from personagraph.testing import temporary_workspace
from personagraph.workspace import Workspace, init_workspace, open_workspace
from tests.meanings import Meanings

CARVER = "A carver of wooden bowls and plates from the coast who sells trinkets to visitors"
BAUBLES = CARVER.replace("trinkets", "baubles")
GAUDS = CARVER.replace("trinkets", "gauds")


@pytest.fixture(autouse=True)
def meanings(monkeypatch: pytest.MonkeyPatch) -> Meanings:
    """An encoder of a kind of its own, which any setting may name."""
    encoder = Meanings("trinkets baubles gauds")
    kind = EncoderKind(lambda name, embed: encoder, "what a test says", shape="meanings:NAME")
    monkeypatch.setitem(ENCODERS, "meanings", kind)
    return encoder


def let_in(workspace: Workspace, *rows: str) -> None:
    file = workspace.folder / f"{len(workspace.ledger.runs.all())}.jsonl"
    file.write_text("".join(json.dumps({"persona": row}) + "\n" for row in rows))
    workspace.import_personas(file)


def test_without_a_decider_nothing_is_merged_by_meaning():
    with temporary_workspace([CARVER, BAUBLES]) as workspace:
        assert workspace.merges() == []
        assert "decider" not in workspace.ledger.runs.all()[0].settings


def test_with_one_it_is_and_the_merge_says_so_and_can_be_undone():
    with temporary_workspace([CARVER, BAUBLES, GAUDS], decider="meanings:a") as workspace:
        assert [merge.method for merge in workspace.merges()] == ["meaning", "meaning"]
        assert all(0.9 <= merge.score <= 1 for merge in workspace.merges())
        run = workspace.ledger.runs.all()[0]
        assert (run.settings["decider"], run.settings["encoder"]) == ("meanings:a", "static")
        assert workspace.undo_merge("r1.0.1").description == BAUBLES
        assert [merge.description for merge in workspace.merges()] == [GAUDS]
        let_in(workspace, BAUBLES)
        assert len(workspace.merges()) == 1


def test_it_holds_for_what_a_model_says_too():
    from personagraph.llm.scripted import ScriptedBackend

    backend = ScriptedBackend(lambda request: "I would rather not.")
    with temporary_workspace([CARVER], decider="meanings:a") as workspace:
        workspace.expand(max_calls=1, backend=backend)
        assert workspace.ledger.runs.all()[-1].settings["decider"] == "meanings:a"


def test_one_that_is_paid_for_or_that_is_none_is_no_decider():
    for name, why in (("openai:text-embedding-3-small", "paid for"), ("oracle", "it can be static")):
        with pytest.raises(ConfigError, match=why), temporary_workspace(decider=name):
            pass


def test_one_whose_package_or_folder_is_missing_is_an_error_before_anything_is_written(tmp_path):
    name = f"sentence-transformers:{tmp_path / 'none'}"
    with temporary_workspace([CARVER]) as made:
        before = made.stats()
    with pytest.raises(ConfigError, match="sentence-transformers"), temporary_workspace([CARVER], decider=name):
        pass
    assert before.personas == 1


def test_one_that_only_the_ledger_of_a_folder_names_is_not_loaded(tmp_path: Path, meanings: Meanings):
    folder = tmp_path / "w"
    with init_workspace(folder) as workspace:
        run = workspace.ledger.runs.start("import", {"input": "", "field": "persona", "decider": "meanings:a"}, {})
        (tmp_path / "rows.jsonl").write_text(json.dumps({"persona": CARVER}) + "\n")
    with open_workspace(folder) as workspace:
        from personagraph.workspace.index.known import growth_of

        with pytest.raises(ConfigError, match="PERSONAGRAPH_DECIDER"):
            growth_of(workspace, run)
    assert meanings.asked == []
    with open_workspace(folder, decider="meanings:a") as workspace:
        assert growth_of(workspace, run)
