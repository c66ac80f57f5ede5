"""Nothing is bought into a damaged file, and what can be read of one makes a workspace that knows what it lacks."""

import errno
import json
import os
import random
import shutil
import socket
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import personagraph
from personagraph.cli.tables.rescue import rescue_lines
from personagraph.errors import ConfigError, PersonaGraphError, StoreError
from personagraph.ledger.ledger import KIND
from personagraph.llm.scripted import ScriptedBackend
from personagraph.storage.damage.integrity import damage
from personagraph.stores.copy import contents
from personagraph.types import Mark
from personagraph.workspace import accept_loss, backup_workspace, check_store, init_workspace, rescue_workspace
from personagraph.workspace.upkeep.rescue import Rescue
from tests.damages import KINDS, damaged
from tests.kept.acts import HERE, finish, take_back
from tests.sessions import command, undisturbed
from tests.worlds import answer, expansion, import_seeds, open_workspace, picture

LEDGER, GRAPH = "ledger.sqlite3", "graph.sqlite3"
KEYS = {
    "run": "id",
    "step": "run || '.' || n",
    "call": "key",
    "attempt": "id",
    "verdict": "run || '.' || step || '.' || item",
    "event": "id",
    "assertion": "run || '.' || step || '.' || item",
    "keep_apart": "alias || persona",
}
IN_TEXTS = ("one bit", "fifty bits")
"""Damage that can change letters in a text, which nothing but the text could tell."""


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What every command made: import, import-graph, extract, expand, synthesize, merges undo, dead-letters retry."""
    folder = tmp_path_factory.mktemp("grown") / "w"
    with tarfile.open(HERE / "sqlite.tar.gz") as packed:
        packed.extractall(folder, filter="data")
    with personagraph.open_workspace(folder) as workspace:
        finish(workspace)
        take_back(workspace)
    return folder


@pytest.fixture
def hurt(grown: Path, tmp_path: Path) -> Path:
    """A copy of it that may be damaged."""
    shutil.copytree(grown, tmp_path / "w")
    return tmp_path / "w"


def held(folder: Path) -> tuple[Any, ...]:
    with personagraph.open_workspace(folder) as workspace:
        runs = workspace.ledger.runs.all()
        return contents(workspace.store, [run.id for run in runs]), runs, workspace.ledger.calls.replies()


def rows(folder: Path) -> dict[str, dict[Any, tuple[Any, ...]]]:
    """The rows of a ledger's tables by key, without how a run ended, which a rescue may change."""
    ended = {("run", name) for name in ("status", "reason", "applied", "decided", "ended")}
    with closing(sqlite3.connect(folder / LEDGER)) as file:
        found = {}
        for table, key in KEYS.items():
            names = [row[1] for row in file.execute(f"PRAGMA table_info({table})")]
            kept = ", ".join(name for name in names if (table, name) not in ended)
            found[table] = {row[0]: row[1:] for row in file.execute(f"SELECT {key}, {kept} FROM {table}")}
        return found


def rescued(folder: Path, to: Path) -> Rescue:
    """A rescue that leaves the damaged files as they were, and makes a workspace with which nothing is wrong."""
    before = {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
    found = rescue_workspace(folder, to)
    assert {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()} == before
    assert sorted(file.name for file in to.iterdir()) == [GRAPH, LEDGER, "personagraph.toml"]
    assert [finding for finding in check_store(to) if not finding.ok] == []
    return found


def check_lost(found: Rescue, before: Path, after: Path, kind: str) -> None:
    """What the rescue says is lost is what is lost, and nothing else has changed or come up."""
    old, new = rows(before), rows(after)
    for table in set(KEYS) - {"assertion", "keep_apart"}:
        gone, more = old[table].keys() - new[table].keys(), new[table].keys() - old[table].keys()
        changed = {key for key in old[table].keys() & new[table].keys() if old[table][key] != new[table][key]}
        said = found.lost.counts[table]
        if table == "run":
            nameless = {key for key in changed if new[table][key][2] == "lost"}
            gone, changed = gone | nameless, changed - nameless
        if table == "attempt":
            # Those that a reply stands for were entered again.
            gone, changed, more = gone | changed, set(), set()
        assert not more or kind in IN_TEXTS, (table, more)
        assert not changed or kind in IN_TEXTS, (table, changed)
        if kind not in IN_TEXTS:
            assert said == len(gone) or (found.lost.more and said < len(gone)), (table, said, gone)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, 10))])
