"""What is read fast because most rows are plain is read as any other: the short way and the long one say the same."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagraph.text import plain as module
from personagraph.text.descriptions import LONGEST_DESCRIPTION, Descriptions, checked, cleaned
from personagraph.text.plain import plain
from personagraph.text.search import LONGEST, search_words
from personagraph.types import normalise

_SOME = st.one_of(st.characters(max_codepoint=127), st.sampled_from("éß’–\u200d\u0301\u3164ﬁ東👩\u200bа"))
TEXTS = st.text(_SOME) | st.text()


@given(TEXTS)
def test_a_text_of_ascii_is_the_same_as_another_by_the_rule_for_all_texts(text):
    long = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    assert normalise(text) == " ".join(long.split())


@given(st.text(st.characters(max_codepoint=127)))
def test_words_to_search_by_are_runs_of_letters_digits_and_underscores(text):
    assert search_words(text) == [word[:LONGEST] for word in re.findall("[a-z0-9_]+", text.lower())]


@given(TEXTS)
def test_a_text_without_anything_that_is_obeyed_stays_as_it_is(text):
    taken = module.obeyed(text)
    long = text.translate({ord(c): "" if module._is_unseen(c) else " " for c in taken})
    assert plain(text) == module._tamed(long, "")


@given(TEXTS)
def test_a_plain_description_is_taken_as_any_other_would_be(text):
    found = checked(3, text, "")
    if found.fault:
        assert not any(c.isalnum() for c in cleaned(text)) or re.search("[\ud800-\udfff]", text)
    else:
        assert found.description == cleaned(text)


@pytest.mark.parametrize("text", ["x" * (LONGEST_DESCRIPTION + 1), "- - -", "", "   ", None, 3])
def test_a_plain_text_that_is_no_description_has_its_fault(text):
    assert checked(1, text, "").fault
    assert checked(1, "A baker", "not JSON") == (1, "", "not JSON", {})


@pytest.mark.parametrize("most", [0, 150, 1_000_000])
def test_rows_that_are_kept_from_the_count_are_those_that_are_read_again(tmp_path, monkeypatch, most):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"persona": "A baker"}\n\n{"persona": 3}\n{"persona": "A  weaver\\t of mats"}\n')
    monkeypatch.setattr("personagraph.text.descriptions.KEPT", most)
    rows = Descriptions(path, "persona")
    assert (len(rows), [row.line for row in rows.faults]) == (3, [3])
    assert [*rows] == [*rows] == [(1, "A baker", "", {}), rows.faults[0], (4, "A weaver of mats", "", {})]
