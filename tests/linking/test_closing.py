"""A graph that closes while it grows: an expansion that links, and one that grounds whom it would let in."""

import pytest

from personagraph.errors import UsageError
from personagraph.steering import stops
from personagraph.types import ChatReply, ChatRequest
from personagraph.workspace import Workspace, open_workspace
from tests.annotation.graphs import check_told
from tests.crashes import Bomb, mined
from tests.linking.graphs import PEOPLE, answer, model, ties, workspace_at
from tests.worlds import Crash, picture


def asked(workspace: Workspace, run: str) -> list[str]:
    """By which dialogue each decided step of a run was asked."""
    last = workspace.ledger.runs.get(run).decided
    return [p.step.fields.get("asked", "") for p in workspace.ledger.steps.planned(run) if p.step.n < last]


def everything(workspace: Workspace) -> dict[str, object]:
    """The graph without what each process has of its own."""
    found = picture(workspace.store)
    return {name: found[name] for name in ("personas", "relationships", "merges")}


def test_a_share_of_the_steps_links_once_there_are_people_and_ties_enough(workspace):
    done = workspace.expand(backend=model(), max_calls=400, link=40)
    kinds = asked(workspace, done.run)
    first = next(n for n, kind in enumerate(kinds) if kind != "expand")
    assert first >= 7, "at first there is nobody to be tried on"
    assert 120 <= sum(kind != "expand" for kind in kinds) <= 160
    assert {"expand", "judge", "tell"} == set(kinds), "nobody is imagined: replies let people in"
    vias = [via for *_, via, _ in ties(workspace)]
    assert sum(map(bool, vias)) == done.linked > 0
    assert done.new == workspace.store.size() - len(PEOPLE)
    check_told(workspace)


def test_hints_bring_no_tie_to_try_a_model_on_so_people_are_imagined_for_that(workspace):
    done = workspace.expand(policy="hint", backend=model(), max_calls=400, link=40)
    kinds = asked(workspace, done.run)
    first = next(n for n, kind in enumerate(kinds) if kind != "expand")
    assert first >= 7, "as long as its own replies name nobody"
    assert 0 < kinds.count("imagine") <= 10
    assert {"expand", "imagine", "judge", "tell"} == set(kinds)
    assert 120 <= sum(kind != "expand" for kind in kinds) <= 160
    assert sum(bool(via) for *_, via, _ in ties(workspace)) == done.linked > 0
    check_told(workspace)


def test_how_long_linking_waits_is_said_at_the_start(plain):
    notes: list[str] = []
    plain.note = notes.append
    plain.expand(backend=model(), max_calls=3, link=40)
    assert [note for note in notes if "100 personas" in note] == [
        "linking begins when there are 100 personas and 20 relationships; now: 80 personas and 0 relationships"
    ]
    plain.expand(backend=model(), max_calls=3)
    assert len(notes) == 1, "nothing of it where nothing is to be linked"


def test_who_is_like_an_alter_stands_for_it_and_nobody_is_merged_by_that(workspace):
    done = workspace.expand(backend=model(), max_calls=60, ground=0.75)
    grounded = [(a, b) for a, b, _, via, _ in ties(workspace) if via == "grounded"]
    assert len(grounded) > 10
    assert done.linked >= len(grounded)
    assert done.new + done.merged + done.linked <= 180
    assert workspace.store.size() == len(PEOPLE) + done.new
    assert all(a != b for a, b in grounded)
    assert not workspace.merges() or done.merged


def test_without_both_an_expansion_is_as_it_was(plain, tmp_path, monkeypatch):
    plain.expand(backend=model(), max_calls=30)
    with workspace_at(tmp_path / "zero", None, monkeypatch) as other:
        other.expand(backend=model(), max_calls=30, link=0)
        assert everything(other) == everything(plain)


@pytest.mark.parametrize("fuse", [*range(7, 50, 7), 50, 51])
def test_killed_at_any_commit_it_grows_and_closes_as_an_undisturbed_run(workspace, tmp_path, monkeypatch, fuse):
    options = {"max_calls": 230, "link": 60, "ground": 0.8, "concurrency": 1}
    with workspace_at(tmp_path / "calm", None, monkeypatch) as calm:
        done = calm.expand(backend=model(), **options)
        expected, kinds = everything(calm), asked(calm, done.run)
    folder = workspace.folder
    try:
        with mined(Bomb(fuse)):
            workspace.expand(backend=model(), **options)
    except Crash:
        pass
    workspace.close()
    with open_workspace(folder) as again:
        done = again.expand(backend=model(), **options)
        assert done.status == "done"
        assert asked(again, done.run) == kinds
        assert everything(again) == expected


