"""A backup is the state of one moment, whole or not there; a workspace made from it is what the other one was."""

import json
from pathlib import Path

import pytest

import personagraph
from personagraph.errors import ConfigError, PersonaGraphError, StoreError
from personagraph.llm.scripted import ScriptedBackend
from personagraph.stores.copy import contents
from personagraph.workspace import backup_workspace, check_store, init_workspace, restore_workspace
from tests.sessions import begin, command, undisturbed
from tests.stored import ask, empty
from tests.worlds import answer, expansion, import_seeds, open_workspace, picture


@pytest.fixture
def grown(tmp_path: Path) -> Path:
    """A workspace of which a file of rows was imported."""
    folder = tmp_path / "w"
    rows = tmp_path / "people.jsonl"
    rows.write_text("".join(json.dumps({"persona": f"A potter number {n} in Peru"}) + "\n" for n in range(300)))
    with init_workspace(folder) as workspace:
        workspace.import_personas(rows)
    return folder


def held(folder: Path) -> object:
    with personagraph.open_workspace(folder) as workspace:
        runs = workspace.ledger.runs.all()
        return contents(workspace.store, [run.id for run in runs]), runs, len(workspace.ledger.calls.replies())


def test_a_workspace_made_from_a_backup_is_what_the_other_one_was(grown, tmp_path):
    made = backup_workspace(grown, tmp_path / "b")
    assert made.counts == {"runs": 1, "calls": 0, "personas": 300, "relationships": 0, "sources": 0, "merges": 0}
    assert sorted(file.name for file in (tmp_path / "b").iterdir()) == [
        "graph.sqlite3",
        "ledger.sqlite3",
        "manifest.json",
        "personagraph.toml",
    ]
    assert restore_workspace(tmp_path / "b", tmp_path / "again") == made
    for folder in (tmp_path / "b", tmp_path / "again"):
        assert {folder / f"{name}.sqlite3": 0o600 for name in ("ledger", "graph")}.items() <= {
            file: file.stat().st_mode & 0o777 for file in folder.iterdir()
        }.items()
    assert held(tmp_path / "again") == held(grown)
    assert all(finding.ok for finding in check_store(tmp_path / "again"))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["again", "b", "people.jsonl", "w"]


def test_a_backup_goes_into_an_empty_folder_that_is_there_and_leaves_what_else_is_in_it(grown, tmp_path):
    backup_workspace(grown, tmp_path / "b")
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / "notes.txt").write_text("mine")
    restore_workspace(tmp_path / "b", tmp_path / "again")
    assert held(tmp_path / "again") == held(grown)
    names = {file.name for file in (tmp_path / "again").iterdir()}
    assert names == {"notes.txt", "graph.sqlite3", "ledger.sqlite3", "personagraph.toml"}


@pytest.mark.slow
def test_backups_made_while_a_run_is_at_work_are_each_a_state_that_a_crash_could_have_left(tmp_path):
    folder, calls = tmp_path / "w", 120
    folder.mkdir()
    for file in open_workspace(folder):
        file.close()
    child, made = begin(folder, None, calls), []
    while child.is_alive() or not made:
        made.append(tmp_path / f"b{len(made)}")
        backup_workspace(folder, made[-1])
    assert child.exitcode == 0
    assert len(made) > 3
    seen = set()
    for number, backup in enumerate(made):
        again = tmp_path / f"again{number}"
        restore_workspace(backup, again)
        assert all(finding.ok for finding in check_store(again))
        with personagraph.open_workspace(again) as workspace:
            for run in workspace.ledger.runs.all():
                assert run.decided - 64 <= workspace.store.applied(run.id) <= run.decided
                seen.add((run.id, run.decided))
    assert len(seen) > 2
    store, ledger = open_workspace(tmp_path / f"again{len(made) // 2}")
    import_seeds(store, ledger)
    if not any(run.command == "expand" and run.status == "done" for run in ledger.runs.all()):
        known = set(ledger.calls.replies())

        def new(request):
            assert request.key not in known
            return answer(request)

        expansion(store, ledger, ScriptedBackend(new), max_calls=calls)
    assert picture(store) == undisturbed(calls)
    store.close()
    ledger.close()


