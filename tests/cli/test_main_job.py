"""The whole main job through the command line, with the simulated world: quick, and the same every time."""

import json
import signal
import subprocess
from itertools import permutations
from pathlib import Path

import networkx as nx
import pytest

from personagraph.workspace import open_workspace
from tests.commands import COMMAND, ROOT, environment, personagraph

pytestmark = pytest.mark.slow

TEXTS = ROOT / "examples" / "texts"


def ask(folder: Path, *words: object, **more: str) -> dict:
    return json.loads(personagraph(*words, "--json", folder=folder, **more))


@pytest.fixture(scope="module")
def grown(tmp_path_factory) -> Path:
    """A graph that the simulated world grew from texts."""
    folder = tmp_path_factory.mktemp("grown") / "w"
    personagraph("init", folder, folder=folder)
    extracted = ask(folder, "extract", TEXTS, "--model", "simulated")
    assert (extracted["status"], extracted["calls"]) == ("done", 29)
    expanded = ask(folder, "expand", "--model", "simulated", "--calls-per-ego", "2", "--max-calls", "150")
    assert expanded["calls"] == 150
    return folder


def test_personas_say_which_texts_they_come_from(grown):
    found = ask(grown, "stats")
    assert found["sources"] == 29
    with open_workspace(grown) as graph:
        links = graph.store.source_links()
    assert {link.type for _, link in links} == {
        "LIKELY_TO_READ",
        "LIKELY_TO_WRITE",
        "LIKELY_TO_LIKE",
        "LIKELY_TO_DISLIKE",
    }
    shown = ask(grown, "show", links[0][1].persona)
    assert shown["sources"][0]["uri"].startswith(str(TEXTS))
    assert shown["sources"][0]["calls"]


def test_paths_on_the_export_are_as_long_as_those_the_store_finds(grown, tmp_path):
    personagraph("export", "--format", "json", "--output", tmp_path / "g.json", folder=grown)
    graph = nx.node_link_graph(json.loads((tmp_path / "g.json").read_text()), edges="edges").to_undirected()
    lengths = dict(nx.all_pairs_shortest_path_length(graph))
    ids = sorted(graph)[:12]
    with open_workspace(grown) as workspace:
        for a, b in permutations(ids, 2):
            path = workspace.path(a, b)
            assert (path.hops if path else None) == lengths[a].get(b)


def test_what_a_made_up_world_grew_is_marked_and_no_real_model_joins_in(grown, tmp_path):
    assert ask(grown, "sample", "-n", "1")["personas"][0]["simulated"] is True
    assert "--allow-mixed" in personagraph("expand", "--model", "local", folder=grown, code=1)


def test_samples_have_a_lineage_that_can_be_followed(grown, tmp_path):
    out = tmp_path / "math.jsonl"
    done = ask(grown, "synthesize", "math", "-n", "6", "--model", "simulated", "--output", out)
    samples = [json.loads(line) for line in out.read_text().splitlines()]
    assert done["samples"] == len(samples) == done["manifest"]["samples"] > 0
    lineage = samples[0]["lineage"]
    assert lineage["simulated"] is True
    assert lineage["prompt"].startswith("math-small@")
    for id in lineage["personas"].split():
        ask(grown, "show", id)
    keys = {call["key"] for call in ask(grown, "calls", "--run", done["run"], "--limit", "50")["calls"]}
    assert lineage["call"] in keys


def test_a_run_is_told_with_its_reasons_calls_and_rejected_items(grown):
    told = ask(grown, "runs", "show", "r2", "--rejected", "3")
    assert told["calls"] == 150
    assert told["outcomes"]["new"][""] > 50
    assert len(told["rejected"]) == 3
    totals = ask(grown, "calls", "--limit", "1")["totals"]
    assert {total["prompt"].partition("@")[0] for total in totals} >= {"extract-small", "expand-small"}
    assert ask(grown, "dead-letters", "list")["dead_letters"] == []


def test_a_recording_gives_the_same_graph_in_another_workspace(grown, tmp_path):
    model = f"recorded:{grown / 'ledger.sqlite3'}"
    personagraph("init", tmp_path / "w", folder=tmp_path)
    personagraph("extract", TEXTS, "--model", model, folder=tmp_path / "w")
    words = ("--calls-per-ego", "2", "--max-calls", "150")
    assert ask(tmp_path / "w", "expand", "--model", model, *words)["calls"] == 150
    with open_workspace(grown) as one, open_workspace(tmp_path / "w") as other:
        assert list(one.store.scan_personas()) == list(other.store.scan_personas())
        assert list(one.store.scan_relationships()) == list(other.store.scan_relationships())