def test_a_damaged_ledger_is_found_out_bought_nothing_into_and_saved_but_for_what_is_named(
    grown, hurt, tmp_path, kind, seed
):
    damaged(hurt / LEDGER, kind, seed)
    if kind != "empty" and damage(hurt / LEDGER, kind=KIND):
        world = ScriptedBackend(lambda request: pytest.fail("it was bought"))
        with pytest.raises(PersonaGraphError), personagraph.open_workspace(hurt) as workspace:
            workspace.expand(max_calls=90, backend=world, allow_mixed=True)
        assert not all(finding.ok for finding in check_store(hurt))
    check_lost(rescued(hurt, tmp_path / "again"), grown, tmp_path / "again", kind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, 5))])
def test_a_damaged_graph_is_made_again_from_the_ledger(grown, hurt, tmp_path, kind, seed):
    damaged(hurt / GRAPH, kind, seed)
    found = rescued(hurt, tmp_path / "again")
    assert (found.ledger, bool(found.lost), found.unnamed) == ("whole", False, {})
    assert held(tmp_path / "again") == held(grown)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(3))
def test_of_two_damaged_files_a_workspace_is_made_with_which_nothing_is_wrong(hurt, tmp_path, kind, seed):
    for name in (LEDGER, GRAPH):
        damaged(hurt / name, kind, seed)
    if kind == "empty":
        with pytest.raises(ConfigError, match="nothing that could be saved"):
            rescue_workspace(hurt, tmp_path / "again")
    else:
        rescued(hurt, tmp_path / "again")


def test_a_rescue_of_what_is_whole_or_has_no_graph_is_the_same_workspace(grown, hurt, tmp_path):
    for number in range(2):
        found = rescued(hurt, tmp_path / f"again{number}")
        assert held(tmp_path / f"again{number}") == held(grown)
        assert not found.lost
        (hurt / GRAPH).unlink(missing_ok=True)
    assert found.graph == "gone"


def test_without_its_ledger_a_graph_is_kept_and_the_next_run_does_not_take_an_old_name(grown, hurt, tmp_path):
    (hurt / LEDGER).unlink()
    found = rescued(hurt, tmp_path / "again")
    assert found.ledger == "gone"
    assert found.lost.more
    with personagraph.open_workspace(tmp_path / "again") as workspace:
        before = workspace.stats().personas
        (tmp_path / "more.jsonl").write_text('{"persona": "A potter of Peru who never was here"}\n')
        done = workspace.import_personas(tmp_path / "more.jsonl")
        assert workspace.stats().personas == before + 1
        assert done.run == f"r{len(rows(grown)['run']) + 1}"
        merge = workspace.merges()[0]
        with pytest.raises(ConfigError, match="was lost from the ledger"):
            workspace.undo_merge(merge.key)


def spoil_index(folder: Path, name: str = "assertion_key", of: str = LEDGER) -> None:
    """Damage an index of a database, and nothing else."""
    with closing(sqlite3.connect(folder / of)) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        [(page,)] = file.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (name,))
        [(size,)] = file.execute("PRAGMA page_size")
    with (folder / of).open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(bytes(size))


