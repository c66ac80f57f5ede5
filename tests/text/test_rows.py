"""Rows are streamed from JSONL and CSV, and what cannot be read is said with its line."""

import csv
import json
from pathlib import Path

import pytest

from personagraph.errors import InputError
from personagraph.text.descriptions import LONGEST_LINE, Descriptions, scan
from personagraph.text.rows import LONGEST, rows


def written(folder: Path, content: bytes, name: str) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_a_row_comes_with_its_whole_object_as_it_stands(tmp_path):
    content = b'\xef\xbb\xbf{"persona":  "A baker", "id": 1e2}\r\n{"id": 2}\n{"persona": "A smith"}'
    found = list(scan(written(tmp_path, content, "in.jsonl"), "persona"))
    assert [(row.line, row.description, data) for row, data in found] == [
        (1, "A baker", '{"persona":  "A baker", "id": 1e2}'),
        (2, "", ""),
        (3, "A smith", '{"persona": "A smith"}'),
    ]


def test_rows_are_read_as_they_are_asked_for(tmp_path):
    path = written(tmp_path, b'{"persona": "A baker"}\n' * 100_000 + b"\x00", "in.jsonl")
    found = scan(path, "persona")
    assert next(found)[0].line == 1
    assert [row.fault for row, _ in found if row.fault] == ["it holds a zero byte; take that out"]


def test_the_longest_line_is_read_and_one_byte_more_is_a_fault(tmp_path):
    frame = len('{"persona": "A baker", "x": ""}')
    lines = [json.dumps({"persona": "A baker", "x": "y" * (LONGEST_LINE - frame + more)}) for more in (0, 1, 0)]
    for end in ("\n", ""):
        found = list(Descriptions(written(tmp_path, ("\n".join(lines) + end).encode(), "in.jsonl"), "persona"))
        assert [bool(row.fault) for row in found] == [False, True, False]
        assert f"{LONGEST_LINE + 1:,} bytes" in found[1].fault


def test_a_row_of_a_csv_that_is_not_utf8_is_a_fault_and_a_header_that_is_not_an_error(tmp_path):
    found = Descriptions(written(tmp_path, b"persona\nA baker\nA caf\xe9 owner\nA smith\n", "in.csv"), "persona")
    assert [(row.line, row.fault.partition(" (")[0]) for row in found] == [(2, ""), (3, "not UTF-8"), (4, "")]
    with pytest.raises(InputError, match=r"in\.csv, line 1: its header is not CSV: not UTF-8"):
        Descriptions(written(tmp_path, b"persona,caf\xe9\nA baker,\n", "in.csv"), "persona")


def test_a_csv_cell_of_50_megabytes_is_a_fault_and_the_next_row_is_read(tmp_path):
    path = written(tmp_path, b"persona\nA baker\n" + b"x" * 50_000_000 + b"\nA smith\n", "in.csv")
    found = Descriptions(path, "persona")
    assert [(row.line, row.description, bool(row.fault)) for row in found] == [
        (2, "A baker", False),
        (3, "", True),
        (4, "A smith", False),
    ]


def test_a_header_that_is_no_csv_is_an_error(tmp_path):
    with pytest.raises(InputError, match="header is not CSV"):
        Descriptions(written(tmp_path, b"x" * 2_000_000, "in.csv"), "persona")


@pytest.mark.parametrize("content", [b"", b" \n", b"persona\n"])
def test_a_csv_without_rows_is_empty(tmp_path, content):
    with pytest.raises(InputError, match="is empty"):
        Descriptions(written(tmp_path, content, "in.csv"), "persona")


def test_a_description_over_several_lines_of_a_csv_is_one_row(tmp_path):
    found = list(scan(written(tmp_path, b'persona,id\n"A baker\nfrom Lima",4\nA smith,5\n', "in.csv"), "persona"))
    assert [(row.line, row.description) for row, _ in found] == [(3, "A baker from Lima"), (4, "A smith")]
    assert json.loads(found[0][1]) == {"persona": "A baker\nfrom Lima", "id": "4"}


def test_a_quote_that_nothing_closes_costs_its_own_line_and_no_other(tmp_path):
    content = b'persona,id\nA baker,1\n"A smith,2\nA "grey" fox,3\n"A ""real"" one",4\n"A weaver\n'
    found = Descriptions(written(tmp_path, content, "in.csv"), "persona")
    assert [(row.line, row.description, row.fault.partition(",")[0]) for row in found] == [
        (2, "A baker", ""),
        (3, "", "it is not CSV"),
        (4, 'A "grey" fox', ""),
        (5, 'A "real" one', ""),
        (6, "", "it is not CSV"),
    ]


def test_a_csv_with_the_line_ends_of_an_old_mac_is_read(tmp_path):
    found = Descriptions(written(tmp_path, b"persona,id\rA baker,1\rA smith,2", "in.csv"), "persona")
    assert [(row.line, row.description) for row in found] == [(2, "A baker"), (3, "A smith")]


def test_both_kinds_of_readers_leave_one_limit_on_the_cells_of_a_csv(tmp_path):
    list(scan(written(tmp_path, b"persona\nA baker\n", "in.csv"), "persona"))
    before = csv.field_size_limit()
    long = written(tmp_path, b"text\n" + b"long " * (before // 10) + b"\n", "texts.csv")
    with long.open("rb") as file:
        assert [item.line for item in rows(file, "texts.csv", field="text")] == [2]
    assert csv.field_size_limit() == before == LONGEST
