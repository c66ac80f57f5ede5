"""The command line, as a user calls it: shapes, exit codes, one-line errors, and light start-up."""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from personagraph.workspace import open_workspace
from tests.commands import personagraph

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
SEEDS = ROOT / "examples" / "seeds.jsonl"
HEAVY = [
    "numpy",
    "scipy",
    "numba",
    "tokenizers",
    "snowballstemmer",
    "openai",
    "neo4j",
    "networkx",
    "datasketch",
    "torch",
    "rich",
    "pyarrow",
    "pydantic",
]
HEAVY += ["aiohttp", "jsonschema_rs"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "w"
    personagraph("init", folder, folder=folder.parent)
    personagraph("import", SEEDS, folder=folder)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "w")


def test_a_workspace_is_opened_without_what_only_some_commands_need():
    shown = "import sys, personagraph.workspace; print([n for n in sys.argv[1:] if n in sys.modules])"
    heavy = ("numpy", "numba", "networkx", "openai", "personagraph.llm.models")
    told = subprocess.run([sys.executable, "-c", shown, *heavy], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"


def test_import_reports_the_run_in_the_promised_shape(folder):
    again = json.loads(personagraph("import", SEEDS, "--json", folder=folder))
    assert {name: again[name] for name in ("run", "status", "new", "merged", "rejected", "dead_letters")} == {
        "run": "r2",
        "status": "done",
        "new": 0,
        "merged": 16,
        "rejected": 0,
        "dead_letters": 0,
    }


def test_stats_search_and_show_answer_in_json(folder):
    stats = json.loads(personagraph("stats", "--json", folder=folder))
    assert (stats["personas"], stats["by_depth"], stats["components"]) == (16, {"0": 16}, 16)
    covered = json.loads(personagraph("coverage", "--json", folder=folder))
    assert covered["known"] + covered["unknown"] + covered["outside"] == 16
    assert covered["known"] > 0
    found = json.loads(personagraph("search", "goat herd", "--json", folder=folder))["personas"]
    assert [p["description"] for p in found] == ["A goat herder from Mongolia who listens to radio plays"]
    shown = json.loads(personagraph("show", found[0]["id"][:10], "--json", folder=folder))
    assert shown["depth"] == 0
    assert shown["relationships"] == []
    assert json.loads(personagraph("path", "goat herder", "beekeeper", "--json", folder=folder))["found"] is False


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("show nobody-at-all", "nobody is named by 'nobody-at-all'"),
        ("show from", "names more than one persona"),
        ("neighbours beekeeper --hops 0", "--hops is 0; it must be 1 or more"),
        ("expand --hops -1", "--hops is -1; it must be 1 or more"),
        ("expand --policy greedy", "it can be bfs or types or hint"),
        ("expand --policy hint", "give --max-calls"),
        ("expand --model gpt", "it can be local or local:FILE.gguf, simulated, openai:NAME"),
        ("runs abandon r9", "there is no run 'r9'"),
        ("merges undo r1.0.0", "there is no merge 'r1.0.0'"),
        ("path beekeeper tailor --type LIKES", "--type 'LIKES' is not known"),
        ("expand --dedup fuzzy", "it can be content or partition or minhash"),
        ("expand --preview 0", "--preview is 0"),
        ("stats --store nowhere", "--store"),
        ("expand --model openai:x --base-url foo", "such as http://"),
        ("expand --model openai:x --base-url http://u:hunter22@h/v1", "holds a password"),
        ("export --format json --output out.json --hops 2", "name one with --around"),
        ("calls --run r99", "there is no run 'r99'"),
        ("calls --outcome lost", "it can be replied or failed or uncertain"),
        ("config set nosuch 1", "there is no setting 'nosuch'; there are store"),
        ("config set openai_api_key x", "set it in the environment"),
        ("config set prices 1", "prices is a table; edit it in"),
        ("config set language klingon", "language (in this command): "),
        ("config set max_tokens 0", "greater than or equal to 1"),
        ("config set dedup nosuch", "it should be 'content' or 'partition' or 'minhash'"),
        ("config set model nosuch", "--model 'nosuch' is not known"),
        ("doctor --model simulated --base-url http://127.0.0.1:9/v1", "simulated is none"),
        ("query nosuch", "there is no query and no file 'nosuch'; these queries can be named: "),
    ],
)
def test_what_cannot_be_asked_for_is_one_line_that_says_what_to_do_and_a_usage_error(folder, words, says):
    assert says in personagraph(*shlex.split(words), folder=folder, code=2)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("import none.jsonl", "none.jsonl: cannot be read"),
        ("import {seeds} --field name", "no field 'name'; it has persona"),
        ("runs abandon r1", "r1 is done"),
        ("expand --model recorded:nowhere", "is no ledger"),
        ("import /proc/self/mem", "cannot be read"),
        ("extract /proc/self/mem", "cannot be read"),
        ("extract {seeds} --field nothing", "no field 'nothing'"),
        ("export --format json --output ledger.sqlite3", "belongs to a workspace"),
    ],
)
def test_what_cannot_be_done_is_one_line_that_says_what_to_do(folder, words, says):
    assert says in personagraph(*shlex.split(words.format(seeds=SEEDS)), folder=folder, code=1)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ("expand --policy greedy", 2, "it can be bfs or types or hint"),
        ("expand --nonsense", 2, "--nonsense"),
        ("expand --hops many", 2, "a valid integer"),
        ("import none.jsonl", 1, "none.jsonl: cannot be read"),
    ],
)
def test_with_a_log_an_error_is_one_object_too(folder, words, code, says):
    objects = [
        json.loads(line)
        for line in personagraph(*words.split(), "--log-json", folder=folder, code=code).split("\n")[:-1]
    ]
    errors = [entry for entry in objects if entry["event"] == "error"]
    assert len(errors) == 1
    assert errors[0] == objects[-1]
    assert says in errors[0]["text"]
    assert errors[0]["exit_code"] == code


