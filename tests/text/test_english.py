"""What is particular to English: articles, number words, and the form in which phrases are looked up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagraph.text.english import NUMBERS, article, head_end, number, phrase, singulars

AN = """editor; Editor of books; urban planner; usher; Urdu poet; unemployed cook; unimportant clerk; uninsured driver;
unidentified caller; un-American activist; hour; heiress; honest broker; honorary consul; honourable judge; onerous
task; ombudsman; 8; 8-year-old; 80-year-old; 11-year-old; 18-year-old; 18; FBI agent; MBA student; HR manager; NGO
worker; X-ray technician; R&D engineer; F1 driver; SEO specialist; MIT professor; NHS nurse; IT specialist; AI
researcher; e-commerce seller; umpire; ugly duckling; uncle; upholsterer"""
A = """baker; university teacher; union member; uniformed guard; unique voice; European; eulogy writer; ewe farmer;
one-man band; once-famous singer; user; usual guest; utility worker; urologist; Ukrainian; UK citizen; US army veteran;
UN interpreter; UX designer; UI/UX designer; Ugandan; Uruguayan; ukulele player; ubiquitous poet; hotel owner; honey
farmer; house painter; herder; 7-year-old; 1-year-old; 100-year-old; 110-year-old; 1800 collector; NASA engineer; STEM
teacher; SWAT officer; HIGH SCHOOL TEACHER; STRONG WOMAN; Muslim; St Lucian; T-shirt seller; CEO; PhD student; ;
पत्रकार; 教師"""


@pytest.mark.parametrize("said", [words.strip() for words in AN.replace("\n", " ").split(";")])
def test_an_is_said_before_the_sound_of_a_vowel(said):
    assert article(said) == "an"


@pytest.mark.parametrize("said", [words.strip() for words in A.replace("\n", " ").split(";")])
def test_a_is_said_before_all_else(said):
    assert article(said) == "a"


def test_number_words_are_numbers_and_back():
    assert sorted(NUMBERS.values()) == list(range(1, 100))
    assert all(number(name) == number(name.replace("-", " ")) == number(str(n)) == n for name, n in NUMBERS.items())


@pytest.mark.parametrize("text", ["", "1000", "eleventy", "twenty-eleven", "one hundred", "²", "forty-four years"])
def test_what_is_no_number_up_to_three_digits_is_none(text):
    assert number(text) is None


@given(st.text())
def test_any_text_is_a_number_or_none_and_has_an_article(text):
    assert number(text) is None or number(text) >= 0
    assert article(text) in ("a", "an")


def test_a_phrase_has_the_form_of_the_tables():
    assert phrase("A Ph.D. student of R&D_work, the U.S.-born one") == (
        *("phd", "student", "of", "r", "and", "d", "work", "us", "born", "one"),
    )
    assert phrase("My aunt’s shop", determiners=True) == ("my", "aunts", "shop")
    assert phrase("हिन्दी शिक्षक") == ("हिन्दी", "शिक्षक")


def test_the_head_of_a_phrase_ends_before_what_says_more():
    assert head_end(phrase("A retired teacher from Lyon")) == 2
    assert head_end(phrase("teacher")) == 1
    assert head_end(()) == 0


def test_a_word_may_be_a_form_of_others():
    assert {"midwives", "midwife"} <= set(singulars("midwives"))
    assert "fireman" in singulars("firewomen")
    assert singulars("bus") == ["bus"]
