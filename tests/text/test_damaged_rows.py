"""Damaged and unusual files: import, dedup, extract and import-graph read the same rows, and see the same faults."""

import gzip
import json
from pathlib import Path
from typing import NamedTuple

import pytest

from personagraph.dedup.file import Outputs, deduplicate_file
from personagraph.dedup.index import THRESHOLD
from personagraph.dedup.rules import METHODS, Deduplicator
from personagraph.dedup.veto.veto import differs
from personagraph.errors import InputError
from personagraph.importing.networks.mapping import NetworkMapping, Nodes
from personagraph.importing.networks.reading import Network
from personagraph.text import files
from personagraph.text.descriptions import Descriptions
from personagraph.text.documents import Corpus
from personagraph.text.rows import objects

COOK, TAILOR, NURSE, JUDGE = "A cook in Lima", "A tailor in Dakar", "A nurse in Oslo", "A judge, retired, in Bonn"
BOM = b"\xef\xbb\xbf"


class Read(NamedTuple):
    """What came of the rows of a file: their texts, and the lines of those that cannot be used."""

    texts: list[str]
    faults: list[int]


def by_import(path: Path, field: str, separator: str | None) -> Read:
    rows = Descriptions(path, field, separator=separator)
    return Read([row.description for row in rows if not row.fault], [row.line for row in rows.faults])


def by_dedup(path: Path, field: str, separator: str | None) -> Read:
    output = path.parent / "kept.out"
    known = Deduplicator(METHODS["partition"].make(THRESHOLD), differs)
    done = deduplicate_file(path, Outputs(output), lambda texts: known, field=field, separator=separator)
    kept = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    named = [next(value for name, value in row.items() if name.strip().lower() == field) for row in kept]
    return Read([" ".join(text.split()) for text in named], [row.line for row in done.faults])


def by_extract(path: Path, field: str, separator: str | None) -> Read:
    corpus = Corpus([str(path)], field=field, separator=separator)
    return Read([" ".join(text.text.split()) for text in corpus], [fault.line for fault in corpus.faults])


def by_import_graph(path: Path, field: str, separator: str | None) -> Read:
    edges = path.parent / "edges.txt"
    edges.write_text(f"x{separator or ' '}y\n")
    mapping = NetworkMapping(nodes=Nodes(description=field)).separated(separator)
    survey = Network([edges], mapping, nodes=path).survey()
    lines = [line for name, line, _ in survey.faults if name == str(path)]
    return Read([node.description for node in survey.nodes.values()], lines)


READERS = [by_import, by_dedup, by_extract, by_import_graph]

