"""Every state that the two files of a workspace can be in, and the one answer that each kind of command gives to it."""

import json
import shutil
import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from personagraph.ledger import Ledger
from personagraph.workspace import confirm_settings, open_workspace, settings_to_confirm
from tests.commands import code_of
from tests.stored import empty

SEEDS = tuple(f"A keeper of lighthouse number {n} who counts the ships" for n in range(8))
LEDGER, GRAPH = "ledger.sqlite3", "graph.sqlite3"

COMMANDS: dict[str, tuple[str, ...]] = {
    "init": ("init", "{folder}"),
    "read": ("stats",),
    "list": ("runs", "list"),
    "export": ("export", "--format", "json", "--output", "{beside}/out.json"),
    "spend": ("expand", "--model", "simulated", "--max-calls", "101"),
    "write": ("import", "{beside}/seeds.jsonl"),
    "check": ("store", "check"),
    "migrate": ("store", "migrate"),
    "copy": ("store", "copy", "--to", "sqlite:{beside}/copy.sqlite3"),
    "doctor": ("doctor",),
    "accept": ("store", "accept"),
}
"""One of each kind."""

NO_WORKSPACE = (1, "is no workspace", "`personagraph init")
NO_LEDGER = (1, "the ledger was lost, with all that was paid for", "personagraph restore FROM", "store accept")
NO_GRAPH = (1, "holds no graph", "store copy --from", "personagraph restore FROM", "store rescue TO")
DAMAGED = (1, "damaged", "personagraph restore FROM")
MALFORMED = (1, "damaged", "personagraph restore FROM", "store rescue TO")
OTHERS = (1, "is the graph of workspace", "put the ledger of")
BEHIND = (1, "is behind its graph: it lacks run r2 (100 steps), 100 calls", "personagraph restore FROM", "store accept")
OLDER = (1, "does not hold run r2 (0 of 100 steps)", "an older copy", "store rescue TO")
TOLD = (0, "warning: the ledger of", *BEHIND[1:])
MADE = (0, "is a workspace")
FINE = (0, "")
ACCEPTED = (0, "accepted: the ledger lacks run")

WRONG_LEDGER = (1, "WRONG ledger", "store rescue TO")
WRONG_FILE = (1, "WRONG file", "store copy --from", "personagraph restore FROM", "store rescue TO")

Answer = tuple[Any, ...]


class State(NamedTuple):
    """How a workspace gets into a state, what it answers to any command, and what to some."""

    spoil: Callable[[Path, Path], object]
    answer: Answer
    others: dict[str, Answer]


def removed(*names: str) -> Callable[[Path, Path], object]:
    return lambda folder, kept: [(folder / name).unlink() for name in names]


def emptied(*names: str) -> Callable[[Path, Path], object]:
    return lambda folder, kept: [(folder / name).write_bytes(b"") for name in names]


def taken(name: str, where: str) -> Callable[[Path, Path], object]:
    """A file of another workspace, or of an earlier time, in place of ours."""
    return lambda folder, kept: shutil.copy(kept / where / name, folder / name)


def without_tables(name: str) -> Callable[[Path, Path], object]:
    """What is left of a new file when its -wal file is deleted."""

    def spoil(folder: Path, kept: Path) -> None:
        (folder / name).unlink()
        with closing(sqlite3.connect(folder / name)) as file:
            file.execute("PRAGMA journal_mode = WAL")

    return spoil


def written_over(name: str) -> Callable[[Path, Path], object]:
    return lambda folder, kept: (folder / name).write_bytes(b"nothing of SQLite's " * 500)


def malformed(name: str) -> Callable[[Path, Path], object]:
    """All behind the first page is other than it was."""

    def spoil(folder: Path, kept: Path) -> None:
        held = (folder / name).read_bytes()
        (folder / name).write_bytes(held[:4096] + bytes((byte * 7 + 13) % 256 for byte in held[4096:]))

    return spoil


