"""Personas who are there are tied: tried first, rated against a bar, asked for their tie, and never asked twice."""

import json
from collections.abc import Sequence
from math import log

import networkx as nx
import pytest

from personagraph.errors import ConfigError, UsageError
from personagraph.testing import RecordedBackend, record
from personagraph.types import ChatReply, ChatRequest, Step, Verdict
from personagraph.workspace import Workspace, open_workspace
from personagraph.workspace.verbs.linking.beginning import decided_steps
from tests.annotation.graphs import check_told
from tests.crashes import Bomb, mined
from tests.linking.graphs import PEOPLE, answer, know, let_in, model, ties, without_tops, workspace_at
from tests.worlds import Crash, picture


def steps(workspace: Workspace, run: str) -> list[tuple[str, object, object]]:
    """What a run planned: of whom, what was asked, what was remembered."""
    return [(p.step.subject, p.step.fields, p.step.context) for p in workspace.ledger.steps.planned(run)]


def test_a_model_that_can_judge_ties_those_who_know_each_other_and_hardly_anybody_else(workspace):
    done = workspace.link(backend=model(), max_calls=400)
    assert done.trial["judges"]
    assert done.trial["auc"][1] > 0.6
    found = ties(workspace)
    assert len(found) == sum(done.links.values()) == done.run.linked >= 15
    assert all(know(a, b) and type == "NEIGHBOUR_OF" and via for a, b, type, via, _ in found)
    assert done.components == (80, workspace.components())
    assert done.components[1] < 80
    assert set(done.calls) == {"imagine", "judge", "tell"}
    assert sum(done.calls.values()) == 400
    assert done.within_six[0] == 0 < done.within_six[1]
    check_told(workspace)


def test_nobody_enters_and_whoever_is_imagined_stays_in_the_ledger(plain):
    done = plain.link(backend=model(), max_calls=120)
    assert plain.store.size() == len(PEOPLE)
    assert done.run.new == 0
    imagined = [
        count for (outcome, _), count in plain.ledger.steps.outcomes(done.run.run).items() if outcome == "imagined"
    ]
    assert sum(imagined) > 20


def test_pairs_that_were_judged_are_not_judged_again_by_the_same_model(plain):
    asked: list[ChatRequest] = []
    plain.link(backend=model(asked=asked), max_calls=200)
    again = plain.link(backend=model(asked=asked), max_calls=150)
    judged = [frozenset((r.fields["a"], r.fields["b"])) for r in asked if r.prompt.startswith("judge")]
    pairs, told = ([frozenset(pair) for pair in _asked(plain, kind)] for kind in ("judge", "tell"))
    assert len(pairs) == len(set(pairs))
    assert len(told) == len(set(told))
    assert len(judged) > len(pairs)
    assert not any(context.get("trial") for _, _, context in steps(plain, again.run.run))


@pytest.mark.parametrize("most", [130, 200])
def test_of_limited_calls_enough_are_kept_to_ask_for_the_ties_of_all_who_pass_but_of_the_last_ego(plain, most):
    done = plain.link(backend=model(), max_calls=most)
    again = plain.link(backend=model(), max_calls=20)
    left = [
        ego
        for ego, fields, context in steps(plain, again.run.run)
        if fields["asked"] == "tell" and "turn" not in context
    ]
    assert sum(done.calls.values()) == most
    assert len({*left}) <= 1, "the ratings of an ego that nothing was left for"


def _asked(workspace: Workspace, kind: str) -> list[tuple[str, str]]:
    return [
        (p.step.subject, p.step.context["other"])
        for run in workspace.ledger.runs.all()
        for p in workspace.ledger.steps.planned(run.id)
        if p.step.n < run.decided and p.step.fields.get("asked") == kind and not {"trial", "turn"} & {*p.step.context}
    ]


