"""Where the samples of runs fail, from the ledger to a target that the next run is drawn and grown by."""

import csv
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scipy.stats import binom, fisher_exact

from personagraph.errors import ConfigError, UsageError
from personagraph.llm.simulated import SimulatedBackend
from personagraph.steering.targets import target_of
from personagraph.synthesis.failures.report import nothing_counted
from personagraph.workspace import Workspace, init_workspace
from tests.graphs import persona, tie
from tests.stored import fill
from tests.synthesis.failures.planted import FIELDS, Fault, figures, solved, verdict
from tests.synthesis.formats.made import entered

WORK = ("agriculture", "clerks", "service", "craft")
REGIONS = ("east_asia", "south_asia", "oceania")
CELLS = [(work, region) for work in WORK for region in REGIONS]
BY = ("activity", "region")
EACH = 20
PEOPLE = [
    persona(f"A {work} worker number {n} of {region}", EACH * at + n, activity=work, region=region)
    for at, (work, region) in enumerate(CELLS)
    for n in range(EACH)
]
WEAK = ("craft", "oceania")
IN_WEAK = frozenset(one.id for one in PEOPLE if (one.attributes["activity"], one.attributes["region"]) == WEAK)
FAULT = Fault(IN_WEAK, FIELDS[1], rate=0.6)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with init_workspace(tmp_path / "w") as made:
        fill(made.store, *PEOPLE, *(tie(PEOPLE[n], PEOPLE[n + 1]) for n in range(len(PEOPLE) - 1)))
        yield made


def asked(workspace: Workspace, *verdicts: Any, **settings: Any) -> str:
    return entered(workspace.ledger, verdicts, **settings)


def planted(workspace: Workspace, seed: int = 0) -> str:
    """A run that asked everybody ten times, of a solver that fails at FAULT."""
    return asked(workspace, *solved([one.id for one in PEOPLE], 10 * len(PEOPLE), FAULT, seed))


def cells_of(workspace: Workspace, ids: list[str]) -> Counter[tuple[str, ...]]:
    return Counter(tuple(one.attributes[name] for name in BY) for one in workspace.store.personas(ids))


def subjects(workspace: Workspace, run: str) -> list[str]:
    return [each.step.subject for each in workspace.ledger.steps.planned(run)]


def test_a_weak_cell_and_a_weak_field_are_told_with_what_goes_on_there(workspace, tmp_path):
    run, file = planted(workspace), tmp_path / "weak.csv"
    told = workspace.failures([run], BY, target=file)
    weak = {(group.name.by, group.name.value) for group in told.weak}
    assert weak == {("cell", "activity=craft,region=oceania"), ("field", FIELDS[1])}
    aim = ["--by", "activity,region", "--target", str(file)]
    assert told.go_on == [
        ["synthesize", "math", "-n", "10", "--sampler", "deficit", *aim, "--set", f"field={FIELDS[1]}"],
        ["expand", "--policy", "hint", "--max-calls", "100", *aim],
    ]
    data = json.loads(json.dumps(told.to_json()))
    assert (data["samples"], data["counted"], data["target"]) == (2400, 2400, str(file))
    assert data["runs"] == [{"run": run, "task": "math", "model": "gpt-test", "checker": "", "samples": 2400}]
    assert data["missed"]["math"]["shared_errors"][0] == pytest.approx(data["share"])


def test_the_target_file_is_one_that_every_command_reads_and_wants_more_of_the_weak_cell(workspace, tmp_path):
    file = tmp_path / "weak.csv"
    workspace.failures([planted(workspace)], BY, target=file)
    wanted = target_of(file, BY).weights
    assert max(wanted, key=lambda cell: wanted[cell]) == WEAK
    assert 1.3 < wanted[WEAK] * len(CELLS) < 3
    assert {cell for cell, share in wanted.items() if share} == set(CELLS)
    assert next(csv.reader(file.open())) == [*BY, "share"]


def test_what_is_drawn_by_the_target_is_more_of_the_weak_cell(workspace, tmp_path):
    file, n, seeds = tmp_path / "weak.csv", 30, 20
    workspace.failures([planted(workspace)], BY, target=file)
    counts = {"deficit": 0, "random": 0}
    for seed in range(seeds):
        aimed = workspace.sample("deficit", n=n, seed=seed, by=BY, target=file)
        counts["deficit"] += sum(one.id in IN_WEAK for one in aimed)
        counts["random"] += sum(one.id in IN_WEAK for one in workspace.sample("random", n=n, seed=seed))
    every = n * seeds
    assert binom.sf(counts["deficit"] - 1, every, 1 / len(CELLS)) < 1e-4
    table = [[counts["deficit"], every - counts["deficit"]], [counts["random"], every - counts["random"]]]
    assert fisher_exact(table, "greater").pvalue < 1e-3


def test_synthesize_asks_about_the_weak_cell_more_often(workspace, tmp_path):
    file = tmp_path / "weak.csv"
    workspace.failures([planted(workspace)], BY, target=file)
    drawn: Counter[tuple[str, ...]] = Counter()
    for seed in range(6):
        done = workspace.synthesize(
            "math",
            n=40,
            sampler="deficit",
            by=BY,
            target=file,
            seed=seed,
            backend=SimulatedBackend(3),
            allow_mixed=True,
        )
        drawn += cells_of(workspace, subjects(workspace, done.run.run))
    assert binom.sf(drawn[WEAK] - 1, drawn.total(), 1 / len(CELLS)) < 0.01


