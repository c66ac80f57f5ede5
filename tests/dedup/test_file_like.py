"""What of a file is in another one is left out; clusters and the report say who is whom, in files of any size."""

import gzip
import json
from pathlib import Path

import pytest

from personagraph.errors import ConfigError, InputError, UsageError
from personagraph.workspace import dedup_file
from tests.sessions import Started


def written(path: Path, *descriptions: object) -> Path:
    path.write_text("".join(f"{json.dumps({'persona': text})}\n" for text in descriptions), encoding="utf-8")
    return path


def told(path: Path) -> list:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def known(tmp_path) -> Path:
    return written(tmp_path / "known.jsonl", "A weaver from Lima", "A diver", "a WEAVER from Lima", "A judge in Bonn")


@pytest.fixture
def personas(tmp_path) -> Path:
    return written(tmp_path / "in.jsonl", "A cook", "a diver", 7, "A Cook", "A weaver from LIMA", "A weaver from Cusco")


def test_what_is_in_the_other_file_is_left_out_and_the_rest_is_kept_once(personas, known, tmp_path):
    done = dedup_file(personas, tmp_path / "new.jsonl", like=known, merged=tmp_path / "merged.jsonl")
    assert [row["persona"] for row in told(tmp_path / "new.jsonl")] == ["A cook", "A weaver from Cusco"]
    assert (done.read, done.kept, done.merged, done.known, done.unreadable) == (6, 2, 1, 2, 1)
    assert (done.like.read, done.like.unreadable, done.by_method) == (4, 0, {"text": 3})
    assert told(tmp_path / "merged.jsonl") == [
        {"line": 2, "into": 2, "file": str(known), "method": "text", "score": 1.0},
        {"line": 4, "into": 1, "method": "text", "score": 1.0},
        {"line": 5, "into": 1, "file": str(known), "method": "text", "score": 1.0},
    ]


def test_a_file_like_itself_has_nothing_new(known, tmp_path):
    done = dedup_file(known, tmp_path / "new.jsonl", like=known)
    assert (done.kept, done.known, (tmp_path / "new.jsonl").read_bytes()) == (0, 4, b"")


def test_each_persona_of_several_rows_is_a_cluster_with_the_texts_of_its_rows(personas, known, tmp_path):
    dedup_file(personas, tmp_path / "new.jsonl", like=known, clusters=tmp_path / "clusters.jsonl")
    how = {"method": "text", "score": 1.0}
    assert told(tmp_path / "clusters.jsonl") == [
        {
            "file": str(known),
            "line": 1,
            "persona": "A weaver from Lima",
            "rows": [{"line": 5, "persona": "A weaver from LIMA", **how}],
        },
        {"file": str(known), "line": 2, "persona": "A diver", "rows": [{"line": 2, "persona": "a diver", **how}]},
        {"line": 1, "persona": "A cook", "rows": [{"line": 4, "persona": "A Cook", **how}]},
    ]


def test_the_report_has_the_settings_the_counts_the_largest_personas_and_the_faults(personas, tmp_path):
    done = dedup_file(personas, tmp_path / "new.jsonl", report=tmp_path / "report.json", method="minhash")
    report = json.loads((tmp_path / "report.json").read_text())
    assert {name: report[name] for name in done.to_json()} == done.to_json()
    assert (report["method"], report["rows_of_a_persona"]) == ("minhash", {"2": 1})
    assert [(each["count"], each["persona"]) for each in report["largest"]] == [(2, "A cook")]
    assert report["faults"] == [{"line": 3, "fault": "the description is not a text"}]


@pytest.mark.parametrize("name", ["kept.jsonl.gz", "KEPT.JSONL.GZ"])
def test_an_output_whose_name_says_that_it_is_packed_is_packed_and_always_the_same(name, personas, tmp_path):
    dedup_file(personas, tmp_path / "plain.jsonl")
    dedup_file(personas, tmp_path / name)
    packed = (tmp_path / name).read_bytes()
    assert gzip.decompress(packed) == (tmp_path / "plain.jsonl").read_bytes()
    (tmp_path / name).unlink()
    dedup_file(personas, tmp_path / name)
    assert (tmp_path / name).read_bytes() == packed
    assert dedup_file(tmp_path / name, tmp_path / "again.jsonl").merged == 0


