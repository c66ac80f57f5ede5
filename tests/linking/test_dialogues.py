"""How two who exist are asked about: what a request holds, how odds and words are read, and what is turned down."""

import asyncio
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagraph.errors import ReplyFormatError
from personagraph.linking.dialogues import DIALOGUES, PairDialogue, TieDialogue
from personagraph.linking.guards import GUARDS
from personagraph.linking.readings import LEAST, LONGEST_HOW, NONE, OTHER, read_odds
from personagraph.llm.local.backend import LocalBackend
from personagraph.prompts import load
from personagraph.prompts.dialogue import ASKED, Asking, Dialogues
from personagraph.runs.growth import Link
from personagraph.types import ChatReply
from personagraph.vocabulary.relationships import ROLES

SECRET = b"secret"
TEACHER = "A 41-year-old history teacher at a rural school in Kenya who collects maps"
BAKER = "A 29-year-old baker from Nakuru who sings\nin a choir"
PAIR = {"a": TEACHER, "b": BAKER}
JUDGE = PairDialogue("m", SECRET)
LARGE, SMALL = (DIALOGUES[size]("m", SECRET) for size in ("large", "small"))
SAID: dict[str, Any] = {
    "how": "taught her choir the old songs of the coast",
    "relation": "teaches",
    "label": "",
    "former": True,
    "confidence": 0.7,
}


def tied(a: str = TEACHER, b: str = BAKER, **said: Any) -> Any:
    """What becomes of a reply of a large model."""
    return LARGE.read({"a": a, "b": b}, {**SAID, **said})


def judged(text: str = "", finish: str = "length", **tops: float) -> Any:
    return JUDGE.parse(PAIR, ChatReply(text, finish, tops={word: math.log(share) for word, share in tops.items()}))


def test_a_pair_is_asked_about_with_one_token_and_its_likeliest_alternatives():
    request = JUDGE.request(PAIR, JUDGE.ask(PAIR))
    assert (request.prompt, request.schema, request.tops) == ("judge@1", None, 20)
    assert request.parameters["max_tokens"] == JUDGE.longest_reply == 1
    shown = request.messages[-1]["content"]
    assert shown.index(TEACHER) < shown.index("A 29-year-old baker from Nakuru who sings in a choir")
    assert JUDGE.items == LARGE.items == 0


def test_who_is_shown_first_is_another_question():
    turned = {"a": BAKER, "b": TEACHER}
    assert JUDGE.ask(PAIR) != JUDGE.ask(turned)
    assert JUDGE.ask(PAIR) == PairDialogue("m", b"another").ask(PAIR) != PairDialogue("m", SECRET, seed=1).ask(PAIR)


@pytest.mark.parametrize(
    ("asking", "longest"),
    [
        (Asking(max_tokens=2_000), 1),
        (Asking(room=8_000), 8_001),
        (Asking(max_tokens=500, room=8_000), 500),
        (Asking(more={"reasoning_effort": "low"}), 1),
    ],
)
def test_one_word_stays_one_word_but_for_what_the_model_thinks(asking, longest):
    dialogue = PairDialogue("m", SECRET)
    dialogue.asking = asking
    assert dialogue.request(PAIR, "0" * 64).parameters["max_tokens"] == dialogue.longest_reply == longest


# ---- odds ----


@pytest.mark.parametrize(
    ("tops", "odds"),
    [
        ({"Yes": 0.6, "No": 0.3}, math.log(2)),
        ({"No": 0.9, "Yes": 0.1}, -math.log(9)),
        ({" yes": 0.2, "YES": 0.1, "Yes.": 0.1, "**Yes": 0.1, "No": 0.25, "ĠNO": 0.25}, 0.0),
        ({"Yes": 0.7, "The": 0.2, "A": 0.06}, math.log(0.7 / 0.04)),
        ({"No": 0.7, "The": 0.2, "A": 0.01}, math.log(0.01 / 0.7)),
        ({"Yes": 1.0}, -math.log(LEAST)),
        ({"No": 1.0 - 1e-9, "Yes": 1e-9}, math.log(LEAST)),
    ],
)
def test_the_odds_are_those_of_yes_against_no_however_they_are_written(tops, odds):
    assert judged(**tops)["odds"] == pytest.approx(odds, abs=1e-6)


