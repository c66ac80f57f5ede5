"""What must not block a workspace, lose a paid reply, or grow a graph wrongly: odd replies, refusals, interruptions."""

import itertools
import json
import threading
from pathlib import Path

import pytest

from personagraph.errors import ChatError, ConfigError, ReplyFormatError
from personagraph.llm.scripted import ScriptedBackend
from personagraph.prompts import load
from personagraph.types import ChatReply
from personagraph.workspace import Workspace, init_workspace

OCCUPATIONS = itertools.cycle(["maize farmer", "bus driver", "village nurse", "history teacher", "boat builder"])


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    opened = init_workspace(tmp_path / "w")
    seeds = tmp_path / "seeds.csv"
    seeds.write_text("persona\n" + "\n".join(f"A keeper of lighthouse number {n}" for n in range(6)) + "\n")
    opened.import_personas(seeds)
    return opened


def alter(request) -> dict:
    n = int(request.key[:6], 16)
    detail = f"keeps {n} letters in a box"
    return {
        "relation": "friend of",
        "occupation": next(OCCUPATIONS),
        "age": 30 + n % 40,
        "country": "Kenya",
        "detail": detail,
    }


def test_half_a_character_in_a_reply_is_replaced_and_the_run_goes_on(workspace):
    def answer(request):
        return ChatReply(json.dumps({**alter(request), "detail": "keeps a broken \ud800 letter in a box"}))

    done = workspace.expand(backend=ScriptedBackend(answer), max_calls=4)
    assert (done.status, done.calls) == ("done", 4)
    raw = ScriptedBackend(lambda request: ChatReply("no \udfff json"))
    assert workspace.expand(backend=raw, max_calls=2).dead_letters == 2
    assert [letter.reply for letter in workspace.dead_letters(run="r3")] == ["no ? json"] * 2


def test_a_description_of_a_large_model_loses_what_a_terminal_would_obey(workspace, tmp_path):
    (tmp_path / "t.txt").write_text("The ferry will not run on Monday, says the harbour office.")
    example = load("extract-large", before=True).examples[0][1]["personas"][0]
    hostile = {**example, "description": "A sailor \x1b[31mwho waits\u202e for the ferry on a cold morning"}
    backend = ScriptedBackend(lambda request: {"personas": [hostile]})
    backend.small = False
    assert workspace.extract([tmp_path / "t.txt"], backend=backend).new == 1
    [found] = workspace.search("sailor")
    assert not {"\x1b", "\u202e"} & set(found.description)


def test_one_refused_request_is_a_dead_letter_and_the_rest_goes_on(workspace):
    asked = itertools.count()

    def answer(request):
        if next(asked) == 0:
            raise ReplyFormatError("refused by the server: BadRequestError (400)", "")
        return alter(request)

    done = workspace.expand(backend=ScriptedBackend(answer), max_calls=6, concurrency=1)
    assert (done.status, done.calls, done.dead_letters) == ("done", 6, 1)
    assert done.new + done.rejected == 5


def test_a_run_whose_first_requests_are_all_refused_stops(workspace):
    def refuse(request):
        raise ReplyFormatError("refused by the server: BadRequestError (400)", "")

    with pytest.raises(ChatError, match="first 5 requests were all refused"):
        workspace.expand(backend=ScriptedBackend(refuse), max_calls=6)
    assert workspace.expand(backend=ScriptedBackend(alter)).status == "done", "and goes on once that is mended"


def test_what_is_in_flight_when_a_run_is_stopped_comes_back_and_is_not_bought_again(workspace):
    stop = threading.Event()

    def answer(request):
        if request.fields["ego"].endswith("number 0"):
            stop.set()
            return "not json: this one is to be asked again, but by now the run is stopping"
        return alter(request)

    backend = ScriptedBackend(answer, delay=lambda r: 0.1 if r.fields["ego"].endswith("number 0") else 0.5)
    done = workspace.expand(backend=backend, max_calls=3, concurrency=3, stopping=stop.is_set)
    assert done.status == "interrupted"
    assert done.uncertain == 0
    again = ScriptedBackend(alter)
    workspace.expand(backend=again)
    assert len(again.requests) == 1, "only the one that was to be asked again"
    assert not set(again.requests) & set(backend.requests)


def test_options_that_do_not_fit_start_no_run(workspace):
    runs = len(workspace.runs())
    with pytest.raises(ConfigError, match="--hops counts from a persona"):
        workspace.synthesize("math", hops=2, backend=ScriptedBackend(alter))
    with pytest.raises(ConfigError, match="nobody is in --search 'astronaut'"):
        workspace.synthesize("math", search="astronaut", backend=ScriptedBackend(alter))
    with pytest.raises(ConfigError, match="no relationships yet"):
        workspace.synthesize("math", sampler="ego", backend=ScriptedBackend(alter))
    with pytest.raises(ConfigError, match="its folder does not exist"):
        workspace.synthesize("math", output="/nowhere/out.jsonl", backend=ScriptedBackend(alter))
    with pytest.raises(ConfigError, match="--max-calls"):
        workspace.expand(policy="hint", backend=ScriptedBackend(alter))
    assert len(workspace.runs()) == runs


def test_undoing_a_description_that_was_merged_twice_takes_back_both(workspace, tmp_path):
    long = "A potter from Peru who teaches the children of the whole village to make and to paint small bowls"
    rows = tmp_path / "rows.csv"
    for _ in range(2):
        rows.write_text(f"persona\n{long}\n{long} gladly\n")
        workspace.import_personas(rows)
    assert [m.key for m in workspace.merges()] == ["r2.0.1", "r3.0.1"]
    persona = workspace.undo_merge("r3.0.1")
    assert (persona.description, persona.depth, persona.origin) == (f"{long} gladly", 0, "import")
    assert workspace.merges() == []
    assert {p.depth for p in workspace.store.scan_personas()} == {0}


def test_merges_are_listed_in_the_order_of_their_runs(workspace, tmp_path):
    rows = tmp_path / "rows.csv"
    base = "A keeper of lighthouse number 3"
    for n in range(11):
        rows.write_text(f"persona\n{base}{'.' * (n + 1)}\n")
        workspace.import_personas(rows)
    assert [m.run for m in workspace.merges()] == [f"r{n}" for n in range(2, 13)]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"max_cost": 1.0}, "price of my-model is not known, so --max-cost cannot be kept"),
        ({"concurrency": 65}, "set window to 130 or more"),
        ({"max_cost": -1.0}, "--max-cost is -1.0"),
    ],
)
def test_a_limit_that_cannot_be_kept_begins_no_run(workspace, options, said):
    backend = ScriptedBackend(alter, model="my-model", free=False)
    with pytest.raises(ConfigError, match=said):
        workspace.expand(backend=backend, max_calls=2, **options)
    assert [run.run for run in workspace.runs()] == ["r1"]
    assert workspace.expand(backend=backend, max_calls=2).status == "done"


def test_a_price_that_is_not_known_is_said_and_counts_as_nothing(workspace):
    notes = []
    done = workspace.expand(
        backend=ScriptedBackend(alter, model="my-model", free=False), max_calls=2, note=notes.append
    )
    assert done.cost_usd == 0
    assert "price of my-model is not known" in notes[0]
