"""Parquet is read as rows, with all its columns, by every command that reads rows."""

import datetime
import decimal
import gzip
import io
import json
import sys
from pathlib import Path

import pytest

from personagraph.errors import InputError
from personagraph.text.descriptions import Descriptions, scan
from personagraph.text.documents import Corpus
from personagraph.text.rows import rows
from personagraph.workspace import dedup_file

pyarrow = pytest.importorskip("pyarrow", reason="needs pyarrow")
parquet = pytest.importorskip("pyarrow.parquet", reason="needs pyarrow")

TEXTS = ["A cook in Lima", "A judge, retired, in Bonn", "a COOK in Lima"]


def written(path: Path, **columns: object) -> Path:
    parquet.write_table(pyarrow.table(columns), path)
    return path


def faults(path: Path) -> list[tuple[int, str]]:
    return [(row.line, row.fault) for row, _ in scan(path, "persona") if row.fault]


def test_a_row_is_told_with_all_its_columns_in_json(tmp_path):
    day = datetime.datetime(2026, 11, 29, 20, 15)
    path = written(
        tmp_path / "in.parquet",
        persona=["A cook in Lima"],
        n=[7],
        share=[0.5],
        nothing=pyarrow.array([None], pyarrow.int64()),
        no_number=[float("nan")],
        price=[decimal.Decimal("1.50")],
        day=[day.date()],
        moment=[day],
        raw=[b"bytes"],
        image=[b"\xff\xfe"],
        skills=[["knives", "fire"]],
        of=[{"city": "Lima", "at": day.time()}],
        sex=pyarrow.array(["female"]).dictionary_encode(),
    )
    [(row, data)] = scan(path, "persona")
    assert (row.line, row.description) == (1, "A cook in Lima")
    assert json.loads(data) == {
        "persona": "A cook in Lima",
        "n": 7,
        "share": 0.5,
        "nothing": None,
        "no_number": None,
        "price": "1.50",
        "day": "2026-11-29",
        "moment": "2026-11-29T20:15:00",
        "raw": "bytes",
        "image": "//4=",
        "skills": ["knives", "fire"],
        "of": {"city": "Lima", "at": "20:15:00"},
        "sex": "female",
    }


@pytest.mark.parametrize("kind", ["string", "large_string", "binary", "string_view"])
def test_the_descriptions_may_be_of_any_kind_of_text(kind, tmp_path):
    path = tmp_path / "in.parquet"
    texts = pyarrow.array([text.encode() for text in TEXTS], pyarrow.binary())
    written(path, persona=texts if kind == "binary" else pyarrow.array(TEXTS, getattr(pyarrow, kind)()))
    assert [row.description for row, _ in scan(path, "persona")] == TEXTS


def test_a_file_of_many_row_groups_is_deduplicated_like_the_same_rows_as_jsonl(tmp_path, shared_data):
    lines = (shared_data / "personas" / "personahub.jsonl").read_text(encoding="utf-8").splitlines()[:300]
    texts = [json.loads(line)["persona"] for line in lines] * 2
    table = pyarrow.table({"persona": texts, "n": list(range(600))})
    parquet.write_table(table, tmp_path / "in.parquet", row_group_size=70, compression="zstd")
    told = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in table.to_pylist())
    (tmp_path / "in.jsonl").write_text(told, encoding="utf-8")
    done = [dedup_file(tmp_path / f"in.{kind}", tmp_path / f"from_{kind}.jsonl") for kind in ("parquet", "jsonl")]
    assert done[0].to_json() == done[1].to_json()
    assert done[0].merged >= 300
    assert (tmp_path / "from_parquet.jsonl").read_bytes() == (tmp_path / "from_jsonl.jsonl").read_bytes()


def test_it_is_known_by_its_name_or_its_first_bytes_and_read_by_every_command(tmp_path):
    path = written(tmp_path / "in.parquet", persona=TEXTS)
    other = tmp_path / "rows.bin"
    other.write_bytes(path.read_bytes())
    for each in (path, other):
        assert [row.description for row in Descriptions(each, "persona")] == TEXTS
    assert [text.text for text in Corpus([str(path)], field="persona")] == TEXTS[:2]