TABLES = {
    "a quote that opens and does not close": (
        '{h}\n1,"A tailor in Dakar\n2,A cook in Lima\n3,"A judge, retired, in Bonn"\n', [COOK, JUDGE], [2]),
    "a quote that opens in the last row": ('{h}\n1,A cook in Lima\n2,"A tailor in Dakar\n', [COOK], [3]),
    "a quote that opens, and a quote at the end of a later row, which is none as it may be the rest of the first": (
        '{h}\n1,"A tailor in Dakar\n2,A cook in Lima\n3,A nurse in Oslo"\n4,"A judge, retired, in Bonn"\n',
        [COOK, JUDGE], [2, 4]),
    "ids that count on below an open quote": (
        '{h}\np8,"A tailor in Dakar\np9,A cook in Lima\np10,A nurse in Oslo"\np11,"A judge, retired, in Bonn"\n',
        [COOK, JUDGE], [2, 4]),
    "a description of lines with numbers that do not count on": (
        '{h}\n1,"A cook\n1,who sings\n7,and dances"\n2,A nurse in Oslo\n',
        ["A cook 1,who sings 7,and dances", NURSE], []),
    "a description of lines with as many commas as the rows": (
        '{h}\nanna,"A poem:\nroses,red\nviolets,blue"\nben,A nurse in Oslo\n',
        ["A poem: roses,red violets,blue", NURSE], []),
    "two quotes that do not close": (
        '{h}\n1,"A tailor in Dakar\n2,A cook in Lima\n3,"A nurse in Oslo\n4,"A judge, retired, in Bonn"\n',
        [COOK, JUDGE], [2, 4]),
    "a quote that opens before rows in quotes": (
        '{h}\n"1","A tailor in Dakar\n"2","A cook in Lima"\n"3","A judge, retired, in Bonn"\n', [COOK, JUDGE], [2]),
    "an empty cell in quotes behind a quote that does not close": (
        '{h}\n1,"A tailor in Dakar\n2,A cook in Lima\n3,"" x\n4,A nurse in Oslo\n', [COOK, NURSE], [2, 4]),
    "a description of two lines": ('{h}\n1,"A cook\nin Lima"\n2,A nurse in Oslo\n', [COOK, NURSE], []),
    "a description of two lines with commas": (
        '{h}\n1,"A cook in Lima.\nHe sings, and he dances"\n2,A nurse in Oslo\n',
        ["A cook in Lima. He sings, and he dances", NURSE], []),
    "a description of five lines, with an empty one": (
        '{h}\n1,"A cook,\nwho sings,\n\nand dances, in\nLima"\n2,A nurse in Oslo\n',
        ["A cook, who sings, and dances, in Lima", NURSE], []),
    "a description of two lines that ends in a row of its own": (
        '{h}\n1,"A cook\nin Lima"\n2,"A nurse\nin Oslo"\n', [COOK, NURSE], []),
    "a comma that is not in quotes": ('{h}\n1,A judge, retired\n2,A cook in Lima\n', [COOK], [2]),
    "text behind a closing quote": (
        '{h}\n1,"A judge", retired\n2,"A tailor" in Dakar\n3,A cook in Lima\n', [COOK], [2, 3]),
    "quotes behind backslashes": ('{h}\n1,"Says \\"hello, you\\" to all"\n2,A cook in Lima\n', [COOK], [2]),
    "quotes behind backslashes, over two lines": (
        '{h}\n1,"Says \\"hello, you\\"\nto all, and sings"\n2,A cook in Lima\n', [COOK], [2, 3]),
    "quotes behind backslashes, and a quote in the second line": (
        '{h}\n1,"Says hello\nto \\"all\\", and sings"\n2,A cook in Lima\n', [COOK], [2, 3]),
    "quotes written twice": ('{h}\n1,"A ""real"" cook"\n', ['A "real" cook'], []),
    "quotes within a cell": ('{h}\n1,A "real" cook, \n'.replace(", \n", "\n"), ['A "real" cook'], []),
    "a row without the description": ('{h}\n1\n2,A cook in Lima\n', [COOK], [2]),
    "a line break that is not in quotes": ('{h},city\n1,A nurse\nin Oslo,x\n2,A cook in Lima,Lima\n', [COOK], [2, 3]),
    "a line break that is not in quotes, in the last cell": (
        "{h}\n1,A nurse\nin Oslo\n2,A cook in Lima\n",
        [COOK],
        [2, 3],
    ),
    "a line break that is not in quotes, and nothing behind": (
        "{h},city\n1,A nurse\nin Oslo\n2,A cook in Lima\n",
        [COOK],
        [2, 3],
    ),
    "cells at the end that are left out": ('{h},city,land\n1,A cook in Lima\n2,A nurse in Oslo\n', [COOK, NURSE], []),
    "empty cells at the end": ('{h}\n1,A cook in Lima,,\n2,A nurse in Oslo,\n', [COOK, NURSE], []),
    "empty lines and lines of separators": (
        '\n\n{h}\n\n1,A cook in Lima\n,\n \n2,A nurse in Oslo\n\n', [COOK, NURSE], []),
    "the header again": ('{h}\n1,A cook in Lima\n{h}\n2,A nurse in Oslo\n', [COOK, NURSE], [3]),
    "the line ends of Windows": ('{h}\r\n1,A cook in Lima\r\n2,"A nurse\r\nin Oslo"\r\n', [COOK, NURSE], []),
    "the line ends of an old Mac": ('{h}\r1,A cook in Lima\r2,A nurse in Oslo\r', [COOK, NURSE], []),
    "mixed line ends, and none at the end": ('{h}\r\n1,A cook in Lima\n2,A nurse in Oslo', [COOK, NURSE], []),
    "spaces behind the separators": (
        'id, persona\n1, "A judge, retired, in Bonn"\n2, A cook in Lima\n', [JUDGE, COOK], []),
    "spaces around the names": (' id , persona \n1,A cook in Lima\n', [COOK], []),
    "names in quotes": ('"id","persona"\n"1","A judge, retired, in Bonn"\n', [JUDGE], []),
    "names in capitals": ('ID,PERSONA\n1,A cook in Lima\n', [COOK], []),
    "another column twice": ('{h},tag,tag\n1,A cook in Lima,a,b\n', [COOK], []),
    "columns without a name": (',id,persona,\n0,1,A cook in Lima,x\n', [COOK], []),
    "semicolons": ('id;persona\n1;A judge, retired, in Bonn\n', [JUDGE], []),
    "semicolons, and a semicolon that is not in quotes": (
        'id;persona\n1;A judge; retired\n2;A cook in Lima\n', [COOK], [2]),
    "semicolons, and a comma in a name": ('id;persona;"height, weight"\n1;A judge, retired, in Bonn;2\n', [JUDGE], []),
    "tabs": ('id\tpersona\n1\tA judge, retired, in Bonn\n', [JUDGE], []),
    "bars": ('id|persona\n1|A judge, retired, in Bonn\n', [JUDGE], []),
    "the first line of Excel": ('sep=;\r\nid;persona\r\n1;A judge, retired, in Bonn\r\n', [JUDGE], []),
}  # fmt: skip