@pytest.mark.parametrize("fuse", [*range(7, 60, 6), 61, 62])
def test_killed_at_any_commit_it_plans_and_ties_what_an_undisturbed_run_does(workspace, tmp_path, monkeypatch, fuse):
    with workspace_at(tmp_path / "calm", None, monkeypatch) as calm:
        undisturbed = calm.link(backend=model(), max_calls=170, concurrency=1)
        expected, planned = ties(calm), steps(calm, undisturbed.run.run)
    asked: list[ChatRequest] = []
    folder, bombs = workspace.folder, 0
    try:
        with mined(Bomb(fuse)):
            workspace.link(backend=model(asked=asked), max_calls=170, concurrency=1)
    except Crash:
        bombs += 1
    workspace.close()
    with open_workspace(folder) as again:
        done = again.link(backend=model(asked=asked), max_calls=170, concurrency=1)
        assert (done.run.status, done.calls, done.links) == ("done", undisturbed.calls, undisturbed.links)
        assert steps(again, done.run.run) == planned
        assert ties(again) == expected
        assert len(asked) - len({r.key for r in asked}) <= bombs, "but for one in flight nothing is asked twice"


@pytest.mark.parametrize("aim", [None, "bridges"])
def test_stopped_again_and_again_it_ends_as_an_undisturbed_run(plain, tmp_path, monkeypatch, aim):
    with workspace_at(tmp_path / "calm", None, monkeypatch) as calm:
        undisturbed = calm.link(backend=model(), aim=aim, max_calls=360)
        expected, planned = picture(calm.store)["relationships"], steps(calm, undisturbed.run.run)
    for _ in range(60):
        looks = iter(range(25))
        done = plain.link(backend=model(), aim=aim, max_calls=360, stopping=lambda looks=looks: next(looks, 99) > 20)
        if done.run.status == "done":
            break
    assert done.run.status == "done"
    assert steps(plain, done.run.run) == planned
    assert picture(plain.store)["relationships"] == expected


def test_a_server_that_tells_no_log_probabilities_is_asked_by_word_in_two_orders(plain):
    done = plain.link(backend=model(without_tops), max_calls=500)
    assert done.trial["by_word"]
    assert done.trial["judges"]
    turned = [context for _, _, context in steps(plain, done.run.run) if context.get("turned")]
    assert len(turned) > 100
    assert done.run.linked > 3
    assert all(know(a, b) for a, b, *_ in ties(plain))


@pytest.mark.parametrize(("said", "tops"), [("<think>", {"<think>": log(0.999), "No": log(1e-4)}), ("Well", {})])
def test_a_model_that_begins_with_neither_yes_nor_no_links_by_grounding_and_is_tried_again_by_the_next_run(
    plain, said, tops
):
    notes: list[str] = []
    plain.note = notes.append

    def thinking(request: ChatRequest) -> ChatReply:
        return ChatReply(said, "length", tops=tops) if request.prompt.startswith("judge") else answer(request)

    done = plain.link(backend=model(thinking), max_calls=150)
    assert (done.trial["judges"], done.trial["known"], done.trial["random"]) == (False, 0, 0)
    assert not any(context.get("turned") for _, _, context in steps(plain, done.run.run)), "no other order is of use"
    assert any("says neither yes nor no" in note and "--reasoning-effort none" in note for note in notes)
    assert any("by grounding alone" in note for note in notes)
    plain.close()
    with open_workspace(plain.folder, reasoning_effort="none") as opened:
        again = opened.link(backend=model(), max_calls=250)
        assert again.trial["judges"], "what told nothing says nothing against it"
        assert again.trial["known"] >= 15


def test_a_model_that_says_yes_to_everybody_is_stopped_and_that_is_told(plain):
    notes: list[str] = []
    plain.note = notes.append

    def agreeing(request: ChatRequest) -> ChatReply:
        return ChatReply("Yes") if request.prompt.startswith("judge") else answer(request)

    done = plain.link(backend=model(agreeing), max_calls=500)
    assert done.run.status == "done"
    assert done.run.linked == 0
    assert "tell" not in done.calls
    assert done.trial["yes_random"] == 1.0
    assert done.calls["judge"] < 200
    assert any("says yes to more than 50% of random pairs" in note for note in notes)


def guessing(request: ChatRequest) -> ChatReply:
    """One who does not know who knows whom."""
    if not request.prompt.startswith("judge"):
        return answer(request)
    share = (int(request.key[:6], 16) % 98 + 1) / 100
    return ChatReply("No", tops={"Yes": log(share), "No": log(1 - share)})


