"""A sample in several steps: what others answer and say of it decides, in the same order whatever happens between."""

import json
import random
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from personagraph.errors import ChatUnavailableError
from personagraph.ledger import Ledger, Run
from personagraph.llm.client.client import ChatClient
from personagraph.llm.client.retries import Retries
from personagraph.llm.scripted import ScriptedBackend
from personagraph.runs.session import Limits, Session
from personagraph.stores.graph_store import GraphStore
from personagraph.synthesis.dialogues import Conversing, Criticising, Solving
from personagraph.synthesis.samples import Sample, samples
from personagraph.synthesis.shown import ShownPeople
from personagraph.synthesis.tasks import TASKS
from personagraph.synthesis.weighing import Checking
from personagraph.synthesis.work import Asks, Synthesis
from personagraph.types import ChatRequest
from personagraph.workspace.verbs.linking.beginning import decided_steps
from tests.worlds import answer, expansion, import_seeds, open_workspace

SUM = {
    "problem": "A cook has 3 bowls and buys 4 more. How many bowls are there?",
    "working": "3 + 4 = 7.",
    "answer": "7",
}
FORMULA = {"formula": "a + b", "givens": [{"name": "a", "value": 3}, {"name": "b", "value": 4}]}
RIGHT, WRONG = ({"working": f"It comes to {n}.", "answer": n} for n in ("7 bowls", "8 bowls"))
SOUND = {"reason": "All is said.", "verdict": "sound"}
Reply = Callable[[ChatRequest], str]


def replying(
    problem: dict[str, Any] = {**SUM, **FORMULA},  # noqa: B006
    solutions: Sequence[dict[str, str] | str] = (RIGHT, RIGHT),
    critic: dict[str, str] = SOUND,
) -> Reply:
    """A model that says these: solutions in turn, by how often it was asked."""
    asked: Counter[str] = Counter()

    def reply(request: ChatRequest) -> str:
        kind = request.prompt.partition("@")[0]
        asked[kind] += 1
        said: dict[str, Any] | str = {"solve": solutions[(asked[kind] - 1) % len(solutions)], "criticise": critic}.get(
            kind, problem
        )
        return said if isinstance(said, str) else json.dumps(said)

    return reply


def synthesised(
    folder: Path,
    reply: Reply,
    n: int = 1,
    *,
    task: str = "math",
    small: bool = False,
    answers: int = 2,
    names: Sequence[str] = ("formula", "working", "agreement", "critic"),
    talk: bool = False,
    limits: Limits = Limits(),  # noqa: B008
    window: int = 8,
    concurrency: int = 2,
) -> tuple[GraphStore, Ledger, Run]:
    folder.mkdir(parents=True, exist_ok=True)
    is_new = not any(folder.iterdir())
    store, ledger = open_workspace(folder)
    if is_new:
        import_seeds(store, ledger)
        expansion(store, ledger, ScriptedBackend(answer), max_calls=20)
    backend = ScriptedBackend(reply)
    run = ledger.runs.unfinished()
    if run is None:
        run = ledger.runs.start("synthesize", {"task": task, "seed": 0}, {}, model=backend.model)
    made = TASKS[task].dialogues["small" if small else "large"](backend.model, ledger.secret, shots="none")
    asks = Asks(
        made,
        Conversing("converse", backend.model, ledger.secret) if talk else None,
        Solving("solve", backend.model, ledger.secret) if answers else None,
        Criticising("criticise", backend.model, ledger.secret) if "critic" in names else None,
    )
    ids = [tie.source for tie in store.scan_relationships()][:n]
    work = Synthesis(
        ShownPeople(store, ids, neighbours=1, seed=0), asks, vary=made.vary, checking=Checking(names, answers), seed=0
    )
    work.recall(decided_steps(ledger, run, every=True))
    client = ChatClient(
        backend, ledger, concurrency=concurrency, retries=Retries(attempts=2, pause=0.001, patience=0.0)
    )
    try:
        Session(work, run, ledger=ledger, store=store, client=client, window=window, limits=limits).carry_out()
    finally:
        client.close()
    return store, ledger, ledger.runs.get(run.id)


def one(tmp_path: Path, reply: Reply, **more: Any) -> Sample:
    _, ledger, run = synthesised(tmp_path / "w", reply, **more)
    [made] = samples(ledger, run.id)
    return made


def outcomes(ledger: Ledger, run: Run) -> dict[str, int]:
    found: Counter[str] = Counter()
    for (outcome, _), count in ledger.steps.outcomes(run.id).items():
        found[outcome] += count
    return dict(found)