def test_it_is_read_from_the_standard_input(tmp_path, monkeypatch):
    content = written(
        tmp_path / "in.parquet", persona=TEXTS * 3_000, id=[f"{n * n * n}" for n in range(9_000)]
    ).read_bytes()
    assert len(content) > 1 << 16
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert dedup_file("-", tmp_path / "kept.jsonl").kept == 2


def test_another_schema_is_told_which_columns_there_are(tmp_path):
    path = written(tmp_path / "in.parquet", uuid=["1"], persona_text=["A cook"])
    with pytest.raises(InputError, match="no column 'persona'; it has uuid, persona_text; did you mean --field"):
        faults(path)
    with pytest.raises(InputError, match="no row can be used; the first fault is: the description is not a text"):
        faults(written(tmp_path / "numbers.parquet", persona=[1, 2]))
    table = pyarrow.Table.from_arrays([pyarrow.array(["A cook"])] * 2, names=["Persona", "PERSONA"])
    parquet.write_table(table, tmp_path / "twice.parquet")
    with pytest.raises(InputError, match="2 columns are called 'persona'"):
        faults(tmp_path / "twice.parquet")


def test_columns_of_one_name_are_both_told(tmp_path):
    table = pyarrow.Table.from_arrays([pyarrow.array([text]) for text in ("A cook", "x", "y")], ["persona", "a", "a"])
    parquet.write_table(table, tmp_path / "in.parquet")
    [(_, data)] = scan(tmp_path / "in.parquet", "persona")
    assert json.loads(data) == {"persona": "A cook", "a": "x", "a.1": "y"}


def test_a_row_that_is_too_long_or_no_utf_8_or_empty_is_a_fault_of_that_row(tmp_path):
    broken = pyarrow.Array.from_buffers(
        pyarrow.string(),
        1,
        pyarrow.array([b"A \xff cook"]).buffers()[:3],  # which nobody checks when it is written
    )
    texts = pyarrow.chunked_array([pyarrow.array(["A cook", None, ""]), broken, pyarrow.array(["A judge"])])
    path = written(tmp_path / "in.parquet", persona=texts, other=["x"] * 4 + ["y" * 2_000_000])
    assert faults(path) == [
        (2, "the description is not a text"),
        (3, "the description is empty"),
        (4, "not UTF-8; convert the file first"),
        (5, "the row is 2,000,007 characters long, at most 1,000,000 are read"),
    ]


@pytest.mark.parametrize("how", ["cut", "beginning only", "middle", "no Parquet", "packed"])
def test_a_damaged_file_is_one_error_that_says_so(how, tmp_path):
    path = written(tmp_path / "in.parquet", persona=TEXTS, n=[1, 2, 3])
    content = path.read_bytes()
    match how:
        case "cut":
            path.write_bytes(content[:-20])
        case "beginning only":
            path.write_bytes(b"PAR1")
        case "middle":
            path.write_bytes(content[:4] + b"\xff" * 30 + content[34:])
        case "no Parquet":
            path.write_text("persona\nA cook\n")
        case "packed":
            path = tmp_path / "in.parquet.gz"
            path.write_bytes(gzip.compress(content))
    with pytest.raises(InputError, match=r"in\.parquet.*is Parquet that cannot be read: ") as raised:
        dedup_file(path, tmp_path / "kept.jsonl")
    assert "\n" not in str(raised.value)
    assert not (tmp_path / "kept.jsonl").exists()


def test_a_long_text_that_all_rows_have_takes_its_own_length(tmp_path):
    long = pyarrow.DictionaryArray.from_arrays(pyarrow.array([0] * 20_000, pyarrow.int32()), ["y" * 900_000])
    path = written(tmp_path / "in.parquet", persona=[f"A cook {n}" for n in range(20_000)], long=long)
    with path.open("rb") as file:
        found = [row.fields["long"] for row in rows(file, path, field="persona") if not row.fault]
    assert len(found) == 20_000
    assert len({id(text) for text in found}) < 1_000


def test_without_pyarrow_the_error_says_what_to_install(tmp_path, monkeypatch):
    path = written(tmp_path / "in.parquet", persona=TEXTS)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(InputError, match=r"needs the package pyarrow: pip install 'personagraph\[parquet\]'"):
        faults(path)