def test_what_was_given_up_before_is_neither_lost_again_nor_dropped(hurt, tmp_path):
    (hurt / LEDGER).unlink()
    accept_loss(hurt)
    with personagraph.open_workspace(hurt) as workspace:
        workspace.expand(max_calls=30, backend=ScriptedBackend(answer), allow_mixed=True)
    before, checked = held(hurt), [(finding.name, finding.ok) for finding in check_store(hurt)]
    spoil_index(hurt)
    found = rescue_workspace(hurt, tmp_path / "again")
    assert found.ledger == "damaged"
    assert [(finding.name, finding.ok) for finding in check_store(tmp_path / "again")] == checked
    assert (+found.lost.counts, found.lost.runs, found.lost.steps, found.unnamed) == ({}, [], {}, {})
    assert rows(tmp_path / "again") == rows(hurt)
    assert held(tmp_path / "again") == before


def test_what_a_rescue_took_from_the_graph_alone_outlives_a_second_one(hurt, tmp_path):
    (hurt / LEDGER).unlink()
    rescued(hurt, tmp_path / "again")
    before = held(tmp_path / "again")
    found = rescued(tmp_path / "again", tmp_path / "third")
    assert (found.ledger, found.unnamed) == ("whole", {})
    assert held(tmp_path / "third") == before


def test_a_changed_letter_in_the_graph_or_the_ledger_is_told_by_the_other(grown, hurt):
    for name, old in ((GRAPH, b"sells to"), (LEDGER, b"sells to")):
        data = bytearray((grown / name).read_bytes())
        places = [n for n in range(len(data)) if data.startswith(old, n)]
        found = []
        for place in places:
            data[place] ^= 1
            (hurt / name).write_bytes(data)
            assert damage(hurt / name) == []
            found += [finding.name for finding in check_store(hurt) if not finding.ok]
            data[place] ^= 1
        (hurt / name).write_bytes(data)
        assert "projection" in found


@pytest.fixture
def interrupted(tmp_path: Path) -> Path:
    """A workspace whose expansion stopped at 30 of 60 calls, with some bought ahead."""
    folder = tmp_path / "w"
    folder.mkdir()
    store, ledger = open_workspace(folder)
    import_seeds(store, ledger)
    asked: list[object] = []

    def reply(request):
        asked.append(request)
        return answer(request)

    run = expansion(store, ledger, ScriptedBackend(reply), max_calls=60, stopping=lambda: len(asked) >= 30)
    assert run.status == "interrupted"
    store.close()
    ledger.close()
    return folder


def go_on(folder: Path) -> tuple[dict[str, Any], set[str]]:
    """Expand to 60 calls; the graph, and what was asked that the ledger had a reply to."""
    store, ledger = open_workspace(folder)
    known, again = set(ledger.calls.replies()), set()

    def reply(request):
        if request.key in known:
            again.add(request.key)
        return answer(request)

    expansion(store, ledger, ScriptedBackend(reply), max_calls=60)
    found = picture(store)
    store.close()
    ledger.close()
    return found, again


@pytest.fixture
def killed(interrupted: Path, tmp_path: Path) -> Path:
    """The same, as a process leaves it that is killed: all that it ever wrote is still in the logs."""
    store, ledger = open_workspace(interrupted)
    import_seeds(store, ledger)
    for n in range(30):
        ledger.remember(f"word {n}", "kept")
    shutil.copytree(interrupted, tmp_path / "killed")
    (tmp_path / "killed" / f"{LEDGER}-shm").unlink()
    (tmp_path / "killed" / f"{GRAPH}-shm").unlink()
    store.close()
    ledger.close()
    return tmp_path / "killed"


