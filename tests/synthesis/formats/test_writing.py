"""Files of samples: the rows that a run has, split, with hashes, whatever a model wrote."""

import json
from hashlib import sha256
from itertools import combinations, pairwise

import pytest

from personagraph.errors import ConfigError, UsageError
from personagraph.synthesis.formats import FORMATS
from personagraph.testing import temporary_workspace
from tests.graphs import persona, tie
from tests.stored import fill
from tests.synthesis.formats.made import LONG, PARTS, SEEDS, contents, entered, read, sample


@pytest.mark.parametrize("name", FORMATS)
def test_a_folder_has_a_file_for_each_part_a_card_and_a_manifest_that_knows_them_all(workspace, run, tmp_path, name):
    done = workspace.samples(run, tmp_path / "data", format=name, split=PARTS, licence="CC-BY-4.0")
    ending, trainer = FORMATS[name].ending, FORMATS[name].trainer
    files = {f"data/{side}{ending}" for side in ("train", "validation", "test")} | {"data/README.md"}
    files |= {"data/dataset_info.json"} if trainer else set()
    there = contents(tmp_path)
    assert set(there) == files | {"data.manifest.json"}
    assert json.loads(there["data.manifest.json"]) == done.manifest
    for file in done.manifest["files"]:
        content = there.pop(file["name"])
        assert (file["bytes"], file["sha256"]) == (len(content), sha256(content).hexdigest())
    rows = [file["rows"] for file in done.manifest["files"] if "rows" in file]
    assert sum(rows) == done.manifest["rows"] > 0
    assert len(rows) == 3
    assert (done.manifest["licence"], done.manifest["run"], done.manifest["model"]) == ("cc-by-4.0", run, "gpt-test")


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_ledger_and_graph_give_the_same_bytes(workspace, run, tmp_path, name):
    for place in ("one", "two"):
        (tmp_path / place).mkdir()
        workspace.samples(run, tmp_path / place / "data", format=name, split=PARTS)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_no_persona_is_shown_on_two_sides_of_a_graph_with_ties(workspace, tmp_path):
    groups = [[persona(f"The {m}th of the guild of {n} masons in Fes", 6 * n + m) for m in range(6)] for n in range(10)]
    people = [one for group in groups for one in group]
    ties = [tie(*two) for group in groups for two in combinations(group, 2)]
    bridges = [tie(one[1], other[2]) for one, other in pairwise(groups)]
    fill(workspace.store, *people, *ties, *bridges)
    shown = [(one.id, other.id) for group in groups for one, other in pairwise(group)] * 4
    shown += [(bridge.source, bridge.target) for bridge in bridges]
    run = entered(workspace.ledger, [sample(f"Who is {n}?", "They are.", people=two) for n, two in enumerate(shown)])
    done = workspace.samples(run, tmp_path / "data", split=PARTS)
    parts = {path.stem: read(path) for path in (tmp_path / "data").glob("*.jsonl")}
    about = {side: {id for row in rows for id in row["lineage"]["personas"].split()} for side, rows in parts.items()}
    assert set(about) == {"train", "validation", "test"}
    assert sum(map(len, about.values())) == len(set().union(*about.values())), "nobody is on two sides"
    split = done.manifest["split"]
    assert 0 < split["straddling"] == done.manifest["left_out"]["they show people of two sides"] <= len(bridges)
    assert done.manifest["samples"] + split["straddling"] == len(shown)
    assert 0 < split["relationships_across"] <= len(bridges)
    for side, share in split["shares"].items():
        assert abs(len(parts[side]) / done.manifest["rows"] - share) < 0.06
    other = workspace.samples(run, tmp_path / "other", split=PARTS, seed=5)
    assert other.manifest["files"] != done.manifest["files"]


def test_who_left_the_graph_counts_as_a_community_of_their_own(workspace, tmp_path):
    run = entered(
        workspace.ledger, [sample(f"Who is {n}?", "They are.", people=[f"{n % 20:032x}"]) for n in range(100)]
    )
    done = workspace.samples(run, tmp_path / "data", split=PARTS)
    assert done.manifest["split"]["personas_gone"] == 20
    assert [file["rows"] for file in done.manifest["files"] if "rows" in file] == [80, 10, 10]


def test_an_empty_graph_can_be_split_too(tmp_path):
    with temporary_workspace() as empty:
        run = entered(empty.ledger, [sample(f"Who is {n}?", "They are.", people=[f"{n:032x}"]) for n in range(10)])
        done = empty.samples(run, tmp_path / "data", split=PARTS)
    assert done.manifest["rows"] == 10