@pytest.mark.parametrize("reader", [by_import, by_dedup, by_import_graph])
def test_a_description_that_is_too_long_is_a_fault_and_no_description_that_is_cut(tmp_path, reader):
    path = tmp_path / "in.csv"
    path.write_text("id,persona\n1," + "x" * 3_000 + "\n2,A cook in Lima\n")
    assert reader(path, "persona", None) == Read([COOK], [2])


LINES = {
    "objects, a line each": (b'{"id": 1, "persona": "A cook in Lima"}\n{"id": 2, "persona": "A nurse in Oslo"}\n', []),
    "an array": (b'[{"id": 1, "persona": "A cook in Lima"}, {"id": 2, "persona": "A nurse in Oslo"}]', []),
    "an array over lines": (
        json.dumps([{"id": 1, "persona": COOK}, {"id": 2, "persona": NURSE}], indent=2).encode(), []),
    "an array in an object": (b'{"n": 2, "data": [{"id": 1, "persona": "A cook in Lima"},\n'
                              b'{"id": 2, "persona": "A nurse in Oslo"}]}', []),
    "an object of objects": (b'{"1": {"persona": "A cook in Lima"}, "2": {"persona": "A nurse in Oslo"}}', []),
    "objects over several lines": (
        b'{\n "id": 1,\n "persona": "A cook in Lima"\n}\n{\n "id": 2,\n "persona": "A nurse in Oslo"\n}\n', []),
    "objects one behind another": (
        b'{"id": 1, "persona": "A cook in Lima"}{"id": 2, "persona": "A nurse in Oslo"}', []),
    "lines that end with commas": (
        b'{"id": 1, "persona": "A cook in Lima"},\n{"id": 2, "persona": "A nurse in Oslo"},\n', []),
    "names in capitals": (b'{"ID": 1, "Persona": "A cook in Lima"}\n{"ID": 2, " PERSONA ": "A nurse in Oslo"}\n', []),
    "a zero byte in a line": (
        b'{"id": 1, "persona": "A cook in Lima"}\n{"id": 3, "persona": "A \0 man"}\n'
        b'{"id": 2, "persona": "A nurse in Oslo"}\n', [2]),
    "a line that is no JSON": (
        b'{"id": 1, "persona": "A cook in Lima"}\n{"id": 3, "persona": "A man}\n'
        b'{"id": 2, "persona": "A nurse in Oslo"}\n', [2]),
    "a first line that is no JSON": (
        b'{"id": 3, "persona": "A man\n{"id": 1, "persona": "A cook in Lima"}\n'
        b'{"id": 2, "persona": "A nurse in Oslo"}\n', [1]),
    "a line that is not UTF-8": (
        b'{"id": 1, "persona": "A cook in Lima"}\n{"id": 3, "persona": "A caf\xe9 owner"}\n'
        b'{"id": 2, "persona": "A nurse in Oslo"}\n', [2]),
    "an array with an object that is no JSON": (
        b'[{"id": 1, "persona": "A cook in Lima"}, {"id": 3, "persona": "A "man""},\n'
        b'{"id": 2, "persona": "A nurse in Oslo"}]', [2]),
    "an array over lines, with a quote that does not close": (
        b'[\n  {\n    "id": 1,\n    "persona": "A cook in Lima"\n  },\n  {\n    "persona": "A man\n  },\n'
        b'  {\n    "id": 2,\n    "persona": "A nurse in Oslo"\n  }\n]', [2]),
    "an array that is cut off": (
        b'[{"id": 1, "persona": "A cook in Lima"}, {"id": 2, "persona": "A nurse in Oslo"}, {"id": 3, "pers', [3, 4]),
    "an array that is not closed": (
        b'[{"id": 1, "persona": "A cook in Lima"}, {"id": 2, "persona": "A nurse in Oslo"}', [3]),
    "an array with things that are no objects": (
        b'[{"id": 1, "persona": "A cook in Lima"}, 7, "x", null, [], {"id": 2, "persona": "A nurse in Oslo"}]',
        [2, 3, 4, 5]),
    "an array with bytes that are not UTF-8": (
        b'[{"id": 1, "persona": "A cook in Lima"},\n{"id": 3, "x": "caf\xe9", "persona": "A man"},\n'
        b'{"id": 2, "persona": "A nurse in Oslo"}]', [2]),
    "an array with a zero byte": (
        b'[{"id": 1, "persona": "A cook in Lima"},\n{"id": 3, "persona": "A \0man"},\n'
        b'{"id": 2, "persona": "A nurse in Oslo"}]', [2]),
}  # fmt: skip


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
@pytest.mark.parametrize("case", TABLES)
def test_a_table_gives_the_rows_that_are_whole_and_names_the_others(tmp_path, case, reader):
    content, texts, faults = TABLES[case]
    path = tmp_path / "in.csv"
    path.write_bytes(content.replace("{h}", "id,persona").encode())
    assert reader(path, "persona", None) == Read(texts, faults)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
