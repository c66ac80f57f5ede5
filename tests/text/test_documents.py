"""Texts: what can be read comes in, what cannot is listed with its place, long ones are cut between words."""

import hashlib
import io
import json
import os
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagraph.errors import InputError
from personagraph.text.descriptions import Descriptions
from personagraph.text.documents import Corpus, Document, Fault, read
from personagraph.text.files import text_of
from personagraph.text.markdown import prose
from personagraph.text.passages import excerpt, passages

ROOT = Path(__file__).resolve().parents[2]


def written(folder: Path, name: str, content: bytes | str) -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def sorted_out(paths: list[str], **options) -> tuple[list[Document], list[Fault]]:
    found = list(read(paths, **options))
    return [f for f in found if isinstance(f, Document)], [f for f in found if isinstance(f, Fault)]


def test_a_plain_file_is_one_text_named_by_the_path_as_given(tmp_path, monkeypatch):
    written(tmp_path, "a.txt", "\ufeffA letter.\r\n")
    monkeypatch.chdir(tmp_path)
    (document,), faults = sorted_out(["a.txt"])
    assert (document.uri, document.text, faults) == ("a.txt", "A letter.", [])


def test_rows_are_named_by_their_id_or_their_line_and_bad_ones_are_listed_with_theirs(tmp_path):
    rows = ['{"id": "x7", "text": "One."}', "", '{"text": "Two."}', "no", "[]", '{"body": "Three."}', '{"text": 4}']
    rows += ['{"text": " . "}', '{"text": "\\ud800 half"}', '{"text": "a\\u0000b"}']
    path = written(tmp_path, "rows.jsonl", "\n".join(rows).encode() + b'\n{"text": "caf\xe9"}\n')
    documents, faults = sorted_out([path])
    assert [d.uri for d in documents] == [f"{path}#x7", f"{path}#3"]
    assert [f.line for f in faults] == [4, 5, 6, 7, 8, 9, 10, 11]
    assert {f.path for f in faults} == {path}
    assert faults[2].what == "no field 'text'; it has body; did you mean --field body?"


def test_a_field_can_be_named_for_jsonl_csv_and_the_standard_input(tmp_path):
    path = written(tmp_path, "rows.jsonl", json.dumps({"body": "One."}))
    table = written(tmp_path, "rows.csv", 'id,body\na,"Two,\nin two lines."\n,Three.\n')
    stdin = io.BytesIO(b'{"body": "Four."}\n')
    documents, faults = sorted_out([path, table, "-"], field="body", stdin=stdin)
    assert [d.uri for d in documents] == [f"{path}#1", f"{table}#a", f"{table}#4", "-#1"]
    assert documents[1].text == "Two,\nin two lines."
    assert faults == []


def test_the_standard_input_is_one_text_without_a_field():
    (document,), _ = sorted_out(["-"], stdin=io.BytesIO(b'{"text": "as it is"}\n'))
    assert (document.uri, document.text) == ("-", '{"text": "as it is"}')


def test_a_folder_is_read_in_order_of_names_and_lists_what_it_skips(tmp_path):
    written(tmp_path, "b/z.txt", "Last.")
    written(tmp_path, "b/a.md", "# First of b")
    written(tmp_path, "a.csv", "text\nFirst of all.\n")
    written(tmp_path, "c.png", b"\x89PNG\x00")
    written(tmp_path, ".hidden/x.txt", "Unseen.")
    os.symlink(tmp_path, tmp_path / "b" / "loop")
    documents, faults = sorted_out([str(tmp_path)])
    assert [d.text for d in documents] == ["First of all.", "First of b", "Last."]
    assert [os.path.relpath(f.path, tmp_path) for f in faults] == [".hidden", "b/loop", "c.png"]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.txt", b"", "is empty"),
        ("a.txt", b" \n--\n", "is empty"),
        ("a.md", "---\ntitle: x\n---\n", "is empty"),
        ("a.txt", b"\x00\x01", "is not a text file"),
        ("a.txt", b"caf\xe9", "not UTF-8"),
        ("a.jsonl", b'{"b": "c"}', "no field 'text'; it has b"),
        ("a.csv", b"a,b\n1,2\n", "no column 'text'; it has a, b"),
        ("a.csv", b"text\ncaf\xe9\n", "not UTF-8"),
        ("a.csv", b'text\n"' + b"x" * 11_000_000, "line 2: the line is 11,000,001 bytes long"),
    ],
)
def test_an_input_without_a_usable_text_is_an_error_that_names_the_file(tmp_path, name, content, says):
    path = written(tmp_path, name, content)
    with pytest.raises(InputError, match=says) as caught:
        list(read([path]))
    assert str(caught.value).startswith(path)


