"""What is a letter of which writing system, how many words a text has in each, and whether a text is English."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagraph.text.english import is_english, may_be_english
from personagraph.text.passages import excerpt, passages
from personagraph.text.scripts import main_system, runs, share_of, stutters, systems, tokens, word_count, word_pieces
from tests.tongues import TOLD


@pytest.mark.parametrize(
    ("text", "counted", "spoken"),
    [
        pytest.param("A retired teacher of bees", 5, 5, id="Latin"),
        pytest.param("Учитель на пенсии", 3, 3, id="Cyrillic"),
        pytest.param("معلمة متقاعدة تربي النحل", 4, 4, id="Arabic"),
        pytest.param("मधुमक्खी पालने वाली शिक्षिका", 4, 4, id="Devanagari"),
        pytest.param("강가 마을의 은퇴한 교사", 4, 4, id="Hangul"),
        pytest.param("一位在河边村庄教孩子们养蜂的退休教师", 9, 10, id="Chinese"),
        pytest.param("川辺の村で子どもたちに養蜂を教える退職した教師", 12, 12, id="Japanese"),
        pytest.param("ครูเกษียณที่สอนเด็กเลี้ยงผึ้งในหมู่บ้านใกล้แม่น้ำ", 12, 11, id="Thai"),
        pytest.param("ຄູບຳນານທີ່ສອນເດັກນ້ອຍລ້ຽງເຜິ້ງຢູ່ໃກ້ແມ່ນ້ຳ", 10, 10, id="Lao"),
        pytest.param("គ្រូចូលនិវត្តន៍ដែលបង្រៀនក្មេងចិញ្ចឹមឃ្មុំនៅក្បែរទន្លេ", 11, 10, id="Khmer"),
        pytest.param("မြစ်အနီးရွာတွင်ကလေးများကိုပျားမွေးနည်းသင်ပေးသောအငြိမ်းစားဆရာ", 13, 13, id="Burmese"),
        pytest.param("我用 JavaScript 写程序", 4, 4, id="mixed"),
        pytest.param("... !", 0, 0, id="none"),
    ],
)
def test_words_are_counted_in_every_script_to_within_one_of_those_that_people_count(text, counted, spoken):
    assert word_count(text) == counted
    assert abs(counted - spoken) <= 1


def test_letters_without_spaces_keep_their_marks_and_what_stands_between_them_stays_whole():
    assert tokens("ครูใช้ JavaScript เก่ง") == ["ค", "รู", "ใ", "ช้", "javascript", "เ", "ก่", "ง"]
    assert tokens("用iPhone的人 in 2024") == ["用", "iphone", "的", "人", "in", "2024"]
    assert word_pieces("东京的渔夫 and IT技术") == ["东京", "京的", "的渔", "渔夫", "and", "it", "技术"]


def test_runs_of_words_are_as_long_as_words_are_in_the_script_of_what_they_are_compared_with():
    assert runs("one two three four", 3) == [("one", "two", "three"), ("two", "three", "four")]
    assert [len(run) for run in runs("一位养蜂的老师", 3)] == [6, 6]
    assert runs("iPhone 的用户很多", 2, like="一位养蜂的老师") == [
        ("iphone", "的", "用", "户"),
        ("的", "用", "户", "很"),
        ("用", "户", "很", "多"),
    ]
    assert runs("", 3) == []
    assert runs("one two three", 3, like="") == [("one", "two", "three")]


def test_three_times_in_a_row_is_a_stutter_and_twice_is_a_word_of_many_languages():
    assert stutters(["so", "so", "so"])
    assert not stutters(["anak", "anak", "dan", "anak"])
    assert not stutters(["7", "7", "7"])


@given(st.text())
def test_no_letter_is_lost_whatever_the_script(text):
    assert "".join(tokens(text)) == "".join(tokens(" ".join(tokens(text))))
    assert (word_count(text) > 0) == bool(tokens(text))
    assert set(runs(text, 1)) <= set(runs(text, 1, like=text))


def test_kana_and_chinese_characters_are_one_system():
    assert systems("ラーメンの時々") == {"CJK"}
    assert main_system("我用JavaScript") == "LATIN"
    assert share_of("我用 it", ["CJK"]) == 0.5
    assert share_of("123", ["CJK"]) == 0


@pytest.mark.parametrize("code", [code for code in TOLD if code != "en"])
def test_what_is_told_in_another_language_is_not_taken_for_english(code):
    for text in (TOLD[code].ego, *TOLD[code].good, TOLD[code].passage):
        assert not may_be_english(text)


@pytest.mark.parametrize(
    "text",
    [
        TOLD["en"].ego,
        *TOLD["en"].good,
        TOLD["en"].passage,
        "A tailor from São Tomé who sews for a café",
        "A fan of Los Lobos and of Die Toten Hosen who sings in the shower",
        "A TEACHER WHO DRAWS MAPS",
    ],
)
def test_english_is_told_by_its_small_words_whatever_names_are_in_it(text):
    assert is_english(text)


def test_a_text_without_small_words_may_be_english_and_is_not_plainly_so():
    for text in ("Compiler Designer", "Guru pensiunan", ""):
        assert may_be_english(text)
        assert not is_english(text)


def test_nearly_all_real_english_personas_are_read_as_english_and_no_others(shared_data):
    lines = (shared_data / "personas" / "personahub.jsonl").read_text(encoding="utf-8").splitlines()
    personas = [json.loads(line)["persona"] for line in lines]
    english = [persona for persona in personas if is_english(persona)]
    assert 0.93 < len(english) / len(personas) < 0.96, "some 90 of them are in other languages"
    openings = ("Un ", "Um ", "Uma ", "Ein ", "Eine ", "Een ", "Soy ", "Sou ", "Une ")
    assert not [persona for persona in english if persona.startswith(openings)]


@pytest.mark.parametrize("code", TOLD)
def test_a_long_text_is_cut_at_the_ends_of_its_sentences(code):
    text = TOLD[code].passage
    stops = " " if code in ("th", "lo") else ".。।።။។"
    ends = [text[:n].strip()[-9:] for n in range(1, len(text) + 1) if text[n - 1] in stops] + [text[-9:]]
    parts = passages((text + " ") * 6, longest=len(text) + 2, most=9)
    assert len(parts) > 3
    assert all(part.endswith(tuple(ends)) for part in parts)


def test_an_excerpt_is_not_cut_back_to_a_space_that_stands_far_ahead():
    assert excerpt("第一章 " + "很长的故事" * 100, longest=50) == "第一章 " + ("很长的故事" * 100)[:45] + "…"
    assert excerpt("many words " * 20, longest=50) == "many words many words many words many words many…"