def test_a_formula_that_holds_and_answers_that_agree_verify(tmp_path):
    made = one(tmp_path, replying())
    assert (made["check"], made["answer"], made["rejected"]) == ("verified", "7", [])
    figures = json.loads(made["checks"])
    assert (figures["asked"], figures["agree"], figures["critic"]) == (2, 2, "sound")
    assert set(json.loads(made["about"])) == {"field", "difficulty"}
    assert len(made["lineage"]["others"].split()) == 3


def test_answers_that_agree_without_a_formula_are_agreed_and_never_verified(tmp_path):
    made = one(tmp_path, replying({**SUM, "formula": "", "givens": []}))
    assert made["check"] == "agreed"


def test_a_wrong_answer_is_disputed_and_what_most_say_is_believed(tmp_path):
    wrong = {**SUM, "answer": "9", "formula": "", "givens": []}
    made = one(tmp_path, replying(wrong))
    assert made["check"] == "disputed"
    assert made["believed"] == "It comes to 7 bowls.\nAnswer: 7 bowls"


def test_a_solver_who_errs_gives_the_rejected_half_of_a_pair(tmp_path):
    made = one(tmp_path, replying(solutions=[RIGHT, WRONG, RIGHT]), answers=3)
    assert made["check"] == "agreed", "what was executed is not called verified while somebody differs"
    assert made["rejected"] == ["It comes to 8 bowls.\nAnswer: 8 bowls"]


def test_what_the_critic_calls_unanswerable_is_set_apart_with_the_reason(tmp_path):
    critic = {"reason": "It does not say how many bowls there were.", "verdict": "unanswerable"}
    _, ledger, run = synthesised(tmp_path / "w", replying(critic=critic), 2)
    assert outcomes(ledger, run)["set_apart"] == 2
    assert "sample" not in outcomes(ledger, run)
    for made in samples(ledger, run.id):
        assert made["check"] == "unanswerable"
        assert "how many bowls there were" in made["reason"]


def test_who_solves_sees_the_problem_and_neither_answer_nor_persona(tmp_path):
    seen: list[str] = []
    reply = replying()

    def spied(request: ChatRequest) -> str:
        if request.prompt.startswith("solve"):
            seen.append(json.dumps([request.messages, dict(request.fields)]))
        return reply(request)

    store, _, _ = synthesised(tmp_path / "w", spied)
    assert len(seen) == 2
    for text in seen:
        assert SUM["problem"] in text
        assert SUM["working"] not in text
        assert not any(persona.description in text for persona in store.scan_personas())


def test_composed_problems_stay_computed_and_a_solver_who_differs_is_wrong(tmp_path):
    chosen = {"things": "roses", "place": "at home", "occasion": "for a film", "first": 5, "second": 2, "third": 3}
    far_off = [{"working": "I guess.", "answer": n} for n in ("99999", "88888")]
    made = one(tmp_path, replying(chosen, solutions=far_off), small=True, names=["agreement"])
    assert made["check"] == "computed"
    assert json.loads(made["checks"])["differ"] == 2
    assert made["rejected"] == ["I guess.\nAnswer: 99999", "I guess.\nAnswer: 88888"]


def test_what_is_rejected_takes_no_further_steps_and_the_total_says_so(tmp_path):
    _, ledger, run = synthesised(tmp_path / "w", replying({**SUM, **FORMULA, "problem": "There are 3 bowls."}), 4)
    assert outcomes(ledger, run) == {"rejected": 4}
    assert run.decided == 4


def test_a_solver_whose_replies_cannot_be_read_is_not_counted_and_the_sample_is_made(tmp_path):
    for place, solutions in enumerate((["no", "no", RIGHT], [RIGHT, "no", "no"])):
        made = one(tmp_path / str(place), replying(solutions=solutions), names=["agreement"], concurrency=1)
        assert json.loads(made["checks"])["asked"] == 1
        assert made["check"] == "agreed"


def test_where_the_last_step_dies_the_sample_is_weighed_without_it(tmp_path):
    (tmp_path / "w").parent.mkdir(exist_ok=True)

    def reply(request: ChatRequest) -> str:
        return "hm" if request.prompt.startswith("criticise") else replying()(request)

    _, ledger, run = synthesised(tmp_path / "w", reply, 3)
    assert outcomes(ledger, run) == {"drafted": 3, "answered": 6, "dead": 3, "sample": 3}
    assert {made["check"] for made in samples(ledger, run.id)} == {"verified"}


