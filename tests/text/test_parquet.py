"""Parquet is read as rows, with all its columns, by every command that reads rows."""

import datetime
import decimal
import gzip
import io
import json
import sys
import tempfile
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


def whole(*numbers: int | None, kind: object) -> object:
    """A column of these numbers of days, or of whatever the kind counts."""
    return pyarrow.array(numbers, pyarrow.int32() if kind == pyarrow.date32() else pyarrow.int64()).cast(kind)


BEYOND = {
    "days": (
        pyarrow.date32(),
        (-(2**31), 3_000_000, 0),
        ("<value out of range: -2147483648>", "10183-09-21", "1970-01-01"),
    ),
    "years": (
        pyarrow.timestamp("us"),
        (2 * 253402300800 * 10**6, 1),
        ("18029-12-31T00:00:00", "1970-01-01T00:00:00.000001"),
    ),
    "nanoseconds": (
        pyarrow.timestamp("ns"),
        (1_764_446_400_123_456_789, 0, -1),
        ("2025-11-29T20:00:00.123456789", "1970-01-01T00:00:00", "1969-12-31T23:59:59.999999999"),
    ),
    "zones": (
        pyarrow.timestamp("us", "Asia/Kolkata"),
        (2 * 253402300800 * 10**6, 0),
        ("18029-12-31T05:30:00+05:30", "1970-01-01T05:30:00+05:30"),
    ),
    "UTC": (pyarrow.timestamp("ns", "UTC"), (1,), ("1970-01-01T00:00:00.000000001+00:00",)),
    "no zone": (pyarrow.timestamp("ms", "Nowhere/Atlantis"), (1_500,), ("1970-01-01T00:00:01.500+00:00",)),
    "times": (pyarrow.time64("ns"), (1, 10**9), ("00:00:00.000000001", "00:00:01")),
    "no times": (pyarrow.time64("us"), (-5,), ("<value out of range: -5>",)),
    "durations": (pyarrow.duration("ns"), (1, -90_500_000_000, 0), ("PT0.000000001S", "-PT90.5S", "PT0S")),
    "long durations": (pyarrow.duration("s"), (2**62,), (f"PT{2**62}S",)),
}


@pytest.mark.parametrize("what", BEYOND)
def test_what_types_of_python_cannot_hold_is_a_text_also_where_it_is_nested(what, tmp_path):
    kind, numbers, told = BEYOND[what]
    values = whole(*numbers, None, kind=kind)
    expected, size = [*told, None], len(numbers) + 1
    columns = {
        "persona": [f"A cook {n}" for n in range(size)],
        "value": values,
        "list": pyarrow.ListArray.from_arrays([*range(size + 1)], values),
        "object": pyarrow.StructArray.from_arrays([values], ["at"]),
        "map": pyarrow.MapArray.from_arrays([*range(size + 1)], ["k"] * size, values),
    }
    rows = [json.loads(data) for _, data in scan(written(tmp_path / "in.parquet", **columns), "persona")]
    assert [row["value"] for row in rows] == expected
    assert [row["list"] for row in rows] == [[value] for value in expected]
    assert [row["object"] for row in rows] == [{"at": value} for value in expected]
    assert [row["map"] for row in rows] == [[["k", value]] for value in expected]


def test_nested_columns_are_told_with_what_is_missing_and_names_that_are_there_twice(tmp_path):
    lists = [[1, 2], None, [], [None]]
    path = written(
        tmp_path / "in.parquet",
        persona=[f"A cook {n}" for n in range(4)],
        plain=lists,
        sized=pyarrow.array([[1, 2], None, [3, None], [None] * 2], pyarrow.list_(pyarrow.int64(), 2)),
        large=pyarrow.array(lists, pyarrow.large_list(pyarrow.int64())),
        deep=[[{"at": [b"x"]}], None, [None], [{"at": None}]],
        twice=pyarrow.StructArray.from_arrays([pyarrow.array([1, 2, 3, 4])] * 2, ["a", "a"]),
        of=pyarrow.array([{"a": 1}, None, {}, {"a": 2}], pyarrow.struct([("a", pyarrow.int64())])),
        map=pyarrow.array([[("k", 1), ("k", 2)], None, [], [("z", None)]], pyarrow.map_("string", "int64")),
        id=pyarrow.array([bytes(15) + b"\1", None, None, None], pyarrow.uuid()),
        half=pyarrow.array([0.5, None, float("inf"), 1.0], pyarrow.float16()),
    )
    found = [json.loads(data) for _, data in scan(path, "persona")]
    assert [row["plain"] for row in found] == [row["large"] for row in found] == lists
    assert [row["sized"] for row in found] == [[1, 2], None, [3, None], [None, None]]
    assert [row["deep"] for row in found] == [[{"at": ["x"]}], None, [None], [{"at": None}]]
    assert [row["twice"] for row in found] == [{"a": n, "a.1": n} for n in range(1, 5)]
    assert [row["of"] for row in found] == [{"a": 1}, None, {"a": None}, {"a": 2}]
    assert [row["map"] for row in found] == [[["k", 1], ["k", 2]], None, [], [["z", None]]]
    assert [row["id"] for row in found] == ["00000000-0000-0000-0000-000000000001", None, None, None]
    assert [row["half"] for row in found] == [0.5, None, None, 1.0]


def test_moments_of_old_writers_are_of_the_year_that_was_written(tmp_path):
    moments = whole(253402214400 * 10**6, kind=pyarrow.timestamp("us"))
    table = pyarrow.table({"persona": ["A cook"], "until": moments})
    parquet.write_table(table, tmp_path / "in.parquet", use_deprecated_int96_timestamps=True)
    [(_, data)] = scan(tmp_path / "in.parquet", "persona")
    assert json.loads(data)["until"] == "9999-12-31T00:00:00"


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


@pytest.mark.parametrize("name", ["in.parquet.gz", "packed"])
def test_a_packed_one_is_read_like_the_file_in_it(name, tmp_path, monkeypatch):
    content = gzip.compress(written(tmp_path / "in.parquet", persona=TEXTS, n=[1, 2, 3]).read_bytes())
    (tmp_path / name).write_bytes(content)
    assert [*scan(tmp_path / name, "persona")] == [*scan(tmp_path / "in.parquet", "persona")]
    assert [row.fields for row in Descriptions(tmp_path / name, "persona")] == [{"n": 1}, {"n": 2}, {"n": 3}]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert [row.description for row, _ in scan(Path("-"), "persona")] == TEXTS


def test_a_packed_one_that_is_cut_or_of_which_no_copy_can_be_kept_is_one_error(tmp_path, monkeypatch):
    content = gzip.compress(written(tmp_path / "in.parquet", persona=TEXTS).read_bytes())
    path = tmp_path / "in.parquet.gz"
    path.write_bytes(content[:-200])
    with pytest.raises(InputError, match=r"in\.parquet\.gz.*cannot be unpacked"):
        faults(path)
    path.write_bytes(content)
    monkeypatch.setattr("personagraph.text.files._IN_MEMORY", 1)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    with pytest.raises(InputError, match=r"in\.parquet\.gz.*set TMPDIR to a folder with space"):
        faults(path)


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
            path.write_bytes(gzip.compress(content[:-20]))
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
