"""Imports: what can be used comes in, what cannot is listed with its line, nothing is dropped silently."""

import gc
import json
import os
from pathlib import Path

import pytest

from personagraph import init_workspace
from personagraph.errors import InputError
from personagraph.importing.personas import CHUNK, Importing
from personagraph.runs.session import Session
from personagraph.text import descriptions
from personagraph.text.descriptions import DescribedRow, Descriptions
from personagraph.types import Step
from personagraph.workspace.verbs.imports import OBJECTS_MADE
from tests.worlds import growth, open_workspace


def written(folder: Path, content: bytes, name: str = "personas.jsonl") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_malformed_lines_are_listed_with_their_numbers_and_do_not_stop_the_rest(tmp_path):
    lines = [b'{"persona": "A baker"}', b"", b"not json", b"[1]", b'{"other": "x"}', b'{"persona": 3}']
    lines += [b'{"persona": "caf\xe9"}', b'{"persona": "  "}', b'{"persona": "\\ud800"}', b'{"persona": "A smith"}']
    rows = Descriptions(written(tmp_path, b"\n".join(lines)), "persona")
    assert [row.line for row in rows.faults] == [3, 4, 5, 6, 7, 8, 9]
    assert [row.description for row in rows if not row.fault] == ["A baker", "A smith"]


def test_a_very_long_line_is_a_fault_and_the_next_one_is_read(tmp_path):
    content = b'{"persona": "' + b"x" * 50_000_000 + b'"}\n{"persona": "A baker"}\n'
    rows = list(Descriptions(written(tmp_path, content), "persona"))
    assert [bool(row.fault) for row in rows] == [True, False]
    assert "50,000,015 bytes" in rows[0].fault


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "is empty"), (b" \n", "is empty"), (b"\x00\x01", "not a text file"), (b'{"a": "b"}', "no field 'persona'")],
)
def test_a_file_without_a_usable_row_is_an_error_that_names_it(tmp_path, content, says):
    path = written(tmp_path, content)
    with pytest.raises(InputError, match=says) as caught:
        Descriptions(path, "persona")
    assert str(path) in str(caught.value)


def test_a_missing_file_and_a_folder_are_errors(tmp_path):
    for path in (tmp_path / "none.jsonl", tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            Descriptions(path, "persona")


def test_csv_is_read_by_column_and_a_wrong_column_names_those_there_are(tmp_path):
    path = written(tmp_path, b'id,text\n1,"A baker, from Lima"\n2,\n', "personas.csv")
    rows = Descriptions(path, "text")
    assert [(row.line, row.description, bool(row.fault)) for row in rows] == [
        (2, "A baker, from Lima", False),
        (3, "", True),
    ]
    with pytest.raises(InputError, match="no column 'persona'; it has id, text"):
        Descriptions(path, "persona")


def test_real_personas_come_in_once_and_a_second_import_only_merges(shared_data, tmp_path):
    rows = Descriptions(shared_data / "personas" / "personahub.jsonl", "persona")
    store, ledger = open_workspace(tmp_path)
    for _ in range(2):
        run = ledger.runs.start("import", {}, {})
        work = Importing(rows, growth(store, ledger), run=run.id)
        Session(work, run, ledger=ledger, store=store).carry_out()
    first, second = (ledger.steps.outcomes(run.id) for run in ledger.runs.all())
    count = store.stats().personas
    assert first[("new", "")] == count > 2400
    assert sum(first.values()) == len(rows) == sum(second.values())
    assert second[("new", "")] == 0
    assert [p.entry for p in store.scan_personas()] == list(range(count))
    assert json.dumps(store.stats().by_depth) == json.dumps({0: count})


def test_rows_of_steps_that_were_carried_out_before_are_read_past(tmp_path):
    rows = [DescribedRow(n, f"A baker of loaf {n}", "" if n % 7 else "not JSON") for n in range(1, 2 * CHUNK + 20)]
    store, ledger = open_workspace(tmp_path)
    work = Importing(rows, growth(store, ledger), run="r1")
    said = [verdict.detail.get("line") for verdict in work.decide(Step(2, subject=""), {})]
    assert [line for line in said if line] == [406, 413]
    assert len(said) == 19


def test_who_waits_for_a_large_file_to_be_read_hears_how_many_rows_there_are_so_far(tmp_path, monkeypatch):
    monkeypatch.setattr(descriptions, "TOLD", 3)
    path, notes = written(tmp_path, b"".join(b'{"persona": "A baker of loaf %d"}\n' % n for n in range(20))), []
    with init_workspace(tmp_path / "here") as graph:
        graph.import_personas(path, note=notes.append)
    assert [int(note.split()[0]) for note in notes if "rows are read" in note] == [3, 6, 12]


def test_a_file_that_changes_while_it_is_imported_fails_the_run_which_goes_on_once_it_is_back(tmp_path):
    lines = b"".join(b'{"persona": "A baker of loaf %d"}\n' % n for n in range(1000))
    path = written(tmp_path, lines)
    store, ledger = open_workspace(tmp_path)
    rows, before = Descriptions(path, "persona"), path.stat()
    run = ledger.runs.start("import", {}, {})
    path.write_bytes(lines[: len(lines) // 2])
    with pytest.raises(InputError, match="was changed while it was read"):
        Session(Importing(rows, growth(store, ledger), run=run.id), run, ledger=ledger, store=store).carry_out()
    assert ledger.runs.get(run.id).status == "failed"
    path.write_bytes(lines)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    run = ledger.runs.resume(run.id, {})
    rows = Descriptions(path, "persona")
    Session(Importing(rows, growth(store, ledger), run=run.id), run, ledger=ledger, store=store).carry_out()
    assert (ledger.runs.get(run.id).status, store.stats().personas) == ("done", 1000)


def test_python_looks_for_garbage_as_often_after_an_import_as_before_also_after_one_that_failed(tmp_path):
    path, before, seen = written(tmp_path, b'{"persona": "A baker"}\n'), gc.get_threshold(), []
    with init_workspace(tmp_path / "here") as graph:
        graph.import_personas(path, progress=lambda tick: seen.append(gc.get_threshold()))
        assert gc.get_threshold() == before
        path.write_bytes(b'{"persona": "A smith"}\n')
        with pytest.raises(KeyError):
            graph.import_personas(path, progress=lambda tick: {}["the progress cannot be shown"])
    assert gc.get_threshold() == before
    assert {first for first, *_ in seen} == {OBJECTS_MADE}
