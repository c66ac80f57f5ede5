"""A file is de-duplicated without a workspace: first occurrences stay as they are, nothing is lost silently."""

import csv
import gzip
import json
from pathlib import Path

import pytest

from personagraph.dedup.file import Outputs, deduplicate_file
from personagraph.dedup.index import THRESHOLD
from personagraph.dedup.rules import METHODS, Deduplicator
from personagraph.dedup.veto.veto import differs
from personagraph.errors import ConfigError, InputError
from personagraph.progress import Tick


def run(path: Path, output: Path, index: str = "partition", **options):
    outputs = Outputs(output, *(options.pop(name, None) for name in ("merged", "clusters", "report")))
    return deduplicate_file(
        path, outputs, lambda texts: Deduplicator(METHODS[index].make(THRESHOLD), differs, texts=texts), **options
    )


def written(path: Path, *lines: str) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture
def personas(tmp_path: Path) -> Path:
    return written(
        tmp_path / "in.jsonl",
        '{"persona": "A weaver from Lima", "id": 7,   "score": 1.0}',
        "not json",
        '{"persona": "A diver"}',
        "",
        '{"persona": "a  WEAVER from Lima", "id": 8}',
        '{"id": 9}',
        '{"persona": "A weaver from Cusco"}',
    )


def test_first_occurrences_are_kept_in_order_exactly_as_they_stand(personas, tmp_path):
    output = tmp_path / "kept.jsonl"
    result = run(personas, output)
    lines = personas.read_text().splitlines()
    assert output.read_text().splitlines() == [lines[0], lines[2], lines[6]]
    counts = {"read": 6, "kept": 3, "merged": 1, "unreadable": 2}
    assert result.to_json() == {**counts, "by_method": {"text": 1}, "kept_apart": {}}


def test_merged_rows_and_unreadable_rows_are_listed_with_their_lines(personas, tmp_path):
    merged = tmp_path / "merged.jsonl"
    result = run(personas, tmp_path / "kept.jsonl", merged=merged)
    assert [json.loads(line) for line in merged.read_text().splitlines()] == [
        {"line": 5, "into": 1, "method": "text", "score": 1.0}
    ]
    assert [(row.line, row.fault) for row in result.faults] == [
        (2, "not JSON"),
        (6, "no field 'persona'; it has id; --field names one"),
    ]


def test_a_csv_file_becomes_objects_of_its_columns(tmp_path):
    path = written(
        tmp_path / "in.csv",
        "id,text",
        '1,"A baker, from Lima"',
        '2,"a baker, from Lima"',
        "3,A diver,",
        "4,A diver, and a cook",
    )
    result = run(path, tmp_path / "kept.jsonl", field="text")
    assert [json.loads(line) for line in (tmp_path / "kept.jsonl").read_text().splitlines()] == [
        {"id": "1", "text": "A baker, from Lima"},
        {"id": "3", "text": "A diver"},
    ]
    assert result.merged == 1
    assert [(row.line, row.fault) for row in result.faults] == [
        (5, "it has 3 cells, and there are 2 columns; is a cell not in quotes?")
    ]


def test_a_file_without_duplicates_stays_the_same(tmp_path):
    path = written(tmp_path / "in.jsonl", '{"persona": "A smith \\u00e9"}', '{"persona": "Ein Bäcker"}')
    run(path, tmp_path / "kept.jsonl")
    assert (tmp_path / "kept.jsonl").read_bytes() == path.read_bytes()


def test_a_very_long_line_is_one_unreadable_row(tmp_path):
    path = written(tmp_path / "in.jsonl", '{"persona": "' + "x" * 50_000_000 + '"}', '{"persona": "A baker"}')
    result = run(path, tmp_path / "kept.jsonl")
    assert (result.kept, len(result.faults)) == (1, 1)
    assert "50,000,015 bytes" in result.faults[0].fault


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (b"[]\n", "is empty"),
        (b"\x00\x01", "not a text file"),
        (b"7\n", "no row"),
    ],
)
def test_an_input_that_cannot_be_used_is_an_error_and_leaves_the_old_output_alone(tmp_path, content, says):
    (tmp_path / "in.jsonl").write_bytes(content)
    output = written(tmp_path / "kept.jsonl", "old")
    with pytest.raises(InputError, match=says):
        run(tmp_path / "in.jsonl", output, merged=tmp_path / "merged.jsonl")
    assert output.read_text() == "old\n"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["in.jsonl", "kept.jsonl"]


def test_the_output_may_not_be_the_input_by_any_name(personas, tmp_path):
    (tmp_path / "link.jsonl").symlink_to(personas)
    (tmp_path / "hard.jsonl").hardlink_to(personas)
    before = personas.read_bytes()
    for output in (personas, tmp_path / "x" / ".." / "in.jsonl", tmp_path / "link.jsonl", tmp_path / "hard.jsonl"):
        with pytest.raises(ConfigError, match="the output cannot be the input"):
            run(personas, output)
    with pytest.raises(ConfigError, match="the file of merged rows cannot be the output"):
        run(personas, tmp_path / "kept.jsonl", merged=tmp_path / "kept.jsonl")
    assert personas.read_bytes() == before


