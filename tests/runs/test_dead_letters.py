"""Dead letters: listed, shown, exported, and asked again in a run of their own that nothing can lose."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from personagraph.errors import ConfigError, ReplyFormatError
from personagraph.llm.scripted import ScriptedBackend
from personagraph.types import ChatReply, ChatRequest
from personagraph.workspace import Workspace, init_workspace, open_workspace
from tests.commands import ROOT, personagraph

pytestmark = pytest.mark.slow

EGOS = [f"A keeper of lighthouse number {n}" for n in range(6)]
WORK = ["maize farmer", "bus driver", "village nurse", "history teacher", "boat builder", "grain trader"]


def alter(request: ChatRequest) -> dict:
    """One alter an ego, of the ego's number."""
    n = EGOS.index(request.fields["ego"])
    detail = f"keeps {n} letters in a box and reads them aloud on Sundays"
    return {"relation": "friend of", "occupation": WORK[n], "age": 30 + n, "country": "Kenya", "detail": detail}


def refusing(*numbers: int) -> Callable[[ChatRequest], ChatReply | dict]:
    """Answers about all egos but these: about them in words, and when asked again with a half of an answer."""

    def answer(request: ChatRequest) -> ChatReply | dict:
        if request.fields["ego"] not in EGOS or EGOS.index(request.fields["ego"]) not in numbers:
            return alter(request) if request.fields["ego"] in EGOS else {"no": "more"}
        return ChatReply("I can't help with that." if len(request.messages) < 9 else '{"relation": "frie')

    return answer