@pytest.mark.parametrize(
    "tops",
    [
        *({}, {"The": 0.9}, {"Yesterday": 0.5, "Nobody": 0.5}, {"": 1.0}, {"\n": 0.9, "…": 0.1}),
        *({"<think>": 0.9999, "Yes": 2e-5, "No": 1e-6}, {"Okay": 0.9, "Yes": 0.06, "No": 0.03}),
    ],
)
def test_without_either_word_or_where_both_are_unlikely_there_are_no_odds(tops):
    assert judged("Yes", **tops) == {"odds": None, "said": "yes"}


@pytest.mark.parametrize("text", ["<think>\nNo", "<think>\nNo doubt\n</think>\nYes", "No doubt\n</think>\n\nYes"])
def test_the_odds_of_the_first_word_of_a_thought_are_not_those_of_an_answer(text):
    assert judged(text, No=0.8, Yes=0.1)["odds"] is None


@given(st.dictionaries(st.sampled_from(["Yes", "No", " yes", "no", "x", ""]), st.floats(-1e4, 0)))
def test_odds_are_bounded_whatever_a_server_tells(tops):
    odds = read_odds(ChatReply("", tops=tops))
    assert odds is None or abs(odds) <= math.log(6 / LEAST)


@pytest.mark.parametrize(
    ("text", "finish", "said"),
    [
        ("Yes", "length", "yes"),
        (" no.", "stop", "no"),
        ("**Yes**, they could", "stop", "yes"),
        ("<think>\nNo doubt they do.\n</think>\n\nYes", "stop", "yes"),
        ("<think>\nNo doubt they", "length", ""),
        ("No doubt they do.\n</think>\n\nYes", "stop", "yes"),
        ("No doubt they do.\n</think>", "length", ""),
        ("[THINK]Yes, since", "length", ""),
        ("Maybe", "length", ""),
        ("Yesterday", "length", ""),
        ("", "length", ""),
        ("No, I cannot help with that.", "refusal", ""),
    ],
)
def test_the_word_is_the_first_that_was_said(text, finish, said):
    assert judged(text, finish) == {"odds": None, "said": said}


# ---- ties ----


def test_a_tie_is_said_of_the_first_in_the_words_of_the_model():
    assert tied() == Link("TEACHES", True, "taught her choir the old songs of the coast", 0.7, True)
    assert tied(relation="learns from")[:2] == ("TEACHES", False)


def test_the_words_that_were_to_be_continued_are_no_part_of_how_two_know_each_other():
    assert tied(how="The first person taught her the old songs").label == "taught her the old songs"


def test_nobody_is_tied_where_the_model_says_so():
    assert tied(relation=NONE, how="") is None
    assert SMALL.read(PAIR, {"how": "no relation", "relation": NONE}) is None


def test_a_small_model_tells_two_fields():
    assert SMALL.read(PAIR, {"how": "buys bread from", "relation": "buys from"}) == Link(
        "SELLS_TO", False, "buys bread from", 0.5
    )


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("buys from", ("SELLS_TO", False, SAID["how"])),
        ("Friend", ("FRIEND_OF", True, SAID["how"])),
        ("sings with", ("TIED_TO", True, "sings with")),
    ],
)
def test_other_with_words_that_are_a_type_is_that_type(label, expected):
    assert tied(relation=OTHER, label=label)[:3] == expected


@pytest.mark.parametrize(
    "how",
    [
        "taught her how to bake bread for the",
        "sings in the choir and sings in the choir and sings",
        "knows her as a history teacher at a rural school in Kenya",
    ],
)
def test_words_of_no_use_are_left_out_and_the_type_stays(how):
    link = tied(how=how)
    assert (link.type, link.label) == (tied().type, "")


SINGS = {"relation": OTHER, "label": "sings with"}