def test_a_quoted_cell_that_closes_is_one_cell_however_much_its_lines_look_like_rows(tmp_path, reader):
    path = tmp_path / "in.csv"
    address = "id" if reader is by_import_graph else "address"
    path.write_text(f'persona,{address}\nA cook in Lima,"12 Road\nLeeds,UK"\nA nurse in Oslo,"5 Lane\nYork,UK"\n')
    assert reader(path, "persona", None) == Read([COOK, NURSE], [])


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
@pytest.mark.parametrize("case", LINES)
def test_json_gives_the_rows_that_are_whole_and_names_the_others(tmp_path, case, reader):
    content, faults = LINES[case]
    for name in ("in.json", "in.jsonl"):
        (tmp_path / name).write_bytes(content)
        assert reader(tmp_path / name, "persona", None) == Read([COOK, NURSE], faults)


TABLE = "id,persona\n1,A cook in Lima\n2,A nurse in Oslo\n"
OBJECTS = '{"id": 1, "persona": "A cook in Lima"}\n{"id": 2, "persona": "A nurse in Oslo"}\n'


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.CSV", TABLE.encode()),
        ("a.csv", BOM + TABLE.encode()),
        ("a.csv", BOM + BOM + TABLE.encode()),
        ("a.csv", BOM + b'"id","persona"\n1,"A cook in Lima"\n2,A nurse in Oslo\n'),
        ("a.csv", TABLE.encode("utf-16")),
        ("a.csv", b"\xfe\xff" + TABLE.encode("utf-16-be")),
        ("a.csv", TABLE.encode("utf-32")),
        ("a.tsv", TABLE.replace(",", "\t").encode("utf-16")),
        ("a.tab", TABLE.replace(",", "\t").encode()),
        ("a.tsv", TABLE.encode()),
        ("a.psv", TABLE.replace(",", "|").encode()),
        ("a.csv.gz", gzip.compress(TABLE.encode(), mtime=0)),
        ("a.CSV.GZ", gzip.compress(BOM + TABLE.encode(), mtime=0)),
        ("a.csv", gzip.compress(TABLE.encode(), mtime=0)),
        ("a.jsonl.gz", gzip.compress(OBJECTS.encode(), mtime=0)),
        ("a.ndjson", OBJECTS.encode()),
        ("a.JSONL", BOM + OBJECTS.encode()),
        ("a.jsonl", OBJECTS.encode("utf-16")),
        ("a.json", json.dumps([json.loads(line) for line in OBJECTS.splitlines()]).encode("utf-16")),
        ("a.json.gz", gzip.compress(json.dumps([json.loads(line) for line in OBJECTS.splitlines()]).encode(), mtime=0)),
    ],
)
def test_a_file_is_read_by_its_name_its_mark_and_its_beginning(tmp_path, name, content, reader):
    (tmp_path / name).write_bytes(content)
    assert reader(tmp_path / name, "persona", None) == Read([COOK, NURSE], [])