@pytest.mark.parametrize("seed", range(6))
def test_of_a_damaged_log_everything_is_saved_but_what_the_damaged_place_held(killed, interrupted, tmp_path, seed):
    log = killed / f"{LEDGER}-wal"
    data = bytearray(log.read_bytes())
    data[random.Random(seed).randrange(32, len(data) // 2)] ^= 1 << seed
    log.write_bytes(data)
    with pytest.raises(StoreError, match="store rescue"):
        personagraph.open_workspace(killed)
    with pytest.raises(StoreError, match="store rescue"):
        backup_workspace(killed, tmp_path / "b")
    assert log.read_bytes() == bytes(data)
    found = rescued(killed, tmp_path / "again")
    check_lost(found, interrupted, tmp_path / "again", "a log")
    assert go_on(tmp_path / "again")[1] == set()


def test_an_unfinished_run_goes_on_in_the_rescued_workspace_as_if_nothing_had_been(interrupted, tmp_path):
    (interrupted / GRAPH).write_bytes(b"no graph any more")
    rescued(interrupted, tmp_path / "again")
    assert go_on(tmp_path / "again") == (undisturbed(60), set())


@pytest.mark.parametrize("seed", range(4))
def test_a_run_that_lost_a_part_is_given_up_and_what_survived_of_it_is_not_bought_again(interrupted, tmp_path, seed):
    damaged(interrupted / LEDGER, "leaves", seed)
    damaged(interrupted / LEDGER, "zeroed pages", seed)
    found = rescued(interrupted, tmp_path / "again")
    with personagraph.open_workspace(tmp_path / "again") as workspace:
        for run in workspace.ledger.runs.all():
            assert not (run.unfinished and (run.id in found.lost.steps or run.id in found.lost.verdicts))
    assert go_on(tmp_path / "again")[1] == set()


def test_a_file_that_is_damaged_while_a_run_goes_on_ends_it_with_what_to_do(tmp_path):
    folder, asked = tmp_path / "w", []
    with init_workspace(folder) as workspace:
        (tmp_path / "seeds.jsonl").write_text(
            "".join(json.dumps({"persona": f"A keeper of the bridge number {n} in Peru"}) + "\n" for n in range(2_500))
        )
        workspace.import_personas(tmp_path / "seeds.jsonl")
    with personagraph.open_workspace(folder) as workspace:

        def reply(request):
            asked.append(request)
            if len(asked) == 5:
                for name in (LEDGER, GRAPH):
                    with (folder / name).open("r+b") as file:
                        size = file.seek(0, 2)
                        file.seek(4096)
                        file.write(b"\xff" * (size - 4096))
                    with (folder / f"{name}-wal").open("r+b") as file:
                        file.truncate(0)
            return json.dumps({"alters": []})

        with pytest.raises(StoreError, match="store rescue"):
            workspace.expand(max_calls=200, backend=ScriptedBackend(reply), concurrency=1)
    assert len(asked) < 200


def test_a_ledger_that_is_behind_its_graph_is_told_which_steps_it_lacks(grown, hurt, tmp_path):
    with closing(sqlite3.connect(hurt / LEDGER)) as file, file:
        for table in ("verdict", "assertion", "step", "call", "attempt", "event"):
            file.execute(f"DELETE FROM {table} WHERE run IN ('r13', 'r14')")
        file.execute("DELETE FROM run WHERE id IN ('r13', 'r14')")
    found = rescued(hurt, tmp_path / "again")
    assert found.lost.runs == ["r13", "r14"]
    assert found.lost.steps == {"r13": [0], "r14": [0]}
    assert held(tmp_path / "again")[0] == held(grown)[0]


def test_sent_attempts_and_runs_that_only_the_mark_of_the_graph_knows_of_are_missing_and_keep_their_numbers(
    hurt, tmp_path
):
    with personagraph.open_workspace(hurt) as workspace:
        known = workspace.ledger.mark
        workspace.store.mark(Mark(known.runs + 2, known.attempts + 7))
    found = rescued(hurt, tmp_path / "again")
    assert (found.ledger, +found.lost.counts, found.lost.runs) == ("whole", {"attempt": 7, "run": 1}, ["r16"])
    assert found.lost.more
    assert "  7 attempts" in rescue_lines(tmp_path, found)
    with personagraph.open_workspace(tmp_path / "again") as workspace:
        assert workspace.ledger.mark == workspace.store.held().mark == (known.runs + 2, known.attempts + 7)
        asked = workspace.expand(max_calls=1, backend=ScriptedBackend(answer), allow_mixed=True)
        assert asked.run == "r17"
    assert min(id for id in rows(tmp_path / "again")["attempt"] if id > known.attempts) == known.attempts + 8
    with closing(sqlite3.connect(tmp_path / "again" / LEDGER)) as file, file:
        file.execute("DELETE FROM attempt WHERE id > ?", (known.attempts,))
    with personagraph.open_workspace(tmp_path / "again") as workspace:
        assert "that had been sent" in workspace.behind


def test_the_mark_of_a_damaged_graph_is_carried_and_one_that_can_be_no_ledgers_is_not(hurt, tmp_path):
    with personagraph.open_workspace(hurt) as workspace:
        known = workspace.ledger.mark
        workspace.store.mark(Mark(0, known.attempts + 3))
    spoil_index(hurt, "persona_by_entry", GRAPH)
    found = rescued(hurt, tmp_path / "again")
    assert (found.graph, +found.lost.counts) == ("damaged", {"attempt": 3})
    with closing(sqlite3.connect(hurt / GRAPH)) as file, file:
        file.execute(f"UPDATE workspace SET runs = {2**63 - 1}, attempts = {2**63 - 1}")
    assert not rescued(hurt, tmp_path / "third").lost


def test_the_reply_of_a_lost_attempt_is_booked_under_a_number_that_nobody_had(hurt, tmp_path):
    with personagraph.open_workspace(hurt) as workspace:
        known = workspace.ledger.mark
    with closing(sqlite3.connect(hurt / LEDGER)) as file, file:
        file.execute("DELETE FROM attempt WHERE id > ?", (known.attempts - 2,))
    spoil_index(hurt)
    found = rescued(hurt, tmp_path / "again")
    assert found.lost.counts["attempt"] == 2
    last = known.attempts
    assert sorted(rows(tmp_path / "again")["attempt"])[-3:] == [last - 2, last + 1, last + 2]


def test_a_server_that_is_not_confirmed_or_not_there_is_told_of_and_nothing_is_sent_to_the_first(
    hurt, tmp_path, monkeypatch
):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "configuration"))
    monkeypatch.setenv("PERSONAGRAPH_STORE_PASSWORD", "of a test")
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        url = f"neo4j://neo4j@127.0.0.1:{listening.getsockname()[1]}"
        (hurt / "personagraph.toml").write_text(f'store = "{url}"\n')
        [note] = rescued(hurt, tmp_path / "again").notes
        assert "nothing was taken from a server" in note
        assert "is not confirmed" in note
        listening.settimeout(0)
        with pytest.raises(BlockingIOError):
            listening.accept()
    [note] = rescue_workspace(hurt, tmp_path / "third", store=url).notes
    assert "nothing was taken from a server" in note
    assert "is not confirmed" not in note