@pytest.mark.parametrize(
    ("guard", "said"),
    [
        ("label", {"relation": OTHER}),
        ("label", {"relation": OTHER, "label": "is connected to"}),
        ("marks", {"how": "met person C at the market"}),
        ("marks", {"how": "is the nephew of the third person"}),
        ("marks", {"how": "stands in <a1b2c3> beside her"}),
        ("denied", {"how": "no known connection between the two"}),
        ("denied", {"how": "they do not know each other"}),
        ("denied", {"relation": OTHER, "label": "no direct connection"}),
        ("cut", {"relation": OTHER, "label": "sings with a"}),
        ("repeats", {**SINGS, "how": "sings in the choir and sings in the choir and sings"}),
        ("echo", {**SINGS, "how": "knows her as a history teacher at a rural school in Kenya"}),
        ("contradiction", {"relation": "treats"}),
        ("contradiction", {"relation": "treats", "how": "taught her how to bake bread for the"}),
        ("contradiction", {"relation": "child of"}),
    ],
)
def test_what_cannot_be_used_or_cannot_be_is_turned_down_by_name(guard, said):
    assert guard in {"label", *dict(GUARDS)}
    assert tied(**said)[0] == guard


@pytest.mark.parametrize(
    ("a", "relation", "b"),
    [
        ("A child who runs a lemonade stand", "manages", BAKER),
        (BAKER, "works for", "A curious child who loves stamps"),
        ("A 9-year-old girl who sings", "parent of", BAKER),
        ("A 30-year-old cook from Peru", "parent of", "A 29-year-old cook from Peru"),
        ("A childless cook from Peru", "parent of", "A 9-year-old girl who sings"),
    ],
)
def test_a_type_that_cannot_be_of_such_two_is_turned_down(a, relation, b):
    assert tied(a, b, relation=relation)[0] == "contradiction"


@pytest.mark.parametrize(
    ("a", "relation", "b", "how"),
    [
        ("A child psychologist from Norway", "manages", BAKER, "leads the practice that she cleans"),
        ("A nurse at a rural clinic", "treats", BAKER, "dressed the burn on her hand"),
        (TEACHER, "teaches", BAKER, "teaches adults who do not know how to read"),
        (TEACHER, "sells to", BAKER, "has no ties to sell but lends her maps"),
        (TEACHER, "friend of", BAKER, ""),
        ("Учитель истории из Кении", "friend of", BAKER, "вместе поют в хоре"),
    ],
)
def test_what_may_be_passes(a, relation, b, how):
    assert isinstance(tied(a, b, relation=relation, how=how), Link)


def test_words_are_clean_and_of_bounded_length():
    link = tied(how=f"  taught\u202e her \x1b[31m{' and '.join(f'song {n}' for n in range(99))} ")
    assert link.label.startswith("taught her [31m")
    assert len(link.label) <= LONGEST_HOW


@pytest.mark.parametrize("name", ["tie-large", "tie-small"])
def test_the_relations_of_a_tie_are_those_of_the_vocabulary(name):
    relations = set(load(name).schema["properties"]["relation"]["enum"])
    assert relations == {NONE, *ROLES, *([OTHER] if name == "tie-large" else [])}


def test_a_reply_of_another_form_is_asked_for_again():
    with pytest.raises(ReplyFormatError):
        LARGE.parse(PAIR, ChatReply('{"how": "x", "relation": "knows"}'))


def test_among_other_dialogues_each_asks_its_own_question_with_the_key_that_it_has_alone():
    several = Dialogues(judge=JUDGE, tell=LARGE)
    assert several.ask({ASKED: "judge", **PAIR}) == JUDGE.ask(PAIR)
    assert several.prompt_of({ASKED: "tell", **PAIR}) == "tie-large@2"
    assert several.request({ASKED: "judge", **PAIR}, "0" * 64).tops == 20
    assert isinstance(LARGE, TieDialogue)


@pytest.mark.local_llm
def test_a_model_in_this_process_tells_the_odds_of_a_pair():
    backend = LocalBackend(slots=1, threads=1)
    dialogue = PairDialogue(backend.model, SECRET)

    async def once() -> ChatReply:
        try:
            return await backend.complete(dialogue.request(PAIR, dialogue.ask(PAIR)))
        finally:
            await backend.close()

    reply = asyncio.run(once())
    assert (len(reply.tops), reply.completion_tokens, backend.fallbacks) == (20, 1, "")
    assert dialogue.parse(PAIR, reply)["odds"] is not None
