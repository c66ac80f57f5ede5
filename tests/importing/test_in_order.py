"""Rows that are decided many at once: the same verdicts, graph and ledger as one after another, and nothing ahead."""

import json
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest

from personagraph import init_workspace, open_workspace
from personagraph.dedup.index import THRESHOLD
from personagraph.dedup.rules import METHODS, Deduplicator
from personagraph.dedup.veto.veto import differs
from personagraph.importing import personas as importing
from personagraph.importing.personas import Importing
from personagraph.runs.growth import Growth, know
from personagraph.runs.session import Session
from personagraph.text.descriptions import DescribedRow
from personagraph.workspace.index import known
from personagraph.workspace.index.known import growth_of
from tests.worlds import Crash, Crashing, picture
from tests.worlds import open_workspace as open_parts

TRADES = ("potter", "surgeon", "baker", "pottter", "Bäcker", "木匠")
PRAISE = ("", "passionate ", "Old ", "truly passionate ")
DONE = ("who paints bowls and cups", "who paints cups and bowls", "WHO  PAINTS BOWLS AND CUPS")


class OneByOne(Growth):
    """The same, told to find each arrival by itself."""

    def prepare_in_order(self, descriptions: Sequence[str]) -> None:
        self.prepare(descriptions)


def described(count: int, seed: int) -> list[DescribedRow]:
    """Rows of which many say the same in other words, some the same text, and some nothing that can be used."""
    rng, rows = Random(seed), list[DescribedRow]()
    for line in range(1, count + 1):
        place = f"village number {rng.randint(1, 3)}"
        text = f"A {rng.choice(PRAISE)}{rng.choice(TRADES)} of {place} {rng.choice(DONE)} for her neighbours"
        fault = "" if rng.random() < 0.95 else "has no description"
        rows.append(DescribedRow(line, text, fault))
    return rows


def imported(folder: Path, grown: type[Growth], method: str, files: Sequence[list[DescribedRow]], crashes: int) -> Any:
    """The graph and the verdicts after these imports, which die so many times while they write."""
    folder.mkdir()
    store, ledger = open_parts(folder)
    left = iter(range(crashes))

    def when() -> None:
        if Random(len(list(store.scan_personas()))).random() < 0.5 and next(left, None) is not None:
            raise Crash

    for rows in files:
        run = ledger.runs.start("import", {}, {})
        while ledger.runs.get(run.id).status != "done":
            finder = Deduplicator(METHODS[method].make(THRESHOLD), differs)
            know(finder, store.scan_personas(), store.merges(), ledger.merges.followed())
            run = ledger.runs.get(run.id)
            work = Importing(rows, grown(finder, ledger.assertions.kept_apart(), store.snapshot()), run=run.id)
            try:
                Session(work, run, ledger=ledger, store=Crashing(store, when)).carry_out()  # type: ignore[arg-type]
            except Crash:
                continue
        merges = store.merges()
        if merges and run.id == "r1":
            ledger.assertions.keep_apart(merges[0].alias, merges[0].persona, run.id)
    told = [tuple(decided) for run in ledger.runs.all() for decided in ledger.steps.decided(run.id, first=0, last=99)]
    found = picture(store) | {"verdicts": told}
    store.close()
    ledger.close()
    return found


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("crashes", [0, 3])
def test_rows_that_are_decided_at_once_are_decided_as_one_after_another(tmp_path, monkeypatch, method, crashes):
    monkeypatch.setattr(importing, "CHUNK", 7)
    monkeypatch.setattr(importing, "AHEAD", 21)
    files = [described(35, 1), described(30, 2)]
    one = imported(tmp_path / "one", Growth, method, files, crashes)
    assert one["merges"]
    assert one == imported(tmp_path / "other", OneByOne, method, files, crashes)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an empty workspace, of whose graph an index is kept however small."""
    monkeypatch.setattr(known, "FEWEST", 1)
    init_workspace(tmp_path / "w").close()
    return tmp_path / "w"


def file_of(folder: Path, texts: Sequence[str]) -> Path:
    file = folder / "rows.jsonl"
    file.write_text("".join(json.dumps({"persona": text}) + "\n" for text in texts))
    return file


def test_an_import_that_merges_leaves_an_index_from_which_the_next_command_goes_on(folder, monkeypatch):
    with open_workspace(folder, model="simulated") as workspace:
        workspace.import_personas(file_of(folder, [row.description for row in described(40, 3)]))
        assert workspace.merges()
        monkeypatch.setattr("personagraph.runs.growth.know", lambda *a, **b: pytest.fail("the store is walked"))
        assert workspace.expand(max_calls=3).status == "done"


def test_what_a_stopped_import_read_ahead_is_known_to_nobody_once_it_is_given_up(folder, monkeypatch):
    monkeypatch.setattr(importing, "CHUNK", 2)
    monkeypatch.setattr(importing, "AHEAD", 6)
    ahead = "A passionate baker of rye bread in the village number 3 who keeps bees"
    texts = ["A baker of rye bread in the village number 3 who keeps bees", "A surgeon of Lima", *[ahead] * 4]
    steps = iter([False])
    with open_workspace(folder) as workspace:
        result = workspace.import_personas(file_of(folder, texts), stopping=lambda: next(steps, True))
        assert result.status == "interrupted"
        assert workspace.ledger.runs.get(result.run).decided == 1
        workspace.abandon(result.run)
    with open_workspace(folder) as workspace:
        finder = growth_of(workspace, workspace.ledger.runs.all()[0])._finder
        assert finder.find(ahead, apart=lambda id: False).method != "text"
