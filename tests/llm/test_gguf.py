"""The head of a GGUF file is read within bounds, and what is not as the format has it is refused."""

import io
import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagraph.llm.local.gguf import LONGEST_KEPT, MOST_ENTRIES, MOST_ITEMS, MOST_TENSORS, NoGGUFError, read_head
from tests.llm.ggufs import CHAT, F32, Q8, gguf, text


def head(data: bytes):
    return read_head(io.BytesIO(data))


def entry(raw: bytes) -> bytes:
    """A file that says that it has one entry, which is made of these bytes."""
    return b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + raw


def test_a_head_tells_its_entries_the_number_of_weights_and_where_the_last_tensor_ends():
    data = gguf({**CHAT, "x.flag": True, "x.rate": 0.5, "x.heads": [2, 3]}, [((64, 4), F32), ((32, 2), Q8)])
    found = head(data)
    assert found.entries["general.architecture"] == "llama"
    assert (found.entries["x.flag"], found.entries["x.rate"], found.entries["x.heads"]) == (True, 0.5, (2, 3))
    assert found.entries["tokenizer.ggml.tokens#"] == 3
    assert found.parameters == 64 * 4 + 32 * 2
    assert len(data) - 32 < found.end <= len(data)


def test_the_second_version_of_the_format_is_read_like_the_third():
    assert head(gguf(version=2)).parameters == head(gguf(version=3)).parameters


def test_of_a_long_list_only_the_length_is_kept():
    found = head(gguf({"long": [0] * (LONGEST_KEPT + 1), "short": [0] * LONGEST_KEPT}))
    assert found.entries == {"long#": LONGEST_KEPT + 1, "short": (0,) * LONGEST_KEPT}


@pytest.mark.parametrize("n", [1, 3, 5, 12, 30, 100, 300])
def test_a_file_that_ends_within_its_head_was_cut_off(n):
    with pytest.raises(NoGGUFError, match=r"cut off|no GGUF"):
        head(gguf()[:n])


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04" + bytes(100), "is no GGUF file"),
        (gguf(version=1), "of version 1"),
        (gguf(version=struct.unpack(">I", struct.pack("<I", 3))[0]), "big-endian"),
        (gguf(version=99), "of version 99"),
        (gguf(counts=(MOST_TENSORS + 1, 0)), "tensors"),
        (gguf(counts=(0, MOST_ENTRIES + 1)), "entries"),
        (gguf(counts=(2**63, 2**63)), "tensors"),
        (entry(struct.pack("<Q", 2**62)), "bytes in one text"),
        (entry(text("k") + struct.pack("<I", 77)), "unknown type 77"),
        (entry(text("k") + struct.pack("<IIQ", 9, 9, 1)), "list of the type"),
        (
            entry(text("k") + struct.pack("<IIQ", 9, 8, MOST_ITEMS + 1)),
            "values in one list",
        ),
        (gguf(tensors=[((1,) * 9, F32)], data=b""), "9 dimensions"),
        (gguf({"general.alignment": 0}), "aligns"),
        (gguf({"general.alignment": "much"}), "aligns"),
    ],
)
def test_what_is_not_as_the_format_has_it_is_refused_in_words(data, says):
    with pytest.raises(NoGGUFError, match=says):
        head(data)


def test_texts_are_kept_up_to_a_bound(monkeypatch):
    monkeypatch.setattr("personagraph.llm.local.gguf.MOST_TEXT", 1000)
    with pytest.raises(NoGGUFError, match="its texts have more than 1,000 bytes"):
        head(gguf({f"key {n}": "x" * 50 for n in range(20)}))


def test_a_tensor_that_is_larger_than_any_file_is_refused_and_nothing_of_its_size_is_made():
    with pytest.raises(NoGGUFError, match="larger than any file"):
        head(gguf(tensors=[((2**40, 2**40), F32)], data=b""))


@given(st.binary(max_size=200), st.integers(0, 400))
def test_whatever_is_changed_in_a_file_is_read_or_refused_in_words(noise, place):
    data = gguf()
    changed = data[:place] + noise + data[place + len(noise) :]
    with suppress(NoGGUFError):
        head(changed)
