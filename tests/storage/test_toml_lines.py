"""One setting of a text in TOML is set, and all the rest stays as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagraph.storage.toml_lines import with_setting
from personagraph.text.files import toml_in

TEXT = """\
# My settings.
store = "sqlite"  # where it is
# model = "local"   # or another
window = 128
[prices."a#b"]
input = 1.0
model = "not this one"
"""


def changed(text: str, name: str, value: str | int | float) -> str:
    return with_setting(text, name, value, toml_in)


def test_a_setting_that_is_there_is_changed_in_its_line_and_keeps_its_comment():
    text = changed(TEXT, "store", "neo4j://a@b/c")
    assert text == TEXT.replace('"sqlite"', '"neo4j://a@b/c"')
    assert changed(TEXT, "window", 64) == TEXT.replace("128", "64")


def test_one_that_is_not_there_comes_below_the_comment_that_shows_it_or_before_the_tables():
    assert changed(TEXT, "model", "openai:x") == TEXT.replace("or another\n", 'or another\nmodel = "openai:x"\n')
    assert changed(TEXT, "patience", 1.5) == TEXT.replace("[prices", "patience = 1.5\n[prices")


@pytest.mark.parametrize(
    "text", ["", "\n", "a = 1", "# model = 'x'", "[t]\nb = 2\n", "a = 1\r\nb = 2\r\n", "a = 'x#y' # z"]
)
def test_whatever_the_text_is_like_the_setting_is_set_and_the_rest_says_the_same(text):
    assert toml_in(changed(text, "model", "m")) == {**toml_in(text), "model": "m"}
    assert toml_in(changed(text, "a", 7)) == {**toml_in(text), "a": 7}


@pytest.mark.parametrize(
    "text",
    ['model = """\na\n"""\n', "model = [\n1,\n]\n", "model.a = 1\n", "[model]\na = 1\n", 'x = """\nmodel = 1\n"""\n'],
)
def test_what_does_not_stand_in_one_line_is_refused(text):
    with pytest.raises(ValueError, match=r"not one for each setting|Cannot|Invalid|Unclosed|Expected|Illegal"):
        changed(text, "model", "m")


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_any_value_comes_back_as_it_was_and_takes_the_place_of_any_other(one, other):
    text = changed(changed(TEXT, "model", one), "model", other)
    assert toml_in(text) == {**toml_in(TEXT), "model": other}