@pytest.mark.parametrize("name", ["kept.jsonl.unfinished", ".kept.jsonl.0123abcd.part"])
def test_no_file_may_be_called_as_what_a_run_leaves_beside_its_output(name, personas, tmp_path):
    output = tmp_path / "kept.jsonl"
    for role in ("merged", "clusters", "report"):
        with pytest.raises(ConfigError, match=f"{name}: the .* rename it"):
            run(personas, output, **{role: tmp_path / "x" / ".." / name})
    personas.rename(tmp_path / name)
    before = (tmp_path / name).read_bytes()
    with pytest.raises(ConfigError, match=f"{name}: the input"):
        run(tmp_path / name, output)
    other = written(tmp_path / "other.jsonl", '{"persona": "A diver"}')
    with pytest.raises(ConfigError, match=f"{name}: the file of known personas"):
        run(other, output, like=tmp_path / name)
    assert (tmp_path / name).read_bytes() == before
    assert not output.exists()


def test_each_output_whose_name_ends_in_gz_is_packed_to_the_same_bytes_each_time(personas, tmp_path):
    outputs = {"merged": "merged.jsonl", "clusters": "clusters.jsonl", "report": "report.json"}
    run(personas, tmp_path / "kept.jsonl", **{role: tmp_path / name for role, name in outputs.items()})
    packed = {role: tmp_path / f"{name}.gz" for role, name in outputs.items()}
    found = []
    for _ in range(2):
        run(personas, tmp_path / "kept.jsonl.gz", **packed)
        found.append([path.read_bytes() for path in (tmp_path / "kept.jsonl.gz", *packed.values())])
    plain = [(tmp_path / name).read_bytes() for name in ("kept.jsonl", *outputs.values())]
    assert found[0] == found[1]
    assert [gzip.decompress(content) for content in found[0]] == plain
    assert {content[4:8] for content in found[0]} == {bytes(4)}


def test_an_output_that_the_system_refuses_is_told_by_its_own_name_with_what_to_do(personas, tmp_path):
    with pytest.raises(ConfigError, match=r"^/proc/kept\.jsonl cannot be written: .*; .*, or name another place$"):
        run(personas, Path("/proc/kept.jsonl"))


def test_an_output_that_cannot_be_written_is_an_error_that_names_it(personas, tmp_path):
    (tmp_path / "folder").mkdir()
    for output in (tmp_path / "none" / "kept.jsonl", tmp_path / "folder", Path("/proc/kept.jsonl")):
        with pytest.raises(ConfigError, match=str(output)):
            run(personas, output)


def test_progress_is_told_while_it_lasts(tmp_path):
    path = written(tmp_path / "in.jsonl", *('{"persona": "A baker"}' for _ in range(50_000)))
    told: list[Tick] = []
    run(path, tmp_path / "kept.jsonl", progress=told.append)
    assert [tick.done for tick in told] == [10_000, 20_000, 30_000, 40_000, 50_000]
    assert told[-1] == Tick(50_000, None, 0, {"kept": 1, "merged": 49_999})


def test_both_jaccard_methods_give_the_same_verdicts_on_real_personas(shared_data, tmp_path):
    lines = (shared_data / "personas" / "personahub.jsonl").read_text(encoding="utf-8").splitlines()[:800]
    descriptions = [json.loads(line)["persona"] for line in lines]
    edited = [json.dumps({"persona": _edit(n, text)}) for n, text in enumerate(descriptions)]
    path = written(tmp_path / "in.jsonl", *lines, *edited)
    results = [run(path, tmp_path / f"{index}.jsonl", index) for index in ("partition", "minhash")]
    assert results[0] == results[1]
    assert results[0].by_method["jaccard"] > 50
    assert len({(tmp_path / f"{index}.jsonl").read_bytes() for index in ("partition", "minhash")}) == 1


def _edit(n: int, text: str) -> str:
    """The same persona told a little differently, in three ways that take turns."""
    return (text.upper(), f"{text} indeed", f"{text}, quietly so")[n % 3]


def test_a_csv_of_real_personas_gives_the_same_personas_as_its_jsonl(shared_data, tmp_path):
    source = shared_data / "personas" / "personahub.jsonl"
    rows = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
    with (tmp_path / "in.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, sorted({name for row in rows for name in row}))
        writer.writeheader()
        writer.writerows(rows)
    outputs = [tmp_path / "from_jsonl.jsonl", tmp_path / "from_csv.jsonl"]
    results = [run(path, output) for path, output in zip((source, tmp_path / "in.csv"), outputs, strict=True)]
    kept = [[json.loads(line)["persona"] for line in output.read_text().splitlines()] for output in outputs]
    assert kept[0] == kept[1]
    assert results[0].to_json() == results[1].to_json()
