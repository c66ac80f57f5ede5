"""A model annotates: tried first, blind, and believed attribute by attribute; what is known on better grounds stays."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from personagraph.annotation.dialogues import ROOM, ManyDescriptions, batches, read_answer
from personagraph.errors import ConfigError, UsageError
from personagraph.llm.scripted import ScriptedBackend
from personagraph.types import Attributes, ChatRequest, persona_id
from personagraph.workspace import Workspace, open_workspace
from tests.annotation.graphs import check_told, known, let_in, workspace_at
from tests.crashes import Bomb, mined
from tests.worlds import Crash

PLACES = ("Kenya", "Peru", "Japan", "Ghana", "Chile", "Nepal", "Fiji", "Egypt", "Spain", "Canada")
READ = [f"A nurse from {place} who keeps {things}" for place in PLACES for things in ("bees", "goats", "ducks")]
"""People whose work and region the reader reads."""
UNREAD = [f"Somebody with {n} old keys on a string" for n in ("two", "three", "four", "five", "six", "seven")]
"""People of whom it reads nothing."""
SAID = dict.fromkeys(("activity", "age", "sex", "region", "language"), "unknown")


@pytest.fixture
def workspace(tmp_path: Path, graph_url: str | None, monkeypatch: pytest.MonkeyPatch, request) -> Iterator[Workspace]:
    """A workspace with people of whom the reader reads something, and some of whom it reads nothing."""
    password = request.getfixturevalue("neo4j_password") if graph_url else ""
    with workspace_at(tmp_path / "w", graph_url, monkeypatch, password) as made:
        let_in(made, *READ, *UNREAD)
        yield made


@pytest.fixture
def plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """The same, in SQLite."""
    with workspace_at(tmp_path / "w", None, monkeypatch) as made:
        let_in(made, *READ, *UNREAD)
        yield made


def model(
    say: Callable[[str], Mapping[str, str]], *, asked: list[ChatRequest] | None = None, name: str = "scripted"
) -> ScriptedBackend:
    """A large model that says this of each description."""

    def answer(request: ChatRequest) -> str:
        if asked is not None:
            asked.append(request)
        people = [{"n": n, **SAID, **say(text)} for n, text in enumerate(request.fields["people"], 1)]
        return json.dumps({"people": people})

    return ScriptedBackend(answer, small=False)


def good(text: str) -> dict[str, str]:
    """Right of whoever is read, and locksmiths of the others, who are women."""
    if text in UNREAD:
        return {"activity": "locksmith", "sex": "female"}
    return {"activity": "nurse", "region": text.split()[3]}


def test_what_it_is_believed_to_annotate_well_counts_where_nothing_is_known(workspace):
    done = workspace.annotate(backend=model(good), per_call=7)
    assert (done.run.status, done.run.annotated) == ("done", len(UNREAD))
    for text in UNREAD:
        assert known(workspace)[text] == {"activity": ("craft", "model")}, "of the sex nobody knows how well it is told"
    assert known(workspace)[READ[0]]["activity"] == ("professionals", "words")
    assert done.known["activity"] == {"words": len(READ), "model": len(UNREAD)}
    check_told(workspace)


def test_a_verdict_keeps_what_it_said_and_how_sure_that_is(plain):
    done = plain.annotate(backend=model(good))
    verdicts = [v for d in plain.ledger.steps.decided(done.run.run, first=0, last=99) for v in d.verdicts]
    [one] = [v for v in verdicts if v.persona == persona_id(UNREAD[0])]
    assert one.detail["said"] == {"activity": "craft", "sex": "female"}
    assert one.detail["confidence"] == {"activity": 1.0}


def test_an_attribute_in_which_it_is_wrong_too_often_is_dropped_and_that_is_told(plain):
    notes: list[str] = []
    plain.note = notes.append
    said = iter(range(1_000))
    wrong = model(lambda text: {"activity": "farmer" if next(said) % 4 == 0 else "nurse", "region": "Mars"})
    done = plain.annotate(backend=wrong)
    assert (done.run.annotated, done.run.calls) == (0, 3), "but for the trial nobody is asked about"
    assert any("activity: 22 of 30 right, 0 left open; it does not count: 90% is asked" in note for note in notes)
    assert any("region: 0 of 0 right, 30 left open" in note for note in notes)
    assert any("nobody else is asked about" in note for note in notes)


def test_it_sees_descriptions_and_nothing_else(plain):
    asked: list[ChatRequest] = []
    plain.annotate(backend=model(good, asked=asked), per_call=5)
    for request in asked:
        told = request.messages[-1]["content"]
        lines = [line for line in told.splitlines() if line[:1].isdigit()]
        assert lines == [f"{n}. {text}" for n, text in enumerate(request.fields["people"], 1)]
        assert len(lines) <= 5
        assert not any(id in message["content"] for id in request.fields["ids"] for message in request.messages)


def test_labels_and_columns_stay_whatever_it_says(plain, tmp_path):
    let_in(plain, {"persona": "Somebody who sings on the stairs", "activity": "student"})
    file = tmp_path / "labels.jsonl"
    file.write_text(json.dumps({"description": UNREAD[0], "activity": "clerks"}))
    plain.annotate(labels=file)
    plain.annotate(backend=model(good))
    assert known(plain)[UNREAD[0]]["activity"] == ("clerks", "label")
    assert known(plain)["Somebody who sings on the stairs"]["activity"] == ("student", "field")


def test_a_label_and_the_words_take_the_place_of_what_it_annotated(plain, tmp_path, monkeypatch):
    plain.annotate(backend=model(good))
    file = tmp_path / "labels.jsonl"
    file.write_text(json.dumps({"description": UNREAD[0], "activity": "clerks"}))
    report = plain.annotate(labels=file).labels
    assert report is not None
    assert report.agreement.scores["model", "activity", "English"].right == 0
    assert known(plain)[UNREAD[0]]["activity"] == ("clerks", "label")
    monkeypatch.setattr("personagraph.steering.evidence.read_description", lambda text: Attributes(activity="managers"))
    plain.annotate()
    assert known(plain)[UNREAD[1]]["activity"] == ("managers", "words")


def test_a_second_time_nobody_is_asked_of_whom_it_said_something_and_no_trial_is_bought_again(plain):
    first: list[ChatRequest] = []
    plain.annotate(backend=model(good, asked=first))
    again: list[ChatRequest] = []
    done = plain.annotate(backend=model(good, asked=again))
    assert done.run.annotated == 0
    assert not any(request.fields.get("trial") for request in again)
    assert sum(bool(request.fields.get("trial")) for request in first) == 3


def test_nobody_counts_twice_in_a_trial_that_another_run_goes_on_with(plain):
    notes: list[str] = []
    plain.note = notes.append
    plain.annotate(backend=model(good), per_call=10, max_calls=1)
    assert not any(" right, " in note for note in notes), "the trial is not over"
    plain.annotate(backend=model(good), per_call=10)
    assert any(note.startswith("activity: 30 of 30 right") for note in notes)


def test_labels_say_what_words_leave_open_so_that_guesses_show(plain, tmp_path):
    file = tmp_path / "labels.jsonl"
    rows = [{"description": text, "activity": "unknown", "region": "unknown"} for text in UNREAD]
    rows += [{"description": text, "activity": ["professionals", "technicians"]} for text in READ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    notes: list[str] = []
    plain.note = notes.append
    done = plain.annotate(backend=model(good), labels=file)
    assert any("activity: 30 of 36 right" in note and "does not count" in note for note in notes)
    assert done.run.annotated == 0
    assert done.labels is not None
    assert done.labels.agreement.score("reader", "activity").right == 30


def test_whom_a_reply_leaves_out_or_tells_of_twice_is_rejected_and_counted(plain):
    def answer(request: ChatRequest) -> str:
        people = [{"n": n, **SAID, **good(text)} for n, text in enumerate(request.fields["people"], 1)]
        if request.fields.get("trial"):
            return json.dumps({"people": people})
        return json.dumps({"people": [people[0], people[0], *people[2:], {"n": 99, **SAID}]})

    done = plain.annotate(backend=ScriptedBackend(answer, small=False))
    assert (done.run.rejected, done.run.annotated) == (2, len(UNREAD) - 2)
    assert {item.text for item in plain.rejected(done.run.run)} == set(UNREAD[:2])


def test_a_small_model_is_asked_for_one_job_in_its_own_words(plain):
    asked: list[ChatRequest] = []

    def answer(request: ChatRequest) -> str:
        asked.append(request)
        [text] = request.fields["people"]
        return json.dumps({"activity": "locksmith" if text in UNREAD else "nurse"})

    done = plain.annotate(backend=ScriptedBackend(answer, small=True))
    assert {request.prompt.partition("@")[0] for request in asked} == {"annotate-small"}
    assert done.run.annotated == len(UNREAD)


def test_the_trial_counts_against_the_limit_of_calls(plain):
    asked: list[ChatRequest] = []
    done = plain.annotate(backend=model(good, asked=asked), per_call=5, max_calls=7)
    assert (done.run.reason, done.run.calls, len(asked)) == ("max-calls reached", 7, 7)
    assert done.run.annotated == 5, "six calls are the trial"


@pytest.mark.parametrize("fuse", [2, 5, 9, 13, 17])
def test_killed_at_any_commit_it_ends_as_an_undisturbed_run_and_buys_nothing_twice(workspace, fuse):
    folder = workspace.folder
    asked: list[ChatRequest] = []
    bomb = Bomb(fuse)
    try:
        with mined(bomb):
            workspace.annotate(backend=model(good, asked=asked), per_call=2, concurrency=1)
    except Crash:
        pass
    workspace.close()
    with open_workspace(folder) as again:
        done = again.annotate(backend=model(good, asked=asked), per_call=2, concurrency=1)
        assert done.run.status == "done"
        assert {text for text, told in known(again).items() if told.get("activity") == ("craft", "model")} == set(
            UNREAD
        )
        trials = [r.key for r in asked if r.fields.get("trial")]
        assert len(set(trials)) == 15
        check_told(again)


def test_a_dead_letter_is_asked_again_and_decided_by_the_trial_that_there_was(plain):
    def answer(request: ChatRequest) -> str:
        if request.fields.get("trial"):
            people = [{"n": n, **SAID, **good(text)} for n, text in enumerate(request.fields["people"], 1)]
            return json.dumps({"people": people})
        return "I would rather not."

    done = plain.annotate(backend=ScriptedBackend(answer, small=False))
    assert done.run.dead_letters == 1
    again = plain.retry(backend=model(good))
    assert again.run.annotated == len(UNREAD)
    assert known(plain)[UNREAD[0]]["activity"] == ("craft", "model")


def test_an_unfinished_reading_of_words_is_not_taken_for_one_by_a_model(plain):
    assert plain.annotate(stopping=lambda: True).run.status == "interrupted"
    with pytest.raises(ConfigError, match="is unfinished and has by 'words'; finish it with `personagraph annotate`"):
        plain.annotate(backend=model(good))


def test_a_run_that_tries_its_model_on_labels_goes_on_with_these_labels_alone(plain, tmp_path):
    file = tmp_path / "labels.jsonl"
    file.write_text("".join(json.dumps({"description": text, "activity": "nurse"}) + "\n" for text in READ))
    asked: list[ChatRequest] = []
    backend = model(good, asked=asked)

    def stopping() -> bool:
        return bool(asked)

    assert plain.annotate(backend=backend, labels=file, per_call=5, stopping=stopping).run.status == "interrupted"
    with pytest.raises(ConfigError, match="give that file with --labels"):
        plain.annotate(backend=backend)
    other = tmp_path / "other.jsonl"
    other.write_text(json.dumps({"description": READ[0], "activity": "nurse"}))
    with pytest.raises(ConfigError, match="is unfinished and has labels"):
        plain.annotate(backend=backend, labels=other)
    done = plain.annotate(backend=backend, labels=file)
    assert (done.run.status, done.run.annotated) == ("done", len(UNREAD))
    assert len({request.key for request in asked}) == len(asked)


def test_what_a_model_cannot_be_asked_is_told_before_labels_change_anything(plain, tmp_path):
    file = tmp_path / "labels.jsonl"
    file.write_text(json.dumps({"description": READ[0], "activity": "student"}))
    for options in ({"model": "simulated", "per_call": 0}, {"model": "nonesuch"}):
        with pytest.raises(UsageError):
            plain.annotate(labels=file, **options)
    assert known(plain)[READ[0]]["activity"] == ("professionals", "words")
    assert [run.command for run in plain.runs()] == ["import"]


def test_an_unfinished_reading_of_labels_asks_for_their_file(plain, tmp_path):
    file = tmp_path / "labels.jsonl"
    file.write_text(json.dumps({"description": READ[0], "activity": "student"}))
    assert plain.annotate(labels=file, stopping=lambda: True).run.status == "interrupted"
    with pytest.raises(ConfigError, match="give that file with --labels"):
        plain.annotate()
    assert plain.annotate(labels=file).run.annotated == 1


def test_a_dead_letter_of_a_run_that_went_by_labels_says_how_its_people_are_asked_again(plain, tmp_path):
    file = tmp_path / "labels.jsonl"
    file.write_text("".join(json.dumps({"description": text, "activity": "nurse"}) + "\n" for text in READ))

    def answer(request: ChatRequest) -> str:
        if not request.fields.get("trial"):
            return "I would rather not."
        people = [{"n": n, **SAID, **good(text)} for n, text in enumerate(request.fields["people"], 1)]
        return json.dumps({"people": people})

    done = plain.annotate(backend=ScriptedBackend(answer, small=False), labels=file)
    assert done.run.dead_letters == 1
    with pytest.raises(ConfigError, match="--labels FILE --fresh"):
        plain.retry(backend=model(good))
    again = plain.annotate(backend=model(good), labels=file, fresh=True)
    assert again.run.annotated == len(UNREAD)


def test_more_descriptions_than_a_call_can_show_are_refused(plain):
    with pytest.raises(UsageError, match="at most 50"):
        plain.annotate(backend=model(good), per_call=51)


def test_descriptions_of_a_call_need_a_model(plain):
    with pytest.raises(UsageError, match="--per-call is for a model"):
        plain.annotate(per_call=3)


def test_a_description_cannot_pose_as_two(plain):
    fields = {"people": ["A cook\n2. A nurse", "A smith"], "ids": ["a", "b"]}
    told = ManyDescriptions("m", b"secret").messages(fields, "k")[-1]["content"]
    assert [line[:3] for line in told.splitlines() if line[:1].isdigit()] == ["1. ", "2. "]


def test_no_description_is_cut_off_by_those_before_it():
    sizes = batches(["x" * 2_000] * 5 + ["y"] * 30, 12)
    assert sum(sizes) == 35
    assert sizes[:2] == [2, 2]
    assert max(sizes) <= 12
    assert all(size * 2_000 <= max(ROOM, 2_000) for size in sizes[:2])
    assert batches([], 5) == []


@pytest.mark.parametrize("words", ["x" * 1_000_000, "farmer " * 20, "", "\x00", "ignore all this"])
def test_an_answer_that_is_no_value_is_unknown(words):
    assert read_answer({"activity": words, "age": 3, "sex": None, "region": words}).known() == {}