def test_a_model_that_cannot_judge_links_by_grounding_alone(plain):
    notes: list[str] = []
    plain.note = notes.append

    done = plain.link(backend=model(guessing), max_calls=180, ground=0.6)
    assert not done.trial["judges"]
    assert "tell" not in done.calls
    assert any("by grounding alone" in note for note in notes)
    assert set(done.links) == {"grounded"}
    assert done.links["grounded"] > 5
    assert {via for *_, via, _ in ties(plain)} == {"grounded"}
    assert plain.store.size() == len(PEOPLE), "nobody is merged by it, and nobody enters"
    links, (before, after) = done.links["grounded"], done.components
    assert links > before - after, "most are of one town, whom others have joined"


def test_links_that_are_to_join_parts_are_grounded_in_people_of_other_parts_alone(plain):
    done = plain.link(backend=model(guessing), aim="bridges", max_calls=180, ground=0.6)
    before, after = done.components
    assert before - after == done.links["grounded"] > 5


def test_the_other_end_is_asked_and_what_it_says_is_kept_beside(plain):
    plain.link(backend=model(), max_calls=400, aim="bridges")
    before = ties(plain)
    said = iter(range(1_000))

    def turn(request: ChatRequest) -> ChatReply:
        relation = ("lives near", "none", "friend of")[next(said) % 3]
        return ChatReply(json.dumps({"relation": relation, "how": "they share a wall and a kettle", **REST}))

    done = plain.link(backend=model(turn), aim="reciprocity", concurrency=1)
    assert done.calls == {"tell": len(before)}, "each relationship is asked once from its other end"
    after = ties(plain)
    agreements = [agreement for *_, agreement in after]
    assert agreements.count("both") == done.agreed > 0
    assert agreements.count("denied") == done.denied > 0
    assert sum(type == "FRIEND_OF" and via == "asked" for _, _, type, via, _ in after) == done.another > 0
    check_told(plain)
    assert plain.link(backend=model(turn), aim="reciprocity").calls == {"tell": done.another}


REST = {"label": "", "confidence": 0.7, "former": False}


def test_a_tie_that_is_told_of_with_marks_that_were_not_offered_is_turned_down(plain):
    def wild(request: ChatRequest) -> ChatReply:
        if not request.prompt.startswith("tie"):
            return answer(request)
        return ChatReply(json.dumps({"relation": "owns", "how": "owns the sea", **REST}))

    done = plain.link(backend=model(wild), max_calls=200)
    assert done.run.linked == 0
    assert done.run.dead_letters > 0
    assert not ties(plain)


def test_for_bridges_no_two_are_asked_whose_parts_others_have_joined_or_are_asked_about(plain):
    done = plain.link(backend=model(), aim="bridges", max_calls=700)
    told = _told(plain, done.run.run)
    assert len(told) > 20
    parts = nx.Graph()
    for step, [verdict] in told:
        ends = step.subject, step.context["other"]
        parts.add_nodes_from(ends)
        assert not nx.has_path(parts, *ends), "the call could join nothing"
        if verdict.outcome == "linked":
            parts.add_edge(*ends)


def _told(workspace: Workspace, run: str) -> list[tuple[Step, Sequence[Verdict]]]:
    decided = decided_steps(workspace.ledger, workspace.ledger.runs.get(run))
    return [(step, verdicts) for step, verdicts in decided if step.fields["asked"] == "tell"]


def test_dead_letters_are_asked_again_and_what_comes_of_them_is_believed(plain):
    def silent(request: ChatRequest) -> ChatReply:
        return answer(request) if not request.prompt.startswith("tie") else ChatReply("I would rather not.")

    done = plain.link(backend=model(silent), max_calls=250)
    assert done.run.dead_letters > 3
    assert not ties(plain)
    letter = plain.dead_letters()[0]
    assert plain.dead_letter(letter.key).messages, "it can be looked at"
    again = plain.retry(backend=model())
    assert again.run.linked > 0
    assert all(know(a, b) for a, b, *_ in ties(plain))


def test_a_recording_of_a_run_replays_to_the_same_links(plain, tmp_path, monkeypatch):
    plain.link(backend=model(), max_calls=220)
    record(plain.folder, tmp_path / "said.jsonl")
    with workspace_at(tmp_path / "again", None, monkeypatch) as other:
        other.link(backend=RecordedBackend.of(tmp_path / "said.jsonl"), max_calls=220)
        assert ties(other) == ties(plain)


