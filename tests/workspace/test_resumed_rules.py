"""An unfinished run goes on by the rules for duplicates that it began with, whatever the settings say by now."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from personagraph.errors import ConfigError
from personagraph.llm.simulated import SimulatedBackend
from personagraph.workspace import init_workspace, open_workspace

ROWS = [f"A keeper of lighthouse number {n} who counts the ships" for n in range(4)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps({"persona": row}) + "\n" for row in ROWS))
    return path


@pytest.fixture
def begun(tmp_path: Path, file: Path) -> Callable[..., Path]:
    """Makes a workspace with an import that was killed before its first row."""

    def make(**settings: Any) -> Path:
        options = {name: settings.pop(name) for name in ("field", "dedup", "threshold") if name in settings}
        with init_workspace(tmp_path / "w"):
            pass
        with open_workspace(tmp_path / "w", **settings) as workspace:
            workspace.import_personas(file, stopping=lambda: True, **options)
            assert [run.status for run in workspace.ledger.runs.all()] == ["interrupted"]
        return tmp_path / "w"

    return make


def as_an_older_version_began_it(folder: Path) -> None:
    """The run has the default that was, and not what that version did not know."""
    with open_workspace(folder) as workspace:
        [run] = workspace.ledger.runs.all()
        kept = {name: run.settings[name] for name in ("input", "field")} | {"dedup": "partition"}
        workspace.ledger._database.execute("UPDATE run SET settings = ?", (json.dumps(kept),))


def resumed(folder: Path, file: Path, *, settings: dict[str, Any] | None = None, **options: Any) -> list[str]:
    """What was noted of the settings while the import was finished by this command."""
    told: list[str] = []
    with open_workspace(folder, **(settings or {})) as workspace:
        done = workspace.import_personas(file, note=told.append, **options)
        assert (done.run, done.status) == ("r1", "done")
        assert len(workspace.ledger.runs.all()) == 1
    return [line for line in told if "holds for new runs" in line]


def test_an_import_that_an_older_version_began_is_finished_by_the_same_command(begun, file):
    folder = begun()
    as_an_older_version_began_it(folder)
    [told] = resumed(folder, file)
    assert told.startswith("dedup is content in the settings, which holds for new runs: r1 goes on with dedup part")


def test_the_rules_of_an_import_need_not_be_typed_again_and_may_be(begun, file):
    folder = begun(dedup="partition", threshold=0.8)
    told = resumed(folder, file, dedup="partition", threshold=0.8)
    assert told == []


@pytest.mark.parametrize("typed", [{}, {"threshold": 0.8}, {"dedup": "partition"}], ids=str)
def test_what_is_not_typed_again_is_told(typed, begun, file):
    told = resumed(begun(dedup="partition", threshold=0.8), file, **typed)
    assert [line.split()[0] for line in told] == [
        name for name, option in (("dedup", "dedup"), ("dedup_threshold", "threshold")) if option not in typed
    ]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"dedup": "minhash"}, "dedup 'partition'; finish it with `personagraph import --dedup partition`"),
        (
            {"dedup": "minhash", "threshold": 0.7},
            "dedup 'partition' and dedup_threshold 0.8; finish it with"
            " `personagraph import --dedup partition --threshold 0.8`",
        ),
        ({"field": "text"}, "field 'persona'; finish it with `personagraph import --field persona`"),
    ],
    ids=["method", "both", "field"],
)
def test_what_is_typed_otherwise_is_refused_at_once_with_the_options_that_finish_it(typed, says, begun, tmp_path):
    folder = begun(dedup="partition", threshold=0.8)
    file = tmp_path / "rows.jsonl"
    if "field" in typed:
        file.write_text(file.read_text().replace('"persona"', '"text"'))
        says = "reads other input than this; finish it with `personagraph import --field persona`"
    with open_workspace(folder) as workspace, pytest.raises(ConfigError) as raised:
        workspace.import_personas(file, **typed)
    assert str(raised.value).startswith(f"run r1 is unfinished and {'' if 'field' in typed else 'has '}{says}, or give")


def test_a_run_that_has_a_decider_goes_on_with_it_and_says_so(begun, file):
    [told] = resumed(begun(decider="static"), file)
    assert told.startswith("decider is not set, which holds for new runs: r1 goes on with decider static, as it began")


def test_a_run_that_has_no_decider_goes_on_without_one_and_says_so(begun, file):
    folder = begun()
    [told] = resumed(folder, file, settings={"decider": "static"})
    assert told.startswith("decider is static in the settings, which holds for new runs: r1 goes on with no such sett")
    with open_workspace(folder) as workspace:
        assert "decider" not in workspace.ledger.runs.get("r1").settings


@pytest.mark.parametrize("first", [{}, {"decider": "static"}], ids=["without", "with"])
def test_an_expansion_goes_on_by_its_rules_and_says_so(first, begun, file):
    folder, told = begun(), list[str]()
    resumed(folder, file)
    with open_workspace(folder, **first) as workspace:
        workspace.expand(hops=1, backend=SimulatedBackend(7), stopping=lambda: True)
    then = {} if first else {"decider": "static"}
    with open_workspace(folder, dedup="minhash", **then) as workspace:
        done = workspace.expand(backend=SimulatedBackend(7), note=told.append, dedup="content")
        assert (done.run, done.status) == ("r2", "done")
    [line] = [line for line in told if "holds for new runs" in line]
    assert line.startswith(f"decider is {then.get('decider', 'not set')}")


def test_an_undo_that_was_killed_is_finished_whatever_the_rules_are_by_now(begun, file, monkeypatch):
    folder = begun()
    file.write_text("".join(json.dumps({"persona": row}) + "\n" for row in (ROWS[0], ROWS[0].replace("A ", "The "))))
    with open_workspace(folder) as workspace:
        workspace.abandon("r1")
        workspace.import_personas(file)
        [merge] = workspace.merges()
        real = workspace.store.write

        def dies(batch: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(workspace.store, "write", dies)
        with pytest.raises(KeyboardInterrupt):
            workspace.undo_merge(merge.key)
        monkeypatch.setattr(workspace.store, "write", real)
    told: list[str] = []
    with open_workspace(folder, dedup="partition", decider="static") as workspace:
        assert workspace.undo_merge(merge.key, note=told.append).description == merge.description
    assert [line.split()[0] for line in told if "new runs" in line] == ["dedup", "decider"]