@pytest.mark.parametrize("settings", [b"\xff\xfe", b"model = [", b"a = " + b"[" * 5000, b"#" * 1_100_000, None])
def test_settings_that_cannot_be_read_leave_everything_else_saved(grown, hurt, tmp_path, monkeypatch, settings):
    if settings is None:
        unreadable(monkeypatch, hurt / "personagraph.toml")
    else:
        (hurt / "personagraph.toml").write_bytes(settings)
    found = rescue_workspace(hurt, tmp_path / "again")
    assert "personagraph.toml could not be read: the new one has the defaults" in found.notes
    monkeypatch.undo()
    assert held(tmp_path / "again") == held(grown)


def unreadable(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """Have the system refuse to open a file, as it does for all users but root."""
    opens = os.open

    def refusing(name, *how, **more):
        if os.fspath(name) == str(path):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return opens(name, *how, **more)

    monkeypatch.setattr(os, "open", refusing)


def test_the_secret_is_missed_only_where_a_model_was_asked(hurt, tmp_path):
    with init_workspace(tmp_path / "new") as workspace:
        import_seeds(workspace.store, workspace.ledger)
    with closing(sqlite3.connect(hurt / LEDGER)) as file, file:
        file.execute("DELETE FROM meta WHERE name = 'secret'")
    for folder, words in ((tmp_path / "new", []), (hurt, ["secret"])):
        spoil_index(folder)
        found = rescued(folder, tmp_path / f"{folder.name} again")
        assert (found.ledger, found.lost.words, bool(found.lost)) == ("damaged", words, bool(words))
        checked = {finding.name for finding in check_store(tmp_path / f"{folder.name} again")}
        assert ("projection" in checked) == (not words)


@pytest.mark.parametrize("table", ["step", "verdict", "call", "attempt", "event", "assertion"])
def test_a_row_of_a_run_whose_number_no_ledger_gives_is_passed_over(grown, hurt, tmp_path, table):
    with closing(sqlite3.connect(hurt / LEDGER)) as file, file:
        names = [row[1] for row in file.execute(f"PRAGMA table_info({table})")]
        keys = {"id": "NULL", "key": f"'{'f' * 32}'", "run": "'r99999999999999999999'"}
        values = ", ".join(keys.get(name, name) for name in names)
        file.execute(f"INSERT INTO {table} SELECT {values} FROM {table} LIMIT 1")
    spoil_index(hurt)
    with closing(sqlite3.connect(hurt / GRAPH)) as file, file:
        file.execute("INSERT INTO run VALUES ('r99999999999999999999', 5)")
    spoil_index(hurt, "persona_by_entry", GRAPH)
    found = rescued(hurt, tmp_path / "again")
    assert (found.ledger, found.graph) == ("damaged", "damaged")
    assert rows(tmp_path / "again") == rows(grown)


@pytest.mark.parametrize("name", [LEDGER, GRAPH, "writer.lock"])
@pytest.mark.parametrize("stranger", ["a link", "a pipe", "a folder"])
@pytest.mark.timeout(20)
def test_a_file_that_is_none_is_refused_by_name_before_anything_is_read_of_it(hurt, tmp_path, name, stranger):
    (hurt / name).unlink(missing_ok=True)
    if stranger == "a link":
        (tmp_path / "foreign").write_bytes(b"")
        (hurt / name).symlink_to(tmp_path / "foreign")
    elif stranger == "a pipe":
        os.mkfifo(hurt / name)
    else:
        (hurt / name).mkdir()
    with pytest.raises(ConfigError, match=f"{name} is {stranger}"):
        rescue_workspace(hurt, tmp_path / "again")
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize("name", [LEDGER, GRAPH, "writer.lock"])
def test_a_file_that_may_not_be_read_is_named(hurt, tmp_path, monkeypatch, name):
    (hurt / "writer.lock").touch()
    unreadable(monkeypatch, hurt / name)
    with pytest.raises(ConfigError, match=f"{name} cannot be read: Permission denied; check the permissions"):
        rescue_workspace(hurt, tmp_path / "again")


def test_a_copy_made_of_hard_links_is_rescued_and_only_read(grown, hurt, tmp_path):
    copy = tmp_path / "copy"
    copy.mkdir()
    (hurt / "writer.lock").touch()
    for name in (LEDGER, GRAPH, "personagraph.toml", "writer.lock"):
        os.link(hurt / name, copy / name)
    rescued(copy, tmp_path / "again")
    assert held(tmp_path / "again") == held(grown)
    assert {file.stat().st_nlink for file in (tmp_path / "again").iterdir()} == {1}


def test_what_is_there_is_never_written_over_and_a_workspace_at_work_is_left_alone(hurt, tmp_path):
    from personagraph.storage.writer_lock import writer

    with pytest.raises(ConfigError, match="exists already"):
        rescue_workspace(hurt, tmp_path)
    with pytest.raises(ConfigError, match="is in the damaged workspace"):
        rescue_workspace(hurt, hurt / "again")
    with pytest.raises(ConfigError, match="name the folder of a workspace"):
        rescue_workspace(tmp_path, tmp_path / "again")
    with writer(hurt), pytest.raises(ConfigError, match="is writing to this workspace"):
        rescue_workspace(hurt, tmp_path / "again")
    with pytest.raises(KeyboardInterrupt):
        rescue_workspace(hurt, tmp_path / "again", stopping=lambda: True)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["w"]


def test_the_commands_say_what_is_wrong_and_what_was_saved(hurt, tmp_path):
    damaged(hurt / LEDGER, "leaves", 3)
    told = command("store", "check", folder=hurt)
    assert told.code == 1
    assert "store rescue" in told.out
    assert "store rescue" in command("doctor", folder=hurt).out
    refused = command("expand", "--model", "simulated", "--max-calls", "90", folder=hurt)
    assert refused.code == 1
    assert "is damaged" in refused.err
    done = command("store", "rescue", tmp_path / "again", folder=hurt)
    assert done.code == 0
    assert "the ledger was damaged, the graph whole" in done.out
    assert "missing" in done.out
    assert command("store", "check", folder=tmp_path / "again").code == 0


@pytest.mark.neo4j
def test_a_workspace_whose_graph_is_in_neo4j_is_rescued_into_a_file(tmp_path, neo4j_url, neo4j_password, monkeypatch):
    from tests.stored import empty

    empty(neo4j_url)
    monkeypatch.setenv("PERSONAGRAPH_STORE_PASSWORD", neo4j_password)
    folder = tmp_path / "w"
    with init_workspace(folder, store=neo4j_url) as workspace:
        import_seeds(workspace.store, workspace.ledger)
        expansion(workspace.store, workspace.ledger, ScriptedBackend(answer), max_calls=60)
    assert all(finding.ok for finding in check_store(folder))
    rescued(folder, tmp_path / "again")
    with personagraph.open_workspace(tmp_path / "again") as workspace:
        assert workspace.settings.store == "sqlite"
        assert picture(workspace.store) == undisturbed(60)
    damaged(folder / LEDGER, "leaves", 1)
    rescued(folder, tmp_path / "third")
    with personagraph.open_workspace(tmp_path / "third") as workspace:
        assert picture(workspace.store)["personas"] == undisturbed(60)["personas"]


@pytest.mark.neo4j
def test_a_whole_ledger_that_is_behind_its_graph_in_neo4j_is_told_what_it_lacks(
    tmp_path, neo4j_url, neo4j_password, monkeypatch
):
    from tests.stored import empty

    empty(neo4j_url)
    monkeypatch.setenv("PERSONAGRAPH_STORE_PASSWORD", neo4j_password)
    folder = tmp_path / "w"
    with init_workspace(folder, store=neo4j_url) as workspace:
        import_seeds(workspace.store, workspace.ledger)
        expansion(workspace.store, workspace.ledger, ScriptedBackend(answer), max_calls=60)
        sent = workspace.ledger.mark.attempts
    with closing(sqlite3.connect(folder / LEDGER)) as file, file:
        for table in ("verdict", "assertion", "step", "call", "attempt", "event"):
            file.execute(f"DELETE FROM {table} WHERE run = 'r2'")
        file.execute("DELETE FROM run WHERE id = 'r2'")
    found = rescued(folder, tmp_path / "again")
    assert (found.ledger, found.graph, found.notes) == ("whole", "whole", ())
    assert (found.lost.runs, found.lost.counts["attempt"]) == (["r2"], sent)
    with personagraph.open_workspace(tmp_path / "again") as workspace:
        assert picture(workspace.store)["personas"] == undisturbed(60)["personas"]
        assert workspace.ledger.mark.attempts == sent
        assert not workspace.behind