@pytest.mark.parametrize("reader", [by_import, by_dedup])
def test_a_file_of_any_other_name_is_json_when_it_begins_as_such_and_else_a_table(tmp_path, reader):
    for name in ("a.txt", "personas", "a.data"):
        for content in (TABLE, OBJECTS, f"not JSON\n{OBJECTS}", TABLE.replace(",", ";")):
            (tmp_path / name).write_text(content)
            assert reader(tmp_path / name, "persona", None) == Read([COOK, NURSE], [1] * content.startswith("not"))


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
def test_a_separator_that_is_told_goes_before_what_the_header_looks_like(tmp_path, reader):
    (tmp_path / "a.csv").write_text("id:persona,or so\n1:A cook in Lima\n2:A nurse in Oslo\n")
    with pytest.raises(InputError, match=r"no column 'persona,or so'; it has|has no column"):
        reader(tmp_path / "a.csv", "persona,or so", None)
    assert reader(tmp_path / "a.csv", "persona,or so", ":").texts == [COOK, NURSE] or reader is by_dedup


def test_a_table_of_one_column_has_no_separator_until_one_is_told(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('persona\nA judge, retired, in Bonn\n"A judge, retired, in Fez"\nA cook; in Lima\n')
    for reader in (by_import, by_dedup, by_extract):
        assert reader(path, "persona", None).texts == [JUDGE, "A judge, retired, in Fez", "A cook; in Lima"]
        assert reader(path, "persona", ",") == Read(["A judge, retired, in Fez", "A cook; in Lima"], [2])


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", b"id,bio\n1,A cook\n", "persona'; it has id, bio"),
        ("a.csv", b"id,persona,persona\n1,A cook,A nurse\n", "2 columns are called 'persona'"),
        ("a.csv", b"id,Persona,PERSONA\n1,A cook,A nurse\n", "2 columns are called 'persona'"),
        ("a.csv", b"PK\x03\x04" + bytes(range(256)) * 50, "is a ZIP file, as those of Excel are; save it as CSV"),
        ("a.jsonl", b"PAR1" + bytes(range(256)) * 50, "is Parquet"),
        ("a.csv", bytes(range(256)) * 50, "zero bytes, so this is not a text file"),
        ("a.csv", TABLE.encode("utf-16-le"), "zero bytes, so this is not a text file"),
        ("a.csv", "id,persona\n".encode("utf-16") + b"x", "is not UTF-16, as its first bytes say; convert it"),
        ("a.jsonl", b"\0" * 10_000, "zero bytes, so this is not a text file"),
        ("a.csv.gz", TABLE.encode(), "cannot be unpacked"),
        ("a.csv.gz", gzip.compress(TABLE.encode() * 500, mtime=0)[:-20], "cannot be unpacked"),
        ("a.csv", b'id,"persona\n1,A cook\n', "not CSV, is a quote missing"),
        ("a.csv", b"id,pers\0ona\n1,A cook\n", "zero byte"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path, name, content, says, reader):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=says) as refused:
        reader(tmp_path / name, "persona", None)
    assert len(str(refused.value)) < 500


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
def test_bytes_that_are_no_text_cost_their_row(tmp_path, reader):
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,persona\n1,A cook in Lima\n3,A caf\xe9 owner\n4,A \0 man\n2,A nurse in Oslo\n")
    assert reader(path, "persona", None) == Read([COOK, NURSE], [3, 4])
    path.write_bytes(b'id,persona\n1,A cook in Lima\n3,"A caf\xe9 owner\nin Fez"\n2,A nurse in Oslo\n')
    assert reader(path, "persona", None) == Read([COOK, NURSE], [4])