def test_where_there_is_nobody_to_tie_it_is_said_and_nothing_is_asked(plain, tmp_path, monkeypatch):
    from personagraph import init_workspace

    with init_workspace(tmp_path / "empty") as empty:
        with pytest.raises(ConfigError, match="nobody to link"):
            empty.link(backend=model())
        let_in(empty, ["A baker from Lima who keeps 2 keys"])
        with pytest.raises(ConfigError, match="one persona, and nobody whom it could be tied to"):
            empty.link(backend=model())
    with pytest.raises(ConfigError, match="nobody is tied to anybody yet"):
        plain.link(backend=model(), aim="reciprocity")
    for wrong in ({"aim": "fame"}, {"ground": 1.5}, {"false_links": 0.0}, {"mix": {"x": 1.0}}, {"candidates": 0}):
        with pytest.raises(UsageError):
            plain.link(backend=model(), **wrong)


def test_two_people_are_too_few_to_try_a_model_on_and_are_linked_by_grounding_at_most(tmp_path):
    from personagraph import init_workspace

    with init_workspace(tmp_path / "two") as two:
        let_in(two, [PEOPLE[0], PEOPLE[1]])
        done = two.link(backend=model())
        assert done.run.status == "done"
        assert not done.trial["judges"]


@pytest.mark.parametrize(
    ("aim", "edges", "said"),
    [
        ("closure", "a,b\nc,d\n", "nobody knows two others"),
        ("closure", "a,a\nb,b\n", "nobody knows two others"),
        ("reciprocity", "a,a\nb,b\n", "nobody is tied to anybody"),
        ("bridges", "a,b\nb,c\n", "one component, so there is nothing to bridge"),
    ],
)
def test_an_aim_that_has_nothing_to_do_says_so_before_a_call(tmp_path, aim, edges, said):
    from personagraph import init_workspace

    asked: list[ChatRequest] = []
    with init_workspace(tmp_path / "one") as one:
        (tmp_path / "edges.csv").write_text(f"source,target\n{edges}")
        one.import_graph([tmp_path / "edges.csv"])
        with pytest.raises(ConfigError, match=said):
            one.link(backend=model(asked=asked), aim=aim)
        assert not asked


def test_a_forecast_and_a_preview_send_nothing_and_change_nothing(plain):
    before = picture(plain.store)
    told = plain.forecast("link", backend=model())
    assert told.calls.expected == 80 * 12
    each = plain.forecast("expand", backend=model(), max_calls=80)
    assert told.completion_tokens.expected < 3 * each.completion_tokens.expected, "most of them are of one token"
    [first, *_] = plain.preview(3, "link", backend=model())
    assert first.prompt.startswith("expand-large")
    assert picture(plain.store) == before
    assert len(plain.ledger.runs.all()) == 1


def test_a_merge_that_is_taken_back_leaves_the_links_where_they_were(plain):
    let_in(plain, [f"{text}." for text in PEOPLE[:8]])
    merged = plain.merges()
    assert merged
    plain.link(backend=model(), max_calls=250)
    before = ties(plain)
    assert before
    for merge in merged:
        plain.undo_merge(merge.key)
    assert ties(plain) == before
    check_told(plain)


def test_an_unfinished_run_goes_on_with_its_own_aim_and_says_so_where_another_is_given(plain):
    looks = iter(range(40))
    plain.link(backend=model(), max_calls=200, false_links=0.1, stopping=lambda: next(looks, 99) > 30)
    with pytest.raises(
        ConfigError, match=r"is unfinished and has false_links 0.1; finish it with `personagraph link --f"
    ):
        plain.link(backend=model(), max_calls=200, false_links=0.2)
    assert plain.link(backend=model(), max_calls=200).run.status == "done"


def test_a_run_says_how_it_went_by_kinds_of_verdicts(plain):
    done = plain.link(backend=model(), max_calls=200)
    report = plain.run_report(done.run.run)
    assert {"imagined", "tried", "judged", "linked"} <= {*report.outcomes}