def test_among_others_an_unusable_file_is_only_listed(tmp_path):
    good, bad = written(tmp_path, "a.txt", "A letter."), written(tmp_path, "b.txt", b"\x00")
    documents, faults = sorted_out([bad, good])
    assert len(documents) == 1
    assert faults == [Fault(bad, 0, "is not a text file")]


def test_a_path_that_is_not_there_is_an_error_even_among_others(tmp_path):
    good = written(tmp_path, "a.txt", "A letter.")
    with pytest.raises(InputError, match=r"none\.txt: cannot be read"):
        list(read([good, str(tmp_path / "none.txt")]))


def test_an_empty_folder_is_an_error_that_names_it(tmp_path):
    with pytest.raises(InputError, match="holds no text") as caught:
        list(read([str(tmp_path)]))
    assert str(tmp_path) in str(caught.value)


def test_a_line_of_50_mb_is_a_fault_and_the_next_one_is_read(tmp_path):
    path = written(tmp_path, "a.jsonl", b'{"text": "' + b"x" * 50_000_000 + b'"}\n{"text": "Short."}\n')
    documents, (fault,) = sorted_out([path])
    assert [d.text for d in documents] == ["Short."]
    assert (fault.line, "50,000,012 bytes" in fault.what) == (1, True)


def test_the_same_text_a_second_time_is_listed_with_the_place_of_the_first(tmp_path):
    one = written(tmp_path, "a.txt", "A  letter.")
    rows = written(tmp_path, "b.jsonl", '{"text": "Other."}\n{"text": "A\\nletter."}\n')
    documents, faults = sorted_out([one, rows])
    assert len(documents) == 2
    assert faults == [Fault(rows, 2, f"the same text as {one}")]


def test_the_digest_tells_inputs_apart_by_their_texts_and_order_wherever_they_lie(tmp_path):
    a, b, c = (written(tmp_path, name, text) for name, text in (("a.txt", "A"), ("b.txt", "B"), ("c.txt", "A")))
    assert len({Corpus(paths).sha256 for paths in ([a], [b], [a, b], [b, a])}) == 4
    assert Corpus([a]).sha256 == Corpus([c]).sha256 == hashlib.sha256(f"{_sha256('A')}\n".encode()).hexdigest()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_corpus_is_counted_once_and_read_as_often_as_one_likes(tmp_path):
    rows = written(tmp_path, "a.jsonl", '{"text": "One."}\nno\n{"text": "Two."}\n{"text": "one. "}\n{"text": "One."}\n')
    corpus = Corpus([rows, "-"], field="text", stdin=io.BytesIO(b'{"text": "Three."}\n[]\n'))
    assert (len(corpus), [(f.path, f.line) for f in corpus.faults]) == (3, [(rows, 2), (rows, 4), (rows, 5), ("-", 2)])
    assert [d.text for d in corpus] == ["One.", "Two.", "Three."] == [d.text for d in corpus]


def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    pipe = tmp_path / "pipe.jsonl"
    os.mkfifo(pipe)
    for make in (lambda: Corpus([str(pipe)]), lambda: Descriptions(pipe, "text"), lambda: text_of(pipe)):
        with pytest.raises(InputError, match=r"pipe\.jsonl: is no regular file, but a pipe; .* `-` is"):
            make()