def test_expand_grows_the_weak_cell(workspace, tmp_path):
    file = tmp_path / "weak.csv"
    workspace.failures([planted(workspace)], BY, target=file)
    before = {one.id for one in workspace.store.scan_personas()}
    workspace.expand(policy="hint", by=BY, target=file, max_calls=40, backend=SimulatedBackend(5), allow_mixed=True)
    new = [one.id for one in workspace.store.scan_personas() if one.id not in before]
    grown = cells_of(workspace, new)
    assert len(new) > 20
    assert binom.sf(grown[WEAK] - 1, len(new), 1 / len(CELLS)) < 1e-4


def test_where_no_cell_differs_the_target_is_the_graph(workspace, tmp_path):
    run = asked(workspace, *solved([one.id for one in PEOPLE], 480, Fault(), 5))
    told = workspace.failures([run], BY, target=tmp_path / "weak.csv")
    assert told.weak == []
    assert told.go_on == []
    wanted = target_of(tmp_path / "weak.csv", BY).weights
    assert {round(share, 6) for share in wanted.values() if share} == {round(1 / len(CELLS), 6)}


def test_a_set_apart_problem_fails_and_an_unchecked_one_is_not_counted(workspace):
    who = PEOPLE[0].id
    apart = verdict(who, "unanswerable", "set_apart", reason="the clues allow 3 solutions")
    run = asked(workspace, apart, verdict(who, "unchecked"), verdict(who, checks=figures(2, 0)))
    told = workspace.failures([run]).to_json()
    assert (told["samples"], told["counted"], told["failed"]) == (3, 2, 1)
    assert told["not_counted"] == {"unchecked": 1}
    assert [row["reason"] for row in told["reasons"]] == ["unanswerable: the clues allow … solutions"]


def test_runs_of_several_tasks_are_told_apart_and_a_run_that_is_named_twice_counts_once(workspace):
    who = [one.id for one in PEOPLE]
    one = asked(workspace, *solved(who, 300, Fault(), 1))
    other = asked(workspace, *solved(who, 300, Fault(field=FIELDS[0]), 2), task="logic")
    told = workspace.failures([one, other, one])
    assert {group.name.task for group in told.groups if group.name.kind == "asked"} == {"math", "logic"}
    assert [run.samples for run in told.runs] == [300, 300]
    assert told.go_on == [["synthesize", "logic", "-n", "10", "--set", f"field={FIELDS[0]}"]]


def test_who_is_gone_from_the_graph_is_counted_and_in_no_cell(workspace):
    gone = persona("A miller of no town", 999).id
    unknown = verdict(gone, checks=figures(2, 0))
    told = workspace.failures([asked(workspace, unknown, verdict(PEOPLE[0].id, checks=figures(2, 0)))])
    assert (told.unplaced, told.gone, told.tally.counted) == (1, 1, 2)


def test_an_empty_graph_has_no_cells_and_tells_the_rest(tmp_path):
    with init_workspace(tmp_path / "w") as made:
        run = asked(made, verdict(PEOPLE[0].id, checks=figures(2, 0)))
        told = made.failures([run])
        assert (told.unplaced, told.gone, [group.name.kind for group in told.groups]) == (1, 1, ["task"])
        with pytest.raises(ConfigError, match="no target can be made: of nobody in the graph"):
            made.failures([run], target=tmp_path / "weak.csv")


def test_a_run_without_answers_is_told_so_and_makes_no_target(workspace, tmp_path):
    run = asked(workspace, *(verdict(PEOPLE[0].id, "computed") for _ in range(3)))
    told = workspace.failures([run]).to_json()
    assert (told["samples"], told["counted"], told["groups"]) == (3, 0, [])
    with pytest.raises(ConfigError, match="no target can be made") as refused:
        workspace.failures([run], target=tmp_path / "weak.csv")
    assert nothing_counted(3) in str(refused.value)
    assert not (tmp_path / "weak.csv").exists()


def test_runs_that_are_no_finished_synthesis_are_refused_by_name(workspace):
    unfinished = asked(workspace, verdict(PEOPLE[0].id), status="interrupted")
    other = workspace.ledger.runs.start("expand", {}, {}, model="m").id
    workspace.ledger.runs.end(other, "done")
    with pytest.raises(ConfigError, match=f"run {unfinished} is interrupted"):
        workspace.failures([unfinished])
    with pytest.raises(ConfigError, match=f"run {other} is of the command expand, which makes no samples"):
        workspace.failures([other])
    with pytest.raises(ConfigError, match="r99"):
        workspace.failures(["r99"])
    with pytest.raises(UsageError, match="name one run"):
        workspace.failures([])


def test_a_file_that_cannot_hold_the_target_is_refused_before_anything_is_read(workspace, tmp_path):
    run, there = planted(workspace), tmp_path / "there.csv"
    there.write_text("activity,share\ncraft,1\n")
    for file, why in (
        (there, "it exists, and may be a target that is in use"),
        (tmp_path / "weak", "name it weak.csv"),
        (Path("world"), "name it world.csv"),
    ):
        with pytest.raises(UsageError, match=why):
            workspace.failures([run], target=file)
    with pytest.raises(ConfigError, match="its folder does not exist"):
        workspace.failures([run], target=tmp_path / "none" / "weak.csv")
    with pytest.raises(UsageError, match="--target holds cells of attributes, and --by has community"):
        workspace.failures([run], ["community"], target=tmp_path / "weak.csv")
    with pytest.raises(UsageError, match="did you mean activity"):
        workspace.failures([run], ["activty"])
    assert there.read_text() == "activity,share\ncraft,1\n"
