"""Known descriptions in a file: what is opened knows the same, and nothing in the file leads a loop astray."""

from fractions import Fraction
from random import Random

import numpy as np
import pytest

from personagraph.dedup import kept
from personagraph.dedup.kept import FILE, keep
from personagraph.dedup.rules import METHODS, Deduplicator
from personagraph.dedup.veto.veto import differs
from personagraph.errors import ConfigError
from personagraph.storage.array_files import read_arrays, write_arrays
from personagraph.types import persona_id

_TRADES = ("carpenter", "carpentter", "weaver", "baker", "midwife", "tinker", "Bäcker", "木匠", "nurse", "shepherd")
_PLACES = ("harbour", "valley", "market town", "border village", "suburb of Lima", "fjord", "Straße", "desert")
_THINGS = ("bees", "old maps", "tram tickets", "the tides", "lost gloves", "chess problems", "quiet evenings")


def made(method: str = "partition") -> Deduplicator:
    return Deduplicator(METHODS[method].make(Fraction(9, 10)), differs)


def texts(count: int, seed: int) -> list[str]:
    rng = Random(seed)
    extra = ("", " very", " passionate", " carefull")
    return [
        f"A{rng.choice(extra)} {rng.choice(_TRADES)} in a {rng.choice(_PLACES)} who studies {rng.choice(_THINGS)}"
        f" and {rng.choice(_THINGS)}"
        for _ in range(count)
    ]


def enter(known: Deduplicator, descriptions: list[str]) -> list[tuple[str, str, float] | None]:
    found = []
    for text in descriptions:
        match = known.find(text)
        known.add(match.id if match else persona_id(text), text)
        found.append(match)
    return found


@pytest.mark.parametrize("method", sorted(METHODS))
def test_what_is_opened_decides_as_what_was_kept_also_of_what_enters_later(tmp_path, method):
    known = made(method)
    enter(known, texts(300, 1))
    keep(tmp_path, known, {"applied": {"r1": 3}})
    opened, note = kept.kept(tmp_path, lambda: made(method))
    assert note == {"applied": {"r1": 3}}
    assert np.array_equal(opened.ids(), known.ids())
    later = texts(400, 2)
    assert enter(opened, later) == enter(known, later)
    assert np.array_equal(opened.ids(), known.ids())


def test_what_is_kept_again_after_it_was_opened_is_what_would_have_been_kept_at_once(tmp_path):
    one, other = made(), made()
    enter(one, texts(200, 1) + texts(200, 2))
    enter(other, texts(200, 1))
    keep(tmp_path, other, {})
    opened, _ = kept.kept(tmp_path, made)
    enter(opened, texts(200, 2))
    keep(tmp_path, opened, {})
    again, _ = kept.kept(tmp_path, made)
    assert enter(again, texts(300, 3)) == enter(one, texts(300, 3))


def test_an_empty_one_can_be_kept_and_opened(tmp_path):
    keep(tmp_path, made(), {})
    opened, _ = kept.kept(tmp_path, made)
    assert opened.find("A baker") is None
    assert len(opened.ids()) == 0


def test_what_is_missing_damaged_or_cut_off_is_as_if_nothing_was_kept(tmp_path):
    assert kept.kept(tmp_path, made) is None
    known = made()
    enter(known, texts(50, 1))
    keep(tmp_path, known, {})
    whole = (tmp_path / FILE).read_bytes()
    for cut in (0, 10, 100, len(whole) // 2, len(whole) - 1):
        (tmp_path / FILE).write_bytes(whole[:cut])
        assert kept.kept(tmp_path, made) is None
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    (tmp_path / FILE).write_bytes(flipped)
    assert kept.kept(tmp_path, made) is None
    (tmp_path / FILE).write_bytes(whole)
    assert kept.kept(tmp_path, made) is not None


def test_what_other_code_read_is_read_again(tmp_path, monkeypatch):
    keep(tmp_path, made(), {})
    monkeypatch.setattr(kept, "code", lambda: "another version")
    assert kept.kept(tmp_path, made) is None


def test_a_link_in_its_place_is_refused(tmp_path):
    (tmp_path / FILE).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigError, match="is a link"):
        kept.kept(tmp_path, made)
    with pytest.raises(ConfigError, match="is a link"):
        keep(tmp_path, made(), {})


def _planted(path, change):
    """A file with sums that are right, and one array changed."""
    note, arrays = read_arrays(path)
    arrays = {name: np.array(array) for name, array in arrays.items()}
    change(note, arrays)
    with path.open("wb") as file:
        write_arrays(file, note, arrays)


_ARRAYS = (
    *("entries.persona", "entries.first", "entries.after", "entries.texts.ends", "entries.ids.starts"),
    *("entries.ids.slots", "table.nodes", "table.heads", "met.token", "met.exact", "met.participle", "met.phrase"),
    *("met.slip", "met.links", "met.words.starts", "met.words.slots", "met.tokens.starts", "met.tokens.slots"),
    *("met.halves.nodes", "met.halves.heads"),
)


@pytest.mark.parametrize("name", _ARRAYS)
@pytest.mark.parametrize("value", [-7, 2**30], ids=["below", "above"])
def test_numbers_that_lead_out_of_an_array_are_not_followed(tmp_path, name, value):
    known = made()
    enter(known, texts(80, 1))
    keep(tmp_path, known, {})

    def change(note, arrays):
        array = arrays[name].reshape(-1) if name != "table.nodes" and "nodes" not in name else arrays[name][:, 2]
        array[0] = value

    _planted(tmp_path / FILE, change)
    assert kept.kept(tmp_path, made) is None


def test_a_chain_that_leads_back_to_itself_is_not_followed(tmp_path):
    known = made()
    enter(known, texts(80, 1))
    keep(tmp_path, known, {})

    def change(note, arrays):
        arrays["table.nodes"][5, 2] = 6

    _planted(tmp_path / FILE, change)
    assert kept.kept(tmp_path, made) is None


def test_a_table_without_a_free_place_or_a_size_that_is_none_is_not_used(tmp_path):
    known = made()
    enter(known, texts(80, 1))
    keep(tmp_path, known, {})
    whole = (tmp_path / FILE).read_bytes()
    _planted(tmp_path / FILE, lambda note, arrays: arrays["met.words.slots"].fill(1))
    assert kept.kept(tmp_path, made) is None
    for size in (-1, 2**40, "3", None, True):
        (tmp_path / FILE).write_bytes(whole)
        _planted(tmp_path / FILE, lambda note, arrays, size=size: note["sizes"].update({"entries.persona": size}))
        assert kept.kept(tmp_path, made) is None
    (tmp_path / FILE).write_bytes(whole)
    _planted(tmp_path / FILE, lambda note, arrays: arrays.pop("table.heads"))
    assert kept.kept(tmp_path, made) is None