@pytest.mark.parametrize("name", ["kept.csv", "kept.parquet", "kept.tsv.gz"])
def test_an_output_that_would_be_called_what_it_is_not_is_refused(name, personas, tmp_path):
    with pytest.raises(UsageError, match=r"written as JSONL; let its name end in \.jsonl or \.jsonl\.gz"):
        dedup_file(personas, tmp_path / name)
    assert not (tmp_path / name).exists()


def test_no_output_may_be_an_input_or_another_output(personas, known, tmp_path):
    before = personas.read_bytes(), known.read_bytes()
    with pytest.raises(ConfigError, match="the output cannot be the file of known personas"):
        dedup_file(personas, known, like=known)
    for other in ("merged", "clusters", "report"):
        for path in (personas, known, tmp_path / "kept.jsonl"):
            with pytest.raises(ConfigError, match="cannot be the"):
                dedup_file(personas, tmp_path / "kept.jsonl", like=known, **{other: path})
    with pytest.raises(UsageError, match="only one of the two files can be the standard input"):
        dedup_file("-", tmp_path / "kept.jsonl", like="-")
    assert before == (personas.read_bytes(), known.read_bytes())


def test_another_file_that_cannot_be_used_is_named(personas, tmp_path):
    (tmp_path / "empty.jsonl").write_text("")
    for name, says in (("none.jsonl", "cannot be read"), ("empty.jsonl", "is empty")):
        with pytest.raises(InputError, match=f"{name}.*{says}"):
            dedup_file(personas, tmp_path / "kept.jsonl", like=tmp_path / name)
    assert not (tmp_path / "kept.jsonl").exists()


def test_rows_of_the_other_file_that_cannot_be_used_are_named_with_it(personas, tmp_path):
    known = written(tmp_path / "known.jsonl", "A diver", "")
    with pytest.raises(InputError, match=r"known\.jsonl, line 2: the description is empty; nothing was written"):
        dedup_file(personas, tmp_path / "kept.jsonl", like=known, strict=True)
    said = Started("dedup", personas, "--output", tmp_path / "kept.jsonl", "--like", known, folder=tmp_path).end()
    assert said.out.splitlines()[0] == "6 read, 3 kept, 1 merged, 1 known, 1 unreadable"
    assert f"{known}, line 2: the description is empty" in said.err


@pytest.mark.parametrize(
    ("descriptions", "kept", "merged", "unreadable"),
    [
        (["A diver"], 1, 0, 0),
        (["A diver"] * 3_000, 1, 2_999, 0),
        (["", "  ", "\u200b", "A diver"], 1, 0, 3),
        ([None, 7, ["A diver"], {"a": 1}, True, "A diver"], 1, 0, 5),
        (["ᠮᠣᠩᠭᠣᠯ ᠬᠦᠮᠦᠨ", "ᠮᠣᠩᠭᠣᠯ ᠬᠦᠮᠦᠨ", "ꓡꓲꓢꓴ ꓫꓵꓢ"], 2, 1, 0),
        (["𒀭𒂗𒆤", "𒀭𒂗𒍪", "𒀭𒂗𒆤"], 2, 1, 0),
        (["A diver 🤿", "a diver 🤿"], 1, 1, 0),
    ],
    ids=["one row", "all alike", "empty texts", "mixed types", "Mongolian and Lisu", "cuneiform", "emoji"],
)
def test_whatever_the_rows_are_each_is_kept_merged_or_counted(descriptions, kept, merged, unreadable, tmp_path):
    done = dedup_file(written(tmp_path / "in.jsonl", *descriptions), tmp_path / "kept.jsonl")
    assert (done.kept, done.merged, done.unreadable) == (kept, merged, unreadable)
    assert done.read == len(descriptions)


def test_of_a_flood_of_faults_all_are_counted_and_the_first_are_listed(tmp_path):
    path = written(tmp_path / "in.jsonl", *([""] * 2_500), "A diver")
    said = Started("dedup", path, "--output", tmp_path / "kept.jsonl", folder=tmp_path).end()
    assert said.out.splitlines()[0] == "2501 read, 1 kept, 0 merged, 2500 unreadable"
    assert "… and 2480 more that cannot be used" in said.err