def test_what_is_there_is_never_written_over(grown, tmp_path):
    places = [tmp_path / "file", tmp_path / "folder", tmp_path / "link"]
    places[0].touch()
    places[1].mkdir()
    places[2].symlink_to("nowhere")
    for place in places:
        with pytest.raises(ConfigError, match="exists already; name a new folder"):
            backup_workspace(grown, place)
    with pytest.raises(ConfigError, match="would be lost with it"):
        backup_workspace(grown, grown / "b")
    with pytest.raises(ConfigError, match="make it first"):
        backup_workspace(grown, tmp_path / "no" / "b")
    backup_workspace(grown, tmp_path / "b")
    with pytest.raises(ConfigError, match="make it first"):
        restore_workspace(tmp_path / "b", tmp_path / "no" / "again")
    assert not (tmp_path / "no").exists()
    before = {file: file.read_bytes() for file in grown.iterdir()}
    with pytest.raises(ConfigError, match="is there already; name a new folder"):
        restore_workspace(tmp_path / "b", grown)
    with pytest.raises(ConfigError, match="is in the backup"):
        restore_workspace(tmp_path / "b", tmp_path / "b" / "w")
    assert before == {file: file.read_bytes() for file in grown.iterdir()}


@pytest.mark.parametrize("name", ["ledger.sqlite3", "graph.sqlite3", "personagraph.toml", "manifest.json"])
@pytest.mark.parametrize("how", ["gone", "changed", "shorter", "longer", "linked", "a folder"])
def test_a_backup_that_is_not_what_it_was_is_refused_and_leaves_nothing(grown, tmp_path, name, how):
    backup_workspace(grown, tmp_path / "b")
    file = tmp_path / "b" / name
    data = bytearray(file.read_bytes())
    file.unlink()
    if how == "linked":
        (tmp_path / "elsewhere").write_bytes(data)
        file.symlink_to(tmp_path / "elsewhere")
    elif how == "a folder":
        file.mkdir()
    elif how != "gone":
        data[len(data) // 2] ^= 0x41
        file.write_bytes({"changed": data, "shorter": data[:-1], "longer": data + b"\0"}[how])
    if (name, how) == ("manifest.json", "longer"):
        file.write_bytes(data[:-1])
    with pytest.raises(PersonaGraphError):
        restore_workspace(tmp_path / "b", tmp_path / "again")
    assert not (tmp_path / "again").exists()
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("files", [{"../evil": {}}, {"ledger.sqlite3": {}}, [], {"ledger.sqlite3": 1}])
def test_a_manifest_names_the_files_of_a_backup_and_no_others(grown, tmp_path, files):
    backup_workspace(grown, tmp_path / "b")
    manifest = tmp_path / "b" / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "files": files}))
    with pytest.raises(ConfigError, match="damaged: take another"):
        restore_workspace(tmp_path / "b", tmp_path / "again")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["b", "people.jsonl", "w"]


def test_a_ledger_and_a_graph_of_two_workspaces_are_no_backup(grown, tmp_path):
    with init_workspace(tmp_path / "other"):
        pass
    (tmp_path / "other" / "graph.sqlite3").replace(grown / "graph.sqlite3")
    with pytest.raises(ConfigError, match="do not belong together"):
        backup_workspace(grown, tmp_path / "b")
    assert not (tmp_path / "b").exists()


def test_a_graph_beside_a_store_that_is_not_confirmed_is_not_backed_up_in_its_place(grown, tmp_path):
    (grown / "personagraph.toml").write_text('store = "bolt://neo4j@127.0.0.1:1"\n')
    with pytest.raises(ConfigError, match=r"is not confirmed.*personagraph trust"):
        backup_workspace(grown, tmp_path / "b")
    assert not (tmp_path / "b").exists()
    assert backup_workspace(grown, tmp_path / "b", store="sqlite").store == "sqlite"


def test_a_graph_in_a_server_is_asked_for_without_a_lock_where_none_can_be_made(grown, tmp_path):
    grown.chmod(0o500)
    said = command("backup", tmp_path / "b", "--store", "bolt://neo4j@127.0.0.1:1", folder=grown, bound=True)
    grown.chmod(0o700)
    assert (said.code, "PERSONAGRAPH_STORE_PASSWORD" in said.err, "writer.lock" in said.err) == (1, True, False)
    assert not (tmp_path / "b").exists()