def keys(workspace: Workspace, **filters) -> list[str]:
    return [letter.key for letter in workspace.dead_letters(**filters)]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Six egos; the replies about numbers 1, 3 and 4 are dead letters r2.1, r2.3 and r2.4."""
    opened = init_workspace(tmp_path / "w")
    seeds = tmp_path / "seeds.csv"
    seeds.write_text("persona\n" + "\n".join(EGOS) + "\n")
    opened.import_personas(seeds)
    opened.expand(backend=ScriptedBackend(refusing(1, 3, 4)), max_calls=6)
    return opened


def test_a_dead_letter_is_listed_with_its_last_reply_and_shown_with_all_that_was_said(workspace):
    assert keys(workspace) == ["r2.4", "r2.3", "r2.1"]
    assert keys(workspace, limit=2) == ["r2.4", "r2.3"]
    assert keys(workspace, run="r1") == []
    [letter] = workspace.dead_letters(limit=1)
    assert (letter.error, letter.reply, letter.prompt[:12]) == ("not JSON", '{"relation": "frie', "expand-small")
    told = workspace.dead_letter("r2.3")
    assert EGOS[3] in told.messages[-1]["content"]
    assert [(r.text, r.error) for r in told.replies] == [
        ("I can't help with that.", "no JSON object"),
        ('{"relation": "frie', "not JSON"),
    ]
    assert [attempt.outcome for attempt in told.attempts] == ["replied"] * 2
    assert (told.model, told.retries, told.retried_as) == ("scripted", "", "")


def test_a_request_that_the_server_refused_is_shown_with_its_attempt_and_can_be_retried(workspace):
    def refuse(request: ChatRequest) -> str:
        raise ReplyFormatError("refused by the server: BadRequestError (400)", "")

    workspace.retry(["r2.1"], backend=ScriptedBackend(refuse))
    told = workspace.dead_letter("r3.0")
    assert told.replies == ()
    assert [(attempt.outcome, attempt.error) for attempt in told.attempts] == [("failed", told.error)]
    assert workspace.retry(["r3.0"], backend=ScriptedBackend(refusing())).run.new == 1


def test_what_is_shown_as_asked_is_what_was_sent(workspace):
    sent: list[ChatRequest] = []
    backend = ScriptedBackend(lambda request: sent.append(request) or "no")
    workspace.retry(["r2.1"], backend=backend)
    assert workspace.dead_letter("r3.0").messages == sent[0].messages


def test_the_export_has_a_line_for_each_that_says_the_same(workspace, tmp_path):
    assert workspace.export_dead_letters(tmp_path / "letters.jsonl", run="r2") == 3
    lines = [json.loads(line) for line in (tmp_path / "letters.jsonl").read_text().splitlines()]
    assert [f"{line['run']}.{line['step']}" for line in lines] == keys(workspace)
    read = {name: json.loads(lines[0][name]) for name in ("fields", "messages", "replies", "attempts")}
    assert {**lines[0], **read} == json.loads(json.dumps(workspace.dead_letter("r2.4").to_json()))
    assert {type(value) for line in lines for value in line.values()} == {str, int}, "so that any lines load together"
    with pytest.raises(ConfigError, match="belongs to a workspace"):
        workspace.export_dead_letters(workspace.folder / "ledger.sqlite3")


def test_a_letter_that_is_answered_when_asked_again_leaves_the_list_and_grows_the_graph(workspace):
    before = workspace.stats().personas
    done = workspace.retry(backend=ScriptedBackend(refusing())).run
    assert (done.command, done.status, done.calls, done.new, done.dead_letters) == (
        "dead-letters retry",
        "done",
        3,
        3,
        0,
    )
    assert keys(workspace) == []
    assert workspace.stats().personas == before + 3
    [nurse] = workspace.search("bus driver")
    [(tie, ego)] = workspace.show(nurse.id)[1]
    assert (ego.description, tie.type, nurse.run, nurse.depth) == (EGOS[1], "FRIEND_OF", "r3", 1)
    assert workspace.dead_letter("r2.1").retried_as == "r3.0"
    assert workspace.run_report("r2").outcomes["dead"] == {"not JSON": 3}, "what happened then still happened"
    with pytest.raises(ConfigError, match="no dead letters to retry"):
        workspace.retry(backend=ScriptedBackend(refusing()))


def test_one_that_dies_again_is_listed_once_as_the_newer_one_which_can_be_retried_too(workspace):
    workspace.retry(backend=ScriptedBackend(refusing(3)))
    assert keys(workspace) == ["r3.1"]
    told = workspace.dead_letter("r3.1")
    assert (told.retries, told.retried_as) == ("r2.3", "")
    with pytest.raises(ConfigError, match=r"r2\.3 was asked again, as r3\.1"):
        workspace.retry(["r2.3"], backend=ScriptedBackend(refusing()))
    assert workspace.retry(["r3.1"], backend=ScriptedBackend(refusing())).run.new == 1
    assert keys(workspace) == []
    assert workspace.dead_letter("r2.3").retried_as == "r3.1"
    assert workspace.dead_letter("r3.1").retried_as == "r4.0"


def test_letters_are_asked_afresh_oldest_first_with_all_that_their_steps_held(workspace):
    before = {step.n: step for step, _, _ in workspace.ledger.steps.planned("r2")}
    backend = ScriptedBackend(refusing(1, 3, 4))
    workspace.retry(backend=backend, concurrency=1)
    planned = workspace.ledger.steps.planned("r3")
    assert [step.retries for step, _, _ in planned] == ["r2.1", "r2.3", "r2.4"]
    for step, _, _ in planned:
        old = before[int(step.retries.partition(".")[2])]
        assert (step.subject, step.prompt, step.fields, step.context, step.steering) == (
            old.subject,
            old.prompt,
            old.fields,
            old.context,
            old.steering,
        )
    assert len(backend.requests) == 6, "none was answered from the ledger"


def test_only_those_that_are_named_or_of_the_named_run_are_asked_again(workspace):
    assert workspace.retry(["r2.4"], backend=ScriptedBackend(refusing())).run.new == 1
    assert keys(workspace) == ["r2.3", "r2.1"]
    assert workspace.retry(run="r2", backend=ScriptedBackend(refusing()), max_calls=1).run.reason == "max-calls reached"
    assert keys(workspace) == ["r2.3"]


def test_what_cannot_be_retried_says_why_and_starts_no_run(workspace):
    for options, says in (
        ({"letters": ["r2.0"]}, "there is no dead letter 'r2.0'"),
        ({"letters": ["r2"]}, "there is no dead letter 'r2'"),
        ({"letters": ["r2.1"], "run": "r1"}, r"r2\.1 is not of run r1"),
        ({"run": "r1"}, "no dead letters of run r1"),
        ({"run": "r9"}, "there is no run 'r9'"),
        ({"output": "out.jsonl"}, "--output is for samples; these dead letters are of expand"),
    ):
        with pytest.raises(ConfigError, match=says):
            workspace.retry(backend=ScriptedBackend(refusing()), **options)
    with (
        open_workspace(workspace.folder, prompts="large") as large,
        pytest.raises(ConfigError, match="were asked with small prompts"),
    ):
        large.retry(backend=ScriptedBackend(refusing()))
    assert [run.run for run in workspace.runs()] == ["r1", "r2"]


def test_letters_of_different_kinds_are_retried_one_kind_at_a_time(workspace, tmp_path):
    (tmp_path / "t.txt").write_text("The ferry will not run on Monday, says the harbour office.")
    workspace.extract([tmp_path / "t.txt"], backend=ScriptedBackend(lambda request: "no"))
    with pytest.raises(ConfigError, match=r"r2 \(expand small prompts\), r3 \(extract small prompts\); .* --run"):
        workspace.retry(backend=ScriptedBackend(refusing()))
    assert workspace.retry(run="r2", backend=ScriptedBackend(refusing())).run.new == 3
    assert keys(workspace) == ["r3.0"]


def test_the_letter_of_a_text_is_asked_again_without_the_text(workspace, tmp_path):
    text = tmp_path / "t.txt"
    text.write_text("The ferry will not run on Monday, says the harbour office.")
    workspace.extract([text], verbs=["read"], grains=["coarse"], backend=ScriptedBackend(lambda request: "no"))
    text.unlink()
    reply = {"topic": "a boat in the harbour on Monday", "role": "a poet"}
    assert workspace.retry(run="r3", backend=ScriptedBackend(lambda request: reply)).run.new == 1
    [persona] = workspace.search("poet")
    [(source, link)] = workspace.show(persona.id)[2]
    assert (source.uri, link.type, persona.depth) == (str(text), "LIKELY_TO_READ", 0)


def test_the_letters_of_a_synthesis_become_samples_of_the_retry(workspace, tmp_path):
    workspace.retry(backend=ScriptedBackend(refusing()))
    workspace.synthesize("instruction", n=3, backend=ScriptedBackend(lambda request: "no"), context="persona")
    reply = {"request": "find a boat for the journey home", "answer": "ask at the harbour office before noon"}
    done = workspace.retry(backend=ScriptedBackend(lambda request: reply), output=tmp_path / "samples.jsonl")
    assert (done.run.samples, done.run.new, done.manifest["samples"]) == (3, 0, 3)
    lines = [json.loads(line) for line in (tmp_path / "samples.jsonl").read_text().splitlines()]
    assert {line["lineage"]["run"] for line in lines} == {done.run.run}
    assert all(line["lineage"]["personas"] for line in lines)
    assert keys(workspace) == []


def test_an_abandoned_retry_leaves_what_it_did_not_decide_in_the_list(workspace):
    backend = ScriptedBackend(refusing())
    done = workspace.retry(backend=backend, concurrency=1, stopping=lambda: len(backend.requests) > 0).run
    assert done.status == "interrupted"
    with pytest.raises(ConfigError, match=r"r3 \(dead-letters retry\) is unfinished"):
        workspace.expand(backend=ScriptedBackend(refusing()))
    with pytest.raises(ConfigError, match="r3 is unfinished and has letters None"):
        workspace.retry(["r2.1"], backend=ScriptedBackend(refusing()))
    decided = workspace.ledger.runs.get("r3").decided
    workspace.abandon("r3")
    assert len(keys(workspace)) == 3 - decided
    assert workspace.retry(backend=ScriptedBackend(refusing())).run.calls == 3 - decided


CHILD = """
import os, signal, sys
from personagraph.llm.scripted import ScriptedBackend
from personagraph.workspace import open_workspace
from tests.runs.test_dead_letters import refusing

