"""The static encoder: what it reads, that its numbers hang on the text alone, and that it knows near from far."""

import json
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagraph.errors import UsageError
from personagraph.meaning.encoders import ENCODERS, encoder_named
from personagraph.meaning.encoders.static import CHUNK, FEW, LONGEST
from personagraph.meaning.encoders.wordpieces import WordPieces, folded

NURSE = "A nurse who works in a maternity ward in Lagos."
WORDS = ("the", "a", "an", "who", "with", "in", "of", "for")
OTHERS = ["A retired chess player", "a software engineer from Ghana", "An amateur botanist who paints orchids"]


@pytest.fixture(scope="module")
def encoder():
    return encoder_named("static")


def test_a_row_has_the_length_one_and_a_text_that_says_nothing_is_all_zeros(encoder):
    rows = encoder.encode([NURSE, "", " \n", "...", "1984"])
    assert rows.shape == (5, encoder.dims)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 0, 0, 0, 0], abs=1e-6)


def test_no_texts_have_no_rows(encoder):
    assert encoder.encode([]).shape == (0, encoder.dims)


def test_case_accents_width_punctuation_and_spacing_make_no_difference(encoder):
    texts = [
        NURSE,
        NURSE.upper(),
        "a nurse, who works in a maternity-ward in Lagos!",
        "Á nürse who  works\nin a ｍaternity ward in Lagos",
    ]
    rows = encoder.encode(texts)
    assert all((row == rows[0]).all() for row in rows)


def test_a_paraphrase_lies_nearer_than_another_person(encoder):
    rows = encoder.encode([NURSE, "A maternity nurse at work in Lagos", *OTHERS])
    near, *far = rows[1:] @ rows[0]
    assert near > 0.7
    assert max(far) < near - 0.3


@pytest.mark.parametrize(
    "text",
    [
        "一位对历史感兴趣的老师",
        "Учительница математики из Казани",
        "معلمة رياضيات متقاعدة من القاهرة",
        "एक सेवानिवृत्त गणित शिक्षिका",
        "นักพัฒนาซอฟต์แวร์ที่เชี่ยวชาญ",
        "Una profesora de matemáticas jubilada que vive en Sevilla",
        "Un ingénieur à la retraite qui cultive des orchidées rares",
        "Eine pensionierte Mathematiklehrerin aus einem kleinen Dorf",
        "xq zzkw vvtrp qqlm",
    ],
)
def test_a_text_in_another_language_is_not_read_and_is_like_no_other(encoder, text):
    [row] = encoder.encode([text])
    assert not row.any()


def test_compiled_code_and_python_find_the_same_numbers_to_the_last_bit(encoder):
    texts = [
        NURSE,
        *OTHERS,
        "",
        "café naïve",
        "A nurse über alles",
        "x" * 300,
        "snake_case and\tCamelCase",
        "A \ud800 nurse",
    ]
    few = np.concatenate([encoder.encode([text]) for text in texts])
    many = encoder.encode(texts * FEW)
    assert (many == np.tile(few, (FEW, 1))).all()


@settings(deadline=None, max_examples=30)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=8))
def test_a_row_hangs_on_its_text_alone_whatever_it_is_encoded_beside(texts):
    encoder = encoder_named("static")
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    beside = encoder.encode(texts + [NURSE] * FEW)[: len(texts)]
    assert (alone == beside).all()


def test_more_texts_than_are_taken_at_once_come_back_in_their_order(encoder):
    texts = [f"a nurse and the {word}" for word in ("dog", "cat", "ship")] * (CHUNK // 2)
    rows = encoder.encode(texts)
    assert (rows[:3] == encoder.encode(texts[:3])).all()
    assert (rows[-3:] == rows[:3]).all()


def test_a_text_of_megabytes_is_read_as_far_as_any_text_is(encoder):
    long = "nurse ward " * 5_000_000
    assert (encoder.encode([long]) == encoder.encode([long[:LONGEST]])).all()
    assert (encoder.encode([long] * (FEW + 1))[0] == encoder.encode([long])[0]).all()


def test_its_name_says_which_file_made_the_vectors(encoder):
    assert encoder.name.startswith("static-")
    assert encoder.name == encoder_named("static").name


def test_the_file_in_the_package_is_small_and_has_its_licence_beside_it():
    folder = files("personagraph.meaning.encoders")
    assert len(folder.joinpath("static.npz").read_bytes()) <= 16_000_000
    licence = folder.joinpath("static.LICENSE").read_text()
    assert "all-MiniLM-L6-v2" in licence
    assert "Apache License 2.0" in licence


def test_a_word_is_the_longest_pieces_from_the_left_and_nothing_when_one_is_missing():
    vocabulary = WordPieces(["nurse", "mid", "##wife", "##w", "##ife"])
    assert vocabulary.pieces("nurse") == [0]
    assert vocabulary.pieces("midwife") == [1, 2]
    assert vocabulary.pieces("midwives") == []
    assert vocabulary.pieces("n" * 5000) == []


def test_folding_leaves_letters_and_numbers_alone_and_takes_marks_away():
    assert folded("Señor Müller-Lüdenscheidt № 5") == "senor muller ludenscheidt no 5"


def test_an_encoder_that_nobody_knows_is_refused_with_those_there_are():
    for name in ("word2vec", "static:x", "openai", "openai:", "sentence-transformers:"):
        with pytest.raises(UsageError, match=r"static, sentence-transformers:NAME, openai:NAME"):
            encoder_named(name)


def test_every_kind_says_what_it_is():
    assert all(kind.about for kind in ENCODERS.values())


def test_of_real_personas_it_reads_what_is_english_and_nothing_else(encoder, shared_data):
    texts = [json.loads(line)["persona"] for line in (shared_data / "personas" / "personahub.jsonl").open()]
    read = encoder.encode(texts).any(axis=1)
    english = np.array(
        [text.isascii() and sum(f" {word} " in f" {text.lower()} " for word in WORDS) > 1 for text in texts]
    )
    assert read[english].mean() > 0.995
    assert not any(read[n] for n, text in enumerate(texts) if sum(map(str.isascii, text)) < len(text) / 2)
