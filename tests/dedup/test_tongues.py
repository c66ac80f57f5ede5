"""In the languages of the UN, and three more, wording makes no difference, and every attribute does."""

import json
import random
import unicodedata
from pathlib import Path

import pytest

from personagraph.dedup.veto.canonical import key_tokens
from personagraph.dedup.veto.reading import read
from personagraph.dedup.veto.tongues.compare import tongue_differs, tongue_tokens
from personagraph.dedup.veto.tongues.recognition import tongue_of
from personagraph.dedup.veto.tongues.tongue import TONGUES, tongue
from personagraph.dedup.veto.veto import differs
from personagraph.text.words import unaccented
from tests.dedup.tongue_pairs import APART, SAME, UNREAD

CODES = {
    "French": "fr",
    "Spanish": "es",
    "Portuguese": "pt",
    "Italian": "it",
    "German": "de",
    "Russian": "ru",
    "Arabic": "ar",
    "Chinese": "zh",
}


def cases(pairs: dict[str, list[tuple[str, str]]]) -> list[object]:
    return [
        pytest.param(name, a, b, id=f"{name} {n}") for name, found in pairs.items() for n, (a, b) in enumerate(found)
    ]


@pytest.mark.parametrize(("name", "a", "b"), cases(SAME))
def test_wording_is_no_difference_and_both_are_looked_up_alike(name: str, a: str, b: str):
    assert differs(a, b) is None
    assert differs(b, a) is None
    assert sorted(key_tokens(a)) == sorted(key_tokens(b))


@pytest.mark.parametrize(("name", "a", "b"), cases(APART))
def test_one_thing_that_says_who_somebody_is_keeps_apart(name: str, a: str, b: str):
    assert differs(a, b) is not None
    assert differs(b, a) is not None


@pytest.mark.parametrize(("kind", "a", "b"), cases(UNREAD))
def test_numbers_symbols_and_negations_are_named_in_languages_that_nobody_reads(kind: str, a: str, b: str):
    assert tongue_of(a) is None
    assert (differs(a, b) or "").partition(":")[0] == kind
    assert (differs(b, a) or "").partition(":")[0] == kind


@pytest.mark.parametrize("name", sorted(CODES))
def test_a_text_is_known_by_its_small_words_whatever_its_case_and_accents(name: str):
    for text in (side for pair in SAME[name][:3] for side in pair):
        for form in (text, text.upper(), unaccented(text)):
            found = tongue_of(form)
            assert found is not None
            assert found.code == CODES[name]


def test_the_reason_names_the_attribute():
    assert differs("Un boulanger qui a trois enfants", "Un boulanger qui a quatre enfants") == "number: trois / quatre"
    assert differs("一位在成都的医生", "一位在成都的护士") == "role: 医生 / 护士"
    assert differs("معلم من حلب", "معلمة من حلب") == "role: معلم / معلمة"
    assert differs("Журналист, который поёт", "Журналист, который не поёт") == "negation: - / не"


@pytest.mark.parametrize("name", TONGUES)
def test_every_file_of_words_is_read_and_no_entry_of_it_is_lost(name: str):
    found = tongue(name)
    assert len(found.entries) > 300
    assert {"number", "negation", "kin", "role", "place", "age", "silent", "praise"} <= {
        entry.category for entry in found.entries.values()
    }


def test_a_name_that_ends_like_a_form_of_another_is_another_name():
    assert differs("Врач, который лечит Александра в Омске", "Врач, который лечит Александру в Омске") is not None


@pytest.mark.parametrize("piece", ["de la ", "Lima, Quito y ", "no ", "á ", "é, ", "que "])
def test_a_description_without_end_is_compared_in_time_that_grows_with_its_length(piece: str):
    text = "Un médico que vive en la ciudad de " + piece * 5_000
    assert tongue_differs(text + "Lima", text + "Quito") is not None
    assert tongue_differs(text + "Lima", f"{text}  lima.") is None


@pytest.fixture(scope="module")
def foreign(shared_data: Path) -> list[str]:
    lines = (shared_data / "personas" / "personahub.jsonl").read_text(encoding="utf-8").splitlines()
    return [text for line in lines if not read(text := json.loads(line)["persona"]).is_english]


def test_another_spelling_of_a_real_persona_is_the_same(foreign: list[str]):
    edits = [
        str.lower,
        str.upper,
        unaccented,
        lambda text: f"  {text.replace(' ', '  ')}!",
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: text.replace("a", "ａ").replace("，", ","),
    ]
    pairs = [(text, edit(text)) for text in foreign for edit in edits]
    assert len(pairs) > 500
    assert [(a, b, differs(a, b)) for a, b in pairs if differs(a, b)] == []


@pytest.mark.slow
def test_a_replaced_word_of_a_real_persona_is_another_person_unless_both_words_say_nothing(foreign: list[str]):
    rng, merged, count = random.Random(7), [], 0
    words = sorted({word for text in foreign for word in text.split()})
    for text in foreign:
        found = text.split()
        for index, word in enumerate(found):
            other = rng.choice(words)
            changed = " ".join([*found[:index], other, *found[index + 1 :]])
            count += 1
            if sorted(tongue_tokens(text)) != sorted(tongue_tokens(changed)) and differs(text, changed) is None:
                merged.append((word, other))
    assert count > 400
    assert merged == []


def test_a_word_that_says_something_left_out_of_a_real_persona_makes_another(foreign: list[str]):
    for text in foreign:
        found = tongue_of(text)
        words = text.split()
        if found is None or len(words) < 4:
            continue
        for index, word in enumerate(words):
            shorter = " ".join(words[:index] + words[index + 1 :])
            if word.isalpha() and len(word) > 5 and (word.lower(),) not in found.entries:
                assert differs(text, shorter) is not None