def test_a_damaged_file_is_not_backed_up_as_if_nothing_were(grown, tmp_path):
    data = bytearray((grown / "graph.sqlite3").read_bytes())
    data[8192:12288] = bytes(4096)
    (grown / "graph.sqlite3").write_bytes(data)
    with pytest.raises(StoreError, match="store rescue"):
        backup_workspace(grown, tmp_path / "b")
    assert not (tmp_path / "b").exists()


def test_a_backup_that_is_stopped_leaves_nothing_and_one_that_was_killed_is_cleared_away(grown, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        backup_workspace(grown, tmp_path / "b", stopping=lambda: True)
    backup_workspace(grown, tmp_path / "b")
    with pytest.raises(KeyboardInterrupt):
        restore_workspace(tmp_path / "b", tmp_path / "again", stopping=lambda: True)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["b", "people.jsonl", "w"]
    left = tmp_path / ".again.0123abcd.part"
    left.mkdir()
    (left / "ledger.sqlite3").touch()
    (left / "writer.lock").touch()
    with pytest.raises(ConfigError, match="not a whole one"):
        restore_workspace(left, tmp_path / "again")
    restore_workspace(tmp_path / "b", tmp_path / "again")
    assert not left.exists()


def test_a_backup_on_a_full_disk_says_so_and_leaves_nothing(grown, tmp_path):
    done = command("backup", tmp_path / "b", folder=grown, largest=100_000)
    assert (done.code, "Traceback" in done.err) == (1, False)
    assert "full" in done.err or "limit on files" in done.err
    assert not (tmp_path / "b").exists()
    assert not list(tmp_path.glob(".*"))


def test_a_restored_workspace_has_the_settings_of_the_other_and_its_graph_where_it_is_now(grown, tmp_path):
    (grown / "personagraph.toml").write_text('# mine\nstore = "sqlite"  # here\nmodel = "simulated"\n')
    backup_workspace(grown, tmp_path / "b")
    text = (tmp_path / "b" / "personagraph.toml").read_text()
    assert text == (grown / "personagraph.toml").read_text()
    restore_workspace(tmp_path / "b", tmp_path / "again")
    assert (tmp_path / "again" / "personagraph.toml").read_text() == '# mine\nstore = "sqlite"\nmodel = "simulated"\n'


def test_the_commands_say_what_they_did(grown, tmp_path):
    done = command("backup", tmp_path / "b", folder=grown)
    assert done.code == 0
    assert "300 personas" in done.out
    told = command("restore", tmp_path / "b", "--json", folder=tmp_path / "again")
    assert told.code == 0
    assert json.loads(told.out)["counts"]["personas"] == 300
    assert command("restore", tmp_path / "b", folder=tmp_path / "again").code == 1


@pytest.mark.neo4j
def test_a_graph_in_neo4j_is_backed_up_as_a_file_and_restored_into_either_store(
    tmp_path, neo4j_url, neo4j_password, monkeypatch
):
    empty(neo4j_url)
    monkeypatch.setenv("PERSONAGRAPH_STORE_PASSWORD", neo4j_password)
    folder = tmp_path / "w"
    with init_workspace(folder, store=neo4j_url) as workspace:
        import_seeds(workspace.store, workspace.ledger)
        expansion(workspace.store, workspace.ledger, ScriptedBackend(answer), max_calls=30)
        before = picture(workspace.store)
    backup_workspace(folder, tmp_path / "b")
    restore_workspace(tmp_path / "b", tmp_path / "in-file")
    with personagraph.open_workspace(tmp_path / "in-file") as workspace:
        assert workspace.settings.store == "sqlite"
        assert picture(workspace.store) == before
    empty(neo4j_url)
    restore_workspace(tmp_path / "b", tmp_path / "in-server", store=neo4j_url)
    assert not (tmp_path / "in-server" / "graph.sqlite3").exists()
    with personagraph.open_workspace(tmp_path / "in-server") as workspace:
        assert workspace.settings.store == neo4j_url
        assert picture(workspace.store) == before
    ask(neo4j_url, "MATCH (r:Run) WHERE r.id STARTS WITH 'copy-' DELETE r")
    with pytest.raises(StoreError, match="no part of this copy"):
        restore_workspace(tmp_path / "b", tmp_path / "third", store=neo4j_url)
    assert not (tmp_path / "third").exists()