@pytest.mark.parametrize("reader", [by_import, by_dedup, by_import_graph])
def test_a_file_that_turns_out_to_be_no_text_is_refused_and_does_not_flood(tmp_path, reader):
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,persona\n" + b"1,A cook in Lima\n" * 600 + b"x\0y\n" * 1_000)
    with pytest.raises(InputError, match="zero bytes, so this is not a text file"):
        reader(path, "persona", None)


def test_what_unpacks_to_far_more_than_its_length_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "LONGEST_INPUT", 20_000)
    monkeypatch.setattr(files, "MOST_UNPACKED", 20)
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"id,persona\n" + b"1,A cook in Lima\n" * 20_000, mtime=0))
    for reader in READERS:
        with pytest.raises(InputError, match="bytes when it is unpacked; unpack it first"):
            reader(path, "persona", None)


def test_one_document_of_json_has_a_longest_length_and_lines_have_none(tmp_path, monkeypatch):
    monkeypatch.setattr(objects, "LONGEST_WHOLE", 1_000)
    rows = [{"id": n, "persona": f"A cook with {n} pans"} for n in range(100)]
    (tmp_path / "a.json").write_text(json.dumps(rows))
    (tmp_path / "b.json").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    for reader in READERS:
        with pytest.raises(InputError, match="is longer than 1,000 bytes, and one document of JSON is read as a whole"):
            reader(tmp_path / "a.json", "persona", None)
        assert len(reader(tmp_path / "b.json", "persona", None).texts) == 100


def test_the_small_inputs_of_others_are_read(shared_cases):
    def read(name: str) -> Read:
        return by_import(shared_cases / name, "persona", None)

    assert read("unclosed-quote.csv") == Read(
        ["A cook in Lima", "A nurse in Oslo", "A potter in Fez", JUDGE, "A piper in Cork"], [2]
    )
    assert read("unquoted-comma.csv") == Read(["A tailor in Dakar who mends sails"], [2])
    assert read("semicolon-bom.csv").texts == ["A nurse in Oslo who sings", "A cook in Lima, once a sailor"]
    assert read("tabs.tsv").texts == ["A nurse in Oslo who sings"]
    assert read("array.json").texts == ["A nurse in Oslo who sings", "A cook in Lima"]
    assert (len(read("one-nul.jsonl").texts), read("one-nul.jsonl").faults) == (4, [4])
    with pytest.raises(InputError, match="no row can be used; the first fault is: it is not CSV"):
        read("backslash-quote.csv")