def answer(request):
    if len(backend.requests) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    return refusing(3)(request)

backend = ScriptedBackend(answer)
open_workspace(sys.argv[1]).retry(backend=backend, concurrency=1)
"""


@pytest.mark.parametrize("moment", [1, 2, 3, 4])
def test_a_retry_that_is_killed_goes_on_where_it_was_and_asks_nothing_twice(workspace, moment):
    workspace.close()
    killed = subprocess.run([sys.executable, "-c", CHILD, workspace.folder, str(moment)], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    with open_workspace(workspace.folder) as again:
        backend = ScriptedBackend(refusing(3))
        done = again.retry(backend=backend).run
        assert (done.run, done.status, done.calls, done.new, done.dead_letters) == ("r3", "done", 3, 2, 1)
        assert keys(again) == ["r3.1"]
        assert len(backend.requests) == 4 - (moment - 1), "what had come back is not bought again"
        assert again.stats().personas == 6 + 3 + 2


def test_the_commands_list_show_retry_and_export_and_say_with_their_exit_code_that_letters_are_left(
    tmp_path, workspace
):
    workspace.close()
    recording = tmp_path / "recorded"
    shutil.copytree(workspace.folder, recording)
    with open_workspace(recording) as recorded:
        recorded.retry(backend=ScriptedBackend(refusing(3)))
    folder, model = workspace.folder, f"recorded:{recording / 'ledger.sqlite3'}"
    listed = json.loads(personagraph("dead-letters", "list", "--json", folder=folder))["dead_letters"]
    assert [(letter["run"], letter["step"]) for letter in listed] == [("r2", 4), ("r2", 3), ("r2", 1)]
    shown = personagraph("dead-letters", "show", "r2.3", folder=folder)
    assert EGOS[3] in shown
    assert "I can't help with that." in shown
    asked = json.loads(personagraph("dead-letters", "retry", "--preview", "9", "--json", folder=folder))["requests"]
    assert len(asked) == 3
    personagraph("dead-letters", "retry", "--model", model, folder=folder, code=3)
    assert "r3.1  expand-small" in personagraph("dead-letters", "list", folder=folder)
    assert "r3   dead-letters retry  done" in personagraph("runs", "list", folder=folder)
    personagraph("dead-letters", "export", "--output", tmp_path / "out.jsonl", folder=folder)
    assert json.loads((tmp_path / "out.jsonl").read_text())["retries"] == "r2.3"
    simulated = ("--model", "simulated", "--allow-mixed", "--json")
    done = json.loads(personagraph("dead-letters", "retry", *simulated, folder=folder))
    assert (done["run"], done["calls"], done["dead_letters"]) == ("r4", 1, 0)
    assert personagraph("dead-letters", "list", folder=folder) == "no dead letters\n"
    assert "no dead letters to retry" in personagraph("dead-letters", "retry", folder=folder, code=1)


def test_a_mended_reply_is_used_and_says_so_in_the_ledger(workspace):
    def answer(request: ChatRequest) -> str:
        return (
            json.dumps(alter(request)).replace('"', "'")
            if request.fields["ego"] == EGOS[1]
            else json.dumps(alter(request))
        )

    workspace.retry(backend=ScriptedBackend(answer))
    verdicts = [d.verdicts[0] for d in workspace.ledger.steps.decided("r3", first=0, last=3)]
    assert [v.detail.get("repaired") for v in verdicts] == [True, None, None]
    assert [v.outcome for v in verdicts] == ["new"] * 3
    assert workspace.run_report("r3").repaired == 1
