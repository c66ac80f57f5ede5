"""What a word is, in ten scripts; and how alike texts are by their words."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagraph.text.words import (
    is_alike,
    jaccard,
    ngrams,
    printed,
    repeated,
    shares_run,
    unaccented,
    word_set,
    words,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("The miner’s son, O'Neil!", "the miners son oneil", id="Latin"),
        pytest.param("Учитель из Киева", "учитель из киева", id="Cyrillic"),
        pytest.param("Ένας ψαράς", "ένασ ψαράσ", id="Greek"),
        pytest.param("مُدَرِّسة من حلب", "مُدَرِّسة من حلب", id="Arabic"),
        pytest.param("מוֹרָה מחיפה", "מוֹרָה מחיפה", id="Hebrew"),
        pytest.param("हिन्दी के शिक्षक।", "हिन्दी के शिक्षक", id="Devanagari"),
        pytest.param("தமிழ் ஆசிரியர்", "தமிழ் ஆசிரியர்", id="Tamil"),
        pytest.param("서울의 어부", "서울의 어부", id="Hangul"),
        pytest.param("東京の漁師、IT技術者。", "東京の漁師 it技術者", id="Japanese"),
        pytest.param("ครูสอนภาษา ที่เชียงใหม่", "ครูสอนภาษา ที่เชียงใหม่", id="Thai"),
    ],
)
def test_words_keep_their_vowel_signs_and_lose_case_and_punctuation(text, expected):
    assert words(text) == expected.split()


@pytest.mark.parametrize(
    ("text", "ones", "twos"),
    [
        ("東京の漁師", "東 京 の 漁 師", "東京 京の の漁 漁師"),
        ("医", "医", "医"),
        ("IT技術者", "it 技 術 者", "it 技術 術者"),
        ("ครู", "ค ร ู", "คร รู"),
        ("ຄູ", "ຄ ູ", "ຄູ"),
        ("ဆရာ", "ဆ ရ ာ", "ဆရ ရာ"),
        ("គ្រូ", "គ ្ រ ូ", "គ្ ្រ រូ"),
        ("हिन्दी 서울의 Киева", "हिन्दी 서울의 киева", "हिन्दी 서울의 киева"),
    ],
)
def test_scripts_without_spaces_are_cut_into_overlapping_pieces_when_asked(text, ones, twos):
    assert words(text, cut=1) == ones.split()
    assert words(text, cut=2) == twos.split()
    assert word_set(text) == set(twos.split())


def test_case_punctuation_apostrophes_and_width_make_no_difference():
    assert word_set("The miner’s son, ＡＢＣ!") == word_set("the MINER'S son abc") == {"the", "miners", "son", "abc"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a fan of 🎾🏀!", "a fan of 🎾 🏀"),
        ("👩🏽‍🚒👩🏿‍🚒", "👩🏽‍🚒 👩🏿‍🚒"),
        ("🇰🇪🇳🇬", "🇰🇪 🇳🇬"),
        ("50€, £50 or $50", "50 € £ 50 or $ 50"),
        ("50 % and 5‰", "50 % and 5 ‰"),
        ("C++", "c ++"),
        ("I ❤️ it ♥", "i ❤ it ♥"),
    ],
)
def test_symbols_that_mean_something_are_words(text, expected):
    assert sorted(words(text)) == sorted(expected.split())
    assert word_set(text) == set(expected.split())


@pytest.mark.parametrize(
    ("one", "other"),
    [("٣ ۳ ३ 3", "3 3 3 3"), ("نـــور", "نور"), ("co\u00adwork", "cowork"), ("ガス", "ｶﾞｽ"), ("a\u00b4 b", "a b")],
)
def test_digits_of_every_script_are_the_same_and_what_nobody_sees_is_none_of_a_word(one, other):
    assert words(one) == words(other)


@pytest.mark.parametrize("word", ["می\u200cرود", "ශ්\u200dරී", "ꦗꦮ", "ᨠᩣ", "𑀓𑀸", "កម្ពុជា", "བོད", "ʻokina", "ꓡꓲ"])
def test_a_word_keeps_its_marks_and_joiners_whatever_the_script(word):
    assert words(f"({word}), {word}.") == [word, word]


def test_words_of_other_scripts_stay_whole():
    assert word_set("हिन्दी शिक्षक") == {"हिन्दी", "शिक्षक"}
    assert word_set("учитель из Киева") == {"учитель", "из", "киева"}


def test_accents_written_in_one_or_two_characters_make_the_same_word():
    assert words("café") == words("cafe\u0301") != words("cafe")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Élève à l'École", "Eleve a l'Ecole"),
        ("Ένας ψαράς", "Ενας ψαρας"),
        ("việc của người", "viec cua nguoi"),
        ("ёлка и йод", "елка и йод"),
        ("أُستاذٌ مؤمن", "استاذ مومن"),
        ("מוֹרָה", "מורה"),
        ("kızına İLE", "kizina iLE"),
        ("हिन्दी ガス ครู தமிழ் हिंदी", "हिन्दी ガス ครู தமிழ் हिंदी"),
    ],
)
def test_accents_and_points_are_left_out_and_signs_that_make_another_letter_stay(text, expected):
    assert unaccented(text) == expected
    assert unaccented(expected) == expected
    assert word_set(text) == word_set(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("L'ami, 3,5 U.S. (C++)!", "L'ami , 3,5 US ( C++ ) !"),
        ("at -5°, 20-30", "at − 5 ° , 20 30"),
        ("医生。在 Köln", "医 生 在 Köln"),
    ],
)
def test_words_and_marks_are_given_as_they_are_written(text, expected):
    assert printed(text) == expected.split()


@given(st.text())
def test_words_read_again_are_the_same_and_of_nothing_but_words(text):
    found = words(text)
    assert [word for word in found if not word.strip() or len(word.split()) > 1] == []
    assert frozenset(words(unaccented(text), cut=2)) == word_set(text)
    assert all(words(word, cut=2) for word in found)


def test_the_similarity_is_the_share_of_common_words():
    assert jaccard({"a", "b", "c"}, {"b", "c", "d"}) == 0.5
    assert jaccard(frozenset(), frozenset()) == 0


def test_a_pair_at_exactly_the_threshold_is_alike_and_an_empty_set_is_like_nothing():
    ten, nine = set("abcdefghij"), set("abcdefghi")
    assert is_alike(ten, nine, Fraction(9, 10))
    assert not is_alike(ten, nine, Fraction(91, 100))
    assert not is_alike(set(), set(), Fraction(9, 10))


@given(st.frozensets(st.sampled_from("abcdef")), st.frozensets(st.sampled_from("abcdef")), st.fractions(0, 1))
def test_the_threshold_decides_as_the_exact_similarity_does(a, b, threshold):
    exact = Fraction(len(a & b), len(a | b)) if a | b else Fraction(0)
    assert is_alike(a, b, threshold) == (exact > 0 and exact >= threshold)


def test_runs_of_words_are_counted_and_compared():
    found = words("day and night and day and night")
    assert ngrams(found, 6)[0] == ("day", "and", "night", "and", "day", "and")
    assert ngrams(["a", "b"], 3) == []
    assert repeated(found) == 1 / 5
    assert repeated(["a", "a"]) == 0
    assert shares_run(words("he sells red maize here"), words("Red maize, here!"), 3)
    assert not shares_run(words("red maize"), words("maize red"), 2)