STATES: dict[str, State] = {
    "both there": State(lambda folder, kept: None, FINE, {"accept": (0, "nothing to accept")}),
    "nothing there": State(removed(LEDGER, GRAPH, "personagraph.toml"), NO_WORKSPACE, {"init": MADE}),
    "settings only": State(removed(LEDGER, GRAPH), NO_WORKSPACE, {"init": MADE}),
    "both empty": State(emptied(LEDGER, GRAPH), NO_WORKSPACE, {"init": MADE}),
    "ledger missing": State(removed(LEDGER), NO_LEDGER, {"accept": ACCEPTED}),
    "ledger empty": State(emptied(LEDGER), NO_LEDGER, {"accept": ACCEPTED}),
    "ledger without tables": State(without_tables(LEDGER), NO_LEDGER, {"accept": ACCEPTED}),
    "ledger written over": State(written_over(LEDGER), DAMAGED, {"check": WRONG_LEDGER}),
    "ledger malformed": State(malformed(LEDGER), MALFORMED, {"check": WRONG_LEDGER}),
    "ledger of another workspace": State(taken(LEDGER, "another"), OTHERS, {"check": (1, "WRONG workspace")}),
    "ledger behind": State(
        taken(LEDGER, "earlier"),
        TOLD,
        {
            "spend": BEHIND,
            "write": BEHIND,
            "check": BEHIND,
            "doctor": BEHIND,
            "migrate": (0, "nothing to do"),
            "copy": (0, "both hold the same"),
            "accept": (0, "accepted: the ledger lacks run r2 (100 steps), 100 calls"),
        },
    ),
    "graph missing": State(removed(GRAPH), NO_GRAPH, {"check": WRONG_FILE}),
    "graph empty": State(emptied(GRAPH), NO_GRAPH, {"check": WRONG_FILE}),
    "graph without tables": State(without_tables(GRAPH), NO_GRAPH, {"check": WRONG_FILE}),
    "graph written over": State(written_over(GRAPH), DAMAGED, {"check": WRONG_FILE}),
    "graph malformed": State(malformed(GRAPH), MALFORMED, {"check": WRONG_FILE}),
    "graph of another workspace": State(taken(GRAPH, "another"), OTHERS, {"check": (1, "WRONG workspace")}),
    "graph older": State(
        taken(GRAPH, "earlier"),
        OLDER,
        {"check": (1, "WRONG applied", "0 of 100 steps of r2", "store rescue TO"), "migrate": (0, "nothing to do")},
    ),
}


def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, folder: Path, *words: str, store: str = ""
) -> Answer:
    """A command on the workspace in a folder: its exit code, and all that it said; `store` is in the environment."""
    surround(monkeypatch, folder)
    if store:
        monkeypatch.setenv("PERSONAGRAPH_STORE", store)
    capsys.readouterr()
    code = code_of(*(word.format(folder=folder, beside=folder.parent) for word in words))
    said = capsys.readouterr()
    return code, said.out + said.err


def files(folder: Path) -> set[str]:
    """What is in a folder, but for what SQLite keeps beside a file."""
    return {path.name for path in folder.iterdir() if not path.name.endswith(("-wal", "-shm"))}