def test_a_folder_that_is_no_workspace_and_a_damaged_one_are_named(tmp_path):
    assert "is no workspace" in personagraph("stats", folder=tmp_path, code=1)
    (tmp_path / "ledger.sqlite3").write_text("this is not a database, whatever its name says")
    assert "ledger.sqlite3" in personagraph("stats", folder=tmp_path, code=1)


def test_the_rendered_prompts_of_the_next_calls_are_shown_and_nothing_is_sent(folder):
    shown = json.loads(personagraph("expand", "--preview", "2", "--json", folder=folder))["requests"]
    assert [request["prompt"].partition("@")[0] for request in shown] == ["expand-small"] * 2
    assert "rice farmer from Vietnam" in shown[0]["messages"][-1]["content"]
    with open_workspace(folder) as workspace:
        assert [run.run for run in workspace.runs()] == ["r1"]
        assert workspace.ledger.calls.listed() == []


def test_an_unknown_option_is_a_usage_error(folder):
    personagraph("stats", "--nonsense", folder=folder, code=2)


def test_a_second_writer_is_refused_and_names_the_first(folder):
    from personagraph.storage.writer_lock import writer

    with writer(folder):
        assert f"process {os.getpid()} is writing" in personagraph("import", SEEDS, folder=folder, code=1)


def test_an_unfinished_run_must_be_finished_or_abandoned_first(folder):
    with open_workspace(folder) as workspace:
        workspace.ledger.runs.start(
            "expand", {"hops": 6, "model": "local", "policy": "bfs"}, {}, model="SmolLM2-135M-Instruct"
        )
    assert "r2 (expand) is unfinished" in personagraph("import", SEEDS, folder=folder, code=1)
    personagraph("runs", "abandon", "r2", folder=folder)
    personagraph("import", SEEDS, folder=folder)


def test_help_and_the_package_load_nothing_heavy(tmp_path):
    code = "import sys, personagraph; from personagraph.cli import main\ntry: main()\nexcept SystemExit: pass\n"
    code += f"print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code, "--help"], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip().endswith("[]")
    assert "expand" in done.stdout


@pytest.mark.local_llm
@pytest.mark.timeout(900)
def test_the_real_model_grows_the_graph_and_a_killed_expansion_goes_on(folder):
    command = [sys.executable, "-c", "from personagraph.cli import main; main()", "expand", "--max-calls", "12"]
    environment = {**os.environ, "PERSONAGRAPH_WORKSPACE": str(folder)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        for _ in range(1_200):
            with open_workspace(folder) as workspace:
                if len(workspace.ledger.calls.listed(outcome="replied")) >= 5:
                    break
            time.sleep(0.3)
        process.send_signal(signal.SIGKILL)
    with open_workspace(folder) as workspace:
        kept = {call["key"]: call["reply"] for call in workspace.ledger.calls.listed(outcome="replied")}
    assert len(kept) >= 5
    result = json.loads(personagraph("expand", "--json", folder=folder))
    assert (result["status"], result["reason"], result["calls"]) == ("done", "max-calls reached", 12)
    assert result["new"] > 0
    with open_workspace(folder) as workspace:
        calls = {call["key"]: call for call in workspace.ledger.calls.listed(outcome="replied", limit=1000)}
        assert {key: calls[key]["reply"] for key in kept} == kept
        assert all(calls[key]["attempts"] == 1 for key in kept)
        assert workspace.stats().personas == 16 + result["new"]


@pytest.mark.local_llm
@pytest.mark.timeout(900)
def test_every_command_of_the_readme_runs(tmp_path):
    text = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Use it")[2]
    block, python = text.split("```")[1], text.split("```python")[1].split("```")[0]
    commands = [line for line in block.splitlines() if line.startswith("personagraph ")]
    assert len(commands) >= 8
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    for command in commands:
        words = shlex.split(command)[1:]
        words += ["--max-calls", "4"] if words[0] == "expand" else []
        personagraph(*words, folder=tmp_path / "my-graph", cwd=tmp_path)
    shorter = python.replace("max_calls=40", "max_calls=4")
    subprocess.run([sys.executable, "-c", shorter], cwd=tmp_path, check=True, timeout=120)