def test_what_ends_it_by_its_gain_is_its_growing_alone_however_often_it_was_interrupted(
    workspace, tmp_path, monkeypatch
):
    monkeypatch.setattr(stops, "WINDOW", 40)
    options = {"max_calls": 400, "link": 60, "until": {"gain": 0.4}, "concurrency": 1}
    with workspace_at(tmp_path / "calm", None, monkeypatch) as calm:
        done = calm.expand(backend=model(), **options)
        expected, kinds = everything(calm), asked(calm, done.run)
    assert "the last 40 calls brought" in done.reason
    assert sum(kind != "expand" for kind in kinds) > 40
    looks = iter(range(10**6))
    workspace.expand(backend=model(), stopping=lambda: next(looks) > 1.7 * len(kinds), **options)
    assert len(kinds) // 2 < len(asked(workspace, done.run)) < len(kinds)
    again = workspace.expand(backend=model(), **options)
    assert (again.calls, again.reason) == (done.calls, done.reason)
    assert everything(workspace) == expected


@pytest.mark.parametrize("last", [40, 130])
def test_a_trial_that_is_interrupted_goes_on_with_its_pairs_though_the_run_let_people_in_meanwhile(
    plain, tmp_path, monkeypatch, last
):
    options = {"max_calls": 150, "link": 60, "concurrency": 1}
    with workspace_at(tmp_path / "calm", None, monkeypatch) as calm:
        expected = tried(calm, calm.expand(backend=model(), **options).run)
    looks = iter(range(1_000))
    done = plain.expand(backend=model(), stopping=lambda: next(looks) > last, **options)
    assert done.status == "interrupted"
    assert 0 < len(tried(plain, done.run)) < len(expected)
    assert tried(plain, plain.expand(backend=model(), **options).run) == expected
    assert len(expected) == len(set(expected)) >= 60


def tried(workspace: Workspace, run: str) -> list[tuple[str, str, bool]]:
    """The pairs of a run's trial, in their order."""
    steps = (planned.step for planned in workspace.ledger.steps.planned(run))
    return [(s.subject, s.context["other"], s.context["known"]) for s in steps if "trial" in s.context]


@pytest.mark.parametrize("policy", ["bfs", "hint", "structure"])
def test_stopped_again_and_again_it_grows_as_an_undisturbed_run(plain, tmp_path, monkeypatch, policy):
    options = {"policy": policy, "max_calls": 230, "link": 60, "ground": 0.85}
    with workspace_at(tmp_path / "calm", None, monkeypatch) as calm:
        calm.expand(backend=model(), **options)
        expected = everything(calm)
    for _ in range(60):
        looks = iter(range(25))
        done = plain.expand(backend=model(), **options, stopping=lambda looks=looks: next(looks, 99) > 20)
        if done.status == "done":
            break
    assert everything(plain) == expected


def test_whoever_was_only_judged_is_still_expanded_by_the_next_run(plain):
    plain.expand(backend=model(), max_calls=150, link=60)
    judged = [p.step.subject for p in plain.ledger.steps.planned("r2") if p.step.fields["asked"] == "judge"]
    expanded = {p.step.subject for p in plain.ledger.steps.planned("r2") if p.step.fields["asked"] == "expand"}
    assert set(plain.ledger.steps.subjects("expand", model=plain.ledger.runs.all()[-1].model, before="r9")) <= expanded
    assert set(judged) - expanded, "else there is nothing to be seen"


def test_dead_letters_of_either_kind_are_asked_again(plain):
    def silent(request: ChatRequest) -> ChatReply:
        mute = request.prompt.startswith("tie") or (request.prompt.startswith("expand") and int(request.key[0], 16) < 4)
        return ChatReply("I would rather not.") if mute else answer(request)

    done = plain.expand(backend=model(silent), max_calls=200, link=40)
    assert done.dead_letters > 3
    for letter in plain.dead_letters():
        assert plain.dead_letter(letter.key).messages
    assert plain.forecast("retry", backend=model()).calls.expected == done.dead_letters
    again = plain.retry(backend=model()).run
    assert (again.status, again.dead_letters) == ("done", 0)
    assert again.new > 0


def test_a_share_that_is_none_is_turned_down(plain):
    for wrong in ({"link": 100}, {"link": -1}, {"ground": 0.0}):
        with pytest.raises(UsageError):
            plain.expand(backend=model(), **wrong)