def test_fresh_asks_again_and_without_it_the_ledger_answers(tmp_path):
    folder = tmp_path / "w"
    personagraph("init", folder, folder=folder)
    text = tmp_path / "text.txt"
    text.write_text("The ferry will not run on Monday. Ask at the harbour office for the timetable.")
    ask(folder, "extract", text, "--model", "simulated")
    ask(folder, "extract", text, "--model", "simulated")
    assert ask(folder, "runs", "show", "r2")["calls"] == 0
    ask(folder, "extract", text, "--model", "simulated", "--fresh")
    assert ask(folder, "runs", "show", "r3")["calls"] == 1


@pytest.mark.slow
def test_an_interrupted_run_says_how_to_go_on_and_its_other_input_is_refused(grown, tmp_path):
    folder = tmp_path / "w"
    personagraph("init", folder, folder=folder)
    personagraph("import", ROOT / "examples" / "seeds.jsonl", folder=folder)
    slow = [*COMMAND, "expand", "--model", "simulated", "--calls-per-ego", "1000000", "--max-calls", "1000000"]
    with subprocess.Popen(slow, env=environment(folder), stderr=subprocess.PIPE, text=True) as process:
        begun = next(line for line in process.stderr if " calls" in line)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130, begun + said
    assert "the same command goes on" in said
    assert "is unfinished" in personagraph("extract", TEXTS, "--model", "simulated", folder=folder, code=1)
    resumed = ask(folder, "expand", "--max-calls", "1")
    assert resumed["status"] == "done"


def test_the_doctor_and_the_settings_tell_no_secret(tmp_path):
    folder = tmp_path / "w"
    personagraph("init", folder, folder=folder)
    secrets = environment(folder, OPENAI_API_KEY="sk-hunter22", OPENAI_BASE_URL="http://127.0.0.1:9/v1")
    for words, code in ((["config", "show"], 0), (["doctor"], 1)):
        done = subprocess.run([*COMMAND, *words], env=secrets, capture_output=True, text=True, check=False)
        assert (done.returncode, "hunter22" in done.stdout + done.stderr) == (code, False)
    assert "http://127.0.0.1:9/v1" in done.stdout, "a server that is set and not there is missing"


def test_a_file_is_deduplicated_without_a_workspace(tmp_path):
    found = ask(tmp_path, "dedup", ROOT / "examples" / "duplicates.jsonl", "--output", tmp_path / "kept.jsonl")
    counts = {"read": 5, "kept": 3, "merged": 2, "unreadable": 0}
    assert found == {**counts, "by_method": {"content": 2}, "kept_apart": {}}
    assert len((tmp_path / "kept.jsonl").read_text().splitlines()) == 3


@pytest.mark.neo4j
@pytest.mark.parametrize("graph_url", ["neo4j"], indirect=True)
def test_a_workspace_can_keep_its_graph_in_neo4j(grown, tmp_path, graph_url, neo4j_password):
    folder, secret = tmp_path / "w", {"PERSONAGRAPH_STORE_PASSWORD": neo4j_password}
    personagraph("init", folder, "--store", graph_url, folder=folder, **secret)
    ask(folder, "extract", TEXTS, "--model", "simulated", **secret)
    ask(folder, "expand", "--model", "simulated", "--calls-per-ego", "2", "--max-calls", "150", **secret)
    here, there = ask(folder, "stats", **secret), ask(grown, "stats")
    assert here == there
    assert not (folder / "graph.sqlite3").exists()
    wrong = personagraph("stats", folder=folder, code=5, PERSONAGRAPH_STORE_PASSWORD="not-the-password")
    assert "PERSONAGRAPH_STORE_PASSWORD" in wrong
    assert "not-the-password" not in wrong
    told = personagraph("stats", "--store", "sqlite", folder=folder, code=1)
    assert f"was last written to {graph_url}, and --store names sqlite, which holds no graph" in told


def test_a_neo4j_that_is_not_there_is_unreachable_and_leaves_no_half_workspace(tmp_path):
    words = ("init", tmp_path / "w", "--store", "neo4j://neo4j@127.0.0.1:9")
    assert "127.0.0.1:9" in personagraph(*words, folder=tmp_path, code=5, PERSONAGRAPH_STORE_PASSWORD="x")
    assert "PERSONAGRAPH_STORE_PASSWORD" in personagraph(*words, folder=tmp_path, code=1)
    assert not (tmp_path / "w").exists()