def surround(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """The environment of a command on the workspace in this folder."""
    for name in ("PERSONAGRAPH_STORE", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        patch.delenv(name, raising=False)
    patch.setenv("PERSONAGRAPH_WORKSPACE", str(folder))


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that was grown, as it was earlier, and another one: `now`, `earlier`, `another`."""
    folder = tmp_path_factory.mktemp("kept")
    for name, calls in (("now", 100), ("another", 2)):
        seeds(folder)
        with pytest.MonkeyPatch.context() as patch:
            surround(patch, folder / name)
            assert code_of("init", str(folder / name)) == 0
            assert code_of("import", str(folder / "seeds.jsonl")) == 0
            if name == "now":
                shutil.copytree(folder / name, folder / "earlier")
            grow = ("expand", "--model", "simulated", "--calls-per-ego", "99", "--max-calls", str(calls))
            assert code_of(*grow, "--concurrency", "8") == 0
    return folder


def seeds(folder: Path) -> None:
    (folder / "seeds.jsonl").write_text("".join(json.dumps({"persona": seed}) + "\n" for seed in SEEDS))


@pytest.mark.parametrize("state", STATES)
def test_every_command_has_one_answer_to_every_state(state, kept, tmp_path, capsys, monkeypatch):
    spoil, usual, others = STATES[state]
    seeds(tmp_path)
    for kind, words in COMMANDS.items():
        if state == "both there" and kind in ("spend", "write"):
            continue
        folder = tmp_path / "w"
        shutil.copytree(kept / "now", folder)
        spoil(folder, kept)
        before = files(folder)
        code, *phrases = others.get(kind, usual)
        got, said = run(capsys, monkeypatch, folder, *words)
        assert got == code, (kind, said)
        for phrase in phrases:
            assert phrase in said, (kind, phrase)
        assert "Traceback" not in said
        if code:
            assert files(folder) - {"writer.lock"} == before - {"writer.lock"}
        shutil.rmtree(folder)
        for made in ("copy.sqlite3", "out.json", "out.json.manifest.json"):
            (tmp_path / made).unlink(missing_ok=True)


def test_no_answer_names_a_command_whose_answer_leads_back(kept, tmp_path, capsys, monkeypatch):
    """What `store accept` makes of a lost ledger is a workspace again, in which all else works."""
    seeds(tmp_path)
    for state in ("ledger missing", "ledger empty", "ledger without tables", "ledger behind"):
        folder = tmp_path / state.replace(" ", "-")
        shutil.copytree(kept / "now", folder)
        STATES[state].spoil(folder, kept)
        assert run(capsys, monkeypatch, folder, "store", "accept")[0] == 0
        for kind in ("init", "read", "list", "export", "check", "copy"):
            code, said = run(capsys, monkeypatch, folder, *COMMANDS[kind])
            assert code == 0, said
            assert "warning" not in said
        with open_workspace(folder) as workspace:
            assert [run.status for run in workspace.runs()].count("lost") in (1, 2)
        (tmp_path / "copy.sqlite3").unlink()
        code, said = run(capsys, monkeypatch, folder, "expand", "--model", "simulated", "--max-calls", "1")
        assert code == 0, said


ON_NEO4J: dict[str, State] = {
    "ledger there": State(lambda folder, kept: None, FINE, {}),
    "ledger missing": State(removed(LEDGER), NO_WORKSPACE, {"init": (*OTHERS, "store accept"), "accept": ACCEPTED}),
    "ledger empty": State(emptied(LEDGER), NO_WORKSPACE, {"init": (*OTHERS, "store accept"), "accept": ACCEPTED}),
    "ledger malformed": State(malformed(LEDGER), MALFORMED, {"check": WRONG_LEDGER}),
    "ledger of another workspace": State(taken(LEDGER, "another"), OTHERS, {}),
    "ledger behind": State(
        taken(LEDGER, "earlier"),
        (0, "warning: the ledger of", "it lacks run r2 (12 steps), 12 calls"),
        {
            "spend": (1, "is behind its graph"),
            "check": (1, "WRONG reach", "is behind its graph"),
            "accept": (0, "accepted: the ledger lacks run r2 (12 steps), 12 calls"),
        },
    ),
}


@pytest.mark.neo4j
@pytest.mark.parametrize("state", ON_NEO4J)
def test_with_the_graph_in_neo4j_every_state_of_the_ledger_has_one_answer(
    state, kept, neo4j_url, neo4j_password, tmp_path, capsys, monkeypatch
):
    monkeypatch.setenv("PERSONAGRAPH_STORE_PASSWORD", neo4j_password)
    empty(neo4j_url)
    seeds(tmp_path)
    ours, both = tmp_path / "ours", tmp_path / "both"
    both.mkdir()
    shutil.copytree(kept / "another", both / "another")
    assert run(capsys, monkeypatch, ours, "init", str(ours), "--store", neo4j_url)[0] == 0
    assert run(capsys, monkeypatch, ours, "import", str(tmp_path / "seeds.jsonl"))[0] == 0
    shutil.copytree(ours, both / "earlier")
    grow = ("expand", "--model", "simulated", "--calls-per-ego", "9", "--max-calls", "12")
    assert run(capsys, monkeypatch, ours, *grow)[0] == 0
    spoil, usual, others = ON_NEO4J[state]
    for kind in ("init", "read", "list", "check", "accept", "spend"):
        folder = tmp_path / "w"
        shutil.copytree(ours, folder)
        spoil(folder, both)
        confirm_settings(folder, settings_to_confirm(folder))
        code, *phrases = others.get(kind, usual)
        words = ("expand", "--model", "simulated", "--max-calls", "1") if kind == "spend" else COMMANDS[kind]
        got, said = run(capsys, monkeypatch, folder, *words)
        assert got == code, (kind, said)
        for phrase in phrases:
            assert phrase in said, (kind, phrase, said)
        shutil.rmtree(folder)


SERVER = "neo4j://neo4j@127.0.0.1:9"
"""Where nothing answers."""
NO_FILE_NEEDED = ("init", "read", "list", "export", "spend", "write", "check", "migrate", "doctor", "accept", "backup")
BACKUP = ("backup", "{beside}/backup")


class Place(NamedTuple):
    """Where a ledger says that the graph was last written, what PERSONAGRAPH_STORE names, and what is answered.

    `others` are the answers to the kinds of command that answer something else.
    """

    told: str
    named: str
    spoil: Callable[[Path, Path], object]
    answer: Answer
    others: dict[str, Answer]


WRITTEN_TO = "the graph of this workspace was last written to"
AT_THE_FILE = f"{WRITTEN_TO} graph.sqlite3 (sqlite), and PERSONAGRAPH_STORE in the environment names"
NOT_THERE = (5, f"{AT_THE_FILE} {SERVER}, which cannot be used", "`--store sqlite` goes on with it", "or start it")
AT_THE_SERVER = f"{WRITTEN_TO} {SERVER}, and "
NOW_THE_FILE = (
    0,
    AT_THE_SERVER,
    "personagraph.toml names sqlite, which holds all of it: what is written from now on is",
)
OLD_COPY = (
    1,
    AT_THE_SERVER,
    "personagraph.toml names sqlite, which lacks run r2 (0 of 100 steps)",
    f"`--store {SERVER}` goes on with it",
    "store rescue TO",
)
PLACES: dict[str, Place] = {
    "the file, and a server is named that is not there": Place(
        "sqlite",
        SERVER,
        lambda folder, kept: None,
        NOT_THERE,
        {"check": (1, *NOT_THERE[1:-1]), "doctor": (1, *NOT_THERE[1:-1])},
    ),
    "the file, by no word of an older ledger": Place(
        "",
        SERVER,
        lambda folder, kept: None,
        NOT_THERE,
        {"check": (1, *NOT_THERE[1:-1]), "doctor": (1, *NOT_THERE[1:-1])},
    ),
    "a server, and the file holds all of it": Place(
        SERVER,
        "",
        lambda folder, kept: None,
        NOW_THE_FILE,
        {"migrate": FINE, "backup": FINE, "accept": (0, "nothing to accept")},
    ),
    "a server, and the file is an older copy": Place(SERVER, "", taken(GRAPH, "earlier"), OLD_COPY, {}),
    "a server, and the file is gone": Place(
        SERVER,
        "",
        removed(GRAPH),
        (1, AT_THE_SERVER, "which holds no graph", f"`--store {SERVER}` goes on with it"),
        {},
    ),
    **{
        f"what is no store ({what})": Place(
            told, "", taken(GRAPH, "earlier"), OLDER, {"check": (1, "WRONG applied"), "migrate": FINE, "backup": FINE}
        )
        for what, told in {
            "a password": "neo4j://me:hunter22@host",
            "no port": "neo4j://host:99999999",
            "no address": "neo4j://host/a/b",
            "a file elsewhere": "sqlite:/etc/passwd",
            "anything": "\x1b[2J\n" * 1000,
        }.items()
    },
}


@pytest.mark.parametrize("place", PLACES)
def test_a_store_that_is_not_where_the_graph_was_last_written_is_told_by_every_command_in_the_same_words(
    place, kept, tmp_path, capsys, monkeypatch
):
    told, named, spoil, usual, others = PLACES[place]
    monkeypatch.setenv("PERSONAGRAPH_STORE_PASSWORD", "hunter33")
    seeds(tmp_path)
    for kind in NO_FILE_NEEDED:
        folder = tmp_path / "w"
        shutil.copytree(kept / "now", folder)
        with closing(Ledger(folder / LEDGER)) as ledger:
            ledger.remember("graph", told)
        spoil(folder, kept)
        words = {"backup": BACKUP, "spend": ("expand", "--model", "simulated", "--max-calls", "1")}.get(
            kind
        ) or COMMANDS[kind]
        code, *phrases = others.get(kind, usual)
        got, said = run(capsys, monkeypatch, folder, *words, store=named)
        assert got == code, (kind, said)
        plain = said.replace("\n  → ", "; ").replace("\n        → ", "; ").replace("\n      → ", "; ")
        for phrase in phrases:
            assert phrase in plain, (kind, phrase, plain)
        assert "Traceback" not in said
        assert "hunter" not in said
        shutil.rmtree(folder)
        shutil.rmtree(tmp_path / "backup", ignore_errors=True)
        for made in ("out.json", "out.json.manifest.json"):
            (tmp_path / made).unlink(missing_ok=True)


def test_what_a_ledger_says_of_where_the_graph_is_reaches_nobody(kept, tmp_path, capsys, monkeypatch):
    """It may be a stranger's: nothing connects there, and nobody is asked for the number of its name."""
    asked, real = list[str](), socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda *of, **how: (asked.append(of[0]), real(*of, **how))[1])
    monkeypatch.setenv("PERSONAGRAPH_STORE_PASSWORD", "hunter33")
    seeds(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as theirs:
        theirs.settimeout(0.2)
        here = f"neo4j://127.0.0.1:{theirs.getsockname()[1]}"
        for told, named in ((here, ""), ("neo4j://stranger.invalid", ""), ("neo4j://stranger.invalid", SERVER)):
            folder = tmp_path / "w"
            shutil.copytree(kept / "now", folder)
            with closing(Ledger(folder / LEDGER)) as ledger:
                ledger.remember("graph", told)
            shutil.copy(kept / "earlier" / GRAPH, folder / GRAPH)
            for kind in ("read", "write", "check", "migrate", "doctor", "accept", "copy"):
                code, said = run(capsys, monkeypatch, folder, *COMMANDS[kind], store=named)
                assert (code != 0, told in said) == (True, True), (kind, said)
            shutil.rmtree(folder)
        with pytest.raises(TimeoutError):
            theirs.accept()
    assert "stranger.invalid" not in asked


@pytest.mark.parametrize("told", ["sqlite", SERVER, ""])
def test_what_is_restored_or_rescued_was_last_written_to_where_it_is(told, kept, tmp_path, capsys, monkeypatch):
    shutil.copytree(kept / "now", tmp_path / "w")
    with closing(Ledger(tmp_path / "w" / LEDGER)) as ledger:
        ledger.remember("graph", told)
    for words in (BACKUP, ("store", "rescue", "{beside}/rescued")):
        assert run(capsys, monkeypatch, tmp_path / "w", *words)[0] == 0
    assert run(capsys, monkeypatch, tmp_path / "restored", "restore", "{beside}/backup")[0] == 0
    for made in ("rescued", "restored"):
        code, said = run(capsys, monkeypatch, tmp_path / made, "stats")
        assert (code, "last written" in said) == (0, False), said
        with closing(Ledger(tmp_path / made / LEDGER)) as ledger:
            assert ledger.remembered("graph") == "sqlite"


@pytest.fixture
def at_work(kept, neo4j_url, neo4j_password, tmp_path, capsys, monkeypatch) -> Callable[..., Answer]:
    """Carries out commands on a workspace whose graph is in the file, in a shell where an empty server is set."""
    monkeypatch.setenv("PERSONAGRAPH_STORE_PASSWORD", neo4j_password)
    empty(neo4j_url)
    seeds(tmp_path)
    shutil.copytree(kept / "now", tmp_path / "w")

    def command(*words: str, store: str = neo4j_url) -> Answer:
        return run(capsys, monkeypatch, tmp_path / "w", *words, store=store)

    return command


@pytest.mark.neo4j
@pytest.mark.parametrize("told", ["sqlite", ""])
def test_a_server_that_is_set_and_empty_is_told_by_every_command_and_the_graph_is_copied_there_by_one(
    told, at_work, neo4j_url, tmp_path
):
    empty_there = f"{AT_THE_FILE} {neo4j_url}, which holds no graph"
    copies = f"`--store sqlite` goes on with it, `personagraph store copy --to {neo4j_url}` copies it there"
    with closing(Ledger(tmp_path / "w" / LEDGER)) as ledger:
        ledger.remember("graph", told)
    for kind in ("init", "read", "list", "export", "spend", "write", "check", "migrate", "doctor", "accept"):
        code, said = at_work(*COMMANDS[kind])
        assert (code, empty_there in said, copies in said) == (1, True, True), (kind, said)
    code, said = at_work(*BACKUP)
    assert (code, f"{empty_there}; {copies}" in said) == (1, True)
    code, said = at_work("store", "copy", "--to", neo4j_url)
    assert (code, "both hold the same" in said) == (0, True), said
    assert "from graph.sqlite3 (sqlite), where the graph of this workspace was last written" in said
    for kind in ("init", "read", "list", "export", "check", "doctor"):
        code, said = at_work(*COMMANDS[kind])
        assert (code, f"{AT_THE_FILE} {neo4j_url}, which holds all of it" in said) == (0, bool(told)), (kind, said)
    code, said = at_work("store", "copy", "--to", "sqlite")
    assert (code, "sqlite is where the graph is; --to names another store" in said) == (1, True), said


@pytest.mark.neo4j
def test_what_is_written_to_a_finished_copy_is_told_wherever_the_old_graph_is_asked(at_work, neo4j_url, tmp_path):
    at_work("import", "{beside}/seeds.jsonl", store="")
    assert at_work("store", "copy", "--to", neo4j_url)[0] == 0
    grow = ("expand", "--model", "simulated", "--max-calls", "1")
    code, said = at_work(*grow)
    assert (code, "which holds all of it: what is written from now on is there alone" in said) == (0, True), said
    for kind in ("init", "read", "list", "export", "check", "migrate", "doctor", "accept"):
        code, said = at_work(*COMMANDS[kind])
        assert (code, "last written" in said) == (0, False), (kind, said)
    file = tmp_path / "w" / "personagraph.toml"
    older = f"{WRITTEN_TO} {neo4j_url}, and {file} names sqlite, which lacks run r4 (0 of 1 step"
    for words in (*(COMMANDS[kind] for kind in ("init", "read", "check", "write", "doctor", "migrate")), grow, BACKUP):
        code, said = at_work(*words, store="")
        assert (code, older in said, f"`--store {neo4j_url}` goes on with it" in said) == (1, True, True), (words, said)
    code, said = at_work("store", "copy", "--to", "sqlite:{beside}/back.sqlite3", store="")
    assert (code, "by the word of its ledger alone, so nothing was asked there; name it with --from" in said) == (
        1,
        True,
    )
    code, said = at_work("store", "copy", "--to", neo4j_url)
    assert (code, f"{neo4j_url} is where the graph is" in said) == (1, True)
    assert at_work("stats", store=neo4j_url.replace("127.0.0.1", "localhost"))[0] == 0


@pytest.mark.neo4j
def test_a_server_with_an_older_copy_or_the_graph_of_another_is_told_with_where_the_graph_is(
    at_work, kept, neo4j_url, tmp_path, capsys, monkeypatch
):
    shutil.copytree(kept / "earlier", tmp_path / "earlier")
    assert run(capsys, monkeypatch, tmp_path / "earlier", "store", "copy", "--to", neo4j_url)[0] == 0
    with closing(Ledger(tmp_path / "w" / LEDGER)) as ledger:
        ledger.remember("graph", "sqlite")
    for kind in ("read", "write", "check", "doctor", "migrate"):
        code, said = at_work(*COMMANDS[kind])
        assert code == 1, (kind, said)
        assert f"{AT_THE_FILE} {neo4j_url}, which lacks run r2 (0 of 100 steps)" in said
    code, said = at_work("store", "copy", "--to", neo4j_url)
    assert (code, "the target holds 8 personas already" in said) == (1, True), said
    empty(neo4j_url)
    shutil.copytree(kept / "another", tmp_path / "another")
    assert run(capsys, monkeypatch, tmp_path / "another", "store", "copy", "--to", neo4j_url)[0] == 0
    for kind in ("read", "write", "check", "doctor", "migrate"):
        code, said = at_work(*COMMANDS[kind])
        assert (code, f"{AT_THE_FILE} {neo4j_url}, which cannot be used (" in said) == (1, True), (kind, said)
        assert "is the graph of workspace" in said


@pytest.mark.neo4j
def test_a_workspace_that_decided_nothing_goes_to_whatever_store_is_set_and_is_told_of_there(
    at_work, neo4j_url, tmp_path, capsys, monkeypatch
):
    new = tmp_path / "new"
    assert run(capsys, monkeypatch, new, "init", str(new))[0] == 0
    assert run(capsys, monkeypatch, new, "import", str(tmp_path / "seeds.jsonl"), store=neo4j_url)[0] == 0
    code, said = run(capsys, monkeypatch, new, "stats")
    assert (code, f"{WRITTEN_TO} {neo4j_url}, and {new}/personagraph.toml names sqlite" in said) == (1, True), said


@pytest.mark.neo4j
def test_a_copy_is_made_from_a_server_where_the_graph_was_last_written_when_the_user_named_that_for_the_folder(
    at_work, neo4j_url, tmp_path, capsys, monkeypatch
):
    ours = tmp_path / "ours"
    assert run(capsys, monkeypatch, ours, "init", str(ours), "--store", neo4j_url)[0] == 0
    assert run(capsys, monkeypatch, ours, "import", str(tmp_path / "seeds.jsonl"))[0] == 0
    code, said = run(capsys, monkeypatch, ours, "stats", store="sqlite")
    assert (
        code,
        f"{WRITTEN_TO} {neo4j_url}, and PERSONAGRAPH_STORE in the environment names sqlite, which" in said,
    ) == (1, True)
    code, said = run(capsys, monkeypatch, ours, "store", "copy", "--to", "sqlite", store="sqlite")
    assert (code, f"from {neo4j_url}, where the graph of this workspace was last written" in said) == (0, True), said
    assert run(capsys, monkeypatch, ours, "stats", store="sqlite")[0] == 0
    (ours / LEDGER).unlink()
    code, said = run(capsys, monkeypatch, ours, "init", str(ours), store=neo4j_url)
    assert (code, "the ledger was lost" in said) == (1, True)
    shutil.copy(tmp_path / "w" / GRAPH, ours / GRAPH)
    code, said = run(capsys, monkeypatch, ours, "store", "accept", store=neo4j_url)
    assert (code, "holds the graph of workspace" in said, "--store sqlite" in said) == (1, True, True)