def test_disputed_samples_are_written_only_when_they_are_asked_for(workspace, run, tmp_path):
    done = workspace.samples(run, tmp_path / "some.jsonl")
    assert {row["check"] for row in read(tmp_path / "some.jsonl")} == {"verified"}
    assert done.manifest["left_out"] == {"their check is disputed": 12}
    workspace.samples(run, tmp_path / "all.jsonl", outcomes=["verified", "disputed"])
    assert len(read(tmp_path / "all.jsonl")) == 36


def test_what_a_format_cannot_hold_is_counted_and_where_nothing_is_left_refused(workspace, run, tmp_path):
    done = workspace.samples(run, tmp_path / "pairs.jsonl", format="preference")
    assert (done.manifest["rows"], done.manifest["samples"]) == (24, 24)
    [(why, n)] = done.manifest["left_out"].items()
    assert (n, "of which a check bears out one" in why) == (12, True)
    plain = entered(workspace.ledger, [sample("How many?", "Two.", "unchecked")])
    for name in ("preference", "tools"):
        with pytest.raises(
            ConfigError, match=f"no sample of run {plain} can be written as {name}: of 1 samples they lack"
        ):
            workspace.samples(plain, tmp_path / "none.jsonl", format=name)
    with pytest.raises(ConfigError, match="another --outcome"):
        workspace.samples(plain, tmp_path / "none.jsonl", outcomes=["agreed"])
    assert not list(tmp_path.glob("none*"))


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "tools"])
def test_a_field_of_a_megabyte_is_kept_whole(workspace, tmp_path, name):
    run = entered(workspace.ledger, [sample("How long?", LONG, "verified", rejected=["Short."]), sample("And?", "So.")])
    file = tmp_path / f"long{FORMATS[name].ending}"
    done = workspace.samples(run, file, format=name)
    assert done.manifest["files"][0]["bytes"] > (1_000 if name == "parquet" else len(LONG))
    if name == "parquet":
        from pyarrow import parquet

        [row, _] = parquet.read_table(file).to_pylist()
        assert row["messages"][1]["content"] == LONG
    else:
        assert json.dumps(LONG, ensure_ascii=False) in file.read_text(encoding="utf-8")


def test_a_line_is_one_row_whatever_a_model_wrote(workspace, tmp_path):
    said = 'one\u2028two\u0085three\r\nfour\ttab «"quoted"» \x00👩‍🌾'
    run = entered(workspace.ledger, [sample(said, said)])
    workspace.samples(run, tmp_path / "odd.jsonl")
    lines = (tmp_path / "odd.jsonl").read_bytes().split(b"\n")
    assert len(lines) == 2
    assert json.loads(lines[0])["messages"][0]["content"] == said


def test_parquet_has_one_schema_whatever_a_run_made(workspace, run, tmp_path):
    from pyarrow import parquet

    other = entered(workspace.ledger, [sample("How many?", "Two.", "unchecked")])
    schemas = []
    for number, made in enumerate((run, other)):
        workspace.samples(made, tmp_path / f"{number}.parquet", format="parquet")
        schemas.append(parquet.read_schema(tmp_path / f"{number}.parquet"))
    assert schemas[0] == schemas[1]
    [row] = parquet.read_table(tmp_path / "1.parquet").to_pylist()
    workspace.samples(other, tmp_path / "1.jsonl")
    assert read(tmp_path / "1.jsonl") == [row]


def test_many_rows_make_several_row_groups(workspace, tmp_path):
    from pyarrow import parquet

    run = entered(workspace.ledger, [sample(f"How many, {n}?", "Two.") for n in range(2500)])
    workspace.samples(run, tmp_path / "many.parquet", format="parquet")
    file = parquet.ParquetFile(tmp_path / "many.parquet")
    assert [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)] == [1000, 1000, 500]


def test_a_synthesis_is_written_in_the_form_that_is_asked_for(tmp_path):
    with temporary_workspace(SEEDS) as workspace:
        done = workspace.synthesize(
            "math", n=30, model="simulated", output=tmp_path / "set", format="alpaca", split=PARTS
        )
        assert done.file == tmp_path / "set"
        assert done.manifest["split"]["shares"]["test"] == 0.1
        assert done.manifest["simulated"]
        with pytest.raises(UsageError, match=r"--split 0.9,0.2,0 adds up"):
            workspace.synthesize("math", n=3, model="simulated", split=(0.9, 0.2, 0))
        with pytest.raises(UsageError, match="--format 'yaml'"):
            workspace.synthesize("math", n=3, model="simulated", format="yaml")
        assert [run.run for run in workspace.runs()] == ["r1", done.run.run], "nothing began that could not be written"