def test_texts_are_streamed_both_times(tmp_path):
    path = written(tmp_path, "a.jsonl", "".join(f'{{"text": "{n} {"long " * 2_000}"}}\n' for n in range(400)))
    tracemalloc.start()
    try:
        assert sum(1 for _ in Corpus([path])) == 400
        assert tracemalloc.get_traced_memory()[1] < os.path.getsize(path) / 4
    finally:
        tracemalloc.stop()


def test_markdown_is_reduced_to_its_words():
    text = """---
title: not this
---
# A *heading* #
Some **bold_words** and `code`, a [link](https://example.org "t") and ![an image](x.png).
> quoted

- [x] done
2. second
| a | b |
|---|:-:|
```python
print("kept")
```
<!-- not this --><b>Tag</b> snake_case 2 * 3 \\*star\\*
[ref]: https://example.org
"""
    lines = [line for line in prose(text).splitlines() if line]
    assert lines == [
        "A heading",
        "Some bold_words and code, a link and an image.",
        "quoted",
        "done",
        "second",
        "a b",
        'print("kept")',
        "Tag snake_case 2 * 3 *star*",
    ]


def test_what_opens_like_front_matter_and_never_closes_stays():
    assert prose("---\nA rule, then prose.").strip() == "A rule, then prose."


def test_passages_are_cut_at_paragraphs_then_sentences_then_words():
    text = "One two.\n\nThree four. Five six. Seven.\n\nEight nine ten eleven twelve thirteen"
    assert passages(text, longest=22, most=9) == [
        "One two.",
        "Three four. Five six.",
        "Seven.",
        "Eight nine ten eleven",
        "twelve thirteen",
    ]


def test_of_many_passages_those_that_begin_each_part_of_the_text_are_taken():
    text = "\n\n".join(f"Paragraph {number}." for number in range(12))
    assert passages(text, longest=13, most=3) == ["Paragraph 0.", "Paragraph 4.", "Paragraph 8."]


@given(st.text(alphabet="ab .!?\n。", min_size=1, max_size=300), st.integers(4, 40))
def test_no_passage_is_too_long_no_word_is_lost_and_none_is_cut_that_fits(text, longest):
    parts = passages(text, longest=longest, most=10_000)
    assert all(0 < len(part) <= longest for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
    if all(len(word) <= longest for word in text.replace("。", "。 ").split()):
        assert set(" ".join(parts).split()) <= set(text.replace("。", "。 ").split()) | set(text.split())


def test_an_excerpt_is_one_line_and_ends_between_words():
    assert excerpt("A\n\nshort  text") == "A short text"
    cut = excerpt("word " * 100)
    assert len(cut) <= 300
    assert cut.endswith("word…")


def test_the_shipped_texts_can_all_be_read():
    documents, faults = sorted_out([str(ROOT / "examples" / "texts")])
    assert (len(documents), faults) == (29, [])
    assert all(70 <= len(d.text.split()) <= 210 for d in documents)


def test_real_texts_are_read_whole_and_cut_into_passages_that_fit(shared_data):
    documents, _ = sorted_out([str(shared_data / "texts" / name) for name in ("gum.jsonl", "masc.jsonl")])
    assert len(documents) > 200
    for document in documents:
        parts = passages(document.text, longest=1000)
        assert 1 <= len(parts) <= 3
        assert max(map(len, parts)) <= 1000


def test_a_text_that_changes_after_it_was_counted_is_an_error(tmp_path):
    path = written(tmp_path, "a.jsonl", '{"text": "one"}\n{"text": "two"}\n')
    corpus = Corpus([path])
    for changed in (
        '{"text": "one"}\n{"text": "owt"}\n',
        '{"text": "one"}\n',
        '{"text": "one"}\n' * 2 + '{"text": "2"}\n',
    ):
        Path(path).write_text(changed)
        with pytest.raises(InputError, match="was changed while it was read"):
            list(corpus)