def test_a_conversation_comes_first_and_the_sample_is_asked_with_it(tmp_path):
    turns = [
        {"by": by, "says": says}
        for by, says in (
            ("first", "Do you still have the big pot?"),
            ("second", "It stands in the cellar, with the lid."),
            ("first", "I cook for forty on Friday, would you lend it to me?"),
            ("second", "Take it, but bring it back before Sunday."),
        )
    ]
    shown: list[str] = []

    def reply(request: ChatRequest) -> str:
        if request.prompt.startswith("converse"):
            return json.dumps({"turns": turns})
        if request.prompt.startswith("math"):
            shown.append(request.messages[-1]["content"])
        return replying()(request)

    _, ledger, run = synthesised(tmp_path / "w", reply, 2, talk=True)
    assert outcomes(ledger, run) == {"conversed": 2, "drafted": 2, "answered": 4, "criticised": 2, "sample": 2}
    assert all("The other: It stands in the cellar" in text for text in shown)
    for made in samples(ledger, run.id):
        step = next(ledger.steps.planned(run.id, first=made["lineage"]["step"])).step
        assert step.prompt.startswith("math-large@")
        assert len(made["lineage"]["others"].split()) == 4


@pytest.mark.parametrize("turns", [[], [{"by": "first", "says": "Hello there, my friend."}] * 5])
def test_what_is_no_conversation_makes_no_sample(tmp_path, turns):
    def reply(request: ChatRequest) -> str:
        return json.dumps({"turns": turns}) if request.prompt.startswith("converse") else replying()(request)

    _, ledger, run = synthesised(tmp_path / "w", reply, 2, talk=True)
    assert outcomes(ledger, run) == {"rejected": 2}


def erring(request: ChatRequest) -> str:
    """A model that answers by the key alone: some replies are no JSON, some solutions wrong, some problems unsound."""
    rng = random.Random(request.key)
    if rng.random() < 0.15:
        return "I would rather not."
    a, b = rng.randint(2, 60), rng.randint(2, 60)
    if request.prompt.startswith("math"):
        numbers = [{"name": "a", "value": a}, {"name": "b", "value": b}]
        told = f"A cook has {a} bowls and buys {b} more. How many bowls are there now?"
        said = {"problem": told, "givens": numbers, "working": "All are counted.", "formula": "a + b"}
        return json.dumps({**said, "answer": str(a + b + (rng.random() < 0.3))})
    if request.prompt.startswith("solve"):
        first, second = (int(word) for word in request.fields["problem"].split() if word.isdigit())
        return json.dumps({"working": "All are counted.", "answer": str(first + second + (rng.random() < 0.3))})
    return json.dumps({"reason": "So it is.", "verdict": rng.choice(["sound", "sound", "wrong", "unanswerable"])})


def table(ledger: Ledger, run: Run) -> list[Any]:
    planned = [(p.step.n, p.step.prompt, p.step.fields, p.step.context, p.call) for p in ledger.steps.planned(run.id)]
    decided = ledger.steps.decided(run.id, first=0, last=run.decided)
    return [planned, [(d.n, d.call, d.verdicts) for d in decided], list(samples(ledger, run.id))]


@pytest.mark.parametrize("fuse", [1, 7, 20, 33, 50])
def test_an_interruption_anywhere_gives_the_same_steps_and_samples(tmp_path, fuse):
    _, ledger, run = synthesised(tmp_path / "undisturbed", erring, 15)
    whole = table(ledger, run)
    assert len(outcomes(ledger, run)) > 5, "every kind of step occurs"
    left = fuse

    def failing(request: ChatRequest) -> str:
        nonlocal left
        left -= 1
        if left < 0:
            raise ChatUnavailableError("the server went away")
        return erring(request)

    with pytest.raises(ChatUnavailableError):
        synthesised(tmp_path / "disturbed", failing, 15)
    store, ledger = open_workspace(tmp_path / "disturbed")
    store.close()
    ledger.close()
    _, ledger, run = synthesised(tmp_path / "disturbed", erring, 15)
    assert table(ledger, run)[1:] == whole[1:]


def test_a_limit_of_calls_in_the_middle_of_samples_can_be_raised(tmp_path):
    _, ledger, run = synthesised(tmp_path / "w", erring, 8, limits=Limits(max_calls=9))
    assert (run.decided, run.reason) == (9, "max-calls reached")
    assert not list(samples(ledger, run.id)), "nothing is weighed before all is said"
