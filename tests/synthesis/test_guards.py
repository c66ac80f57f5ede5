"""What a model should not have written is turned down, by name; plain good texts are let through."""

import pytest

from personagraph.synthesis.guards import fault, first_clause
from tests.tongues import TOLD

PERSONA = "A beekeeper from Turkey who teaches children to read the weather"
EXAMPLE = "How can I judge the heat of molten glass when I no longer see its colour well?"


@pytest.mark.parametrize(
    ("text", "guard"),
    [
        ("", "empty"),
        ("?!", "empty"),
        ("How do I keep bees in a cold and", "cut"),
        ("As an AI language model, I cannot keep bees.", "leftover"),
        ("The persona wants to keep bees. How?", "leftover"),
        ("Dear [name], your bees are well.", "leftover"),
        ("<|im_start|>How do bees sleep?", "leftover"),
        ("The bees bees are well.", "repeats"),
        ("and the bees and the honey and the bees and the honey and the bees and the honey", "repeats"),
        ("How can I judge the heat of molten glass when I no longer see colour well?", "copies the example"),
        ("A beekeeper from Turkey teaches children to read the weather.", "copies the persona"),
        ("蜜蜂在花园里采蜜，蜜蜂在花园里采蜜，蜜蜂在花园里采蜜。", "repeats"),
    ],
)
def test_a_text_is_turned_down_by_name(text, guard):
    assert fault(text, [PERSONA], [EXAMPLE]) == (guard, text)


def test_a_text_that_fills_its_field_is_taken_as_cut():
    text = "Which flowers do bees like best?"
    assert fault(text, [PERSONA], [EXAMPLE], len(text)) == ("cut", text)
    assert fault(text, [PERSONA], [EXAMPLE], len(text) + 1) is None


def test_what_follows_the_first_comma_of_a_clause_is_left_out():
    assert first_clause("ask the bank for help, and then, and then", 41) == "ask the bank for help"
    assert first_clause("in May, ask the bank", 100) == "in May, ask the bank"
    assert first_clause("ask the bank for help with", 26) == "ask the bank for help with"
    assert fault("ask the bank for more", [PERSONA], [EXAMPLE], 21) is not None


def test_a_copy_is_told_in_scripts_without_spaces_too():
    shown = "一位住在湖边、教孩子们看天气的养蜂人"
    assert fault("一位住在湖边，教孩子们看天气的养蜂人。", [shown], []) is not None
    assert fault("我怎样教孩子们认识蜜蜂？", [shown], []) is None


@pytest.mark.parametrize(
    "text",
    [
        "How do I tell the children in my beekeeping class that a storm comes?",
        "If 12 hives give 12 12-kilogram buckets, how much honey is that? The beekeeper sells half of the honey.",
        "Step 1: 3 × 4 = 12. Step 2: 12 + 4 = 16. Step 3: 16 ÷ 2 = 8.",
        "How do I turn the personas of our design team into a JSON file with the field {name}?",
        "Ask the person in charge.",
        "I know it. It's a cold winter.",
        "मेरी नानी को मधुमक्खियाँ पसंद हैं।",
        "朝は蜂の世話をすることとともに、花の手入れもします。",
        "请问我怎样在寒冷的冬天照顾蜜蜂，让它们安全地等到春天？",
    ],
)
def test_a_plain_text_is_let_through(text):
    assert fault(text, [PERSONA], [EXAMPLE]) is None


@pytest.mark.parametrize("code", TOLD)
def test_a_plain_text_is_let_through_in_every_language(code):
    told = TOLD[code]
    assert [fault(text, [told.ego], [EXAMPLE]) for text in (*told.good, told.passage)] == [None] * 3


@pytest.mark.parametrize("code", TOLD)
def test_copies_and_loops_are_told_in_every_language(code):
    told = TOLD[code]
    assert fault(f"{told.ego}.", [told.ego], [])[0] == "copies the persona"
    assert fault(f"{told.ego}.", [], [told.ego])[0] == "copies the example"
    assert fault(f"{told.good[1]} " * 3, [told.ego], [])[0] == "repeats"


@pytest.mark.parametrize(
    "text",
    [
        "Wann rufst du uns an, und was bringt der Zug mit, in dem die Bienen sind: fängt er von vorn an",
        "¿Cómo se contagia la varroa de persona a persona, o de colmena a colmena?",
        "Nous nous demandons ce que vous vous êtes dit.",
        "Bagaimana cara mengajari anak-anak untuk beternak lebah?",
        "बच्चों को धीरे धीरे कैसे सिखाऊँ?",
    ],
)
def test_what_would_be_a_fault_in_english_alone_is_none(text):
    assert fault(text, [PERSONA], [EXAMPLE]) is None


def test_a_word_three_times_in_a_row_is_a_loop_in_any_language():
    assert fault("Ich ich ich möchte Bienen halten.", [PERSONA], [])[0] == "repeats"
